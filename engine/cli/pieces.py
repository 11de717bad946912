"""A file's sentences through a model, a piece at a time, and what is met on the way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from engine.encoder import Encoder, encode_in_chunks
from engine.measuring.tally import Tally
from engine.text import Sentence
from engine.vectors import LayeredVectors

PIECE_SENTENCES = 1_000


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
