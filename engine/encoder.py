"""What an encoder is, and how one is found by name. The encoders themselves live in
engine/encoders, one file each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from engine.errors import ModelUnavailable, TextError
from engine.registry import Registry
from engine.text import Sentence
from engine.vectors import LayeredVectors, UnknownWord

Progress = Callable[[int, int], None]
"""Called with (sentences done, sentences in all). To cancel a computation, raise `Cancelled` from
it.
"""


@dataclass(frozen=True)
class ModelCard:
    """What a student needs to know of a model before using it."""

    name: str
    title: str
    family: str  # "static": one vector a word; "contextual": one a word occurrence
    about: str  # one sentence
    layer_names: tuple[str, ...]
    d_model: int  # of the top layer
    source: str
    licence: str
    sha256: str = ""  # of the weights
    twin_of: str = ""  # the trained model whose untrained twin this is
    widths: tuple[int, ...] = ()  # of each layer, where they differ
    place_in_input: bool = False  # layer 0 knows where in its sentence a word stands
    year: int = 0  # of the paper; models are told in the order of the story


class Encoder(Protocol):
    """Text in, LayeredVectors out. Weights load in the constructor, never at import."""

    card: ClassVar[ModelCard]
    device: str
    dtype: str

    def __init__(self, device: str = "auto") -> None: ...

    @classmethod
    def missing(cls) -> str | None:
        """Why the model cannot be used here, as a sentence with the command that mends it; None if
        it can.
        """

    def encode(
        self, sentences: Sequence[Sentence], *, progress: Progress | None = None
    ) -> LayeredVectors:
        """One vector per word and layer; words the model does not know are listed in `unknown`."""


@runtime_checkable
class StaticEncoder(Protocol):
    """An encoder that also lists its vocabulary."""

    def encode(
        self, sentences: Sequence[Sentence], *, progress: Progress | None = None
    ) -> LayeredVectors:
        """One vector a word; words the model does not know are listed in `unknown`."""

    def words(self, n: int) -> LayeredVectors:
        """The n most frequent words, each a sentence of its own, in order of frequency."""


ENCODERS: Registry[Any] = Registry("model", package="engine.encoders")
PART_CHARACTERS = 100_000  # a piece of long sentences ends sooner, so that memory stays bounded
HUB = "hub"  # the registered encoder that serves every name which is not registered itself


def load_encoder(name: str, device: str = "auto") -> Encoder:
    """The encoder of a registered model, or any transformer of the hub (or a local folder) by its
    name.

    Args:
        name: `minilm`, `glove`, ..., or a hub name such as `bert-base-cased`, or a path to a model
            folder.
        device: "auto" (the GPU where there is one), "cpu" or "cuda".
    Raises:
        ModelUnavailable: the weights are not on this machine; the message names the command that
            fetches them.
    """
    if not is_registered(name):
        return ENCODERS[HUB](name, device)
    encoder: type[Encoder] = ENCODERS[name]
    if why := encoder.missing():
        raise ModelUnavailable(why)
    return encoder(device)


def is_registered(name: str) -> bool:
    """True for the models of engine/encoders; any other name is looked for on the hub."""
    return name in ENCODERS and name != HUB


def title_of(name: str) -> str:
    """A model's title; the name itself for a model of the hub."""
    return ENCODERS[name].card.title if is_registered(name) else name


def is_static(name: str) -> bool:
    """True if the model gives a word one vector whatever its context."""
    return is_registered(name) and ENCODERS[name].card.family == "static"


def knows_place(name: str) -> bool:
    """True if layer 0 holds a word's position too, as in a transformer (any model of the hub)."""
    return not is_registered(name) or ENCODERS[name].card.place_in_input


def registered(*, twins: bool = False) -> list[ModelCard]:
    """The cards of all registered models, static ones first, then in the order of their papers.

    Args:
        twins: the untrained twins too, each behind its model.
    """
    cards = [ENCODERS[name].card for name in ENCODERS if name != HUB]
    kept = [card for card in cards if twins or not card.twin_of]
    return sorted(kept, key=lambda card: (card.family != "static", card.year, card.name))


def encode_in_chunks(
    encoder: Encoder,
    sentences: Iterable[Sentence],
    *,
    chunk: int = 1000,
    progress: Callable[[int], None] | None = None,
) -> Iterator[LayeredVectors]:
    """Encode a corpus of any length piece by piece, in constant memory.

    Args:
        chunk: sentences a piece; long sentences end it sooner.
        progress: called with the sentences done so far; may raise `Cancelled`.
    Yields:
        LayeredVectors of consecutive sentences, numbered from 0 in each piece. A piece of which the
        model knows no word comes without rows, so that no sentence loses its number.
    Raises:
        TextError: the model knows no word of the whole corpus.
    """
    n_done, n_known, error = 0, 0, None
    for part in _parts(sentences, chunk):
        first = n_done

        def report(done: int, _total: int, first: int = first) -> None:
            if progress:
                progress(first + done)

        try:
            vectors = encoder.encode(part, progress=report)
        except TextError as nothing_known:
            vectors, error = _without_rows(encoder.card, part), nothing_known
        n_done, n_known = n_done + len(part), n_known + len(vectors)
        yield vectors
    if error and not n_known:
        raise error


def _parts(sentences: Iterable[Sentence], chunk: int) -> Iterator[list[Sentence]]:
    part: list[Sentence] = []
    n_characters = 0
    for sentence in sentences:
        part.append(sentence)
        n_characters += len(sentence.text)
        if len(part) == chunk or n_characters >= PART_CHARACTERS:
            yield part
            part, n_characters = [], 0
    if part:
        yield part


def _without_rows(card: ModelCard, sentences: Sequence[Sentence]) -> LayeredVectors:
    nowhere = np.empty(0, np.int64)
    return LayeredVectors(
        model=card.name,
        sentences=tuple(sentences),
        sentence_ids=nowhere,
        positions=nowhere,
        layers=tuple(
            np.empty((0, width), np.float32)
            for width in card.widths or (card.d_model,) * len(card.layer_names)
        ),
        layer_names=card.layer_names,
        unknown=tuple(
            UnknownWord(word.text, number, position)
            for number, sentence in enumerate(sentences)
            for position, word in enumerate(sentence.words)
        ),
    )
