"""A file's sentences through a model, a piece at a time, and what is met on the way."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from engine.cli.output import N_LISTED
from engine.encoder import Encoder, encode_in_chunks
from engine.text import Sentence
from engine.vectors import LayeredVectors

PIECE_SENTENCES = 1_000
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
    for vectors in encode_in_chunks(
        encoder, sentences, chunk=PIECE_SENTENCES, progress=_progress()
    ):
        tally.n_sentences += len(vectors.sentences)
        tally.add_unknown(word.text for word in vectors.unknown)
        tally.add_notes(vectors.notes)
        yield replace(vectors, unknown=(), notes=())
    _clear_progress()


def _progress() -> Callable[[int], None] | None:
    if not sys.stderr.isatty():
        return None
    return lambda done: print(f"\r{done:,} sentences encoded", end="", file=sys.stderr, flush=True)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
