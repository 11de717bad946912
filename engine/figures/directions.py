"""How the directions of reading look in every figure: a colour each, and both together striped."""

from __future__ import annotations

from typing import Any

from engine.figures.theme import CATEGORICAL

FORWARD, BACKWARD = "forward", "backward"
# Two colours that no model of the story has.
COLOURS = {FORWARD: CATEGORICAL[5], BACKWARD: CATEGORICAL[6]}
ARROWS = {FORWARD: "→", BACKWARD: "←"}


def fill(direction: str) -> dict[str, Any]:
    """The marker of a direction's bars; anything that is neither direction has both colours."""
    if direction in COLOURS:
        return {"color": COLOURS[direction]}
    stripes = {"shape": "/", "fgcolor": COLOURS[BACKWARD], "bgcolor": COLOURS[FORWARD], "size": 9}
    return {"pattern": {**stripes, "fillmode": "replace", "solidity": 0.5}}
