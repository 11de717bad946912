"""One text measured piece by piece: what is summed up, how far it is, and its report."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from engine.encoder import Encoder, encode_in_chunks
from engine.errors import EngineError, TextError
from engine.geometry.frame import Frame
from engine.geometry.stream import TYPE_CAP, GeometryStream
from engine.measuring.layer_record import cap_notes, layer_record
from engine.measuring.tally import Tally
from engine.measuring.text_file import Piece, Place, TextFile
from engine.text import Sentence
from engine.vectors.threads import one_thread


class Part(NamedTuple):
    """One of several parts of a text, of about the same bytes."""

    number: int = 1
    of: int = 1


@dataclass(frozen=True)
class Asked:
    """What is measured, alike for all parts of a text.

    Args:
        frame: which words count; "one per type" needs the whole text before it can choose.
        type_cap: word types that are told apart, see `GeometryStream`.
        shape: the shape of each layer's cloud too.
    """

    frame: Frame = field(default_factory=Frame)
    type_cap: int = TYPE_CAP
    shape: bool = True


class Measured(NamedTuple):
    """What came of pieces: sums, and what was met on the way."""

    stream: GeometryStream
    tally: Tally

    @classmethod
    def nothing(cls, asked: Asked) -> Measured:
        """Of no piece yet."""
        return cls(GeometryStream(asked.frame, type_cap=asked.type_cap, shape=asked.shape), Tally())

    def add(self, piece: Piece, encoder: Encoder, frequencies: Mapping[str, int] | None) -> None:
        """Encode a piece and add it up."""
        sentences = [Sentence(text) for text in piece.sentences]
        # A piece of which the model knows no word comes without rows, and keeps its numbers.
        vectors = next(encode_in_chunks(encoder, sentences, chunk=len(sentences)))
        self.tally.n_sentences += len(sentences)
        self.tally.add_unknown(word.text for word in vectors.unknown)
        self.tally.add_notes(vectors.notes)
        with one_thread():
            self.stream.update(
                vectors, first_sentence=piece.begin.sentence, frequencies=frequencies
            )

    def with_stream(self, other: GeometryStream) -> Measured:
        """With what another stream saw of the same text; a part may have held no sentence."""
        if not (self.stream.layers and other.layers):
            return self if self.stream.layers else self._replace(stream=other)
        return self._replace(stream=self.stream.merge(other))

    def report(
        self, encoder: Mapping[str, str], type_cap: int, min_count: int | None = None
    ) -> dict[str, Any]:
        """Everything measured, with its frame, as `measure --json` prints it.

        Args:
            encoder: "model", "device" and "dtype".
            type_cap: word types that were told apart.
            min_count: occurrences that a word needs to enter self-similarity.
        Raises:
            TextError: no word was measured.
        """
        if not self.stream.layers:
            raise TextError("There is nothing to measure: the text holds no sentence.")
        layers = self.stream.result(min_count=min_count)
        frame, tally = self.stream.frame, self.tally
        return {
            **encoder,
            "state": "raw",
            "frame": {
                **frame.as_dict(),
                "description": frame.describe(),
                "min_count": layers[0].min_count,
                "n_sentences": tally.n_sentences,
                "n_words": layers[0].n,
            },
            "unknown_words": {"count": tally.n_unknown, "first": list(tally.first_unknown)},
            "notes": [*tally.notes, *cap_notes(layers[0].n_beyond_cap, type_cap)],
            "layers": [layer_record(i, one, frame.describe()) for i, one in enumerate(layers)],
        }


class Job:
    """A text, or a part of it, measured a piece at a time.

    Args:
        text: the file.
        encoder: loaded.
        asked: what is measured.
        part: which of how many.
    Raises:
        EngineError: the frame cannot be measured in pieces.
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
        self.encoder = encoder
        self.begin, self.end = text.part(*part)
        self.place = self.begin
        self.measured = Measured.nothing(asked)
        self.seconds = 0.0  # of measuring so far, pauses left out
        self._pieces: Iterator[Piece] | None = None

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
        record = encoder_record(self.encoder)
        return self.measured.report(record, self.asked.type_cap, min_count)


def encoder_record(encoder: Encoder) -> dict[str, str]:
    """What vectors come from, as JSON."""
    return {"model": encoder.card.name, "device": encoder.device, "dtype": encoder.dtype}
