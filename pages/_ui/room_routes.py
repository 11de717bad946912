"""A class's rooms outside of Streamlit's reruns: one event stream to each browser, the lecturer's
moves, and votes.

A room's code is enough to follow it. To move it takes the cookie of the browser that drives it,
which scripts cannot read, and of which the room itself keeps only a hash.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from engine.classroom import polls
from engine.classroom.rooms import Rooms
from engine.classroom.rules import checked_code, checked_place
from engine.errors import EngineError
from pages._ui.json_routes import Refused, answered, command_in, sentence
from pages._ui.room_hub import TooMany
from pages._ui.room_serving import hub, room_store
from pages._ui.visitor import word_in

MOST_BYTES = 40_000  # of a move: a link of 8,000 characters, escaped
STREAM = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Content-Encoding": "identity"}
STEERING: dict[str, Callable[[Rooms, str, str], None]] = {
    "close": polls.close,
    "show": polls.show,
    "again": polls.ask_again,
    "away": polls.put_away,
}


async def events(request: Request) -> Response:
    """The room as it stands, and again at each change, until the browser leaves."""
    found = await run_in_threadpool(answered, lambda: _looked_up(request))
    if found.status_code != 200:
        return found
    code = checked_code(request.path_params["code"])
    word, wanted = word_in(dict(request.cookies)), request.query_params.get("as") == "driver"
    drives = wanted and await run_in_threadpool(room_store().drives, code, word)
    stream = hub().follow(code, to_driver=drives)
    try:
        first = await anext(stream)
    except TooMany as error:
        return sentence(str(error), 503)

    async def content() -> Any:
        try:
            yield first
            async for message in stream:
                yield message
        finally:
            await stream.aclose()  # type: ignore[attr-defined]

    return StreamingResponse(content(), media_type="text/event-stream", headers=STREAM)


def look(request: Request) -> Response:
    """Is there such a room, and what has this browser voted?"""
    return answered(lambda: _looked_up(request))


def _looked_up(request: Request) -> Response:
    code, store = request.path_params["code"], room_store()
    room = store.room(code)
    choice = polls.voted(store, code, word_in(dict(request.cookies)))
    return JSONResponse({"code": room.code, "closed": room.closed, "voted": choice})


async def move(request: Request) -> Response:
    """The lecturer is somewhere else."""
    return await _commanded(request, _move)


async def vote(request: Request) -> Response:
    """A browser votes."""
    return await _commanded(request, _vote)


async def steer(request: Request) -> Response:
    """The lecturer closes a vote, shows it, asks again, or puts it away."""
    return await _commanded(request, _steer)


Act = Callable[[Rooms, str, str, dict[str, Any]], None]


async def _commanded(request: Request, act: Act) -> Response:
    try:
        values = await command_in(request, MOST_BYTES)
    except Refused as refused:
        return refused.answer
    code, word = request.path_params["code"], word_in(dict(request.cookies))

    def done() -> Response:
        if not word:
            raise EngineError("Your browser keeps no cookie of this app; reload the page.")
        act(room_store(), code, word, values)
        hub().notify(checked_code(code))
        return JSONResponse({"ok": True})

    return await run_in_threadpool(answered, done)


def _move(rooms: Rooms, code: str, word: str, values: dict[str, Any]) -> None:
    place = checked_place(values.get("page"), values.get("query"), values.get("view"))
    rooms.move(code, word, place)


def _vote(rooms: Rooms, code: str, word: str, values: dict[str, Any]) -> None:
    round_, choice = values.get("round"), values.get("choice")
    if type(round_) is not int or type(choice) not in (int, float):
        raise EngineError("A vote has a round and a choice, both numbers.")
    polls.vote(rooms, code, word, round_, choice)


def _steer(rooms: Rooms, code: str, word: str, values: dict[str, Any]) -> None:
    act = STEERING.get(str(values.get("do")))
    if act is None:
        raise EngineError(f"A vote can be told to {', '.join(STEERING)}.")
    act(rooms, code, word)


ROOM_ROUTES = [
    Route("/api/rooms/{code}", look),
    Route("/api/rooms/{code}/events", events),
    Route("/api/rooms/{code}/state", move, methods=["POST"]),
    Route("/api/rooms/{code}/vote", vote, methods=["POST"]),
    Route("/api/rooms/{code}/poll", steer, methods=["POST"]),
]
