"""`python -m engine study depth`: language models of one, two and three layers, trained alike."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.cli.arguments import numbers


def run(options: argparse.Namespace) -> None:
    """Do the runs that are not recorded yet."""
    from engine.training.depth.config import DepthStudy
    from engine.training.depth.results import PATH
    from engine.training.depth.study import study

    changes = numbers(options, layers=1, seeds=0)
    if "layers" in changes:
        changes["n_layers"] = changes.pop("layers")
    events = study(
        replace(DepthStudy(device=options.device), **changes),
        Path(options.results) if options.results else PATH,
        resume=options.resume,
        n_threads=options.threads,
    )
    with closing(events):  # type: ignore[type-var]
        tell(events)


def tell(events: Iterator[Any]) -> None:
    """Print what happens."""
    from engine.training.depth.results import DepthRun
    from engine.training.depth.study import Planned
    from engine.training.events import Started, Validated

    n_runs, n_done, start = 0, 0, time.monotonic()
    for event in events:
        match event:
            case Planned(n_runs=n_runs, n_done=n_done):
                print(f"{n_runs} runs, {n_done} done before", flush=True)
            case Started():
                print(f"  {event.n_parameters:,} weights, {event.n_steps:,} steps", flush=True)
            case Validated():
                told = ", ".join(f"{key} {value:.1f}" for key, value in event.figures.items())
                print(f"  step {event.step:,}: {told}", flush=True)
            case DepthRun():
                n_done += 1
                print(
                    f"{n_done}/{n_runs}  {event.n_layers} layer(s), seed {event.seed}: test "
                    f"perplexity {event.test['forward_perplexity']:.1f} forward, "
                    f"{event.test['backward_perplexity']:.1f} backward; sense AUC beyond the "
                    f"untrained twin {', '.join(f'{x:+.3f}' for x in event.gain.mean(0))}; "
                    f"{event.seconds:.0f} s of the processor "
                    f"({time.monotonic() - start:.0f} s in all)",
                    flush=True,
                )
