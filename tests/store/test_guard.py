"""What a stranger's SPARQL must not be."""

import pytest

from sg17kg.errors import QueryRefused
from sg17kg.store import guard

SERVICE = [
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { service <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * {\nSERVICE\n#c\n<http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { #'\nSERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    'SELECT * { FILTER("#" != "") SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }',
    "SELECT * { FILTER('''\"''' != '')SERVICE<http://127.0.0.1:1/>{ ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE ?e { ?s ?p ?o } } } } }",
    "SELECT * { FILTER(1<2) SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } FILTER(3>2) }",
    "PREFIX x: <http://127.0.0.1:1/> ASK { SERVICE x:y { ?s ?p ?o } }",
    "SELECT * { FILTER EXISTS { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } }",
]
UPDATES = [
    "INSERT DATA { <a:a> <a:a> <a:a> }",
    "delete where { ?s ?p ?o }",
    "PREFIX a: <a:> DROP ALL",
    "LOAD <file:///etc/passwd>",
    "WITH <a:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "CLEAR DEFAULT",
    "CREATE GRAPH <a:a>",
    "# SELECT\nINSERT DATA { <a:a> <a:a> <a:a> }",
]
HARMLESS = [
    "SELECT * { ?s ?p ?o }",
    'SELECT * { ?s ?p "SERVICE <http://x> { }" }',
    "SELECT ?service { ?service ?load ?insert }",
    "PREFIX service: <http://x/> SELECT * { ?s service:load service:SERVICE }",
    "ASK { ?s <http://example.org/SERVICE> ?o } # SERVICE",
    "SELECT * { ?s ?p 'it''s' FILTER(?p<?o && ?o>?s) }",
    "DESCRIBE <https://w3id.org/sg17kg/rec/X.1280>",
    'SELECT * { ?s ?p "insert"@en }',
]


@pytest.mark.parametrize("query", SERVICE)
def test_no_query_asks_another_endpoint(query: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE"):
        guard.check(query)


@pytest.mark.parametrize("query", UPDATES)
def test_updates_are_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match="read-only"):
        guard.check(query)


@pytest.mark.parametrize("query", HARMLESS)
def test_what_only_speaks_of_it_passes(query: str) -> None:
    guard.check(query)
    assert query


@pytest.mark.parametrize("bracket", ["{", "(", "[", "{("])
def test_deep_nesting_is_refused_before_any_parser(bracket: str) -> None:
    with pytest.raises(QueryRefused, match="nested"):
        guard.check("SELECT * " + bracket * 5000)


def test_long_queries_are_refused() -> None:
    with pytest.raises(QueryRefused, match="longer"):
        guard.check("SELECT * { } #" + "x" * guard.LONGEST)


@pytest.mark.parametrize("query", ["", "   ", "hello", "PREFIX a: <a:>"])
def test_what_is_no_query_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match="no SELECT"):
        guard.check(query)
