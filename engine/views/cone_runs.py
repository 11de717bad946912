"""The trainings whose geometry was measured as they went, recorded and live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from engine.errors import EngineError
from engine.runs import recorded
from engine.runs.recorded import Label, recording, recordings
from engine.runs.rows import Logged
from engine.runs.store import Store
from engine.training.events import Validated, WordPlaces
from engine.views.cockpit.about import RECORDED

KIND = "cone"
COMMAND = "python -m engine runs record-all --only 'cone-*'"


@dataclass(frozen=True)
class ConeRun:
    """One training."""

    ref: str  # its id, or "recorded-" and its name
    title: str
    origin: str  # live or recorded, with its date
    settings: dict[str, Any]
    events: Sequence[Logged]

    @property
    def net(self) -> str:
        """What is trained."""
        return str(self.settings.get("net", "word2vec"))

    @property
    def n_negatives(self) -> int:
        """Of word2vec."""
        return int(self.settings.get("n_negatives", 5))

    @property
    def seed(self) -> int:
        """Of everything that is left to chance."""
        return int(self.settings.get("seed", 0))

    def series(self, name: str) -> tuple[list[int], list[float]]:
        """(batches, values) of a figure."""
        told = [e.event for e in self.events if isinstance(e.event, Validated)]
        found = [(one.step, one.figures[name]) for one in told if name in one.figures]
        return [step for step, _ in found], [value for _, value in found]

    def moments(self) -> list[WordPlaces]:
        """Where its words stood, in order."""
        return [one.event for one in self.events if isinstance(one.event, WordPlaces)]


def labels() -> list[Label]:
    """What is said of the recorded ones, by name."""
    return [label for label in recordings(recorded.FOLDER) if label.kind == KIND]


def cone_run(ref: str, store: Store | None = None) -> ConeRun:
    """A training by its id, or by "recorded-" and its name.

    Raises:
        UnknownName: there is none.
        EngineError: it is a run of another kind.
    """
    if ref.startswith(RECORDED):
        found = recording(ref.removeprefix(RECORDED), recorded.FOLDER)
        label = found.label
        _check(label.kind)
        origin = f"recorded {label.date}"
        return ConeRun(ref, label.title, origin, label.settings, found.events)
    store = store or Store()
    run = store.run(ref)
    _check(run.kind)
    since = datetime.fromtimestamp(run.started or run.created).strftime("%Y-%m-%d %H:%M")
    return ConeRun(ref, run.name, f"live, of {since}", run.settings, store.events_after(ref))


def recorded_cone_runs() -> list[ConeRun]:
    """All that ship, by setting and seed."""
    runs = [cone_run(f"{RECORDED}{label.name}") for label in labels()]
    return sorted(runs, key=lambda run: (run.net != "word2vec", run.n_negatives, run.seed))


def places_of(moments: Sequence[WordPlaces]) -> np.ndarray:
    """x, y, z of every word at every moment, float32 (n_moments, n_words, 3)."""
    return np.array([one.places for one in moments], np.float32).reshape(len(moments), -1, 3)


def _check(kind: str) -> None:
    if kind != KIND:
        raise EngineError("This run is of another kind; its geometry was not measured as it went.")
