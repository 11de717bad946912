"""`measure --ray`: the same report, measured by a cluster."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.measure_large import write_report
from engine.errors import EngineError
from engine.measuring.remaining import seconds_left

if TYPE_CHECKING:
    from engine.measuring.measured import Asked, Measured, Part
    from engine.measuring.text_file import TextFile


def ray_report(
    options: argparse.Namespace, text: TextFile, asked: Asked, part: Part, save: Path | None
) -> dict[str, Any]:
    """Measure on the cluster at --ray; --save keeps the sums as a part to merge.

    Raises:
        EngineError: Ray is not installed, no cluster answers, or the model is not on its machines.
    """
    from engine.cli.arguments import load_model
    from engine.measuring.job import Job
    from engine.measuring.kept import save_job
    from engine.measuring.on_ray import Work, blocks_of, measure_on_ray, missing

    if why := missing():
        raise EngineError(why)
    job = Job(text, load_model(options), asked, part)
    blocks = blocks_of(text, part)
    work = Work(text, options.model, options.device, asked, job.frequencies)
    started = time.monotonic()

    def told(n_done: int, measured: Measured) -> None:
        if sys.stderr.isatty():
            seconds = time.monotonic() - started
            left = seconds_left(n_done, seconds, len(blocks) - n_done)
            words = f"{measured.stream.n_words:,} words"
            line = f"\r\033[K{n_done:,} of {len(blocks):,} blocks · {words} · {left}"
            print(line, end="", file=sys.stderr, flush=True)

    measured = measure_on_ray(work, blocks, address=options.ray, told=told)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    place = job.place._replace(byte=job.end)
    job.go_on_from(place, measured, time.monotonic() - started)
    if save:
        save_job(job, save)
    report = job.report(options.min_count)
    write_report(report, save)
    return report
