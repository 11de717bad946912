"""Where the weights that ship with the project lie, and what their cards say."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "assets" / "models"
WEIGHTS, CARD = "weights.safetensors", "card.json"


def weights_path(model: str, file_name: str = WEIGHTS) -> Path:
    """The file of a model's weights, whether it is there or not."""
    return FOLDER / model / file_name


@cache
def shipped_card(model: str) -> dict[str, Any]:
    """What the model's card says: data, command, seed, hours, measured quality, checksums; {} where
    nothing is shipped.
    """
    path = FOLDER / model / CARD
    return json.loads(path.read_text(encoding="utf8")) if path.is_file() else {}


def shipped_sha256(model: str, file_name: str = WEIGHTS) -> str:
    """The checksum that a file of the model must have; "" where the card names none."""
    return shipped_card(model).get("sha256", {}).get(file_name, "")


def not_shipped(model: str, title: str, file_name: str = WEIGHTS) -> str | None:
    """Why the model cannot be used, with the command that mends it; None if it can."""
    if weights_path(model, file_name).is_file():
        return None
    return (
        f"{title}'s weights are not here. Get them with `git checkout -- assets/models`, or make "
        f"them with `python -m engine train {model}`."
    )
