"""Every IRI of the graph dereferences, with this host in place of w3id.org."""

import html
import io
import re

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from starlette.testclient import TestClient

from sg17kg.graph.rdf_terms import SG17
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web.middleware.rate_limit import LONGEST_PATH

KG = "https://w3id.org/sg17kg/"
FORMATS = {"text/turtle": "turtle", "application/ld+json": "json-ld", "application/n-triples": "nt", "application/rdf+xml": "xml"}


@pytest.mark.parametrize("media_type", sorted(FORMATS))
def test_a_thing_in_every_format_by_accept(media_type: str, client: TestClient) -> None:
    answer = client.get("/rec/X.1280", headers={"Accept": media_type})
    assert answer.headers["content-type"].split(";")[0] == media_type
    # rdflib would ask for the context at its address
    content = answer.content.replace(
        b'"http://testserver/context.jsonld"', client.get("/context.jsonld").content.partition(b":")[2].strip()[:-1]
    )
    graph = Graph().parse(io.BytesIO(content), format=FORMATS[media_type])
    assert (URIRef(KG + "rec/X.1280"), RDF.type, SG17.Recommendation) in graph


@pytest.mark.parametrize(
    ("extension", "media_type"), [("ttl", "text/turtle"), ("jsonld", "application/ld+json"), ("nt", "application/n-triples")]
)
def test_a_thing_by_extension_and_by_parameter(extension: str, media_type: str, client: TestClient) -> None:
    for address in (f"/rec/X.1280.{extension}", f"/rec/X.1280?format={extension}"):
        assert client.get(address, headers={"Accept": "text/html"}).headers["content-type"].split(";")[0] == media_type


def test_dots_of_a_number_are_no_extension(client: TestClient) -> None:
    assert client.get("/rec/X.1277.2").status_code == 200
    assert client.get("/rec/X.1277.2.ttl").headers["content-type"].startswith("text/turtle")


def test_another_case_leads_to_the_printed_form(client: TestClient) -> None:
    answer = client.get("/rec/x.1280", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"].split("/", 3)[3]) == (301, "rec/X.1280")
    assert client.get("/WORK-ITEM/X.OOB-SA").status_code == 404
    assert client.get("/work-item/X.OOB-SA", follow_redirects=False).headers["location"].endswith("/work-item/X.oob-sa")


def test_a_thing_as_json_and_a_redirect_that_keeps_its_format(client: TestClient) -> None:
    assert client.get("/rec/X.1280.json").headers["content-type"] == "application/json"
    assert client.get("/rec/x.1280.ttl", follow_redirects=False).headers["location"].endswith("/rec/X.1280.ttl")


def test_what_nothing_satisfies_is_not_acceptable(client: TestClient) -> None:
    answer = client.get("/rec/X.1280", headers={"Accept": "image/png"})
    assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")


@pytest.mark.parametrize(
    "path", ["/rec/../../etc/passwd", "/rec/%2e%2e/x", "/rec/<x>", '/rec/"', "/rec/%00", "/rec/" + "x" * 5000, "/rec/\u6f22"]
)
def test_hostile_paths_find_nothing(path: str, client: TestClient) -> None:
    answer = client.get(path)
    assert answer.status_code == (414 if len(path) > LONGEST_PATH else 404)
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_thing_of_the_graph_dereferences(client: TestClient, store: EmbeddedStore) -> None:
    rows = store.query(
        """SELECT ?c (SAMPLE(?s) AS ?one) { ?s a ?c FILTER(STRSTARTS(STR(?s), "https://w3id.org/sg17kg/")
        && !CONTAINS(STR(?s), "/ontology") && !CONTAINS(STR(?s), "/graph/")) } GROUP BY ?c"""
    ).rows()
    things = [term.value for row in rows if (term := row["one"])]
    assert len(things) > 25
    for iri in things:
        assert client.get("/" + iri.removeprefix(KG)).status_code == 200, iri


def test_a_page_shows_statements_with_the_lines_that_say_so(client: TestClient) -> None:
    page = client.get("/question/17/10/2026/responsibility/X.1280/2025-12-11/circular/2025-2028/101", headers={"Accept": "text/html"}).text
    assert "TSB Circular 101 (2025-2028), zh, line 122" in page
    assert 'href="/circular/2025-2028/101/zh/lines/122"' in page


def test_the_page_of_a_recommendation_says_who_answers_for_it_and_with_which_query(client: TestClient) -> None:
    page = client.get("/rec/X.1280", headers={"Accept": "text/html"}).text
    said = re.search(r'<p class="owner">(.*?)</p>', page, re.DOTALL)[1]  # type: ignore[index]
    assert '<a href="/question/17/10"><bdi>Q10/17</bdi></a> listed on <time datetime="2025-12-11">' in said
    assert 'href="/lines/circular/2025-2028/101?first=122&amp;last=122#l122"' in said
    behind = html.unescape(re.search(r'href="(/editor/statements-of-owners[^"]*)"', page)[1])  # type: ignore[index]
    editor = client.get(behind, headers={"Accept": "text/html"}).text
    query = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", editor, re.DOTALL)[1])  # type: ignore[index]
    answer = client.get("/sparql", params={"query": query}).json()
    assert [row["question"]["value"] for row in answer["results"]["bindings"]] == ["Q10/17"]


def test_an_accept_in_several_lines_is_one(client: TestClient) -> None:
    answer = client.get("/rec/X.1280", headers=[("Accept", "image/png"), ("Accept", "application/n-triples")])
    assert answer.headers["content-type"].startswith("application/n-triples")
