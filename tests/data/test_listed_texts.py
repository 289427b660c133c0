"""The index lists texts on a day as the queries of the catalogue answer for that day."""

from collections import Counter
from datetime import date, timedelta

import pytest

from sg17kg.queries.library import QueryLibrary
from sg17kg.search.build import index_of, texts_said_by
from sg17kg.search.index import SearchIndex
from sg17kg.search.texts import on_day, several
from sg17kg.store.base import Row, value
from sg17kg.store.embedded import EmbeddedStore

DAYS = (
    "1975-01-01",
    "1988-11-25",
    "1988-11-26",
    "2003-07-22",
    "2008-12-31",
    "2016-03-23",
    "2022-09-01",
    "2026-06-10",
    "2026-08-22",
    "2030-01-01",
)


@pytest.fixture(scope="module")
def index(whole_store: EmbeddedStore, catalogue: QueryLibrary) -> SearchIndex:
    return index_of(whole_store, catalogue)


def _cells(row: Row, *names: str) -> list[str | None]:
    return [value(row, name) for name in names]


@pytest.mark.parametrize("day", DAYS)
def test_stages_of_a_day_are_those_of_the_query(day: str, index: SearchIndex, whole_store: EmbeddedStore, catalogue: QueryLibrary) -> None:
    texts = index.texts_on(date.fromisoformat(day))
    rows = whole_store.query(catalogue.get("texts-by-status").bind({"on": day})).rows()
    # REST gives no day since when nothing is known
    told = {
        iri: (code, since if code != "unknown" else None) for iri, code, since in (_cells(row, "iri", "status", "since") for row in rows)
    }
    assert [text.number for text in texts if (text.status, text.since) != told.get(text.iri, ("unknown", None))] == []
    assert day < "1980" or len([text for text in texts if text.iri in told]) > 10


@pytest.mark.parametrize("day", DAYS[5:])
def test_questions_of_a_day_are_those_of_the_query(
    day: str, index: SearchIndex, whole_store: EmbeddedStore, catalogue: QueryLibrary
) -> None:
    listed = {text.iri: text for text in index.texts_on(date.fromisoformat(day))}
    for number in ("X.1280", "X.509", "X.1352", "X.1811", "E.409", "X.1500"):
        owning = whole_store.query(catalogue.get("question-owning").bind({"number": number, "on": day})).rows()
        iri = next(text.iri for text in listed.values() if number in (text.number, *several(text.other_numbers)))
        assert set(several(listed[iri].questions)) == {value(row, "question") for row in owning}, number


def test_each_text_is_listed_once_on_every_day_by_number(index: SearchIndex) -> None:
    known = [text.iri for text in index.texts_on(date(2026, 9, 1))]
    assert len(known) == len(set(known)) > 600
    for day in DAYS:
        assert [text.iri for text in index.texts_on(date.fromisoformat(day))] == known
    numbers = [text.number for text in index.texts_on(date(2026, 9, 1))]
    assert numbers.index("X.509") < numbers.index("X.1051")


def test_an_edition_changes_what_is_listed_on_its_day(index: SearchIndex) -> None:
    before, after = ({text.number: text for text in index.texts_on(day)} for day in (date(1988, 11, 24), date(1988, 11, 25)))
    assert (before["X.209"].approved_on, after["X.209"].approved_on) == (None, "1988-11-25")
    assert (before["X.209"].period, after["X.209"].period) == (None, "before 2001")


@pytest.mark.parametrize("day", ["2003-07-22", "2026-06-10", "2026-08-22"])
def test_what_had_been_said_by_today_is_what_is_known(
    day: str, index: SearchIndex, whole_store: EmbeddedStore, catalogue: QueryLibrary
) -> None:
    """With a day after everything that was said, both ways to make the list agree on all that is known of a text."""
    on = date.fromisoformat(day)
    said = {text.iri: text for text in texts_said_by(whole_store, catalogue, on, date(2099, 1, 1))}
    every = {text.iri: text for text in index.texts_on(on)}
    assert len(said) > 200
    # by a later day the last day of a stage that is in force counts for what follows it alone
    differing = {
        iri: (text, every[iri])
        for iri, text in said.items()
        if text._replace(status="", since=None) != every[iri]._replace(status="", since=None)
    }
    assert differing == {}


def test_a_kept_list_is_that_of_its_days_alone(index: SearchIndex) -> None:
    for day in map(date.fromisoformat, (*DAYS, *reversed(DAYS))):
        kept = index.texts_on(day)
        assert kept.first <= day.isoformat() <= kept.last
        assert index.texts_on(day) is kept
        assert list(kept) == list(on_day(index._runs(), day.isoformat()))
        for edge, beyond in ((kept.first, -1), (kept.last, 1)):
            assert list(on_day(index._runs(), edge)) == list(kept)
            if "0001-01-01" < edge < "9999-12-31":
                assert list(on_day(index._runs(), (date.fromisoformat(edge) + timedelta(beyond)).isoformat())) != list(kept)


def test_cells_are_counted_of_the_day(index: SearchIndex) -> None:
    texts = index.texts_on(date(2026, 9, 1))
    for name in ("group", "series", "status", "period", "approved_on"):
        counted = texts.cells(name)
        assert counted.total() == len(texts)
        assert all(number == sum(getattr(text, name) == cell for text in texts) for cell, number in counted.items())


def test_what_a_list_shows_of_a_text_are_the_rows_of_the_queries(
    index: SearchIndex, whole_store: EmbeddedStore, catalogue: QueryLibrary
) -> None:
    texts = [text.iri for text in index.texts_on(date(2026, 9, 1))]
    shown = index.shown(texts)
    assert texts
    assert set(shown) == set(texts)
    for place, name in enumerate(("editions-of-texts", "text-stages")):
        asked: dict[str | None, list[Row]] = {iri: [] for iri in texts}
        for row in whole_store.query(catalogue.get(name).bind({})).rows():
            asked.setdefault(value(row, "iri"), []).append(row)
        # terms too: a title has its language, a day its datatype
        assert {iri: shown[iri][place] for iri in texts} == {iri: asked[iri] for iri in texts}, name
    assert index.shown(["https://w3id.org/sg17kg/rec/X.0"]) == {}


def test_a_narrowed_list_is_counted_like_the_texts_in_it(index: SearchIndex) -> None:
    texts = index.texts_on(date(2026, 9, 1))
    texts.prepare()
    for name in ("status", "period", "series"):
        cells = list(texts.cells(name))[:200]
        for cell in cells:  # more lists than are kept
            narrowed = texts.having(name, (cell,))
            assert narrowed == [text for text in texts if getattr(text, name) == cell]
            assert narrowed.cells("type") == Counter(text.type for text in narrowed)
