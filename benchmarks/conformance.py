"""`python -m benchmarks.conformance PATH`: the W3C's SPARQL 1.1 suite over HTTP, beside pyoxigraph in this process.

PATH is the folder sparql11 of the suite, or its .tar.gz. Each query test gets a store at rest with the test's own graphs, served by
the service on loopback. Prints a Markdown table by folder, and each test that fails, with what pyoxigraph itself makes of it.
"""

import csv
import io
import sys
import tarfile
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pyoxigraph as ox
import uvicorn
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.namespace import RDF
from rdflib.term import Node
from tests.contract.servers import free_port

from sg17kg import assets
from sg17kg.catalogue.catalogue import Catalogue
from sg17kg.store.at_rest import Versions
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web.app import create_app

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
FOLDERS = (
    *("aggregates", "bind", "bindings", "cast", "construct", "exists", "functions", "grouping", "negation"),
    *("project-expression", "property-path", "subquery", "csv-tsv-res", "json-res", "syntax-query"),
)
RESULTS = {
    "srx": ox.QueryResultsFormat.XML,
    "srj": ox.QueryResultsFormat.JSON,
    "tsv": ox.QueryResultsFormat.TSV,
    "csv": ox.QueryResultsFormat.CSV,
}
ACCEPT = {"srj": "application/sparql-results+json", "csv": "text/csv", "tsv": "text/tab-separated-values"}


@dataclass(frozen=True)
class Test:
    """One entry of a manifest; `good` is whether a syntax test must be accepted, None for a test of evaluation."""

    folder: str
    name: str
    query: str
    default: tuple[Path, ...]
    named: tuple[tuple[str, Path], ...]
    expected: Path | None
    good: bool | None


def tests(suite: Path) -> Iterator[Test]:
    """The query tests of the suite. Those that federate or entail are no part of it."""
    for folder in FOLDERS:
        path = suite / folder / "manifest.ttl"
        graph = Graph().parse(path, publicID=path.as_uri())
        entries = graph.value(None, MF.entries, None)
        head = next(graph.objects(None, MF.entries), entries)
        for node in Collection(graph, head) if head is not None else ():
            yield from _test(graph, folder, node)


def _test(graph: Graph, folder: str, node: Node) -> Iterator[Test]:
    action, kind = graph.value(node, MF.action), str(graph.value(node, RDF.type)).rpartition("#")[2]
    name = str(graph.value(node, MF.name))
    if kind.startswith(("PositiveSyntax", "NegativeSyntax")):
        yield Test(folder, name, _based(_path(action)), (), (), None, kind.startswith("Positive"))
        return
    query = graph.value(action, QT.query)
    if query is None:
        return
    named = tuple((str(data), _path(data)) for data in graph.objects(action, QT.graphData) if isinstance(data, URIRef))
    default = tuple(_path(data) for data in graph.objects(action, QT.data))
    yield Test(folder, name, _based(_path(query)), default, named, _path(graph.value(node, MF.result)), None)


def _path(node: Node | None) -> Path:
    return Path(str(node).removeprefix("file://"))


def _based(path: Path) -> str:
    """A query with the address of its own file as BASE: what is relative in it means its neighbours."""
    return f"BASE <{path.as_uri()}>\n{path.read_text('utf-8')}"


def _store(test: Test, native: ox.Store) -> None:
    for path in test.default:
        native.load(path=str(path), base_iri=path.as_uri())
    for iri, path in test.named:
        native.load(path=str(path), base_iri=path.as_uri(), to_graph=ox.NamedNode(iri))


@contextmanager
def served(test: Test) -> Iterator[str]:
    """The service over a store at rest with the graphs of a test; gives the address of its endpoint."""
    with tempfile.TemporaryDirectory() as folder:
        versions = Versions(Path(folder) / "store")
        versions.lock()
        version = versions.begin()
        native = ox.Store(str(version))
        _store(test, native)
        native.flush()
        del native
        versions.commit(version)
        versions.close()
        source = Path(folder) / "store"
        app = create_app(EmbeddedStore.at(source), Catalogue.read(assets.folder("queries")), source)
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=(port := free_port()), log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}/sparql"
        finally:
            server.should_exit = True
            thread.join(20)


def over_http(test: Test, address: str) -> str | None:
    """What is wrong with the answer, or None."""
    suffix = test.expected.suffix.lstrip(".") if test.expected else ""
    triples = suffix in ("ttl", "nt", "rdf") and test.query.upper().count("CONSTRUCT") > 0
    accept = "application/n-triples" if triples else ACCEPT.get(suffix, "application/sparql-results+xml")
    if test.good is not None:
        accept = "application/sparql-results+xml, application/n-triples"
    answer = httpx.post(address, data={"query": test.query}, headers={"Accept": accept}, timeout=60)
    if test.good is not None:
        accepted = answer.status_code == 200
        return None if accepted == test.good else f"{answer.status_code}: {answer.text[:160]}"
    if answer.status_code != 200:
        return f"{answer.status_code}: {answer.text[:200]}"
    return _compare(answer.content, "nt" if triples else {v: k for k, v in ACCEPT.items()}.get(accept, "srx"), test)


def in_process(test: Test) -> str | None:
    """The same for pyoxigraph."""
    native = ox.Store()
    _store(test, native)
    try:
        answer = native.query(test.query)
        if test.good is not None:
            return None if test.good else "accepted"
        if isinstance(answer, ox.QueryTriples):
            return _compare(ox.serialize(answer, format=ox.RdfFormat.N_TRIPLES) or b"", "nt", test)
        suffix = test.expected.suffix.lstrip(".") if test.expected else ""
        suffix = suffix if suffix in RESULTS else "srx"
        return _compare(answer.serialize(format=RESULTS[suffix]) or b"", suffix, test)
    except SyntaxError as error:
        return None if test.good is False else f"SyntaxError: {str(error).splitlines()[0]}"
    except (RuntimeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


def _compare(content: bytes, suffix: str, test: Test) -> str | None:
    assert test.expected
    wanted = test.expected.suffix.lstrip(".")
    if suffix == "nt":
        return None if isomorphic(Graph().parse(data=content, format="nt"), Graph().parse(test.expected)) else "other triples"
    if suffix == "csv":
        return None if _table(content.decode()) == _table(test.expected.read_text("utf-8")) else f"other rows: {content.decode()[:120]!r}"
    have = _results(content, suffix)
    want = _result_set(test.expected) if wanted in ("ttl", "rdf") else _results(test.expected.read_bytes(), wanted)
    if isinstance(have, Graph) and isinstance(want, Graph):
        return None if isomorphic(have, want) else "other rows"
    return None if have == want else "another truth value"


def _table(text: str) -> list[dict[str, str]]:
    """Rows of CSV, whatever their order and that of the columns."""
    return sorted(csv.DictReader(io.StringIO(text)), key=lambda row: sorted(row.items()))


def _results(content: bytes, suffix: str) -> bool | Graph:
    parsed = ox.parse_query_results(content, format=RESULTS[suffix])
    if isinstance(parsed, ox.QueryBoolean):
        return bool(parsed)
    names = [variable.value for variable in parsed.variables]
    graph = Graph()
    for solution in parsed:
        row = BNode()
        graph.add((row, RDF.type, RS.solution))
        for name in names:
            if solution[name] is not None:
                graph.add((row, RS[name], _node(solution[name])))
    return graph


def _node(term: object) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value))


def _result_set(path: Path) -> bool | Graph:
    """A result set written as RDF."""
    source = Graph().parse(path)
    truth = next(source.objects(None, RS.boolean), None)
    if truth is not None:
        return str(truth) == "true"
    graph = Graph()
    for solution in source.objects(None, RS.solution):
        row = BNode()
        graph.add((row, RDF.type, RS.solution))
        for binding in source.objects(solution, RS.binding):
            value = source.value(binding, RS.value)
            assert value is not None
            graph.add((row, RS[str(source.value(binding, RS.variable))], value))
    return graph


def main(path: Path) -> None:
    """Run the suite and print what came out."""
    total, ours, theirs = Counter[str](), Counter[str](), Counter[str]()
    failed = []
    for test in tests(path):
        total[test.folder] += 1
        alone = in_process(test)
        with served(test) as address:
            wrong = over_http(test, address)
        ours[test.folder] += wrong is None
        theirs[test.folder] += alone is None
        if wrong:
            failed.append(f"- {test.folder}, {test.name}: {wrong}; in process: {alone or 'passes'}")
    print("| folder | tests | over HTTP | pyoxigraph in process |\n|---|---|---|---|")
    for folder in total:
        print(f"| {folder} | {total[folder]} | {ours[folder]} | {theirs[folder]} |")
    print(f"| all | {total.total()} | {ours.total()} | {theirs.total()} |\n")
    print("\n".join(failed))


if __name__ == "__main__":
    given = Path(sys.argv[1])
    if given.is_dir():
        main(given.resolve())
    else:
        with tempfile.TemporaryDirectory() as unpacked, tarfile.open(given) as archive:
            archive.extractall(unpacked, filter="data")
            main(next(Path(unpacked).resolve().rglob("manifest-all.ttl")).parent)
