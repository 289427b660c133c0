"""A running service, and what strangers do to it: attacks, slow and vanishing clients, runaway queries, its end."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

import pytest
import yaml

from tests import FIXTURES
from tests.patience import PATIENCE, until
from tests.test_serving import serving

ATTACKS: list[dict[str, Any]] = yaml.safe_load((FIXTURES.parent / "attacks" / "attacks.yaml").read_text("utf-8"))
SECRET = '<http://x/secret> <http://x/is> "do not tell" .'
EVERYTHING = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
CORES = len(os.sched_getaffinity(0))
LOOKUP = "/api/v1/recommendations/X.1280"


class Canary(BaseHTTPRequestHandler):
    """A server that nobody may ask; it remembers who did."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        Canary.asked.append(self.path)
        self.send_error(404)

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture(scope="module")
def canary() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/canary"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "secret.nt"
    path.write_text(SECRET, "utf-8")
    return path


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """`sg17kg serve` that waits for every query."""
    with _serving(PATIENCE, tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """`sg17kg serve` with short patience for queries."""
    with _serving(1.5, tmp_path_factory.mktemp("hasty")) as running:
        yield running


def _serving(seconds: float, folder: Path) -> AbstractContextManager[tuple[str, "subprocess.Popen[str]"]]:
    limits = ["--query-seconds", str(seconds), "--query-memory", "512"]
    return serving([sys.executable, "-m", "sg17kg.cli", "serve", *limits, "--log", "none"], dict(os.environ), folder)


def connection(address: str, seconds: float = PATIENCE) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(address).netloc, timeout=seconds)


def get(address: str, path: str, **headers: str) -> tuple[int, bytes]:
    link = connection(address)
    link.request("GET", path, headers=headers)
    answer = link.getresponse()
    return answer.status, answer.read()


def ask(address: str, query: str, accept: str = "application/sparql-results+json") -> tuple[int, bytes]:
    """Ask, and come again as long as no worker is free."""
    while True:
        status, body = get(address, f"/sparql?query={quote(query)}", Accept=accept)
        if status != 503:
            return status, body


def attack(address: str, entry: dict[str, Any], places: dict[str, str]) -> tuple[object, bytes]:
    """Send it; gives status and body, `cut` for an answer that breaks off, `closed` where none begins."""

    def filled(text: str) -> str:
        text = text.replace("{repeated}", entry["repeat"][0] * entry["repeat"][1]) if "repeat" in entry else text
        for name, value in places.items():
            text = text.replace(name, value)
        return text

    fields = [("query", filled(entry["query"]))] * (1 + entry.get("twice", False)) if "query" in entry else []
    fields += [(name, filled(value)) for name, value in entry.get("fields", {}).items()]
    fields += [(f"field{number}", "x") for number in range(entry.get("many", 0))]
    accept = entry.get("accept", "*/*")
    if "accept_repeat" in entry:
        accept = entry["accept_repeat"][0] * entry["accept_repeat"][1]
    link = connection(address)
    if entry.get("send") == "get":
        link.request("GET", f"/sparql?{urlencode(fields)}", headers={"Accept": accept})
    elif entry.get("send") == "direct":
        kind = entry.get("media_type", "application/sparql-query")
        link.request("POST", "/sparql", fields[0][1].encode("utf-8", "surrogatepass"), {"Accept": accept, "Content-Type": kind})
    else:
        body = urlencode(fields).encode()
        link.request("POST", "/sparql", body, {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"})
    try:
        answer = link.getresponse()
    except (http.client.RemoteDisconnected, ConnectionResetError):
        return "closed", b""
    try:
        return answer.status, answer.read()
    except http.client.IncompleteRead as error:
        return "cut", error.partial


def test_the_corpus_is_large_and_names_each_attack_once() -> None:
    names = [entry["name"] for entry in ATTACKS]
    assert len(names) >= 60
    assert len(names) == len(set(names))


@pytest.mark.parametrize("entry", ATTACKS, ids=lambda entry: entry["name"])
def test_an_attack_gets_an_answer_and_nothing_else(
    entry: dict[str, Any], canary: str, secret: Path, request: pytest.FixtureRequest
) -> None:
    address, process = request.getfixturevalue("hasty" if 504 in entry["status"] else "service")
    status, body = attack(address, entry, {"{canary}": canary, "{secret}": str(secret)})
    # a process that takes its memory faster than the clock looks is ended by the machine, and its connections with it
    assert status in (*entry["status"], *(["closed"] if 502 in entry["status"] else [])), body[:300]
    if isinstance(status, int) and status >= 400:
        assert json.loads(body)["detail"]
    if status == "cut":
        assert b"\n# cut: " in body[-300:]
    assert Canary.asked == []
    assert b"do not tell" not in body
    assert process.poll() is None
    assert get(address, "/health")[0] == 200


def test_a_long_answer_comes_as_it_is_found_and_whole(service: tuple[str, "subprocess.Popen[str]"]) -> None:
    status, body = ask(service[0], EVERYTHING)
    assert status == 200
    assert len(json.loads(body)["results"]["bindings"]) > 40_000


def raw(address: str, request: bytes) -> socket.socket:
    """A connection of our own, with a small buffer: the service notices soon that nobody reads."""
    parts = urlsplit(address)
    link = socket.socket()
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    link.settimeout(PATIENCE)
    link.connect((parts.hostname, parts.port))
    link.sendall(request)
    return link


def being_answered(address: str, request: bytes) -> socket.socket:
    """A connection on which an answer has begun; where no worker was free, the client comes again."""
    while True:
        link = raw(address, request)
        status = link.recv(100)
        if not status.startswith(b"HTTP/1.1 503"):
            assert status.startswith(b"HTTP/1.1 200")
            return link
        link.close()


def figure(address: str, name: str) -> float:
    """A figure of /metrics."""
    lines = get(address, "/metrics")[1].decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name) and not line.startswith("#"))


def comes_to(address: str, name: str, wanted: float) -> None:
    """Wait until a figure gets that high, or that low."""
    until(lambda: figure(address, name) == wanted)


def test_slow_readers_hold_no_worker(service: tuple[str, "subprocess.Popen[str]"]) -> None:
    address, _ = service
    request = f"GET /sparql?query={quote(EVERYTHING)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(being_answered(address, request))
        assert ask(address, "ASK {}") == (200, b'{"head":{},"boolean":true}')
        comes_to(address, 'sg17kg_server_processes{state="tainted"}', 0)  # what is computed and is being sent taints nothing
        comes_to(address, 'sg17kg_server_processes{state="serving"}', CORES)


def test_a_client_that_goes_takes_its_query_along(service: tuple[str, "subprocess.Popen[str]"]) -> None:
    address, _ = service
    ended, tainted = 'sg17kg_computations_ended_total{reason="abandoned"}', 'sg17kg_server_processes{state="tainted"}'
    before = figure(address, ended)
    links = [raw(address, f"GET /sparql?query={quote(RUNAWAY)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()) for _ in range(2)]
    until(lambda: figure(address, tainted) >= 1)
    for link in links:
        link.close()
    until(lambda: figure(address, ended) > before)  # a process that leaves takes what runs in it along, uncounted
    comes_to(address, tainted, 0)


def test_look_ups_go_on_beside_runaway_queries(hasty: tuple[str, "subprocess.Popen[str]"]) -> None:
    """Ten at once: they run into the deadline, some may be told to come again; look-ups answer meanwhile."""
    address, _ = hasty
    links = [connection(address) for _ in range(10)]
    for number, link in enumerate(links):
        link.request("GET", f"/sparql?query={quote(RUNAWAY + f' # {number}')}")
    for _ in range(20):
        assert get(address, LOOKUP)[0] == 200
    answers = [link.getresponse() for link in links]
    for answer in answers:
        assert answer.status in (502, 503, 504)  # memory, too many of one client, time
        assert answer.status != 503 or answer.headers["Retry-After"] == "5"
        assert "make it narrower" in answer.read().decode()
    assert ask(address, "ASK {}")[0] == 200


def test_half_a_request_costs_nothing(service: tuple[str, "subprocess.Popen[str]"]) -> None:
    with ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(
                raw(
                    service[0],
                    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK",
                )
            )
        assert ask(service[0], "ASK {}")[0] == 200


def children(number: int) -> set[int]:
    """The processes below one, as far down as they go."""
    below: dict[int, set[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        below.setdefault(int(fields[1]), set()).add(int(path.parent.name))
    found, look = set[int](), {number}
    while look:
        look = {child for parent in look for child in below.get(parent, set())} - found
        found |= look
    return found


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_end_leaves_nothing_behind(end: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sg17kg.cli", "serve", "--query-seconds", str(PATIENCE)]
    with serving(command, dict(os.environ), tmp_path) as (address, process):
        assert ask(address, "ASK {}")[0] == 200
        link = connection(address)
        link.request("GET", f"/sparql?query={quote(RUNAWAY)}")
        comes_to(address, 'sg17kg_server_processes{state="tainted"}', 1)
        until(lambda: len(children(process.pid)) >= CORES + 2)  # the loader, fresh servers and the tainted one
        family = children(process.pid)
        process.send_signal(end)
        if end != signal.SIGKILL:
            until(lambda: not listens(address))
            link.close()
        process.wait(timeout=PATIENCE)
        until(lambda: not any(Path(f"/proc/{number}").exists() for number in family))


def listens(address: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(address).port or 80)) == 0


def test_what_is_being_answered_is_answered_before_the_end(tmp_path: Path) -> None:
    with serving([sys.executable, "-m", "sg17kg.cli", "serve"], dict(os.environ), tmp_path) as (address, process):
        link = raw(address, f"GET /sparql?query={quote(EVERYTHING)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        first = link.recv(1000)
        process.send_signal(signal.SIGTERM)
        rest = b"".join(iter(lambda: link.recv(65536), b""))
        link.close()
        assert process.wait(timeout=PATIENCE) in (0, -signal.SIGTERM)
    assert first.startswith(b"HTTP/1.1 200")
    assert (first + rest).rstrip().endswith((b"]}}", b"0"))


def resident(process: int) -> int:
    """MiB that a process and those below it hold."""
    pages = [int(Path(f"/proc/{each}/statm").read_text("ascii").split()[1]) for each in (process, *children(process))]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") // 2**20


def test_a_thousand_slow_clients_hold_sockets_and_nothing_else(service: tuple[str, "subprocess.Popen[str]"]) -> None:
    address, process = service
    get(address, LOOKUP)
    before = resident(process.pid)
    with ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", urlsplit(address).port or 80))) for _ in range(1000)]
        for number, link in enumerate(slow):
            link.sendall((b"", b"GE", b"GET /rec/X.1280 HTTP/1.1\r\nHost: x\r\nX-Slow: ")[number % 3])
        for _ in range(3):
            for link in slow[2::3]:
                link.sendall(b"a")
            assert get(address, LOOKUP)[0] == 200
        assert ask(address, "ASK { ?s ?p 1 }")[0] == 200
        until(lambda: resident(process.pid) - before < 64)  # others of this service may be on their way out
    assert get(address, LOOKUP)[0] == 200
