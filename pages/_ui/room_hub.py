"""Pushes the rooms to those who follow them: one stream a browser, one message a change.

What a browser is sent is always the whole room as it stands. So a browser that comes late begins
with where the class is, and one that is slow to read skips what has passed: it is sent the newest,
once it has taken the one before.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool

from engine.classroom.polls import poll_of
from engine.classroom.rooms import Rooms
from engine.classroom.told import told
from engine.errors import EngineError

BETWEEN_SECONDS = 0.05  # two messages of a room; what changes in between is sent with the next
ALIVE_SECONDS = 15.0  # of silence, then a comment shows whether the browser is still there
MOST_FOLLOWERS = 1_000  # of a room


class TooMany(EngineError):
    """As many follow a room as the server takes."""


class _Follower:
    def __init__(self, to_driver: bool) -> None:
        self.to_driver, self.woken = to_driver, asyncio.Event()


class _Live:
    """A room that somebody follows."""

    def __init__(self) -> None:
        self.followers: set[_Follower] = set()
        self.newest: dict[bool, bytes] = {}  # to the driver or not -> message
        self.stale = False
        self.refreshing: asyncio.Task | None = None


class Hub:
    """Those who follow rooms of this server. All of it happens on the server's event loop, but
    `notify`, which any thread may call.
    """

    def __init__(self, store: Callable[[], Rooms]) -> None:
        """store: gives the store of rooms."""
        self._store, self._rooms = store, dict[str, _Live]()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = False

    def notify(self, code: str) -> None:
        """Say that a room has changed."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the server has just ended, and its loop with it
                loop.call_soon_threadsafe(self._refresh_soon, code)

    async def follow(self, code: str, *, to_driver: bool = False) -> AsyncIterator[bytes]:
        """The room as it stands, and again at each change, as events of a stream.

        Args:
            code: of a room that there is.
            to_driver: with what only the browser that drives it may know.
        Raises:
            TooMany: as many follow it as the server takes.
        """
        self._loop = asyncio.get_running_loop()
        live, follower = self._rooms.setdefault(code, _Live()), _Follower(to_driver)
        if len(live.followers) >= MOST_FOLLOWERS:
            raise TooMany(f"{MOST_FOLLOWERS:,} follow this room, and it takes no more.")
        live.followers.add(follower)
        self._refresh_soon(code)
        sent = b""
        try:
            yield b"retry: 1000\n\n"
            while not self._closing:
                newest = live.newest.get(to_driver, b"")
                if newest != sent:
                    yield b"data: " + newest + b"\n\n"
                    sent = newest
                    continue
                try:
                    await asyncio.wait_for(follower.woken.wait(), ALIVE_SECONDS)
                except TimeoutError:
                    yield b": alive\n\n"
                follower.woken.clear()
        finally:
            live.followers.discard(follower)
            if live.followers:
                self._refresh_soon(code)
            elif self._rooms.get(code) is live:
                del self._rooms[code]

    def close(self) -> None:
        """End all streams, so that the server can end. Their browsers come back to the next."""
        self._closing = True
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._wake_all)

    def _wake_all(self) -> None:
        for live in self._rooms.values():
            for follower in live.followers:
                follower.woken.set()

    def _refresh_soon(self, code: str) -> None:
        live = self._rooms.get(code)
        if live is None:
            return
        live.stale = True
        if live.refreshing is None:
            live.refreshing = asyncio.ensure_future(self._refresh(code, live))

    async def _refresh(self, code: str, live: _Live) -> None:
        try:
            while live.stale and live.followers:
                live.stale = False
                n_viewers = sum(not follower.to_driver for follower in live.followers)
                with suppress(EngineError):  # the room is over: who asks again is told so
                    self._tell(live, await run_in_threadpool(self._read, code, n_viewers))
                await asyncio.sleep(BETWEEN_SECONDS)
        finally:
            live.refreshing = None

    def _read(self, code: str, n_viewers: int) -> dict[bool, bytes]:
        """What is to be told of the room: each once, however many are told."""
        store = self._store()
        room = store.room(code)
        poll = poll_of(store, room)
        return {
            False: told(room, poll),
            True: told(room, poll, to_driver=True, n_viewers=n_viewers),
        }

    def _tell(self, live: _Live, newest: dict[bool, bytes]) -> None:
        changed = {role for role, message in newest.items() if message != live.newest.get(role)}
        live.newest = newest
        for follower in live.followers:
            if follower.to_driver in changed:
                follower.woken.set()
