"""The Polysemy page's parts."""

from __future__ import annotations

from engine.encoder import is_static
from pages._ui.controls import models_here

PARTS = {
    "duel": "Duel",
    "senses": "Senses",
    "mouse": "The mouse",
}


def contextual_here() -> list[str]:
    """The models here that read a word's sentence."""
    return [name for name in models_here() if not is_static(name)]


def static_here() -> tuple[str, ...]:
    """The models here that give a word one vector."""
    return tuple(name for name in models_here() if is_static(name))
