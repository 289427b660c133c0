"""Limits on requests: on the length of a path, and on their number from one client.

The latter is a bucket of tokens that fills at a steady rate, off unless a rate is set. Pure ASGI.
"""

import time
from collections import OrderedDict

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from sg17kg.web.problems import Refusal, problem_of

_CLIENTS = 10_000
LONGEST_PATH = 1_000
_NEVER_LIMITED = frozenset(("/health", "/ready", "/metrics"))


class PathLimit:
    """Answers 414 to a path that is longer than any name here: pages repeat the path, and time and memory would grow with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and len(scope["path"]) > LONGEST_PATH:
            refusal = Refusal(414, f"a path of more than {LONGEST_PATH} characters; no thing here has one")
            await problem_of(Request(scope), refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class RateLimit:
    """Answers 429 with Retry-After to a client that asks more than so many times a second; a burst of two seconds' worth is let through.

    A client is an address; behind a proxy that is trusted (serve --proxy), the one that the proxy names.
    """

    def __init__(self, app: ASGIApp, rate: float) -> None:
        self._app = app
        self._rate = rate
        self._most = max(1.0, 2 * rate)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and scope["path"] not in _NEVER_LIMITED:
            wait = self._take((scope.get("client") or ("",))[0])
            if wait:
                detail = f"more than {self._rate:g} requests a second; wait, or take the dump"
                refusal = Refusal(429, detail, {"Retry-After": str(int(wait) + 1)})
                await problem_of(Request(scope), refusal)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _take(self, client: str) -> float:
        """Take a token; the seconds until there is one, if there is none."""
        now = time.monotonic()
        tokens, since = self._buckets.pop(client, (self._most, now))
        tokens = min(self._most, tokens + (now - since) * self._rate)
        granted = tokens >= 1
        self._buckets[client] = (tokens - 1 if granted else tokens, now)
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if granted else (1 - tokens) / self._rate
