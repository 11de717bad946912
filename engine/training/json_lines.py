"""Results files of studies: one JSON line a finished run, appended at once, so that a study that is
stopped loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, TypeVar

from engine.errors import CorruptFile


class Keyed(Protocol):
    """A record, which is a dataclass."""

    @property
    def key(self) -> Any:
        """What makes two records the same one."""


Record = TypeVar("Record", bound=Keyed)


def append(path: Path, record: Any) -> None:
    """Add a finished run, a dataclass."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf8") as file:
        file.write(json.dumps(asdict(record)) + "\n")


def read_lines(path: Path, parse: Callable[[dict[str, Any]], Record], what: str) -> list[Record]:
    """All records of a file, a repeated one as it was last; none where there is no file.

    Args:
        parse: makes a record of a line's fields; raises where they do not fit.
        what: the line should be, for the message.
    Raises:
        CorruptFile: a line is not such a record; the message names it.
    """
    if not path.is_file():
        return []
    found: dict[Any, Record] = {}
    for number, line in enumerate(path.read_text(encoding="utf8").splitlines(), 1):
        try:
            record = parse(json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise CorruptFile(f"{path.name}, line {number}, is not {what}: {error}.") from error
        found[record.key] = record
    return list(found.values())
