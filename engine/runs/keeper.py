"""When a worker writes a checkpoint, and how: the file first, complete, then its row."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError
from engine.runs.folder import FAILURE
from engine.runs.journal import Journal
from engine.runs.rows import CLOCK, END, EPOCH, STAGE, UNFREEZING, Checkpoint
from engine.runs.until import without_beginning
from engine.training.events import EpochEnded, Event, Finished, StageEnded, Unfrozen
from engine.training.session import Session

BORDERS = {END: Finished, STAGE: StageEnded, UNFREEZING: Unfrozen, EPOCH: EpochEnded}
LARGEST_SHARE = 0.025  # of the time goes into checkpoints, those at ends of stages left out


class NotSaved(EngineError):
    """A checkpoint could not be written."""


@dataclass(frozen=True)
class Rhythm:
    """How often, between borders."""

    seconds: float = 30.0
    batches: int | None = None


class Keeper:
    """Writes the checkpoints of one run.

    One stands at the end of every stage and of every epoch, at every unfreezing, at every pause,
    and every so many seconds; so what has ended is never in the log without its checkpoint, unless
    checkpoints would take more than a fortieth of the time.
    """

    def __init__(self, journal: Journal, rhythm: Rhythm) -> None:
        self._journal, self._rhythm = journal, rhythm
        self._folder = journal.store.folder_of(journal.run_id)
        known = journal.store.checkpoints(journal.run_id)
        self._step = known[-1].step if known else None
        self._stage = known[-1].stage if known else ""
        self._saved_at, self._duration = time.monotonic(), 0.0

    def due(self, events: Sequence[Event]) -> str:
        """What a checkpoint after these events of one batch would be for; "" = it is too early."""
        for event in events:
            self._stage = getattr(event, "stage", self._stage)
        kinds = {type(event) for event in without_beginning(events)}
        found = [name for name, kind in BORDERS.items() if kind in kinds]
        if set(found) & {END, STAGE}:
            return found[0]
        age = time.monotonic() - self._saved_at
        if age < self._duration / LARGEST_SHARE:
            return ""
        if found:
            return found[0]
        batches = self._journal.step - (self._step or 0)
        is_time = age >= self._rhythm.seconds
        return CLOCK if is_time or batches >= (self._rhythm.batches or batches + 1) else ""

    def save(self, session: Session, reason: str) -> Checkpoint | None:
        """Write the file; None if there is a checkpoint of this very place.

        Raises:
            NotSaved: it could not be written.
        """
        step = session.step
        if step == self._step:
            return None
        start = time.monotonic()
        path = self._folder / f"{self._journal.revision:03}-{step:08}.safetensors"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            weights = session.save(path)
            n_bytes, sha256 = path.stat().st_size, sha256_of(path)
        except Exception as error:  # each library has its own for a full disk
            path.unlink(missing_ok=True)
            self.tidy()
            raise NotSaved(
                f"The checkpoint at batch {step:,} could not be written ({error}). Free some space "
                f"on the disk with {self._folder.parent}, then resume."
            ) from error
        self._step, self._saved_at = step, time.monotonic()
        self._duration = self._saved_at - start
        return Checkpoint(
            step=step, number=self._journal.number, stage=self._stage, reason=reason,
            weights=weights, file=path.name, n_bytes=n_bytes, sha256=sha256, time=time.time(),
            seconds=self._journal.watch.seconds,
        )  # fmt: skip

    def tidy(self) -> None:
        """Delete files that a worker left half-written when it was killed."""
        known = {one.file for one in self._journal.store.checkpoints(self._journal.run_id)}
        for path in self._folder.glob("*"):
            if path.name not in {*known, FAILURE}:
                path.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """The checksum of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
