"""What is asked of a text, and what came of pieces of it: sums, and the report made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.encoder import Encoder, encode_in_chunks
from engine.errors import TextError
from engine.geometry.frame import Frame
from engine.geometry.measurements import LayerGeometry
from engine.geometry.stream import TYPE_CAP, GeometryStream
from engine.measuring.layer_record import cap_notes, layer_record
from engine.measuring.tally import Tally
from engine.measuring.text_file import Piece
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
        self.tally.n_known += len(vectors)
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

    def report(self, encoder: Mapping[str, str], min_count: int | None = None) -> dict[str, Any]:
        """Everything measured, with its frame, as `measure --json` prints it.

        Args:
            encoder: "model", "device" and "dtype".
            min_count: occurrences that a word needs to enter self-similarity.
        Raises:
            TextError: the text holds no sentence, or no word that the model knows.
        """
        if not self.stream.layers:
            raise TextError("There is nothing to measure: the text holds no sentence.")
        if not self.tally.n_known:
            raise TextError(f"{encoder['model']} knows none of the words in this text.")
        layers = self.stream.result(min_count=min_count)
        notes = cap_notes(layers[0].n_beyond_cap, self.stream.type_cap)
        return text_report(
            {**encoder, "state": "raw"}, self.stream.frame, self.tally, layers, notes
        )


def text_report(
    what: Mapping[str, str],
    frame: Frame,
    tally: Tally,
    layers: Sequence[LayerGeometry],
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """The measures of a text as `measure --json` prints them.

    Args:
        what: "model", "device", "dtype" and the "state" of the vectors.
        notes: what a reader must know beside the tally's.
    """
    described = frame.describe()
    return {
        **what,
        "frame": frame_record(frame, described, layers[0], tally),
        "unknown_words": {"count": tally.n_unknown, "first": list(tally.first_unknown)},
        "notes": [*tally.notes, *notes],
        "layers": [layer_record(i, one, described) for i, one in enumerate(layers)],
    }


def frame_record(
    frame: Frame, description: str, layer: LayerGeometry, tally: Tally
) -> dict[str, Any]:
    """A sampling frame and what fell into it, as JSON; every layer has as many words."""
    return {
        **frame.as_dict(),
        "description": description,
        "min_count": layer.min_count,
        "n_sentences": tally.n_sentences,
        "n_words": layer.n,
    }


def encoder_record(encoder: Encoder) -> dict[str, str]:
    """What vectors come from, as JSON."""
    return {"model": encoder.card.name, "device": encoder.device, "dtype": encoder.dtype}
