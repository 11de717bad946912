"""How often garbage is collected.

Streamlit collects all of it after every rerun. What was there at the start is frozen (`warm`), but
each session adds to what must be looked through: with the hundred of a class a collection takes
five times as long as the rerun itself. So a rerun collects only where collecting has taken less
than a twentieth of the time; Python's own collections go on as ever.
"""

from __future__ import annotations

import gc
import threading
import time
from types import SimpleNamespace

MOST_SHARE = 0.05  # of the time
LEAST_SECONDS = 1.0  # between two collections

_lock = threading.Lock()
_next = 0.0


def collect_seldom() -> None:
    """Have Streamlit's reruns ask here before they collect."""
    from streamlit.runtime.scriptrunner import script_runner

    script_runner.gc = SimpleNamespace(collect=collect)  # type: ignore[attr-defined]


def collect(generation: int = 2) -> int:
    """Collect, unless that was done lately; the number of objects found."""
    global _next
    if not _lock.acquire(blocking=False):  # somebody is at it
        return 0
    try:
        started = time.monotonic()
        if started < _next:
            return 0
        found = gc.collect(generation)
        ended = time.monotonic()
        _next = ended + max(LEAST_SECONDS, (ended - started) / MOST_SHARE)
        return found
    finally:
        _lock.release()
