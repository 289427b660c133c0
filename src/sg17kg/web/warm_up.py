"""Requests that the service makes of itself before the first client's: they import, compile and read what is needed at first use."""

import asyncio
import logging

from fastapi import FastAPI
from starlette.types import Message, Scope

from sg17kg.web.api.parameters import today

_LOG = logging.getLogger("sg17kg.server")
_RESOURCES = "/sg17kg/rec/"
_ROUTES = ((b"application/json", "/api/v1/recommendations/{}/owner"), (b"text/html", "/rec/{}"))


async def warm_up(app: FastAPI) -> None:
    """Read what the sources say of their state, and answer two requests about one text of the dataset.

    They go to the routes without middleware, so that none is logged, counted or kept. Nothing is asked where the index of texts was not
    read: making it takes longer. What fails here fails a client, too, and is told there.
    """
    index = app.state.service.index.prepared
    if index is None:
        return
    try:
        await asyncio.to_thread(app.state.service.sources.get)
        # a text with Questions has most to say
        text = max(index.texts_on(today()), key=lambda text: _RESOURCES in text.iri and len(text.questions), default=None)
        if text and (name := text.iri.partition(_RESOURCES)[2]):
            for media_type, route in _ROUTES:
                await _ask(app, route.format(name), media_type)
    except Exception:
        _LOG.exception("a request of the service to itself failed")


async def _ask(app: FastAPI, path: str, accepted: bytes) -> None:
    """Answer one GET, and drop the answer."""
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": path, "root_path": "",
        "raw_path": path.encode(), "query_string": b"", "headers": [(b"host", b"localhost"), (b"accept", accepted)], "state": {},
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        pass

    await app(scope, receive, send)
