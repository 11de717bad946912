"""What the cockpit asks the server outside of Streamlit's reruns: a run's events and its controls.

A run's id is a token: whoever has it may watch. Its controls take a POST with JSON from the browser
that started it.
"""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from engine.errors import UnknownName
from engine.views.cockpit.feed import live_packet, recorded_packet
from engine.views.cockpit.steering import steer
from pages._ui.json_routes import Refused, answered, command_in
from pages._ui.serving import run_store, serve_runs
from pages._ui.visitor import word_in

MOST_BYTES = 1_000  # of a command


def events(request: Request) -> Response:
    """What a live run has told since the event `after`, or that it is gone."""
    run_id = request.path_params["run_id"]
    after = _number(request.query_params.get("after", "0"))
    revision = _number(request.query_params.get("revision", "-1"))

    def told() -> Response:
        try:
            return _json(live_packet(run_store(), run_id, after, revision), "no-store")
        except UnknownName as error:
            if revision < 0:  # never known to the asker
                raise
            return JSONResponse({"gone": str(error)})  # deleted while somebody watches: no failure

    return answered(told)


def recorded(request: Request) -> Response:
    """A recorded run, whole."""
    name = request.path_params["name"]
    return answered(lambda: _json(recorded_packet(name), "private, max-age=3600"))


async def command(request: Request) -> Response:
    """A control of the cockpit."""
    try:
        values = await command_in(request, MOST_BYTES)
    except Refused as refused:
        return refused.answer
    return await run_in_threadpool(_do, request, values)


def _do(request: Request, values: dict[str, Any]) -> Response:
    run_id, name = request.path_params["run_id"], request.path_params["command"]

    def act() -> Response:
        steer(run_store(), run_id, name, values, word_in(dict(request.cookies)))
        serve_runs().wake()
        return JSONResponse({"ok": True})

    return answered(act)


def _json(content: bytes, cache: str) -> Response:
    headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type="application/json", headers=headers)


def _number(text: str) -> int:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 16 else 0


ROUTES = [
    Route("/api/runs/{run_id}/events", events),
    Route("/api/recorded/{name}/events", recorded),
    Route("/api/runs/{run_id}/{command}", command, methods=["POST"]),
]
