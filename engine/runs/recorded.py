"""Recorded runs that ship with the project: real runs, to be played at once.

A recording is JSON lines, packed: first what is said of it, then an event a line. `recording` gives
the very objects that a live run gives, so that `log.up_to_step` and `log.next_stop` play both.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.errors import CorruptFile, UnknownName
from engine.runs.event_json import from_record
from engine.runs.rows import Logged

FOLDER = Path(__file__).parents[2] / "assets" / "runs"
SUFFIX = ".jsonl.xz"
FORMAT = 1


@dataclass(frozen=True)
class Stop:
    """A place to which a replay can step back: the run had a checkpoint there."""

    step: int
    stage: str
    reason: str
    weights: str  # hash


@dataclass(frozen=True)
class Label:
    """What is said of a recorded run."""

    name: str  # of its file
    title: str
    kind: str
    settings: dict[str, Any]
    date: str  # of its start, such as 2026-11-25
    data: str
    seed: int
    hardware: str
    device: str
    command: str  # that does the same run again
    facts: dict[str, str]  # what else the session said, such as the hash of its text
    n_steps: int
    seconds: float  # of training
    digits: int  # to which numbers are rounded
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Recording:
    """A recorded run."""

    label: Label
    events: tuple[Logged, ...]


def recordings(folder: Path = FOLDER) -> list[Label]:
    """What ships, by name."""
    return [_label(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]


def recording(name: str, folder: Path = FOLDER) -> Recording:
    """A recorded run, whole.

    Raises:
        UnknownName: none has this name.
        CorruptFile: its file is broken.
    """
    path = folder / f"{name}{SUFFIX}"
    known = [path.name.removesuffix(SUFFIX) for path in sorted(folder.glob(f"*{SUFFIX}"))]
    if name not in known:
        raise UnknownName(f"Unknown recorded run {name!r}. Known: {', '.join(known) or 'none'}.")
    return _recording(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)  # all that ship: half a MB each
def _recording(path: Path, _changed: int) -> Recording:
    label = _label(path)
    events = []
    for number, record in enumerate(_records(path), 0):
        if number:
            events.append(_logged(path, number, record))
    return Recording(label, tuple(one for one in events if one is not None))


def _logged(path: Path, number: int, record: Any) -> Logged | None:
    try:
        time, seconds, kind, values = record
        event = from_record(kind, values)
    except (TypeError, ValueError) as error:
        raise CorruptFile(f"{path.name}, line {number + 1}, is no event: {error}.") from error
    return None if event is None else Logged(number, time, seconds, event)


def _label(path: Path) -> Label:
    record: Any = next(_records(path), None)
    try:
        if record["format"] != FORMAT:
            raise ValueError(f"format {record['format']}, needed {FORMAT}")
        stops = tuple(Stop(**stop) for stop in record["stops"])
        known = {field.name for field in fields(Label)} - {"name", "stops"}
        values = {name: value for name, value in record.items() if name in known}
        return Label(name=path.name.removesuffix(SUFFIX), stops=stops, **values)
    except (TypeError, KeyError, ValueError) as error:
        raise CorruptFile(f"{path.name} is not a recorded run: {error}.") from error


def _records(path: Path) -> Iterator[Any]:
    try:
        with lzma.open(path, "rt", encoding="utf8") as file:
            for line in file:
                yield json.loads(line)
    except (lzma.LZMAError, EOFError, ValueError) as error:
        raise CorruptFile(f"{path.name} is broken or cut short ({error}).") from error
