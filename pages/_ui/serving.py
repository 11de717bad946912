"""The server's part in trainings: one store of runs, and the supervisor that has them trained."""

from __future__ import annotations

import os
import threading

from engine.errors import EngineError
from engine.runs.store import Store
from engine.runs.supervisor import Supervisor

_lock = threading.Lock()
_supervisor: Supervisor | None = None


def serve_runs() -> Supervisor:
    """The supervisor of this server, started when it is first asked for.

    Raises:
        EngineError: the folder of runs cannot be used.
    """
    global _supervisor
    with _lock:
        if _supervisor is None:
            _supervisor = Supervisor().start()
        return _supervisor


def run_store() -> Store:
    """The store of runs; nothing is trained for having looked into it.

    Raises:
        EngineError: the folder of runs cannot be used.
    """
    return _supervisor.store if _supervisor else _opened()


def get_ready() -> None:
    """Have a worker stand by before the first run is asked for, so that it begins at once.

    Raises:
        EngineError: the folder of runs cannot be used.
    """
    if os.environ.get("CONESCOPE_WARM_UP", "yes") != "no":
        serve_runs()


def take_up_waiting() -> None:
    """Go on with what waited when the last server ended, if anything did."""
    try:
        if any(run.status in ("queued", "lost") for run in run_store().runs()):
            serve_runs()
    except EngineError:
        return  # the page says it, where it matters


def stop_serving() -> None:
    """End with the server: what trains saves a checkpoint, and the next server takes it up."""
    global _supervisor
    with _lock:
        if _supervisor is not None:
            _supervisor.stop()
        _supervisor = None


_store: Store | None = None


def _opened() -> Store:
    global _store
    with _lock:
        if _store is None:
            _store = Store()
        return _store
