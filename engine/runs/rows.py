"""What the store knows of a run, of its events and of its checkpoints."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from engine.runs.process import is_alive
from engine.training.events import Event

QUEUED, STARTING, RUNNING, PAUSED = "queued", "starting", "running", "paused"
FINISHED, STOPPED, FAILED = "finished", "stopped", "failed"
# Never written: what a reader sees of a run whose worker is gone, until a server takes it up.
LOST = "lost"
ACTIVE = (STARTING, RUNNING)
OVER = (FINISHED, STOPPED, FAILED)

# What a checkpoint was made for.
STAGE, END, EPOCH, UNFREEZING, PAUSE, CLOCK = (
    "stage", "end", "epoch", "unfreezing", "pause", "clock",
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """How far a run may go; None: as far as it likes. A run that steps back gets both back."""

    seconds: float | None = 6 * 3600.0  # of training, pauses left out
    steps: int | None = None  # batches
    characters: int | None = 20_000_000  # of text in the run's settings


@dataclass(frozen=True)
class Run:
    """A run as it stood when it was read."""

    id: str
    kind: str  # a name in SESSIONS
    name: str
    settings: dict[str, Any]
    device: str
    limits: Limits
    status: str
    want: str  # RUNNING, PAUSED or STOPPED
    until: str  # where to pause by itself, a name in UNTIL; "" = nowhere
    place: int  # in the queue, 1 = the next one; 0 = not waiting
    step: int  # batches done
    n_events: int
    revision: int  # how often the run was set back to a checkpoint
    seconds: float  # of training, up to here; work that was lost does not count
    pace: float  # seconds that a batch takes at least
    created: float  # seconds since 1970, as all times
    started: float | None
    ended: float | None
    note: str  # what the user should know: why it paused, failed or lost work; "" = nothing
    facts: dict[str, str]  # hardware; data and its hash, if the session says so
    pid: int | None


@dataclass(frozen=True)
class Logged:
    """An event and its place in the log."""

    number: int  # from 1
    time: float  # when it happened
    seconds: float  # of training, up to here
    event: Event


@dataclass(frozen=True)
class Checkpoint:
    """A place to which a run can go back."""

    step: int  # batches done
    number: int  # of the last event before it
    stage: str
    reason: str  # STAGE, END, EPOCH, UNFREEZING, PAUSE or CLOCK
    weights: str  # hash of the net's weights
    file: str  # name within the run's folder
    n_bytes: int
    sha256: str  # of the file
    time: float
    seconds: float  # of training, up to here


# Without the settings, which can be long and never change.
RUN_COLUMNS = """r.id, r.kind, r.name, r.device, r.limits, r.status, r.want, r.until, r.pid, r.mark,
    r.revision, r.step, r.n_events, r.seconds, r.pace, r.created, r.started, r.ended, r.note,
    r.facts, CASE WHEN r.status = 'queued' THEN
    (SELECT count(*) FROM runs q WHERE q.status = 'queued' AND q.ticket <= r.ticket)
    ELSE 0 END AS place"""


def as_run(row: sqlite3.Row, settings: dict[str, Any]) -> Run:
    """A row of `SELECT {RUN_COLUMNS} FROM runs r`."""
    is_lost = row["status"] in ACTIVE and not is_alive(row["pid"], row["mark"])
    return Run(
        id=row["id"], kind=row["kind"], name=row["name"], settings=settings,
        device=row["device"], limits=Limits(**json.loads(row["limits"])),
        status=LOST if is_lost else row["status"], want=row["want"], until=row["until"],
        place=row["place"], step=row["step"], n_events=row["n_events"], revision=row["revision"],
        seconds=row["seconds"], pace=row["pace"], created=row["created"], started=row["started"],
        ended=row["ended"], note=row["note"], facts=json.loads(row["facts"]), pid=row["pid"],
    )  # fmt: skip


def as_checkpoint(row: sqlite3.Row) -> Checkpoint:
    """A row of the table of checkpoints."""
    return Checkpoint(**{name: row[name] for name in Checkpoint.__dataclass_fields__})
