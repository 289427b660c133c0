"""The embedded store keeps the contract of store/base.py."""

import io
import json
from pathlib import Path

import pytest

from sg17kg.errors import NotFound, QueryRefused, StoreError
from sg17kg.store.base import GraphChoice, Iri, Text
from sg17kg.store.embedded import EmbeddedStore

DATA = b"""<a:s> <a:p> "one" <a:g1> .
<a:s> <a:p> "one" <a:g2> .
<a:s> <a:q> <a:o> <a:g2> .
"""


@pytest.fixture
def small() -> EmbeddedStore:
    return EmbeddedStore.from_nquads(DATA)


def test_rows_are_terms_and_a_missing_value_is_none(small: EmbeddedStore) -> None:
    answer = small.query("SELECT ?p ?o ?x { ?s ?p ?o } ORDER BY ?p")
    assert answer.kind == "solutions"
    assert answer.variables == ("p", "o", "x")
    assert answer.rows() == [
        {"p": Iri("a:p"), "o": Text("one", "http://www.w3.org/2001/XMLSchema#string"), "x": None},
        {"p": Iri("a:q"), "o": Iri("a:o"), "x": None},
    ]


def test_the_default_graph_is_the_union_and_counts_a_triple_once(small: EmbeddedStore) -> None:
    rows = small.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows()
    assert [term.value for row in rows if (term := row["n"])] == ["2"]


def test_named_graphs_stay_apart(small: EmbeddedStore) -> None:
    rows = small.query("SELECT ?g { GRAPH ?g { <a:s> <a:p> ?o } } ORDER BY ?g").rows()
    assert [row["g"] for row in rows] == [Iri("a:g1"), Iri("a:g2")]


def test_a_client_may_choose_the_graphs(small: EmbeddedStore) -> None:
    query = "SELECT ?o { ?s <a:q> ?o }"
    assert small.query(query, GraphChoice(default=["a:g1"])).rows() == []
    assert len(small.query(query, GraphChoice(default=["a:g2"])).rows()) == 1
    assert small.query(query, GraphChoice(named=["a:g2"])).rows() == []


def test_ask_has_a_truth_value(small: EmbeddedStore) -> None:
    assert small.query("ASK { <a:s> <a:p> 'one' }").truth() is True
    assert small.query("ASK { <a:s> <a:p> 'two' }").truth() is False


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_solutions_are_written_in_every_result_format(name: str, small: EmbeddedStore) -> None:
    assert b"one" in small.query("SELECT ?o { ?s <a:p> ?o }").serialize(name)


@pytest.mark.parametrize("name", ["ttl", "nt", "jsonld", "rdfxml", "trig", "nq"])
def test_triples_are_written_in_every_rdf_format(name: str, small: EmbeddedStore) -> None:
    content = small.query("CONSTRUCT { <http://e/s> <http://e/p> ?o } WHERE { ?s <a:p> ?o }").serialize(name)
    assert content.count(b"one") == 1


def test_json_results_are_those_of_the_w3c(small: EmbeddedStore) -> None:
    parsed = json.loads(small.query("SELECT ?o { ?s <a:p> ?o }").serialize("json"))
    assert parsed == {"head": {"vars": ["o"]}, "results": {"bindings": [{"o": {"type": "literal", "value": "one"}}]}}


def test_a_format_that_does_not_fit_is_an_error(small: EmbeddedStore) -> None:
    with pytest.raises(StoreError, match="csv"):
        small.query("ASK { }").serialize("csv")
    with pytest.raises(StoreError, match="json"):
        small.query("CONSTRUCT WHERE { ?s ?p ?o }").serialize("json")
    with pytest.raises(StoreError, match="no rows"):
        small.query("ASK { }").rows()
    with pytest.raises(StoreError, match="truth"):
        small.query("SELECT * { }").truth()


def test_malformed_sparql_is_refused_in_one_line(small: EmbeddedStore) -> None:
    with pytest.raises(QueryRefused, match="malformed SPARQL: error at 1:") as error:
        small.query("SELECT * {")
    assert "\n" not in str(error.value)


def test_updates_are_no_queries(small: EmbeddedStore) -> None:
    with pytest.raises(QueryRefused):
        small.query("INSERT DATA { <a:x> <a:x> <a:x> }")


def test_a_dump_with_graphs_leaves_the_union_out(small: EmbeddedStore) -> None:
    output = io.BytesIO()
    small.dump(output, "nq")
    assert sorted(output.getvalue().splitlines()) == sorted(DATA.splitlines())


def test_a_dump_without_graphs_is_the_union(small: EmbeddedStore) -> None:
    output = io.BytesIO()
    small.dump(output, "nt")
    assert sorted(output.getvalue().splitlines()) == [b'<a:s> <a:p> "one" .', b"<a:s> <a:q> <a:o> ."]


def test_one_graph_can_be_dumped_and_an_unknown_one_is_named(small: EmbeddedStore) -> None:
    output = io.BytesIO()
    small.dump(output, "nt", "a:g1")
    assert output.getvalue() == b'<a:s> <a:p> "one" .\n'
    with pytest.raises(NotFound, match="a:nope"):
        small.dump(output, "nt", "a:nope")


def test_an_absent_or_broken_dataset_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="sg17kg build"):
        EmbeddedStore.from_file(tmp_path / "absent.nq")
    with pytest.raises(StoreError, match="sg17kg build"):
        EmbeddedStore.from_nquads(b"this is no N-Quads\n")


def test_the_version_follows_the_content() -> None:
    assert EmbeddedStore.from_nquads(DATA).version == EmbeddedStore.from_nquads(DATA).version
    assert EmbeddedStore.from_nquads(DATA).version != EmbeddedStore.from_nquads(DATA.splitlines(keepends=True)[0]).version
