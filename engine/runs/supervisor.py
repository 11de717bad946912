"""The part of a server that hands waiting runs to workers, one after another.

It is a thread of the server and ends with it. Any number of servers may share a folder: one
supervisor is active, and another takes over when it ends.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from pathlib import Path

from engine.errors import EngineError
from engine.runs.folder import LOCK
from engine.runs.lock import FolderLock
from engine.runs.pool import Pool
from engine.runs.queue import claim, recover, to_kill, waiting
from engine.runs.store import Store
from engine.runs.worker_process import ServerSettings

LOOK_SECONDS = 0.1  # for what other processes have written


class Supervisor:
    """Sees that what waits is trained."""

    def __init__(
        self, folder: Path | None = None, settings: ServerSettings = ServerSettings()
    ) -> None:
        """
        Args:
            folder: of the runs; as CONESCOPE_RUNS says, where left out.
        Raises:
            EngineError: the folder cannot be used.
        """
        self.store, self.settings = Store(folder), settings
        self.trouble = ""  # a sentence while the folder cannot be used
        self.is_active = False  # else another server's supervisor is
        self._pool = Pool(self.store.folder, settings)
        self._lock = FolderLock(self.store.folder / LOCK)
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    @property
    def is_warm(self) -> bool:
        """Does a worker stand by that has loaded everything?"""
        return any(worker.is_free and worker.is_ready for worker in [*self._pool.workers])

    def start(self) -> Supervisor:
        """Begin, in a thread."""
        self._thread.start()
        return self

    def wake(self) -> None:
        """Look at the queue now; without it, that happens ten times a second."""
        self._woken.set()

    def stop(self, seconds: float = 10.0) -> None:
        """End; workers save their checkpoints, and what they trained waits for the next server.

        Args:
            seconds: to wait for the workers at most. They save also when nobody waits.
        """
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(seconds)
        self._pool.close(seconds)
        self._lock.release()
        self.is_active = False

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
                self.trouble = ""
            except EngineError as error:  # such as a full disk: it may pass
                self.trouble = str(error)
            except Exception:
                logging.getLogger("conescope").exception("The supervisor met a defect.")
                self.trouble = "The queue of runs met a defect; the server's log says more."
            self._woken.wait(LOOK_SECONDS)
            self._woken.clear()

    def look(self) -> None:
        """Do once what there is to do."""
        self.is_active = self.is_active or self._lock.acquire()
        if not self.is_active:
            return
        self._pool.reap()
        recover(self.store, self.settings.most_deaths)
        for run_id in waiting(self.store, self.settings.parallel):
            worker = self._pool.take(run_id)
            if worker is not None and claim(self.store, run_id, worker.owner):
                worker.give(run_id)
        self._end_unwanted()
        self._pool.let_go(self._statuses())
        self._pool.keep_standby()

    def _end_unwanted(self) -> None:
        own = {worker.owner for worker in self._pool.workers}
        for owner in to_kill(self.store, own, self.settings.patience):
            with contextlib.suppress(OSError):  # it ended just now, or is another user's
                os.kill(owner.pid, signal.SIGKILL)

    def _statuses(self) -> dict[str, str]:
        rows = self.store.database.read("SELECT id, status FROM runs")
        return {row["id"]: row["status"] for row in rows}
