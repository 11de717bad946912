"""The app: Streamlit's pages, the routes of cloud packets, of runs and of rooms, and what is warmed
up before the first visitor.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from engine.views import packets
from pages._ui.collecting import collect_seldom
from pages._ui.room_routes import ROOM_ROUTES
from pages._ui.room_serving import end_streams_with_the_server
from pages._ui.run_routes import ROUTES
from pages._ui.serving import stop_serving
from pages._ui.visitor import VisitorCookie
from pages._ui.warm import stop, warm_up

FONTS = Path(__file__).parent / "assets" / "fonts"  # of letters that the interface's font lacks
BUNDLED_CACHE = "private, max-age=86400, immutable"


async def cloud_packet(request: Request) -> Response:
    """The binary packet of a cloud, for whoever holds its token."""
    token = request.path_params["token"]
    content = packets.fetch(token)
    if content is None:
        return PlainTextResponse(
            "This cloud is no longer held here; reload the page.", status_code=404
        )
    headers = {
        "Cache-Control": "no-store" if token.startswith(packets.PRIVATE) else BUNDLED_CACHE,
        "X-Content-Type-Options": "nosniff",
        # Streamlit would compress 3 MB of coordinates at each visit: .15 s to save a sixth of them.
        "Content-Encoding": "identity",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Load the models behind the first picture, as long as the server runs."""
    collect_seldom()
    warm_up()
    end_streams_with_the_server()
    try:
        yield
    finally:
        stop()
        stop_serving()


app = st.App(
    "pages/_ui/main.py",
    routes=[
        Route("/api/cloud/{token}.bin", cloud_packet),
        Mount("/api/fonts", StaticFiles(directory=FONTS)),
        *ROUTES,
        *ROOM_ROUTES,
    ],
    middleware=[Middleware(VisitorCookie)],
    lifespan=lifespan,
)
