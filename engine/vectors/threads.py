"""How many threads numerical libraries may use."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any


def one_thread() -> AbstractContextManager[Any]:
    """Thousands of small matrices are slower on several threads, which mostly wait for each other;
    where other programs use the cores, twenty times as slow.
    """
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    return threadpool_limits(1)
