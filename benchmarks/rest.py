"""REST beside a bare route, and its cost as the graph grows: `python -m benchmarks.rest [cached] [growth]`. Needs wrk.

`cached`: one Recommendation as JSON over 16 connections, beside a bare Starlette route that returns the same bytes under the same
server, and rdflib-endpoint's point query. `growth`: the same Recommendation on days that differ, so that every answer is made
anew, over one connection, on stores at rest of 52 thousand, half a million and ten million statements of our own shape.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.contract.servers import free_port

from benchmarks.serving import CONNECTIONS, SECONDS, Data, Rate, Server, load, ours, rdflib_endpoint, running, shipped
from sg17kg.store.embedded import EmbeddedStore

ADDRESS = "/api/v1/recommendations/X.1280"
DAYS = Path(__file__).with_name("days.lua")
SAME = Path(__file__).with_name("same.lua")
SIZES = {"52 thousand": 1, "half a million": 10, "ten million": 192}
_THING = re.compile(r"(https://w3id\.org/sg17kg/)(?!ontology#|vocabulary/|ontology>)")
_NUMBER = re.compile(r'"([A-Z])([. ][^"]{1,40})"( |@)')
_QUESTION = re.compile(r'"Q(\d)')


@contextmanager
def bare(content: bytes, folder: Path) -> Iterator[Server]:
    """The bare route."""
    file, port = folder / "content", free_port()
    file.write_bytes(content)
    with running("bare", [sys.executable, "-m", "benchmarks.bare_server", str(file), str(port)], "/sparql", port) as server:
        yield server


def copies(folder: Path, count: int) -> Path:
    """The shipped dataset and copies of it under other names, each with IRIs, numbers and Questions of its own."""
    whole = shipped(folder).quads.read_text("utf-8")
    things = "".join(line for line in whole.splitlines(keepends=True) if not line.rstrip().endswith("/graph/ontology> ."))
    path = folder / f"copies-{count}.nq"
    with path.open("w", encoding="utf-8") as file:
        file.write(whole)
        for number in range(1, count):
            named = _THING.sub(rf"\g<1>copy{number}/", things)
            file.write(_QUESTION.sub(rf'"Q{number}0\1', _NUMBER.sub(rf'"\g<1>{number}\2"\3', named)))
    return path


def wrk(server: Server, script: Path, connections: int, *arguments: str) -> Rate:
    """What a server does under a script of wrk."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}", "-s", str(script), server.address, "--", *arguments]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate, median, late, errors = next(line for line in told.splitlines() if line.startswith("RESULT")).split()[1:]
    return Rate(float(rate), float(median), float(late), int(errors))


def cached() -> None:
    """One Recommendation as JSON, kept, beside the bare route."""
    with tempfile.TemporaryDirectory(prefix="sg17kg-bench-") as name:
        folder = Path(name)
        data = shipped(folder)
        with ours(data, folder) as server:
            content = urllib.request.urlopen(f"{server.address}{ADDRESS}").read()
            mine = wrk(server, SAME, CONNECTIONS, ADDRESS)
            anew = wrk(server, DAYS, 1, "1")
            many = wrk(server, DAYS, CONNECTIONS, "30000")
        with bare(content, folder) as server:
            theirs = wrk(server, SAME, CONNECTIONS, ADDRESS)
        with ours(data, folder) as server:
            again = wrk(server, SAME, CONNECTIONS, ADDRESS)
        with rdflib_endpoint(data, folder) as server:
            third = load(server, "point", data.things)
    best = max(mine.rate, again.rate)
    print("| one Recommendation as JSON | a second | p50 ms | p99 ms |\n|---|---|---|---|")
    for label, rate in (("sg17kg, kept", mine), ("bare Starlette route, the same bytes", theirs), ("sg17kg, kept, a second run", again),
                        ("sg17kg, made anew, one connection", anew), (f"sg17kg, made anew, {CONNECTIONS} connections", many),
                        ("rdflib-endpoint, a point query", third)):  # fmt: skip
        print(f"| {label} | {rate.rate:.0f} | {rate.median:.2f} | {rate.late:.2f} |")
    print(f"\nBeside the bare route: {best / theirs.rate:.2f} of its rate, p99 {min(mine.late, again.late) / theirs.late:.2f} times its; ")
    print(f"{best / third.rate:.0f} times the rate of rdflib-endpoint; {len(content):,} bytes.")


def growth() -> None:
    """The cost of an answer made anew as the graph grows."""
    print("\n| statements, at rest | a second | p50 ms | p99 ms |\n|---|---|---|---|")
    for count in SIZES.values():
        with tempfile.TemporaryDirectory(prefix="sg17kg-bench-") as name:
            folder = Path(name)
            quads = copies(folder, count)
            subprocess.run(["sort", "-u", "-S", "1G", "-o", str(quads), str(quads)], check=True, env={"LC_ALL": "C"})
            with quads.open("rb") as file:
                statements = sum(1 for _ in file)
            EmbeddedStore.at(folder / "store", write=True, start=quads).close()
            quads.unlink()
            data = Data("copies", quads, quads, in_memory=False)
            with ours(replace(data), folder / "store") as server:
                wrk(server, DAYS, 1, "1")
                rate = wrk(server, DAYS, 1, "20000")
            print(f"| {statements:,} | {rate.rate:.0f} | {rate.median:.2f} | {rate.late:.2f} |", flush=True)


def main(names: list[str]) -> None:
    """Measure what is named, or all."""
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed: apt-get install wrk")
    made = {"cached": cached, "growth": growth}
    for name in names or list(made):
        made[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
