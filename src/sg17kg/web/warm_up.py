"""Requests that the service sends to itself before the first client: they import, compile and read what first use needs."""

import asyncio
import logging

from fastapi import FastAPI
from starlette.types import Message, Scope

from sg17kg.web.api.parameters import today

_LOG = logging.getLogger("sg17kg.server")
_RESOURCES = "/sg17kg/rec/"
_ROUTES = ((b"application/json", "/api/v1/recommendations/{}/owner"), (b"text/html", "/rec/{}"))


async def warm_up(app: FastAPI) -> None:
    """Read the state of the sources, and answer two requests about one text of the dataset.

    The requests bypass the middleware, so that they are not logged, counted or cached. No request is made if the index of texts was not
    read, because building it takes longer. A failure here is only logged: it also fails a client request, which reports it.
    """
    index = app.state.service.index.prepared
    if index is None:
        return
    try:
        await asyncio.to_thread(app.state.service.sources.get)
        # a text with Questions has the longest response
        text = max(index.texts_on(today()), key=lambda text: _RESOURCES in text.iri and len(text.questions), default=None)
        if text and (name := text.iri.partition(_RESOURCES)[2]):
            for media_type, route in _ROUTES:
                await _ask(app, route.format(name), media_type)
    except Exception:
        _LOG.exception("a request of the service to itself failed")


async def _ask(app: FastAPI, path: str, accepted: bytes) -> None:
    """Answer one GET request, and discard the response."""
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": path, "root_path": "",
        "raw_path": path.encode(), "query_string": b"", "headers": [(b"host", b"localhost"), (b"accept", accepted)], "state": {},
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        pass

    await app(scope, receive, send)
