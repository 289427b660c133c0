"""Hostile requests for everything but queries (test_strangers.py has those): paths, headers, encodings, sizes, forged values.

Whatever comes, the answer is no fault, an error is a problem document, nothing of the inside shows, and the service goes on.
"""

import asyncio
import base64
import json
import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient
from starlette.types import Message

from sg17kg.queries.library import QueryLibrary
from sg17kg.rendering.media_types import choose
from sg17kg.store.base import Store
from sg17kg.web.app import create_app
from sg17kg.web.serving import Settings
from tests import ROOT
from tests.patience import PATIENCE
from tests.test_serving import serving

API = "/api/v1"
KG = "https://w3id.org/sg17kg/"
INSIDE = re.compile(
    rf"Traceback|site-packages|{re.escape(str(ROOT))}|\.py\b|(?i:uvicorn|starlette|fastapi|pydantic|oxigraph|sqlite|python)"
)
# A header that is not among these has been brought in by a request
HEADERS = frozenset(
    (
        "accept-ranges", "access-control-allow-headers", "access-control-allow-methods", "access-control-allow-origin",
        "access-control-expose-headers", "access-control-max-age", "allow", "cache-control", "connection", "content-encoding",
        "content-length", "content-location", "content-range", "content-security-policy", "content-type",
        "cross-origin-resource-policy", "date", "etag", "last-modified", "link", "location", "referrer-policy", "retry-after",
        "sg17kg-limits", "transfer-encoding", "vary", "x-content-type-options", "x-request-id",
    )
)  # fmt: skip
URI = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True)
class Answer:
    """What came back. Status 0: nothing, or the connection was cut."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, wanted: str) -> str:
        """The value of a header, empty where there is none."""
        return next((value for name, value in self.headers if name == wanted), "")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `sg17kg serve`."""
    command = [sys.executable, "-m", "sg17kg.cli", "serve", "--query-seconds", "600", "--log", "none"]
    with serving(command, dict(os.environ), tmp_path_factory.mktemp("service")) as (address, process):
        yield address
        assert process.poll() is None


@pytest.fixture
def own(store: Store, catalogue: QueryLibrary, dataset: Path) -> Iterator[TestClient]:
    """A service behind a public address, with figures of its own."""
    app = create_app(store, catalogue, dataset / "dataset.nq", Settings(public_url="https://kg.example.org/here"))
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def sent(address: str, request: bytes) -> Answer:
    """Send bytes, read to the end."""
    parts = urlsplit(address)
    received = b""
    with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE) as link, suppress(OSError):
        with suppress(OSError):
            link.sendall(request)
        while piece := link.recv(65536):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    found = re.fullmatch(r"HTTP/1\.1 (\d{3}) [ -~]*", status)
    pairs = [line.partition(":") for line in lines]
    headers = tuple((name.lower(), value.strip()) for name, _, value in pairs)
    return Answer(int(found[1]) if found else 0, headers, body)


def ask(address: str, target: str | bytes, *lines: bytes, method: bytes = b"GET", host: bytes | None = b"kg.example") -> Answer:
    """Ask for a target, just as it stands, with these lines in the head."""
    raw = target.encode("ascii") if isinstance(target, str) else target
    named = [b"Host: " + host] if host is not None else []
    return sent(address, b"\r\n".join((method + b" " + raw + b" HTTP/1.1", *named, *lines, b"Connection: close", b"", b"")))


def sound(answer: Answer, what: object = "") -> Answer:
    """The answer, if it is one that may be given to a stranger."""
    shown = f"{str(what)[:200]}: {answer.status} {answer.headers} {answer.body[:300]!r}"
    assert 200 <= answer.status < 500, shown
    assert {name for name, _ in answer.headers} <= HEADERS, shown
    assert all(value.isascii() and value.isprintable() for _, value in answer.headers), shown
    assert not INSIDE.search(str(answer.headers)), shown
    if answer.status >= 400:
        assert answer.header("content-type") == "application/problem+json", shown
        problem = json.loads(answer.body)
        assert problem["status"] == answer.status
        assert all(problem[name] for name in ("title", "detail", "instance")), shown
        assert not INSIDE.search(problem["detail"]), shown
    return answer


HOSTILE = {
    "half an escape": "%",
    "no hexadecimal": "%zz",
    "overlong UTF-8": "%c0%af",
    "no UTF-8": "%ff%fe",
    "a surrogate": "%ed%a0%80",
    "beyond Unicode": "%f4%90%80%80",
    "no character": "%ef%bf%be",
    "NUL": "%00",
    "a line end": "%0a",
    "a header": "%0d%0aX-Evil:%20yes",
    "line separators": "%c2%85%e2%80%a8",
    "right to left": "%e2%80%ae",
    "emoji": "%f0%9f%98%80",
    "upwards": "..%2f..%2f..%2fetc%2fpasswd",
    "dots": "%2e%2e/%2e%2e/",
    "a quote": "%22",
    "a backslash": "%5c",
    "SPARQL": "%3E%20%7D%20%3B%20DROP%20ALL%20%23",
    "SPARQL in a literal": "%22%29%20%7D%20UNION%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20%23",
    "SQL": "%27%3B%20DROP%20TABLE%20thing%3B--",
    "HTML": "%3Cscript%3Ealert(1)%3C/script%3E",
    "placeholders": "%25s%25n%7B0%7D$%7Bjndi:ldap://x%7D",
    "long": "x" * 20_000,
    "slashes": "/" * 2000,
    "full-width digit": "%ef%bc%91",
    "Arabic digit": "%d9%a1",
    "many digits": "9" * 5000,
    "negative": "-1",
    "hexadecimal": "0x10",
    "no number": "NaN",
    "nothing": "",
    "raw brackets": '<>"{}|^`\\',
}
PATHS = [
    "/{}", "/{}/", "/rec/{}", "/rec/X.1280{}", "/rec/{}.ttl", "/circular/{}", "/work-item/{}", "/graph/{}", "/graph/{}.html",
    "/ontology.{}", "/dumps/{}", "/sparql{}", "/.well-known/{}", f"{API}/recommendations/{{}}", f"{API}/recommendations/X.{{}}/owner",
    f"{API}/work-items/{{}}", f"{API}/questions/17/{{}}", f"{API}/questions/{{}}/10", f"{API}/circulars/{{}}/142",
    f"{API}/circulars/2022-2024/{{}}", f"{API}/consultations/2025-2028/{{}}", f"{API}/meetings/{{}}/2026-06",
    f"{API}/meetings/SG17/{{}}", f"{API}/queries/{{}}",
]  # fmt: skip
PARAMETERS = [
    "/?{}=1", "/health?{}", "/sparql?{}=1", "/sparql?query={}", "/sparql?query=ASK%7B%7D&default-graph-uri={}", "/rec/X1280?format={}",
    "/rec/X.1280?format={}", "/ontology?format={}", "/calendar.ics?remind={}", "/calendar.ics?sg={}", "/calendar.ics?question={}",
    "/feed.atom?limit={}", "/feed.atom?kind={}", f"{API}/search?q={{}}", f"{API}/search?q=a&kind={{}}", f"{API}/search?q=a&lang={{}}",
    f"{API}/resolve?id={{}}", f"{API}/evidence?s={{}}", f"{API}/evidence?s=rec/X.1280&p={{}}", f"{API}/evidence?s=rec/X.1280&o={{}}",
    f"{API}/evidence?s=sg17:{{}}", f"{API}/conflicts?cursor={{}}", f"{API}/conflicts?settled={{}}", f"{API}/recommendations?series={{}}",
    f"{API}/recommendations?q={{}}&limit=1", f"{API}/recommendations?question={{}}", f"{API}/recommendations?on={{}}",
    f"{API}/recommendations?said_by={{}}", f"{API}/recommendations?sort={{}}", f"{API}/recommendations?status={{}}",
    f"{API}/recommendations?limit={{}}", f"{API}/circulars?period={{}}", f"{API}/meetings?group={{}}", f"{API}/questions?sg={{}}",
    f"{API}/queries/question-owning?number={{}}", f"{API}/queries/question-owning?{{}}=X.1280", f"{API}/queries/became?name={{}}",
]  # fmt: skip


@pytest.mark.parametrize("template", PATHS + PARAMETERS)
def test_a_hostile_text_gets_an_answer_and_nothing_else(template: str, service: str) -> None:
    for name, text in HOSTILE.items():
        sound(ask(service, template.replace("{}", text)), (template, name))


def test_a_path_with_a_line_end_is_another_path(service: str, client: TestClient) -> None:
    found = [path for path in addresses(client) if sound(ask(service, path + "%0a"), path).status not in (400, 404)]
    assert found == []


@pytest.mark.parametrize("address", [f"{API}/search?q=", f"{API}/resolve?id=", f"{API}/queries/became?name=", "/calendar.ics?sg="])
def test_what_is_no_utf8_is_an_error(address: str, service: str) -> None:
    taken = [text for text in ("%ff", "%c0%af", "%ed%a0%80", "X%e2%80") if sound(ask(service, address + text)).status not in (400, 404)]
    assert taken == []


def test_a_graph_that_is_not_there_is_not_found_in_any_format(service: str) -> None:
    for extension in ("", ".ttl", ".html", ".jsonld"):
        for name in ("nonesuch", "a%20b", "%C3%A9", "%5B", "%25zz"):
            assert sound(ask(service, f"/graph/{name}{extension}", b"Accept: */*"), (name, extension)).status == 404


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n", b"GET  HTTP/1.1\r\n\r\n", b"get / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /rec/\xff HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /rec/\x01 HTTP/1.1\r\nHost: a\r\n\r\n", b"GET rec HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", b"CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
    ids=lambda request_: repr(request_[:30]),
)  # fmt: skip
def test_what_is_no_http_is_refused_and_the_connection_closed(request_: bytes, service: str) -> None:
    answer = sent(service, request_)
    assert 400 <= answer.status < 500
    assert answer.header("connection") == "close"
    assert not INSIDE.search(f"{answer.headers}{answer.body!r}")


NO_HOSTS = [
    b"a b", b"evil.example/path", b"evil.example?x", b"evil.example#", b"x:99999999", b"x:99999", b"user:pw@evil.example", b"<script>",
    b"a,b", b"a;b", b"\xff", b"%0d%0a", b"a" * 5000, b"[", b"[:::::]", b"[....]", b".", b"-",
]  # fmt: skip


@pytest.mark.parametrize(
    "target",
    ["/rec/X1280", f"{API}/recommendations?limit=1", "/feed.atom", "/dumps/", "/sparql", "/dataset", "/dumps", "/health/"],
)
def test_a_host_that_is_none_stands_in_no_link(target: str, service: str) -> None:
    """Addresses with a slash too many or too few may lead to the right one, but by no forged name."""
    answers = {host[:30]: ask(service, target, host=host) for host in NO_HOSTS}
    assert {host: answer.status for host, answer in answers.items() if answer.status not in (400, 404)} == {}
    for host, answer in answers.items():
        sound(answer, host)


@pytest.mark.parametrize("lines", [(b"Host: evil.example",), (b"Host: kg.example",)])
def test_two_hosts_are_refused(lines: tuple[bytes], service: str) -> None:
    """RFC 9112, section 3.2."""
    assert sound(ask(service, "/rec/X1280", *lines)).status == 400


def test_a_request_of_http_1_1_without_a_host_is_refused(service: str) -> None:
    """RFC 9112, section 3.2."""
    assert sound(ask(service, "/rec/X1280", host=None)).status == 400


@pytest.mark.parametrize(
    "line",
    [
        b"X-Forwarded-Host: evil.example", b"Forwarded: host=evil.example;proto=https", b"X-Forwarded-Proto: https",
        b"X-Forwarded-Prefix: /evil", b"X-Original-URL: /metrics", b"X-Rewrite-URL: /metrics", b"X-Host: evil.example",
        b"X-HTTP-Method-Override: DELETE", b"X-Forwarded-Port: 1", b"X-Forwarded-Server: evil.example",
    ],
    ids=lambda line: line.partition(b":")[0].decode(),
)  # fmt: skip
def test_what_a_proxy_would_say_is_not_believed_of_a_stranger(line: bytes, service: str) -> None:
    assert sound(ask(service, "/rec/X1280", line)).header("location") == "http://kg.example/rec/X.1280"


@pytest.mark.parametrize("path", ["/dumps", "/ontology/", "/health/", f"{API}/recommendations/", "/rec"])
def test_a_slash_too_many_leads_nowhere_else(path: str, own: TestClient) -> None:
    answer = own.get(path)
    assert "location" not in answer.headers
    assert answer.status_code == (200 if path == "/dumps" else 404)


@pytest.mark.parametrize("query", ["format=%22%3E", 'format="<>', "format={}|", "format=%0d%0aSet-Cookie:%20a=b", "format=%", "format=`^"])
def test_what_is_given_back_in_location_is_an_address(query: str, service: str) -> None:
    answer = sound(ask(service, f"/rec/X1280?{query}"))
    assert answer.status in (301, 400)
    assert answer.status == 400 or URI.fullmatch(answer.header("location"))


@pytest.mark.parametrize("given_", [b"a b", b"a" * 65, b"\xff", b"<script>", b"a\tb", b""])
def test_an_identifier_of_a_request_that_is_no_plain_one_is_not_given_back(given_: bytes, service: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{8}-\d+", sound(ask(service, "/health", b"X-Request-ID: " + given_)).header("x-request-id"))


@pytest.mark.parametrize(
    "target",
    [
        "/rec/" + "a" * 60_000, "/rec/" + "%2f" * 20_000, "/?" + "a" * 60_000, f"{API}/search?q=" + "a" * 60_000,
        f"{API}/search?" + "&".join(f"a{number}=1" for number in range(5000)), f"{API}/search?" + "&".join(["q=a"] * 5000),
        f"{API}/queries/question-owning?number=X.1280&" + "&".join(f"a{number}=1" for number in range(5000)),
        "/sparql?" + "&".join(f"a{number}=1" for number in range(5000)), f"{API}/conflicts?cursor=" + "A" * 60_000,
        f"{API}/recommendations/X." + "1" * 60_000, f"{API}/meetings/{'a' * 60_000}/2026-06", "/" + "a/" * 30_000,
    ],
    ids=lambda target: target[:40],
)  # fmt: skip
def test_an_oversized_address_is_an_error_at_once(target: str, service: str) -> None:
    answer = sound(ask(service, target))
    assert answer.status in (400, 404, 414)
    assert len(answer.body) < 1000 + 2 * len(target)


@pytest.mark.parametrize(
    "head",
    [b"X: " + b"y" * 20_000_000, b"y" * 20_000_000 + b": x", b"\r\n".join([b"X: y"] * 1_000_000)],
    ids=["a value", "a name", "lines"],
)
def test_a_head_of_many_megabytes_is_refused(head: bytes, service: str) -> None:
    """One such head of 60 MB holds up everybody else for seconds."""
    assert ask(service, "/health", head).status in (0, 400, 413, 431)


ODD_ACCEPT = {
    "commas": b"," * 60_000,
    "blanks": b" " * 60_000,
    "ranges": b"a/b," * 15_000,
    "parameters": b"text/html;" + b";" * 60_000,
    "a weight of many digits": b"text/html;q=" + b"1" * 60_000,
    "a weight of dots": b"text/html;q=" + b"." * 60_000,
    "blanks around the weight": b"text/html;" + b" " * 30_000 + b"q" + b" " * 30_000 + b"x",
    "blanks and tabs": b"text/html " + b" \t" * 30_000 + b"x",
    "semicolons and blanks": b"text/html" + b"; " * 30_000 + b"x",
    "one word": b"a" * 60_000,
    "slashes": b"a/" * 30_000,
    "weights": b"*/*;q=1;" * 8000,
    "no ASCII": b"text/html;q=0.5,\xff\xfe;q=\xb2",
}


@pytest.mark.parametrize("name", ODD_ACCEPT)
@pytest.mark.parametrize("header", [b"Accept", b"Accept-Language", b"Accept-Encoding", b"Accept-Charset"])
def test_an_odd_accept_costs_no_time(name: str, header: bytes, service: str) -> None:
    for target in ("/rec/X.1280", "/dumps/", "/sparql?query=ASK%7B%7D", f"{API}/recommendations/X.1280", f"{API}/resolve?id=X.1280"):
        assert sound(ask(service, target, header + b": " + ODD_ACCEPT[name])).status in (200, 406)


@pytest.mark.parametrize("target", ["/rec/X.1280", "/ontology", "/dumps/", "/.well-known/void", f"{API}/queries/became?name=X.oob-sa"])
def test_several_lines_of_accept_are_one_list(target: str, service: str) -> None:
    """RFC 9110, section 5.3."""
    wanted = {"/dumps/": b"text/html", f"{API}/queries/became?name=X.oob-sa": b"text/csv"}.get(target, b"application/n-triples")
    answer = sound(ask(service, target, b"Accept: image/png", b"Accept: " + wanted))
    assert answer.header("content-type").startswith(wanted.decode())


def test_what_is_kept_counts_the_requests_that_lead_to_it(own: TestClient) -> None:
    """Else 64 MB of answers could hold any number of gigabytes of headers."""
    for number in range(40):
        own.get("/rec/X.1280", headers={"Accept": f"text/turtle, x/y{number};a=" + "b" * 100_000})
    assert own.get("/rec/X.1280").status_code == 200
    families = text_string_to_metric_families(own.get("/metrics").text)
    figures = {sample.name: sample.value for family in families for sample in family.samples}
    assert figures["sg17kg_response_cache_entries"] < 10 or figures["sg17kg_response_cache_bytes"] > 4_000_000


ODD_CONDITIONS = [
    b'If-None-Match: "', b"If-None-Match: " + b'"' * 60_000, b"If-None-Match: " + b"," * 60_000, b"If-None-Match: " + b'"a",' * 15_000,
    b"If-None-Match: \xff", b"If-None-Match: W/", b"If-Modified-Since: yesterday", b"If-Modified-Since: " + b"x " * 30_000,
    b"If-Modified-Since: " + b"1" * 5000, b"If-Modified-Since: " + b"(" * 20_000, b"If-Modified-Since: \xff\xfe",
    b"If-Modified-Since: Mon, 01 Jan 0000 00:00:00 GMT", b"If-Modified-Since: Mon, 01 Jan 99999 00:00:00 GMT",
    b"If-Modified-Since: Fri, 31 Dec 1999 23:59:59 +99999999999999999999", b"If-Modified-Since: Fri, 31 Dec 1999 23:59:59 -9999",
    b"If-Modified-Since: Fri, 01 Jan 0001 00:00:00 +2359", b'If-Match: "x"', b"If-Unmodified-Since: nonsense", b"If-Range: \xff",
]  # fmt: skip


@pytest.mark.parametrize("line", ODD_CONDITIONS, ids=lambda line: repr(line[:50]))
def test_an_odd_condition_is_none(line: bytes, service: str) -> None:
    for target in (f"{API}/recommendations/X.1280", "/rec/X.1280", "/dumps/SHA256SUMS", "/sparql?query=ASK%7B%7D"):
        assert sound(ask(service, target, line), target).status == 200


@pytest.mark.parametrize("target", ["/rec/X.1280", "/dumps/SHA256SUMS"])
def test_several_lines_of_if_none_match_are_one_list(target: str, service: str) -> None:
    tag = b"If-None-Match: " + ask(service, target).header("etag").encode()
    for lines in ((tag, b'If-None-Match: "x"'), (b'If-None-Match: "x"', tag)):
        assert sound(ask(service, target, *lines)).status == 304


ODD_RANGES = [
    b"bytes=x", b"bytes=", b"bytes=10-1", b"bytes=--1", b"bytes=0-" + b"9" * 5000, b"bytes=-" + b"9" * 30, b"bytes=" + b"0-0," * 5000,
    b"bytes=" + b",".join(b"%d-%d" % (2 * number, 2 * number) for number in range(5000)), b"bytes=99999999999-", b"\xff",
    "bytes=１-２".encode(), b"lines=0-1", b"=" * 60_000,
]  # fmt: skip


@pytest.mark.parametrize("given_", ODD_RANGES, ids=lambda given_: repr(given_[:30]))
def test_an_odd_range_gives_the_whole_a_part_or_a_problem(given_: bytes, service: str) -> None:
    for target in ("/dumps/SHA256SUMS", "/rec/X.1280", f"{API}/recommendations/X.1280"):
        assert sound(ask(service, target, b"Range: " + given_)).status in (200, 206, 400, 416)


def test_a_range_in_a_unit_that_is_unknown_is_ignored(service: str) -> None:
    """RFC 9110, section 14.2."""
    assert sound(ask(service, "/dumps/SHA256SUMS", b"Range: lines=0-1")).status == 200


def coded(text: str) -> str:
    return quote(base64.urlsafe_b64encode(text.encode()).decode())


FORGED = [
    *map(coded, (
        "offset:-1", "offset:1_0", "offset: 5", "offset:+5", "offset:５", "offset:٥", "5", "offset:5\n", "offset:1.5", "offset:",
        "offset:offset:5", "OFFSET:1", "offset:" + "9" * 30, "offset:" + "9" * 5000,
    )),
    "", "=", "%ff", "b2Zmc2V0OjE", "b2Zmc2V0OjE=x", "b2Z!mc2V0OjE=", "b2Z%20mc2V0OjE=", "%EF%BC%91", "A" * 10_000,
]  # fmt: skip


def test_a_forged_cursor_is_refused(service: str) -> None:
    taken = [cursor for cursor in FORGED if sound(ask(service, f"{API}/recommendations?limit=1&cursor={cursor}")).status != 400]
    assert taken == []


def test_a_refused_cursor_is_not_repeated_at_length(service: str) -> None:
    assert len(ask(service, f"{API}/recommendations?cursor={'A' * 10_000}").body) < 1000


DATED = [
    f"{API}/recommendations?limit=1&on=", f"{API}/recommendations?limit=1&said_by=", f"{API}/recommendations/X.1280?on=",
    f"{API}/recommendations/X.1280/owner?on=", f"{API}/recommendations/X.1280/history?said_by=", f"{API}/work-items?limit=1&on=",
    f"{API}/consultations?on=", f"{API}/consultations/2022-2024/142?on=", f"{API}/circulars?said_by=", f"{API}/circulars/2022-2024/142?on=",
    f"{API}/questions/17/10?on=", f"{API}/queries/consultation-deadlines?on=",
]  # fmt: skip


@pytest.mark.parametrize("address", DATED[:-1])
def test_a_day_is_one_of_the_calendar_and_written_plainly(address: str, service: str) -> None:
    for day in ("0001-01-01", "9999-12-31", "2024-02-29"):
        assert sound(ask(service, address + day), day).status == 200
    for none in (
        "0000-00-00",
        "10000-01-01",
        "-001-01-01",
        "2026-02-29",
        "2026-1-1",
        "2026-01-01%0a",
        "2026-01-01T00:00:00Z",
        "20260101",
        "1e9",
    ):
        assert sound(ask(service, address + none), none).status == 400
    assert sound(ask(service, address + quote("２０２６-０１-０１"))).status == 400


NO_NUMBERS = ("1_0", "10%0a", "%0910", "10%20", "10%00", "%EF%BC%91", "%D9%A1", "1e1", "0x10", "9" * 30, "9" * 5000, "true", "-1")


@pytest.mark.parametrize("address", [f"{API}/recommendations?limit=", "/feed.atom?limit=", f"{API}/questions?sg=", f"{API}/questions/17/"])
def test_a_number_is_written_in_digits_alone(address: str, service: str) -> None:
    assert [text[:20] for text in NO_NUMBERS if sound(ask(service, address + text), text).status not in (400, 404, 414)] == []


@pytest.mark.parametrize("text", ["14,,3", "14,", ",", "-1", "1000", "1,2,3,4,5,6", "1%0a", "%EF%BC%91", "14%2C3%2Cx", "P14D"])
def test_reminders_are_a_few_days(text: str, service: str) -> None:
    assert sound(ask(service, f"/calendar.ics?remind={text}")).status == 400


@pytest.mark.parametrize("group", ["%00", "a%01b", "SG17%0d%0aATTACH:x", "%7f", "SG17%0d%0a%20x"])
def test_a_calendar_holds_no_control_character(group: str, service: str) -> None:
    answer = sound(ask(service, f"/calendar.ics?sg={group}"))
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", answer.body)
    assert b"\nATTACH" not in answer.body


@pytest.mark.parametrize(
    "target", [f"{API}/queries/question-owning?number=X.1280&number=X.1282", f"{API}/search?q=a&q=a", "/rec/X.1280?format=ttl&format=ttl"]
)
def test_a_parameter_given_twice_is_an_error(target: str, service: str) -> None:
    assert sound(ask(service, target)).status == 400


def addresses(client: TestClient) -> list[str]:
    """One of each kind."""
    listed = client.get("/openapi.json").json()["paths"].items()
    return [
        *sorted(path for path, methods in listed if "{" not in path and "get" in methods),
        "/",
        "/openapi.json",
        "/rec/X.1280",
        f"{API}/queries/became",
    ]


def test_an_unknown_parameter_is_an_error_everywhere(service: str, client: TestClient) -> None:
    taken = [path for path in addresses(client) if sound(ask(service, f"{path}?nonesuch=1"), path).status != 400]
    assert taken == []


def test_an_empty_format_is_no_format(service: str) -> None:
    assert [sound(ask(service, f"{path}?format=")).status for path in ("/rec/X.1280", "/ontology", "/graph/ontology")] == [400] * 3


QUERIES = [
    "NEAR(a b)", '"', '"' * 200, "*", "a*", "names:x", "titles : security", "{names titles}:a", "-a", "^a", "AND", "a AND", "OR OR", "NOT",
    "a NOT b", "(", ")", "a+b", "'", "';DROP TABLE thing;--", "%", "_%", "😀", "\u200d👧", "\u202eX.1280", "\u200f", "\x00", "X.1280\x00",
    " ", "\u3000",
    "ﷺ" * 200, "e" + "\u0301" * 199, "的安" * 100, " ".join("abcdefghijklmnopqrstuvwxyz" * 3), "q" + "1" * 199, "Q/", "q²", "İ" * 200,
    "\U0010ffff" * 50, "X.1280 OR 1=1", "\\", "\n",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: ascii(query[:20]))
def test_what_is_searched_is_never_syntax(query: str, service: str) -> None:
    for address in (f"{API}/search?limit=1&q=", f"{API}/recommendations?limit=1&q="):
        answer = sound(ask(service, address + quote(query)))
        assert answer.status == 200
        assert isinstance(json.loads(answer.body)["total"], int)
    assert sound(ask(service, f"{API}/resolve?id=" + quote(query))).status in (200, 300, 404)


@pytest.mark.parametrize(
    "text",
    [
        "rec/X.1280> } ; DROP ALL #", "http://a/> ?p ?o } #", 'http://a/"', "http://a/\\", "http://a/\\u003e", "http://a/\nb", "http://a b",
        "http://[", "http://a/%", "http://a/%zz", "rec/\ufffe", "rec/\U0010ffff", "http:", "?s", "_:b0", "", "urn:x", "file:///etc/passwd",
        "javascript:alert(1)", "a/{", "a/`", "sg17:> ?p",
    ],
    ids=ascii,
)  # fmt: skip
@pytest.mark.parametrize("parameter", ["s=", "s=rec/X.1280&p="])
def test_what_is_no_iri_is_refused_before_it_reaches_a_query(text: str, parameter: str, service: str) -> None:
    answer = sound(ask(service, f"{API}/evidence?{parameter}{quote(text)}"))
    assert answer.status == 400
    assert "SPARQL" not in json.loads(answer.body)["detail"]


@pytest.mark.parametrize(
    "text", ['"', '" } #', "\\", "\\\\", '"""', "\n", "\r\n", '\\"', "'", "?x", "$x", "{", "> . ?s ?p ?o", "\x00", "\u2028", '")} #']
)
def test_a_text_stays_a_text_in_a_query(text: str, service: str) -> None:
    nothing: dict[str, object] = {"items": [], "next": None, "total": 0}
    for address in (f"{API}/evidence?s=rec/X.1280&o=", f"{API}/queries/became?name="):
        answer = sound(ask(service, address + quote(text)))
        assert (answer.status, json.loads(answer.body)) == (200, nothing)
    assert sound(ask(service, f"{API}/work-items/X.oob-sa{quote(text)}x")).status == 404


METHODS = [b"TRACE", b"PROPFIND", b"PUT", b"PATCH", b"DELETE", b"MKCOL", b"LOCK", b"SEARCH", b"PURGE", b"LINK", b"REPORT"]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.decode())
def test_another_method_is_refused_and_the_right_ones_are_named(method: bytes, service: str, client: TestClient) -> None:
    for path in addresses(client):
        answer = sound(ask(service, path, method=method), path)
        assert answer.status == 405
        assert "GET" in answer.header("allow")
    assert sound(ask(service, "/nonesuch", method=method)).status == 404


def test_the_methods_that_are_named_are_those_that_there_are(service: str, client: TestClient) -> None:
    wrong = {}
    for path in addresses(client):
        found = {method for method in ("GET", "HEAD", "OPTIONS", "POST") if ask(service, path, method=method.encode()).status != 405}
        for method in (b"DELETE", b"OPTIONS"):
            allowed = ask(service, path, method=method).header("allow")
            if set(allowed.split(", ")) != found:
                wrong[path, method] = allowed
    assert wrong == {}


def test_the_head_is_that_of_the_whole(service: str, client: TestClient) -> None:
    own = {"date", "x-request-id", "transfer-encoding", "connection"}
    for path in (*addresses(client), "/rec/X1280", "/nonesuch", "/dumps/sg17kg.nt", "/sparql?query=ASK%7B%7D"):
        if path == "/metrics":  # counts the requests themselves
            continue
        whole, head = sound(ask(service, path)), ask(service, path, method=b"HEAD")
        assert (head.status, head.body) == (whole.status, b""), path
        assert {pair for pair in head.headers if pair[0] not in own} == {pair for pair in whole.headers if pair[0] not in own}, path


def test_options_of_the_service_as_a_whole(client: TestClient) -> None:
    """OPTIONS * (RFC 9110, section 9.3.7): its target is no path."""
    given: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(PATIENCE)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        given.append(message)

    scope = {"type": "http", "method": "OPTIONS", "path": "*", "raw_path": b"*", "query_string": b"", "headers": [], "scheme": "http"}
    assert client.portal
    client.portal.call(client.app, scope, receive, send)
    assert given[0]["status"] in (200, 204)


RECOMMENDATIONS = ("X.1280", "X.1282", "X.1080.0", "X.1277.2", "E.409", "X.1261")
WIDE = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


@st.composite
def printed_forms(draw: st.DrawFn) -> tuple[str, str]:
    """A number, and a form of it that people write: other case, blanks, the first dot dropped, full-width, with what stands before."""
    number = draw(st.sampled_from(RECOMMENDATIONS))
    letter, _, digits = number.partition(".")
    form = letter + draw(st.sampled_from((".", "", " ", ". "))) + digits
    form = draw(st.sampled_from(("", "ITU-T ", "ITU-T Rec. ", "Recommendation ITU-T ", "Rec. "))) + form
    form = draw(st.sampled_from((form, form.lower(), form.upper())))
    if draw(st.booleans()):
        form = form.translate(WIDE)
    return number, draw(st.sampled_from(("", " ", "\u3000"))) + form + draw(st.sampled_from(("", " ")))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(named=printed_forms())
def test_every_printed_form_of_a_number_means_the_same(named: tuple[str, str], client: TestClient) -> None:
    number, form = named
    assert client.get(f"{API}/resolve", params={"id": form}).json()["iri"] == f"{KG}rec/{number}"
    assert client.get(f"{API}/recommendations/{quote(form, safe='')}").json()["iri"] == f"{KG}rec/{number}"


@pytest.mark.parametrize(
    "path", ["rec/X 1280", "rec/x1280", "rec/Ｘ.１２８０", "rec/ITU-T X.1280", "rec/X.1280 ", "sup/x suppl. 39", "work-item/x.OOB-SA"]
)
def test_a_printed_form_leads_to_the_thing(path: str, client: TestClient) -> None:
    answer = client.get("/" + quote(path), follow_redirects=False)
    assert answer.status_code == 301
    assert client.get(answer.headers["location"]).status_code == 200


TYPES = ("text/turtle", "application/ld+json", "text/html", "application/json")
RANGES = st.sampled_from((*TYPES, "text/*", "application/*", "*/*", "image/png", "image/*"))
WEIGHTS = st.integers(0, 1000).map(lambda thousandths: f"{thousandths / 1000:.3f}")
WANTED = st.dictionaries(RANGES, WEIGHTS, min_size=1, max_size=6)


def header(wanted: dict[str, str]) -> str:
    return ", ".join(f"{range_};q={weight}" for range_, weight in wanted.items())


def weight_of(media_type: str, wanted: dict[str, str]) -> float:
    """What the closest range says (RFC 9110, section 12.5.1)."""
    ranges = (media_type, media_type.partition("/")[0] + "/*", "*/*")
    return next((float(wanted[range_]) for range_ in ranges if range_ in wanted), 0.0)


@given(wanted=WANTED)
def test_the_type_of_the_greatest_weight_is_chosen(wanted: dict[str, str]) -> None:
    weights = [weight_of(media_type, wanted) for media_type in TYPES]
    assert choose(header(wanted), TYPES) == (TYPES[weights.index(max(weights))] if max(weights) else None)


@given(wanted=WANTED, data=st.data())
def test_order_case_and_blanks_do_not_matter(wanted: dict[str, str], data: st.DataObject) -> None:
    parts = data.draw(st.permutations(header(wanted).split(", ")))
    blank = data.draw(st.sampled_from(("", " ", "\t", "  ")))
    written = ",".join(blank + part.replace(";", f"{blank};{blank}") + blank for part in parts)
    assert choose(data.draw(st.sampled_from((written.upper(), written.lower()))), TYPES) == choose(header(wanted), TYPES)


@given(accept=st.text(alphabet='ahlmtxeu/*;,=q01. "\t+-', max_size=80))
@example(accept="text/html;q=0.5.5")
@example(accept="*/*;q=1e9")
def test_any_accept_gives_one_of_the_types_or_none(accept: str) -> None:
    assert choose(accept, TYPES) in (*TYPES, None)


def test_the_service_still_answers_after_all_this(service: str) -> None:
    assert json.loads(ask(service, "/ready").body)["workers"] == len(os.sched_getaffinity(0))
    assert ask(service, "/sparql?query=ASK%7B%7D").body == b'{"head":{},"boolean":true}'
