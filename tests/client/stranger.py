"""A service on loopback that says what a test tells it to say, and remembers what it was asked."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, ClassVar


@dataclass(frozen=True)
class Said:
    """An answer. `cut`: the connection ends after so many bytes of the body; -1: before any answer. `closes`: after it, unannounced."""

    body: bytes | Iterable[bytes] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    closes: bool = False


def said(content: object, status: int = 200, **headers: str) -> Said:
    """An answer in JSON; names of headers with _ for -."""
    named = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Said(json.dumps(content).encode(), status, named)


def page(items: list[Any], following: str | None = None, total: int | None = None) -> Said:
    """A page of a list."""
    return said({"items": items, "next": following, "total": len(items) if total is None else total})


class Stranger:
    """The service: answers by path and parameters, in turn, the last one again and again."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.bodies: list[bytes] = []
        self.peers: set[object] = set()
        self.ended = Event()
        self._answers: dict[str, list[Said]] = {}
        self.address = ""

    def says(self, path: str, *answers: Said) -> None:
        """What is answered at a path."""
        self._answers[path] = list(answers)

    def answer(self, path: str) -> Said:
        """The next answer."""
        left = self._answers.get(path) or self._answers.get("*") or [said({"title": "Not Found"}, 404)]
        return left.pop(0) if len(left) > 1 else left[0]

    @property
    def paths(self) -> list[str]:
        """What was asked for, in turn."""
        return [path for _, path, _ in self.asked]

    def heard(self, name: str) -> list[str | None]:
        """A header of each request, in turn."""
        return [headers.get(name.lower()) for *_, headers in self.asked]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stranger: ClassVar[Stranger]

    def do_GET(self) -> None:
        self.stranger.peers.add(self.client_address)
        self.stranger.asked.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}))
        self.stranger.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        answer = self.stranger.answer(self.path)
        if answer.cut != -1:
            with suppress(ConnectionError):
                self.say(answer)
        self.close_connection = self.close_connection or answer.closes or answer.cut is not None

    do_POST = do_GET  # noqa: N815 - the library's name

    def say(self, answer: Said) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if isinstance(answer.body, bytes):
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: answer.cut])
        else:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in answer.body:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"" if answer.cut is not None else b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@contextmanager
def strange() -> Iterator[Stranger]:
    """A stranger on a free port, ended with the block."""
    stranger = Stranger()
    handler = type("Handler", (_Handler,), {"stranger": stranger})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    stranger.address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield stranger
    finally:
        stranger.ended.set()
        server.shutdown()
        server.server_close()
