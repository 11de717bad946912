"""What can be wanted of a run. Each call returns at once; a worker follows within one batch."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from dataclasses import asdict

from engine.errors import EngineError, UnknownName
from engine.runs.limits import limit_reached
from engine.runs.rewind import rewind
from engine.runs.rows import (
    ACTIVE,
    FINISHED,
    OVER,
    PAUSED,
    QUEUED,
    RUNNING,
    STOPPED,
    Checkpoint,
    Limits,
    as_checkpoint,
)
from engine.runs.store import Store, next_ticket
from engine.runs.until import checked


def resume(store: Store, run_id: str, *, until: str = "") -> None:
    """Go on: to the end, or until something has happened.

    Args:
        until: "batch", "epoch", "unfreezing" or "stage"; "" for the end. "batch" does exactly one.
    Raises:
        EngineError: no such run or place to pause, the run is finished, or a limit is reached.
    """
    with store.database.transaction() as connection:
        row = _row(connection, run_id)
        if row["status"] == FINISHED:
            raise EngineError(
                "This run is finished. Step back to one of its checkpoints to go on from there."
            )
        if reached := limit_reached(row["limits"], row["seconds"], row["step"]):
            raise EngineError(reached)
        _want(connection, run_id, RUNNING, checked(until))
        if row["status"] not in (*ACTIVE, QUEUED):
            connection.execute(
                "UPDATE runs SET status = ?, ticket = ?, note = '', deaths = 0, ended = NULL "
                "WHERE id = ?",
                (QUEUED, next_ticket(connection), run_id),
            )


def pause(store: Store, run_id: str) -> None:
    """Pause after the batch that is being done.

    Raises:
        EngineError: no such run, or it is over.
    """
    with store.database.transaction() as connection:
        row = _row(connection, run_id)
        if row["status"] in OVER:
            raise EngineError(f"This run is {row['status']}: there is nothing to pause.")
        _want(connection, run_id, PAUSED)
        if row["status"] == QUEUED:
            connection.execute("UPDATE runs SET status = ? WHERE id = ?", (PAUSED, run_id))


def stop(store: Store, run_id: str) -> None:
    """End the run for now, and free what it holds; its events and checkpoints stay.

    Raises:
        UnknownName: no such run.
    """
    with store.database.transaction() as connection:
        row = _row(connection, run_id)
        if row["status"] in OVER:
            return
        _want(connection, run_id, STOPPED)
        if row["status"] not in ACTIVE:
            connection.execute(
                "UPDATE runs SET status = ?, ended = ? WHERE id = ?",
                (STOPPED, time.time(), run_id),
            )


def step_back(store: Store, run_id: str, step: int) -> None:
    """Go back to a checkpoint and pause there. What came after it leaves the log.

    Args:
        step: batches done at the checkpoint; 0 for the beginning.
    Raises:
        EngineError: no such run or checkpoint.
    """
    with store.database.transaction() as connection:
        row = _row(connection, run_id)
        files = rewind(connection, run_id, _checkpoint(connection, run_id, step))
        _want(connection, run_id, PAUSED)
        if row["status"] not in ACTIVE:  # else the worker notices and says so itself
            connection.execute(
                "UPDATE runs SET status = ?, note = '' WHERE id = ?", (PAUSED, run_id)
            )
    store.unlink(run_id, files)


def delete(store: Store, run_id: str) -> None:
    """Forget the run, its events and its checkpoints. A worker that trains it ends by itself.

    Raises:
        UnknownName: no such run.
    """
    with store.database.transaction() as connection:
        _row(connection, run_id)
        connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))
        for table in ("events", "checkpoints", "cuts"):
            connection.execute(f"DELETE FROM {table} WHERE run = ?", (run_id,))
    shutil.rmtree(store.folder_of(run_id), ignore_errors=True)


def rename(store: Store, run_id: str, name: str) -> None:
    """Give the run another name."""
    _set(store, run_id, "name", name)


def set_limits(store: Store, run_id: str, limits: Limits) -> None:
    """Set how far the run may go."""
    _set(store, run_id, "limits", json.dumps(asdict(limits)))


def set_pace(store: Store, run_id: str, seconds: float) -> None:
    """Let every batch take at least so long, so that one can watch; 0 = as fast as it goes."""
    _set(store, run_id, "pace", max(0.0, seconds))


def _set(store: Store, run_id: str, column: str, value: str | float) -> None:
    with store.database.transaction() as connection:
        _row(connection, run_id)
        connection.execute(f"UPDATE runs SET {column} = ? WHERE id = ?", (value, run_id))


def _want(connection: sqlite3.Connection, run_id: str, want: str, until: str = "") -> None:
    connection.execute(
        "UPDATE runs SET want = ?, until = ?, wanted = ? WHERE id = ?",
        (want, until, time.time(), run_id),
    )


def _row(connection: sqlite3.Connection, run_id: str) -> sqlite3.Row:
    row = connection.execute("SELECT * FROM runs WHERE id = ?", (run_id,)).fetchone()
    if row is None:
        raise UnknownName(f"There is no run {run_id!r}; it may have been deleted.")
    return row


def _checkpoint(connection: sqlite3.Connection, run_id: str, step: int) -> Checkpoint | None:
    rows = connection.execute("SELECT * FROM checkpoints WHERE run = ? ORDER BY step", (run_id,))
    by_step = {row["step"]: as_checkpoint(row) for row in rows}
    if step and step not in by_step:
        known = ", ".join(map(str, sorted({0, *by_step})))
        raise EngineError(f"There is no checkpoint at batch {step}. There are: {known}.")
    return by_step.get(step)
