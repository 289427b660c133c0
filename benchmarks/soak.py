"""`python -m benchmarks.soak [MINUTES]`: all attacks at once against `sg17kg serve`, kills, a slow download, a busy machine.

Prints Markdown. What is asserted is told as a row with "held" or "failed"; the exit status is 1 where one failed.
docs/research/soak.md keeps the results.
"""

import http.client
import itertools
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import yaml
from tests import FIXTURES
from tests.test_serving import free_port
from tests.web.test_strangers import RUNAWAY, attack, children, figure

WORKERS, SECONDS = 2, 3
RATE = 200 * 1024
CIRCULAR = FIXTURES / "12-contradictions.txt"
MOST_MORE_MEMORY = 50  # MiB
LOOKUP = "/api/v1/recommendations/X.1280/history?limit={}"
SERVING = 'sg17kg_server_processes{state="serving"}'
TAINTED = 'sg17kg_server_processes{state="tainted"}'
_number = itertools.count(1)


@contextmanager
def served(*more: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A service on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "sg17kg.cli", "serve", "--port", str(port), "--log", "none", "--query-seconds", str(SECONDS), *more]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            wait(lambda: _status(address, "/ready") == 200)
            yield address, process
        finally:
            process.terminate()
            process.wait(60)


def wait(what: Callable[[], bool], seconds: float = 120) -> bool:
    """Wait until it is so; gives whether it came."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            if what():
                return True
        time.sleep(0.1)
    return False


def _status(address: str, path: str, seconds: float = 60) -> int:
    link = http.client.HTTPConnection(urlsplit(address).netloc, timeout=seconds)
    try:
        link.request("GET", path)
        answer = link.getresponse()
        answer.read()
        return answer.status
    finally:
        link.close()


_failures: list[str] = []


def lookup(address: str) -> bool:
    """Ask for what is not kept, on a new connection, and tell whether it was answered; where that closes before its first byte, twice."""
    path = LOOKUP.format(next(_number) % 499 + 1) + f"&said_by={2026 + next(_number) % 7000}-01-01"
    for last in (False, True):
        try:
            status = _status(address, path)
        except (OSError, http.client.HTTPException) as error:
            if last:
                _failures.append(type(error).__name__)
        else:
            if status != 200:
                _failures.append(str(status))
            return status == 200
    return False


def timed(address: str, seconds: float) -> tuple[list[float], int]:
    """Look-ups for so many seconds: their milliseconds, sorted, and how many failed."""
    taken, failed, end = [], 0, time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.perf_counter()
        failed += not lookup(address)
        taken.append((time.perf_counter() - start) * 1000)
        time.sleep(0.02)
    return sorted(taken), failed


def memory(process: int) -> float:
    """MiB of a process and those below it, shared pages once."""
    total = 0
    for number in (process, *children(process)):
        with suppress(OSError):
            for line in Path(f"/proc/{number}/smaps_rollup").read_text("ascii").splitlines():
                total += int(line.split()[1]) if line.startswith("Pss:") else 0
    return total / 1024


def zombies(process: int) -> int:
    """Count the processes below one that have ended and were not waited for."""
    count = 0
    for number in children(process):
        with suppress(OSError):
            count += Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z"
    return count


def files(process: int) -> int:
    """Count the files and sockets that the processes of a service hold."""
    return sum(len(list(Path(f"/proc/{number}/fd").iterdir())) for number in (process, *children(process)))


def row(name: str, told: str, held: bool) -> bool:
    """Print one row of the table."""
    print(f"| {name} | {told} | {'held' if held else '**failed**'} |", flush=True)
    return held


def _upload(content: bytes) -> bytes:
    """Return a request that checks a file."""
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n' + content + b"\r\n--x--\r\n"
    head = "POST /api/v1/check HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def check(address: str, content: bytes) -> bytes:
    """Return the response to the check of a file."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=60) as link:
        link.sendall(_upload(content))
        return b"".join(iter(lambda: link.recv(65536), b""))


def attackers(address: str, ended: threading.Event, secret: str) -> list[threading.Thread]:  # noqa: C901 - one function a kind
    """Threads that do not stop: the corpus, runaways, slow readers and writers, lists of days, clients that go."""
    corpus = yaml.safe_load((FIXTURES.parent / "attacks" / "attacks.yaml").read_text("utf-8"))
    parts = urlsplit(address)

    def raw(request: bytes) -> socket.socket:
        link = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=60)
        link.sendall(request)
        return link

    def each(entry: dict[str, object]) -> None:
        attack(address, entry, {"{canary}": "http://127.0.0.1:9/", "{secret}": secret})

    def slow_reader() -> None:
        link = raw(
            f"GET /sparql?query={quote(f'SELECT * {{ ?s ?p ?o }} LIMIT 60000 # {next(_number)}')} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        )
        for _ in range(20):
            link.recv(1000)
            time.sleep(0.5)
        link.close()

    def slow_head() -> None:
        link = raw(b"GET /rec/X.1280 HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        for _ in range(10):
            link.sendall(b"a")
            time.sleep(1)
        link.close()

    def goes() -> None:
        link = raw(f"GET /sparql?query={quote(f'{RUNAWAY} # {next(_number)}')} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.2)
        link.close()

    def piped() -> None:
        link = raw(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 500)
        link.recv(100_000)
        link.close()

    def checks() -> None:
        check(address, CIRCULAR.read_bytes())
        check(address, b"PK\x03\x04" + random.randbytes(50_000))
        link = raw(_upload(CIRCULAR.read_bytes())[:-100])  # and no end
        time.sleep(0.5)
        link.close()

    kinds: list[tuple[int, Callable[[], object]]] = [
        (2, lambda: each(random.choice(corpus))),
        (2, lambda: _status(address, f"/sparql?query={quote(f'{RUNAWAY} # {next(_number)}')}")),
        (3, slow_reader),
        (20, slow_head),
        (2, lambda: _status(address, f"/recommendations?on={1000 + next(_number) % 1090}-05-06")),
        (1, goes),
        (1, piped),
        (1, checks),
        (1, lambda: _status(address, f"/api/v1/recommendations/X.1280?x{'y' * 2000}={next(_number)}")),
    ]

    def again(action: Callable[[], object]) -> None:
        while not ended.is_set():
            with suppress(OSError, http.client.HTTPException):
                action()

    return [threading.Thread(target=again, args=(action,), daemon=True) for count, action in kinds for _ in range(count)]


def under_attack(minutes: float) -> bool:
    """All attacks at once."""
    folder = Path(tempfile.gettempdir())
    with (
        tempfile.NamedTemporaryFile(suffix=".nt") as secret,
        served("--workers", str(WORKERS), "--query-memory", "512") as (address, process),
    ):
        timed(address, 5)
        assert b" 200 " in check(address, CIRCULAR.read_bytes())[:20]  # the process that has loaded the dataset for checks stays
        quiet, _ = timed(address, 20)
        time.sleep(5)
        before, held_before, count = memory(process.pid), files(process.pid), len(children(process.pid))
        left_before = len(list(folder.iterdir()))
        attacking = subprocess.Popen([sys.executable, "-m", "benchmarks.soak", "attack", address, secret.name])
        busy, failed = timed(address, minutes * 60)
        attacking.terminate()
        attacking.wait(60)
        calm = wait(lambda: figure(address, SERVING) == WORKERS and figure(address, TAINTED) == 0 and len(children(process.pid)) == count)
        time.sleep(5)
        after = memory(process.pid)
        told = f"{len(busy)}, {failed} failed {dict(Counter(_failures)) or ''}"
        p99, quiet99 = busy[int(len(busy) * 0.99)], quiet[int(len(quiet) * 0.99)]
        return all(
            [
                row(f"look-ups beside all attacks, {minutes:g} minutes", told, failed == 0),
                row("p99 of a look-up", f"{p99:.0f} ms; quiet {quiet99:.0f} ms ({p99 / quiet99:.0f} times)", p99 <= 20 * quiet99),
                row("memory", f"{before:.0f} MiB before, {after:.0f} MiB after", after - before <= MOST_MORE_MEMORY),
                row("processes as before, none tainted", f"{len(children(process.pid))} of {count}", calm),
                row("zombies", str(zombies(process.pid)), zombies(process.pid) == 0),
                row("files and sockets", f"{held_before} before, {files(process.pid)} after", files(process.pid) <= held_before + 4),
                row("entries of the temporary folder", f"{left_before} before, {len(list(folder.iterdir()))} after",
                    len(list(folder.iterdir())) <= left_before),
            ]
        )  # fmt: skip


def attack_on(address: str, secret: str) -> None:
    """Attack until this process is ended, at the lowest priority: attackers have machines of their own."""
    os.nice(19)
    for thread in attackers(address, threading.Event(), secret):
        thread.start()
    signal.pause()


def killed(times: int) -> bool:
    """Kill processes one after another while look-ups go on."""
    with served("--workers", str(WORKERS)) as (address, process):
        results: list[tuple[list[float], int]] = []
        ended = threading.Event()

        def ask() -> None:
            while not ended.is_set():
                results.append(timed(address, 1))

        asking = [threading.Thread(target=ask) for _ in range(2)]
        for thread in asking:
            thread.start()
        for number in range(times):
            family = sorted(children(process.pid))
            loaders = [each for each in family if children(each)]
            chosen = loaders[:1] if number % 40 == 39 else [each for each in family if each not in loaders]
            if chosen:
                with suppress(ProcessLookupError):
                    os.kill(random.choice(chosen), signal.SIGKILL)
            time.sleep(0.2)
        ended.set()
        for thread in asking:
            thread.join(120)
        calm = wait(
            lambda: figure(address, SERVING) == WORKERS and len(children(process.pid)) == WORKERS + 2
        )  # the loader, one that stands by
        asked, failed = sum(len(taken) for taken, _ in results), sum(failed for _, failed in results)
        return all(
            [
                row(f"{times} SIGKILLs of servers and loaders", f"{len(children(process.pid))} processes, {zombies(process.pid)} zombies",
                    calm and zombies(process.pid) == 0),
                row("look-ups meanwhile that failed twice", f"{failed} of {asked}", failed <= times // 10),
            ]
        )  # fmt: skip


def downloaded() -> bool:
    """Read a dump slowly beside a runaway query in the same process."""
    with served("--workers", "1") as (address, _):
        whole = len(_content(address, "/dumps/sg17kg.nt.gz"))
        parts = urlsplit(address)
        link = http.client.HTTPConnection(parts.netloc, timeout=120)
        link.request("GET", "/dumps/sg17kg.nt.gz")
        answer = link.getresponse()
        threading.Thread(target=lambda: _status(address, f"/sparql?query={quote(RUNAWAY)}"), daemon=True).start()
        size = 0
        while piece := answer.read(RATE // 4):
            size += len(piece)
            time.sleep(0.25)
        return row("a dump at 200 KiB/s beside a runaway in its process", f"{size} of {whole} bytes", size == whole)


def _content(address: str, path: str) -> bytes:
    link = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
    link.request("GET", path)
    return link.getresponse().read()


def loaded(times: int) -> bool:
    """Ask for one text, again and again, on a machine that has eight other things to do."""
    burning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(8)]
    try:
        with served("--workers", str(WORKERS)) as (address, process):
            before = children(process.pid)
            days = [f"2026-{1 + number % 12:02}-{1 + number % 28:02}" for number in range(times)]
            good = sum(_status(address, f"/api/v1/recommendations/X.509?on={day}", 120) == 200 for day in days)
            same = children(process.pid) == before
            return row(
                f"{times} times X.509 at a load of 8",
                f"{good} answered, {'no' if same else 'some'} process replaced",
                same and good == times,
            )
    finally:
        for each in burning:
            each.kill()
            each.wait()


def main(minutes: float) -> int:
    """Run all; gives the exit status."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    print(
        f"{time.strftime('%Y-%m-%d')}, {commit}, {len(os.sched_getaffinity(0))} cores\n\n| what | measured | |\n|---|---|---|", flush=True
    )
    held = [under_attack(minutes), killed(200), downloaded(), loaded(100)]
    return 0 if all(held) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["attack"]:
        attack_on(*sys.argv[2:])
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10))
