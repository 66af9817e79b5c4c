"""The addresses beside the pages. `app.py` serves them together with the script."""

from __future__ import annotations

import asyncio
from typing import Final

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from aemodels.errors import AemodelsError
from pages.ui import gate, ink, operation, wire

LARGEST: Final = ink.LARGEST_PICTURE  # bytes that a browser may send
AT_ONCE: Final = (
    2  # answers that are computed at the same time; others wait, and each browser has at most two
)

_places = asyncio.Semaphore(AT_ONCE)


def routes() -> list[BaseRoute]:
    """All of them, below the address at which Streamlit serves the page."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    below = f"{'/' * bool(base)}{base}"
    return [
        Route(f"{below}/live/{{token}}", _live, methods=["POST"]),
        Route(f"{below}/healthz", operation.health, methods=["GET"]),
        Route(f"{below}/metrics", operation.metrics, methods=["GET"]),
    ]


def middleware() -> list[Middleware]:
    """What every request and every websocket passes through before it comes to Streamlit."""
    # What the gate keeps out is no run that anybody waits for: it stands before what counts.
    return [Middleware(operation.OwnNumbers), Middleware(gate.Gate), Middleware(wire.Wire)]


async def _live(request: Request) -> Response:
    """What follows a moving hand: see `pages.ui.live`. What cannot be read is followed by nothing."""
    from pages.ui import live  # the module that the pages use now, also after an edit in development

    sent = bytearray()
    async for part in request.stream():
        sent += part
        if len(sent) > LARGEST:
            return JSONResponse({"problem": "That is more than a drawing can be."}, status_code=413)
    found = live.followed(request.path_params["token"])
    if found is None:
        return JSONResponse({})
    found.come += 1
    number = found.come
    async with found.turn, _places:
        if number < found.come:  # a newer state has come meanwhile: this one is not worth the work
            return JSONResponse({})
        try:
            return JSONResponse(await asyncio.to_thread(found.answering, bytes(sent)))
        except AemodelsError:
            return JSONResponse({})  # the run that ends the movement says why
