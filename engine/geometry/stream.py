"""Anisotropy, self-similarity and intra-sentence similarity of every layer, in one pass over a
corpus of any size.

Replaces sampling 1,000 random pairs a layer (Ethayarajh 2019) by exact sums: faster, and without
sampling error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from engine.errors import ShapeError
from engine.geometry.chunk import Chunk, Rooms
from engine.geometry.frame import Frame, priority, rows_in_frame
from engine.geometry.layer_shape import Asked, layer_shape
from engine.geometry.layer_sums import LayerSums
from engine.geometry.measurements import LayerGeometry, finish
from engine.geometry.one_per_type import OnePerType
from engine.geometry.random_pairs import random_pairs
from engine.geometry.type_counts import TypeCounts
from engine.vectors import LayeredVectors
from engine.vectors.threads import one_thread

TYPE_CAP = 50_000


class GeometryStream:
    """Feed it pieces of a corpus in any number, merge it with others, then ask for the result.

    Args:
        frame: which occurrences count. "one per type" is resolved by `measure`, which sees the
            whole corpus.
        type_cap: word types whose same-word pairs are excluded; words of later types are each
            treated as a type of their own, and `n_beyond_cap` counts them.
        shape: also measure the shape of each layer's cloud, for about twice the time.
    """

    def __init__(
        self, frame: Frame = Frame(), *, type_cap: int = TYPE_CAP, shape: bool = False
    ) -> None:
        self.frame = frame
        self.shape = shape
        self.n_words = 0
        self.n_beyond_cap = 0
        self.layers: list[LayerSums] = []
        self.layer_names: tuple[str, ...] = ()
        self.rank_bounds: tuple[int, ...] = ()
        self.type_cap = type_cap
        self.types: dict[str, int] = {}
        self._rooms = Rooms()
        self.counts = TypeCounts(type_cap)

    def update(
        self,
        vectors: LayeredVectors,
        *,
        first_sentence: int = 0,
        frequencies: Mapping[str, int] | None = None,
    ) -> GeometryStream:
        """Add a piece of a corpus whose first sentence has this number in the whole; sentences are
        never split.
        """
        if self.frame.unit == "one per type":
            raise ShapeError("One occurrence a type is chosen by `measure`, over the whole corpus.")
        rows = rows_in_frame(
            vectors, self.frame, first_sentence=first_sentence, frequencies=frequencies
        )
        if not self.layers:
            self.layers = [
                LayerSums(layer.shape[1], self.type_cap, shape=self.shape)
                for layer in vectors.layers
            ]
            self.layer_names, self.rank_bounds = vectors.layer_names, vectors.rank_bounds
        if vectors.layer_names != self.layer_names:
            raise ShapeError(
                f"This stream holds the layers {self.layer_names}; got {vectors.layer_names}."
            )
        chunk = Chunk(
            sentence_ids=vectors.sentence_ids[rows],
            n_sentences=len(vectors.sentences),
            type_ids=self._type_ids([vectors.keys[row] for row in rows]),
            priorities=priority(
                vectors.sentence_ids[rows] + first_sentence,
                vectors.positions[rows],
                self.frame.seed,
            ),
            first_sentence=first_sentence,
            seed=self.frame.seed,
            rooms=self._rooms,
        )
        self.n_words += len(rows)
        self.counts.update(chunk)
        for sums, layer in zip(self.layers, vectors.layers, strict=True):
            sums.update(chunk.taken(layer, rows), chunk)
        return self

    def merge(self, other: GeometryStream) -> GeometryStream:
        """Add what another stream saw of the same corpus (other sentences).

        Merged in the order of the corpus, parts that reach no cap by themselves give what one
        stream does; words of types beyond the cap are each a type of its own here too.
        """
        ours, theirs = ((s.frame, s.layer_names, s.shape) for s in (self, other))
        if ours != theirs:
            raise ShapeError("Only streams of one model, frame and kind can be merged.")
        type_ids = self._numbers(list(other.types))
        beyond = type_ids < 0
        self.n_words += other.n_words
        self.n_beyond_cap += other.n_beyond_cap
        self.n_beyond_cap += int(other.counts.n[: len(type_ids)][beyond].sum())
        self.counts.merge(other.counts, type_ids)
        for sums, others in zip(self.layers, other.layers, strict=True):
            sums.merge(others, type_ids)
        return self

    def result(self, *, min_count: int | None = None) -> list[LayerGeometry]:
        """The measures of every layer; `min_count` is of occurrences that a word needs to enter
        self-similarity: by default 5, as published, or 2 where no word occurs 5 times.
        """
        return [self._layer(number, min_count) for number in range(len(self.layers))]

    def mean_cosines(self) -> list[tuple[float, tuple[float, float]]]:
        """The mean cosine of every layer so far and its 95 % interval: what can be asked between
        two pieces, since it takes a fraction of `result`.
        """
        pairs = (random_pairs(sums, self.counts, len(self.types)) for sums in self.layers)
        return [(one.mean_cosine, one.interval) for one in pairs]

    def _layer(self, number: int, min_count: int | None) -> LayerGeometry:
        sums, n_types = self.layers[number], len(self.types)
        pairs = random_pairs(sums, self.counts, n_types)
        found = finish(self.layer_names[number], sums, self.counts, pairs, n_types, min_count)
        found = replace(found, n_beyond_cap=self.n_beyond_cap)
        if not self.shape:
            return found
        asked = Asked(n_types, found.min_count, self.frame.seed)
        with one_thread():
            bound = self.rank_bounds[number]
            return replace(found, shape=layer_shape(sums, self.counts, pairs, asked, bound))

    def _type_ids(self, keys: list[str]) -> np.ndarray:
        """A number for each word's type; words of types beyond the cap are counted."""
        ids = self._numbers(keys)
        self.n_beyond_cap += int((ids < 0).sum())
        return ids

    def _numbers(self, keys: list[str]) -> np.ndarray:
        """The number of each type, or one below 0, each its own, where there is no room for it."""
        ids = np.empty(len(keys), np.int64)
        for i, key in enumerate(keys):
            if key not in self.types and len(self.types) < self.type_cap:
                self.types[key] = len(self.types)
            ids[i] = self.types.get(key, -1 - i)
        return ids


def measure(
    pieces: Iterable[LayeredVectors],
    frame: Frame = Frame(),
    *,
    frequencies: Mapping[str, int] | None = None,
    min_count: int | None = None,
    type_cap: int = TYPE_CAP,
    shape: bool = False,
) -> list[LayerGeometry]:
    """Measure every layer of a corpus given in pieces.

    Args:
        pieces: LayeredVectors of consecutive sentences.
        frequencies: word -> count over the whole corpus; needed if the frame has a frequency band
            and there are several pieces.
        shape: also measure the shape of each layer's cloud.
    Raises:
        ShapeError: no piece at all.
    """
    n_beyond_cap = 0
    if frame.unit == "one per type":
        chosen = OnePerType(frame, type_cap)
        for first_sentence, piece in numbered(pieces):
            chosen.update(piece, first_sentence, frequencies)
        pieces, n_beyond_cap = chosen.pieces(), chosen.n_beyond_cap
        frame, frequencies = Frame(punctuation=True, seed=frame.seed), None
    stream = GeometryStream(frame, type_cap=type_cap, shape=shape)
    stream.n_beyond_cap = n_beyond_cap
    for first_sentence, piece in numbered(pieces):
        stream.update(piece, first_sentence=first_sentence, frequencies=frequencies)
    if not stream.layers:
        raise ShapeError("There is nothing to measure: no sentence was given.")
    return stream.result(min_count=min_count)


def numbered(pieces: Iterable[LayeredVectors]) -> Iterator[tuple[int, LayeredVectors]]:
    """Each piece of a corpus with the number of its first sentence in the whole."""
    first_sentence = 0
    for piece in pieces:
        yield first_sentence, piece
        first_sentence += len(piece.sentences)
