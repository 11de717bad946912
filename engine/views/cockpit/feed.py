"""The events of a run as the cockpit asks for them: of a live run what is new, of a recorded one
all at once.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import Any

from engine.figures.run_packet import packed_events, to_bytes
from engine.runs.recorded import FOLDER, SUFFIX, recording
from engine.runs.rows import Checkpoint, Run
from engine.runs.store import Store, decoded

MOST_ROWS = 1_500  # a packet; the cockpit asks for the rest at once


def live_packet(store: Store, run_id: str, after: int, revision: int) -> bytes:
    """What a live run has told since.

    Args:
        after: number of the last event that the asker has; 0 = none.
        revision: the run's, as the asker knows it; below 0 = not at all.
    Returns:
        JSON: `run`, its state; `cut`, the last number that the asker may keep if the run was set
        back meanwhile, else null; `rows`, the events behind that; `more`, whether more are there.
    Raises:
        UnknownName: no such run.
    """
    with store.database.transaction("DEFERRED"):  # one moment for all that is read
        run = store.run(run_id)
        cut = None
        if 0 <= revision != run.revision:
            cut = min(store.cut_since(run_id, revision) or 0, after)
        rows = store.event_rows(run_id, after if cut is None else cut, MOST_ROWS + 1)
        checkpoints = store.checkpoints(run_id)
    events = decoded(rows[:MOST_ROWS])
    return to_bytes(
        {
            "run": _state(run, checkpoints),
            "cut": cut,
            "rows": packed_events((one.number, one.event) for one in events),
            "more": len(rows) > MOST_ROWS,
        }
    )


def _state(run: Run, checkpoints: list[Checkpoint]) -> dict[str, Any]:
    """What the cockpit shows of a run beside its events."""
    told = asdict(run)
    names = ("status", "want", "until", "place", "step", "revision", "note", "pace", "started")
    return {
        **{name: told[name] for name in names},
        "ended": run.ended,
        "data": run.facts.get("data", ""),
        "hardware": run.facts.get("hardware", ""),
        "checkpoints": [
            {"step": one.step, "reason": one.reason, "weights": one.weights} for one in checkpoints
        ],
    }


def recorded_packet(name: str) -> bytes:
    """A recorded run, whole: `rows`, and `checkpoints` to which its replay can go back.

    Raises:
        UnknownName: none has this name.
        CorruptFile: its file is broken.
    """
    path = FOLDER / f"{name}{SUFFIX}"
    return _recorded_packet(name, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=8)
def _recorded_packet(name: str, _changed: int) -> bytes:
    found = recording(name)
    return to_bytes(
        {
            "rows": packed_events((one.number, one.event) for one in found.events),
            "checkpoints": [
                {"step": stop.step, "reason": stop.reason, "weights": stop.weights}
                for stop in found.label.stops
            ],
        }
    )
