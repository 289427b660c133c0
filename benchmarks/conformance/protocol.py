"""The tests of the protocol: requests sent as the manifest writes them, to our path in the place of its own."""

import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, Namespace
from rdflib.namespace import RDFS
from rdflib.term import Node

from benchmarks.conformance.answers import MEDIA_TYPES, form_of, read
from benchmarks.conformance.comparison import PASSED, Outcome, compare_written
from benchmarks.conformance.serving import PATH, said
from benchmarks.conformance.suite import MF, Data, entries, key, members, path_of

FOLDER = "protocol"
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
_THEIR_PATH = "/sparql/"
_FORMS = {"boolean": ("srx", "srj"), "tabular": ("srx", "srj", "csv", "tsv"), "RDF": ("ttl", "nt", "rdf")}


@dataclass(frozen=True)
class Request:
    """A request, and what must come: classes of status such as 2xx, the kind of answer, the truth."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statuses: frozenset[str]
    kind: str | None
    truth: bool | None


@dataclass(frozen=True)
class ProtocolTest:
    """Requests that are sent one after the other, and the graphs that must be there."""

    key: str
    name: str
    data: Data
    requests: tuple[Request, ...]


def tests(suite: Path) -> Iterator[ProtocolTest]:
    """The tests of the query operation."""
    for graph, node in entries(suite, FOLDER):
        if not is_update(node):
            action = graph.value(node, MF.action)
            requests = tuple(_request(graph, entry) for entry in members(graph, action, HT.requests))
            yield ProtocolTest(key(FOLDER, node), str(graph.value(node, MF.name)), _data(graph, node), requests)


def updates(suite: Path) -> int:
    """How many tests are of the update operation."""
    return sum(is_update(node) for _, node in entries(suite, FOLDER))


def is_update(node: Node) -> bool:
    """Whether a test is one of the update operation, by its name in the manifest."""
    return "update" in str(node).rpartition("#")[2]


def over_http(test: ProtocolTest, port: int) -> Outcome:
    """The outcome of the first request that fails, if there is one."""
    return next((outcome for request in test.requests if not (outcome := _sent(request, port)).passes), PASSED)


def _sent(request: Request, port: int) -> Outcome:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(request.method, request.target, request.body or None, dict(request.headers))
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    return _judged(request, answer.status, answer.getheader("content-type", ""), content)


def _judged(request: Request, status: int, media_type: str, content: bytes) -> Outcome:
    if f"{status // 100}xx" not in request.statuses:
        return Outcome(f"status {' or '.join(sorted(request.statuses))}", said(status, media_type, content))
    if request.kind is None:
        return PASSED
    form = form_of(media_type)
    if form not in _FORMS[request.kind]:
        return Outcome(f"one of {', '.join(MEDIA_TYPES[form] for form in _FORMS[request.kind])}", media_type)
    return compare_written(read(content, form) if request.truth is None else request.truth, content, form)


def _data(graph: Graph, test: Node) -> Data:
    """The graphs of a test, each under the address at which it was once on the web."""
    given = ((str(graph.value(data, RDFS.label)), path_of(graph.value(data, UT.graph))) for data in graph.objects(test, UT.graphData))
    return Data(named=tuple(sorted(given)))


def _request(graph: Graph, node: Node) -> Request:
    body, response = graph.value(node, HT.body), graph.value(node, HT.resp)
    fields = members(graph, node, HT.headers)
    kind, truth = graph.value(response, MF.expectedFormat), graph.value(response, MF.expectedBoolean)
    return Request(
        str(graph.value(node, HT.methodName)),
        PATH + str(graph.value(node, HT.absolutePath)).removeprefix(_THEIR_PATH),
        tuple((str(graph.value(field, HT.fieldName)), str(graph.value(field, HT.fieldValue))) for field in fields),
        str(graph.value(body, CNT.chars)).encode(str(graph.value(body, CNT.characterEncoding))) if body is not None else b"",
        frozenset(str(status)[-3:] for status in graph.objects(response, MF.expectedStatus)),
        None if kind is None else str(kind),
        None if truth is None else str(truth) == "true",
    )
