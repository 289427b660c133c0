"""Service description, VoID and DCAT: true counts, working addresses."""

import hashlib

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCAT, RDF, VOID
from starlette.testclient import TestClient

from sg17kg.store.embedded import EmbeddedStore

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
DATASET = URIRef("https://w3id.org/sg17kg/dataset")


def read(client: TestClient, path: str, accept: str = "text/turtle") -> Graph:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == accept
    return Graph().parse(data=answer.content, format=accept)


@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"])
def test_the_endpoint_describes_itself(accept: str, client: TestClient) -> None:
    graph = read(client, "/sparql", accept)
    (node,) = graph.subjects(RDF.type, SD.Service)
    assert graph.value(node, SD.endpoint) == node
    assert SD.SPARQL11Query in graph.objects(node, SD.supportedLanguage)
    assert SD.UnionDefaultGraph in graph.objects(node, SD.feature)
    names = set(graph.objects(None, SD.name))
    assert URIRef("https://w3id.org/sg17kg/graph/circular/2025-2028/104") in names


def test_an_unwanted_format_is_not_acceptable(client: TestClient) -> None:
    for path in ("/sparql", "/.well-known/void", "/dataset"):
        assert client.get(path, headers={"Accept": "image/png"}).status_code == 406


def test_counts_are_true(client: TestClient, store: EmbeddedStore) -> None:
    graph = read(client, "/.well-known/void")
    counted = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows()[0]["n"]
    assert counted
    assert str(graph.value(DATASET, VOID.triples)) == counted.value
    entities = {graph.value(part, VOID["class"]): graph.value(part, VOID.entities) for part in graph.objects(DATASET, VOID.classPartition)}
    assert str(entities[URIRef("https://w3id.org/sg17kg/ontology#Draft")]) == "29"


def test_distributions_are_there_with_their_checksums(client: TestClient) -> None:
    graph = read(client, "/dataset")
    files = list(graph.objects(DATASET, DCAT.distribution))
    assert len(files) == len(client.get("/dumps/").json()["items"])
    file = next(file for file in files if str(file).endswith(".nq"))
    content = client.get(str(file)).content
    assert str(graph.value(graph.value(file, SPDX.checksum), SPDX.checksumValue)) == hashlib.sha256(content).hexdigest()
    assert int(str(graph.value(file, DCAT.byteSize))) == len(content)
