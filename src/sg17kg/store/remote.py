"""Remote store: any SPARQL 1.1 endpoint, through SPARQLWrapper.

Queries are sent as form fields of a POST request, which every server accepts: Virtuoso hangs on application/sparql-query, and the URL of a
GET request has a length limit. Queries only read, so a query that did not reach the server is sent again.
"""

import json
import random
import re
import time
import urllib.error
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import BinaryIO
from urllib.parse import urlsplit

import SPARQLWrapper
from SPARQLWrapper import SPARQLExceptions

from sg17kg.errors import QueryRefused, StoreError, UpstreamForbidden, UpstreamInvalidResponse, UpstreamTimeout, UpstreamUnavailable
from sg17kg.namespaces import GRAPH
from sg17kg.store.base import GraphChoice, value
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.store.embedded_results import EmbeddedResult, answer_from

USER, PASSWORD = "SG17KG_ENDPOINT_USER", "SG17KG_ENDPOINT_PASSWORD"
UNION = f"{GRAPH}union"
STORE_GRAPH = f"{GRAPH}store"
_VERSION = "http://purl.org/dc/terms/hasVersion"
_READS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_AGAIN = (429, 502, 503)
_FIRST_PAUSE = 0.2
_LARGEST = 1024**3
_VIRTUOSO_TRUTH = "__ASK_RETVAL"


@dataclass(frozen=True)
class Endpoint:
    """Endpoint of a remote store: the URL for queries, the URL for updates if it differs, the credentials, and the limits.

    `seconds` is the timeout of one request, `attempts` how often a query is sent at most.
    """

    queries: str
    updates: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    seconds: float = 30.0
    attempts: int = 4

    @property
    def shown(self) -> str:
        """URL for messages: without credentials, query and fragment."""
        parts = urlsplit(self.queries)
        return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


class RemoteStore:
    """A dataset at a SPARQL endpoint, as `sg17kg load` writes it. Queries are thread-safe."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._union: bool | None = None

    @property
    def version(self) -> str:
        """SHA-256 of the N-Quads that filled the store; empty if it was filled by other means."""
        found = self._ask(f"SELECT ?v {{ GRAPH <{STORE_GRAPH}> {{ <{STORE_GRAPH}> <{_VERSION}> ?v }} }}", GraphChoice()).rows()
        return value(found[0], "v") or "" if found else ""

    def query(self, sparql: str, graphs: GraphChoice | None = None) -> EmbeddedResult:
        """See base.Store. Raises UpstreamError if the server is at fault."""
        return self._ask(sparql, graphs or self._own_graphs())

    def dump(self, output: BinaryIO, format_name: str, graph: str | None = None) -> None:
        """See base.Store. The statements are fetched graph by graph, then written by an embedded store."""
        EmbeddedStore.from_nquads(b"".join(self.rows())).dump(output, format_name, graph)

    def fingerprint(self) -> str:
        """See base.Store."""
        return EmbeddedStore.from_nquads(b"".join(self.rows())).fingerprint()

    def rows(self) -> list[bytes]:
        """Return all statements as sorted N-Quads rows, without the graphs that the loader adds for itself."""
        found = self._ask("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", GraphChoice()).rows()
        names = {iri for row in found if (iri := value(row, "g")) and iri.startswith(GRAPH)} - {UNION, STORE_GRAPH}
        return sorted(row for name in sorted(names) for row in self.graph_rows(name))

    def graph_rows(self, graph: str) -> list[bytes]:
        """Return the statements of one named graph as sorted N-Quads rows."""
        content = self._ask("CONSTRUCT WHERE { ?s ?p ?o }", GraphChoice(default=[graph])).serialize("nt")
        return sorted(line[:-1] + f"<{graph}> .\n".encode() for line in content.splitlines() if line.strip())

    def update(self, sparql: str) -> None:
        """Run an update. It is sent only once, because the effect of a lost update is unknown. Raises as `query` does."""
        wrapper = self._wrapper(sparql)
        wrapper.updateEndpoint = self._endpoint.updates or self._endpoint.queries
        wrapper.addCustomHttpHeader("Accept", "*/*")
        self._send(wrapper)

    def _own_graphs(self) -> GraphChoice:
        """Return the graph choice of a query that names none: the named graph of the union if it is there, else the default graph."""
        if self._union is None:
            self._union = self._ask(f"ASK {{ GRAPH <{UNION}> {{ ?s ?p ?o }} }}", GraphChoice()).truth()
        return GraphChoice(default=[UNION]) if self._union else GraphChoice()

    def _ask(self, sparql: str, graphs: GraphChoice) -> EmbeddedResult:
        wrapper = self._wrapper(sparql)
        form = _form(sparql)
        wrapper.queryType = form  # the library mistakes a query for an update if a comment has a word like ADD or WITH
        wrapper.addCustomHttpHeader("Accept", "application/n-triples" if form in _READS[2:] else "application/sparql-results+json")
        for name, chosen in (("default-graph-uri", graphs.default), ("named-graph-uri", graphs.named)):
            for iri in chosen or ():
                wrapper.addParameter(name, iri)
        content = self._patiently(wrapper)
        try:
            return answer_from(content, "nt") if form in _READS[2:] else answer_from(_with_truth(content, form), "json")
        except ValueError as error:
            raise UpstreamInvalidResponse(
                f"{self._endpoint.shown}: the answer is no SPARQL result ({error}); is this a SPARQL endpoint?"
            ) from error

    def _wrapper(self, sparql: str) -> SPARQLWrapper.SPARQLWrapper:
        wrapper = SPARQLWrapper.SPARQLWrapper(self._endpoint.queries, agent="sg17kg")
        wrapper.setOnlyConneg(True)  # no format fields beside Accept, because they override it on servers that know them
        wrapper.setMethod(SPARQLWrapper.POST)
        wrapper.setRequestMethod(SPARQLWrapper.URLENCODED)
        wrapper.setTimeout(max(1, int(self._endpoint.seconds)))
        if self._endpoint.user and self._endpoint.password:
            wrapper.setCredentials(self._endpoint.user, self._endpoint.password)
        wrapper.setQuery(sparql)
        return wrapper

    def _patiently(self, wrapper: SPARQLWrapper.SPARQLWrapper) -> bytes:
        """Send a query, and retry while the server is unavailable, with exponential backoff and jitter."""
        pause = _FIRST_PAUSE
        for _ in range(self._endpoint.attempts - 1):
            try:
                return self._send(wrapper)
            except UpstreamUnavailable:
                time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
                pause *= 2
        return self._send(wrapper)

    def _send(self, wrapper: SPARQLWrapper.SPARQLWrapper) -> bytes:
        """Return the bytes of the response. Translate the errors of the library into those of this package."""
        where = self._endpoint.shown
        try:
            content = wrapper.query().response.read(_LARGEST + 1)
        except SPARQLExceptions.QueryBadFormed as error:
            raise QueryRefused(f"malformed SPARQL, says {where}: {_first_line(error)}") from error
        except SPARQLExceptions.Unauthorized as error:
            raise UpstreamForbidden(f"{where}: wrong or missing credentials; set {USER} and {PASSWORD}") from error
        except SPARQLExceptions.EndPointNotFound as error:
            raise UpstreamForbidden(f"{where}: no SPARQL endpoint at this address; correct --endpoint") from error
        except SPARQLExceptions.EndPointInternalError as error:
            raise UpstreamInvalidResponse(f"{where}: failed: {_first_line(error)}") from error
        except urllib.error.HTTPError as error:
            raise _refusal(error.code, where) from error
        except TimeoutError as error:
            raise UpstreamTimeout(f"{where}: no answer within {self._endpoint.seconds:g} seconds") from error
        except (urllib.error.URLError, HTTPException, OSError) as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                raise UpstreamTimeout(f"{where}: no answer within {self._endpoint.seconds:g} seconds") from error
            raise UpstreamUnavailable(f"{where}: cannot be reached ({getattr(error, 'reason', error)}); is it running?") from error
        if len(content) > _LARGEST:
            raise StoreError(f"{where}: the answer is larger than {_LARGEST // 1024**2} MiB; ask for less")
        return bytes(content)


def _refusal(code: int, where: str) -> StoreError:
    if code in _AGAIN:
        return UpstreamUnavailable(f"{where}: not ready (HTTP {code}); try again later")
    if code == 504:
        return UpstreamTimeout(f"{where}: says that it could not answer in time (HTTP 504)")
    if code in (401, 403, 405, 415):
        return UpstreamForbidden(f"{where}: refused (HTTP {code}); check rights and address")
    return UpstreamInvalidResponse(f"{where}: HTTP {code}")


def _first_line(error: Exception) -> str:
    """Return the message of the server in one line, without the text that the library adds."""
    text = str(error).partition("Response:\n")[2] or str(error)
    if match := re.match(r"b(['\"])(.*)\1$", text.strip(), re.DOTALL):
        text = match[2].encode("latin-1", "replace").decode("unicode_escape", "replace")
    return " ".join(text.split())[:300]


def _form(sparql: str) -> str:
    """Return SELECT, ASK, CONSTRUCT or DESCRIBE; comments, IRIs and strings are ignored. Raises QueryRefused for anything else."""
    plain = re.sub(r"<[^<>\s]*>|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*", " ", sparql)
    match = re.search(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE|INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|COPY|MOVE|ADD)\b", plain, re.IGNORECASE)
    form = match[1].upper() if match else ""
    if form not in _READS:
        raise QueryRefused(f"malformed SPARQL: no {', '.join(_READS)}; this store is only read")
    return form


def _with_truth(content: bytes, form: str) -> bytes:
    """Return the content with the boolean that the protocol requires for ASK, where Virtuoso returns one row with a number."""
    if form != "ASK" or _VIRTUOSO_TRUTH.encode() not in content:
        return content
    bindings = json.loads(content)["results"]["bindings"]
    return json.dumps({"head": {}, "boolean": bool(bindings) and bindings[0][_VIRTUOSO_TRUTH]["value"] == "1"}).encode()
