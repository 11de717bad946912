"""A job as a file: to pause it and go on, and to merge parts of a text that were measured apart.

The file holds sums, a random sample of vectors, and each word of the text once; not the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from engine.errors import CorruptFile, EngineError
from engine.geometry.frame import Frame
from engine.geometry.stream_file import about_stream, load_stream, save_stream
from engine.measuring.job import Job
from engine.measuring.measured import Measured, encoder_record
from engine.measuring.tally import Tally
from engine.measuring.text_file import Place

KIND = "conescope measured text"
# What must be the same for a job to go on, or for parts to be of one whole; and what it is called.
SAME = {
    "fingerprint": "another text",
    "split": "lines cut into sentences in another way",
    "model": "another model",
    "weights": "other weights",
    "frame": "another frame",
    "shape": "another set of measures",
    "type_cap": "another number of word types told apart",
}


@dataclass(frozen=True)
class Merged:
    """Parts of one text, put together."""

    measured: Measured
    about: dict[str, Any]

    @property
    def missing(self) -> list[tuple[int, int]]:
        """Bytes of the text that no part holds, each as (first, end)."""
        gaps, reached = [], 0
        for begin, end in [*_reached(self.about), (self.about["size"],) * 2]:
            if begin > reached:
                gaps.append((reached, begin))
            reached = max(reached, end)
        return gaps

    def report(self, min_count: int | None = None) -> dict[str, Any]:
        """Everything measured, with its frame, and a note if the text is not whole."""
        encoder = {name: self.about[name] for name in ("model", "device", "dtype")}
        report = self.measured.report(encoder, min_count)
        if self.missing:
            n_bytes = sum(end - first for first, end in self.missing)
            share = 100 * n_bytes / self.about["size"]
            where = ", ".join(f"{first:,} to {end:,}" for first, end in self.missing[:5])
            report["notes"].append(
                f"Of the text {share:.1f} % is not measured: bytes {where}"
                f"{' and more' if len(self.missing) > 5 else ''}."
            )
        return report


def save_job(job: Job, path: Path, **more: Any) -> None:
    """Write where a job is; the file is complete or not there at all.

    Args:
        more: JSON values that whoever saves wants back, from `about_job`.
    """
    encoder, text = job.encoder, job.text
    about = {
        "kind": KIND, "name": text.name, "size": text.size, "fingerprint": text.fingerprint,
        "split": text.split, **encoder_record(encoder), "weights": encoder.card.sha256,
        "frame": job.asked.frame.as_dict(), "shape": job.asked.shape,
        "type_cap": job.asked.type_cap,
        "spans": [[list(job.begin), list(job.place), job.end]], "seconds": job.seconds,
        "tally": job.measured.tally.as_record(), **more,
    }  # fmt: skip
    save_stream(job.measured.stream, path, about)


def restore_job(job: Job, path: Path) -> None:
    """Let a job that has not begun go on from a file.

    Raises:
        EngineError: the file was measured from something else; the message says what differs.
        CorruptFile: it is damaged.
    """
    about = about_job(path)
    expected = {
        "fingerprint": job.text.fingerprint, "split": job.text.split,
        "model": job.encoder.card.name, "weights": job.encoder.card.sha256,
        "frame": job.asked.frame.as_dict(), "shape": job.asked.shape,
        "type_cap": job.asked.type_cap,
    }  # fmt: skip
    _check_same(path, about, expected)
    (begin, place, end), *others = about["spans"]
    if others or (begin, end) != (list(job.begin), job.end):
        raise EngineError(f"{path} holds another part of the text.")
    stream, _ = load_stream(path)
    job.go_on_from(
        Place(*place), Measured(stream, Tally.from_record(about["tally"])), about["seconds"]
    )


def merge(paths: Sequence[Path]) -> Merged:
    """The parts of one text as one.

    Raises:
        EngineError: they are not of one text, model and frame, or hold the same bytes twice.
        CorruptFile: one of them is damaged.
    """
    abouts = {path: about_job(path) for path in paths}
    first = abouts[paths[0]]
    for path in paths[1:]:
        _check_same(path, abouts[path], first)
    ordered = sorted(paths, key=lambda path: _reached(abouts[path])[0])
    _check_apart(ordered, abouts)
    merged = Measured(load_stream(ordered[0])[0], Tally())
    for number, path in enumerate(ordered):
        merged.tally.merge(Tally.from_record(abouts[path]["tally"]))
        if number:
            merged = merged.with_stream(load_stream(path)[0])
    about = first | {
        "spans": sorted(span for each in abouts.values() for span in each["spans"]),
        "seconds": sum(each["seconds"] for each in abouts.values()),
        "tally": merged.tally.as_record(),
        **{name: _joined(abouts, name) for name in ("device", "dtype")},
    }
    return Merged(merged, about)


def save_merged(merged: Merged, path: Path) -> None:
    """Write merged parts, as a part that can be merged with others."""
    save_stream(merged.measured.stream, path, merged.about)


def about_job(path: Path) -> dict[str, Any]:
    """What is known of a saved job without its sums.

    Raises:
        CorruptFile: the file holds none.
    """
    try:
        told = about_stream(path)
    except OSError as error:
        raise CorruptFile(f"{path} cannot be read: {error.strerror}.") from error
    about = told["about"]
    if about.get("kind") != KIND:
        raise CorruptFile(f"{path} holds no measured text.")
    return about | {"frame": Frame(**about["frame"]).as_dict()}


def _check_same(path: Path, about: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, what in SAME.items():
        if about[name] != expected[name]:
            raise EngineError(
                f"{path} was measured from {what}: {about[name]}, not {expected[name]}."
            )


def _check_apart(ordered: Sequence[Path], abouts: dict[Path, dict[str, Any]]) -> None:
    spans = sorted((*span, path) for path in ordered for span in _reached(abouts[path]))
    for (_, end, one), (begin, other_end, other) in pairwise(spans):
        if begin < end and begin < other_end:
            raise EngineError(
                f"{one} and {other} both hold bytes {begin:,} to {end:,} of the text."
            )


def _reached(about: dict[str, Any]) -> list[tuple[int, int]]:
    """Bytes that were measured, each span as (first, end)."""
    return sorted((begin[0], max(begin[0], place[0])) for begin, place, _ in about["spans"])


def _joined(abouts: dict[Path, dict[str, Any]], name: str) -> str:
    return ", ".join(dict.fromkeys(about[name] for about in abouts.values()))
