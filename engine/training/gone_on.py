"""A run that goes on from shipped weights: their card stays beside it, so that the card of what it
becomes counts the whole training.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BEFORE = "before.json"
# Of an earlier card, under "before".
KEPT = ("command", "seed", "settings", "sha256", "hours", "quality", "before")


def keep_card(start_from: str, folder: Path) -> None:
    """Copy the card that lies beside the weights into the folder of a run that begins from them.

    A card that is there already stays: by the time a run is resumed, the weights that it began
    from may have been replaced, and their card with them.
    """
    card = Path(start_from).parent / "card.json"
    if start_from and card.is_file() and not (folder / BEFORE).exists():
        shutil.copyfile(card, folder / BEFORE)


def earlier_card(folder: Path) -> dict[str, Any]:
    """The card of the weights that a run began from; {} where it began from nothing."""
    path = folder / BEFORE
    return json.loads(path.read_text(encoding="utf8")) if path.is_file() else {}


def with_earlier(card: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The card of a run with what went before it: hours added, the earlier curve in front.

    Args:
        card: command, settings, hours and curve of the run alone, and whatever else.
        before: the card of the weights that it began from; empty = from nothing.

    >>> before = {"command": "a", "hours": 1.0, "curve": [{"step": 30, "perplexity": 9.0}]}
    >>> run = {"command": "b", "hours": 0.5, "curve": [{"step": 10, "perplexity": 8.0}]}
    >>> both = with_earlier(run, before)
    >>> both["hours"], [point["step"] for point in both["curve"]]
    (1.5, [30, 40])
    >>> both["command"], both["before"]
    ('a; from its weights after 30 steps: b', {'command': 'a', 'hours': 1.0})
    """
    if not before:
        return dict(card)
    curve = before.get("curve", [])
    n_steps = curve[-1]["step"] if curve else 0
    found = dict(card)
    found["command"] = f"{before['command']}; from its weights after {n_steps:,} steps: " + str(
        card["command"]
    )
    if "start_from" in card.get("settings", {}):  # a place on one machine says nothing elsewhere
        sums = ", ".join(f"{k} {v[:16]}…" for k, v in before.get("sha256", {}).items())
        found["settings"] = {**card["settings"], "start_from": f"sha256 of {sums}"}
    found["before"] = {key: before[key] for key in KEPT if key in before}
    found["hours"] = round(before["hours"] + card["hours"], 2)
    later = [{**point, "step": point["step"] + n_steps} for point in card["curve"]]
    found["curve"] = [*curve, *later]
    return found
