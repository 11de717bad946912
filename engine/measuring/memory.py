"""Memory that is free, given back to the system."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any


def give_back() -> None:
    """Give back what the C library holds of freed arrays.

    Arrays of a piece of text all have their own lengths, so that freed ones leave holes that fit no
    other: without this, a process that needs the same memory for every piece grows from piece to
    piece. Does nothing where the C library is not glibc.
    """
    trim = _malloc_trim()
    if trim:
        trim(0)


@cache
def _malloc_trim() -> Any:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):  # Windows, macOS, musl
        return None
