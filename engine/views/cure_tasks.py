"""What a cure for anisotropy is tried on: pairs of words, pairs of sentences, and senses of words.

A cure is fitted on some words and then applied to those of the task, before anything is averaged or
compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.corpora.senses import polysemous_words
from engine.corpora.sts import SentencePair, sentence_pairs
from engine.corpora.word_similarity import ScoredPair, scored_pairs
from engine.encoder import Progress
from engine.errors import DataUnavailable, ShapeError
from engine.geometry.chunk import summing_matrix
from engine.geometry.frame import Frame, rows_in_frame
from engine.geometry.senses import sense_auc
from engine.geometry.similarity_scores import pair_cosines
from engine.text import Sentence, word_key
from engine.vectors import LayeredVectors
from engine.vectors.fits import Fitted
from engine.views.kept import Kept
from engine.views.sources import Source, encoder, vectors_of
from engine.views.word_vectors import words_alone

WORD_SETS = ("simlex-999", "wordsim-353")
STS, SENSES = "sts", "senses"
N_SENTENCE_PAIRS = 1_000  # of the 11,794 scored ones, drawn once
KEPT_BYTES = 600 * 2**20

Fit = Callable[[np.ndarray], Fitted]
"""The task's own vectors (n, d) -> the cure; it may have been fitted on others."""

_sentences = Kept(KEPT_BYTES)


@dataclass(frozen=True)
class Answers:
    """What a model says of each item of a task; people's scores beside it where there are some."""

    values: np.ndarray  # (n_items,): cosine of each pair, or sense AUC of each word
    scores: np.ndarray  # (n_items,): of people; empty for senses


def word_answers(model: str, name: str, layer: int, fit: Fit) -> Answers:
    """Cosines of the pairs of SimLex-999 or WordSim-353 whose words the model knows, each word
    encoded alone.
    """
    vectors = words_alone(model, _words_of_all_sets())
    rows = {key: row for row, key in enumerate(vectors.keys)}
    known = [
        (rows[word_key(pair.first)], rows[word_key(pair.second)], pair.score)
        for pair in _pairs_of(name)
        if word_key(pair.first) in rows and word_key(pair.second) in rows
    ]
    if not known:
        return Answers(np.empty(0), np.empty(0))
    first, second, scores = (np.array(column) for column in zip(*known, strict=True))
    own = vectors.layers[layer]
    moved = fit(own[np.union1d(first, second)])(own)
    return Answers(pair_cosines(moved[first], moved[second]), scores)


def sentence_answers(model: str, layer: int, fit: Fit, seed: int) -> Answers:
    """Cosines of the sentence pairs; a sentence is the mean of its words without punctuation."""
    vectors, pairs = _sentence_vectors(model, seed), drawn_pairs(seed)
    rows = rows_in_frame(vectors, Frame())
    own = vectors.layers[layer][rows]
    sums = summing_matrix(vectors.sentence_ids[rows], 2 * len(pairs)) @ fit(own)(own)
    counts = np.bincount(vectors.sentence_ids[rows], minlength=2 * len(pairs))
    known = (counts[0::2] > 0) & (counts[1::2] > 0)
    scores = np.array([pair.score for pair in pairs])
    # The sum points where the mean points.
    return Answers(pair_cosines(sums[0::2], sums[1::2])[known], scores[known])


def sense_vectors(model: str, layer: int) -> np.ndarray:
    """The words of the sense corpus, (n_words, d)."""
    return vectors_of(Source(SENSES), model).layers[layer]


def sense_answers(model: str, moved: np.ndarray) -> Answers:
    """Sense AUC of each word of the sense corpus that the model knows in two senses.

    Args:
        moved: the corpus' words under the cure, (n_words, d).
    """
    vectors, source = vectors_of(Source(SENSES), model), Source(SENSES).corpus()
    types, type_ids = vectors.types
    numbers = {name: number for number, name in enumerate(types)}
    targets, senses = np.array(source.target_words), np.array(source.senses)
    found = []
    for word in polysemous_words():
        rows = np.flatnonzero(type_ids == numbers.get(word_key(word), -1))
        rows = rows[targets[vectors.sentence_ids[rows]] == word]
        ids = vectors.sentence_ids[rows]
        try:
            found.append(sense_auc(moved[rows], senses[ids], ids))
        except ShapeError:
            continue  # not in the model's vocabulary
    return Answers(np.array(found), np.empty(0))


def read_tasks(model: str, seed: int, progress: Progress | None = None) -> None:
    """Encode the tasks' words, and their sentences where they are on this machine."""
    words_alone(model, _words_of_all_sets())
    _sentence_vectors(model, seed, progress)


def has_sentences(seed: int) -> bool:
    """True if the sentence pairs are on this machine."""
    try:
        return bool(drawn_pairs(seed))
    except DataUnavailable:
        return False


@cache
def drawn_pairs(seed: int) -> tuple[SentencePair, ...]:
    """The sentence pairs that are compared: a random sample, in the data set's order.

    Raises:
        DataUnavailable: the data set is not on this machine.
    """
    pairs = sentence_pairs()
    order = np.random.default_rng(seed).permutation(len(pairs))[:N_SENTENCE_PAIRS]
    return tuple(pairs[i] for i in np.sort(order))


def _sentence_vectors(model: str, seed: int, progress: Progress | None = None) -> LayeredVectors:
    """Both sentences of each drawn pair, one after the other."""
    pairs = drawn_pairs(seed)
    sentences = [Sentence(text) for pair in pairs for text in (pair.first, pair.second)]
    return _sentences.get(
        (model, seed), lambda: encoder(model).encode(sentences, progress=progress), _n_bytes
    )


def n_words_of(name: str) -> int:
    """How many words the pairs of a word set are made of."""
    pairs = _pairs_of(name)
    return len({word_key(word) for pair in pairs for word in (pair.first, pair.second)})


@cache
def _pairs_of(name: str) -> tuple[ScoredPair, ...]:
    return scored_pairs(name)


@cache
def _words_of_all_sets() -> tuple[str, ...]:
    """The words of all word sets, each once, as they are first written."""
    words: dict[str, str] = {}
    for name in WORD_SETS:
        for pair in _pairs_of(name):
            words.setdefault(word_key(pair.first), pair.first)
            words.setdefault(word_key(pair.second), pair.second)
    return tuple(words.values())


def _n_bytes(vectors: LayeredVectors) -> int:
    return sum(layer.nbytes for layer in vectors.layers)
