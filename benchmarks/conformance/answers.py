"""Answers as values that can be compared. They are read by rdflib, so that no library reads what it wrote itself.

A form is named by the ending of its files: srx, srj, csv, tsv, nt, ttl, rdf.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import rdflib
from rdflib import BNode, Graph, Literal, Namespace
from rdflib.namespace import RDF, XSD
from rdflib.query import Result
from rdflib.term import Node

rdflib.NORMALIZE_LITERALS = False
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
CELL = RS.cell  # the datatype given to a cell of CSV, which has none
MEDIA_TYPES = {
    "srx": "application/sparql-results+xml",
    "srj": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "nt": "application/n-triples",
    "ttl": "text/turtle",
    "rdf": "application/rdf+xml",
}
_RESULTS = {"srx": "xml", "srj": "json", "tsv": "tsv"}
_RDF = {"nt": "nt", "ttl": "turtle", "rdf": "xml"}
Row = frozenset[tuple[str, Node]]


@dataclass(frozen=True)
class Rows:
    """Solutions, each as the pairs of its bound variables; `ordered` is whether their order counts."""

    variables: frozenset[str]
    rows: tuple[Row, ...]
    ordered: bool = False


Answer = bool | Rows | Graph


def expected(path: Path) -> Answer:
    """The answer that a file of the suite holds; a result set written as RDF becomes rows."""
    answer = read(path.read_bytes(), path.suffix.lstrip("."), path.as_uri())
    return _result_set(answer) if isinstance(answer, Graph) and (None, RDF.type, RS.ResultSet) in answer else answer


def read(content: bytes, form: str, base: str | None = None) -> Answer:
    """An answer in one of the forms. Raises what rdflib raises for one that is malformed."""
    if form in _RDF:
        return _plain_graph(Graph().parse(data=content, format=_RDF[form], publicID=base))
    if form == "csv":
        return _table(content.decode("utf-8"))
    result = Result.parse(io.BytesIO(content), format=_RESULTS[form])
    if result.type == "ASK":
        return bool(result.askAnswer)
    return _rows((str(name) for name in result.vars or ()), ({str(name): term for name, term in row.items()} for row in result.bindings))


def form_of(content_type: str) -> str | None:
    """The form that a Content-Type names, if it is one of these."""
    media_type = content_type.partition(";")[0].strip().lower()
    return next((form for form, known in MEDIA_TYPES.items() if known == media_type), None)


def _rows(variables: Iterable[str], rows: Iterable[Mapping[str, Node]], *, ordered: bool = False) -> Rows:
    found = tuple(frozenset((name, _plain(term)) for name, term in row.items()) for row in rows)
    return Rows(frozenset(variables), found, ordered)


def _plain(term: Node) -> Node:
    """The term, without the datatype xsd:string, which RDF 1.1 gives to every plain literal."""
    return Literal(str(term)) if isinstance(term, Literal) and term.datatype == XSD.string else term


def _plain_graph(graph: Graph) -> Graph:
    plain = Graph()
    for s, p, o in graph:
        plain.add((s, p, _plain(o)))
    return plain


def _table(text: str) -> Rows:
    """Rows of CSV. An empty cell is an unbound variable."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    rows = [{name: _cell(cell) for name, cell in row.items() if cell} for row in reader]
    return _rows(reader.fieldnames or (), rows)


def _cell(text: str) -> Node:
    return BNode(text[2:]) if text.startswith("_:") else Literal(text, datatype=CELL)


def _result_set(graph: Graph) -> bool | Rows:
    """A result set written as RDF; its rows are in order where they have an rs:index."""
    truth = next(graph.objects(None, RS.boolean), None)
    if truth is not None:
        return str(truth) == "true"
    solutions = sorted(graph.objects(None, RS.solution), key=lambda solution: int(str(graph.value(solution, RS["index"]) or 0)))
    names = (str(name) for name in graph.objects(None, RS.resultVariable))
    return _rows(names, (_bindings(graph, solution) for solution in solutions), ordered=(None, RS["index"], None) in graph)


def _bindings(graph: Graph, solution: Node) -> dict[str, Node]:
    found = {}
    for binding in graph.objects(solution, RS.binding):
        value = graph.value(binding, RS.value)
        assert value is not None
        found[str(graph.value(binding, RS.variable))] = value
    return found
