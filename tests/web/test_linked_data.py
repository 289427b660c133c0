"""JSON-LD framed and compact, headers, printed forms of IRIs, the ontology, named graphs, citations by negotiation."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
import yaml
from pyld import jsonld
from rdflib import Graph
from rdflib.compare import to_isomorphic
from starlette.testclient import TestClient

from sg17kg.queries.library import QueryLibrary
from sg17kg.rendering.linked_data import Context, Literal, framed
from sg17kg.store.base import value
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web.app import create_app
from sg17kg.web.serving import Settings
from tests import ROOT

KG = "https://w3id.org/sg17kg/"
CONTEXT = json.loads((ROOT / "ontology" / "context.jsonld").read_text("utf-8"))
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture
def as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rdflib keep 012 and 1 as they are."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def expanded(document: dict[str, Any]) -> Graph:
    """The triples of a framed document, its context put in place of its address."""
    nquads = jsonld.to_rdf({**document, "@context": CONTEXT["@context"]}, {"format": "application/n-quads"})
    return Graph().parse(data=nquads, format="nt")


def one_of_each_kind(store: EmbeddedStore) -> list[str]:
    rows = store.query(
        f"""SELECT ?c (SAMPLE(?s) AS ?one) {{ ?s a ?c FILTER(STRSTARTS(STR(?s), "{KG}") && !CONTAINS(STR(?s), "/ontology")
        && !CONTAINS(STR(?s), "/graph/")) }} GROUP BY ?c"""
    ).rows()
    return sorted(str(value(row, "one")) for row in rows)


def test_every_kind_of_thing_is_the_same_in_json_ld_and_in_n_triples(client: TestClient, store: EmbeddedStore) -> None:
    things = one_of_each_kind(store)
    assert len(things) > 25
    for iri in things:
        path = "/" + iri.removeprefix(KG)
        document = client.get(f"{path}.jsonld").json()
        plain = Graph().parse(io.BytesIO(client.get(f"{path}.nt").content), format="nt")
        assert set(expanded(document)) == set(plain), iri


def test_a_document_is_framed_and_compact(client: TestClient) -> None:
    document = client.get("/rec/X.1280.jsonld").json()
    assert (document["id"], document["type"], document["number"], document["label"]) == (
        KG + "rec/X.1280", "Recommendation", "X.1280", {"en": "X.1280"},
    )  # fmt: skip
    assert {"id": KG + "rec/X.1280/2024-03", "label": {"en": "X.1280 (03/2024)"}} in document["hasEdition"]
    assert "proposedDeliverable" in document["@reverse"]
    assert client.get(document["@context"]).json() == CONTEXT


@pytest.mark.parametrize(
    "given",
    [
        Literal("2026-01-02", XSD + "date"),
        Literal("soon", XSD + "date"),
        Literal("12", XSD + "integer"),
        Literal("012", XSD + "integer"),
        Literal("9" * 30, XSD + "integer"),
        Literal("true", XSD + "boolean"),
        Literal("1", XSD + "boolean"),
        Literal('a "b" \\ <c>\n\u202e漢', XSD + "string"),
        Literal("título", XSD + "string", "es"),
        Literal("x", "https://example.org/own"),
        "https://example.org/elsewhere",
    ],
)
@pytest.mark.usefixtures("as_written")
@pytest.mark.parametrize("prop", ["sg17:asOf", "sg17:number", "dcterms:title", "sg17:versionOf", "sg17:virtual", "https://example.org/p"])
def test_whatever_form_a_value_has_nothing_is_lost(prop: str, given: Literal | str) -> None:
    prefix, _, name = prop.partition(":")
    namespaces = CONTEXT["@context"]
    iri = namespaces[prefix] + name if prefix in namespaces else prop
    if isinstance(given, Literal) and given.language:
        given = Literal(given.text, "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", given.language)
    document = json.loads(framed(KG + "rec/X.1", [(KG + "rec/X.1", iri, given)], Context(namespaces), "x"))
    ((_, predicate, found),) = expanded(document)
    assert str(predicate) == iri
    assert str(found) == (given.text if isinstance(given, Literal) else given)
    if isinstance(given, Literal):
        assert isinstance(found, rdflib.Literal)
        datatype = str(found.datatype or XSD + "string") if not found.language else given.datatype
        assert (datatype, found.language) == (given.datatype, given.language)


def test_headers_say_what_was_chosen_and_what_else_there_is(client: TestClient) -> None:
    answer = client.get("/rec/X.1280", headers={"Accept": "text/turtle"})
    assert answer.headers["content-location"] == "http://testserver/rec/X.1280.ttl"
    assert "Accept" in answer.headers["vary"]
    links = answer.headers["link"]
    assert f'<{KG}rec/X.1280>; rel="canonical"' in links
    assert '<http://testserver/rec/X.1280.jsonld>; rel="alternate"; type="application/ld+json"' in links
    assert '<http://testserver/api/v1/recommendations/X.1280>; rel="describedby"; type="application/json"' in links
    for part in links.split(", "):
        address = part[1 : part.index(">")]
        if address.startswith("http://testserver"):
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/rec/x.1280", "/rec/X.1280"),
        ("/rec/X1280.ttl", "/rec/X.1280.ttl"),
        ("/rec/X%201280?format=nt", "/rec/X.1280?format=nt"),
        ("/circular/104", "/circular/2025-2028/104"),
        ("/question/q10", "/question/17/10"),
        ("/work-item/X.OOB-SA.jsonld", "/work-item/X.oob-sa.jsonld"),
    ],
)
def test_another_printed_form_leads_to_the_iri(path: str, location: str, client: TestClient) -> None:
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, "http://testserver" + location)


@pytest.fixture
def altered(store: EmbeddedStore, catalogue: QueryLibrary, tmp_path: Path) -> Iterator[TestClient]:
    """A service in which one IRI is used no more, and one number was given twice."""
    graph = f"<{KG}graph/curated>"
    rows = [
        f"<{KG}rec/X.9990> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{KG}ontology#Recommendation> {graph} .",
        f'<{KG}rec/X.9990> <http://www.w3.org/2002/07/owl#deprecated> "true"^^<{XSD}boolean> {graph} .',
        f"<{KG}rec/X.9990> <http://purl.org/dc/terms/isReplacedBy> <{KG}rec/X.1280> {graph} .",
        f"<{KG}circular/2001-2004/104> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{KG}ontology#Circular> {graph} .",
        f'<{KG}circular/2001-2004/104> <http://www.w3.org/2000/01/rdf-schema#label> "TSB Circular 104 (2001-2004)"@en {graph} .',
    ]
    path = tmp_path / "dataset.nq"
    path.write_bytes(b"".join(store.rows()) + "".join(row + "\n" for row in rows).encode())
    app = create_app(EmbeddedStore.from_file(path), catalogue, path, Settings())
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_what_is_used_no_more_is_gone_and_says_what_to_use(altered: TestClient) -> None:
    answer = altered.get("/rec/X.9990")
    assert (answer.status_code, answer.headers["content-type"]) == (410, "application/problem+json")
    assert KG + "rec/X.1280" in answer.json()["detail"]


def test_what_means_several_things_leads_to_all_of_them(altered: TestClient) -> None:
    answer = altered.get("/circular/104", follow_redirects=False)
    assert answer.status_code == 300
    assert sorted(found["iri"] for found in answer.json()["candidates"]) == [KG + "circular/2001-2004/104", KG + "circular/2025-2028/104"]
    assert 'rel="alternate"' in answer.headers["link"]
    several = altered.get("/api/v1/resolve?id=circular 104")
    assert (several.status_code, len(several.json()["candidates"])) == (300, 2)


def test_the_ontology_is_at_the_address_of_its_terms(client: TestClient) -> None:
    graph = Graph().parse(io.BytesIO(client.get("/ontology", headers={"Accept": "text/turtle"}).content), format="turtle")
    assert to_isomorphic(graph) == to_isomorphic(Graph().parse(io.BytesIO(client.get("/ontology.nt").content), format="nt"))
    page = client.get("/ontology", headers={"Accept": "text/html"}).text
    for term in ("Recommendation", "responsibleQuestion", "replyDeadline"):
        assert f'id="{term}"' in page
        assert (None, None, None) in graph
    assert "建议书" in page


def test_a_named_graph_is_a_file_at_its_own_address(client: TestClient, store: EmbeddedStore) -> None:
    path = "/graph/circular/2025-2028/104"
    rows = store.query(f"SELECT ?s ?p ?o {{ GRAPH <{KG}{path[1:]}> {{ ?s ?p ?o }} }}").rows()
    assert len(client.get(f"{path}.nt").text.splitlines()) == len(rows) > 400
    assert client.get(path, headers={"Accept": "text/html"}).status_code == 200
    assert client.get("/graph/nothing.ttl").status_code == 404


@pytest.mark.parametrize(
    ("extension", "media_type", "sign"),
    [
        ("bib", "application/x-bibtex", "@techreport{itu-t-x.1280-2024-03"),
        ("csl", "application/vnd.citationstyles.csl+json", '"X.1280"'),
        ("ris", "application/x-research-info-systems", "TY  - STAND"),
        ("relaton", "application/x-relaton+yaml", "ITU-T X.1280 (03/2024)"),
    ],
)
def test_an_edition_is_cited_by_extension_and_by_accept(extension: str, media_type: str, sign: str, client: TestClient) -> None:
    by_extension = client.get(f"/rec/X.1280/2024-03.{extension}")
    by_accept = client.get("/rec/X.1280/2024-03", headers={"Accept": media_type})
    assert by_extension.content == by_accept.content
    assert by_extension.headers["content-type"].startswith(media_type)
    assert sign in by_extension.text


def test_a_text_is_cited_by_its_newest_edition_and_a_part_by_its_own(client: TestClient) -> None:
    assert yaml.safe_load(client.get("/rec/X.1280.relaton").text)["date"][0]["at"] == "2026-06-10"
    assert "Amd" in client.get("/rec/X.1352/2022-09/amd1/2024-03.ris").text
    assert client.get("/question/17/10.bib").status_code == 400
