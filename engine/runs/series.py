"""The events of a run as tables and curves: for a CSV file, and to compare two runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.runs.log import step_of
from engine.runs.rows import Logged

NOT_CURVES = ("number", "time", "seconds", "step", "epoch", "first_step")


class Series(NamedTuple):
    """A quantity over a run."""

    steps: np.ndarray  # int64, batches done, (n,)
    values: np.ndarray  # float64, (n,)


def row_of(one: Logged) -> dict[str, Any]:
    """An event as one flat row: `rates` of group `lstm-1` is the column `rates.lstm-1`.

    >>> from engine.training.events import Validated
    >>> row_of(Logged(7, 0.0, 1.5, Validated(40, {"accuracy": 0.9})))["figures.accuracy"]
    0.9
    """
    row: dict[str, Any] = {
        "number": one.number, "seconds": round(one.seconds, 3), "event": type(one.event).__name__,
    }  # fmt: skip
    for name, value in vars(one.event).items():
        if isinstance(value, dict):
            row |= {f"{name}.{key}": item for key, item in value.items()}
        elif isinstance(value, tuple):
            row[name] = " ".join(map(str, value))
        else:
            row[name] = value.name if isinstance(value, Path) else value
    return row


def to_csv(events: Iterable[Logged]) -> str:
    """One line an event; a column for everything that any event says."""
    rows = [row_of(one) for one in events]
    columns = dict.fromkeys(name for row in rows for name in row)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def series_of(events: Sequence[Logged]) -> dict[str, Series]:
    """Every number that the events tell, over the batches; names as in `row_of`."""
    found: dict[str, tuple[list[int], list[float]]] = {}
    for one in events:
        for name, value in row_of(one).items():
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if is_number and name not in NOT_CURVES:
                steps, values = found.setdefault(name, ([], []))
                steps.append(step_of(one))
                values.append(value)
    return {
        name: Series(np.array(steps, np.int64), np.array(values, np.float64))
        for name, (steps, values) in found.items()
    }


def compared(events: Sequence[Logged], other: Sequence[Logged]) -> dict[str, tuple[Series, Series]]:
    """What both of two runs tell, side by side."""
    one, two = series_of(events), series_of(other)
    return {name: (one[name], two[name]) for name in one if name in two}
