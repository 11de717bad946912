"""The states of nets that read from both sides: which models have them, what feeds what, and a
sentence's states at every layer, halved by direction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.encoder import ENCODERS, title_of
from engine.errors import EngineError, ModelUnavailable
from engine.text import Sentence
from engine.vectors import LayeredVectors
from engine.views.kept import Kept
from engine.views.sources import encoder

INDEPENDENT, MIXED = "independent", "mixed"
# What layer 2's forward LSTM reads: layer 1's forward half only, or both halves.
WIRING = {"elmo": INDEPENDENT, "awd-lstm": INDEPENDENT, "cove": MIXED}

_states = Kept(max_bytes=100 * 2**20)


@dataclass(frozen=True)
class States:
    """A net's states of one sentence of n words; nan where the net has no vector for a word."""

    model: str
    words: tuple[str, ...]
    layer_names: tuple[str, ...]
    input: np.ndarray  # (n, d_input): the words without context
    forward: tuple[np.ndarray, ...]  # (n, d_layer / 2) for each layer above the input
    backward: tuple[np.ndarray, ...]
    unknown: tuple[str, ...]

    @property
    def title(self) -> str:
        """The model's."""
        return title_of(self.model)

    @property
    def wiring(self) -> str:
        """INDEPENDENT or MIXED."""
        return WIRING[_trained_name(self.model)]


def two_way_models() -> tuple[str, ...]:
    """The models with two directions that are on this machine; trained ones first, and a twin
    only where its model is not here.
    """
    here = [name for name in WIRING if not ENCODERS[name].missing()]
    twins = [name for name in ENCODERS if _trained_name(name) in WIRING and name not in WIRING]
    usable = [twin for twin in twins if not ENCODERS[twin].missing()]
    return (*here, *(twin for twin in usable if _trained_name(twin) not in here))


def other_wiring(model: str) -> str:
    """A model that is wired the other way; the model itself where there is none."""
    own = WIRING[_trained_name(model)]
    others = [name for name in two_way_models() if WIRING[_trained_name(name)] != own]
    return others[0] if others else model


def states(model: str, sentences: tuple[Sentence, ...]) -> list[States]:
    """The states of a few sentences, read in one batch; kept.

    Raises:
        EngineError: the model does not read in two directions.
        ModelUnavailable: its weights are not here.
        TextError: it knows none of the words.
    """
    if model not in ENCODERS or _trained_name(model) not in WIRING:
        raise EngineError(f"{title_of(model)} has no states of two directions. Take ELMo or CoVe.")
    if why := ENCODERS[model].missing():
        raise ModelUnavailable(why)
    vectors = _states.get(
        (model, tuple(sentence.text for sentence in sentences)),
        lambda: encoder(model).encode(sentences),
        lambda found: sum(layer.nbytes for layer in found.layers),
    )
    return [_of_sentence(vectors, number) for number in range(len(sentences))]


def _trained_name(model: str) -> str:
    return ENCODERS[model].card.twin_of or model


def _of_sentence(vectors: LayeredVectors, number: int) -> States:
    words = tuple(word.text for word in vectors.sentences[number].words)
    rows = np.flatnonzero(vectors.sentence_ids == number)
    full = []
    for layer in vectors.layers:
        found = np.full((len(words), layer.shape[1]), np.nan, np.float32)
        found[vectors.positions[rows]] = layer[rows]
        full.append(found)
    return States(
        model=vectors.model,
        words=words,
        layer_names=vectors.layer_names,
        input=full[0][:, : vectors.rank_bounds[0]],  # ELMo's holds the same vector twice
        forward=tuple(layer[:, : layer.shape[1] // 2] for layer in full[1:]),
        backward=tuple(layer[:, layer.shape[1] // 2 :] for layer in full[1:]),
        unknown=tuple(word.text for word in vectors.unknown if word.sentence_id == number),
    )
