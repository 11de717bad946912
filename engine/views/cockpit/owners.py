"""Whose run it is. Whoever has a run's link may watch it; only the visitor who started it may steer
or delete it, and finds it in the list of runs.

A visitor is a long random word that their browser keeps. What is written down is a hash of it,
different for each run, so that the folder of runs gives nobody away.
"""

from __future__ import annotations

import hashlib
import hmac

from engine.errors import EngineError
from engine.runs.rows import Run
from engine.runs.store import Store

FOLDER = "owners"


class NotYours(EngineError):
    """Somebody else started the run."""


def set_owner(store: Store, run_id: str, visitor: str) -> None:
    """Note down who started a run."""
    path = store.folder / FOLDER / run_id
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_hash(run_id, visitor), encoding="utf8")


def is_owner(store: Store, run_id: str, visitor: str) -> bool:
    """Did this visitor start the run? False for runs that the command line started."""
    return bool(visitor) and hmac.compare_digest(_owner(store, run_id), _hash(run_id, visitor))


def check_owner(store: Store, run_id: str, visitor: str) -> None:
    """Refuse anybody but the one who started the run.

    Raises:
        NotYours: it is somebody else.
    """
    if not is_owner(store, run_id, visitor):
        raise NotYours("Only the browser that started this run can steer it; you can watch.")


def runs_of(store: Store, visitor: str) -> list[Run]:
    """The visitor's own runs and those of the command line, the newest first."""
    runs = [(run, _owner(store, run.id)) for run in store.runs()]
    return [run for run, owner in runs if not owner or is_owner(store, run.id, visitor)]


def forget_owner(store: Store, run_id: str) -> None:
    """Delete the note, with the run."""
    (store.folder / FOLDER / run_id).unlink(missing_ok=True)


def _owner(store: Store, run_id: str) -> str:
    path = store.folder / FOLDER / run_id
    return path.read_text(encoding="utf8") if path.is_file() else ""


def _hash(run_id: str, visitor: str) -> str:
    return hashlib.sha256(f"{run_id} {visitor}".encode()).hexdigest()
