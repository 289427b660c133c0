"""Clients of other hands ask the endpoint as they do by default: SPARQLWrapper, rdflib's SERVICE, and the requests of some others."""

import csv
import io
import json
import os
import subprocess
import sys
import urllib.request
import warnings
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from xml.dom.minidom import Document

import pytest
import SPARQLWrapper
from rdflib import Graph, URIRef

from tests.test_serving import serving

TEXT = "https://w3id.org/sg17kg/rec/X.1280"
NUMBER = "https://w3id.org/sg17kg/ontology#number"
QUERIES = {
    "SELECT": f"SELECT ?n {{ <{TEXT}> <{NUMBER}> ?n }}",
    "ASK": f"ASK {{ <{TEXT}> <{NUMBER}> ?n }}",
    "CONSTRUCT": f"CONSTRUCT WHERE {{ <{TEXT}> <{NUMBER}> ?n }}",
    "DESCRIBE": f"DESCRIBE <{TEXT}>",
}
WAYS = [("GET", "urlencoded"), ("POST", "urlencoded"), ("POST", "postdirectly")]
FORMATS = ["json", "xml", "turtle", "n3", "rdf", "rdf+xml", "csv", "tsv", "json-ld"]
# What the library makes of the answer. A format that a kind of answer does not have is left to the service, which gives its first.
ROWS = {"json": dict, "xml": Document, "csv": bytes, "tsv": bytes}
TRIPLES = {"json": Graph, "xml": Graph, "turtle": bytes, "n3": bytes, "rdf": Graph, "rdf+xml": Graph, "json-ld": Graph}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which a running service takes queries."""
    subprocess.run([sys.executable, "-m", "sg17kg.cli", "build"], check=True, capture_output=True)
    command = [sys.executable, "-m", "sg17kg.cli", "serve", "--log", "none"]
    with serving(command, dict(os.environ), tmp_path_factory.mktemp("service")) as (address, _):
        yield f"{address}/sparql"


def converted(endpoint: str, form: str, way: tuple[str, str], format_name: str | None) -> Any:
    """What SPARQLWrapper, with its defaults, gives its user."""
    wrapper = SPARQLWrapper.SPARQLWrapper(endpoint)
    wrapper.setQuery(QUERIES[form])
    wrapper.setMethod(way[0])
    wrapper.setRequestMethod(way[1])
    if format_name:
        wrapper.setReturnFormat(format_name)
    with warnings.catch_warnings():  # that it does not expect this format for this form, and that rdflib means to rename a class
        warnings.simplefilter("ignore")
        return wrapper.queryAndConvert()


def holds(result: Any, form: str) -> bool:
    """Whether the number of the text, or for ASK that there is one, stands in a result."""
    if isinstance(result, dict):
        return bool(result["boolean"]) if form == "ASK" else bool(result["results"]["bindings"][0]["n"]["value"] == "X.1280")
    if isinstance(result, Document):
        name = "boolean" if form == "ASK" else "literal"
        return f">{'true' if form == 'ASK' else 'X.1280'}<" in result.getElementsByTagName(name)[0].toxml()
    if isinstance(result, Graph):
        return [str(number) for number in result.objects(URIRef(TEXT), URIRef(NUMBER))] == ["X.1280"]
    if form == "SELECT":
        return bool(result.decode().splitlines()[1].strip('"') == "X.1280")
    return [str(number) for number in Graph().parse(data=result, format="turtle").objects(URIRef(TEXT), URIRef(NUMBER))] == ["X.1280"]


@pytest.mark.parametrize(("form", "way", "format_name"), list(product(QUERIES, WAYS, [None, *FORMATS])))
def test_sparqlwrapper_gets_a_result_that_it_can_read(form: str, way: tuple[str, str], format_name: str | None, endpoint: str) -> None:
    if form == "ASK" and format_name in ("csv", "tsv"):
        with pytest.raises(HTTPError, match="406"):  # the standard has none for a boolean
            converted(endpoint, form, way, format_name)
        return
    result = converted(endpoint, form, way, format_name)
    expected = ROWS.get(format_name or "xml", dict) if form in ("SELECT", "ASK") else TRIPLES.get(format_name or "xml", bytes)
    assert isinstance(result, expected)
    assert holds(result, form)


@pytest.mark.parametrize("padding", ["", "#" * 700 + "\n"])  # a short query goes by GET, a long one by POST
def test_rdflib_joins_with_it_by_service(padding: str, endpoint: str) -> None:
    query = f'SELECT ?s WHERE {{ SERVICE <{endpoint}> {{ {padding} ?s <{NUMBER}> "X.1280" }} }}'
    assert [str(row.s) for row in Graph().query(query)] == [TEXT]  # type: ignore[union-attr]


def fetched(address: str, accept: str) -> tuple[str, str]:
    """The media type and text of an answer."""
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": accept}), timeout=30) as answer:
        return answer.headers.get_content_type(), answer.read().decode()


def test_a_table_for_a_data_frame(endpoint: str) -> None:
    """As sparql_dataframe asks: by SPARQLWrapper, for CSV."""
    fields = {"query": QUERIES["SELECT"], "format": "csv", "output": "csv", "results": "csv"}
    media_type, text = fetched(f"{endpoint}?{urlencode(fields)}", "text/csv")
    assert (media_type, list(csv.DictReader(io.StringIO(text)))) == ("text/csv", [{"n": "X.1280"}])


@pytest.mark.parametrize(
    ("fields", "accept"),
    [
        ({"queryId": "0f8a2c1e-0000-4000-8000-000000000000"}, "application/sparql-results+json"),  # Blazegraph
        ({"maxrows": "10000000"}, "application/sparql-results+json, text/rdf+n3, application/rdf+xml"),  # Virtuoso
        ({"default-graph-uri": TEXT, "timeout": "0", "debug": "on", "format": "application/sparql-results+json"}, "*/*"),  # its form
    ],
)
def test_what_other_stores_add_is_ignored(fields: dict[str, str], accept: str, endpoint: str) -> None:
    media_type, text = fetched(f"{endpoint}?{urlencode({'query': 'SELECT * {}', **fields})}", accept)
    assert (media_type, json.loads(text)["results"]["bindings"]) == ("application/sparql-results+json", [{}])
