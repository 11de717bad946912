"""A student's browser as the server sees it: a stream of a room, and a session on a page."""

from __future__ import annotations

import asyncio
import json
import time
from urllib.parse import parse_qs, urlsplit

from pages._ui.visitor import COOKIE

WAIT_SECONDS = 300.0


async def _asked(url: str, head: str, body: bytes = b"") -> tuple[asyncio.StreamReader, object]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(head.encode() + body)
    await writer.drain()
    status = await reader.readline()
    if b" 200 " not in status:
        raise RuntimeError(f"{head.splitlines()[0]}: {status!r}")
    return reader, writer


async def post(url: str, path: str, values: dict, word: str) -> None:
    """Send a command, and wait until it is taken.

    Raises:
        RuntimeError: it is not.
    """
    body = json.dumps(values).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {COOKIE}={word}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    reader, writer = await _asked(url, head, body)
    await reader.read()
    writer.close()


class Follower:
    """A stream of a room; `moves` says when each move (`n` in its query) came."""

    def __init__(self, url: str, code: str, word: str) -> None:
        self.word, self.moves = word, dict[int, float]()
        self._url, self._code = url, code
        self._moved = asyncio.Event()

    async def open(self) -> None:
        """Connect, and listen from then on."""
        head = (
            f"GET /api/rooms/{self._code}/events HTTP/1.1\r\nHost: localhost\r\n"
            f"Cookie: {COOKIE}={self.word}\r\nAccept: text/event-stream\r\n"
            "Accept-Encoding: gzip\r\n\r\n"
        )
        self._reader, self._writer = await _asked(self._url, head)
        self._listening = asyncio.create_task(self._listen())

    async def until(self, number: int) -> None:
        """Wait until this move, or a later one, has come."""
        while not any(known >= number for known in self.moves):
            self._moved.clear()
            await asyncio.wait_for(self._moved.wait(), WAIT_SECONDS)

    def close(self) -> None:
        """Leave."""
        self._listening.cancel()
        self._writer.close()

    async def _listen(self) -> None:
        while line := await self._reader.readline():
            if not line.startswith(b"data: "):
                continue
            at, place = time.perf_counter(), json.loads(line[6:])["place"]
            numbers = parse_qs(place["query"]).get("n") if place else None
            if numbers:
                self.moves[int(numbers[0])] = at
                self._moved.set()


class Page:
    """A Streamlit session that goes where the room goes, as the browser's own history does."""

    def __init__(self, url: str, page: str, query: str) -> None:
        self._address = url.replace("http", "ws") + "/_stcore/stream"
        self._page, self._query, self._hash = page, query, ""

    async def open(self) -> None:
        """Open the page, and wait until it is complete."""
        from websockets.asyncio.client import connect

        self._socket = await connect(
            self._address, max_size=None, subprotocols=["streamlit"], ping_interval=None
        )
        await self._rerun(self._query)

    async def go(self, query: str) -> None:
        """Go to another place on the page, and wait until it is complete."""
        await self._rerun(query)

    async def close(self) -> None:
        """Leave."""
        await self._socket.close()

    async def _rerun(self, query: str) -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        message = BackMsg()
        asked = message.rerun_script
        asked.page_name = "" if self._hash else self._page
        asked.query_string, asked.page_script_hash = query, self._hash
        asked.is_history_navigation = bool(self._hash)
        await self._socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(
                await asyncio.wait_for(self._socket.recv(), WAIT_SECONDS)
            )
            kind = answer.WhichOneof("type")
            if kind == "navigation":
                self._hash = answer.navigation.page_script_hash
            elif kind == "delta" and answer.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(answer.delta.new_element.exception.message)
            elif kind == "script_finished":
                return
