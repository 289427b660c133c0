"""`python -m benchmarks.processes`: what several processes are worth, and what runaway queries cost others. Prints Markdown.

Needs wrk and taskset (Debian). Server and client share the processors. Ratios are those of one run.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.contract.servers import free_port

from benchmarks import serving
from benchmarks.rest import DAYS
from benchmarks.serving import CONNECTIONS, SECONDS, Data, Rate, Server

OWNER = "/api/v1/recommendations/X.1280/owner"
SAME = Path(__file__).with_name("same.lua")
TICKS = os.sysconf("SC_CLK_TCK")
RUNAWAYS = {
    "that compute": "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?b . ?c ?r ?d . ?e ?s ?d FILTER(?a != <u:NUMBER>) }",
    "that take memory": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != <u:NUMBER>) }",
}


@contextmanager
def ours(cores: str, workers: int) -> Iterator[Server]:
    """Run sg17kg serve on some cores."""
    port = free_port()
    command = [
        "taskset",
        "-c",
        cores,
        str(serving.BIN / "sg17kg"),
        "serve",
        "--port",
        str(port),
        "--log",
        "none",
        "--workers",
        str(workers),
    ]
    with serving.running("sg17kg", command, "/sparql", port) as server:
        yield server


@contextmanager
def bare(content: Path, processes: int) -> Iterator[Server]:
    """Run as many processes of a bare Starlette route that returns some bytes."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bare_server", str(content), str(port), str(processes)]
    with serving.running("Starlette", command, "/sparql", port) as server:
        yield server


def load(server: Server, script: Path, argument: str, threads: int = 1) -> Rate:
    """Load a server by wrk with a script."""
    command = [
        "wrk",
        f"-t{threads}",
        f"-c{CONNECTIONS}",
        f"-d{SECONDS}",
        "--timeout",
        "30",
        "-s",
        str(script),
        server.address,
        "--",
        argument,
    ]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    rate, median, late, errors = next(line for line in told.stdout.splitlines() if line.startswith("RESULT")).split()[1:]
    return Rate(float(rate), float(median), float(late), int(errors))


def row(work: str, ours_: float, yardstick: str, theirs: float) -> None:
    """Print a line of the table."""
    print(f"| {work} | {ours_:.0f} | {yardstick}: {theirs:.0f} | {ours_ / theirs:.2f} |")


def seconds(process: int) -> float:
    """CPU seconds, user's and system's, of a process and those below it that live."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    return (int(fields[11]) + int(fields[12])) / TICKS + sum(seconds(int(child)) for child in children)


def kept(content: Path) -> None:
    """Measure an answer that is kept beside a bare route, on all cores, and while a runaway a second renews processes."""
    cores = os.cpu_count() or 1
    with bare(content, cores) as server:
        theirs = load(server, SAME, "/sparql", cores)
    with ours(f"0-{cores - 1}", cores) as server:
        quiet = load(server, SAME, OWNER, cores)
        with runaways(server, "that compute", 1, 1.0):
            beside = load(server, SAME, OWNER, cores)
    row(f"an answer that is kept, {cores} processes", quiet.rate, "a bare route", theirs.rate)
    row("the same while a runaway a second renews processes", beside.rate, "a bare route", theirs.rate)


def anew() -> None:
    """Measure answers made anew: for each CPU second of two processes and of one, and how much later the last come than most."""
    worth = {}
    for workers, cores in ((1, "0"), (2, "0,1")):
        with ours(cores, workers) as server:
            load(server, DAYS, "1")
            before = seconds(server.process.pid)
            found = load(server, DAYS, "20000")
            worth[workers] = found.rate * SECONDS / (seconds(server.process.pid) - before)
        row(f"answers made anew by {workers} processes, p99 in ms", found.late, "the median", found.median)
    row("answers made anew for each CPU second of two processes", worth[2], "of one", worth[1])


@contextmanager
def runaways(server: Server, kind: str, clients: int, pause: float = 0.0) -> Iterator[None]:
    """Let some clients send queries without end; with a pause each client goes away after it and sends the next."""
    query = quote(RUNAWAYS[kind], safe="").replace("NUMBER", "'$RANDOM$RANDOM'")
    patience = f"-m {pause}" if pause else ""
    loop = f"while true; do curl -s {patience} -o /dev/null '{server.address}/sparql?query={query}'; done"
    running = [subprocess.Popen(["bash", "-c", loop], start_new_session=True) for _ in range(clients)]
    time.sleep(5)  # until all have been recognized
    try:
        yield
    finally:
        for process in running:
            os.killpg(process.pid, 9)
            process.wait()


def beside_runaways(data: Data) -> None:
    """Measure look-ups by SPARQL and answers made anew with ten runaway queries in flight, and without."""
    for kind in RUNAWAYS:
        with ours("0-1", 2) as server:
            serving.load(server, "point", data.things)
            sparql, rest = serving.load(server, "point", data.things), load(server, DAYS, "1")
            with runaways(server, kind, 10):
                during = serving.load(server, "point", data.things), load(server, DAYS, "30000")
        for name, quiet, busy in (("look-ups by SPARQL", sparql, during[0]), ("answers made anew", rest, during[1])):
            row(f"{name}, ten runaways {kind}", busy.rate, "without", quiet.rate)


def main() -> None:
    """Measure all of it."""
    print("| work | sg17kg | yardstick | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="sg17kg-bench-") as folder:
        data = serving.shipped(Path(folder))
        with ours("0-1", 2) as server:
            answer = subprocess.run(["curl", "-sf", server.address + OWNER], check=True, capture_output=True).stdout
        (content := Path(folder) / "answer").write_bytes(answer)
        kept(content)
        anew()
        beside_runaways(data)


if __name__ == "__main__":
    main()
