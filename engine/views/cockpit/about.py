"""What the cockpit says of a run, live or recorded: its label, its facts, its columns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from engine.runs.recorded import Label, recording, recordings
from engine.runs.rows import Run
from engine.training.events import StageEnded
from engine.views.cockpit.columns import columns

KIND = "ulmfit"
RECORDED = "recorded-"  # before the name of a recorded run, where a live run has its id


def about_live(run: Run) -> dict[str, Any]:
    """Of a run in the store. The cockpit itself says since when it is live."""
    return {
        "id": run.id, "kind": "live", "title": run.name, "facts": _facts(run.settings),
        **columns(run.settings),
    }  # fmt: skip


def about_recorded(label: Label) -> dict[str, Any]:
    """Of a run that ships."""
    facts = [label.data, _facts(label.settings), label.hardware]
    return {
        "id": f"{RECORDED}{label.name}", "kind": "recorded", "title": label.title,
        "date": label.date, "facts": " · ".join(filter(None, facts)), **columns(label.settings),
    }  # fmt: skip


def recorded_runs() -> list[Label]:
    """The recorded runs that the cockpit can play."""
    return [label for label in recordings() if label.kind == KIND]


def same_start(ref: str) -> list[dict[str, str]]:
    """`title` of each other recorded run and `weights`, the hash that its first stage ended with:
    pretrained once, adapted many times.
    """
    found = []
    for label in recorded_runs():
        if ref != f"{RECORDED}{label.name}" and (weights := _first_weights(label.name)):
            found.append({"title": label.title, "weights": weights})
    return found


@lru_cache(maxsize=128)
def _first_weights(name: str) -> str:
    for one in recording(name).events:
        if isinstance(one.event, StageEnded):
            return one.event.weights if one.event.stage == "pretrain" else ""
    return ""


def _facts(settings: Mapping[str, Any]) -> str:
    from engine.training.ulmfit.config import Ulmfit
    from engine.training.ulmfit.settings import from_settings

    config = from_settings(Ulmfit, settings)
    direction = "both directions" if config.direction == "both" else config.direction
    return f"{config.classify.n_labels:,} labels · {direction} · seed {config.seed}"
