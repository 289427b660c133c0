"""Rate limiting by client, and limits on path length and on expensive responses at once.

The rate limit is a token bucket that is refilled at a steady rate, off unless a rate is set. Pure ASGI.
"""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sg17kg.web.problem_details import HttpProblem, problem_of
from sg17kg.web.process import Process

LONGEST_PATH = 1_000
_NEVER_LIMITED = frozenset(("/health", "/ready", "/metrics"))


class PathLimit:
    """Middleware that answers 414 to a path longer than any name here: pages repeat the path, so time and memory would grow with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and len(scope["path"]) > LONGEST_PATH:
            refusal = HttpProblem(414, f"a path of more than {LONGEST_PATH} characters; no thing here has one")
            await problem_of(Request(scope), refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class LongResponses:
    """Middleware that computes only a few expensive responses at once (lists, Question pages, changes); some dozens more wait.

    Each takes a thread, and look-ups need threads, too. Further requests get 503 with Retry-After. A request whose client disconnects while
    it waits is not processed.
    """

    def __init__(self, app: ASGIApp, is_long: Callable[[str], bool], at_once: int = 4, waiting: int = 32) -> None:
        self._app = app
        self._is_long = is_long
        self._free = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._here = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not self._is_long(scope["path"]):
            await self._app(scope, receive, send)
        elif self._here >= self._most:
            refusal = HttpProblem(503, "many lists are being made; try again in a moment", {"Retry-After": "2"})
            await problem_of(Request(scope), refusal)(scope, receive, send)
        else:
            self._here += 1
            try:
                await self._in_turn(scope, receive, send)
            finally:
                self._here -= 1

    async def _in_turn(self, scope: Scope, receive: Receive, send: Send) -> None:
        heard = _DisconnectWatcher(receive)
        if self._free.locked():
            turn, gone = asyncio.ensure_future(self._free.acquire()), asyncio.ensure_future(heard.end())
            try:
                await asyncio.wait((turn, gone), return_when=asyncio.FIRST_COMPLETED)
            finally:
                gone.cancel()
                if not turn.done():
                    turn.cancel()
            if turn.cancelled() or not turn.done():
                return
        else:
            await self._free.acquire()
        try:
            await self._app(scope, heard.receive, send)
        finally:
            self._free.release()


class _DisconnectWatcher:
    """Messages of a client, received while it waits for its turn and passed on afterwards."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._kept: list[Message] = []

    async def end(self) -> None:
        """Wait until the client disconnects."""
        while True:
            self._kept.append(await self._receive())
            if self._kept[-1]["type"] == "http.disconnect":
                return

    async def receive(self) -> Message:
        """See ASGI."""
        return self._kept.pop(0) if self._kept else await self._receive()


class RateLimit:
    """Middleware that answers 429 with Retry-After to a client above a number of requests a second; bursts of two seconds' worth pass.

    The limit applies to all processes of the service together. A client is an address; behind a trusted proxy (serve --proxy), it is the
    address that the proxy names.
    """

    def __init__(self, app: ASGIApp, rate: float, process: Process) -> None:
        self._app = app
        self._rate = rate
        self._most = max(1.0, 2 * rate)
        self._process = process

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["path"] not in _NEVER_LIMITED:
            wait = self._process.take((scope.get("client") or ("",))[0], self._rate, self._most)
            if wait:
                detail = f"more than {self._rate:g} requests a second; wait, or take the dump"
                refusal = HttpProblem(429, detail, {"Retry-After": str(int(wait) + 1)})
                await problem_of(Request(scope), refusal)(scope, receive, send)
                return
        await self._app(scope, receive, send)
