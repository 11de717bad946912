"""Results that are kept in memory: bounded, found by their key, computed once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any


class Kept:
    """The most recently used results up to a number of bytes; each is computed once, also when
    many ask at once.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._results: OrderedDict[Any, tuple[Any, int]] = OrderedDict()
        self._locks: dict[Any, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Any, compute: Callable[[], Any], size: Callable[[Any], int]) -> Any:
        """The result under a key, computed if it is not there; `size` says what it weighs."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key][0]
            own_lock = self._locks.setdefault(key, threading.Lock())
        with own_lock:
            with self._lock:
                if key in self._results:
                    return self._results[key][0]
            try:
                result = compute()
            finally:
                with self._lock:
                    self._locks.pop(key, None)
            with self._lock:
                self._results[key] = (result, size(result))
                while (
                    len(self._results) > 1
                    and sum(n for _, n in self._results.values()) > self._max_bytes
                ):
                    self._results.popitem(last=False)
            return result

    def values(self) -> list[Any]:
        """All that is kept now."""
        with self._lock:
            return [result for result, _ in self._results.values()]

    def has(self, key: Any) -> bool:
        """True if the result is there."""
        return key in self._results
