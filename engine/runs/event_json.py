"""Events to JSON and back. A record may hold fields that this version does not know."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from engine.errors import CorruptFile
from engine.training.events import Event

KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}


def to_json(event: Event) -> str:
    """An event's fields.

    >>> from engine.training.events import Unfrozen
    >>> to_json(Unfrozen(40, "classify", ("lstm-3",)))
    '{"step":40,"stage":"classify","groups":["lstm-3"]}'
    """
    return json.dumps(vars(event), default=os.fspath, separators=(",", ":"))


def from_json(kind: str, text: str) -> Event | None:
    """The event again, equal to the one it was; None for a kind that this version does not have.

    Raises:
        CorruptFile: no such record.

    >>> from_json("Unfrozen", '{"step": 40, "stage": "classify", "groups": ["lstm-3"], "new": 1}')
    Unfrozen(step=40, stage='classify', groups=('lstm-3',))
    """
    try:
        record = json.loads(text) if kind in KINDS else {}
    except (ValueError, TypeError) as error:
        raise CorruptFile(f"A record is no {kind} event: {error}.") from error
    return from_record(kind, record)


def from_record(kind: str, record: Any) -> Event | None:
    """As `from_json`, of what the JSON says."""
    if kind not in KINDS:
        return None
    try:
        values = {name: make(record[name]) for name, make in _makers(kind) if name in record}
        return KINDS[kind](**values)
    except (ValueError, TypeError, AttributeError) as error:
        raise CorruptFile(f"A record is no {kind} event: {error}.") from error


@cache
def _makers(kind: str) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """(field, what makes its value from JSON) of each field."""
    hints = get_type_hints(KINDS[kind])
    return tuple((field.name, _maker(hints[field.name])) for field in fields(KINDS[kind]))


def _maker(hint: Any) -> Callable[[Any], Any]:
    if get_origin(hint) is tuple:
        return tuple
    return _path if hint == Path | None or hint is Path else _same


def _path(value: Any) -> Path | None:
    return None if value is None else Path(value)


def _same(value: Any) -> Any:
    return value
