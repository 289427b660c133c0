"""The tests of the service description. The suite names them only; what is asked here is from SPARQL 1.1 Service Description."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from benchmarks.conformance.answers import MEDIA_TYPES, form_of, read
from benchmarks.conformance.comparison import PASSED, Outcome
from benchmarks.conformance.serving import PATH
from benchmarks.conformance.suite import MF, entries, key

FOLDER = "service-description"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_CLASSES = frozenset((
    *("Service", "Language", "Function", "Aggregate", "EntailmentRegime", "EntailmentProfile", "GraphCollection"),
    *("Dataset", "Graph", "NamedGraph", "Feature"),
))  # fmt: skip
_INSTANCES = {
    **dict.fromkeys(("SPARQL10Query", "SPARQL11Query", "SPARQL11Update"), "Language"),
    **dict.fromkeys(("DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"), "Feature"),
}
# property: class of its subjects, class of its values, where the vocabulary says one
_PROPERTIES: dict[str, tuple[str, str | None]] = {
    "endpoint": ("Service", None),
    "feature": ("Service", "Feature"),
    "defaultEntailmentRegime": ("Service", "EntailmentRegime"),
    "defaultSupportedEntailmentProfile": ("Service", "EntailmentProfile"),
    "entailmentRegime": ("NamedGraph", "EntailmentRegime"),
    "supportedEntailmentProfile": ("NamedGraph", "EntailmentProfile"),
    "extensionFunction": ("Service", "Function"),
    "extensionAggregate": ("Service", "Aggregate"),
    "languageExtension": ("Service", "Feature"),
    "supportedLanguage": ("Service", "Language"),
    "propertyFeature": ("Service", "Feature"),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "resultFormat": ("Service", None),
    "inputFormat": ("Service", None),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"),
    "name": ("NamedGraph", None),
    "graph": ("NamedGraph", "Graph"),
}
_SUBCLASSES = {"Dataset": "GraphCollection"}
_ACCEPTS = (None, MEDIA_TYPES["ttl"], MEDIA_TYPES["rdf"])


@dataclass(frozen=True)
class DescriptionTest:
    """A test, known by its name."""

    key: str
    name: str


def tests(suite: Path) -> Iterator[DescriptionTest]:
    """The tests, in the order of the manifest."""
    for graph, node in entries(suite, FOLDER):
        yield DescriptionTest(key(FOLDER, node), str(graph.value(node, MF.name)))


def over_http(test: DescriptionTest, port: int) -> Outcome:
    """The outcome of a test."""
    address = f"http://127.0.0.1:{port}{PATH}"
    checks = {"returns-rdf": _returns_rdf, "has-endpoint-triple": _has_endpoint, "conforms-to-schema": _conforms}
    return checks[test.key.partition("#")[2]](address)


def _returns_rdf(address: str) -> Outcome:
    """A GET without a query gives RDF: without Accept, and in the two forms that are most asked for."""
    for accept in _ACCEPTS:
        answer = _got(address, accept)
        form = form_of(answer.headers["content-type"])
        if answer.status_code != 200 or form not in ("ttl", "nt", "rdf") or (accept and MEDIA_TYPES[form] != accept):
            return Outcome(accept or "RDF", f"{answer.status_code}, {answer.headers['content-type']}")
        if not read(answer.content, form):
            return Outcome("triples", "none")
    return PASSED


def _has_endpoint(address: str) -> Outcome:
    """The endpoint that is described is the one that was asked."""
    found = sorted(str(value) for value in _described(address).objects(None, SD.endpoint))
    return PASSED if found == [address] else Outcome(f"sd:endpoint <{address}>", f"{found}")


def _conforms(address: str) -> Outcome:
    """Each term of the vocabulary is one that it has, and stands between things of the classes that it says."""
    faults = sorted(_faults(_described(address)))
    return Outcome("no fault", "; ".join(faults)) if faults else PASSED


def _faults(graph: Graph) -> Iterator[str]:
    services = list(graph.subjects(RDF.type, SD.Service))
    if len(services) != 1:
        yield f"{len(services)} services"
    for s, p, o in graph:
        if _local(o) and _local(o) not in (_CLASSES if p == RDF.type else _INSTANCES):
            yield f"sd:{_local(o)} is not in the vocabulary"
        if name := _local(p):
            yield from _misplaced(graph, s, name, o)


def _misplaced(graph: Graph, subject: Node, name: str, value: Node) -> Iterator[str]:
    if name not in _PROPERTIES:
        yield f"sd:{name} is not in the vocabulary"
        return
    of, to = _PROPERTIES[name]
    if of not in _kinds(graph, subject):
        yield f"sd:{name} of something that is no sd:{of}"
    if not isinstance(value, URIRef) and to is None:
        yield f"the value of sd:{name} is no IRI"
    if to and to not in _kinds(graph, value):
        yield f"the value of sd:{name} is no sd:{to}"


def _kinds(graph: Graph, node: Node) -> set[str]:
    """The classes of the vocabulary that a thing is of, as the description or the vocabulary says."""
    found = {name for kind in graph.objects(node, RDF.type) if (name := _local(kind))}
    return found | {_SUBCLASSES[name] for name in found if name in _SUBCLASSES} | {_INSTANCES.get(_local(node), "")}


def _local(node: Node) -> str:
    """The name of a term of the vocabulary, else nothing."""
    return str(node).removeprefix(str(SD)) if str(node).startswith(str(SD)) else ""


def _described(address: str) -> Graph:
    answer = _got(address, MEDIA_TYPES["ttl"])
    graph = read(answer.content, "ttl")
    assert isinstance(graph, Graph)
    return graph


def _got(address: str, accept: str | None) -> httpx.Response:
    client = httpx.Client()
    del client.headers["accept"]
    with client:
        return client.get(address, headers={"Accept": accept} if accept else {}, timeout=60)
