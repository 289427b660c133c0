"""The product at three sizes, cold: `python -m benchmarks.scale ARCHIVE [table…]`.

ARCHIVE is a .tar.gz of the Relaton records of all ITU-T texts. The sizes: the dataset as it is (all of SG17), that and the X
series, and that and all ITU-T. Every request is the first one of an application made for it; what it asked is then asked of
pyoxigraph alone, with the same bindings, rows read: the yardstick. Times are the least of several runs. Tables: requests, search,
import, checks. The build of each size is always measured. Checks are of one circular by the service, which has loaded the dataset once, and
by the command, beside the extraction of the circular. Import is `sg17kg ingest` of an archive of what a size has of ITU into a store of the
shipped dataset, beside build and validation of that size.
"""

import gc
import hashlib
import html
import json
import os
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox
from starlette.testclient import TestClient

from sg17kg import assets, facts_json
from sg17kg.checks.process import preloaded_command
from sg17kg.extraction import gazetteer
from sg17kg.facts import EditionFacts
from sg17kg.graph.build import Inputs, build
from sg17kg.graph.mapping import references
from sg17kg.queries.library import QueryLibrary
from sg17kg.reference_data import relaton
from sg17kg.search.build import write_index
from sg17kg.search.index import SearchIndex
from sg17kg.search.records import TEXT, WORK_ITEM, Record, queries_behind
from sg17kg.search.texts import Shown
from sg17kg.store.base import GraphChoice, QueryResult
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web.app import create_app
from sg17kg.web.pages.lists import LISTINGS

RUNS = 2
UNION = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
API = "/api/v1"
# every list by REST; pages of lists, each of their facets, and their CSV are found in LISTINGS
_BY_REST = ("recommendations", "work-items", "questions", "circulars", "consultations", "meetings", "conflicts")
LISTS = (
    *(f"{API}/{name}?limit=100" for name in _BY_REST), "/recommendations?q=security", "/recommendations?period=2025-2028", "/changes",
)  # fmt: skip
TEXTS = ("X.1280", "X.509", "X.690", "X.680", "Z.100", "X.1500", "Z.161", "X.520", "X.500", "X.660")
WORDS = ("security", "public-key", "quantum key distribution", "X.509", "telebiometrics")
LETTER = Path(__file__).parents[1] / "tests" / "fixtures" / "circulars" / "12-contradictions.txt"
SIZES = ("SG17", "X series", "all ITU-T")


@dataclass
class Recording:
    """A store that keeps the text of each query that it is asked."""

    store: EmbeddedStore
    asked: list[str]

    @property
    def version(self) -> str:
        """See base.Store."""
        return self.store.version

    def query(self, sparql: str, graphs: GraphChoice | None = None) -> QueryResult:
        """See base.Store."""
        self.asked.append(sparql)
        return self.store.query(sparql, graphs)

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)


def inputs(data: Path) -> Inputs:
    """Name the inputs of a build of a folder like data/."""
    rules = tuple(QueryLibrary.read(assets.folder("queries")).group("rules"))
    return Inputs(data, assets.folder("ontology"), gazetteer.load_periods(data / "curated"), rules, EmbeddedStore.from_nquads)


def datasets(archive: Path, folder: Path) -> Iterator[tuple[str, Path, Path]]:
    """Name, data and place of the dataset of each size; the records of an archive go into a copy of data/."""
    yield SIZES[0], assets.folder("data"), folder / "sg17"
    version = max(references.sources(assets.folder("data")), key=lambda source: (source.holds == "editions", source.day)).version
    found = [replace(row, source_version=version) for row in relaton.read(archive) if isinstance(row, EditionFacts)]
    kept = facts_json.read_editions(assets.folder("data") / "reference" / "editions.json")
    known = {(row.number, row.part, row.edition) for row in kept}
    more = [row for row in found if (row.number, row.part, row.edition) not in known]
    for name, rows in ((SIZES[1], [row for row in more if row.number.startswith("X")]), (SIZES[2], more)):
        data = folder / f"data-{name.replace(' ', '-')}"
        shutil.copytree(assets.folder("data"), data)
        (data / "reference" / "editions.json").write_bytes(facts_json.editions_to_bytes([*kept, *rows]))
        yield name, data, folder / name.replace(" ", "-")


def cpu(action: Callable[[], object]) -> float:
    """Seconds of CPU of one run."""
    start = time.process_time()
    action()
    return time.process_time() - start


def make(data: str, out: str) -> None:
    """Build a dataset with its index, then load it by pyoxigraph. Print the seconds of CPU, the most memory (MB), and those of the load."""

    def whole() -> None:
        manifest, store = build(inputs(Path(data)), Path(out))
        write_index(store, QueryLibrary.read(assets.folder("queries")), Path(out), _sha256(manifest))

    seconds = cpu(whole)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    gc.collect()
    load = cpu(lambda: ox.Store().bulk_load(path=str(Path(out) / "dataset.nq"), format=ox.RdfFormat.N_QUADS))
    print(json.dumps([seconds, most, load]))


def _sha256(manifest: dict[str, object]) -> str:
    files = manifest["files"]
    return str(files["dataset.nq"]["sha256"]) if isinstance(files, dict) else ""


def _apart(function: str, *arguments: str) -> list[float]:
    """Run a function of this module in a process of its own, so that memory is its own, and read what it prints."""
    code = f"from benchmarks import scale; scale.{function}(*{arguments!r})"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    return [float(value) for value in json.loads(told.splitlines()[-1])]


def building(name: str, data: Path, out: Path) -> float:
    """One line on the build of a size; gives its seconds of CPU."""
    seconds, most, load = _apart("make", str(data), str(out))
    print(
        f"| build, {name} | {seconds:.1f} s CPU, {most:.0f} MB | {load:.2f} s CPU | {seconds / load:.1f} |",
        flush=True,
    )

    return seconds


def command(*arguments: str) -> None:
    """Run a command of sg17kg. Print the seconds of CPU, the most memory (MB), and the exit code."""
    code = subprocess.run([sys.executable, "-m", "sg17kg.cli", *arguments], check=False, stdout=subprocess.DEVNULL).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, code]))


def importing(name: str, archive: Path, out: Path, built: float) -> None:
    """One line on the import of a size."""
    with tempfile.TemporaryDirectory(prefix="sg17kg-bench-") as folder:
        seconds, most, code = _apart("command", "ingest", str(archive), "--store", str(Path(folder) / "store"))
    validating, most_of_validation, _ = _apart("command", "validate", str(out / "dataset.nq"))
    print(
        f"| {name} | {seconds:.0f} s CPU, {most:.0f} MB, exit {code:.0f} "
        f"| {built:.1f} and {validating:.0f} s CPU, {most_of_validation:.0f} MB | {seconds / (built + validating):.2f} |",
        flush=True,
    )


def checking(name: str, out: Path, built: float) -> None:
    """One line on the check of a circular at a size."""
    extracting, _, _ = _apart("command", "extract", str(LETTER), "--out", str(out / "extracted"))
    os.environ[assets.DATASET] = str(out)
    by_command, most, _ = _apart("command", "check", str(LETTER))
    del os.environ[assets.DATASET]
    in_service, loaded = checks_in_service(out / "dataset.nq")
    print(
        f"| {name} | {in_service:.2f} s CPU (process {loaded:.0f} MB) | {by_command:.1f} s CPU, {most:.0f} MB "
        f"| {extracting:.2f} s CPU | {in_service / extracting:.1f} | {in_service / built:.2f} |",
        flush=True,
    )


def checks_in_service(dataset: Path) -> tuple[float, float]:
    """Return the least seconds of CPU of some checks by the process that forks them, and its memory (MB)."""
    with tempfile.TemporaryDirectory(prefix="sg17kg-bench-") as folder, socket.socket(socket.AF_UNIX) as listening:
        path = str(Path(folder) / "checks")
        listening.bind(path)
        listening.listen(1)
        command = preloaded_command(listening.fileno(), 600, dataset)
        with subprocess.Popen(command, pass_fds=(listening.fileno(),), env={}) as process:
            spent = [_of_children(process.pid, lambda: _check(path)) for _ in range(1 + RUNS)]
            memory = next(line for line in Path(f"/proc/{process.pid}/status").read_text("utf-8").splitlines() if line.startswith("VmRSS"))
            process.kill()
    return min(spent), int(memory.split()[1]) / 1024


def _check(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(path)
        request = {"name": LETTER.name, "shown": "json", "folder": "dataset", "endpoint": None}
        link.sendall(json.dumps(request).encode() + b"\n" + LETTER.read_bytes())
        link.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: link.recv(65536), b""))
        assert answer.startswith(b"+0\n"), answer[:200]


def _of_children(process: int, action: Callable[[], None]) -> float:
    """Seconds of CPU that the children of a process took for an action, once it has reaped them."""

    def taken() -> int:
        return sum(map(int, Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[13:15]))

    before = taken()
    action()
    while taken() == before:
        time.sleep(0.1)
    return (taken() - before) / os.sysconf("SC_CLK_TCK")


def archives(archive: Path, folder: Path) -> Iterator[Path]:
    """An archive of each size: the records that the dataset has, those of the X series too, all."""
    known = {row.source.rpartition("/")[2] for row in facts_json.read_editions(assets.folder("data") / "reference" / "editions.json")}
    yield _part_of(archive, folder / "known.tar.gz", lambda name: name in known)
    yield _part_of(archive, folder / "x.tar.gz", lambda name: name in known or name.startswith("itu-t-x-"))
    yield archive


def _part_of(archive: Path, part: Path, wanted: Callable[[str], bool]) -> Path:
    with tarfile.open(archive) as whole, tarfile.open(part, "w:gz") as some:
        for member in whole:
            if member.isfile() and wanted(member.name.rpartition("/")[2]):
                some.addfile(member, whole.extractfile(member))
    return part


@contextmanager
def kept_counted(store: Recording, catalogue: QueryLibrary) -> Iterator[None]:
    """Count what the index keeps of queries as those queries, so that the yardstick is all that a list or a text shows."""
    asked = SearchIndex.shown

    def shown(index: SearchIndex, iris: Iterable[str]) -> dict[str, Shown]:
        texts = list(iris)
        store.asked += [catalogue.get(name).bind({"text": texts}) for name in ("editions-of-texts", "text-stages") if texts]
        return asked(index, texts)

    read = SearchIndex.record

    def record(index: SearchIndex, iri: str) -> Record | None:
        found = read(index, iri)
        if found is not None:
            number = index.number(iri)
            behind = queries_behind(found, TEXT if number else WORK_ITEM, iri, number or "")
            store.asked += [catalogue.get(name).bind(arguments) for name, arguments in behind if found.get(name)]
        return found

    SearchIndex.shown = shown  # type: ignore[method-assign, assignment]
    SearchIndex.record = record  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        SearchIndex.shown = asked  # type: ignore[method-assign]
        SearchIndex.record = read  # type: ignore[method-assign]


@contextmanager
def application(store: Recording, dataset: Path, catalogue: QueryLibrary) -> Iterator[TestClient]:
    """An application that has answered nothing."""
    with TestClient(create_app(store, catalogue, dataset)) as client:  # type: ignore[arg-type]
        yield client
    gc.unfreeze()  # a service freezes what it made at its start; here are many, one after another
    gc.collect()


def pages_of_lists(dataset: Path) -> list[str]:
    """Name the addresses of each list: its first page, its CSV, and one value of each facet, the one that most entries have."""
    catalogue, found = QueryLibrary.read(assets.folder("queries")), []
    store = Recording(EmbeddedStore.from_file(dataset), [])
    with application(store, dataset, catalogue) as client:
        for listing in LISTINGS:
            page = client.get(listing.path, headers={"Accept": "text/html"}).text
            found += [listing.path, f"{listing.path}.csv"]
            for facet in listing.facets:
                link = rf'href="(/[^"]*[?&;]{facet.name}=[^"]*)"[^>]*>.*?<span class="num">([^<]*)<'
                counted = [(int(re.sub(r"\D", "", number)), html.unescape(href)) for href, number in re.findall(link, page)]
                found += [max(counted)[1]] if counted else []
    return found


def requests(name: str, dataset: Path, pages: Sequence[str]) -> dict[str, float]:
    """One line for each request of a size; gives its seconds by path."""
    native = ox.Store()
    native.bulk_load(path=str(dataset), format=ox.RdfFormat.N_QUADS)
    native.update(UNION)
    # the version by which the index beside the dataset is known
    store, least = Recording(EmbeddedStore(native, hashlib.sha256(dataset.read_bytes()).hexdigest()), []), {}
    catalogue = QueryLibrary.read(assets.folder("queries"))
    paths = (*LISTS, *pages, *(f"{API}/recommendations/{number}" for number in TEXTS), *(f"/rec/{number}" for number in TEXTS))
    for path in paths:
        times = []
        for _ in range(RUNS):
            with kept_counted(store, catalogue), application(store, dataset, catalogue) as client:
                store.asked.clear()
                start = time.perf_counter()
                answer = client.get(path, headers={"Accept": "application/json" if path.startswith(API) else "text/html"})
                times.append(time.perf_counter() - start)
        queries, rows = list(store.asked), 0
        bare = []
        for _ in range(RUNS):
            start = time.perf_counter()
            rows = sum(_rows(native, query) for query in queries)
            bare.append(time.perf_counter() - start)
        least[path] = min(times)
        print(
            f"| {path} | {name} | {answer.status_code} | {min(times) * 1000:.0f} | {len(queries)} | {rows} | {min(bare) * 1000:.0f} "
            f"| {min(times) / min(bare):.1f} |",
            flush=True,
        )
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nMost memory of the process that served {name}, two of everything: {most:.0f} MB.\n", flush=True)
    return least


def _rows(native: ox.Store, query: str) -> int:
    answer = native.query(query)
    return 1 if isinstance(answer, ox.QueryBoolean) else sum(1 for _ in answer)


def searching(name: str, folder: Path) -> None:
    """One line for each search of a size, beside the same words asked of FTS5 alone."""
    index = SearchIndex.open(folder / "search.sqlite")
    bare = sqlite3.connect(f"file:{folder / 'search.sqlite'}?mode=ro", uri=True)
    table = next(row[0] for row in bare.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%fts5%'"))
    for words in WORDS:
        ours = min(cpu(lambda words=words: index.search(words)) for _ in range(RUNS))  # type: ignore[misc]
        match = '"' + words.replace('"', "") + '"'
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rank LIMIT 20"
        theirs = min(cpu(lambda match=match, sql=sql: bare.execute(sql, (match,)).fetchall()) for _ in range(RUNS))  # type: ignore[misc]
        print(f"| search: {words} | {name} | {ours * 1000:.1f} ms | {theirs * 1000:.2f} ms | {ours / max(theirs, 1e-5):.1f} |", flush=True)


def main(archive: str, *tables: str) -> None:
    """Print the tables that are named, or all."""
    wanted = tables or ("build", "requests", "search", "checks", "import")
    with tempfile.TemporaryDirectory(prefix="sg17kg-bench-") as name:
        made: list[tuple[str, Path]] = []
        built: list[float] = []
        print("| work | sg17kg | bulk load of its result by pyoxigraph | ratio |\n|---|---|---|---|")
        for size, data, out in datasets(Path(archive), Path(name)):
            built.append(building(size, data, out))
            made.append((size, out))
        if "requests" in wanted:
            print("\n| request, cold | size | status | ms | queries | rows | yardstick, ms | ratio |\n|---|---|---|---|---|---|---|---|")
            pages = pages_of_lists(made[0][1] / "dataset.nq")
            found = {size: requests(size, out / "dataset.nq", pages) for size, out in made}
            print("\n| request, cold | all ITU-T beside SG17 |\n|---|---|")
            for path, seconds in found[SIZES[0]].items():
                print(f"| {path} | {found[SIZES[-1]][path] / seconds:.1f} |")
        if "search" in wanted:
            print("\n| search | size | sg17kg | FTS5 alone | ratio |\n|---|---|---|---|---|")
            for size, out in made:
                searching(size, out)
        if "checks" in wanted:
            print(
                "\n| check | by the service | by the command | extract | service to extract | service to build |\n|---|---|---|---|---|---|"
            )
            for (size, out), seconds in zip(made, built, strict=True):
                checking(size, out, seconds)
        if "import" in wanted:
            print("\n| import | sg17kg ingest | build, and validate | ratio |\n|---|---|---|---|")
            for (size, out), seconds, part in zip(made, built, archives(Path(archive), Path(name)), strict=True):
                importing(size, part, out, seconds)


if __name__ == "__main__":
    main(*sys.argv[1:])
