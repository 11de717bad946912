"""How well a model's cosines rank pairs of words as people do, by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.corpora.word_similarity import ScoredPair, scored_pairs
from engine.encoder import title_of
from engine.geometry.similarity_scores import RankCorrelation, pair_cosines, rank_correlation
from engine.text import word_key
from engine.vectors import LayeredVectors
from engine.views.sources import Source
from engine.views.word_vectors import words_alone, words_in_text

SETS = {"simlex-999": "SimLex-999", "wordsim-353": "WordSim-353"}
ALONE, IN_TEXT = "alone", "mean over the text"


@dataclass(frozen=True)
class PairScores:
    """Rank correlations of one model with people's scores."""

    title: str
    layer_names: tuple[str, ...]
    # (list of pairs, where the words were, state of the vectors) -> one a layer
    by_layer: Mapping[tuple[str, str, str], Sequence[RankCorrelation]]
    unknown: tuple[str, ...]  # words of the lists
    provenance: str


@cache
def _pairs(name: str) -> tuple[ScoredPair, ...]:
    return scored_pairs(name)


def words_of_pairs() -> tuple[str, ...]:
    """The words of both lists, each once, as compared."""
    pairs = (pair for name in SETS for pair in _pairs(name))
    return tuple(dict.fromkeys(word_key(w) for pair in pairs for w in (pair.first, pair.second)))


def pair_scores(model: str, source: Source, states: Sequence[str]) -> PairScores:
    """Spearman's correlation of cosines with people's scores, of words alone and, for the pairs
    found there, of words' means over a text.

    Args:
        states: of the vectors, each fitted on the words of both lists.
    Raises:
        DataUnavailable: the lists are not on this machine.
        TextError: the model knows none of the words.
    """
    words = words_of_pairs()
    alone = words_alone(model, words)
    places: dict[str, LayeredVectors] = {ALONE: alone}
    in_text = {word.key for sentence in source.corpus().sentences for word in sentence.words}
    if in_text & set(alone.keys):
        places[IN_TEXT] = words_in_text(model, words, source)
    by_layer = {
        (name, place, state): correlations(vectors.view(state), name)
        for place, vectors in places.items()
        for name in SETS
        for state in states
    }
    unknown = tuple(word.text for word in alone.unknown)
    provenance = f"live on {alone.device}, {alone.dtype}"
    return PairScores(title_of(model), alone.layer_names, by_layer, unknown, provenance)


def correlations(vectors: LayeredVectors, name: str) -> list[RankCorrelation]:
    """Of one list's pairs whose words both have a vector, one a layer.

    Args:
        vectors: a row a word.
        name: one of SETS.
    """
    rows = {key: row for row, key in enumerate(vectors.keys)}
    known = [
        (rows[word_key(pair.first)], rows[word_key(pair.second)], pair.score)
        for pair in _pairs(name)
        if word_key(pair.first) in rows and word_key(pair.second) in rows
    ]
    if not known:
        nothing = np.empty(0)
        return [rank_correlation(nothing, nothing)] * vectors.n_layers
    first, second, scores = (np.array(column) for column in zip(*known, strict=True))
    return [
        rank_correlation(pair_cosines(layer[first], layer[second]), scores)
        for layer in vectors.layers
    ]
