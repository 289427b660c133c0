"""The SPARQL endpoint: GET and both forms of POST, read-only."""

import pytest
from starlette.testclient import TestClient

OWNER = """PREFIX sg17: <https://w3id.org/sg17kg/ontology#>
SELECT ?question ?day WHERE {
  ?r sg17:deliverable/sg17:number "X.1280" ; sg17:asOf ?day ;
    sg17:responsibleQuestion/sg17:versionOf/<http://www.w3.org/2004/02/skos/core#notation> ?question
}"""
BINDING = [
    {
        "question": {"type": "literal", "value": "Q10/17"},
        "day": {"type": "literal", "value": "2025-12-11", "datatype": "http://www.w3.org/2001/XMLSchema#date"},
    }
]
DIRECT = {"Content-Type": "application/sparql-query"}


def test_the_three_ways_to_send_a_query_give_the_same_answer(client: TestClient) -> None:
    answers = [
        client.get("/sparql", params={"query": OWNER}),
        client.post("/sparql", data={"query": OWNER}),
        client.post("/sparql", content=OWNER.encode(), headers=DIRECT),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/sparql-results+json"
        assert answer.json()["results"]["bindings"] == BINDING


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", "text/csv", "text/csv"),
        ("SELECT * { ?s ?p ?o } LIMIT 1", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("SELECT * { ?s ?p ?o } LIMIT 1", "application/json", "application/json"),
        ("ASK { ?s ?p ?o }", "*/*", "application/sparql-results+json"),
        ("CONSTRUCT WHERE { ?s a ?o } LIMIT 1", "*/*", "text/turtle"),
        ("DESCRIBE <https://w3id.org/sg17kg/rec/X.1280>", "application/ld+json", "application/ld+json"),
        ("CONSTRUCT WHERE { ?s a ?o } LIMIT 1", "application/rdf+xml, text/turtle;q=0.5", "application/rdf+xml"),
    ],
)
def test_results_come_in_the_wanted_format(query: str, accept: str, media_type: str, client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, media_type)


def test_graphs_can_be_chosen(client: TestClient) -> None:
    graph = "https://w3id.org/sg17kg/graph/circular/2025-2028/104"
    count = "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a <https://w3id.org/sg17kg/ontology#Circular> }"
    everything = client.get("/sparql", params={"query": count}).json()["results"]["bindings"][0]["n"]["value"]
    one = client.get("/sparql", params={"query": count, "default-graph-uri": graph}).json()["results"]["bindings"][0]["n"]["value"]
    assert (int(everything) >= 5, one) == (True, "1")


@pytest.mark.parametrize(
    ("data", "status", "detail"),
    [
        ({"query": "SELECT * {"}, 400, "malformed SPARQL"),
        ({"query": "INSERT DATA { <a:a> <a:a> <a:a> }"}, 400, "read-only"),
        ({"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { } }"}, 400, "SERVICE"),
        ({"query": "SELECT * " + "{" * 5000}, 400, "brackets"),
        ({"update": "DROP ALL"}, 403, "read-only"),
        ({"query": "ASK {}", "timeout": "1"}, 400, "unknown parameter"),
        ({"query": ["ASK {}", "ASK {}"]}, 400, "2 queries"),
    ],
)
def test_what_is_refused_is_a_problem_document(data: dict[str, str], status: int, detail: str, client: TestClient) -> None:
    answer = client.post("/sparql", data=data)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert detail in answer.json()["detail"]


def test_no_query_at_all_is_a_problem_document(client: TestClient) -> None:
    answer = client.get("/sparql", params={"default-graph-uri": "https://example.org/"})
    assert (answer.status_code, answer.json()["detail"]) == (400, "0 queries; send one, as the parameter `query`")


def test_other_bodies_are_refused(client: TestClient) -> None:
    assert client.post("/sparql", content=b"DROP ALL", headers={"Content-Type": "application/sparql-update"}).status_code == 415
    assert client.post("/sparql", content=b"\xff", headers=DIRECT).status_code == 400
    assert client.post("/sparql", content=b"x" * 300_000, headers=DIRECT).status_code == 413


def test_what_cannot_be_written_as_wanted_is_not_acceptable(client: TestClient) -> None:
    assert client.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": "text/csv"}).status_code == 406
    assert client.get("/sparql", params={"query": "SELECT * {}"}, headers={"Accept": "text/turtle"}).status_code == 406


def test_an_update_changes_nothing(client: TestClient) -> None:
    before = client.get("/health").json()["dataset"]
    client.post("/sparql", data={"update": "DROP ALL"})
    assert client.get("/health").json()["dataset"] == before
    assert client.get("/sparql", params={"query": OWNER}).json()["results"]["bindings"] == BINDING


def test_a_query_without_base_has_that_of_the_graph(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "ASK { <rec/X.1280> ?p ?o }"})
    assert answer.json()["boolean"] is True
