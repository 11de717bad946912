"""Do a list of runs one after another, and record each; what is recorded already is left out.

It may be stopped at any time: a run that was under way goes on from its last checkpoint.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from engine.errors import EngineError, TextError
from engine.runs import control
from engine.runs.pool import ServerSettings
from engine.runs.recorded import FOLDER, SUFFIX, recordings
from engine.runs.recording import record
from engine.runs.rows import FINISHED, LOST, OVER, PAUSED, QUEUED, Run
from engine.runs.store import Store
from engine.runs.supervisor import Supervisor
from engine.training.events import SampleText

LARGEST = 3_000_000  # bytes of all recordings together
LOOK_SECONDS = 0.5


class Planned(Protocol):
    """A run to be recorded."""

    @property
    def name(self) -> str:
        """Of its file."""

    @property
    def title(self) -> str:
        """What it shows."""

    @property
    def kind(self) -> str:
        """Of its session."""

    @property
    def settings(self) -> dict[str, Any]:
        """Of its session."""

    @property
    def data(self) -> str:
        """What it is trained on, in words; other data, other words."""

    def missing(self) -> str | None:
        """Why it cannot be done on this machine; None if it can."""

    def copied(self, written: Sequence[str]) -> str:
        """A passage of what it read in what it wrote; "" where there is none."""


@dataclass(frozen=True)
class Listed:
    """What is to do."""

    n_runs: int
    n_recorded: int  # of them, before


@dataclass(frozen=True)
class LeftOut:
    """A run that cannot be done, or whose training failed."""

    name: str
    why: str


@dataclass(frozen=True)
class Trained:
    """How far a run is, told now and then."""

    name: str
    step: int
    seconds: float  # of training


@dataclass(frozen=True)
class Recorded:
    """A run is finished and its file written."""

    name: str
    n_bytes: int
    n_bytes_of_all: int
    seconds: float


Event = Listed | LeftOut | Trained | Recorded


@dataclass(frozen=True)
class Recorder:
    """How runs are done, and where they go."""

    command: str  # that records them, without a run's name
    store: Store
    server: ServerSettings
    folder: Path = FOLDER

    def record_all(self, planned: Sequence[Planned]) -> Iterator[Event]:
        """Train and record every run that is not recorded as it is planned now.

        Raises:
            EngineError: all recordings together become too large.
        """
        known = {label.name: (label.settings, label.data) for label in recordings(self.folder)}
        todo = [one for one in planned if known.get(one.name) != (one.settings, one.data)]
        yield Listed(len(planned), len(planned) - len(todo))
        supervisor = Supervisor(self.store.folder, self.server).start()
        try:
            for one in todo:
                yield from self._one(one)
        finally:
            supervisor.stop()

    def _one(self, planned: Planned) -> Iterator[Event]:
        if why := planned.missing():
            yield LeftOut(planned.name, why)
            return
        run = self._entered(planned)
        while run.status not in (*OVER, PAUSED):
            yield Trained(planned.name, run.step, run.seconds)
            run = self._waited(run)
        if run.status == FINISHED:
            yield self._recorded(planned, run)
            control.delete(self.store, run.id)
        else:  # nobody else steers these runs, so it has failed or met a limit
            yield LeftOut(planned.name, run.note or run.status)

    def _entered(self, planned: Planned) -> Run:
        """The run, taken up where an earlier call left it."""
        for run in self.store.runs():
            if run.name == planned.name and run.settings != planned.settings:
                control.delete(self.store, run.id)
            elif run.name == planned.name:
                if run.status not in (FINISHED, QUEUED, LOST):
                    control.resume(self.store, run.id)
                return self.store.run(run.id)
        return self.store.run(self.store.add(planned.kind, planned.settings, name=planned.name))

    def _waited(self, run: Run, seconds: float = 30.0) -> Run:
        """Until it ends, or some time has passed."""
        end = time.monotonic() + seconds
        while run.status not in (*OVER, PAUSED) and time.monotonic() < end:
            time.sleep(LOOK_SECONDS)
            run = self.store.run(run.id)
        return run

    def _recorded(self, planned: Planned, run: Run) -> Recorded:
        events = self.store.events_after(run.id)
        written = [one.event.text for one in events if isinstance(one.event, SampleText)]
        if passage := planned.copied(written):
            raise TextError(
                f"{planned.name} wrote a passage of its training text, which does not ship: "
                f"{passage!r}. Give it another prompt or seed."
            )
        path = self.folder / f"{planned.name}{SUFFIX}"
        n_bytes = record(
            self.store, run.id, path, title=planned.title, data=planned.data,
            command=f"{self.command} {planned.name}",
        )  # fmt: skip
        n_all = sum(one.stat().st_size for one in self.folder.glob(f"*{SUFFIX}"))
        if n_all > LARGEST:
            path.unlink()
            raise EngineError(
                f"All recordings together would have {n_all:,} bytes; {LARGEST:,} are the most "
                f"that ship. Make {planned.name} shorter, or delete another recording."
            )
        return Recorded(planned.name, n_bytes, n_all, run.seconds)
