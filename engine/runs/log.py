"""The events of a run, live or recorded, to be shown by the same code."""

from __future__ import annotations

import bisect
import threading
from collections.abc import Sequence

from engine.runs.rows import Logged, Run
from engine.runs.store import Store, decoded
from engine.runs.until import BATCHES, is_met
from engine.training.events import Event


class Log:
    """Follows a live run: after each `poll`, `events` is what the store holds.

    One may be shared by all who look at the same run.
    """

    def __init__(self, store: Store, run_id: str) -> None:
        self._store, self._run_id = store, run_id
        self._lock = threading.Lock()
        self._revision = 0
        self.events: tuple[Logged, ...] = ()

    def poll(self) -> Run:
        """Read what is new, and the run's state in the same moment.

        Raises:
            UnknownName: the run is not there any more.
        """
        with self._lock:
            with self._store.database.transaction("DEFERRED"):
                run = self._store.run(self._run_id)
                kept = self._kept(run)
                last = kept[-1].number if kept else 0
                rows = self._store.event_rows(self._run_id, last) if last < run.n_events else []
            self._revision, self.events = run.revision, (*kept, *decoded(rows))
        return run

    def _kept(self, run: Run) -> tuple[Logged, ...]:
        """The events known so far that are still in the log."""
        if run.revision == self._revision:
            return self.events
        number = self._store.cut_since(self._run_id, self._revision) or 0
        return self.events[: bisect.bisect_right(self.events, number, key=lambda e: e.number)]


def up_to_step(events: Sequence[Logged], step: int) -> Sequence[Logged]:
    """What had happened when so many batches were done: how a replay stands at a position."""
    return events[: bisect.bisect_right(events, step, key=step_of)]


def up_to_seconds(events: Sequence[Logged], seconds: float) -> Sequence[Logged]:
    """What had happened after so many seconds of training."""
    return events[: bisect.bisect_right(events, seconds, key=lambda one: one.seconds)]


def next_stop(events: Sequence[Logged], step: int, until: str) -> int:
    """Where a replay that stands at a step pauses, as a live run would; the end if nothing of the
    kind comes.

    Args:
        until: a name in UNTIL.
    """
    batch: list[Event] = []  # what is told from one batch to the next
    for one in events[bisect.bisect_right(events, step, key=step_of) :]:
        if isinstance(one.event, BATCHES):
            batch = []
        batch.append(one.event)
        if is_met(until, batch):
            return step_of(one)
    return step_of(events[-1]) if events else 0


def step_of(one: Logged) -> int:
    """Batches done when the event happened."""
    return getattr(one.event, "step", getattr(one.event, "first_step", 0))
