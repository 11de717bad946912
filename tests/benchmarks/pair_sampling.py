"""The sampled measures of Ethayarajh (2019), https://aclanthology.org/D19-1006, as he describes
them: cosines of drawn pairs, one pair at a time.

This is the procedure that `engine.geometry.stream` replaces by exact sums, written down from its
description: for each layer

- baseline: draw 1,000 sentences, one word of each, and of these words 1,000 pairs with replacement;
  the mean of their cosines.
- self-similarity: of each word type with at least 5 occurrences take every ordered pair of
  occurrences, or 1,000 drawn ones where there are more; the mean of their cosines, then the mean
  over types.
- intra-sentence similarity: of each sentence the mean cosine of its words with its mean vector,
  then the mean over sentences.

A drawn pair may be a word with itself; `distinct` leaves pairs of one type out, since the exact
number speaks of pairs of different words.

He kept the vectors in an HDF5 file, a dataset a sentence, and read each vector when its turn came;
`in_hdf5` gives rows that do so. An array in memory gives the same numbers sooner.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.spatial.distance import cosine as cosine_distance

from engine.vectors import LayeredVectors

N_SAMPLES = 1_000
MIN_COUNT = 5


class Sampled(NamedTuple):
    """A sampled mean with the half-width of its 95 % interval."""

    mean: float
    margin: float


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    """Cosine of one pair."""
    return 1.0 - float(cosine_distance(a, b))


class Hdf5Rows:
    """Row i of one layer, read from the file at every access."""

    def __init__(self, file: Any, vectors: LayeredVectors, layer: int) -> None:
        self._file, self._layer = file, layer
        starts = np.searchsorted(vectors.sentence_ids, vectors.sentence_ids)
        self._sentences = list(map(str, vectors.sentence_ids.tolist()))
        self._places = (np.arange(len(vectors)) - starts).tolist()

    def __getitem__(self, row: int) -> np.ndarray:
        return self._file[self._sentences[row]][self._layer, self._places[row]]


def in_hdf5(vectors: LayeredVectors, path: Path) -> Any:
    """An open HDF5 file with a dataset (n_layers, n_words_of_it, d) for each sentence."""
    import h5py

    stacked = np.stack(vectors.layers)
    with h5py.File(path, "w") as file:
        for sentence in np.unique(vectors.sentence_ids):
            first, end = np.searchsorted(vectors.sentence_ids, [sentence, sentence + 1])
            file.create_dataset(str(sentence), data=stacked[:, first:end])
    return h5py.File(path, "r")


def baseline(
    vectors: LayeredVectors, x: Any, rng: np.random.Generator, *, distinct: bool = False
) -> Sampled:
    """Mean cosine of randomly drawn pairs of words; x[i] is the vector of word i."""
    _, type_ids = vectors.types
    starts = np.searchsorted(vectors.sentence_ids, np.unique(vectors.sentence_ids))
    ends = np.append(starts[1:], len(vectors))
    drawn = rng.choice(len(starts), min(N_SAMPLES, len(starts)), replace=False)
    words = rng.integers(starts[drawn], ends[drawn])
    pairs = rng.choice(words, (N_SAMPLES, 2))
    if distinct:
        pairs = pairs[type_ids[pairs[:, 0]] != type_ids[pairs[:, 1]]]
    cosines = np.array([cosine(x[a], x[b]) for a, b in pairs])
    return Sampled(float(cosines.mean()), 1.96 * float(cosines.std(ddof=1)) / math.sqrt(len(pairs)))


def occurrence_pairs(n: int, rng: np.random.Generator) -> np.ndarray:
    """Ordered pairs of a word's n occurrences, (n_pairs, 2): all of them, or 1,000 drawn ones."""
    if n * (n - 1) <= N_SAMPLES:
        return np.argwhere(~np.eye(n, dtype=bool))
    first = rng.integers(n, size=N_SAMPLES)
    return np.stack([first, (first + rng.integers(1, n, size=N_SAMPLES)) % n], axis=1)


def self_similarity(
    vectors: LayeredVectors, x: Any, rng: np.random.Generator
) -> tuple[Sampled, int]:
    """(mean over types of their sampled self-similarity, pairs taken); the margin is that of the
    sampling of pairs alone, the types being given.
    """
    types, type_ids = vectors.types
    means, variances, n_pairs = [], [], 0
    for number in range(len(types)):
        rows = np.flatnonzero(type_ids == number)
        if len(rows) < MIN_COUNT:
            continue
        pairs = occurrence_pairs(len(rows), rng)
        cosines = np.array([cosine(x[rows[a]], x[rows[b]]) for a, b in pairs])
        means.append(cosines.mean())
        all_of_them = len(pairs) == len(rows) * (len(rows) - 1)
        variances.append(0.0 if all_of_them else cosines.var(ddof=1) / len(pairs))
        n_pairs += len(pairs)
    margin = 1.96 * math.sqrt(sum(variances)) / len(means)
    return Sampled(float(np.mean(means)), margin), n_pairs


def intra_sentence_similarity(vectors: LayeredVectors, x: Any) -> float:
    """Mean over sentences of several words of their words' mean cosine with the mean vector."""
    means = []
    for sentence in np.unique(vectors.sentence_ids):
        rows = np.flatnonzero(vectors.sentence_ids == sentence)
        if len(rows) > 1:
            own = [x[row] for row in rows]
            mean = np.mean(own, axis=0)
            means.append(np.mean([cosine(one, mean) for one in own]))
    return float(np.mean(means))
