"""A uniform random sample of a layer's words, for what sums cannot tell: it has a bounded size, and
the sample of a union comes from the samples of its parts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

SAMPLE = 16_384  # words kept; with fewer words it is all of them
MOST_WAITING = 4_096  # words that may wait to join it


class WordSample(NamedTuple):
    """The words with the smallest priorities seen so far, in the order of these: a random one."""

    priorities: np.ndarray  # uint64, (k,)
    vectors: np.ndarray  # float32, (k, d)
    type_ids: np.ndarray  # int64, (k,); below 0: a type of its own
    sentence_ids: np.ndarray  # int64, (k,), numbered through the whole corpus

    @classmethod
    def empty(cls, d: int) -> WordSample:
        """Nothing seen yet."""
        none = np.empty(0, np.int64)
        return cls(np.empty(0, np.uint64), np.empty((0, d), np.float32), none, none)

    def add(self, other: WordSample) -> WordSample:
        """The sample of the union; the other's rows may be all of its words, in any order."""
        if len(self.priorities) == SAMPLE:
            candidates = other.priorities < self.priorities[-1]
            other = WordSample(*(part[candidates] for part in other))
        if not len(other.priorities):
            return self
        new = np.argsort(other.priorities)[:SAMPLE]  # of the others none can stay
        merged = np.concatenate([self.priorities, other.priorities[new]])
        smallest = np.argsort(merged)[:SAMPLE]
        joined = (
            np.concatenate([ours, theirs[new]])[smallest]
            for ours, theirs in zip(self, other, strict=True)
        )
        return WordSample(*joined)

    def first(self, k: int) -> WordSample:
        """The first k words, which are a random sample too."""
        return WordSample(*(part[:k] for part in self))

    def with_types(self, type_ids: np.ndarray) -> WordSample:
        """The same words; type i is called type_ids[i]; below 0, each word is a type of its own."""
        own = self.type_ids < 0
        renamed = self.type_ids.copy()
        renamed[~own] = type_ids[self.type_ids[~own]]
        return self._replace(type_ids=renamed)

    @property
    def distinct_types(self) -> np.ndarray:
        """Type ids in which every word that is a type of its own has its own number, (k,)."""
        own = self.type_ids < 0
        numbered = self.type_ids.copy()
        numbered[own] = self.type_ids.max(initial=-1) + 1 + np.arange(own.sum())
        return numbered


class Sampler:
    """Draws a `WordSample` from words that come in small pieces.

    What may belong to it waits until enough has come together: each joining copies the sample, many
    times as much as a piece holds.

    Args:
        d: width of the vectors.
    """

    def __init__(self, d: int) -> None:
        self._drawn = WordSample.empty(d)
        self._waiting: list[WordSample] = []
        self._n_waiting = 0

    def add(self, words: WordSample) -> None:
        """Words in any order; their array may be written over afterwards."""
        if len(self._drawn.priorities) == SAMPLE:
            candidates = words.priorities < self._drawn.priorities[-1]
            words = WordSample(*(part[candidates] for part in words))
        self._waiting.append(words)
        self._n_waiting += len(words.priorities)
        if self._n_waiting >= MOST_WAITING:
            self.settle()
        else:
            self._waiting[-1] = words._replace(vectors=words.vectors.copy())

    def settle(self) -> WordSample:
        """The sample of all words so far."""
        if self._waiting:
            words = WordSample(*map(np.concatenate, zip(*self._waiting, strict=True)))
            self._drawn = self._drawn.add(words)
            self._waiting, self._n_waiting = [], 0
        return self._drawn

    def restart(self, sample: WordSample) -> None:
        """Go on from a sample."""
        self._drawn, self._waiting, self._n_waiting = sample, [], 0
