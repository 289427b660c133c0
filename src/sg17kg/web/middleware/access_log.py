"""Outermost middleware: request identifier, access log, metrics. Pure ASGI."""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from secrets import token_hex

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sg17kg.web.middleware.json_logs import now
from sg17kg.web.middleware.metrics import Metrics
from sg17kg.web.problem_details import CLIENT_GONE
from sg17kg.web.process import Process

Log = Callable[[Mapping[str, object]], None]
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_LONGEST_PATH = 300
_METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS"))
_OTHER = "other"
_CLOSE = ((b"connection", b"close"),)


class Access:
    """Middleware that gives each request an identifier (that of X-Request-ID, if it is well-formed), logs it and counts it.

    The log has path, status, milliseconds and bytes, and the client's address if that is enabled. It omits the query string, which shows
    what somebody searched for.
    """

    def __init__(
        self, app: ASGIApp, application: FastAPI, metrics: Metrics, paths: Iterable[str], log: Log | None, names_clients: bool
    ) -> None:
        self.application = application
        self._process: Process = application.state.process
        self._app = app
        self._names_clients = names_clients
        self._metrics = metrics
        self._log = log
        self._families = _families(paths)
        self._start = ""
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        identifier = self._identifier(scope)
        scope["request_id"] = identifier.decode()
        status, sent = CLIENT_GONE, 0

        async def counted(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                own = [(b"x-request-id", identifier), *(_CLOSE if self._process.closes_connection() else ())]
                message = {**message, "headers": [*message["headers"], *own]}
            else:
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            self._told(scope, status, time.perf_counter() - begin, sent)

    def _identifier(self, scope: Scope) -> bytes:
        for name, value in scope["headers"]:
            if name == b"x-request-id" and _GIVEN.fullmatch(value):
                return bytes(value)
        self._start = self._start or token_hex(4)  # one for each process, made after the fork
        return f"{self._start}-{next(self._numbers)}".encode()

    def _told(self, scope: Scope, status: int, seconds: float, sent: int) -> None:
        path, method = scope["path"], scope["method"]
        method = method if method in _METHODS else _OTHER
        self._metrics.observe(_family(path, self._families), method, status, seconds, sent)
        if self._log:
            entry = {"time": now(time.time()), "level": "info", "logger": "sg17kg.access", "request_id": scope["request_id"]}
            shown = path if len(path) <= _LONGEST_PATH else path[:_LONGEST_PATH] + "…"
            if self._names_clients:
                entry["client"] = (scope.get("client") or ("",))[0]
            self._log({**entry, "method": method, "path": shown, "status": status, "ms": round(seconds * 1000, 3), "bytes": sent})


def _families(paths: Iterable[str]) -> frozenset[str]:
    """Return the path prefixes by which requests are counted: their number is fixed, whatever addresses clients try."""
    return frozenset(_beginning(path) for path in paths)


def _family(path: str, families: frozenset[str]) -> str:
    beginning = _beginning(path)
    return beginning if beginning in families else _OTHER


def _beginning(path: str) -> str:
    """Return the path prefix: /rec of /rec/X.1280, /api/v1/questions of /api/v1/questions/17/10."""
    parts = path.split("/", 4)
    if len(parts) < 2:  # OPTIONS *
        return path
    return "/".join(parts[:4]) if parts[1] == "api" else f"/{parts[1]}"
