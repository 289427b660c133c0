"""What store/base.py promises, asked of every store."""

import io
import json

import pytest

from sg17kg.errors import NotFound, QueryRefused, StoreError
from sg17kg.store.base import GraphChoice, NamedNode, RdfLiteral
from tests.contract.conftest import Filled

G1, G2 = "https://w3id.org/sg17kg/graph/one", "https://w3id.org/sg17kg/graph/two"
S, P, Q, OBJECT = (f"https://example.org/{name}" for name in "spqo")
DATA = f"""<{S}> <{P}> "one" <{G1}> .
<{S}> <{P}> "one" <{G2}> .
<{S}> <{P}> "\u4e00\\"\\\\\\n"@zh <{G2}> .
<{S}> <{P}> "2026-05-20T23:59:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> <{G2}> .
<{S}> <{Q}> <{OBJECT}> <{G2}> .
""".encode()


def test_rows_are_terms_and_a_missing_value_is_none(filled: Filled) -> None:
    answer = filled(DATA).query(f"SELECT ?p ?o ?x {{ ?s ?p ?o FILTER(?o = 'one' || ?p = <{Q}>) }} ORDER BY ?p")
    assert (answer.kind, answer.variables) == ("solutions", ("p", "o", "x"))
    assert answer.rows() == [
        {"p": NamedNode(P), "o": RdfLiteral("one", "http://www.w3.org/2001/XMLSchema#string"), "x": None},
        {"p": NamedNode(Q), "o": NamedNode(OBJECT), "x": None},
    ]


def test_languages_datatypes_and_every_character_come_back(filled: Filled) -> None:
    rows = filled(DATA).query(f"SELECT ?o {{ <{S}> <{P}> ?o }}").rows()
    assert {row["o"] for row in rows} == {
        RdfLiteral("one", "http://www.w3.org/2001/XMLSchema#string"),
        RdfLiteral('\u4e00"\\\n', "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "zh"),
        RdfLiteral("2026-05-20T23:59:00Z", "http://www.w3.org/2001/XMLSchema#dateTime"),
    }


def test_the_default_graph_is_the_union_and_counts_a_triple_once(filled: Filled) -> None:
    rows = filled(DATA).query(f"SELECT (COUNT(*) AS ?n) {{ <{S}> ?p ?o }}").rows()
    assert [term.value for row in rows if (term := row["n"])] == ["4"]


def test_named_graphs_stay_apart(filled: Filled) -> None:
    query = f"SELECT ?g {{ GRAPH ?g {{ <{S}> <{P}> 'one' }} FILTER(?g IN (<{G1}>, <{G2}>)) }} ORDER BY ?g"
    assert [row["g"] for row in filled(DATA).query(query).rows()] == [NamedNode(G1), NamedNode(G2)]


def test_a_client_may_choose_the_default_graph(filled: Filled) -> None:
    store, query = filled(DATA), f"SELECT ?o {{ ?s <{Q}> ?o }}"
    assert store.query(query, GraphChoice(default=[G1])).rows() == []
    assert len(store.query(query, GraphChoice(default=[G2])).rows()) == 1
    assert len(store.query(query, GraphChoice(default=[G1, G2])).rows()) == 1


def test_a_client_may_choose_the_named_graphs(filled: Filled) -> None:
    query = f"SELECT DISTINCT ?g {{ GRAPH ?g {{ <{S}> <{P}> 'one' }} }}"
    assert [row["g"] for row in filled(DATA).query(query, GraphChoice(named=[G1])).rows()] == [NamedNode(G1)]


def test_ask_has_a_truth_value(filled: Filled) -> None:
    store = filled(DATA)
    assert store.query(f"ASK {{ <{S}> <{P}> 'one' }}").truth() is True
    assert store.query(f"ASK {{ <{S}> <{P}> 'two' }}").truth() is False


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_solutions_are_written_in_every_result_format(name: str, filled: Filled) -> None:
    assert b"one" in filled(DATA).query(f"SELECT ?o {{ ?s <{P}> ?o }}").serialize(name)


@pytest.mark.parametrize("name", ["ttl", "nt", "jsonld", "rdfxml", "trig", "nq"])
def test_triples_are_written_in_every_rdf_format(name: str, filled: Filled) -> None:
    content = filled(DATA).query(f"CONSTRUCT {{ ?s <{Q}> ?o }} WHERE {{ ?s <{P}> ?o FILTER(?o = 'one') }}").serialize(name)
    assert content.count(b"one") == 1


def test_describe_gives_triples(filled: Filled) -> None:
    answer = filled(DATA).query(f"DESCRIBE <{S}>")
    assert answer.kind == "triples"
    assert b'"one"' in answer.serialize("nt")


def test_json_results_are_those_of_the_w3c(filled: Filled) -> None:
    parsed = json.loads(filled(DATA).query(f"SELECT ?o {{ <{S}> <{Q}> ?o }}").serialize("json"))
    assert (parsed["head"]["vars"], parsed["results"]["bindings"]) == (["o"], [{"o": {"type": "uri", "value": OBJECT}}])


def test_a_format_that_does_not_fit_is_an_error(filled: Filled) -> None:
    store = filled(DATA)
    with pytest.raises(StoreError, match="csv"):
        store.query("ASK { }").serialize("csv")
    with pytest.raises(StoreError, match="json"):
        store.query("CONSTRUCT WHERE { ?s ?p ?o }").serialize("json")
    with pytest.raises(StoreError, match="no rows"):
        store.query("ASK { }").rows()
    with pytest.raises(StoreError, match="truth"):
        store.query("SELECT * { ?s ?p ?o } LIMIT 1").truth()


@pytest.mark.parametrize("query", ["SELECT * {", "SELECT", "no query", ""])
def test_malformed_sparql_is_refused_in_one_line(query: str, filled: Filled) -> None:
    with pytest.raises(QueryRefused, match="malformed SPARQL") as error:
        filled(DATA).query(query)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("update", ["INSERT DATA { <a:x> <a:x> <a:x> }", "CLEAR ALL", f"DROP GRAPH <{G1}>"])
def test_updates_are_no_queries(update: str, filled: Filled) -> None:
    store = filled(DATA)
    with pytest.raises(QueryRefused):
        store.query(update)
    assert store.query(f"ASK {{ <{S}> <{P}> 'one' }}").truth()


def test_a_dump_with_graphs_leaves_the_union_out(filled: Filled) -> None:
    output = io.BytesIO()
    filled(DATA).dump(output, "nq")
    assert output.getvalue().splitlines() == sorted(DATA.splitlines())


def test_a_dump_without_graphs_is_the_union(filled: Filled) -> None:
    output = io.BytesIO()
    filled(DATA).dump(output, "nt")
    assert len(output.getvalue().splitlines()) == 4


def test_one_graph_can_be_dumped_and_an_unknown_one_is_named(filled: Filled) -> None:
    store, output = filled(DATA), io.BytesIO()
    store.dump(output, "nt", G1)
    assert output.getvalue() == f'<{S}> <{P}> "one" .\n'.encode()
    with pytest.raises(NotFound, match="nope"):
        store.dump(output, "nt", "https://w3id.org/sg17kg/graph/nope")


def test_the_version_follows_the_content(filled: Filled) -> None:
    first = filled(DATA).version
    assert len(first) == 64
    assert filled(DATA).version == first
    assert filled(DATA.splitlines(keepends=True)[0]).version != first
