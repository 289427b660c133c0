"""`sg17kg serve` as processes: what is killed comes again, nothing is left behind, limits hold over all of them."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import quote, urlsplit

import pytest

from sg17kg.store.embedded import EmbeddedStore
from tests import FIXTURES
from tests.patience import PATIENCE, until
from tests.test_serving import free_port, serving
from tests.web.test_strangers import LOOKUP, RUNAWAY, children, connection, figure, get

CIRCULAR = FIXTURES / "01-single-draft.txt"
COUNT, STANDBY = 3, 1
ALL = COUNT + STANDBY
Service = tuple[str, "subprocess.Popen[str]"]
TAINTED = 'sg17kg_server_processes{state="tainted"}'
SERVING = 'sg17kg_server_processes{state="serving"}'
STANDING_BY = 'sg17kg_server_processes{state="standby"}'


@pytest.fixture(scope="module", params=["in memory", "at rest"])
def started(request: pytest.FixtureRequest, dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    where = []
    if request.param == "at rest":
        EmbeddedStore.at(folder / "store", write=True, start=dataset / "dataset.nq").close()
        where = ["--store", str(folder / "store")]
    # events are logged: a line that cannot be written ended the loader
    command = [sys.executable, "-m", "sg17kg.cli", "serve", "--workers", str(COUNT), "--log", "events"]
    command += ["--check-seconds", str(PATIENCE), "--query-seconds", "2"]
    with serving([*command, *where], dict(os.environ), folder) as running:
        yield running


@pytest.fixture
def service(started: Service) -> Service:
    """One service for all tests: each finds it as it was at first."""
    address, process = started
    until(lambda: figure(address, SERVING) == COUNT and figure(address, STANDING_BY) == STANDBY)
    until(lambda: len(servers(process.pid)[1]) == ALL)
    return started


def asked(address: str, path: str) -> int:
    """A status; a GET is repeated once where the connection closes before the first byte."""
    for last in (False, True):
        link = connection(address)
        try:
            link.request("GET", path)
            answer = link.getresponse()
            answer.read()
        except (http.client.RemoteDisconnected, ConnectionResetError):
            if last:
                raise
        else:
            return answer.status
    return 0


def servers(process: int) -> tuple[int, set[int]]:
    """The loader, and the servers that it forked."""
    check = checkers(process)
    (loader,) = [child for child in children(process) - check if children(child) - check]
    return loader, children(loader) - check - set(zombies(loader))  # the loader reaps them a second later


def checkers(above: int) -> set[int]:
    """The process that has loaded the dataset for checks, if it runs, and its forks."""
    found = set()
    for number in children(above):
        with suppress(OSError):
            if b"sg17kg.checks.preloaded" in Path(f"/proc/{number}/cmdline").read_bytes():
                found.add(number)
    return found


def zombies(process: int) -> list[int]:
    states = {}
    for number in children(process):
        with suppress(OSError):
            states[number] = Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    return [number for number, state in states.items() if state == "Z"]


def test_one_that_is_killed_comes_again(service: Service) -> None:
    address, process = service
    loader, before = servers(process.pid)
    assert len(before) == ALL
    for number in before:
        os.kill(number, signal.SIGKILL)
    until(lambda: figure(address, SERVING) == COUNT and not (servers(process.pid)[1] & before))
    assert servers(process.pid)[0] == loader
    until(lambda: zombies(process.pid) == [])
    assert asked(address, LOOKUP) == 200


def test_slots_come_back_however_processes_end(service: Service) -> None:
    address, process = service
    for _ in range(2):
        loader, numbers = servers(process.pid)
        for number in (min(numbers), loader):
            os.kill(number, signal.SIGKILL)
        gone = [Path(f"/proc/{number}") for number in (loader, *numbers)]
        until(partial(are_gone, gone))
        until(lambda: figure(address, SERVING) == COUNT and figure(address, STANDING_BY) == STANDBY)
    assert json.loads(get(address, "/ready")[1])["workers"] == COUNT


def are_gone(paths: list[Path]) -> bool:
    return not any(path.exists() for path in paths)


def test_a_loader_that_is_killed_takes_its_servers_along_and_another_begins(service: Service) -> None:
    address, process = service
    loader, before = servers(process.pid)
    os.kill(loader, signal.SIGKILL)
    until(lambda: not any(Path(f"/proc/{number}").exists() for number in (loader, *before)))
    assert asked(address, LOOKUP) == 200  # who comes meanwhile waits
    until(lambda: figure(address, SERVING) == COUNT)
    until(lambda: figure(address, TAINTED) == 0)
    until(lambda: zombies(process.pid) == [])


def test_a_tainted_process_is_replaced_and_closes_what_it_has(service: Service) -> None:
    address, process = service
    before = servers(process.pid)[1]
    ended_before = figure(address, "sg17kg_computations_ended_total")
    link = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
    link.request("GET", f"/sparql?query={quote(RUNAWAY)}")
    until(lambda: figure(address, TAINTED) == 1)
    until(lambda: figure(address, SERVING) == COUNT)
    until(lambda: len(servers(process.pid)[1] - before) == 1)
    assert asked(address, f"{LOOKUP}/owner") == 200
    answer = link.getresponse()
    assert answer.status in (502, 504)
    assert answer.headers["Connection"] == "close"
    until(lambda: len(servers(process.pid)[1]) == ALL)
    until(lambda: figure(address, TAINTED) == 0)
    assert figure(address, "sg17kg_computations_ended_total") == ended_before + 1
    until(lambda: zombies(process.pid) == [])


def test_a_tainted_process_that_is_told_to_leave_answers_first(tmp_path: Path) -> None:
    # four seconds on the clock end the query, whatever else the machine has to do; the service waits for twenty
    command = [sys.executable, "-m", "sg17kg.cli", "serve", "--workers", "2", "--log", "none", "--query-seconds", "1"]
    with serving(command, dict(os.environ), tmp_path) as (address, process):
        link = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
        link.request("GET", f"/sparql?query={quote(RUNAWAY)}")
        until(lambda: figure(address, TAINTED) == 1)
        process.send_signal(signal.SIGTERM)
        assert link.getresponse().status in (502, 504)
        process.wait(timeout=PATIENCE)


def test_connections_that_stay_are_shared_out(service: Service) -> None:
    address, process = service
    port = urlsplit(address).port or 0
    numbers = servers(process.pid)[1]
    until(lambda: not any(connections(number, port) for number in numbers))
    links = []
    for _ in range(8 * COUNT):
        links.append(link := connection(address))
        link.connect()
        until(lambda: sum(connections(number, port) for number in numbers) == len(links))
    assert sum(connections(number, port) > 0 for number in numbers) == COUNT  # the one that stands by has none
    for link in links:
        link.close()


def test_one_that_stands_by_takes_the_place_of_a_tainted_one(service: Service) -> None:
    """Nobody waits for a process to begin: the one that accepts next was there before."""
    address, process = service
    port = urlsplit(address).port or 0
    before = servers(process.pid)[1]
    (spare,) = [number for number in before if not accepts(number, port)]
    link = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
    link.request("GET", f"/sparql?query={quote(RUNAWAY)}")
    until(lambda: figure(address, TAINTED) == 1)
    until(lambda: accepts(spare, port))
    until(lambda: figure(address, STANDING_BY) == STANDBY)
    assert spare in servers(process.pid)[1]
    link.close()


def test_clients_that_stay_come_to_a_new_process_too(service: Service) -> None:
    """A process that has many more connections than another closes some after their answers."""
    address, process = service
    port = urlsplit(address).port or 0
    until(lambda: figure(address, TAINTED) == 0 and len(servers(process.pid)[1]) == ALL)  # what another test left has ended
    first, *others = sorted(servers(process.pid)[1], key=lambda number: accepts(number, port))[STANDBY:]
    links = [connection(address) for _ in range(24)]
    for number in others:
        os.kill(number, signal.SIGSTOP)
    try:
        for link in links:  # the one that is left takes all
            assert answered(link)
    finally:
        for number in others:
            os.kill(number, signal.SIGCONT)

    def shared() -> bool:
        for link in links:
            assert answered(link)
        return all(connections(number, port) > 0 for number in (first, *others))

    until(shared)


def answered(link: http.client.HTTPConnection) -> bool:
    """Ask over a connection that stays; a connection that the server closed begins anew with the next request."""
    link.request("GET", f"{LOOKUP}/owner")
    answer = link.getresponse()
    answer.read()
    return answer.status == 200


def accepts(process: int, port: int) -> bool:
    """Tell whether a server watches the listening socket: its event loop has it registered."""
    inodes = {
        fields[9]
        for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]
        if (fields := line.split())[3] == "0A" and int(fields[1].split(":")[1], 16) == port
    }
    files = {file.name for file in Path(f"/proc/{process}/fd").iterdir() if str(file.readlink()).strip("socket:[]") in inodes}
    watched = [file for file in Path(f"/proc/{process}/fd").iterdir() if "eventpoll" in str(file.readlink())]
    return any(
        line.split()[1] in files
        for file in watched
        for line in Path(f"/proc/{process}/fdinfo/{file.name}").read_text("ascii").splitlines()
        if line.startswith("tfd:")
    )


def connections(process: int, port: int) -> int:
    """Count the connections of a process at a port of this machine."""
    inodes = {
        fields[9]
        for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]
        if (fields := line.split())[3] == "01" and int(fields[1].split(":")[1], 16) == port
    }
    return sum(str(file.readlink()).strip("socket:[]") in inodes for file in Path(f"/proc/{process}/fd").iterdir() if file.is_symlink())


def check(address: str) -> tuple[int, bytes]:
    """The status and the response of a check."""
    link = connection(address)
    link.request("POST", "/api/v1/check", form(CIRCULAR.read_bytes()), {"Content-Type": "multipart/form-data; boundary=x"})
    response = link.getresponse()
    return response.status, response.read()


def test_eight_files_at_once_are_all_checked(service: Service) -> None:
    address, _ = service
    with ThreadPoolExecutor(8) as clients:
        assert [status for status, _ in clients.map(check, [address] * 8)] == [200] * 8


def form(content: bytes) -> bytes:
    return b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + content + b"\r\n--x--\r\n"


def test_checks_share_one_process_and_do_without_it(service: Service) -> None:
    address, process = service
    loader, before = servers(process.pid)
    first = check(address)
    assert first[0] == 200
    assert b'"findings"' in first[1]
    until(lambda: len(checkers(loader)) == 1)  # the fork has ended
    (loaded,) = checkers(loader)
    assert check(address) == first
    assert loaded in checkers(loader)
    os.kill(loaded, signal.SIGKILL)
    until(lambda: not checkers(loader))
    assert check(address) == first
    assert servers(process.pid) == (loader, before)
    until(lambda: zombies(loader) == [])


def test_as_many_queries_and_look_ups_as_a_process_has_threads_for_are_answered(tmp_path: Path) -> None:
    """The limit of memory counts address space, of which each thread reserves some."""
    command = [sys.executable, "-m", "sg17kg.cli", "serve", "--workers", "1", "--query-memory", "256", "--log", "none"]
    with serving(command, dict(os.environ), tmp_path) as (address, _):
        links = [connection(address) for _ in range(64 + 40)]
        for number, link in enumerate(links[:64]):
            link.request("GET", "/sparql?query=" + quote(f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER(STRLEN(STR(?o)) > {number}) }}"))
        for number, link in enumerate(links[64:]):
            link.request("GET", f"/api/v1/recommendations/X.1280/owner?on=2026-{1 + number // 20:02}-{1 + number % 20:02}")
        answers = [link.getresponse() for link in links]
        assert {answer.status for answer in answers} == {200}, [answer.read() for answer in answers if answer.status != 200][:3]


def test_figures_are_those_of_all_processes(service: Service) -> None:
    address, process = service
    before = figure(address, 'sg17kg_http_requests_total{method="GET",route="/rec",status="200"}')
    for _ in range(30):
        assert get(address, "/rec/X.1280.ttl")[0] == 200
    for number in servers(process.pid)[1]:
        os.kill(number, signal.SIGTERM)  # those that come after them go on counting
    until(lambda: figure(address, SERVING) == COUNT)
    assert figure(address, 'sg17kg_http_requests_total{method="GET",route="/rec",status="200"}') == before + 30


def test_the_rate_of_a_client_is_one_over_all_connections(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sg17kg.cli", "serve", "--workers", str(COUNT), "--rate-limit", "20", "--log", "none"]
    with serving(command, dict(os.environ), tmp_path) as (address, _):
        statuses: list[int] = []

        def ask() -> None:
            link = connection(address)
            for _ in range(10):
                link.request("GET", LOOKUP)
                answer = link.getresponse()
                answer.read()
                statuses.append(answer.status)

        asking = [threading.Thread(target=ask) for _ in range(20)]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        # a burst of two seconds' worth, and what came while the 200 were asked; 20 connections in 3 processes would have had 120 and more
        assert 40 <= statuses.count(200) < 100
        assert set(statuses) == {200, 429}


@pytest.mark.parametrize("started", ["at rest"], indirect=True)  # in memory there is nothing that a server opens
def test_servers_that_cannot_begin_are_told(service: Service) -> None:
    address, process = service
    command = cast("list[str]", process.args)
    store = Path(command[command.index("--store") + 1])
    (version,) = [path for path in (store / "versions").iterdir() if path.is_dir()]
    version.rename(version.with_name("away"))
    os.kill(next(iter(servers(process.pid)[1])), signal.SIGKILL)
    until(lambda: json.loads(get(address, "/ready")[1])["failure"])
    assert "no dataset" in json.loads(get(address, "/ready")[1])["failure"]
    version.with_name("away").rename(version)
    until(lambda: json.loads(get(address, "/ready")[1])["failure"] is None)
    assert figure(address, SERVING) == COUNT


def test_a_dataset_that_is_none_ends_the_start_with_a_word(tmp_path: Path) -> None:
    (tmp_path / "dataset.nq").write_text("<broken", "utf-8")
    environment = {**os.environ, "SG17KG_DATASET": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-m", "sg17kg.cli", "serve", "--port", str(free_port()), "--log", "none"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    assert "the dataset cannot be read" in ended.stderr
    assert "Traceback" not in ended.stderr
