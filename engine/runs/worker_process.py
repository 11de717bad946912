"""One worker process, seen from the server."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import engine
from engine.runs.folder import WORKER_LOG
from engine.runs.process import Owner, mark_of
from engine.runs.worker import READY, Options

ROOT = Path(engine.__file__).parents[1]
LARGEST_LOG = 2**20  # bytes


@dataclass(frozen=True)
class ServerSettings:
    """How a server trains."""

    parallel: int = 1  # runs at a time
    threads: int = 1  # of the processor, a run
    nice: int = 10
    standby: bool = True
    held: int = 1  # paused runs whose process stays, so that they go on at once
    held_seconds: float = 600.0
    patience: float = 30.0  # seconds until a run that was stopped and does not react is killed
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
        self.owner = Owner(self._process.pid, mark_of(self._process.pid))
        self.run_id = ""  # the last one that it was given
        self.paused_since = 0.0
        self._is_ready = self._is_released = False

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
        if not self._is_ready:
            with suppress(ValueError):  # closed in this moment, by another thread
                self._is_ready = bool(self._answers.read(len(READY)))
        return self._is_ready

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

    def wait(self, seconds: float) -> None:
        """Wait for its end, but not longer than so many seconds."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, seconds))

    def close(self) -> None:
        """Let go of the pipes of a process that has ended."""
        self.release()
        self._answers.close()


def _environment(n_threads: int) -> dict[str, str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    threads = {name: str(n_threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    return os.environ | threads | {"PYTHONPATH": os.pathsep.join(paths)}
