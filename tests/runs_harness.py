"""A folder of runs with a server in it, for the tests."""

import contextlib
import time

import pytest

from engine.runs.event_json import to_json
from engine.runs.log import Log
from engine.runs.pool import ServerSettings
from engine.runs.rows import ACTIVE, QUEUED
from engine.runs.store import Store
from engine.runs.supervisor import Supervisor

SESSIONS = ("tests.small_sessions",)


def settings(**changes):
    usual = {"nice": 0, "sessions": SESSIONS, "checkpoint_batches": 3, "standby": False}
    return ServerSettings(**usual | changes)


@contextlib.contextmanager
def serving(folder, **changes):
    supervisor = Supervisor(folder, settings(**changes)).start()
    try:
        yield supervisor
    finally:
        supervisor.stop()


def until(condition, seconds=20.0):
    """Wait for a condition and give its value."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            pytest.fail(f"Not within {seconds} s.")
        time.sleep(0.01)
    return value


def at_rest(store, run_id, seconds=20.0):
    """The run once it neither waits nor trains."""

    def resting():
        run = store.run(run_id)
        return run if run.status not in (*ACTIVE, QUEUED, "lost") else None

    return until(resting, seconds)


def told(store, run_id):
    """All that the log says, without times."""
    return [
        (one.number, type(one.event).__name__, to_json(one.event))
        for one in store.events_after(run_id)
    ]


def kinds(store, run_id):
    return [type(one.event).__name__ for one in store.events_after(run_id)]


def weights(store, run_id):
    return store.checkpoints(run_id)[-1].weights


def finished(folder, kind="walk", values=None, **changes):
    """A run from start to end, without a break; (what it told, hash of its last weights)."""
    store = Store(folder)
    with serving(folder, **changes):
        run_id = store.add(kind, values or {})
        run = at_rest(store, run_id, 60)
    assert run.status == "finished", run.note
    return told(store, run_id), weights(store, run_id)


def follow(store, run_id):
    return Log(store, run_id)
