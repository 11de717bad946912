"""The sense tests that others measured on too: what they ask, what papers report, and the numbers
of ours, from the records.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.encoder import title_of
from engine.figures.score_rows import BASELINE, OURS, PUBLISHED, ScoreRow
from engine.geometry.over_words import chosen_on_others, mean_interval
from engine.views.context_control import LABEL
from engine.views.wsd_records import WordScores, WsdLayer, WsdRecord
from engine.views.wsd_vectors import CONTEXT

CLAIMS = "claims"  # WiC-TSV; the other tests are of CoarseWSD-10
TESTS = {
    "centroid": "CoarseWSD-10: nearest mean of a sense",
    "nearest": "CoarseWSD-10: nearest sentence",
    CLAIMS: "WiC-TSV: cosine with a definition",
}
BALANCED, ACCURACY = "balanced accuracy, mean over words", "accuracy"
COARSEWSD_SOURCE = (
    "published: Loureiro et al. (2021), from the predictions in their repository, "
    "github.com/danlou/bert-disambiguation: 20 words, all training and test sentences"
)
WIC_SOURCE = (
    "published: Breit et al. (2021), as sotaverified.org lists their results, not checked against "
    "the paper; on the test part, whose labels are secret; people were also told hypernyms"
)
COARSEWSD = (
    ScoreRow("BERT-large, nearest mean", PUBLISHED, 0.964),
    ScoreRow("BERT-base, nearest mean", PUBLISHED, 0.945),
    ScoreRow("fastText, Common Crawl", PUBLISHED, 0.849),
    ScoreRow("fastText, base", PUBLISHED, 0.765),
    ScoreRow("always the commonest sense, 20 words", PUBLISHED, 0.410),
)
WIC = (
    ScoreRow("people", PUBLISHED, 0.853),
    ScoreRow("BERT-base, fine-tuned", PUBLISHED, 0.753),
    ScoreRow("BERT without training", PUBLISHED, 0.544),
    ScoreRow("fastText", PUBLISHED, 0.537),
    ScoreRow("always yes", PUBLISHED, 0.508),
)


@dataclass(frozen=True)
class SenseTest:
    """One of the tests, and how its numbers are found in a record."""

    name: str  # in TESTS

    @property
    def is_claims(self) -> bool:
        """True of WiC-TSV."""
        return self.name == CLAIMS

    @property
    def published(self) -> tuple[ScoreRow, ...]:
        """What papers report; nearest sentences were not published."""
        return WIC if self.is_claims else COARSEWSD

    @property
    def source(self) -> str:
        """Where the published values are from."""
        return WIC_SOURCE if self.is_claims else COARSEWSD_SOURCE

    @property
    def axis(self) -> str:
        """What is measured."""
        return ACCURACY if self.is_claims else BALANCED

    def words(self, layer: WsdLayer) -> WordScores:
        """The scores of a layer's words, of CoarseWSD-10."""
        found: WordScores = getattr(layer, self.name)
        return found

    def curve(self, record: WsdRecord) -> list[tuple[float, float, float]]:
        """Of each layer the score and its interval."""
        if self.is_claims:
            claims = [layer.claims for layer in record.layers]
            return [(of.accuracy, *of.interval) for of in claims]
        scores = [self.words(layer) for layer in record.layers]
        return [(float(of.balanced.mean()), *of.interval) for of in scores]

    def word_scores(self, record: WsdRecord) -> np.ndarray:
        """Balanced accuracy of each word at the layer that is best for the others, (n_words,)."""
        by_layer = np.array([self.words(layer).balanced for layer in record.layers])
        return chosen_on_others(by_layer.T)

    def row(self, record: WsdRecord) -> ScoreRow:
        """A model's score at a layer that was chosen without looking at what is told."""
        whose = BASELINE if record.model == CONTEXT else OURS
        if self.is_claims:
            best = max(record.layers, key=lambda layer: layer.claims.dev_accuracy).claims
            value, low, high = best.accuracy, *best.interval
        else:
            scores = self.word_scores(record)
            value = float(scores.mean())
            low, high = (float(bound[0]) for bound in mean_interval(scores[:, None]))
        return ScoreRow(name_of(record.model), whose, value, low, high, record.model)

    def chance(self, record: WsdRecord) -> float:
        """What always the same answer reaches."""
        if self.is_claims:
            return max(record.n_true, record.n_claims - record.n_true) / record.n_claims
        return float(np.mean([1 / len(task.n_test) for task in record.tasks]))


def name_of(model: str) -> str:
    """A model's title, or that of the baseline."""
    return LABEL if model == CONTEXT else title_of(model)
