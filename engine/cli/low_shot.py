"""`python -m engine study low-shot`: what happens, line by line."""

from __future__ import annotations

import argparse
import json
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.cli.arguments import numbers
from engine.cli.output import complain

SECONDS = 10.0  # between two lines of what is prepared


def run_low_shot(options: argparse.Namespace) -> None:
    """Do the cells, a line each."""
    from engine.training.low_shot.results import PATH
    from engine.training.low_shot.study import low_shot

    events = low_shot(
        configured(options),
        Path(options.results) if options.results else PATH,
        resume=options.resume,
        n_threads=options.threads,
    )
    with closing(events):  # type: ignore[type-var]
        tell(events)


def configured(options: argparse.Namespace) -> Any:
    """The study's settings with what was asked for."""
    from engine.training.low_shot.arms import ARMS
    from engine.training.low_shot.config import LowShotStudy

    arms = tuple(options.arms.split(",")) if options.arms else tuple(ARMS)
    changes: dict[str, Any] = numbers(options, sizes=2, seeds=0)
    if options.texts:
        changes["source"] = options.texts
    return LowShotStudy(arms, device=options.device, **changes)


def tell(events: Any) -> None:
    """Print what happens."""
    from engine.training.low_shot.results import Cell
    from engine.training.low_shot.study import ArmMissing, Planned, Prepared, Tried

    n_cells, n_done, start = 0, 0, time.monotonic()
    prepared_told = -SECONDS
    for event in events:
        match event:
            case Planned(n_cells=n_cells, n_done=n_done):
                print(f"{n_cells} cells, {n_done} done before", flush=True)
            case ArmMissing(arm=name, why=why):
                complain(f"{name} is left out. {why}")
            case Prepared(arm=name, done=done, to_do=to_do):
                if done < to_do and time.monotonic() - prepared_told < SECONDS:
                    continue
                prepared_told = time.monotonic()
                print(f"  {name}: prepared {done} of {to_do}", flush=True)
            case Tried(key=key, candidate=candidate, validation_accuracy=accuracy):
                print(
                    f"  {key.arm}, {key.n_labels:,} labels, seed {key.seed}: "
                    f"{json.dumps(candidate)}: validation {accuracy:.3f}",
                    flush=True,
                )
            case Cell():
                n_done += 1
                print(
                    f"{n_done}/{n_cells}  {event.arm}, {event.n_labels:,} labels, seed "
                    f"{event.seed}: accuracy {event.accuracy:.3f} on {event.n_test:,} texts with "
                    f"{event.chosen} ({event.seconds:.0f} s of the processor, "
                    f"{time.monotonic() - start:.0f} s in all)",
                    flush=True,
                )
