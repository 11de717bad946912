"""The loop of a worker: a batch, its events, a checkpoint if it is time, and what is wanted now."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.runs.journal import Journal, Settlement
from engine.runs.keeper import Keeper, NotSaved
from engine.runs.limits import limit_reached
from engine.runs.rows import END, FINISHED, PAUSE, PAUSED, QUEUED, RUNNING, STOPPED
from engine.runs.until import is_met
from engine.training.events import Event
from engine.training.session import Session

LONGEST_SLEEP = 0.05  # seconds, so that a slow pace does not make the controls slow


@dataclass(frozen=True)
class Moment:
    """A run between two batches."""

    events: tuple[Event, ...]  # of the batch before; none at the start
    finished: bool
    seconds: float  # of training so far
    step: int
    server_gone: bool


def settlement(row: sqlite3.Row, now: Moment) -> Settlement | None:
    """The state in which the run must be left now; None: it goes on.

    Args:
        row: what is wanted, as `Journal.control` gives it.
    """
    if now.finished:
        return Settlement(FINISHED, PAUSED)
    if row["want"] == STOPPED:
        return Settlement(STOPPED, STOPPED)
    if row["want"] == PAUSED or is_met(row["until"], now.events):
        return Settlement(PAUSED, PAUSED)
    if reached := limit_reached(row["limits"], now.seconds, now.step):
        return Settlement(PAUSED, PAUSED, note=reached)
    if now.server_gone:  # the next server takes it up: it is still wanted
        return Settlement(QUEUED, RUNNING, row["until"])
    return None


def drive(
    session: Session, journal: Journal, keeper: Keeper, server_gone: Callable[[], bool]
) -> str:
    """Train until something stops the run; the status in which it was left.

    Raises:
        Abandoned: the run is not this worker's any more.
        SteppedBack: it was set back; the session must be, too.
    """
    events: tuple[Event, ...] = ()
    began = 0.0
    while True:
        now = Moment(events, session.finished, journal.watch.seconds, session.step, server_gone())
        row = journal.control()
        if settlement(row, now) and (status := _settle(session, journal, keeper, now)):
            return status
        if (early := began + row["pace"] - time.monotonic()) > 0:
            journal.watch.hold()
            journal.commit_if_due(ahead=early)
            time.sleep(min(early, LONGEST_SLEEP))
            continue
        began = time.monotonic()
        events = _batch(session, journal)
        try:
            if reason := keeper.due(events):
                journal.commit(keeper.save(session, reason))
        except NotSaved as error:
            return _pause_unsaved(journal, str(error))


def _batch(session: Session, journal: Journal) -> tuple[Event, ...]:
    journal.watch.run()
    began, events = time.monotonic(), []
    for event in session.advance():
        events.append(event)
        journal.add(event)
    # The next batch will take as long as this one, and nobody should wait for it to see this one.
    journal.commit_if_due(ahead=time.monotonic() - began)
    return tuple(events)


def _settle(session: Session, journal: Journal, keeper: Keeper, now: Moment) -> str:
    """Save and leave the run; "" if by then something else is wanted."""
    journal.watch.hold()
    try:
        checkpoint = keeper.save(session, END if now.finished else PAUSE)
    except NotSaved as error:
        return _pause_unsaved(journal, str(error))
    settled = journal.settle(lambda row: settlement(row, now), checkpoint)
    return settled.status if settled else ""


def _pause_unsaved(journal: Journal, sentence: str) -> str:
    """Pause without a checkpoint: the session holds what is not saved, as long as it is held."""

    def decide(row: sqlite3.Row) -> Settlement:
        status = STOPPED if row["want"] == STOPPED else PAUSED
        return Settlement(status, status, note=sentence)

    journal.watch.hold()
    journal.settle(decide)
    return PAUSED
