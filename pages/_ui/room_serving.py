"""The server's part in rooms: one store, one hub, and the end of all streams with the server."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

from engine.classroom.rooms import Rooms
from pages._ui.room_hub import Hub

_lock = threading.Lock()
_store: Rooms | None = None
_hub: Hub | None = None


def room_store() -> Rooms:
    """The store of rooms.

    Raises:
        EngineError: the folder of runs, where it lies, cannot be used.
    """
    global _store
    with _lock:
        if _store is None:
            _store = Rooms()
        return _store


def hub() -> Hub:
    """Who follows the rooms of this server."""
    global _hub
    with _lock:
        if _hub is None:
            _hub = Hub(room_store)
        return _hub


def end_streams_with_the_server() -> None:
    """A server that is told to end waits until every answer is complete, and a stream has no end:
    end them when it is told.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # signals come to the main thread alone: this server is ended by other means
    for number in (signal.SIGINT, signal.SIGTERM):
        _before(number, signal.getsignal(number))


def _before(number: int, handler: Any) -> None:
    if not callable(handler):
        return

    def ended(signal_number: int, frame: FrameType | None) -> None:
        if _hub is not None:
            _hub.close()
        handler(signal_number, frame)

    signal.signal(number, ended)
