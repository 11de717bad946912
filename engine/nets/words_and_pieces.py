"""Which pieces make up which word: the plan that `engine.nets.subwords` carries out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import EngineError, TextError
from engine.nets.subwords import PieceSequence, Shape
from engine.text import Sentence, align
from engine.vectors import UnknownWord

POOLINGS = ("mean", "first", "last")


@dataclass(frozen=True)
class Plan:
    """The piece sequences of many sentences, and the word that each row of the result will hold."""

    sequences: list[PieceSequence]
    sentence_ids: np.ndarray  # int64, (n_rows,)
    positions: np.ndarray  # int64, (n_rows,)
    n_pieces: np.ndarray  # int64, (n_rows,)
    unknown: tuple[UnknownWord, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """How words are made of pieces."""

    unknown_id: int | None = None  # a word all of whose pieces are this one is unknown to the model
    pooling: str = "mean"
    drop_first_token: bool = False  # leave out words that hold a window's very first token

    def __post_init__(self) -> None:
        if self.pooling not in POOLINGS:
            raise EngineError(f"Unknown pooling {self.pooling!r}. Known: {', '.join(POOLINGS)}.")


def plan(
    sentences: Sequence[Sentence],
    token_ids: Sequence[Sequence[int]],
    spans: Sequence[Sequence[tuple[int, int]]],
    shape: Shape,
    rules: Rules,
) -> Plan:
    """Decide every row: known words in order of sentence and position.

    Raises:
        TextError: the model knows none of the words.
    """
    room = shape.max_tokens - len(shape.prefix) - len(shape.suffix)
    sequences, counts, unknown, n_dropped = [], [], [], 0
    places: list[tuple[int, int]] = []
    for number, sentence in enumerate(sentences):
        ids = token_ids[number]
        pieces: list[int] = []
        rows: list[int] = []
        for position, word_pieces in enumerate(align(sentence.words, spans[number])):
            if all(
                ids[p] == rules.unknown_id for p in word_pieces
            ):  # also when there is no piece at all
                unknown.append(UnknownWord(sentence.words[position].text, number, position))
                continue
            if rules.drop_first_token and any(p % room == 0 for p in word_pieces):
                n_dropped += 1
                continue
            pooled = {"mean": word_pieces, "first": word_pieces[:1], "last": word_pieces[-1:]}[
                rules.pooling
            ]
            pieces += pooled
            rows += [len(places)] * len(pooled)
            places.append((number, position))
            counts.append(len(word_pieces))
        sequences.append(PieceSequence(ids, np.array(pieces, np.int64), np.array(rows, np.int64)))
    if not places:
        raise TextError(_nothing_left(n_dropped))
    sentence_ids, positions = np.array(places, np.int64).T.copy()
    notes = _notes(sum(len(ids) > room for ids in token_ids), room, n_dropped)
    return Plan(
        sequences, sentence_ids, positions, np.array(counts, np.int64), tuple(unknown), notes
    )


def _nothing_left(n_dropped: int) -> str:
    if not n_dropped:
        return "The model knows none of the words in this text."
    return (
        "Every word of this text that the model knows stands at a first position, where its "
        "vectors mean nothing. Write longer sentences."
    )


def _notes(n_long: int, room: int, n_dropped: int) -> tuple[str, ...]:
    notes = []
    if n_long:
        notes.append(
            f"{n_long} sentence(s) hold more than the {room} pieces this model reads at once; "
            "they were read in stretches of that length, each without sight of the others."
        )
    if n_dropped:
        notes.append(
            f"{n_dropped} word(s) at a first position were left out: this model parks huge "
            "vectors there, which would dominate every average."
        )
    return tuple(notes)
