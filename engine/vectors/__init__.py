"""LayeredVectors: what every model of the story yields. The one type that all later code speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from engine.errors import ShapeError, UnknownName
from engine.text import Sentence, word_key
from engine.vectors.states import RAW, STATES, ZIPFIAN, notes_on, zipfian_whitened


@dataclass(frozen=True)
class UnknownWord:
    """An occurrence that a model has no vector for; it is listed, never given a zero vector."""

    text: str
    sentence_id: int
    position: int


@dataclass(frozen=True)
class LayeredVectors:
    """Word vectors of many sentences at every layer of one model; frozen, and checked once, here.

    Row i of every layer belongs to `words[i]`, the word at `positions[i]` of
    `sentences[sentence_ids[i]]`. Layer 0 is the model's context-free input, the last layer its
    top. Rows are ordered by sentence, then by position.
    """

    model: str
    sentences: tuple[Sentence, ...]
    sentence_ids: np.ndarray  # int64, (n_words,), ascending
    positions: np.ndarray  # int64, (n_words,): index into the sentence's words
    layers: tuple[np.ndarray, ...]  # float32, (n_words, d_layer) each
    layer_names: tuple[str, ...]
    # int64, (n_words,): how many sub-words each word is made of; 1 unless said
    n_pieces: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    # float64, (n_words,): tokens of running text that each word stands for; 1 unless said
    weights: np.ndarray = field(default_factory=lambda: np.empty(0, np.float64))
    # the rank a layer can have at most; its width unless the model says less
    rank_bounds: tuple[int, ...] = ()
    state: str = RAW
    unknown: tuple[UnknownWord, ...] = ()
    notes: tuple[str, ...] = ()  # what a reader must know, one sentence each
    device: str = "cpu"
    dtype: str = "float32"

    def __post_init__(self) -> None:
        n_words = len(self.sentence_ids)
        if not self.layers:
            raise ShapeError("LayeredVectors needs at least one layer; got none.")
        if any(layer.dtype != np.float32 or layer.ndim != 2 for layer in self.layers):
            raise ShapeError("Every layer must be a float32 array of shape (n_words, d_layer).")
        self._fill_in(n_words)
        lengths = {
            len(self.positions),
            len(self.n_pieces),
            len(self.weights),
            *(layer.shape[0] for layer in self.layers),
        }
        if lengths != {n_words}:
            raise ShapeError(
                "sentence_ids, positions, n_pieces, weights and layers need as many rows each; "
                f"got {sorted(lengths | {n_words})}."
            )
        if len(self.layer_names) != len(self.layers) or len(self.rank_bounds) != len(self.layers):
            raise ShapeError(
                f"{len(self.layers)} layers need as many names and rank bounds; got "
                f"{len(self.layer_names)} and {len(self.rank_bounds)}."
            )
        if n_words and (np.diff(self.sentence_ids) < 0).any():
            raise ShapeError("Rows must be ordered by sentence; sentence_ids go down somewhere.")
        self._check_places()

    def _fill_in(self, n_words: int) -> None:
        """What was not said: one piece and one token a word, full rank."""
        if not len(self.n_pieces):
            object.__setattr__(self, "n_pieces", np.ones(n_words, np.int64))
        if not len(self.weights):
            object.__setattr__(self, "weights", np.ones(n_words))
        if not self.rank_bounds:
            object.__setattr__(self, "rank_bounds", tuple(layer.shape[1] for layer in self.layers))

    def _check_places(self) -> None:
        counts = np.array([len(sentence.words) for sentence in self.sentences], np.int64)
        inside = (self.sentence_ids >= 0) & (self.sentence_ids < len(counts))
        if not inside.all() or (self.positions < 0).any():
            raise ShapeError(f"Rows point outside the {len(counts)} sentences.")
        if len(self) and (self.positions >= counts[self.sentence_ids]).any():
            raise ShapeError("Rows point behind the last word of their sentence.")

    def __len__(self) -> int:
        return len(self.sentence_ids)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The word of each row as typed, (n_words,)."""
        sentence_words = [sentence.words for sentence in self.sentences]
        pairs = zip(self.sentence_ids.tolist(), self.positions.tolist(), strict=True)
        return tuple(sentence_words[s][p].text for s, p in pairs)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The word of each row as compared (case-folded), (n_words,)."""
        return tuple(map(word_key, self.words))

    @cached_property
    def types(self) -> tuple[tuple[str, ...], np.ndarray]:
        """The distinct words, and for each row the index of its word: ((n_types,), (n_words,))."""
        numbers: dict[str, int] = {}
        type_ids = np.fromiter(
            (numbers.setdefault(key, len(numbers)) for key in self.keys), np.int64, len(self)
        )
        return tuple(numbers), type_ids

    @cached_property
    def _type_numbers(self) -> dict[str, int]:
        """The index of each distinct word."""
        return {word: number for number, word in enumerate(self.types[0])}

    @property
    def n_layers(self) -> int:
        """Number of layers, layer 0 included."""
        return len(self.layers)

    @property
    def multi_piece_share(self) -> float:
        """Share of the words, in [0, 1], that the model cut into more than one piece."""
        return float((self.n_pieces > 1).mean()) if len(self) else 0.0

    def rows_of(self, word: str) -> np.ndarray:
        """Row numbers of every occurrence of a word, (n_occurrences,): case-insensitive exact
        token.
        """
        _, type_ids = self.types
        return np.flatnonzero(type_ids == self._type_numbers.get(word_key(word), -1))

    def select(self, rows: np.ndarray | Sequence[int]) -> LayeredVectors:
        """The same vectors, these rows only (ascending row numbers or a boolean mask)."""
        rows = np.asarray(rows, None if len(rows) else np.int64)
        return replace(
            self,
            sentence_ids=self.sentence_ids[rows],
            positions=self.positions[rows],
            n_pieces=self.n_pieces[rows],
            weights=self.weights[rows],
            layers=tuple(np.ascontiguousarray(layer[rows]) for layer in self.layers),
        )

    def view(self, state: str) -> LayeredVectors:
        """The vectors in another state (raw, centred, standardised, ...), which carries its name
        along.

        Raises:
            UnknownName: not one of `STATES`, or asked of vectors that are no longer raw.
        """
        if state == self.state:
            return self
        if self.state != RAW:
            raise UnknownName(
                f"These vectors are already {self.state}; take the view {state!r} of the raw ones."
            )
        if state == ZIPFIAN:
            transformed = tuple(zipfian_whitened(layer, self.weights) for layer in self.layers)
        else:
            transformed = tuple(STATES[state](layer) for layer in self.layers)
        widest = max(layer.shape[1] for layer in self.layers)
        notes = self.notes + notes_on(state, widest, self.weights)
        return replace(self, layers=transformed, state=state, notes=notes)


def concatenate(parts: Sequence[LayeredVectors]) -> LayeredVectors:
    """Vectors of consecutive pieces of a corpus as one; sentence ids count on, notes are kept
    once.
    """
    offsets = np.cumsum([0, *(len(part.sentences) for part in parts)])
    return replace(
        parts[0],
        sentences=tuple(sentence for part in parts for sentence in part.sentences),
        sentence_ids=np.concatenate(
            [p.sentence_ids + o for p, o in zip(parts, offsets, strict=False)]
        ),
        positions=np.concatenate([part.positions for part in parts]),
        n_pieces=np.concatenate([part.n_pieces for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
        layers=tuple(
            np.concatenate(same) for same in zip(*(part.layers for part in parts), strict=True)
        ),
        unknown=tuple(
            replace(word, sentence_id=word.sentence_id + int(o))
            for part, o in zip(parts, offsets, strict=False)
            for word in part.unknown
        ),
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )
