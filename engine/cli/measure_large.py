"""`measure` of a text of any length: with progress, pauses, parts, or on a cluster."""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.arguments import load_model
from engine.cli.measure_options import LARGE_ONLY
from engine.cli.output import complain
from engine.errors import EngineError
from engine.measuring.report_json import to_json

if TYPE_CHECKING:
    from engine.geometry.frame import Frame
    from engine.measuring.job import Job
    from engine.measuring.text_file import TextFile

SAVE_SECONDS = 60.0  # so much is lost at most where the process is killed
SAVE_SHARE = 0.025  # of the time goes into saving


def large_report(options: argparse.Namespace, frame: Frame) -> dict[str, Any]:
    """The report of a text that is measured in pieces.

    Raises:
        KeyboardInterrupt: it was paused, and is saved.
        EngineError: the text or the model cannot be had, or --save holds something else.
    """
    from engine.measuring.job import Job
    from engine.measuring.kept import restore_job
    from engine.measuring.measured import Asked, Part

    save = _save_path(options)
    text = _text(options)
    asked, part = Asked(frame), options.part or Part()
    if options.ray:
        from engine.cli.measure_ray import ray_report

        return ray_report(options, text, asked, part, save)
    job = Job(text, load_model(options), asked, part)
    if options.resume and save:
        restore_job(job, save)
    _measure(job, save)
    report = job.report(options.min_count)
    write_report(report, save)
    return report


def merged_report(options: argparse.Namespace) -> dict[str, Any]:
    """The report of parts that were saved; --save keeps them as one.

    Raises:
        EngineError: they are not parts of one text.
    """
    from engine.measuring.kept import merge, save_merged

    given = [name for name in (*LARGE_ONLY, "model", "input") if getattr(options, name)]
    if wrong := [name for name in given if name != "save"]:
        options.parser.error(f"--merge knows the text and the model: leave out --{wrong[0]}")
    save = _save_path(options)
    merged = merge([Path(name) for name in options.merge])
    report = merged.report(options.min_count)
    if save:
        save_merged(merged, save)
        write_report(report, save)
    return report


def write_report(report: dict[str, Any], save: Path | None) -> None:
    """The report beside the sums."""
    if save:
        save.with_suffix(".json").write_text(to_json(report) + "\n", encoding="utf8")


def _measure(job: Job, save: Path | None) -> None:
    """Measure to the end, or until Ctrl-C where there is a file to pause into."""
    from engine.cli.measure_progress import Progress
    from engine.measuring.kept import save_job

    progress = Progress(job.share, job.seconds)
    saved, cost = time.monotonic(), 0.0
    with _asked_to_pause(bool(save)) as is_asked:
        while not (job.finished or is_asked()):
            job.advance()
            progress.tell(job)
            if save and time.monotonic() - saved > max(SAVE_SECONDS, cost / SAVE_SHARE):
                started = time.monotonic()
                save_job(job, save)
                saved, cost = time.monotonic(), time.monotonic() - started
        progress.clear()
        if save:
            save_job(job, save)
    if not job.finished:
        complain(f"Paused at {job.share:.1%}. The same command with --resume goes on from {save}.")
        raise KeyboardInterrupt


@contextmanager
def _asked_to_pause(is_possible: bool) -> Iterator[Any]:
    """Note Ctrl-C (or SIGTERM) and go on to the end of the piece; a second one ends at once."""
    asked: list[int] = []

    def note(number: int, _frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    if not is_possible:
        yield lambda: False
        return
    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _save_path(options: argparse.Namespace) -> Path | None:
    """Where to save; it may only hold something if that is to be gone on with."""
    if not options.save:
        return None
    path = Path(options.save)
    if path.suffix == ".json":
        options.parser.error("--save FILE is for the sums: the report goes beside it as .json")
    if path.exists() and not options.resume:
        raise EngineError(f"{path} is there already. --resume goes on from it; or name another.")
    if options.resume and not path.exists():
        raise EngineError(f"{path} is not there, so there is nothing to go on from.")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _text(options: argparse.Namespace) -> TextFile:
    from engine.corpora.large_texts import sentences_file
    from engine.measuring.text_file import TextFile

    if options.text:
        return TextFile(sentences_file(options.text), options.text, split=options.split)
    return TextFile(Path(options.input), options.input, split=options.split)
