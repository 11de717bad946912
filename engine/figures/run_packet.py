"""Events of a training as the cockpit reads them: JSON, a batch as a list of numbers.

A batch is [number in the log, step, epoch, loss, tokens, rates, frozen, gradient norms, weight
changes]. The rates are an object by group; the two last lists have one number a group in the same
order, and `frozen` holds the places of the groups that could not change. Every other event is an
object of its fields, with "kind" and "number".
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

from engine.training.events import Batch, CheckpointWritten, Event, Finished

DIGITS = 4  # more than a picture or a hover label shows


def packed_events(events: Iterable[tuple[int, Event]]) -> list[Any]:
    """Each (number in the log, event) as the cockpit reads it."""
    return [_packed(number, event) for number, event in events]


def to_bytes(packet: Mapping[str, Any]) -> bytes:
    """JSON without spaces; what is no number in JSON (nan, infinities) becomes null."""
    return json.dumps(
        _finite(packet), ensure_ascii=False, separators=(",", ":"), default=os.fspath
    ).encode()


def _packed(number: int, event: Event) -> Any:
    if isinstance(event, Batch):
        groups = list(event.rates)
        return [
            number, event.step, event.epoch, short(event.loss), event.n_tokens,
            {group: short(rate) for group, rate in event.rates.items()},
            [groups.index(group) for group in event.frozen],
            [short(event.gradient_norms[group]) for group in groups],
            [short(event.weight_changes[group]) for group in groups],
        ]  # fmt: skip
    fields = {"kind": type(event).__name__, "number": number, **vars(event)}
    if isinstance(event, CheckpointWritten | Finished):
        del fields["path"]  # of no use to a reader, and a server's folders are its own affair
    return fields


def short(value: float) -> float:
    """A number with few digits.

    >>> short(0.00123456), short(1234.56), short(0.0)
    (0.001235, 1235.0, 0.0)
    """
    return float(f"{value:.{DIGITS}g}")


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value
