"""What the Models page says of each model."""

from __future__ import annotations

from dataclasses import dataclass

from engine.encoder import ENCODERS, registered
from engine.figures.theme import model_colour


@dataclass(frozen=True)
class AboutModel:
    """One model in words."""

    name: str
    title: str
    colour: str
    about: str
    facts: str
    missing: str | None  # why it cannot be used here, and the command that mends it


def about_models() -> list[AboutModel]:
    """All registered models, static ones first."""
    return [
        AboutModel(
            card.name,
            card.title,
            model_colour(card.name),
            card.about,
            f"{card.family} · layers: {', '.join(card.layer_names)} · {card.d_model} dimensions "
            f"· {card.source} · licence: {card.licence} · sha256 of the weights "
            f"{card.sha256[:16]}…",
            ENCODERS[card.name].missing(),
        )
        for card in registered()
    ]
