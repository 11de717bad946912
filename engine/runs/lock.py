"""One supervisor a folder: a lock that the system takes back when its process ends, however."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from engine.runs.database import in_words


class FolderLock:
    """Held by one process at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        """Take it, if nobody has it.

        Raises:
            EngineError: the folder cannot be written to.
        """
        with in_words(self._path):
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Let others have it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
