"""How far a text is measured, on one line of the terminal, with the interval that shrinks."""

from __future__ import annotations

import math
import sys
import time
from typing import TYPE_CHECKING

from engine.measuring.remaining import seconds_left

if TYPE_CHECKING:
    from engine.measuring.job import Job

EVERY = 0.5  # seconds
COSINES_SHARE = 0.03  # of the time goes into intermediate results


class Progress:
    """Tells of a job on a terminal; elsewhere it keeps still.

    Args:
        share: of the text that was measured before.
        seconds: that it took.
    """

    def __init__(self, share: float = 0.0, seconds: float = 0.0) -> None:
        self._share, self._seconds = share, seconds
        self._told, self._measured, self._cost = 0.0, 0.0, 0.0
        self._cosine = ""
        self._is_on = sys.stderr.isatty()

    def tell(self, job: Job) -> None:
        """Say where a job is, if something else was said long enough ago."""
        now = time.monotonic()
        if not self._is_on or now - self._told < EVERY:
            return
        if now - self._measured > max(2.0, self._cost / COSINES_SHARE):
            self._cosine = cosine_in_words(job)
            self._measured = time.monotonic()
            self._cost = self._measured - now
        self._told = now
        n_words, seconds = job.measured.stream.n_words, max(job.seconds, 1e-9)
        left = seconds_left(job.share - self._share, seconds - self._seconds, 1 - job.share)
        told = f"{job.share:.1%} · {n_words:,} words · {n_words / seconds:,.0f}/s · {left}"
        print(f"\r\033[K{told}{self._cosine}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Leave the terminal as it was."""
        if self._is_on:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def cosine_in_words(job: Job) -> str:
    """The top layer's mean cosine so far, with its interval; "" where there is none."""
    mean, (low, high) = job.measured.stream.mean_cosines()[-1]
    if not all(map(math.isfinite, (mean, low, high))):
        return ""
    return f" · mean cosine, top layer: {mean:.4f} [{low:.4f}, {high:.4f}]"
