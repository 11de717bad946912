"""Measure a model on CoarseWSD-10 and WiC-TSV, layer by layer.

CoarseWSD-10: up to `MOST` sentences a sense of the training part are the reference; as many of
the test part are asked. Either the nearest of them decides, or the nearest mean of a sense.
WiC-TSV: a word has the sense of a definition if its vector's cosine with the definition's mean
vector exceeds a threshold, which is chosen on the development part; accuracy is that of the
training part, as the labels of the test part are secret.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

import numpy as np

from engine.corpora.coarsewsd import TEST, TRAIN, LabelledUse, labelled_uses
from engine.corpora.inventory import identity
from engine.corpora.wic_tsv import SenseClaim, sense_claims
from engine.encoder import Progress
from engine.geometry.bootstrap import percentile_interval
from engine.geometry.labelled_neighbours import (
    centroid_hits,
    interval_over_words,
    nearest_hits,
    recalls,
    resampled_balanced,
)
from engine.geometry.moments import unit
from engine.geometry.thresholds import best_threshold, share_interval
from engine.runs.hardware import hardware
from engine.text import word_key
from engine.views.wsd_records import (
    COMMAND,
    ClaimScore,
    WordScores,
    WordTask,
    WsdLayer,
    WsdRecord,
)
from engine.views.wsd_vectors import definitions, reader, words_in_place

MOST, SEED = 100, 0
HITS = {"centroid": centroid_hits, "nearest": nearest_hits}
Drawn = dict[str, dict[str, tuple[LabelledUse, ...]]]


def measure_wsd(model: str, progress: Progress = lambda *_: None) -> WsdRecord:
    """Read every sentence of both tests once and measure every layer.

    Args:
        model: its name, or `wsd_vectors.CONTEXT`.
        progress: told after every piece of a part; may raise to stop.
    Raises:
        DataUnavailable: a data set is not on this machine.
    """
    drawn, claims = drawn_uses(), {part: sense_claims(part) for part in ("dev", "train")}
    by_layer = _word_scores(model, drawn, progress)
    claim_scores = _claim_scores(model, claims, progress)
    names = reader(model).card.layer_names
    layers = [
        WsdLayer(name, **scores, claims=claim)
        for name, scores, claim in zip(names, by_layer, claim_scores, strict=True)
    ]
    used = reader(model)
    return WsdRecord(
        _tasks(drawn), tuple(layers), MOST, SEED, len(claims["dev"]), len(claims["train"]),
        sum(claim.holds for claim in claims["train"]),
        len({word_key(claim.word) for claim in claims["train"]}),
        {name: identity(name) for name in ("coarsewsd-10", "wic-tsv")}, COMMAND,
        hardware()["hardware"], model=model, model_sha256=used.card.sha256,
        text_sha256=_fingerprint(drawn, claims), device=used.device, dtype=used.dtype,
        date=datetime.now(UTC).date().isoformat(),
    )  # fmt: skip


@cache
def drawn_uses() -> Drawn:
    """word -> part -> up to MOST uses of each of its senses, drawn at random, in the files' order.

    Raises:
        DataUnavailable: the data set is not on this machine.
    """
    rng = np.random.default_rng(SEED)
    return {
        word: {part: _some_of_each(uses, rng) for part, uses in parts.items()}
        for word, parts in labelled_uses().items()
    }


def _some_of_each(uses: Sequence[LabelledUse], rng: np.random.Generator) -> tuple[LabelledUse, ...]:
    senses = np.array([use.sense for use in uses])
    rows = [rng.permutation(np.flatnonzero(senses == s))[:MOST] for s in np.unique(senses)]
    return tuple(uses[row] for row in np.sort(np.concatenate(rows)))


def _word_scores(model: str, drawn: Drawn, progress: Progress) -> list[dict[str, WordScores]]:
    """layer -> way to decide -> its scores."""
    uses = [use for parts in drawn.values() for part in (TRAIN, TEST) for use in parts[part]]
    words, senses = np.array([use.word for use in uses]), np.array([use.sense for use in uses])
    asked = np.concatenate(
        [np.repeat([False, True], [len(p[TRAIN]), len(p[TEST])]) for p in drawn.values()]
    )
    layers = words_in_place(
        model, [use.sentence for use in uses], [use.position for use in uses], progress
    )
    found = []
    for x in layers:
        hits = {
            way: {
                word: decide(
                    x[(words == word) & asked], senses[(words == word) & asked],
                    x[(words == word) & ~asked], senses[(words == word) & ~asked],
                )
                for word in drawn
            }
            for way, decide in HITS.items()
        }  # fmt: skip
        truths = {word: senses[(words == word) & asked] for word in drawn}
        found.append({way: scores_of(of, truths) for way, of in hits.items()})
    return found


def scores_of(hits: dict[str, np.ndarray], truths: dict[str, np.ndarray]) -> WordScores:
    """The scores of the words, whose answers were right or not and have these true senses."""
    resampled = [
        resampled_balanced(hits[word], truths[word], seed=number)
        for number, word in enumerate(hits)
    ]
    return WordScores(
        tuple(recalls(hits[word], truths[word]) for word in hits),
        tuple(map(percentile_interval, resampled)),
        interval_over_words(np.array(resampled)),
    )


def _claim_scores(
    model: str, claims: dict[str, tuple[SenseClaim, ...]], progress: Progress
) -> list[ClaimScore]:
    every = [*claims["dev"], *claims["train"]]
    means = {claim.definition.text: claim.definition for claim in every}  # each is read once
    numbers = {text: number for number, text in enumerate(means)}
    rows = np.array([numbers[claim.definition.text] for claim in every])
    targets = words_in_place(
        model, [claim.sentence for claim in every], [claim.position for claim in every], progress
    )
    truths = np.array([claim.holds for claim in every])
    keys = [word_key(claim.word) for claim in claims["train"]]
    _, groups = np.unique(keys, return_inverse=True)
    return [
        claim_score((unit(x) * unit(of[rows])).sum(axis=1), truths, len(claims["dev"]), groups)
        for x, of in zip(targets, definitions(model, [*means.values()], progress), strict=True)
    ]


def claim_score(
    cosines: np.ndarray, truths: np.ndarray, n_dev: int, groups: np.ndarray
) -> ClaimScore:
    """How often the threshold that is best for the first n_dev claims is right of the others.

    Args:
        cosines: (n,).
        truths: bool, (n,).
        groups: the word of each of the others, int from 0, (n - n_dev,).
    """
    threshold = best_threshold(cosines[:n_dev], truths[:n_dev])
    right = ((cosines > threshold) == truths).astype(float)
    return ClaimScore(
        threshold, float(right[:n_dev].mean()), float(right[n_dev:].mean()),
        share_interval(right[n_dev:], groups),
    )  # fmt: skip


def _tasks(drawn: Drawn) -> tuple[WordTask, ...]:
    whole = labelled_uses()
    counts = {
        word: [_counts(parts[TRAIN]), _counts(parts[TEST]), _counts(whole[word][TEST])]
        for word, parts in drawn.items()
    }
    return tuple(WordTask(word, *of) for word, of in counts.items())


def _counts(uses: Sequence[LabelledUse]) -> tuple[int, ...]:
    return tuple(np.bincount([use.sense for use in uses]).tolist())


def _fingerprint(drawn: Drawn, claims: dict[str, tuple[SenseClaim, ...]]) -> str:
    uses = [use for parts in drawn.values() for of in parts.values() for use in of]
    lines = [f"{use.sentence.text}\t{use.position}\t{use.sense}" for use in uses]
    lines += [f"{c.sentence.text}\t{c.position}\t{c.definition.text}\t{c.holds}"
              for of in claims.values() for c in of]  # fmt: skip
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
