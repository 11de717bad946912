"""Runs without processes, and a server with processes, for the tests."""

import contextlib
import os
import time

import pytest

from engine.runs import queue
from engine.runs.event_json import to_json
from engine.runs.keeper import Rhythm
from engine.runs.process import Owner, mark_of
from engine.runs.rows import ACTIVE, LOST, QUEUED
from engine.runs.store import Store
from engine.runs.supervisor import Supervisor
from engine.runs.worker import Worker
from engine.runs.worker_process import ServerSettings
from tests import small_sessions

SESSIONS = (small_sessions.__name__,)
ME = Owner(os.getpid(), mark_of(os.getpid()))


class NoOrders:
    """A server that lives as long as it is told."""

    def __init__(self):
        self.is_gone = False

    def gone(self):
        return self.is_gone


class Desk:
    """A store and one worker, in this very process."""

    def __init__(self, folder, *, checkpoint_batches=3):
        self.store = Store(folder)
        self.rhythm = Rhythm(seconds=60, batches=checkpoint_batches)
        self.server = NoOrders()
        self.fresh()

    def fresh(self):
        """A new worker takes its place, which holds no run."""
        self.worker = Worker(self.store, self.server, self.rhythm)

    def work(self, run_id):
        """Train a waiting run until it pauses or ends."""
        assert queue.claim(self.store, run_id, ME)
        self.worker.work(run_id)
        return self.store.run(run_id)

    def run(self, values=None, **options):
        """A new run, trained until it pauses or ends."""
        return self.work(self.store.add("walk", values or {}, **options))

    def result(self, run_id):
        """What a run told, and the hash of its last weights."""
        return told(self.store, run_id), weights(self.store, run_id)


@contextlib.contextmanager
def serving(folder, **changes):
    """A supervisor with worker processes."""
    usual = {"nice": 0, "sessions": SESSIONS, "checkpoint_batches": 3, "standby": False}
    supervisor = Supervisor(folder, ServerSettings(**usual | changes)).start()
    try:
        yield supervisor
    finally:
        supervisor.stop()


def until(condition, seconds=60.0):
    """Wait for a condition and give its value."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            pytest.fail(f"Not within {seconds} s.")
        time.sleep(0.01)
    return value


def at_rest(store, run_id, seconds=60.0):
    """The run once it neither waits nor trains."""

    def resting():
        run = store.run(run_id)
        return run if run.status not in (*ACTIVE, QUEUED, LOST) else None

    return until(resting, seconds)


def at_step(store, run_id, step, seconds=300.0):
    """The run once it has done so many batches."""
    return until(lambda: (run := store.run(run_id)).step >= step and run, seconds)


def told(store, run_id):
    """All that the log says, without times."""
    return [
        (one.number, type(one.event).__name__, to_json(one.event))
        for one in store.events_after(run_id)
    ]


def kinds(store, run_id):
    return [type(one.event).__name__ for one in store.events_after(run_id)]


def losses(store, run_id):
    return [one.event.loss for one in store.events_after(run_id) if hasattr(one.event, "loss")]


def weights(store, run_id):
    return store.checkpoints(run_id)[-1].weights
