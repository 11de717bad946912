"""The worker processes of a supervisor: one on standby, those that train, those that hold a paused
run.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from engine.errors import EngineError
from engine.runs.rows import OVER, PAUSED
from engine.runs.worker_process import ServerSettings, WorkerProcess

AFTER_START = 5.0  # seconds that a new run has the processor before the next standby loads
LONGEST_BACKOFF = 60.0  # seconds


class Pool:
    """All workers of one supervisor."""

    def __init__(self, folder: Path, settings: ServerSettings) -> None:
        self._folder, self._settings = folder, settings
        self.workers: list[WorkerProcess] = []
        self._standby_from = self._new_from = 0.0
        self._failures = 0

    def take(self, run_id: str) -> WorkerProcess | None:
        """A worker for this run: the one that holds it, else one on standby, else a new one; None
        while new ones die before they are ready.
        """
        for worker in self.workers:
            if worker.run_id == run_id and worker.takes_orders:
                return worker
        free = [worker for worker in self.workers if worker.is_free]
        self._standby_from = time.monotonic() + AFTER_START
        return next((w for w in free if w.is_ready), free[0] if free else self._new())

    def keep_standby(self) -> None:
        """See that one worker is ready for the next run."""
        is_time = self._settings.standby and time.monotonic() >= self._standby_from
        if is_time and not any(worker.is_free for worker in self.workers):
            self._new()

    def reap(self) -> None:
        """Forget workers that have ended; wait before the next one if they end too early."""
        for worker in [worker for worker in self.workers if not worker.is_alive]:
            if worker.is_ready:
                self._failures = 0
            else:
                self._failures += 1
                backoff = min(LONGEST_BACKOFF, 2.0**self._failures)
                self._new_from = time.monotonic() + backoff
            worker.close()
            self.workers.remove(worker)

    def let_go(self, statuses: Mapping[str, str]) -> None:
        """Release workers whose run is over or gone, and those that hold a paused run for long.

        Args:
            statuses: by run id; a run that was deleted is not there.
        """
        now = time.monotonic()
        paused = []
        for worker in [worker for worker in self.workers if worker.run_id]:
            status = statuses.get(worker.run_id)
            if status is None or status in OVER:
                worker.release()
            elif status == PAUSED:
                worker.paused_since = worker.paused_since or now
                paused.append(worker)
        paused.sort(key=lambda worker: -worker.paused_since)
        for place, worker in enumerate(paused):
            if place >= self._settings.held or now - worker.paused_since > (
                self._settings.held_seconds
            ):
                worker.release()

    def close(self, seconds: float) -> None:
        """Release all workers, and wait for their checkpoints, but not longer than this."""
        end = time.monotonic() + seconds
        for worker in self.workers:
            worker.release()
        for worker in self.workers:
            worker.wait(end - time.monotonic())

    def _new(self) -> WorkerProcess | None:
        if time.monotonic() < self._new_from:
            return None
        try:
            worker = WorkerProcess(self._folder, self._settings)
        except OSError as error:
            self._new_from = time.monotonic() + LONGEST_BACKOFF
            raise EngineError(
                f"A process for training cannot be started ({error.strerror}). It is tried again "
                "in a minute."
            ) from error
        self.workers.append(worker)
        return worker
