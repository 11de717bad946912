"""A stopwatch."""

from __future__ import annotations

import time


class Stopwatch:
    """Seconds that pass while it runs."""

    def __init__(self, seconds: float = 0.0) -> None:
        """seconds: what it shows at first."""
        self._counted = seconds
        self._since: float | None = None

    @property
    def seconds(self) -> float:
        """What it shows."""
        return self._counted + (time.monotonic() - self._since if self._since is not None else 0.0)

    def run(self) -> None:
        """Start it, or leave it running."""
        if self._since is None:
            self._since = time.monotonic()

    def hold(self) -> None:
        """Stop it for a while."""
        self._counted, self._since = self.seconds, None
