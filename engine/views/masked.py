"""Masked language models of the hub that are on this machine: loaded once, asked about a blank."""

from __future__ import annotations

from dataclasses import dataclass

from engine.predictors.masked import MaskedPredictor, masked_models
from engine.text import Sentence
from engine.views.kept import Kept
from engine.views.language import device

COMMAND = "python -m engine fetch bert-base-uncased"

_models = Kept(max_bytes=2)


@dataclass(frozen=True)
class MaskedAnswer:
    """What a masked model fills a blank with."""

    title: str
    words: tuple[str, ...]
    probabilities: tuple[float, ...]
    note: str


def masked_here() -> tuple[list[str], str]:
    """The names of the masked models on this machine, and a sentence with the command that brings
    one where there is none.
    """
    names = masked_models()
    missing = (
        "A masked language model (BERT), which reads both sides at once, is not on this machine; "
        f"with internet, `{COMMAND}` brings one."
    )
    return names, "" if names else missing


def masked_guesses(name: str, sentence: Sentence, place: int, n: int) -> MaskedAnswer:
    """The n likeliest pieces at a place.

    Raises:
        ModelUnavailable: the model is not here, or was not trained to fill blanks.
    """
    model = _models.get((name, device()), lambda: MaskedPredictor(name, device()), lambda _: 1)
    words, probabilities = zip(*model.guesses(sentence, place, n), strict=True)
    note = (
        f"{model.title} was trained to fill blanks and reads both sides at once; it says word "
        "pieces, which its probabilities are shared among."
    )
    return MaskedAnswer(f"{model.title}, masked", words, probabilities, note)
