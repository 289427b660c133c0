"""A remote store whose server is at fault: down, slow, refusing, talking nonsense; credentials stay secret."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sg17kg.errors import (
    BadParameter,
    QueryRefused,
    StoreError,
    UpstreamForbidden,
    UpstreamInvalidResponse,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from sg17kg.store.base import GraphChoice
from sg17kg.store.remote import Endpoint, RemoteStore
from sg17kg.store.source import endpoint
from tests.contract.servers import free_port
from tests.patience import PATIENCE

GOOD = b'{"head": {}, "boolean": true}'
JSON = "application/sparql-results+json"
Reply = tuple[int, str, bytes]


@contextmanager
def server(reply: Callable[[int, Any], Reply]) -> Iterator[tuple[str, list[Any]]]:
    """A server that answers as told: `reply` gets the number of the request and the handler. Gives its address and the requests."""
    seen: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.headers, body))
            status, media_type, content = reply(len(seen), self)
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/sparql", seen
    finally:
        running.shutdown()
        running.server_close()


def ask(address: str, **more: Any) -> bool:
    return RemoteStore(Endpoint(address, **more)).query("ASK { }", GraphChoice()).truth()


def test_a_server_that_is_not_there_is_down() -> None:
    with pytest.raises(UpstreamUnavailable, match=r"127\.0\.0\.1.*is it running\?"):
        ask(f"http://127.0.0.1:{free_port()}/sparql", attempts=2)


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_query_is_sent_again_while_the_server_is_not_ready(status: int) -> None:
    with server(lambda number, _: (200, JSON, GOOD) if number == 3 else (status, "text/plain", b"")) as (address, seen):
        assert ask(address) is True
        assert len(seen) == 3


def test_it_is_not_sent_for_ever() -> None:
    with server(lambda *_: (503, "text/plain", b"")) as (address, seen), pytest.raises(UpstreamUnavailable, match="503"):
        ask(address, attempts=3)
    assert len(seen) == 3


def test_a_server_that_does_not_answer_in_time_is_slow_and_is_not_asked_again() -> None:
    given_up = threading.Event()

    def late(number: int, _: Any) -> Reply:
        given_up.wait(PATIENCE)
        return 200, JSON, GOOD

    with server(late) as (address, seen):
        with pytest.raises(UpstreamTimeout, match="no answer within 1 seconds"):
            ask(address, seconds=1)
        given_up.set()
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, UpstreamForbidden),
        (403, UpstreamForbidden),
        (404, UpstreamForbidden),
        (500, UpstreamInvalidResponse),
        (504, UpstreamTimeout),
        (418, UpstreamInvalidResponse),
    ],
)
def test_what_is_wrong_is_told_apart(status: int, kind: type[StoreError]) -> None:
    with server(lambda *_: (status, "text/plain", b"secret of the server")) as (address, seen), pytest.raises(kind, match=r"127\.0\.0\.1"):
        ask(address)
    assert len(seen) == 1


def test_a_malformed_query_is_the_users_fault() -> None:
    with (
        server(lambda *_: (400, "text/plain", b"line 1: expected a brace")) as (address, _),
        pytest.raises(QueryRefused, match="expected a brace"),
    ):
        ask(address)


@pytest.mark.parametrize("content", [b"", b"<html>", b"{}", b'{"results": 5}', b"\xff"])
def test_an_answer_that_is_no_result_is_nonsense(content: bytes) -> None:
    with server(lambda *_: (200, JSON, content)) as (address, _), pytest.raises(UpstreamInvalidResponse, match="no SPARQL result"):
        ask(address)


def test_queries_go_as_form_fields_with_the_graphs_that_are_chosen() -> None:
    with server(lambda *_: (200, JSON, GOOD)) as (address, seen):
        RemoteStore(Endpoint(address)).query("ASK { }", GraphChoice(default=["https://e/1"], named=["https://e/2"]))
    headers, body = seen[0]
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert b"default-graph-uri=https%3A//e/1" in body
    assert b"named-graph-uri=https%3A//e/2" in body


def test_a_comment_makes_no_update_of_a_query() -> None:
    with server(lambda *_: (200, JSON, GOOD)) as (address, seen):
        RemoteStore(Endpoint(address)).query("# an address, with words\n# of updates: ADD, DROP\nASK { }", GraphChoice())
    assert seen[0][1].startswith(b"query=")


def test_credentials_go_in_a_header_and_into_no_message() -> None:
    with server(lambda *_: (401, "text/plain", b"")) as (address, seen):
        asked = endpoint(address, None, {"SG17KG_ENDPOINT_USER": "somebody", "SG17KG_ENDPOINT_PASSWORD": "hidden-word"})
        with pytest.raises(UpstreamForbidden) as error:
            RemoteStore(asked).query("ASK { }", GraphChoice())
    assert seen[0][0]["Authorization"].startswith("Basic ")
    assert "hidden-word" not in f"{error.value}{asked!r}"


def test_credentials_may_come_from_netrc(tmp_path: Path) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine graph.example login somebody password hidden-word\n", "utf-8")
    file.chmod(0o600)
    found = endpoint("http://graph.example/sparql", None, {}, file)
    assert (found.user, found.password) == ("somebody", "hidden-word")
    assert endpoint("http://other.example/sparql", None, {}, file).user is None


@pytest.mark.parametrize(
    "address", ["graph.example", "ftp://graph.example/", "http://", "http://somebody:hidden-word@graph.example/sparql", ""]
)
def test_an_address_that_is_none_or_holds_credentials_is_refused(address: str) -> None:
    with pytest.raises(BadParameter) as error:
        endpoint(address, None, {})
    assert "hidden-word" not in str(error.value)
