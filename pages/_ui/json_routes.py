"""What the app's routes have in common: commands come as short JSON, and whatever is refused is
answered with a sentence.

Another site's page cannot command anything: its browser would ask first whether it may send JSON
here, and it sends the visitor's cookie along with links only.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from engine.classroom.rules import NotTheDriver, RoomOver
from engine.errors import EngineError, UnknownName
from engine.views.cockpit.owners import NotYours


class Refused(Exception):
    """A request that is no command; `answer` says why."""

    def __init__(self, error: str, status: int) -> None:
        super().__init__(error)
        self.answer = sentence(error, status)


async def command_in(request: Request, most_bytes: int) -> dict[str, Any]:
    """The JSON object that was posted.

    Raises:
        Refused: too long, or something else.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise Refused("This command is too long.", 413)
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused("Commands come as JSON.", 415)
    try:
        values = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise Refused("A command is a JSON object.", 400)
    return values


def answered(act: Callable[[], Response]) -> Response:
    """What `act` answers, or the sentence of what the engine refuses."""
    try:
        return act()
    except (NotYours, NotTheDriver) as error:
        return sentence(str(error), 403)
    except UnknownName as error:
        return sentence(str(error), 404)
    except RoomOver as error:
        return sentence(str(error), 410)
    except EngineError as error:
        return sentence(str(error), 409)


def sentence(error: str, status: int) -> Response:
    """An error in words."""
    return JSONResponse({"error": error}, status_code=status)
