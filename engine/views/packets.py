"""Packets on their way to the viewer: kept under a token that nobody can guess, the oldest
forgotten first.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

MAX_BYTES = 256 * 2**20
PRIVATE = "own-"

_SECRET = secrets.token_bytes(32)
_packets: OrderedDict[str, bytes] = OrderedDict()
_lock = threading.Lock()


def offer(key: Hashable, build: Callable[[], bytes], *, private: bool = False) -> str:
    """The token under which the packet for a key can be fetched; it is built if it is not there.

    The token is a keyed hash: whoever does not hold the text itself can neither guess nor compute
    it. A private packet holds user text; its token says so, and browsers are told not to keep it.
    """
    digest = hashlib.blake2b(repr(key).encode(), key=_SECRET, digest_size=20).hexdigest()
    token = f"{PRIVATE}{digest}" if private else digest
    with _lock:
        if token in _packets:
            _packets.move_to_end(token)
            return token
    content = build()
    with _lock:
        _packets[token] = content
        while len(_packets) > 1 and sum(map(len, _packets.values())) > MAX_BYTES:
            _packets.popitem(last=False)
    return token


def fetch(token: str) -> bytes | None:
    """The packet of a token, or None if it is unknown or was forgotten."""
    with _lock:
        return _packets.get(token)
