"""A connection on which no request comes is closed, one that is in use is not."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn

from sg17kg.web.middleware import connection_timeouts
from tests.contract.servers import free_port
from tests.patience import PATIENCE, soon

MANY = 4000  # heads of more than 64 KiB together


async def hello(scope: dict[str, object], receive: object, send: object) -> None:
    """The smallest application."""
    assert callable(send)
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"hi"})


async def sent(port: int, first: bytes, then: bytes = b"") -> bytes:
    """What comes back until the connection ends, while the client goes on to send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(first)

    async def go_on() -> None:
        while True:
            await asyncio.sleep(0.1)
            writer.write(then)

    sending = asyncio.ensure_future(go_on())
    try:
        async with asyncio.timeout(PATIENCE):
            return await reader.read() or b"closed"
    except TimeoutError:
        return b"still open"
    except ConnectionError:
        return b"closed"
    finally:
        sending.cancel()
        writer.close()


@asynccontextmanager
async def serving(application: object) -> AsyncIterator[tuple[int, uvicorn.Server]]:
    """Serve an application on a free port."""
    port = free_port()
    config = uvicorn.Config(
        application,  # type: ignore[arg-type]
        host="127.0.0.1",
        port=port,
        http=connection_timeouts.HeaderTimeoutProtocol,
        log_level="critical",
        lifespan="off",
    )
    server = uvicorn.Server(config)
    running = asyncio.ensure_future(server.serve(sockets=[_bound(port)]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield port, server
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def listening() -> AsyncIterator[int]:
    """Serve hello on a free port."""
    async with serving(hello) as (port, _):
        yield port


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\r\n"),  # a line end after an answer is no request
        (b"GET / HTTP/1.1\r\nX-Slow: ", b"a"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nX-Slow: ", b"a"),
    ],
)
def test_who_does_not_finish_a_head_is_not_waited_for(first: bytes, then: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_timeouts, "_SECONDS", 0.3)

    async def run() -> bytes:
        async with listening() as port:
            return await sent(port, first, then)

    answer = asyncio.run(run())
    assert answer != b"still open"
    assert answer == b"closed" or answer.endswith(b"hi")


def test_many_requests_in_one_piece_are_all_answered() -> None:
    asked = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    async def run() -> int:
        async with listening() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(asked * MANY + b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            async with asyncio.timeout(PATIENCE):
                answers = await reader.read()
            writer.close()
            return answers.count(b"HTTP/1.1 200 OK")

    assert asyncio.run(run()) == MANY + 1


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound


@pytest.mark.parametrize("head", [b"GET /" + b"a" * 70_000, b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 70_000])
def test_a_head_that_is_too_long_is_answered_while_it_is_still_sent(head: bytes) -> None:
    async def scene() -> bytes:
        async with listening() as port:
            return await sent(port, head, b"a" * 50_000)

    assert asyncio.run(scene()).startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))


def test_who_does_not_take_an_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_timeouts, "_SECONDS", 0.3)
    long = b"x" * 30_000_000  # more than two sockets hold

    async def answer(scope: dict[str, object], receive: object, send: object) -> None:
        assert callable(send)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(long)).encode())]})
        await send({"type": "http.response.body", "body": long})

    async def run() -> None:
        async with serving(answer) as (port, server):
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                await soon(lambda: server.server_state.total_requests == 1)
                await soon(lambda: not server.server_state.connections)

    asyncio.run(run())
