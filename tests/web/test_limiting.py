"""A few long answers are made at once; what waits is bounded, and dropped when its client goes away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sg17kg.web.app import _is_long
from sg17kg.web.middleware.rate_limit import LongResponses
from tests.patience import PATIENCE

Run = Callable[[], Awaitable[None]]


class Client:
    """One request: what it is answered, and a way to hang up."""

    def __init__(self, app: LongResponses, path: str = "/recommendations") -> None:
        self.status = 0
        self.gone = asyncio.Event()
        self._begun = False
        scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b"", "server": ("a", 80), "scheme": "http"}
        self.task = asyncio.ensure_future(app(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        if not self._begun:
            self._begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self.status = message.get("status", self.status)


class Working:
    """Wait with the answer until a test says so."""

    def __init__(self) -> None:
        self.begun = 0
        self.go_on = asyncio.Event()
        self.heard: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.begun += 1
        self.heard.append((await receive())["type"])
        await self.go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(PATIENCE):
            await test()

    asyncio.run(bounded())


async def settled() -> None:
    """Let everything that can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)


def test_few_are_made_at_once_and_the_others_in_turn() -> None:
    async def test() -> None:
        working = Working()
        app = LongResponses(working, _is_long, at_once=2, waiting=3)
        clients = [Client(app) for _ in range(5)]
        await settled()
        assert working.begun == 2
        one_too_many, look_up = Client(app), Client(app, "/rec/X.1280")
        await settled()
        assert (one_too_many.status, working.begun) == (503, 3)  # a look-up waits for no list
        working.go_on.set()
        await asyncio.gather(*(client.task for client in (*clients, look_up)))
        assert [client.status for client in clients] == [200] * 5
        assert working.heard == ["http.request"] * 6  # nothing of what a client sent is lost by waiting

    run(test)


def test_who_goes_away_while_waiting_is_dropped_and_keeps_no_place() -> None:
    async def test() -> None:
        working = Working()
        app = LongResponses(working, _is_long, at_once=1, waiting=2)
        first, second, third = (Client(app) for _ in range(3))
        await settled()
        second.gone.set()
        await second.task
        fourth = Client(app)
        working.go_on.set()
        await asyncio.gather(first.task, third.task, fourth.task)
        assert [client.status for client in (first, second, third, fourth)] == [200, 0, 200, 200]
        assert working.begun == 3
        assert app._free._value == 1

    run(test)


@pytest.mark.parametrize(
    "path", ["/recommendations", "/recommendations.csv", "/api/v1/questions", "/changes", "/question/17/10", "/bodies"]
)
def test_long_answers_are_known_by_their_paths(path: str) -> None:
    assert _is_long(path)


@pytest.mark.parametrize("path", ["/", "/health", "/rec/X.1280", "/api/v1/recommendations/X.1280", "/sparql", "/static/1/style.css"])
def test_others_wait_for_none(path: str) -> None:
    assert not _is_long(path)
