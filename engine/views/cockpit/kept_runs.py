"""Runs by the name that a link gives them, live or recorded, for whoever compares or lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.runs.recorded import recording
from engine.runs.rows import OVER, PAUSED, Logged, Run
from engine.runs.store import Store
from engine.training.events import Validated
from engine.views.cockpit.about import RECORDED, about_live, about_recorded


@dataclass(frozen=True)
class KeptRun:
    """A run with all that it told."""

    ref: str
    title: str
    origin: str  # live or recorded, with its date
    about: dict[str, Any]
    events: Sequence[Logged]
    settings: dict[str, Any]
    is_moving: bool = False  # it trains, or waits for it


def kept_run(ref: str, store: Store | None = None) -> KeptRun:
    """A run by its id, or by "recorded-" and its name.

    Raises:
        UnknownName: there is none.
    """
    if ref.startswith(RECORDED):
        found = recording(ref.removeprefix(RECORDED))
        label = found.label
        origin = f"recorded {label.date}"
        about = about_recorded(label)
        return KeptRun(ref, label.title, origin, about, found.events, label.settings)
    store = store or Store()
    run = store.run(ref)
    since = datetime.fromtimestamp(run.started or run.created).strftime("%Y-%m-%d %H:%M")
    return KeptRun(
        ref, run.name, f"of {since}", about_live(run), store.events_after(ref),
        run.settings, run.status not in (*OVER, PAUSED),
    )  # fmt: skip


def version_of(ref: str, store: Store) -> tuple[int, int]:
    """How far a run is: its events, and how often it went back. Recorded ones stay as they are.

    Raises:
        UnknownName: there is none.
    """
    if ref.startswith(RECORDED):
        return 0, 0
    run = store.run(ref)
    return run.n_events, run.revision


def last_figures(events: Sequence[Logged]) -> dict[str, float]:
    """What validation measured last: each figure's newest value, as in {"accuracy": 0.84}."""
    found: dict[str, float] = {}
    for one in events:
        if isinstance(one.event, Validated):
            found |= one.event.figures
    return found


def figures_in_words(figures: dict[str, float]) -> str:
    """The figures of a list: accuracy and perplexity.

    >>> figures_in_words({"perplexity": 131.6, "accuracy": 0.841, "loss": 0.4})
    'accuracy 0.84, perplexity 132'
    """
    told = []
    if "accuracy" in figures:
        told.append(f"accuracy {figures['accuracy']:.2f}")
    if "perplexity" in figures:
        told.append(f"perplexity {figures['perplexity']:,.0f}")
    return ", ".join(told)


def status_in_words(run: Run) -> str:
    """A run's state for a list."""
    if run.status == "queued":
        return f"waiting, number {run.place} in the queue" if run.place > 1 else "waiting"
    return f"{run.status}, batch {run.step:,}"
