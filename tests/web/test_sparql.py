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
    assert client.post("/sparql", content=b"x" * 300_000, headers=DIRECT).status_code == 400
    assert client.post("/sparql", content=b"x" * 800_000, headers=DIRECT).status_code == 413


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


ROWS = "SELECT ?s { ?s ?p ?o } LIMIT 1"
TRIPLES = "CONSTRUCT WHERE { ?s a ?o } LIMIT 1"
# Virtuoso's and Blazegraph's SERVICE, DBpedia's form, an update's graphs, a cache buster
FOREIGN = {
    "timeout": "30000", "maxrows": "10000000", "queryId": "5f0c", "debug": "on", "using-graph-uri": "http://x/", "_": "1", "": "",
}  # fmt: skip


def asked(client: TestClient, way: str, query: str, fields: dict[str, str], accept: str | None = None) -> tuple[int, str]:
    """Status and media type of an answer."""
    headers = {} if accept is None else {"Accept": accept}
    if way == "get":
        answer = client.get("/sparql", params={"query": query, **fields}, headers=headers)
    elif way == "form":
        answer = client.post("/sparql", data={"query": query, **fields}, headers=headers)
    else:
        answer = client.post("/sparql", params=fields, content=query.encode(), headers={**headers, **DIRECT})
    return answer.status_code, answer.headers["content-type"].split(";")[0]


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_parameters_that_the_protocol_does_not_define_are_ignored(way: str, client: TestClient) -> None:
    assert asked(client, way, ROWS, FOREIGN) == (200, "application/sparql-results+json")
    assert asked(client, way, ROWS, {"format": "csv"}) == (200, "text/csv")
    assert asked(client, way, ROWS, {"update": "DROP ALL"}) == (403, "application/problem+json")
    assert asked(client, "direct", ROWS, {"query": ROWS}) == (400, "application/problem+json")


JSON, XML, TURTLE = "application/sparql-results+json", "application/sparql-results+xml", "text/turtle"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("query", "fields", "accept", "media_type"),
    [
        (ROWS, {"format": "xml"}, None, XML),
        (ROWS, {"output": "TSV"}, "*/*", "text/tab-separated-values"),
        (ROWS, {"results": "Text/CSV; charset=utf-8"}, "*/*;q=0.1", "text/csv"),
        (ROWS, {"format": "application/sparql-results+xml"}, "", XML),
        (ROWS, {"format": "application/sparql-results xml"}, None, XML),  # a + that was not escaped
        (ROWS, {"format": "application/json"}, None, "application/json"),
        (ROWS, {"format": "tsv"}, "text/*", "text/tab-separated-values"),
        (ROWS, {"format": "csv"}, JSON, JSON),
        (ROWS, {"format": "csv"}, f"{JSON}, */*;q=0.5", JSON),
        (ROWS, {"format": "csv"}, f"{XML};q=0.9, */*;q=0.1", XML),
        (ROWS, {"format": "turtle", "output": "csv"}, None, "text/csv"),
        (ROWS, {"format": "turtle"}, None, JSON),
        (ROWS, {"format": "text/html"}, None, JSON),
        (ROWS, {"format": "json"}, BROWSER, JSON),
        (ROWS, {"format": "csv"}, BROWSER, "text/csv"),
        (ROWS, {}, BROWSER, "application/xml"),
        ("ASK {}", {"format": "xml"}, None, XML),
        ("ASK {}", {"format": "csv"}, None, JSON),
        (TRIPLES, {"format": "json"}, None, "application/ld+json"),
        (TRIPLES, {"format": "json-ld"}, None, "application/ld+json"),
        (TRIPLES, {"format": "JSONLD"}, None, "application/ld+json"),
        (TRIPLES, {"format": "xml"}, None, "application/rdf+xml"),
        (TRIPLES, {"format": "rdf+xml"}, None, "application/rdf+xml"),
        (TRIPLES, {"output": "rdf"}, "*/*", "application/rdf+xml"),
        (TRIPLES, {"output": "ntriples"}, "*/*", "application/n-triples"),
        (TRIPLES, {"output": "n-triples"}, "*/*", "application/n-triples"),
        (TRIPLES, {"format": "nt"}, TURTLE, TURTLE),
        (TRIPLES, {"format": "n3"}, "application/rdf+xml, */*", TURTLE),
        (TRIPLES, {"format": "ttl"}, None, TURTLE),
        (TRIPLES, {"format": "csv"}, None, TURTLE),
    ],
)
def test_a_wish_for_a_format_counts_where_accept_leaves_it_open(
    query: str, fields: dict[str, str], accept: str | None, media_type: str, client: TestClient
) -> None:
    if accept is None:
        client.headers.pop("Accept", None)
    assert asked(client, "get", query, fields, accept) == (200, media_type)


def test_a_wish_makes_nothing_acceptable_that_accept_refuses(client: TestClient) -> None:
    assert asked(client, "get", "ASK {}", {"format": "json"}, "text/csv")[0] == 406
    assert asked(client, "get", ROWS, {"format": "csv"}, "text/csv;q=0, */*") == (200, JSON)
    assert asked(client, "get", ROWS, {"format": "csv"}, BROWSER + ",text/csv;q=0") == (200, "application/xml")


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_answers_that_differ_in_the_wish_alone_are_kept_apart(way: str, client: TestClient) -> None:
    for _ in range(3):  # the second is kept, the third comes from there
        assert asked(client, way, ROWS, {"format": "csv"}) == (200, "text/csv")
        assert asked(client, way, ROWS, {"format": "xml"}) == (200, XML)
        assert asked(client, way, ROWS, {}) == (200, JSON)


def test_validators_tell_formats_apart(client: TestClient) -> None:
    answers = [client.get("/sparql", params={"query": ROWS, **wish}) for wish in ({}, {"format": "csv"}, {"output": "xml"})]
    assert len({answer.headers["etag"] for answer in answers}) == 3
    assert {answer.headers["vary"] for answer in answers} == {"Accept, Accept-Encoding"}
    again = client.get("/sparql", params={"query": ROWS, "format": "csv"}, headers={"If-None-Match": answers[0].headers["etag"]})
    assert (again.status_code, again.headers["content-type"].split(";")[0]) == (200, "text/csv")


def test_five_thousand_of_our_iris_can_be_asked_for_at_once(client: TestClient) -> None:
    names = " ".join(f"<https://w3id.org/sg17kg/rec/X.{number}>" for number in range(5000))
    query = f"SELECT ?s {{ VALUES ?s {{ {names} }} ?s a ?type }}"
    for answer in (client.post("/sparql", data={"query": query}), client.post("/sparql", content=query.encode(), headers=DIRECT)):
        assert answer.status_code == 200
        assert {"type": "uri", "value": "https://w3id.org/sg17kg/rec/X.1280"} in [row["s"] for row in answer.json()["results"]["bindings"]]
