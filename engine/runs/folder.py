"""Where runs are kept."""

from __future__ import annotations

import os
from pathlib import Path

from engine.corpora.files import cache_folder

RUNS = "CONESCOPE_RUNS"
DATABASE, LOCK, WORKER_LOG, FAILURE = "runs.sqlite", "supervisor.lock", "worker.log", "failure.txt"


def runs_folder() -> Path:
    """The folder that CONESCOPE_RUNS names, else `runs` in the cache folder."""
    named = os.environ.get(RUNS)
    return Path(named) if named else cache_folder() / "runs"
