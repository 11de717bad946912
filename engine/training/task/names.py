"""The inputs that the study compares."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import UnknownName
from engine.training.task.results import FROZEN, RANDOM, TUNED


@dataclass(frozen=True)
class InputName:
    """Where the word vectors come from, and whether labels change them."""

    name: str
    title: str
    model: str  # the encoder whose weights it needs; "" for random vectors
    start: str  # RANDOM, FROZEN or TUNED
    in_context: bool = False

    @property
    def tunes_encoder(self) -> bool:
        """True where each training step runs the encoder too, which takes long without a GPU."""
        return self.in_context and self.start == TUNED


INPUTS = {
    found.name: found
    for found in (
        InputName("random", "random", "", RANDOM),
        InputName("word2vec-frozen", "word2vec, frozen", "word2vec", FROZEN),
        InputName("word2vec-tuned", "word2vec, tuned", "word2vec", TUNED),
        InputName("glove-frozen", "GloVe, frozen", "glove", FROZEN),
        InputName("glove-tuned", "GloVe, tuned", "glove", TUNED),
        InputName("cove-frozen", "GloVe + CoVe, frozen", "cove", FROZEN, True),
        InputName("cove-tuned", "GloVe + CoVe, tuned", "cove", TUNED, True),
        InputName("elmo-frozen", "ELMo's mix, frozen", "elmo", FROZEN, True),
        InputName("elmo-tuned", "ELMo's mix, tuned", "elmo", TUNED, True),
        InputName("minilm-frozen", "MiniLM, frozen", "minilm", FROZEN, True),
        InputName("minilm-tuned", "MiniLM, tuned", "minilm", TUNED, True),
    )
}


def input_named(name: str) -> InputName:
    """The input of this name.

    Raises:
        UnknownName: there is none.
    """
    if name not in INPUTS:
        raise UnknownName(f"Unknown input {name!r}. Known: {', '.join(INPUTS)}.")
    return INPUTS[name]
