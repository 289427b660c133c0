"""Validators on every answer: ETag from the bytes, 304, HEAD, open CORS. Pure ASGI, in front of the routes."""

import hashlib
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CACHE = b"public, max-age=60"


_PREFLIGHT = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
    (b"allow", b"GET, HEAD, POST, OPTIONS"),
]
_CORS = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"ETag, Last-Modified, Link, Location, Retry-After")]


class Validators:
    """Adds ETag, Cache-Control, Last-Modified and CORS to answers to GET, and answers HEAD, If-None-Match and preflights."""

    def __init__(self, app: ASGIApp, last_modified: str) -> None:
        self._app = app
        self._last_modified = last_modified.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Answers are held back until they are whole, so that their bytes can be told by a hash."""
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
            await send({"type": "http.response.body", "body": b""})
            return
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, _with_cors(send) if scope["type"] == "http" else send)
            return
        head = scope["method"] == "HEAD"
        start: Message | None = None
        parts: list[bytes] = []

        async def hold(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body") and start is not None:
                await self._finish(scope, start, b"".join(parts), head, send)

        await self._app({**scope, "method": "GET"}, receive, hold)

    async def _finish(self, scope: Scope, start: Message, body: bytes, head: bool, send: Send) -> None:
        headers = [*start["headers"], *_CORS]
        status = start["status"]
        if status == 200:
            etag = b'"' + hashlib.sha256(body).hexdigest()[:32].encode() + b'"'
            headers += [(b"etag", etag), (b"cache-control", _CACHE), (b"last-modified", self._last_modified)]
            if not any(name == b"vary" for name, _ in headers):
                headers.append((b"vary", b"Accept"))
            if _matches(etag, scope["headers"]):
                status, body = 304, b""
                headers = [(name, value) for name, value in headers if name not in (b"content-length", b"content-type")]
        await send({**start, "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if head else body})


def _matches(etag: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bool:
    given = next((value for name, value in headers if name == b"if-none-match"), b"")
    return any(candidate.strip().removeprefix(b"W/") in (etag, b"*") for candidate in given.split(b",") if given)


def _with_cors(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *_CORS]}
        await send(message)

    return wrapped
