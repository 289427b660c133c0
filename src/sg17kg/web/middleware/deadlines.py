"""Deadlines of REST, pages and linked data, from the first query to the response. Pure ASGI."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sg17kg.errors import Sg17kgError, StoreBusy
from sg17kg.store.computing import ComputingClock, current
from sg17kg.web.problem_details import problem_of

_DUMPS = "/dumps"  # made once for a dataset, however long that takes


class Deadlines:
    """Middleware that answers 504 if a response is computed for too long; its thread continues, and the process monitor handles it."""

    def __init__(self, app: ASGIApp, clock: ComputingClock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith(_DUMPS):
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, receive, send)
        try:
            computation = self._clock.begin((scope.get("client") or ("",))[0], answer.end, scope.get("request_id", ""))
        except StoreBusy as error:
            await problem_of(Request(scope), error)(scope, receive, send)
            return
        token = current.set(computation)
        answer.before = computation.leave
        try:
            await self._app(scope, receive, answer.send)
        finally:
            current.reset(token)
            self._clock.finish(computation)


class _Answer:
    """A response that an error can replace until it has begun; `before` is called when it begins. Messages after the error are dropped."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._begun = self._ended = False
        self.before: Callable[[], None] = lambda: None
        self._task: asyncio.Task[None] | None = None

    async def send(self, message: Message) -> None:
        """See ASGI."""
        if not self._begun:
            self.before()
            self._begun = True
        if not self._ended:
            await self._send(message)

    def end(self, error: Sg17kgError) -> None:
        """Send an error instead, unless the response has begun."""
        if not self._begun and not self._ended:
            self._ended = True
            refused = problem_of(Request(self._scope), error)
            self._task = asyncio.ensure_future(refused(self._scope, self._receive, self._send))
