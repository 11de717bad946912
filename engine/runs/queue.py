"""The queue as the supervisor sees it: what waits, what trains, and what became of dead workers."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection

from engine.runs.process import Owner, is_alive
from engine.runs.rewind import rewind
from engine.runs.rows import (
    ACTIVE,
    FAILED,
    PAUSED,
    QUEUED,
    RUNNING,
    STARTING,
    STOPPED,
    as_checkpoint,
)
from engine.runs.store import Store

IS_ACTIVE = f"status IN {ACTIVE}"
CONTROL = "pid, mark, status, want, wanted"
AT_START = 2.0  # seconds that a run which is not wanted any more may still start
DIED = "The process of this run ended unexpectedly."
STATUS_AFTER = {RUNNING: QUEUED, PAUSED: PAUSED, STOPPED: STOPPED}


def waiting(store: Store, parallel: int) -> list[str]:
    """The runs that may start now, first come first served."""
    n_active = store.database.read(f"SELECT count(*) AS n FROM runs WHERE {IS_ACTIVE}")[0]["n"]
    rows = store.database.read(
        "SELECT id FROM runs WHERE status = ? ORDER BY ticket LIMIT ?",
        QUEUED, max(0, parallel - n_active),
    )  # fmt: skip
    return [row["id"] for row in rows]


def claim(store: Store, run_id: str, owner: Owner) -> bool:
    """Give a waiting run to a worker; False if it does not wait any more."""
    with store.database.transaction() as connection:
        done = connection.execute(
            "UPDATE runs SET status = ?, pid = ?, mark = ? WHERE id = ? AND status = ?",
            (STARTING, *owner, run_id, QUEUED),
        )
        return done.rowcount == 1


def to_kill(store: Store, own: Collection[Owner], patience: float) -> list[Owner]:
    """Workers that do not do what is wanted, or that nobody waits for.

    Args:
        own: the workers of this server.
        patience: seconds that a run which was stopped may still train. One that is not ready yet
            has nothing to lose, whether it is to stop or to pause.
    """
    rows = store.database.read(
        f"SELECT pid, mark, status, want, wanted FROM runs WHERE {IS_ACTIVE}"
    )
    found = []
    for row in rows:
        owner, age = Owner(row["pid"], row["mark"]), time.time() - row["wanted"]
        if row["status"] == STARTING:
            is_wanted = row["want"] == RUNNING or age < AT_START
            unwanted = not is_wanted or owner not in own
        else:
            unwanted = row["want"] == STOPPED and age > patience
        if unwanted and is_alive(*owner):
            found.append(owner)
    return found


def recover(store: Store, most_deaths: int) -> None:
    """Take up the runs whose worker is gone: each goes back to its last checkpoint, and waits at
    its old place in the queue if it is wanted. One whose workers die again and again without
    reaching a new checkpoint fails.
    """
    for row in store.database.read(f"SELECT id, pid, mark FROM runs WHERE {IS_ACTIVE}"):
        if not is_alive(row["pid"], row["mark"]):
            _recover(store, row["id"], row["pid"], most_deaths)


def _recover(store: Store, run_id: str, pid: int, most_deaths: int) -> None:
    with store.database.transaction() as connection:
        row = connection.execute(
            f"SELECT * FROM runs WHERE id = ? AND pid = ? AND {IS_ACTIVE}", (run_id, pid)
        ).fetchone()
        if row is None:
            return
        files = _to_last_checkpoint(connection, row)
        deaths, status, note = row["deaths"] + 1, STATUS_AFTER[row["want"]], row["note"]
        if status == QUEUED and deaths >= most_deaths:
            status, note = FAILED, f"{DIED} That happened {deaths} times here; see worker.log."
        elif status != STOPPED and RUNNING in (row["status"], row["want"]):
            note = f"{DIED} It goes on from its last checkpoint."
        ended = time.time() if status in (FAILED, STOPPED) else None
        connection.execute(
            "UPDATE runs SET status = ?, deaths = ?, note = ?, ended = ? WHERE id = ?",
            (status, deaths, note, ended, run_id),
        )
    store.unlink(run_id, files)


def _to_last_checkpoint(connection: sqlite3.Connection, row: sqlite3.Row) -> list[str]:
    last = connection.execute(
        "SELECT * FROM checkpoints WHERE run = ? ORDER BY step DESC LIMIT 1", (row["id"],)
    ).fetchone()
    checkpoint = as_checkpoint(last) if last else None
    if row["n_events"] == (checkpoint.number if checkpoint else 0):
        return []
    return rewind(connection, row["id"], checkpoint)
