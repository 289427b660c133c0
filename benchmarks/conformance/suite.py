"""The suite on disk: its manifests, its query tests, and the graphs that a test is asked of."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
FOLDERS = (
    *("aggregates", "bind", "bindings", "cast", "construct", "exists", "functions", "grouping", "negation"),
    *("project-expression", "property-path", "subquery", "csv-tsv-res", "json-res", "syntax-query"),
)


@dataclass(frozen=True)
class Data:
    """The files of the default graph, and those of named graphs with their names."""

    default: tuple[Path, ...] = ()
    named: tuple[tuple[str, Path], ...] = ()

    def load(self, store: ox.Store) -> None:
        """Load them all."""
        for path in self.default:
            store.load(path=str(path), base_iri=path.as_uri())
        for iri, path in self.named:
            store.load(path=str(path), base_iri=path.as_uri(), to_graph=ox.NamedNode(iri))


@dataclass(frozen=True)
class Test:
    """A test of a query. `accepted` is whether a syntax test must be accepted, None for a test of evaluation.

    `key` is the folder and the test's name in the manifest, joined by #.
    """

    key: str
    name: str
    query: str
    data: Data
    expected: Path | None
    accepted: bool | None


def tests(suite: Path) -> Iterator[Test]:
    """The tests of queries."""
    for folder in FOLDERS:
        for graph, node in entries(suite, folder):
            yield _test(graph, node, key(folder, node))


def key(folder: str, node: Node) -> str:
    """What names a test here."""
    return f"{folder}#{str(node).rpartition('#')[2]}"


def folders(suite: Path) -> list[str]:
    """The folders of the whole suite, in the order of its manifest."""
    graph = _parsed(suite / "manifest-all.ttl")
    return [path_of(node).parent.name for node in members(graph, None, MF.include)]


def entries(suite: Path, folder: str) -> Iterator[tuple[Graph, Node]]:
    """The tests of a folder's manifest and of those that it includes, each with the graph that describes it."""
    for graph in _with_included(suite / folder / "manifest.ttl"):
        for node in members(graph, None, MF.entries):
            yield graph, node


def members(graph: Graph, node: Node | None, name: Node) -> list[Node]:
    """The members of the list that is a value of a node (None: of any); none where there is no list."""
    return [member for head in graph.objects(node, name) for member in Collection(graph, head)]


def path_of(node: Node | None) -> Path:
    """The file that an IRI of a manifest names."""
    return Path(str(node).removeprefix("file://"))


def _with_included(path: Path) -> Iterator[Graph]:
    graph = _parsed(path)
    yield graph
    for node in members(graph, None, MF.include):
        yield from _with_included(path_of(node))


def _parsed(path: Path) -> Graph:
    return Graph().parse(path, publicID=path.as_uri())


def _test(graph: Graph, node: Node, key: str) -> Test:
    action, kind = graph.value(node, MF.action), str(graph.value(node, RDF.type)).rpartition("#")[2]
    name = str(graph.value(node, MF.name))
    if kind.startswith(("PositiveSyntax", "NegativeSyntax")):
        return Test(key, name, _based(path_of(action)), Data(), None, kind.startswith("Positive"))
    query, result = graph.value(action, QT.query), graph.value(node, MF.result)
    assert query is not None, f"{key}: {kind} is no test of a query"
    assert result is not None, f"{key}: no result"
    return Test(key, name, _based(path_of(query)), _data(graph, action), path_of(result), None)


def _data(graph: Graph, action: Node | None) -> Data:
    """The graphs of a test; a named one has the address of its file as its name."""
    default = sorted(path_of(node) for node in graph.objects(action, QT.data))
    named = sorted(path_of(node) for node in graph.objects(action, QT.graphData) if isinstance(node, URIRef))
    assert len(named) == len(list(graph.objects(action, QT.graphData)))
    return Data(tuple(default), tuple((path.as_uri(), path) for path in named))


def _based(path: Path) -> str:
    """A query with the address of its own file as BASE: what is relative in it means its neighbours."""
    return f"BASE <{path.as_uri()}>\n{path.read_text('utf-8')}"
