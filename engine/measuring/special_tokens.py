"""Special tokens as words: [CLS] and [SEP], which some nets read around each sentence.

They are no words, and no frame counts them unless it is asked to: with them a mean cosine speaks of
what the net reads, not of what was written.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from engine.encoder import ENCODERS, Encoder, is_registered
from engine.errors import EngineError
from engine.geometry.frame import Frame


@runtime_checkable
class MarkingEncoder(Protocol):
    """An encoder whose net reads special tokens."""

    def with_special_tokens(self) -> Encoder:
        """The same encoder, to which they are words too."""


def reads_special_tokens(model: str) -> bool:
    """True if a registered model can show them; of a model of the hub, only its net can tell."""
    return is_registered(model) and hasattr(ENCODERS[model], "with_special_tokens")


def encoder_for(encoder: Encoder, frame: Frame) -> Encoder:
    """The encoder that gives a frame its words.

    Raises:
        EngineError: its net reads none.
    """
    if not frame.special_tokens:
        return encoder
    if not isinstance(encoder, MarkingEncoder):
        raise EngineError(
            f"{encoder.card.title} reads no special tokens around a sentence, so there are none to "
            "count."
        )
    return encoder.with_special_tokens()
