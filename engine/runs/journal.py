"""What a worker writes of its run.

Every transaction first makes sure that the run still is this worker's, and that nobody set it back
meanwhile: a worker that was given up can do no harm, and stepping back needs no agreement.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from engine.runs.event_json import to_json
from engine.runs.process import Owner
from engine.runs.rewind import rewind
from engine.runs.rows import FAILED, OVER, RUNNING, Checkpoint, as_checkpoint
from engine.runs.store import Store
from engine.runs.thinning import to_drop
from engine.runs.watch import Stopwatch
from engine.training.events import Event

COMMIT_SECONDS = 0.02  # at most so often: a transaction takes a tenth of a millisecond
CONTROL = (
    "SELECT status, want, until, limits, pace, revision, step, n_events, seconds FROM runs "
    "WHERE id = ? AND pid = ? AND mark = ?"
)


class Abandoned(Exception):
    """The run was deleted, or belongs to another worker now."""


class SteppedBack(Exception):
    """The run was set back to a checkpoint; what was done since does not count."""


@dataclass(frozen=True)
class Settlement:
    """The state in which a worker leaves a run."""

    status: str
    want: str
    until: str = ""
    note: str = ""


Decide = Callable[[sqlite3.Row], Settlement | None]


class Journal:
    """The log of one run, open for its worker."""

    def __init__(self, store: Store, run_id: str, owner: Owner) -> None:
        """Open it where the store says that the run is.

        Raises:
            Abandoned: the run is not this worker's.
        """
        self.store, self.run_id = store, run_id
        self._key = (run_id, *owner)
        self.reload()

    def reload(self) -> None:
        """Forget what is not written yet, and go on where the store says that the run is."""
        rows = self.store.database.read(CONTROL, *self._key)
        if not rows:
            raise Abandoned
        row = rows[0]
        self._pending: list[tuple] = []
        self._committed = 0.0
        self.revision, self.number, self.step = row["revision"], row["n_events"], row["step"]
        self.watch = Stopwatch(row["seconds"])

    def control(self) -> sqlite3.Row:
        """What is wanted now.

        Raises:
            Abandoned, SteppedBack: the worker must not go on as it did.
        """
        return self._checked(self.store.database.read(CONTROL, *self._key))

    def add(self, event: Event) -> None:
        """Log an event; it is on the disk soon, and with the next `commit` at the latest."""
        self.number += 1
        self.step = getattr(event, "step", self.step)
        self._pending.append(
            (self.run_id, self.number, self.step, type(event).__name__, to_json(event),
             time.time(), self.watch.seconds)
        )  # fmt: skip
        self.commit_if_due()

    def commit_if_due(self, ahead: float = 0.0) -> None:
        """Write what waits, unless something was written just now.

        Args:
            ahead: seconds until there will be something more to write.
        """
        if self._pending and time.monotonic() - self._committed + ahead >= COMMIT_SECONDS:
            self.commit()

    def commit(self, checkpoint: Checkpoint | None = None) -> None:
        """Write the events that wait, together with the checkpoint that stands after them."""
        self.settle(lambda row: None, checkpoint)

    def settle(self, decide: Decide, checkpoint: Checkpoint | None = None) -> Settlement | None:
        """Write what waits, and leave the run in the state that follows from what is wanted in
        this very moment; None: it goes on.
        """
        with self._fenced() as (connection, row):
            dropped = self._write(connection, checkpoint)
            if settlement := decide(row):
                ended = time.time() if settlement.status in OVER else None
                connection.execute(
                    "UPDATE runs SET status = ?, want = ?, until = ?, ended = ? WHERE id = ?",
                    (settlement.status, settlement.want, settlement.until, ended, self.run_id),
                )
                _note(connection, self.run_id, settlement.note)
        self._pending.clear()
        self._committed = time.monotonic()
        self.store.unlink(self.run_id, dropped)
        return settlement

    def begin(self, facts: Mapping[str, str], note: str) -> None:
        """The session is ready: from here on the run counts as running."""
        with self._fenced() as (connection, _):
            connection.execute(
                "UPDATE runs SET status = ?, started = coalesce(started, ?), facts = ? "
                "WHERE id = ?",
                (RUNNING, time.time(), json.dumps(dict(facts)), self.run_id),
            )
            _note(connection, self.run_id, note)

    def rewind(self, checkpoint: Checkpoint | None) -> None:
        """Set the run back to a checkpoint; None is its beginning."""
        with self._fenced() as (connection, _):
            files = rewind(connection, self.run_id, checkpoint)
        self.store.unlink(self.run_id, files)
        self.reload()

    def fail(self, sentence: str) -> None:
        """The run cannot go on; the sentence says why."""
        self.settle(lambda row: Settlement(FAILED, row["want"], note=sentence))

    def _write(self, connection: sqlite3.Connection, checkpoint: Checkpoint | None) -> list[str]:
        """Events, checkpoint and progress; the names of files that are not needed any more."""
        connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", self._pending)
        connection.execute(
            "UPDATE runs SET step = ?, n_events = ?, seconds = ? WHERE id = ?",
            (self.step, self.number, self.watch.seconds, self.run_id),
        )
        if checkpoint is None:
            return []
        values = (self.run_id, *vars(checkpoint).values())
        marks = ", ".join("?" * len(values))
        names = ", ".join(("run", *vars(checkpoint)))
        connection.execute(f"INSERT INTO checkpoints ({names}) VALUES ({marks})", values)
        connection.execute("UPDATE runs SET deaths = 0 WHERE id = ?", (self.run_id,))
        return _thin(connection, self.run_id)

    @contextmanager
    def _fenced(self) -> Iterator[tuple[sqlite3.Connection, sqlite3.Row]]:
        with self.store.database.transaction() as connection:
            yield connection, self._checked(connection.execute(CONTROL, self._key).fetchall())

    def _checked(self, rows: list[sqlite3.Row]) -> sqlite3.Row:
        if not rows:
            raise Abandoned
        if rows[0]["revision"] != self.revision:
            raise SteppedBack
        return rows[0]


def _note(connection: sqlite3.Connection, run_id: str, note: str) -> None:
    """Say something to the user; what was said before stays until the user goes on."""
    if note:
        connection.execute("UPDATE runs SET note = ? WHERE id = ?", (note, run_id))


def _thin(connection: sqlite3.Connection, run_id: str) -> list[str]:
    rows = connection.execute("SELECT * FROM checkpoints WHERE run = ? ORDER BY step", (run_id,))
    dropped = to_drop([as_checkpoint(row) for row in rows])
    for one in dropped:
        connection.execute("DELETE FROM checkpoints WHERE run = ? AND step = ?", (run_id, one.step))
    return [one.file for one in dropped]
