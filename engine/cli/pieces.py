"""A file's sentences through a model, a piece at a time, and what is met on the way."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from engine.cli.output import N_LISTED
from engine.encoder import Encoder, Progress
from engine.errors import TextError
from engine.text import Sentence
from engine.vectors import LayeredVectors

PIECE_SENTENCES = 1_000
PIECE_CHARACTERS = 100_000  # a piece of long sentences ends sooner, so that memory stays bounded
COUNTED_NOTE = re.compile(r"(\d+) (.*)", re.DOTALL)


@dataclass
class Tally:
    """What was met while the sentences went by."""

    n_sentences: int = 0
    n_unknown: int = 0  # occurrences
    first_unknown: dict[str, None] = field(default_factory=dict)  # different words, in order
    _notes: Counter[str] = field(default_factory=Counter)

    def add_unknown(self, words: Iterable[str]) -> None:
        """Count words that the model does not know, and keep the first few."""
        for word in words:
            self.n_unknown += 1
            if len(self.first_unknown) < N_LISTED:
                self.first_unknown.setdefault(word)

    def add_notes(self, notes: Iterable[str]) -> None:
        """Keep each note once; counts at their beginnings are added up over the pieces."""
        for note in notes:
            counted = COUNTED_NOTE.fullmatch(note)
            self._notes[counted[2] if counted else note] += int(counted[1]) if counted else 0

    @property
    def notes(self) -> list[str]:
        """What a reader must know, one sentence each."""
        return [f"{count} {note}" if count else note for note, count in self._notes.items()]


def encoded(
    encoder: Encoder, sentences: Iterable[Sentence], tally: Tally
) -> Iterator[LayeredVectors]:
    """Vectors of consecutive pieces of the file; unknown words and notes go to the tally.

    Raises:
        TextError: the model knows no word of the whole file.
    """
    n_waiting, nothing_known = 0, None
    for piece in _pieces(sentences):
        first = tally.n_sentences
        tally.n_sentences += len(piece)
        try:
            vectors = encoder.encode(piece, progress=_progress(first))
        except TextError as error:
            # No word of this piece is known. Its sentences stand, empty, before the next piece, so
            # that every sentence keeps its number in the file.
            tally.add_unknown(word.text for sentence in piece for word in sentence.words)
            n_waiting, nothing_known = n_waiting + len(piece), error
            continue
        tally.add_unknown(word.text for word in vectors.unknown)
        tally.add_notes(vectors.notes)
        yield replace(
            vectors,
            sentences=(Sentence(""),) * n_waiting + vectors.sentences,
            sentence_ids=vectors.sentence_ids + n_waiting,
            unknown=(),
            notes=(),
        )
        n_waiting = 0
    _clear_progress()
    if nothing_known and n_waiting == tally.n_sentences:
        raise nothing_known


def numbered(pieces: Iterable[LayeredVectors]) -> Iterator[tuple[int, LayeredVectors]]:
    """Each piece with the number of its first sentence in the file."""
    first = 0
    for piece in pieces:
        yield first, piece
        first += len(piece.sentences)


def _pieces(sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
    piece: list[Sentence] = []
    n_characters = 0
    for sentence in sentences:
        piece.append(sentence)
        n_characters += len(sentence.text)
        if len(piece) == PIECE_SENTENCES or n_characters >= PIECE_CHARACTERS:
            yield piece
            piece, n_characters = [], 0
    if piece:
        yield piece


def _progress(first: int) -> Progress | None:
    if not sys.stderr.isatty():
        return None

    def report(done: int, _total: int) -> None:
        print(f"\r{first + done:,} sentences encoded", end="", file=sys.stderr, flush=True)

    return report


def _clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
