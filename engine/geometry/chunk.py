"""The bookkeeping of one piece of a corpus: who is in which sentence, of which type, with which
bootstrap weight.

It is the same for all layers, so it is worked out once per piece.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from engine.geometry.bootstrap import sentence_weights


class Room(NamedTuple):
    """Place for a layer's vectors, (n, d) each."""

    rows: np.ndarray  # float32
    x: np.ndarray  # float64
    units: np.ndarray  # float64


class Rooms:
    """Arrays that the layers of every piece are written into, one after another: fresh memory for
    each layer would take a tenth of the time of summing.
    """

    def __init__(self) -> None:
        self._by_width: dict[int, Room] = {}

    def of(self, n: int, d: int) -> Room:
        """Room for n vectors of width d; what is written there is gone with the next layer."""
        room = self._by_width.get(d)
        if room is None or len(room.x) < n:
            room = Room(np.empty((n, d), np.float32), np.empty((n, d)), np.empty((n, d)))
            self._by_width[d] = room
        return Room(*(array[:n] for array in room))


@dataclass(frozen=True)
class Chunk:
    """Words of consecutive sentences: rows 0 .. n - 1, each with its sentence, its type and its
    priority.
    """

    sentence_ids: np.ndarray  # int64, (n,), 0 .. n_sentences - 1, ascending
    n_sentences: int
    type_ids: np.ndarray  # int64, (n,); a word beyond the cap has a type of its own, below 0
    priorities: np.ndarray  # uint64, (n,)
    first_sentence: int
    seed: int
    rooms: Rooms = field(default_factory=Rooms)

    @cached_property
    def weights(self) -> np.ndarray:
        """Bootstrap weights, (n_sentences, n_replicates)."""
        return sentence_weights(self.first_sentence, self.n_sentences, self.seed)

    @cached_property
    def words_per_sentence(self) -> np.ndarray:
        """float64, (n_sentences,)."""
        return np.bincount(self.sentence_ids, minlength=self.n_sentences).astype(np.float64)

    @cached_property
    def by_sentence(self) -> csr_array:
        """Summing matrix (n_sentences, n): row s adds up the words of sentence s."""
        return summing_matrix(self.sentence_ids, self.n_sentences)

    def room(self, d: int) -> Room:
        """Room for a layer of width d."""
        return self.rooms.of(len(self.type_ids), d)

    def taken(self, layer: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """These rows of a layer, (n, d); the layer itself where they are all of it."""
        if len(rows) == len(layer):
            return layer
        # "clip", since numpy writes straight into `out` only where no row can be wrong.
        return layer.take(rows, 0, out=self.room(layer.shape[1]).rows, mode="clip")

    @cached_property
    def known_types(self) -> np.ndarray:
        """The types that occur, without words beyond the cap, ascending, (n_known_types,)."""
        found = np.unique(self.type_ids)
        return found[found >= 0]

    @cached_property
    def local_types(self) -> np.ndarray:
        """For each row its index in `known_types`, or -1, (n,)."""
        return np.where(self.type_ids >= 0, np.searchsorted(self.known_types, self.type_ids), -1)

    @cached_property
    def by_type(self) -> csr_array:
        """Summing matrix (n_known_types, n)."""
        return summing_matrix(self.local_types, len(self.known_types))

    @cached_property
    def type_by_sentence(self) -> csr_array:
        """How often each type stands in each sentence, (n_known_types, n_sentences)."""
        return (self.by_type @ self.by_sentence.T).tocsr()

    @cached_property
    def repeats(self) -> tuple[csr_array, np.ndarray]:
        """Words that occur more than once in their sentence: a summing matrix (n_groups, n), and
        each group's local type.
        """
        known = np.flatnonzero(self.local_types >= 0)
        group = self.sentence_ids[known] * len(self.known_types) + self.local_types[known]
        found, inverse, counts = np.unique(group, return_inverse=True, return_counts=True)
        repeated = np.flatnonzero(counts > 1)
        number = np.full(len(found), -1)
        number[repeated] = np.arange(len(repeated))
        rows = np.full(len(self.type_ids), -1)
        rows[known] = number[inverse]
        return summing_matrix(rows, len(repeated)), found[repeated] % max(len(self.known_types), 1)


def summing_matrix(group_ids: np.ndarray, n_groups: int) -> csr_array:
    """Sparse 0/1 matrix (n_groups, n) that adds up the rows of each group; ids below 0 belong to
    none.

    >>> summing_matrix(np.array([1, 0, 1, -1]), 2).toarray().tolist()
    [[0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0]]
    """
    rows = np.flatnonzero(group_ids >= 0)
    return csr_array(
        (np.ones(len(rows)), (group_ids[rows], rows)), shape=(n_groups, len(group_ids))
    )
