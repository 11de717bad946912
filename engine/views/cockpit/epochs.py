"""A run told as a table: a row for each epoch, with what learnt, how fast, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from engine.runs.rows import Logged
from engine.training.events import Batch, EpochEnded, StageBegan, StageEnded, Validated

COLUMNS = (
    "stage", "epoch", "batches", "learning", "frozen", "highest rate", "lowest rate", "mean loss",
)  # fmt: skip


@dataclass
class _Row:
    values: dict[str, Any]
    losses: list[float] = field(default_factory=list)


def by_epoch(events: Sequence[Logged]) -> pd.DataFrame:
    """One row an epoch, also of one that is under way, and one for each start of a stage; figures
    of validation and hashes of weights in columns of their own.
    """
    rows: list[_Row] = []
    for one in events:
        event = one.event
        if isinstance(event, StageBegan):
            started = f"start of {event.stage}"
            rows.append(_Row({"stage": event.stage, "epoch": started, "weights": event.weights}))
        elif isinstance(event, Batch):
            _add_batch(rows, event)
        elif isinstance(event, Validated) and rows:
            rows[-1].values |= event.figures
        elif isinstance(event, StageEnded) and rows:
            rows[-1].values["weights"] = event.weights
        elif isinstance(event, EpochEnded) and rows:
            rows[-1].values["done"] = True
    return _table(rows)


def _add_batch(rows: list[_Row], event: Batch) -> None:
    place = {"stage": event.stage, "epoch": event.epoch + 1}
    if not rows or any(rows[-1].values.get(name) != value for name, value in place.items()):
        rows.append(_Row(place))
    row = rows[-1]
    row.losses.append(event.loss)
    learning = [rate for group, rate in event.rates.items() if group not in event.frozen]
    row.values |= {
        "learning": ", ".join(group for group in event.rates if group not in event.frozen),
        "frozen": ", ".join(event.frozen),
        "highest rate": max(row.values.get("highest rate", 0.0), *learning),
        "lowest rate": min(row.values.get("lowest rate", float("inf")), *learning),
    }


def _table(rows: Sequence[_Row]) -> pd.DataFrame:
    further = dict.fromkeys(name for row in rows for name in row.values if name not in COLUMNS)
    further.pop("done", None)
    records = []
    for row in rows:
        told: dict[str, Any] = {name: row.values.get(name) for name in (*COLUMNS, *further)}
        told["epoch"] = str(told["epoch"])
        if row.losses:
            told |= {"batches": len(row.losses), "mean loss": sum(row.losses) / len(row.losses)}
            if "done" not in row.values:
                told["epoch"] += ", under way"
        records.append(told)
    return pd.DataFrame(records, columns=[*COLUMNS, *further])
