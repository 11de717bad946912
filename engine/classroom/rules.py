"""What a room takes: its codes, and where a lecturer can be."""

from __future__ import annotations

import hashlib
import json
import math
import re
import secrets
from typing import Any
from urllib.parse import parse_qsl, urlencode

from engine.classroom.rows import Place
from engine.errors import EngineError, TextError, UnknownName

HOURS = 12.0  # after which a room that nobody moves ends
HANDOVER_MINUTES = 10.0
MOST_ROOMS = 200  # at a time
MOST_QUERY = 8_000  # characters of a page's link
MOST_PARAMETERS = 100
MOST_VOTES = 2_000  # a round
CODE = re.compile(r"[A-HJ-NP-Z2-9]{6}")  # no I, O, 0, 1, which are read for one another
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PAGE = re.compile(r"[a-z0-9-]{0,60}")
# Of a link, what is one browser's own and not the class's.
OWN = frozenset({"room", "drive", "presenter", "writing", "speaker", "embed", "embed_options"})
MOST_NAME = 80  # characters of a run's
VIEW_NUMBERS, VIEW_WORDS = ("layer", "selected"), ("layout", "color_by")


class NotTheDriver(EngineError):
    """Only the browser that drives a room may move it."""


class RoomOver(EngineError):
    """The room was closed."""


def new_code(n_letters: int = 6) -> str:
    """Letters to be read aloud and typed."""
    return "".join(secrets.choice(LETTERS) for _ in range(n_letters))


def checked_code(code: str) -> str:
    """A room's code as it was given out, however it was typed.

    Raises:
        UnknownName: it cannot be one.

    >>> checked_code(" abc-def ")
    'ABCDEF'
    """
    found = re.sub(r"[\s-]", "", code[:40]).upper()
    if not CODE.fullmatch(found):
        raise UnknownName(
            f"{code[:40]!r} is no room code: one has six letters or digits, as in ABC 234."
        )
    return found


def hashed(salt: str, word: str) -> str:
    """What a room keeps of a browser's word."""
    return hashlib.sha256(f"{salt} {word}".encode()).hexdigest()


def checked_place(page: Any, query: Any, view: Any) -> Place:
    """Where the lecturer is, of what their browser says.

    Args:
        page: the page's name in its link, "" for the first page.
        query: of the link, without "?".
        view: of the cloud on the page: layer, layout, colour, selection, camera; or of a replay:
            run and batch; or None.
    Raises:
        TextError: the link is too long for a room.
        EngineError: anything that is not such a place.
    """
    if not isinstance(page, str) or not PAGE.fullmatch(page):
        raise EngineError("A room follows a page of this app, by the name in its link.")
    if not isinstance(query, str):
        raise EngineError("The query of a link is text.")
    if len(query) > MOST_QUERY:
        raise TextError(
            f"This page's link has {len(query):,} characters; a room takes {MOST_QUERY:,}. The "
            "class stays where it was."
        )
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise EngineError(
            f"A link with more than {MOST_PARAMETERS} parameters is none of this app."
        ) from error
    return Place(page, urlencode([pair for pair in pairs if pair[0] not in OWN]), _view(view))


def _view(view: Any) -> str:
    """The view of a cloud or a replay as JSON, with what is known of it and nothing else; "" for
    none.
    """
    if not isinstance(view, dict):
        return ""
    if isinstance(replay := view.get("replay"), dict):
        run, step = replay.get("run"), _whole(replay.get("step"))
        is_one = isinstance(run, str) and len(run) <= MOST_NAME and step is not None
        return json.dumps({"replay": {"run": run, "step": step}}) if is_one else ""
    found: dict[str, Any] = {name: _whole(view.get(name)) for name in VIEW_NUMBERS}
    found |= {name: str(view[name])[:80] for name in VIEW_WORDS if view.get(name) is not None}
    found["flat"] = view.get("flat") is True
    camera = view.get("camera")
    if isinstance(camera, dict):
        numbers = {name: _number(camera.get(name)) for name in ("theta", "phi", "distance")}
        target = camera.get("target")
        found["camera"] = {name: value for name, value in numbers.items() if value is not None}
        if isinstance(target, list) and len(target) == 3:
            found["camera"]["target"] = [_number(value) or 0.0 for value in target]
    return json.dumps(found)


def _whole(value: Any) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and 0 <= value < 10**9 else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e6 and math.isfinite(value) else None
