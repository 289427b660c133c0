"""A service that means it ill, or fares ill: the client goes nowhere else, keeps its bounds, and says what came."""

import gzip
import json
import pickle
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import islice
from threading import Event, Thread
from typing import Any

import pytest

from sg17kg.client import (
    BadArgument,
    BadRequest,
    Client,
    ClientError,
    ConnectError,
    Gone,
    IncompleteResponse,
    InvalidResponse,
    MultipleMatches,
    NotFound,
    RedirectRefused,
    RequestTimeout,
    ServerFault,
    ServiceUnavailable,
)
from sg17kg.client.errors import Problem
from sg17kg.errors import Sg17kgError
from tests.client.stranger import Said, Stranger, page, said, strange
from tests.patience import PATIENCE

OWNER = "/api/v1/recommendations/X.1280/owner"
OWNERS: dict[str, Any] = {"number": "X.1280", "on": None, "questions": [], "conflict": False, "earlier": [], "later": [], "known_until": {}}
FOUND = {"iri": "i", "url": "u", "type": "t", "label": "l", "title": None}
SEARCH = "/api/v1/search?q=x&limit=100"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def elsewhere() -> Iterator[Stranger]:
    """Another server, that nobody may ask."""
    with strange() as other:
        other.says("*", page([FOUND]))
        yield other


def problem(status: int, **headers: str) -> Said:
    document = {"type": "about:blank", "title": "A title", "status": status, "detail": "what to do", "instance": "/there"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Said(json.dumps(document).encode(), status, {"Content-Type": "application/problem+json"} | named)


# Led elsewhere


def test_next_is_followed_only_as_far_as_the_list_is_looked_at(stranger: Stranger, led: Client) -> None:
    stranger.says(SEARCH, page([FOUND] * 2, f"{stranger.address}/p2", 4))
    stranger.says("/p2", page([FOUND] * 2, "/p3", 4))
    listed = led.search("x")
    assert (listed.total, len(listed)) == (4, 4)
    assert len(list(islice(listed, 2))) == 2
    assert stranger.paths == [SEARCH]
    assert len(list(islice(listed, 4))) == 4
    assert stranger.paths == [SEARCH, "/p2"]


def test_next_to_another_server_is_not_followed(stranger: Stranger, elsewhere: Stranger, led: Client) -> None:
    stranger.says(SEARCH, page([FOUND], f"{elsewhere.address}/p2", 2))
    with pytest.raises(RedirectRefused, match=elsewhere.address):
        led.search("x")
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    "link",
    [
        "https://127.0.0.1:{port}/p2",
        "http://localhost:{port}/p2",
        "http://127.0.0.1/p2",
        "//example.org/p2",
        "http://127.0.0.1:{port}@example.org/p2",
        "http://someone@127.0.0.1:{port}/p2",
        "file:///etc/passwd",
        "http://127.0.0.1:{port}/a b",
        "http://127.0.0.1:{port}/\r\nX: y",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        7,
        {},
    ],
)
def test_no_other_spelling_of_next_leads_away(link: Any, stranger: Stranger, led: Client) -> None:
    port = stranger.address.rpartition(":")[2]
    stranger.says(SEARCH, page([FOUND], link.replace("{port}", port) if isinstance(link, str) else link, 2))
    with pytest.raises(InvalidResponse):
        list(led.search("x"))
    assert stranger.paths == [SEARCH]


def test_a_list_that_goes_round_in_circles_has_an_end(stranger: Stranger, led: Client) -> None:
    stranger.says(SEARCH, page([FOUND], "/p2", 9))
    stranger.says("/p2", page([FOUND], "/p2", 9))
    with pytest.raises(InvalidResponse, match="no end"):
        list(led.search("x"))
    stranger.says("/p2", page([], "/p3", 9))
    with pytest.raises(InvalidResponse, match="no end"):
        list(led.search("x"))


def test_a_redirect_within_the_service_is_followed(stranger: Stranger, led: Client) -> None:
    stranger.says("/rec/x1280?format=ttl", Said(status=301, headers={"Location": f"{stranger.address}/rec/X.1280?format=ttl"}))
    stranger.says("/rec/X.1280?format=ttl", Said(b"whole", headers={"Content-Type": "text/turtle"}))
    assert led.thing("rec/x1280") == b"whole"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_server_is_not_followed(status: int, stranger: Stranger, elsewhere: Stranger, led: Client) -> None:
    stranger.says(OWNER, Said(status=status, headers={"Location": f"{elsewhere.address}{OWNER}"}))
    with pytest.raises(RedirectRefused):
        led.owner("X.1280")
    assert elsewhere.asked == []


def test_redirects_come_to_an_end(stranger: Stranger, led: Client) -> None:
    stranger.says("*", Said(status=302, headers={"Location": "/again"}))
    with pytest.raises(InvalidResponse, match="redirects"):
        led.owner("X.1280")
    assert len(stranger.asked) == 4


def test_a_redirect_that_leads_nowhere(stranger: Stranger, led: Client) -> None:
    stranger.says(OWNER, Said(status=302, headers={"Location": "http://["}))
    with pytest.raises(InvalidResponse, match="no address"):
        led.owner("X.1280")


def test_a_post_is_not_sent_elsewhere_and_not_sent_twice(stranger: Stranger, led: Client) -> None:
    long = "ASK {} #" + "x" * 7000
    stranger.says("/sparql", Said(status=307, headers={"Location": "/sparql2"}))
    with pytest.raises(RedirectRefused, match="POST"):
        led.sparql(long)
    stranger.says("/sparql", problem(503, Retry_After="0"))
    with pytest.raises(ServiceUnavailable):
        led.sparql(long)
    stranger.says("/sparql", Said(cut=-1))
    with pytest.raises(ConnectError):
        led.sparql(long)
    assert stranger.bodies == [long.encode()] * 3


# Too much, too slow, broken off


PACKED = gzip.compress(b"{}", mtime=0)


def zeros(count: int) -> bytes:
    return gzip.compress(b" " * count, 9)


def test_a_zip_bomb_is_noticed_before_it_is_unpacked(stranger: Stranger, led: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sg17kg.client.answers.LARGEST", 1024**2)
    stranger.says(OWNER, Said(zeros(100 * 1024**2), headers=JSON | {"Content-Encoding": "gzip"}))
    with pytest.raises(InvalidResponse, match="unpacked"):
        led.owner("X.1280")


def test_gzip_is_asked_for_and_unpacked(stranger: Stranger, led: Client) -> None:
    body = json.dumps(OWNERS | {"more": "x" * 500_000}).encode()
    stranger.says(OWNER, Said(gzip.compress(body), headers=JSON | {"Content-Encoding": "gzip"}))
    assert led.owner("X.1280") == json.loads(body)
    assert stranger.heard("accept-encoding") == ["gzip"]


@pytest.mark.parametrize(
    ("body", "coding"),
    [(PACKED[:-4], "gzip"), (PACKED + b"more", "gzip"), (b"{}", "gzip"), (b"", "gzip"), (b"{}", "br")],
    ids=["cut", "with more", "not packed", "empty", "unknown coding"],
)
def test_what_is_badly_packed_is_refused(body: bytes, coding: str, stranger: Stranger, led: Client) -> None:
    stranger.says(OWNER, Said(body, headers=JSON | {"Content-Encoding": coding}))
    with pytest.raises(InvalidResponse, match=r"gzip|coding"):
        led.owner("X.1280")


@pytest.mark.parametrize("headers", [JSON, JSON | {"Content-Encoding": "gzip"}], ids=["plain", "gzip"])
def test_an_endless_answer_is_left(headers: dict[str, str], stranger: Stranger, led: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sg17kg.client.answers.LARGEST", 1024**2)
    head = gzip.compress(b"")[:10] if "Content-Encoding" in headers else b""

    def endless() -> Iterator[bytes]:
        yield head or b" "
        while not stranger.ended.is_set():
            yield b"\x00\x00\x00\xff\xff" * 4096  # blocks of deflate that hold nothing

    stranger.says(OWNER, Said(endless(), headers=headers))
    with pytest.raises(InvalidResponse, match="more than 1048576 bytes"):
        led.owner("X.1280")


def test_a_service_that_says_nothing_is_waited_for_no_longer_than_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, Client(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2) as client:
        with pytest.raises(RequestTimeout) as late:
            client.version()
        assert late.value.status is None


def test_an_answer_in_drops_is_not_waited_for_forever(stranger: Stranger) -> None:
    def drops() -> Iterator[bytes]:
        while not stranger.ended.is_set():
            yield b" "
            time.sleep(0.02)

    stranger.says(OWNER, Said(drops(), headers=JSON))
    with Client(stranger.address, timeout=0.4) as client, pytest.raises(RequestTimeout, match="does not come to its end"):
        client.owner("X.1280")


@pytest.mark.parametrize("body", [b'{"a": 1}', [b'{"a"', b": 1}"]], ids=["announced", "chunked"])
def test_an_answer_that_breaks_off_is_no_answer(body: Any, stranger: Stranger, led: Client) -> None:
    stranger.says(OWNER, Said(body, headers=JSON, cut=5))
    with pytest.raises(IncompleteResponse):
        led.owner("X.1280")
    assert stranger.paths == [OWNER]


def test_the_reason_why_an_answer_was_cut_is_told(stranger: Stranger, led: Client) -> None:
    pieces = [b'{"results": {"bindings": [', b"\n# cut: the answer has more than 10 rows; take the dump\n"]
    stranger.says("*", Said(pieces, headers={"Content-Type": "application/sparql-results+json"}, cut=0))
    with pytest.raises(IncompleteResponse, match="more than 10 rows") as cut:
        led.sparql("SELECT * {}")
    assert cut.value.detail == "the answer has more than 10 rows; take the dump"


# Nonsense


@pytest.mark.parametrize(
    "answer",
    [
        Said(b"{", headers=JSON),
        Said(b"\xff", headers=JSON),
        Said(b'{"number": NaN}', headers=JSON),
        Said(b"[" * 100_000, headers=JSON),
        Said(b"<html>", headers={"Content-Type": "text/html"}),
        Said(b"{}"),
        said([]),
        said(None),
        said({"number": "X.1280"}),
        said(OWNERS, status=206),
        Said(status=204),
        Said(status=304),
        said({}, status=300),
    ],
    ids=["half", "bytes", "nan", "deep", "html", "no type", "list", "null", "keys", "206", "204", "304", "300"],
)
def test_nonsense_is_called_so(answer: Said, stranger: Stranger, led: Client) -> None:
    stranger.says(OWNER, answer)
    with pytest.raises(InvalidResponse):
        led.owner("X.1280")


@pytest.mark.parametrize(
    "content",
    [
        [],
        {"items": {}, "next": None, "total": 0},
        {"items": [], "next": None},
        {"items": [7], "next": None, "total": 1},
        {"items": [{"iri": "i"}], "next": None, "total": 1},
    ],
)
def test_a_page_that_is_none(content: object, stranger: Stranger, led: Client) -> None:
    stranger.says(SEARCH, said(content))
    with pytest.raises(InvalidResponse):
        led.search("x")


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"results": {"bindings": [{"x": "y"}]}},
        {"results": {"bindings": [{"x": {"type": "triple", "value": {}}}]}},
        {"results": {"bindings": [{"x": {"type": "uri", "value": 7}}]}},
        {"boolean": "yes"},
    ],
)
def test_a_result_of_sparql_that_is_none(content: object, stranger: Stranger, led: Client) -> None:
    stranger.says("*", Said(json.dumps(content).encode(), headers={"Content-Type": "application/sparql-results+json"}))
    with pytest.raises(InvalidResponse):
        led.sparql("ASK {}")


def answering(raw: bytes) -> socket.socket:
    """A listener that sends these bytes to whoever comes first."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        link, _ = listener.accept()
        with link:
            link.recv(65536)
            link.sendall(raw)

    Thread(target=answer, daemon=True).start()
    return listener


@pytest.mark.parametrize("raw", [b"220 mail ready\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300 + b"\r\n"])
def test_what_is_no_http_is_called_so(raw: bytes) -> None:
    with answering(raw) as listener, Client(f"http://127.0.0.1:{listener.getsockname()[1]}") as client, pytest.raises(InvalidResponse):
        client.version()


# Errors


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequest),
        (404, NotFound),
        (405, BadRequest),
        (406, BadRequest),
        (410, Gone),
        (500, ServerFault),
        (502, ServerFault),
        (504, RequestTimeout),
    ],
)
def test_a_problem_document_becomes_an_error(status: int, kind: type[ClientError], stranger: Stranger, led: Client) -> None:
    stranger.says(OWNER, problem(status))
    with pytest.raises(ClientError, match="A title: what to do") as raised:
        led.owner("X.1280")
    error = raised.value
    assert type(error) is kind
    assert (error.status, error.title, error.detail, error.instance) == (status, "A title", "what to do", "/there")
    assert isinstance(error, Sg17kgError)
    assert stranger.paths == [OWNER]


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"[]", b'{"title": 7, "detail": ["x"]}'])
def test_a_problem_document_that_is_none_leaves_the_status(body: bytes, stranger: Stranger, led: Client) -> None:
    stranger.says(OWNER, Said(body, 404, {"Content-Type": "application/problem+json"}))
    with pytest.raises(NotFound, match="404 Not Found") as raised:
        led.owner("X.1280")
    assert (raised.value.status, raised.value.title, raised.value.detail) == (404, None, None)


def test_several_meanings_are_all_told(stranger: Stranger, led: Client) -> None:
    stranger.says("/api/v1/resolve?id=R25", said({"id": "R25", "candidates": [FOUND, FOUND]}, status=300))
    with pytest.raises(MultipleMatches) as several:
        led.resolve("R25")
    assert several.value.candidates == [FOUND, FOUND]


def test_a_busy_service_is_asked_again(stranger: Stranger, led: Client) -> None:
    stranger.says(OWNER, problem(503, Retry_After="0"), problem(429, Retry_After="0"), said(OWNERS))
    assert led.owner("X.1280") == OWNERS
    assert len(stranger.asked) == 3


def test_a_service_that_stays_busy_is_left(stranger: Stranger) -> None:
    stranger.says(OWNER, problem(503, Retry_After="0"))
    for retries in (0, 2):
        stranger.asked.clear()
        with Client(stranger.address, retries=retries) as client, pytest.raises(ServiceUnavailable) as busy:
            client.owner("X.1280")
        assert busy.value.retry_after == 0
        assert len(stranger.asked) == retries + 1


def in_an_hour() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize("when", [lambda: "3600", in_an_hour], ids=["seconds", "date"])
def test_nobody_waits_an_hour(when: Callable[[], str], stranger: Stranger, led: Client) -> None:
    stranger.says(OWNER, problem(503, Retry_After=when()))
    with pytest.raises(ServiceUnavailable) as busy:
        led.owner("X.1280")
    assert busy.value.retry_after == pytest.approx(3600, abs=5)
    assert len(stranger.asked) == 1


def test_the_client_waits_as_long_as_it_is_asked_to(stranger: Stranger, led: Client) -> None:
    stranger.says(OWNER, problem(503, Retry_After="1"), said(OWNERS))
    before = time.monotonic()
    assert led.owner("X.1280") == OWNERS
    assert time.monotonic() - before >= 1


@pytest.mark.parametrize("given", [{}, {"Retry_After": "soon"}], ids=["none", "words"])
def test_without_a_time_the_client_waits_a_little(given: dict[str, str], stranger: Stranger, led: Client) -> None:
    stranger.says(OWNER, problem(503, **given), said(OWNERS))
    assert led.owner("X.1280") == OWNERS


def test_a_connection_that_breaks_before_an_answer_is_made_again(stranger: Stranger, led: Client) -> None:
    stranger.says(OWNER, Said(cut=-1), said(OWNERS))
    assert led.owner("X.1280") == OWNERS
    assert stranger.paths == [OWNER, OWNER]


def test_one_that_always_breaks_is_given_up(stranger: Stranger, led: Client) -> None:
    stranger.says(OWNER, Said(cut=-1))
    with pytest.raises(ConnectError, match="broke"):
        led.owner("X.1280")
    assert len(stranger.asked) == 3


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectError, match="is the service running"):
        Client(f"http://127.0.0.1:{port}").version()


# Connections and memory


def test_one_connection_serves_one_request_after_the_other(stranger: Stranger, led: Client) -> None:
    stranger.says("*", said(OWNERS))
    for number in range(5):
        led.owner(f"X.{number}")
    assert (len(stranger.asked), len(stranger.peers)) == (5, 1)


def test_a_connection_that_the_service_closed_meanwhile_is_no_error(stranger: Stranger) -> None:
    stranger.says("*", Said(json.dumps(OWNERS).encode(), headers=JSON, closes=True))
    with Client(stranger.address, retries=0) as client:
        assert [client.owner(f"X.{number}") for number in range(5)] == [OWNERS] * 5
        long = "ASK {} #" + "x" * 7000
        stranger.says("/sparql", Said(b'{"boolean": true}', headers={"Content-Type": "application/sparql-results+json"}))
        assert client.sparql(long) is True


def test_a_kept_connection_that_breaks_is_replaced_at_once(stranger: Stranger) -> None:
    stranger.says(OWNER, said(OWNERS), Said(cut=-1), said(OWNERS))
    with Client(stranger.address, retries=0) as client:
        assert [client.owner("X.1280") for _ in range(2)] == [OWNERS] * 2
    assert len(stranger.peers) == 2


def test_an_answer_that_nobody_asked_for_is_not_taken_for_the_next() -> None:
    def raw(number: str) -> bytes:
        body = json.dumps(OWNERS | {"number": number}).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    first_read, second_said = Event(), Event()

    def answer() -> None:
        first, _ = listener.accept()
        with first:
            first.recv(65536)
            first.sendall(raw("X.1"))
            first_read.wait(PATIENCE)
            first.sendall(raw("unasked"))
            second_said.set()
            second, _ = listener.accept()
            with second:
                second.recv(65536)
                second.sendall(raw("X.2"))

    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        Client(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=PATIENCE) as client,
    ):
        Thread(target=answer, daemon=True).start()
        assert client.owner("X.1")["number"] == "X.1"
        first_read.set()
        assert second_said.wait(PATIENCE)
        assert client.owner("X.2")["number"] == "X.2"


@pytest.mark.parametrize("size", [2_000, 5_000_000])
def test_an_answer_that_was_left_does_not_spoil_the_next(
    size: int, stranger: Stranger, led: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sg17kg.client.answers.LARGEST", 1000)
    stranger.says(OWNER, Said(b" " * size, headers=JSON), said(OWNERS))
    with pytest.raises(InvalidResponse):
        led.owner("X.1280")
    assert led.owner("X.1280") == OWNERS
    assert len(stranger.peers) == 2


def test_what_has_not_changed_is_not_sent_again(stranger: Stranger, led: Client) -> None:
    same = Said(status=304, headers={"Content-Encoding": "gzip"})
    stranger.says(OWNER, said(OWNERS, ETag='"one"'), same, said(OWNERS | {"conflict": True}, ETag='W/"two"'), same)
    assert [led.owner("X.1280")["conflict"] for _ in range(4)] == [False, False, True, True]
    assert stranger.heard("if-none-match") == [None, '"one"', '"one"', 'W/"two"']


def test_what_a_caller_does_to_an_answer_is_not_remembered(stranger: Stranger, led: Client) -> None:
    stranger.says(OWNER, said(OWNERS, ETag='"one"'), Said(status=304))
    first = led.owner("X.1280")
    first["conflict"] = True
    assert led.owner("X.1280") == OWNERS


@pytest.mark.parametrize(
    ("headers", "remember"),
    [({"ETag": '"one"'}, 0), ({}, 9), ({"ETag": "one"}, 9), ({"ETag": '"one"', "Cache_Control": "no-store"}, 9)],
    ids=["memory off", "no tag", "no quotes", "no-store"],
)
def test_what_may_not_be_remembered_is_asked_anew(headers: dict[str, Any], remember: int, stranger: Stranger) -> None:
    stranger.says(OWNER, said(OWNERS, **headers))
    with Client(stranger.address, remember=remember) as client:
        assert [client.owner("X.1280") for _ in range(2)] == [OWNERS] * 2
    assert stranger.heard("if-none-match") == [None, None]


def test_the_answers_used_last_are_remembered(stranger: Stranger) -> None:
    stranger.says("*", said(OWNERS, ETag='"one"'))
    stranger.says("/api/v1/recommendations/1/owner", said(OWNERS, ETag='"one"'), Said(status=304))
    with Client(stranger.address, remember=2) as client:
        for number in "1", "2", "1", "3", "1", "2":
            client.owner(number)
    assert [tag is not None for tag in stranger.heard("if-none-match")] == [False, False, True, False, True, False]


# What is sent


def test_text_is_encoded_so_that_it_stays_text(stranger: Stranger, led: Client) -> None:
    stranger.says("*", said({}))
    for number in ("X Suppl. 39", "Ｘ．1", "X.1/../2", "a?b#c%20", "\r\nX: y"):
        with pytest.raises(InvalidResponse):
            led.owner(number)
    with pytest.raises(InvalidResponse):
        led.search("a&q=b ü")
    assert [path.removeprefix("/api/v1/recommendations/").removesuffix("/owner") for path in stranger.paths[:-1]] == [
        "X%20Suppl.%2039", "%EF%BC%B8%EF%BC%8E1", "X.1%2F..%2F2", "a%3Fb%23c%2520", "%0D%0AX%3A%20y",
    ]  # fmt: skip
    assert stranger.paths[-1] == "/api/v1/search?q=a%26q%3Db+%C3%BC&limit=100"


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.recommendation(""),
        lambda client: client.recommendation(" "),
        lambda client: client.work_item(".."),
        lambda client: client.owner("\ud800"),
        lambda client: client.search("\ud800"),
        lambda client: client.question("Q10"),
        lambda client: client.question("10/17/2"),
        lambda client: client.thing(""),
        lambda client: client.thing("http://example.org/rec/X.1280"),
        lambda client: client.thing("rec/../metrics"),
        lambda client: client.query("deadlines", on=1.5),
    ],
)
def test_what_cannot_be_asked_is_not_sent(ask: Callable[[Client], object], stranger: Stranger, led: Client) -> None:
    with pytest.raises(BadArgument) as raised:
        ask(led)
    assert isinstance(raised.value, ValueError)
    assert stranger.asked == []


@pytest.mark.parametrize(
    "address",
    ["", "127.0.0.1:8017", "ftp://x", "http://", "http://a:b@x", "http://x/?q", "http://x/#f", "http://x:0", "http://x y", "http://ü"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadArgument, match="address"):
        Client(address)


@pytest.mark.parametrize("options", [{"lang": "en\r\nX: y"}, {"timeout": 0}, {"retries": -1}, {"page_size": 501}, {"remember": -1}])
def test_options_have_their_bounds(options: dict[str, Any]) -> None:
    with pytest.raises(BadArgument):
        Client(**options)


def test_a_service_below_a_path_is_asked_there(stranger: Stranger) -> None:
    stranger.says("/kg" + SEARCH, page([FOUND], f"{stranger.address}/kg/p2", 2))
    stranger.says("/kg/p2", page([FOUND]))
    with Client(f"{stranger.address}/kg/") as client:
        assert len(list(client.search("x"))) == 2


def test_the_language_is_sent_with_everything(stranger: Stranger) -> None:
    stranger.says(OWNER, said(OWNERS))
    with Client(stranger.address, lang="zh") as client:
        client.owner("X.1280")
    assert stranger.heard("accept-language") == ["zh"]
    assert str(stranger.heard("user-agent")[0]).startswith("sg17kg-client/")


def test_an_error_survives_being_sent_to_another_process() -> None:
    sent = pickle.loads(pickle.dumps(ServiceUnavailable("busy", Problem(503, "t", "d", "/i"), 5.0)))
    assert (str(sent), sent.status, sent.detail, sent.retry_after) == ("busy", 503, "d", 5.0)
