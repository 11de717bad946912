"""One occurrence of every word type of a corpus, chosen at random while the corpus streams by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from engine.geometry.frame import Frame, priority, rows_in_frame
from engine.geometry.layer_sums import on_disk
from engine.text import ListedWords
from engine.vectors import LayeredVectors

NEVER = np.uint64(2**64 - 1)


class OnePerType:
    """Keeps the occurrence with the smallest priority of each type; memory grows with types only.

    Types beyond the cap are left out; `n_beyond_cap` counts their occurrences.
    """

    def __init__(self, frame: Frame, type_cap: int) -> None:
        self.n_beyond_cap = 0
        self._frame = frame
        self._type_cap = type_cap
        self._slots: dict[str, int] = {}
        self._words: list[str] = []
        self._priorities = np.full(type_cap, NEVER)
        self._sentence_ids = np.zeros(type_cap, np.int64)  # numbered through the whole corpus
        self._positions = np.zeros(type_cap, np.int64)
        self._layers: list[np.ndarray] = []
        self._first: LayeredVectors | None = None

    def update(
        self, piece: LayeredVectors, first_sentence: int, frequencies: Mapping[str, int] | None
    ) -> None:
        """Take the better occurrences of one piece of the corpus."""
        if self._first is None:
            self._first = piece
            self._layers = [on_disk((self._type_cap, x.shape[1]), np.float32) for x in piece.layers]
        rows = rows_in_frame(
            piece, self._frame, first_sentence=first_sentence, frequencies=frequencies
        )
        slots = np.array([self._slot(piece.keys[row]) for row in rows], np.int64)
        self.n_beyond_cap += int((slots < 0).sum())
        sentence_ids = piece.sentence_ids[rows] + first_sentence
        priorities = priority(sentence_ids, piece.positions[rows], self._frame.seed)
        better = np.flatnonzero((slots >= 0) & (priorities < self._priorities[slots]))
        for i in better:
            self._words[slots[i]] = piece.words[rows[i]]
        self._priorities[slots[better]] = priorities[better]
        self._sentence_ids[slots[better]] = sentence_ids[better]
        self._positions[slots[better]] = piece.positions[rows[better]]
        for kept, layer in zip(self._layers, piece.layers, strict=True):
            kept[slots[better]] = layer[rows[better]]

    def pieces(self, n_sentences: int = 1024) -> Iterator[LayeredVectors]:
        """The chosen occurrences as LayeredVectors, in the order of the corpus.

        A sentence holds only its chosen words here; it is numbered among those that hold one.
        """
        if self._first is None:
            return
        n = len(self._words)
        order = np.lexsort((self._positions[:n], self._sentence_ids[:n]))
        numbers = np.unique(self._sentence_ids[order], return_inverse=True)[1]
        for first in range(0, int(numbers.max(initial=-1)) + 1, n_sentences):
            inside = slice(*np.searchsorted(numbers, [first, first + n_sentences]))
            yield self._piece(order[inside], numbers[inside] - first)

    def _piece(self, slots: np.ndarray, sentence_ids: np.ndarray) -> LayeredVectors:
        assert self._first is not None
        counts = np.bincount(sentence_ids)
        starts = np.cumsum(counts) - counts
        words = [self._words[slot] for slot in slots]
        return LayeredVectors(
            model=self._first.model,
            sentences=tuple(
                ListedWords(words[s : s + n]) for s, n in zip(starts, counts, strict=True)
            ),
            sentence_ids=sentence_ids,
            positions=np.arange(len(slots)) - starts[sentence_ids],
            layers=tuple(np.ascontiguousarray(layer[slots]) for layer in self._layers),
            layer_names=self._first.layer_names,
            state=self._first.state,
        )

    def _slot(self, key: str) -> int:
        if key not in self._slots:
            if len(self._slots) == self._type_cap:
                return -1
            self._slots[key] = len(self._slots)
            self._words.append(key)
        return self._slots[key]
