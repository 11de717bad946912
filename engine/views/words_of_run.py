"""Which words a run's target text is known by: those that it uses more than the general text, and
some of the general text's for comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.corpora.training_texts import text_source
from engine.corpora.vocabulary import SPECIAL
from engine.errors import EngineError
from engine.geometry.typical_words import log_odds_ratio
from engine.views.asked_states import Place, shipped_state
from engine.views.kept import Kept
from engine.views.target_text import N_DOCUMENTS

if TYPE_CHECKING:
    from engine.training.ulmfit.answers import TrainedState
    from engine.training.ulmfit.config import Ulmfit

N_TARGET, N_GENERAL = 250, 100
LEAST_COUNT, FEWEST = 5, 3  # occurrences of a word; words of a cloud
OLD, NEW, GENERAL = range(3)

_words = Kept(max_bytes=8)


@dataclass(frozen=True)
class WordsOfRun:
    """The words of a cloud."""

    words: tuple[str, ...]
    groups: tuple[int, ...]  # OLD or NEW to stage 1, or GENERAL
    target: str  # titles of the two texts
    general: str


def words_of(run_id: str, config: Ulmfit, newest: Place) -> WordsOfRun:
    """The words of a run, chosen once for each of its stages.

    Args:
        run_id: of a live run.
        config: its settings.
        newest: its newest checkpoint, which says which words it knows.
    Raises:
        EngineError: texts that are no longer here, or that have too few words.
    """
    return _words.get((run_id, newest.stage), lambda: _chosen(config, newest), lambda _: 1)


def _chosen(config: Ulmfit, newest: Place) -> WordsOfRun:
    """The words typical of the target text and, for comparison, of the general one."""
    from engine.training.ulmfit.texts import running_text

    names = config.adapt.text if config.adapt.on else config.classify.text, config.pretrain.text
    counts = [running_text(name, "train", N_DOCUMENTS).counts() for name in names]
    known = opened(newest).vocabulary
    before = known
    if starts_from_shipped(config):
        before = shipped_state({"net": {"shipped": config.net.shipped}}).vocabulary
    target, general = typical(counts[0], counts[1])
    target = [word for word in target if word in known][:N_TARGET]
    general = [word for word in general if word in known and word in before][:N_GENERAL]
    if len(target) < FEWEST:
        raise EngineError(
            f"Only {len(target)} words of the target text occur {LEAST_COUNT} times and more often "
            f"there than elsewhere; a cloud takes {FEWEST}."
        )
    groups = [OLD if word in before else NEW for word in target] + [GENERAL] * len(general)
    titles = [text_source(name).title for name in names]
    return WordsOfRun((*target, *general), tuple(groups), *titles)


def typical(target: Mapping[str, int], general: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """Words with a letter in them that one of two texts uses more, the most typical first.

    >>> typical({"film": 9, "the": 9, "!": 9}, {"the": 9, "river": 9, "film": 1})
    (['film', 'the'], ['river'])
    """
    words = [
        word
        for word in {**target, **general}
        if word not in SPECIAL and any(c.isalpha() for c in word)
    ]
    both = [np.array([counts.get(word, 0) for word in words]) for counts in (target, general)]
    z, _ = log_odds_ratio(*both)
    order = np.argsort(-z, kind="stable").tolist()
    often = [counts >= LEAST_COUNT for counts in both]
    return (
        [words[row] for row in order if z[row] > 0 and often[0][row]],
        [words[row] for row in reversed(order) if z[row] < 0 and often[1][row]],
    )


def opened(place: Place) -> TrainedState:
    """A checkpoint, not through the states that are kept to be asked: a run has more than those."""
    from engine.training.ulmfit.answers import TrainedState

    return TrainedState(place.path, "cpu")


def starts_from_shipped(config: Ulmfit) -> bool:
    """Does a run begin with the shipped language model?"""
    return config.pretrain.start in ("shipped", "shipped, trained on")
