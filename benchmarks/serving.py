"""`python -m benchmarks.serving [shipped] [itu] [large]`: SPARQL over HTTP beside other servers, in one run, as ratios.

Three datasets: the one that is shipped, all editions of ITU-T (from SG17KG_RELATON, Relaton's archive), and a generated one of ten million
statements. Needs wrk (Debian). Server and client share the processors. Prints Markdown.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox
from tests.contract.servers import free_port

from sg17kg import assets, facts
from sg17kg.graph import ingest
from sg17kg.reference_data import relaton
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.store.embedded_results import EmbeddedResult

LUA = Path(__file__).with_name("servers.lua")
BIN = Path(sys.executable).parent
RELATON = Path(os.environ.get("SG17KG_RELATON", Path(__file__).parents[2] / "shared" / "reference" / "relaton-itu-t-all.tar.gz"))
KINDS = {"point": "point lookup", "sorted": "sorted list", "group": "group by", "text": "text filter"}
HEADS = (
    *("query", "sg17kg /s", "p50, p99 ms", "oxigraph serve /s", "ratio", "repeated /s", "ratio"),
    *("oxigraph at rest /s", "rdflib-endpoint /s", "pyoxigraph /s"),
)
SECONDS, CONNECTIONS = 5, 16
LARGE = 10_000_000


@dataclass(frozen=True)
class Data:
    """A dataset to measure: its N-Quads in order, IRIs of things in it, whether it is served from memory."""

    name: str
    quads: Path
    things: Path
    in_memory: bool


@dataclass(frozen=True)
class Server:
    """A server to measure: where it answers, and its process."""

    name: str
    address: str
    path: str
    process: "subprocess.Popen[bytes]"


def shipped(folder: Path) -> Data:
    """The dataset of this checkout."""
    return _data("shipped", assets.dataset() / "dataset.nq", folder, in_memory=True)


def itu(folder: Path) -> Data:
    """All editions of ITU-T, as `sg17kg ingest` would add them."""
    found = [row for row in relaton.read(RELATON) if isinstance(row, facts.EditionFacts)]
    rows = ingest.of_editions("all.tar.gz", "0" * 64, found, date(2026, 8, 22)).rows
    path = folder / "itu.nq"
    path.write_bytes(b"".join(sorted(set(rows))))
    return _data("itu", path, folder, in_memory=False)


def large(folder: Path) -> Data:
    """Ten million invented statements of the shape of editions, in order."""
    path = folder / "large.nq"
    with path.open("wb") as file:
        for thing in range(LARGE // 5):
            file.write(_edition(thing))
    return _data("large", path, folder, in_memory=False)


def _edition(thing: int) -> bytes:
    subject, graph = f"<https://w3id.org/sg17kg/rec/X.{thing:08d}>", "<https://w3id.org/sg17kg/graph/reference/invented>"
    words = ("security", "framework", "requirements", "profile", "architecture", "guidelines", "protocol")
    title = f"{words[thing % 7]} {words[thing // 7 % 7]} {thing}"
    day = f"{1990 + thing % 36}-0{1 + thing % 9}-01"
    return (
        f'{subject} <http://purl.org/dc/terms/issued> "{day}"^^<http://www.w3.org/2001/XMLSchema#date> {graph} .\n'
        f'{subject} <http://purl.org/dc/terms/title> "{title}"@en {graph} .\n'
        f"{subject} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/sg17kg/ontology#Class{thing % 12:02d}> {graph} .\n"
        f'{subject} <https://w3id.org/sg17kg/ontology#number> "X.{thing:08d}" {graph} .\n'
        f"{subject} <https://w3id.org/sg17kg/ontology#supersedes> <https://w3id.org/sg17kg/rec/X.{thing // 2:08d}> {graph} .\n"
    ).encode()


def _data(name: str, quads: Path, folder: Path, in_memory: bool) -> Data:
    things: dict[bytes, None] = {}
    with quads.open("rb") as file:
        for line in file:
            if b"/terms/title> " in line:
                things[line.split(b" ", 1)[0].strip(b"<>")] = None
            if len(things) >= 2000:
                break
    path = folder / f"{name}.things"
    path.write_bytes(b"\n".join(things) + b"\n")
    return Data(name, quads, path, in_memory)


@contextmanager
def running(name: str, command: list[str], path: str, port: int) -> Iterator[Server]:
    """A server of its own, ended afterwards."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        server = Server(name, f"http://127.0.0.1:{port}", path, process)
        try:
            _wait(server)
            yield server
        finally:
            process.terminate()
            process.wait(60)


def _wait(server: Server) -> None:
    for _ in range(1200):
        done = subprocess.run(["curl", "-sf", "-o", "/dev/null", f"{server.address}{server.path}?query=ASK%7B%7D"], check=False)
        if done.returncode == 0:
            return
        time.sleep(0.25)
    raise SystemExit(f"{server.name} does not answer")


@contextmanager
def ours(data: Data, store: Path) -> Iterator[Server]:
    """sg17kg serve: the shipped dataset in memory, others at rest."""
    port = free_port()
    where = [] if data.in_memory else ["--store", str(store)]
    with running("sg17kg", [str(BIN / "sg17kg"), "serve", "--port", str(port), "--log", "none", *where], "/sparql", port) as server:
        yield server


@contextmanager
def oxigraph(data: Data, location: Path) -> Iterator[Server]:
    """`oxigraph serve` over the same statements, the union in its default graph too; in memory where ours is."""
    port = free_port()
    at = [] if data.in_memory else ["--location", str(location)]
    with running("oxigraph", [str(BIN / "oxigraph"), "serve", "--bind", f"127.0.0.1:{port}", *at], "/query", port) as server:
        if data.in_memory:
            union = location.with_suffix(".nt")
            with union.open("wb") as output:
                EmbeddedStore.from_file(data.quads).dump(output, "nt")
            for file, kind, graph in ((data.quads, "n-quads", ""), (union, "n-triples", "?default")):
                to = ["-H", f"Content-Type: application/{kind}", "-T", str(file), "-X", "POST", f"{server.address}/store{graph}"]
                subprocess.run(["curl", "-sf", *to], check=True)
        yield server


@contextmanager
def rdflib_endpoint(data: Data, _: Path) -> Iterator[Server]:
    """rdflib-endpoint over the statements without their graphs."""
    port = free_port()
    program = [sys.executable, "-m", "benchmarks.rdflib_server", str(data.quads), str(port)]
    with running("rdflib-endpoint", program, "/", port) as server:
        yield server


@dataclass(frozen=True)
class Rate:
    """Requests a second, milliseconds at the median and the 99th percentile, requests that failed."""

    rate: float
    median: float
    late: float
    errors: int


def load(server: Server, kind: str, things: Path, same: bool = False) -> Rate:
    """What a server does under wrk."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}", "--timeout", "30", "-s", str(LUA), server.address, "--"]
    told = subprocess.run(
        [*command, kind, server.path, str(things), "same" if same else "unique"], check=True, capture_output=True, text=True
    )
    rate, median, late, errors = next(line for line in told.stdout.splitlines() if line.startswith("RESULT")).split()[1:]
    return Rate(float(rate), float(median), float(late), int(errors))


def memory(process: "subprocess.Popen[bytes]") -> float:
    """MiB of a process and those below it: proportional, so that shared pages count once."""
    total, look = 0, [process.pid]
    while look:
        number = look.pop()
        for line in Path(f"/proc/{number}/smaps_rollup").read_text("ascii").splitlines():
            total += int(line.split()[1]) if line.startswith("Pss:") else 0
        look += [int(child) for child in Path(f"/proc/{number}/task/{number}/children").read_text("ascii").split()]
    return total / 1024


def in_process(data: Data, location: Path) -> dict[str, float]:
    """Queries a second of pyoxigraph alone, in one thread, without HTTP."""
    store = EmbeddedStore.from_file(data.quads) if data.in_memory else None
    native = None if store else ox.Store.read_only(str(location))
    queries = _lua_queries()
    things = data.things.read_text("utf-8").split()
    rates = {}
    for kind, query in queries.items():
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < 2:
            text = query.replace("%s", things[count % len(things)])
            if store:
                store.query(text).serialize("json")
            elif native:
                EmbeddedResult(native.query(text)).serialize("json")
            count += 1
        rates[kind] = count / (time.perf_counter() - start)
    return rates


def _lua_queries() -> dict[str, str]:
    """The queries, from where wrk has them."""
    found = {}
    for line in LUA.read_text("utf-8").splitlines():
        name, equals, text = line.strip().partition(" = ")
        if equals and name in KINDS and text.startswith('"'):
            found[name] = text.removesuffix(",").strip('"').replace('\\"', '"')
    return found


def loading(data: Data, folder: Path) -> tuple[Path, Path]:
    """Load into our store at rest and, for comparison, with pyoxigraph and `oxigraph load`; prints the times."""
    store, native, location = folder / f"{data.name}-store", folder / f"{data.name}-native", folder / f"{data.name}-oxigraph"
    union = folder / f"{data.name}.nt"
    mine = _timed(lambda: EmbeddedStore.at(store, write=True, start=data.quads).close())

    def pyoxigraph_alone(with_union: bool) -> None:
        made = ox.Store(str(native))
        made.bulk_load(path=str(data.quads), format=ox.RdfFormat.N_QUADS)
        if with_union:
            made.bulk_load(path=str(union), format=ox.RdfFormat.N_TRIPLES)
        made.flush()

    plain = _timed(lambda: pyoxigraph_alone(with_union=False))
    shutil.rmtree(native)
    with union.open("wb") as output:
        EmbeddedStore.at(store).dump(output, "nt")
    both = _timed(lambda: pyoxigraph_alone(with_union=True))

    def oxigraph_load() -> None:
        for file in (data.quads, union):
            command = [str(BIN / "oxigraph"), "load", "--location", str(location), "--file", str(file)]
            subprocess.run(command, check=True, capture_output=True)

    theirs = _timed(oxigraph_load)
    print(f"| bulk load at rest | {mine:.2f} s | pyoxigraph, the same with union: {both:.2f} s (ours {both / mine:.2f} of its speed) "
          f"| pyoxigraph, no union: {plain:.2f} s; oxigraph load: {theirs:.2f} s |")  # fmt: skip
    return store, location


def dumping(data: Data, store: Path) -> None:
    """Dump as N-Quads, from a file's store and from one at rest, beside pyoxigraph's own."""
    native = ox.Store.read_only(str(_version(store)))
    target = store.with_suffix(".dump")

    def write(action: Callable[[object], object]) -> float:
        def run() -> None:
            with target.open("wb") as output:
                action(output)

        return _timed(run)

    theirs = write(lambda output: native.dump(output, format=ox.RdfFormat.N_QUADS))  # type: ignore[arg-type]
    at_rest = EmbeddedStore.at(store)
    ours_at_rest = write(lambda output: at_rest.dump(output, "nq"))  # type: ignore[arg-type]
    told = f"| dump as N-Quads, in canonical order | {ours_at_rest:.2f} s | pyoxigraph's own, in no order, union too: {theirs:.2f} s "
    told += f"(ours {theirs / ours_at_rest:.2f} of its speed) |"
    if data.in_memory:
        memory_store = EmbeddedStore.from_file(data.quads)
        write(lambda output: memory_store.dump(output, "nq"))  # type: ignore[arg-type]
        from_memory = write(lambda output: memory_store.dump(output, "nq"))  # type: ignore[arg-type]
        told += f" from memory {from_memory:.3f} s |"
    else:
        told += " |"
    print(told)
    target.unlink()


def _version(store: Path) -> Path:
    """The folder of the version that a store at rest holds."""
    held = EmbeddedStore.at(store).held
    assert held
    return held


def _timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def serving(data: Data, store: Path, location: Path) -> None:
    """The table of one dataset."""
    alone = in_process(data, _version(store))
    with ours(data, store) as server:
        mine = _loads(server, data)
        again = _loads(server, data, same=True)
        used = memory(server.process)
    with oxigraph(data, location) as server:
        theirs = _loads(server, data)
        taken = memory(server.process)
    at_rest, third = theirs, {}
    if data.in_memory:
        with oxigraph(replace(data, in_memory=False), location) as server:
            at_rest = _loads(server, data)
        with rdflib_endpoint(data, location) as server:
            third = _loads(server, data)
    print(f"\n| {' | '.join(HEADS)} |\n{'|---' * len(HEADS)}|")
    for kind, name in KINDS.items():
        us, them = mine[kind], theirs[kind]
        cells = (
            *(name, _shown(us), f"{us.median:.2f}, {us.late:.2f}", _shown(them), _ratio(us, them)),
            *(_shown(again[kind]), _ratio(again[kind], them), _shown(at_rest[kind])),
            *(_shown(third[kind]) if third else "not run", f"{alone[kind]:.0f}"),
        )
        print(f"| {' | '.join(cells)} |")
    if data.in_memory:
        bare(data, theirs)
    print(f"\nMemory: sg17kg with its workers {used:.0f} MiB, oxigraph serve {taken:.0f} MiB.")


def bare(data: Data, theirs: dict[str, Rate]) -> None:
    """What servers reach that do nothing else: pyoxigraph behind a socket, and, for what is kept, a route that returns bytes."""
    answers = data.things.with_suffix(".json")
    answers.write_bytes(EmbeddedStore.from_file(data.quads).query(_lua_queries()["text"]).serialize("json"))
    port, other = free_port(), free_port()
    module = [sys.executable, "-m"]
    with running("pyoxigraph", [*module, "benchmarks.bare_sparql", str(data.quads), str(port)], "/sparql", port) as server:
        unique = _loads(server, data)
    with running("Starlette", [*module, "benchmarks.bare_server", str(answers), str(other)], "/sparql", other) as server:
        kept = load(server, "text", data.things, same=True)
    told = f"{kept.rate:.0f} ({_ratio(kept, theirs['text'])})"
    print("\nBare servers, a second (share of `oxigraph serve`).", f"The text filter's answer as bytes of a Starlette route: {told}.\n")
    print("| query | pyoxigraph behind a socket |\n|---|---|")
    for kind, name in KINDS.items():
        print(f"| {name} | {_shown(unique[kind])} ({_ratio(unique[kind], theirs[kind])}) |")


def _loads(server: Server, data: Data, same: bool = False) -> dict[str, Rate]:
    """Each kind of query in turn."""
    return {kind: load(server, kind, data.things, same) for kind in KINDS}


def _shown(rate: Rate) -> str:
    return f"{rate.rate:.0f}" + (f" ({rate.errors} failed)" if rate.errors else "")


def _ratio(us: Rate, them: Rate) -> str:
    """A ratio, where there is one: a query that takes longer than the run, or than a deadline, has no rate."""
    return f"{us.rate / them.rate:.2f}" if us.rate - us.errors / SECONDS > 0 and them.rate > 0 else "-"


def main(names: list[str]) -> None:
    """Measure the datasets that are named, or all."""
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed: apt-get install wrk")
    made = {"shipped": shipped, "itu": itu, "large": large}
    for name in names or list(made):
        with tempfile.TemporaryDirectory(prefix="sg17kg-bench-") as folder:
            data = made[name](Path(folder))
            with data.quads.open("rb") as file:
                count = sum(1 for _ in file)
            print(f"\n### {name}: {count:,} statements, {'in memory' if data.in_memory else 'at rest'}\n")
            print("| work | sg17kg | yardstick | beside |\n|---|---|---|---|")
            store, location = loading(data, Path(folder))
            dumping(data, store)
            serving(data, store, location)
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
