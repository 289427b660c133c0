"""Records of texts in the index: the same rows as the queries about one text give."""

from collections.abc import Mapping

import pytest
from starlette.testclient import TestClient

from sg17kg.queries.binding import Argument
from sg17kg.queries.library import QueryLibrary
from sg17kg.search.build import asking, index_of
from sg17kg.search.index import SearchIndex
from sg17kg.search.records import TEXT, WORK_ITEM, QueriedRecord, Record, queries_behind, records
from sg17kg.store.base import Row, value
from sg17kg.store.embedded import EmbeddedStore


@pytest.fixture(scope="module")
def index(whole_store: EmbeddedStore, catalogue: QueryLibrary) -> SearchIndex:
    return index_of(whole_store, catalogue)


def plain(record: Record) -> dict[str, list[Row]]:
    """Return the queries of a record that have rows."""
    return {name: list(rows) for name, rows in record.items() if rows}


def test_a_record_has_the_rows_that_the_queries_about_its_text_give(
    index: SearchIndex, whole_store: EmbeddedStore, catalogue: QueryLibrary
) -> None:
    ask = asking(whole_store, catalogue)
    numbers = {value(row, "iri") or "": value(row, "number") or "" for row in ask("texts", {})}
    items = {value(row, "iri") or "" for row in ask("work-items-known", {})}
    for iri in sorted(items)[::4]:
        stored = index.record(iri)
        assert stored is not None, iri
        assert plain(stored) == plain(QueriedRecord(ask, WORK_ITEM, iri)), iri
    seen = set()
    for iri, number in sorted(numbers.items())[::4]:
        stored = index.record(iri)
        assert stored is not None, number
        assert plain(stored) == plain(QueriedRecord(ask, TEXT, iri, number)), number
        seen |= set(plain(stored))
    assert seen >= {"text-editions", "text-stages", "statements-of-owners", "text-amendments", "part-stages", "text-groups"}


def test_every_query_of_a_record_has_rows_for_some_text(whole_store: EmbeddedStore, catalogue: QueryLibrary) -> None:
    asked: dict[str, int] = {}
    ask = asking(whole_store, catalogue)

    def noted(name: str, arguments: Mapping[str, Argument]) -> list[Row]:
        rows = ask(name, arguments)
        asked[name] = asked.get(name, 0) + len(rows)
        return rows

    found = records(noted)
    without = {name for name, rows in asked.items() if not rows}
    assert without <= {"text-successors"}  # no source of this dataset names one
    assert {name for record in found.values() for name in record} - {"work-item-owners", "part-stages"} == set(asked) - without - {"texts"}


def test_what_is_no_text_has_no_record(index: SearchIndex) -> None:
    assert index.record("https://w3id.org/sg17kg/rec/X.0") is None
    assert index.record("https://w3id.org/sg17kg/question/17/10") is None


def test_the_queries_behind_a_record_give_its_rows(index: SearchIndex, whole_store: EmbeddedStore, catalogue: QueryLibrary) -> None:
    iri = "https://w3id.org/sg17kg/rec/X.1282"  # has a conflict
    record = index.record(iri)
    assert record
    ask = asking(whole_store, catalogue)
    given = [row for name, arguments in queries_behind(record, TEXT, iri, "X.1282") for row in ask(name, arguments)]
    assert sorted(map(str, given)) == sorted(str(row) for rows in record.values() for row in rows)


@pytest.mark.parametrize(
    "path", ["recommendations/X.1280", "recommendations/X.1282", "recommendations/X.1280/history", "work-items/X.oob-sa"]
)
def test_what_the_index_does_not_have_is_answered_by_queries(path: str, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"on": "2026-05-03"}
    from_index = client.get(f"/api/v1/{path}", params=given).json()
    monkeypatch.setattr(SearchIndex, "record", lambda *_: None)
    given["said_by"] = "2100-01-01"  # another address, so that no kept response answers
    by_queries = client.get(f"/api/v1/{path}", params=given).json()
    for answer in (from_index, by_queries):
        answer.pop("next", None)
    assert by_queries == from_index
