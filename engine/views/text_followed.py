"""A run that measures a text, as whoever looks at it sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from engine.errors import EngineError, UnknownName
from engine.measuring.remaining import seconds_left
from engine.measuring.report_json import to_json
from engine.runs.log import Log
from engine.runs.rows import OVER, PAUSED, Logged, Run
from engine.runs.store import Store
from engine.training.events import CosinesMeasured, PieceMeasured, TextMeasured
from engine.training.sessions.measuring import Measuring
from engine.training.ulmfit.settings import from_settings
from engine.views.large_texts import KIND
from engine.views.measured import BOOTSTRAP

TOLD = {
    "starting": "starting: the text is opened and the model loaded",
    "lost": "its process is gone; the server takes it up again",
}


@dataclass(frozen=True)
class TextRun:
    """A run as it stood when it was looked at."""

    run: Run
    piece: PieceMeasured | None
    seconds: float  # of measuring, up to that piece
    cosines: Sequence[CosinesMeasured]
    report: dict[str, Any] | None

    @cached_property
    def asked(self) -> Measuring:
        """Its settings."""
        return from_settings(Measuring, self.run.settings)

    @property
    def is_moving(self) -> bool:
        """Does it measure, or wait for its turn?"""
        return self.run.status not in (*OVER, PAUSED)

    @property
    def share(self) -> float:
        """Of the text that is measured, in [0, 1]."""
        return self.piece.n_bytes / max(1, self.piece.of_bytes) if self.piece else 0.0

    @property
    def status(self) -> str:
        """Where it is, in words: how far, how fast, how long still."""
        if not self.piece:
            place = f", number {self.run.place} in the queue" if self.run.place > 1 else ""
            return TOLD.get(self.run.status, f"{self.run.status}{place}")
        speed = self.piece.n_words / self.seconds if self.seconds else 0.0
        told = [f"{self.share:.1%} of the text", f"{self.piece.n_words:,} words"]
        if self.run.status == "running" and self.run.want != "running":
            return f"{self.run.want} after this piece · {' · '.join(told)}"
        if self.run.status == "running" and speed:
            left = seconds_left(self.share, self.seconds, 1 - self.share)
            told += [f"{speed:,.0f} words/s", left]
        return f"{TOLD.get(self.run.status, self.run.status)} · {' · '.join(told)}"


def follow(run_id: str, store: Store | None = None) -> TextRun:
    """The run as it is now. Whoever looks again reads only what is new.

    Raises:
        UnknownName: there is no such run that measures a text.
    """
    log = _log((store or Store()).folder, run_id)
    run = log.poll()
    if run.kind != KIND:
        raise UnknownName(f"The run {run_id!r} measures no text.")
    last = _last(log.events, PieceMeasured)
    report = _last(log.events, TextMeasured)
    return TextRun(
        run,
        last.event if last else None,
        last.seconds if last else 0.0,
        [one.event for one in log.events if isinstance(one.event, CosinesMeasured)],
        report.event.report if report else None,
    )


@lru_cache(maxsize=16)
def _log(folder: Path, run_id: str) -> Log:
    return Log(Store(folder), run_id)


def _last(events: Sequence[Logged], kind: type) -> Any:
    return next((one for one in reversed(events) if isinstance(one.event, kind)), None)


def followed(run_id: str) -> TextRun:
    """The run, once it has told something.

    Raises:
        EngineError: no such run, or it has told nothing yet.
    """
    found = follow(run_id)
    if not found.cosines:
        raise EngineError("Nothing is measured yet: the first curve comes with the first piece.")
    return found


def report_json(run_id: str) -> str:
    """Everything measured with its frame, as `measure --json` prints it; "{}" before the end."""
    return to_json(follow(run_id).report or {})


def caption(found: TextRun) -> str:
    """Model, frame, n, seed, text and how far."""
    n_words = found.cosines[-1].n_words
    since = datetime.fromtimestamp(found.run.started or found.run.created)
    return (
        f"{found.run.name}, raw vectors · {found.asked.frame.describe()} · n = {n_words:,} words, "
        f"{found.share:.1%} of the text · {BOOTSTRAP} · seed {found.asked.seed} · live, started "
        f"{since:%Y-%m-%d %H:%M}"
    )
