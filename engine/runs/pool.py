"""The worker processes of a supervisor: one on standby, those that train, those that hold a paused
run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import engine
from engine.runs.folder import WORKER_LOG
from engine.runs.process import Owner, mark_of
from engine.runs.rows import OVER, PAUSED
from engine.runs.worker import READY, Options

ROOT = Path(engine.__file__).parents[1]
LARGEST_LOG = 2**20  # bytes
AFTER_START = 5.0  # seconds that a new run has the processor before the next standby loads
LONGEST_BACKOFF = 60.0  # seconds


@dataclass(frozen=True)
class ServerSettings:
    """How a server trains."""

    parallel: int = 1  # runs at a time
    threads: int = 1  # of the processor, a run
    nice: int = 10
    standby: bool = True
    held: int = 1  # paused runs whose process stays, so that they go on at once
    held_seconds: float = 600.0
    patience: float = 60.0  # seconds until a run that was stopped and does not react is killed
    most_deaths: int = 5  # in a row, without a new checkpoint
    checkpoint_seconds: float = 30.0
    checkpoint_batches: int | None = None
    sessions: tuple[str, ...] = ()  # modules with further kinds of run


class WorkerProcess:
    """A worker, seen from the server."""

    def __init__(self, folder: Path, settings: ServerSettings) -> None:
        options = Options(
            str(folder), os.getpid(), settings.nice, settings.checkpoint_seconds,
            settings.checkpoint_batches, settings.sessions,
        )  # fmt: skip
        path = folder / WORKER_LOG
        is_large = path.exists() and path.stat().st_size > LARGEST_LOG
        with path.open("wb" if is_large else "ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "engine.runs.worker", options.to_argument()],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, bufsize=0,
                env=_environment(settings.threads), start_new_session=True,
            )  # fmt: skip
        assert self._process.stdin and self._process.stdout
        self._orders, self._answers = self._process.stdin, self._process.stdout
        os.set_blocking(self._answers.fileno(), False)
        self._answer = b""
        self.owner = Owner(self._process.pid, mark_of(self._process.pid))
        self.run_id = ""  # the last one that it was given
        self.paused_since = 0.0
        self._is_released = False

    @property
    def is_alive(self) -> bool:
        """Does the process run?"""
        return self._process.poll() is None

    @property
    def takes_orders(self) -> bool:
        """Does it still listen?"""
        return self.is_alive and not self._is_released

    @property
    def is_ready(self) -> bool:
        """Has it loaded what sessions need?"""
        self._answer += self._answers.read(len(READY)) or b""
        return self._answer == READY

    @property
    def is_free(self) -> bool:
        """Can it be given any run?"""
        return self.takes_orders and not self.run_id

    def give(self, run_id: str) -> None:
        """Let it train a run that is claimed for it."""
        self.run_id, self.paused_since = run_id, 0.0
        with suppress(OSError):  # if it died just now, the run is recovered
            self._orders.write(f"{run_id}\n".encode())

    def release(self) -> None:
        """Let it end, with a checkpoint if it trains."""
        self._is_released = True
        with suppress(OSError):
            self._orders.close()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def wait(self, seconds: float) -> None:
        """Wait for its end, but not longer than so many seconds."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, seconds))

    def close(self) -> None:
        """Let go of the pipes of a process that has ended."""
        self.release()
        self._answers.close()


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
        worker = WorkerProcess(self._folder, self._settings)
        self.workers.append(worker)
        return worker


def _environment(n_threads: int) -> dict[str, str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    threads = {name: str(n_threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    return os.environ | threads | {"PYTHONPATH": os.pathsep.join(paths)}
