"""A list is a statement of one document on one day, and the number of a Question is not the Question."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import URIRef

from sg17kg import facts_json
from sg17kg.checks.preflight import Rulebook, refusals
from sg17kg.extraction.gazetteer import load_periods
from sg17kg.facts import Facts, QuestionFacts
from sg17kg.graph.inference import infer
from sg17kg.graph.ingest import apply_patch, lines, of_document
from sg17kg.graph.numbering import Numbering
from sg17kg.graph.outside.rows import RowSource, quads
from sg17kg.outside import AnyRow, parse_row
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import Row, value
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
KG = "https://w3id.org/sg17kg/"
BOOK = Rulebook(QueryLibrary.read(ROOT / "queries"), ROOT / "shapes", ROOT / "ontology" / "sg17.ttl", EmbeddedStore.from_nquads)
RULES = list(BOOK.catalogue.group("rules"))
PERIODS = load_periods(ROOT / "data" / "curated")
Asked = Callable[..., list[Row]]


def asking(rows: list[bytes]) -> Asked:
    store = EmbeddedStore.from_nquads(b"".join(rows))
    return lambda name, /, **arguments: store.query(BOOK.catalogue.get(name).bind(arguments)).rows()


def column(rows: list[Row], name: str) -> list[str | None]:
    return [value(row, name) for row in rows]


def listed_again(question: QuestionFacts, day: str) -> QuestionFacts:
    held, work = question.responsible_for, question.under_development
    return replace(
        question,
        responsible_for=replace(held, as_of=day) if held else None,
        under_development=replace(work, as_of=day) if work else None,
    )


@pytest.fixture(scope="module")
def newer_list() -> Facts:
    """Circular 121: the Questions of circular 101 in the same versions, with their lists as of half a year later."""
    facts = facts_json.read(ROOT / "data" / "documents" / "circular-2025-2028-101.zh.json")
    questions = tuple(listed_again(question, "2026-06-10") for question in facts.questions)
    return replace(
        facts,
        document=replace(facts.document, sha256="1" * 64),
        circular=replace(facts.circular, number=121, date="2026-07-01"),
        questions=questions,
        evidence={**facts.evidence, "/circular/date": (3, 3)},
    )


@pytest.fixture(scope="module")
def known(dataset: Path) -> list[bytes]:
    return (dataset / "dataset.nq").read_bytes().splitlines(keepends=True)


@pytest.fixture(scope="module")
def after(known: list[bytes], newer_list: Facts) -> list[bytes]:
    return apply_patch(known, of_document(newer_list, PERIODS), RULES, EmbeddedStore.from_nquads)


def test_a_newer_list_of_the_same_version_is_taken(known: list[bytes], newer_list: Facts, after: list[bytes]) -> None:
    assert refusals(of_document(newer_list, PERIODS), after, BOOK) == []


def test_each_of_two_lists_of_one_version_holds_on_its_days(after: list[bytes]) -> None:
    asked = asking(after)
    then, now = (asked("question-owning", number="X.1280", on=day) for day in ("2026-01-01", "2026-07-01"))
    assert [column(rows, "as_of") for rows in (then, now)] == [["2025-12-11"], ["2026-06-10"]]
    assert [column(rows, "document") for rows in (then, now)] == [["TSB Circular 101 (2025-2028)"], ["TSB Circular 121 (2025-2028)"]]
    assert {*column(then, "version"), *column(now, "version")} == {"Q10/17 (2026)"}


def test_what_a_rule_infers_of_two_lists_is_two_statements(after: list[bytes]) -> None:
    days = column(
        [row for row in asking(after)("statements-of-owners", thing=KG + "rec/X.2210") if value(row, "basis") == "inferred"], "as_of"
    )
    assert {"2025-12-11", "2026-06-10"} <= set(days)


def test_two_lists_that_meet_one_conflict_say_it_once(after: list[bytes]) -> None:
    query = f"SELECT ?c (COUNT(DISTINCT ?l) AS ?n) WHERE {{ ?c a <{KG}ontology#Conflict> ; <{LABEL}> ?l }} GROUP BY ?c"
    rows = EmbeddedStore.from_nquads(b"".join(after)).query(query).rows()
    assert rows
    assert {value(row, "n") for row in rows} == {"1"}


SAID = {"source": "https://example.org/list", "source_date": "2008-09-01", "seen": "verbatim", "authority": "itu page"}


def row(table: str, **values: object) -> AnyRow:
    return parse_row(table, {**SAID, **values})


MONTH = {"source": "https://example.org/record", "source_date": "2008-09"}
OLD, NEW = {"period": "2005-2008"}, {"period": "2009-2012"}
ITEM = {"kind": "work item", "question": "10/17", **OLD}
ROWS = [
    row("questions", group="SG17", number="10/17", title="Notation of things", lang="en", **OLD),
    row("questions", group="SG17", number="12/17", title="Notation of things", predecessors=["10/17 (2005-2008)"], **NEW),
    row("responsibilities", text="X.9660", relation="work item of", as_of="2008-08-29", **ITEM),
    row("responsibilities", text="X.dated", relation="responsible", as_of="2004", **ITEM),
    row("responsibilities", text="X.9661", relation="responsible", as_of="2008-08-29", kind="work item", question="M/17", **OLD),
    row("work_items", number="X.9662", title="A", type="R", version="Rev.", status="Under study", question="10/17", **OLD, **MONTH),
    row("work_items", number="X.9662", title="B", type="R", version="Rev.", status="Under study", question="12/17", **NEW),
    row("work_items", provisional="X.past", title="C", type="R", status="Approved", status_date="2008-03-01", question="10/17", **OLD),
]


@pytest.fixture(scope="module")
def with_past(known: list[bytes]) -> Asked:
    source = RowSource("past", "1", URIRef(KG + "source/" + "2" * 64), "2026-11-29")
    stated = sorted({*(r for r in known if b"/graph/inferred/" not in r), *lines(quads(source, ROWS, [], Numbering(), third_party=False))})
    return asking([*stated, *infer(stated, RULES, EmbeddedStore.from_nquads)])


def test_a_number_asked_without_a_day_means_its_newest_bearer(with_past: Asked) -> None:
    assert "X.9660" not in column(with_past("texts-of-question", question="Q10/17"), "text")
    there = column(with_past("texts-of-question", question="Q10/17", on="2008-10-01"), "text")
    assert there == ["X.9660", "X.9662 rev 2005-2008", "X.dated", "X.past"]


def test_a_work_item_of_an_earlier_bearer_is_not_owned_by_today_s(with_past: Asked) -> None:
    rows = with_past("statements-of-owners", thing=KG + "work-item/X.9660")
    assert column(rows, "version") == ["Q10/17 (2005-2008)"]
    assert column(rows, "holds_until") == ["2008-10-30"]


def test_a_statement_without_a_day_is_kept_without_one(with_past: Asked) -> None:
    (row_,) = with_past("question-developing", name="X.dated")
    assert (value(row_, "as_of"), value(row_, "version")) == (None, "Q10/17 (2005-2008)")


def test_versions_are_one_question_where_a_source_says_so(with_past: Asked) -> None:
    rows = with_past("predecessors-of-question", question="Q12/17", on="2010-01-01")
    assert [(value(row, "version"), value(row, "continues")) for row in rows] == [("Q12/17 (2009-2012)", "Q10/17 (2005-2008)")]
    now = with_past("predecessors-of-question", question="Q10/17")
    assert "Q10/17 (2005-2008)" not in column(now, "continues")


def test_who_bears_a_number_depends_on_the_day(with_past: Asked) -> None:
    bearing = {day: {value(row, "year") for row in with_past("question-versions", question="Q10/17", **on) if value(row, "bears") == "yes"}
               for day, on in (("now", {}), ("2008", {"on": "2008-01-01"}))}  # fmt: skip
    assert bearing == {"now": {"2025", "2026"}, "2008": {"2005-2008"}}


def test_a_question_by_letter_is_a_proposal_and_owns_nothing(with_past: Asked) -> None:
    assert with_past("statements-of-owners", thing=KG + "work-item/X.9661") == []
    assert with_past("question-developing", name="X.9661") == []


def stages(with_past: Asked, name: str, day: str = "2008-10-01") -> list[tuple[str | None, ...]]:
    rows = with_past("work-item-stages", item=KG + "work-item/" + name, on=day)
    return [tuple(value(row, key) for key in ("status", "since", "until")) for row in rows]


def test_work_is_under_development_for_the_study_period_of_which_a_source_says_so(with_past: Asked) -> None:
    assert stages(with_past, "X.9660") == [("under-development", "2008-08-29", "2008-10-30")]
    assert stages(with_past, "X.9662-rev-2005-2008") == [("under-development", None, "2008-10-30")]


def test_a_record_that_work_was_approved_is_no_work_under_development(with_past: Asked) -> None:
    assert stages(with_past, "X.past") == [("approved", "2008-03-01", None)]
