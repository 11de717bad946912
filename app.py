"""The app: Streamlit's pages, the route that carries cloud packets, and what is warmed up before
the first visitor.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from engine.views import packets
from pages._ui.warm import warm_up


async def cloud_packet(request: Request) -> Response:
    """The binary packet of a cloud, for whoever holds its token."""
    content = packets.fetch(request.path_params["token"])
    if content is None:
        return PlainTextResponse(
            "This cloud is no longer held here; reload the page.", status_code=404
        )
    headers = {
        "Cache-Control": "private, max-age=86400, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Start loading the models behind the first picture."""
    warm_up()
    yield


app = st.App(
    "pages/_ui/main.py",
    routes=[Route("/api/cloud/{token}.bin", cloud_packet)],
    lifespan=lifespan,
)
