"""The embedded store, beyond the contract that tests/contract/ holds every store to."""

from pathlib import Path

import pytest

from sg17kg.errors import QueryRefused, StoreError
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import GraphChoice
from sg17kg.store.embedded import EmbeddedStore

DATA = b"""<a:s> <a:p> "one" <a:g1> .
<a:s> <a:p> "one" <a:g2> .
<a:s> <a:q> <a:o> <a:g2> .
"""


def test_an_absent_or_broken_dataset_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="sg17kg build"):
        EmbeddedStore.from_file(tmp_path / "absent.nq")
    with pytest.raises(StoreError, match="sg17kg build"):
        EmbeddedStore.from_nquads(b"this is no N-Quads\n")


def test_the_version_follows_the_content() -> None:
    assert EmbeddedStore.from_nquads(DATA).version == EmbeddedStore.from_nquads(DATA).version
    assert EmbeddedStore.from_nquads(DATA).version != EmbeddedStore.from_nquads(DATA.splitlines(keepends=True)[0]).version


def test_a_function_that_is_not_there_is_the_fault_of_the_query() -> None:
    with pytest.raises(QueryRefused, match="custom function"):
        EmbeddedStore.from_nquads(DATA).query("SELECT (<https://example.org/f>(1) AS ?x) { }").rows()


QUADS = b"""<http://e.example/s> <http://e.example/p> "one" <http://e.example/g> .
<http://e.example/s> <http://e.example/p> "one" <http://e.example/h> .
<http://e.example/s> <http://e.example/q> "graph" <http://e.example/h> .
"""


@pytest.mark.parametrize(
    ("sparql", "rows"),
    [
        ("SELECT ?o { ?s ?p ?o }", 2),
        ("SELECT ?g { GRAPH ?g { ?s ?p 'one' } }", 2),
        ("SELECT ?g { graph?g { ?s ?p 'one' } }", 2),
        ("SELECT ?g { ?s <http://e.example/q> ?x GRAPH ?g { ?s ?p 'one' } }", 2),
        ("SELECT ?o FROM <http://e.example/g> { ?s ?p ?o }", 1),
        ("SELECT ?o FROM NAMED <http://e.example/h> { GRAPH ?g { ?s ?p ?o } }", 2),
        ("SELECT ?o { ?s ?p ?o FILTER(?o = 'graph') }", 1),
    ],
)
def test_a_copy_of_the_union_changes_no_answer(sparql: str, rows: int) -> None:
    store = EmbeddedStore.from_nquads(QUADS)
    before = len(store.query(sparql).rows())
    store.copy_union()
    assert before == len(store.query(sparql).rows()) == rows


def test_a_choice_of_graphs_goes_past_the_copy_of_the_union() -> None:
    store = EmbeddedStore.from_nquads(QUADS)
    store.copy_union()
    everything = "SELECT ?o { ?s ?p ?o }"
    assert len(store.query(everything, GraphChoice(default=["http://e.example/g"])).rows()) == 1
    assert store.query(everything, GraphChoice(named=["http://e.example/g"])).rows() == []


def test_what_is_added_is_in_the_answers_after_a_copy_of_the_union() -> None:
    store = EmbeddedStore.from_nquads(QUADS)
    store.copy_union()
    store.extend([b'<http://e.example/t> <http://e.example/p> "two" <http://e.example/g> .\n'])
    assert len(store.query("SELECT ?o { ?s ?p ?o }").rows()) == 3
    store.copy_union()
    store.replace([])
    assert store.query("SELECT ?o { ?s ?p ?o }").rows() == []


def test_every_query_of_the_library_gives_the_same_rows_with_a_copy_of_the_union(
    store: EmbeddedStore, dataset: Path, catalogue: QueryLibrary
) -> None:
    copied = EmbeddedStore.from_file(dataset / "dataset.nq")
    copied.copy_union()
    for query in catalogue.public():
        expected, found = (sorted(map(repr, each.query(query.text).rows())) for each in (store, copied))
        assert found == expected, query.name
