"""How a server tells a worker which run to train, and how a worker notices that the server died."""

from __future__ import annotations

import os
import select

LOOK_SECONDS = 1.0


class Orders:
    """Run ids, a line each, through a pipe that only the server holds: it ends with the server."""

    def __init__(self, pipe: int, server: int) -> None:
        """
        Args:
            pipe: file descriptor to read from.
            server: process id of the server, this process's parent.
        """
        self._pipe, self._server = pipe, server
        self._read, self._ended = b"", False

    def next(self) -> str | None:
        """Wait for the next run; None when the server is gone or wants no more of this worker."""
        while not self.gone() and b"\n" not in self._read:
            select.select([self._pipe], [], [], LOOK_SECONDS)
        if self._ended:
            return None
        line, _, self._read = self._read.partition(b"\n")
        return line.decode()

    def gone(self) -> bool:
        """Is the server gone, or did it let this worker go?"""
        while not self._ended and select.select([self._pipe], [], [], 0)[0]:
            found = os.read(self._pipe, 4096)
            self._read += found
            self._ended = not found
        # Should a process that the server started have inherited the pipe, the parent tells.
        self._ended = self._ended or os.getppid() != self._server
        return self._ended

    def end(self) -> None:
        """From now on the server counts as gone."""
        self._ended = True
