"""How well each layer of a model keeps the senses of words apart, over all words of the sense
corpus.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.corpora.senses import polysemous_words
from engine.encoder import title_of
from engine.errors import EngineError, ShapeError, WordNotFound
from engine.views.senses import SensesState, separations
from engine.views.sources import Source, vectors_of


@dataclass(frozen=True)
class SenseScores:
    """Sense AUC by word and layer: the chance that a pair of one sense is closer than a pair of
    two; one half = not told apart.
    """

    model: str
    words: tuple[str, ...]  # that the model knows, in all their senses
    layer_names: tuple[str, ...]
    auc: np.ndarray  # (n_words, n_layers)


def sense_scores(model: str, state: str) -> SenseScores:
    """Sense AUC of every word that the model knows, from `separations`, which keeps them.

    Args:
        state: of the vectors.
    Raises:
        EngineError: the model knows none of the words.
    """
    vectors_of(Source("senses"), model)  # once, instead of each word's sentences by themselves
    found: dict[str, list[float]] = {}
    names: tuple[str, ...] = ()
    for word in polysemous_words():
        try:
            layers = separations(SensesState(word, models=(), state=state), model)
        except (WordNotFound, ShapeError):
            continue
        names = tuple(name for name, _ in layers)
        found[word] = [one.auc for _, one in layers]
    if not found:
        raise EngineError(f"{title_of(model)} knows no word of the sense corpus.")
    return SenseScores(model, tuple(found), names, np.array(list(found.values())))
