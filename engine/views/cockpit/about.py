"""What the cockpit says of a run, live or recorded: its label, its facts, its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.runs.recorded import Label, recordings
from engine.runs.rows import Run
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


def _facts(settings: Mapping[str, Any]) -> str:
    from engine.training.ulmfit.config import Ulmfit
    from engine.training.ulmfit.settings import from_settings

    config = from_settings(Ulmfit, settings)
    direction = "both directions" if config.direction == "both" else config.direction
    return f"{config.classify.n_labels:,} labels · {direction} · seed {config.seed}"
