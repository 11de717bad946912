"""Who is looking: a long random word that each browser keeps in a cookie, so that a visitor who
comes back finds the runs that they started, and nobody else can steer them.
"""

from __future__ import annotations

import re
import secrets
from http.cookies import CookieError, SimpleCookie

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "conescope_visitor"
WORD = re.compile(r"[\w-]{30,60}")
YEAR = 365 * 24 * 3600


class VisitorCookie:
    """Gives every browser that asks for a page its word.

    Scripts cannot read it (HttpOnly). Other sites' pages cannot use it (SameSite=Lax): a browser
    sends it with their links, not with what they post here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; add the cookie to a page where the browser has none."""
        if scope["type"] != "http" or word_in(_cookies(scope)):
            await self._app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    word = secrets.token_urlsafe(24)
                    headers.append(
                        "set-cookie",
                        f"{COOKIE}={word}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax",
                    )
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def visitor() -> str:
    """The word of whoever looks at this page; where cookies are forbidden, one for this session."""
    found = word_in(dict(st.context.cookies))
    return found or st.session_state.setdefault("visitor", secrets.token_urlsafe(24))


def word_in(cookies: dict[str, str]) -> str:
    """A visitor's word among cookies; "" if there is none that this app could have given."""
    word = cookies.get(COOKIE, "")
    return word if WORD.fullmatch(word) else ""


def _cookies(scope: Scope) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                parsed = SimpleCookie(value.decode("latin-1"))
            except CookieError:
                continue
            found |= {key: morsel.value for key, morsel in parsed.items()}
    return found
