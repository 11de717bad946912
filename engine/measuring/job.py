"""One text measured piece by piece: how far it is, and its report."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from engine.encoder import Encoder
from engine.errors import EngineError, TextError
from engine.measuring.measured import Asked, Measured, Part, encoder_record
from engine.measuring.memory import give_back
from engine.measuring.special_tokens import encoder_for
from engine.measuring.text_file import Piece, Place, TextFile
from engine.text import Sentence

GIVE_BACK_AFTER = 8  # pieces: what is given back has to be asked for again, which takes time


class Job:
    """A text, or a part of it, measured a piece at a time.

    Args:
        text: the file.
        encoder: loaded.
        asked: what is measured.
        part: which of how many.
    Raises:
        EngineError: the frame cannot be measured in pieces, or asks for special tokens that the
            model does not read.
        TextError: the file cannot be read.
    """

    def __init__(
        self, text: TextFile, encoder: Encoder, asked: Asked = Asked(), part: Part = Part()
    ) -> None:
        if asked.frame.unit == "one per type":
            raise EngineError(
                "One occurrence a type is chosen over the whole text, so it cannot be measured in "
                "parts, paused or shared out."
            )
        self.text, self.asked, self.part = text, asked, part
        self.encoder = encoder_for(encoder, asked.frame)
        self.begin, self.end = text.part(*part)
        self.place = self.begin
        self.measured = Measured.nothing(asked)
        self.seconds = 0.0  # of measuring so far, pauses left out
        self._pieces: Iterator[Piece] | None = None
        self._n_pieces = 0

    @property
    def finished(self) -> bool:
        """Is every piece measured?"""
        return self.place.byte >= self.end

    @property
    def share(self) -> float:
        """Of the part's bytes that are measured, in [0, 1]."""
        n_bytes = self.end - self.begin.byte
        return min(1.0, (self.place.byte - self.begin.byte) / n_bytes) if n_bytes > 0 else 1.0

    @cached_property
    def frequencies(self) -> Counter[str] | None:
        """How often each word stands in the whole text, where the frame asks: its size grows with
        the vocabulary, and with nothing else.
        """
        if not self.asked.frame.needs_frequencies:
            return None
        return Counter(
            word.key
            for piece in self.text.pieces()
            for sentence in piece.sentences
            for word in Sentence(sentence).words
        )

    def advance(self) -> None:
        """Measure one piece.

        Raises:
            TextError: the file holds something that is no text.
        """
        started = time.monotonic()
        if self._pieces is None:
            self._pieces = self.text.pieces(self.place, self.end)
        piece = next(self._pieces, None)
        if piece is None:  # blank lines up to the end
            self.place = self.place._replace(byte=max(self.place.byte, self.end))
            return
        self.measured.add(piece, self.encoder, self.frequencies)
        self.place = piece.end
        self._n_pieces += 1
        if self._n_pieces % GIVE_BACK_AFTER == 0:
            give_back()
        self.seconds += time.monotonic() - started

    def go_on_from(self, place: Place, measured: Measured, seconds: float) -> None:
        """Be where another job of the same text was."""
        self.place, self.measured, self.seconds = place, measured, seconds
        self._pieces = None

    def report(self, min_count: int | None = None) -> dict[str, Any]:
        """Everything measured so far, with its frame.

        Raises:
            TextError: no sentence was there to measure.
        """
        if self.part.of > 1 and not self.measured.stream.layers:
            raise TextError(
                f"Part {self.part.number} of {self.part.of} holds no sentence: take fewer parts of "
                "so short a text."
            )
        report = self.measured.report(encoder_record(self.encoder), min_count)
        if self.part.of > 1:
            report["notes"].append(
                f"This is part {self.part.number} of {self.part.of} of the text."
            )
        return report
