"""Timing by turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any


def in_turns(
    calls: Sequence[Callable[[], Any]], rounds: int, *, warm_up: int = 1, pause: float = 0.0
) -> list[list[float]]:
    """Seconds of each call in each round; every round times every call once.

    The order is turned round from one round to the next, so that no call always follows the same
    one. `pause` seconds before each call let threads of the last one fall asleep that would
    otherwise spin beside it.
    """
    for _ in range(warm_up):
        for call in calls:
            call()
    seconds: list[list[float]] = [[] for _ in calls]
    for number in range(rounds):
        order = range(len(calls)) if number % 2 == 0 else reversed(range(len(calls)))
        for i in order:
            time.sleep(pause)
            started = time.perf_counter()
            calls[i]()
            seconds[i].append(time.perf_counter() - started)
    return seconds


def medians(
    calls: Sequence[Callable[[], Any]], rounds: int, *, warm_up: int = 1, pause: float = 0.0
) -> list[float]:
    """The median seconds of each call, timed in turns."""
    seconds = in_turns(calls, rounds, warm_up=warm_up, pause=pause)
    return [statistics.median(times) for times in seconds]


def seconds_of(call: Callable[[], Any]) -> float:
    """Wall-clock seconds of one call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
