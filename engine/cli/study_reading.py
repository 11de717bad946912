"""`python -m engine study reading`: how much of the target a language model should read."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.cli.arguments import numbers
from engine.cli.low_shot import tell


def run(options: argparse.Namespace) -> None:
    """Do the readings that are not recorded yet."""
    from engine.training.target_reading.config import TargetReading
    from engine.training.target_reading.results import PATH
    from engine.training.target_reading.study import study

    changes: dict[str, Any] = {"device": options.device, **numbers(options, sizes=2, seeds=0)}
    if options.readings:
        changes["readings"] = tuple(options.readings.split(","))
    if options.texts:
        changes["source"] = options.texts
    path = Path(options.results) if options.results else PATH
    events = study(
        replace(TargetReading(), **changes), path, resume=options.resume, n_threads=options.threads
    )
    with closing(events):  # type: ignore[type-var]
        tell(_without_readings(events))


def _without_readings(events: Iterator[Any]) -> Iterator[Any]:
    """The events of cells; a finished reading is told here."""
    from engine.training.target_reading.config import READINGS
    from engine.training.target_reading.results import Read

    for event in events:
        if not isinstance(event, Read):
            yield event
            continue
        print(
            f"{READINGS[event.reading].title}: perplexity {event.perplexity:.1f}, "
            f"{event.unknown_rate:.1%} of the words unknown; {event.seconds:.0f} s of the "
            "processor",
            flush=True,
        )
