"""Every query of the catalogue runs as it stands, gives the columns that it promises, and answers its example."""

import pytest

from sg17kg.queries.library import Query, QueryLibrary
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT

QUERIES = [
    query
    for group in ("questions", "lists", "tables", "resources", "checks", "rules")
    for query in QueryLibrary.read(ROOT / "queries").group(group)
]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_runs_unchanged_in_a_console(query: Query, store: EmbeddedStore) -> None:
    answer = store.query(query.text)
    assert answer.kind == ("triples" if query.name == "thing" or query.group == "rules" else "solutions")
    assert list(answer.variables) == list(query.header.columns)


# `thing` gives triples; no circular corrected, and no source names a successor, yet
@pytest.mark.parametrize(
    "query",
    [
        query
        for query in QUERIES
        if query.group not in ("checks", "rules") and query.name not in ("thing", "corrections", "text-successors")
    ],
    ids=lambda query: query.name,
)
def test_the_example_has_an_answer(query: Query, whole_store: EmbeddedStore) -> None:
    example = {name: str(value) for name, value in query.header.example.items()}
    assert whole_store.query(query.bind(example)).rows()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_with_parameters_has_an_example(query: Query) -> None:
    required = {name for name, parameter in query.header.parameters.items() if parameter.required}
    assert required <= set(query.header.example)
    assert query.header.summary.endswith(("?", "where.", "several.")) or query.group in ("tables", "resources", "checks", "rules")


def test_there_are_at_least_twelve_questions() -> None:
    assert len(list(QueryLibrary.read(ROOT / "queries").public())) >= 12
