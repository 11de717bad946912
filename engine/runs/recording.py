"""Make a recording of a finished run, small enough to ship."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.errors import EngineError, TextError
from engine.runs.event_json import to_json
from engine.runs.recorded import FORMAT, Stop
from engine.runs.rows import FINISHED, Logged, Run
from engine.runs.store import Store

DIGITS = 5
LONGEST_SETTING = 200  # characters; anything longer is somebody's text


def record(
    store: Store, run_id: str, path: Path, *, title: str, data: str = "", command: str = ""
) -> int:
    """Write a finished run to a file, numbers rounded to five digits.

    Args:
        path: its name must end in .jsonl.xz.
        title: what the run shows.
        data: what it was trained on; as the session says, where left out.
        command: that does the same run again.
    Returns:
        Bytes written.
    Raises:
        EngineError: the run is not finished, or nobody says what it was trained on.
        TextError: its settings hold somebody's text, which does not ship.
    """
    run = store.run(run_id)
    if run.status != FINISHED:
        raise EngineError(f"Only a finished run can be recorded; this one is {run.status}.")
    if not (data or run.facts.get("data")):
        raise EngineError("The session does not say what it was trained on: say it with --data.")
    for text in _strings(run.settings):
        if len(text) > LONGEST_SETTING:
            raise TextError(
                f"The run's settings hold a text of {len(text):,} characters; recordings ship, so "
                f"they take none longer than {LONGEST_SETTING}."
            )
    label = _label(store, run) | {"title": title, "command": command}
    label["data"] = data or run.facts["data"]
    lines = [json.dumps(label, ensure_ascii=False)]
    lines += [_line(one) for one in store.events_after(run_id)]
    packed = lzma.compress(("\n".join(lines) + "\n").encode(), preset=9 | lzma.PRESET_EXTREME)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(packed)
    unfinished.replace(path)
    return len(packed)


def rounded(value: Any) -> Any:
    """The same JSON value with floats of five significant digits.

    >>> rounded({"loss": [1.23456789, 12345678]})
    {'loss': [1.2346, 12345678]}
    """
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def _label(store: Store, run: Run) -> dict[str, Any]:
    begun = datetime.fromtimestamp(run.started or run.created, UTC)
    stops = [Stop(c.step, c.stage, c.reason, c.weights) for c in store.checkpoints(run.id)]
    return {
        "format": FORMAT, "kind": run.kind, "settings": run.settings,
        "date": begun.date().isoformat(), "seed": int(run.settings.get("seed", 0)),
        "hardware": run.facts.get("hardware", ""), "device": run.device, "facts": run.facts,
        "n_steps": run.step, "seconds": round(run.seconds, 1), "digits": DIGITS,
        "stops": [asdict(stop) for stop in stops],
    }  # fmt: skip


def _line(one: Logged) -> str:
    values = rounded(json.loads(to_json(one.event)))
    parts = [round(one.time), round(one.seconds, 2), type(one.event).__name__, values]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)
