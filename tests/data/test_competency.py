"""Questions of users that the five circulars answer, each by one query of the catalogue."""

from collections import Counter

import pytest

from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import Row, value
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT


@pytest.fixture(scope="module")
def asked(store: EmbeddedStore):  # type: ignore[no-untyped-def]
    catalogue = QueryLibrary.read(ROOT / "queries")

    def ask(query: str, /, **arguments: str) -> list[Row]:
        return store.query(catalogue.get(query).bind(arguments)).rows()

    return ask


def column(rows: list[Row], name: str) -> list[str | None]:
    return [value(row, name) for row in rows]


def test_which_number_was_given_to_a_work_item(asked) -> None:  # type: ignore[no-untyped-def]
    assert column(asked("became", name="x.ACCSADLT"), "number") == ["X.1286"]


def test_which_drafts_a_circular_puts_to_member_states(asked) -> None:  # type: ignore[no-untyped-def]
    numbers = column(asked("drafts-of-circular", circular="104", period="2025-2028"), "number")
    assert numbers == ["X.1280", "X.1286", "X.1821", "X.1350", "X.2105", "X.2210", "X.1910", "X.1651", "X.1607", "X.1418", "X.1417"]


@pytest.mark.parametrize(
    ("day", "documents"),
    [
        ("2026-05-01", ["TSB Circular 104 (2025-2028)"]),
        ("2026-04-03", ["TSB Circular 101 (2025-2028)", "TSB Circular 104 (2025-2028)"]),
        ("2023-08-17", []),
        ("2020-09-09", []),
        ("2026-01-29", []),
        ("2026-01-30", ["TSB Circular 101 (2025-2028)"]),
    ],
)
def test_which_consultations_are_open_on_a_day(asked, day: str, documents: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert column(asked("open-consultations", on=day), "document") == documents


def test_where_and_when_the_meeting_is(asked) -> None:  # type: ignore[no-untyped-def]
    row = next(row for row in asked("meetings", group="SG17") if value(row, "start") == "2023-08-28")
    assert (value(row, "place"), value(row, "country"), value(row, "end")) == ("Goyang", "Republic of Korea", "2023-09-08")


def test_which_drafts_have_an_a5_justification(asked) -> None:  # type: ignore[no-untyped-def]
    assert column(asked("a5-justifications"), "number") == ["X.1217", "X.1221", "X.1222", "X.1817"]


def test_which_drafts_are_amendments_or_corrigenda(asked) -> None:  # type: ignore[no-untyped-def]
    rows = asked("amendments-and-corrigenda")
    assert dict(zip(column(rows, "part"), column(rows, "changes"), strict=True)) == {"X.1352 Amd.1": "X.1352", "X.1333 Cor.1": "X.1333"}


def test_which_question_owns_a_recommendation(asked) -> None:  # type: ignore[no-untyped-def]
    (row,) = asked("question-owning", number="X.1280", on="2025-12-11")
    shown = tuple(value(row, name) for name in ("question", "as_of", "document", "first_line"))
    assert shown == ("Q10/17", "2025-12-11", "TSB Circular 101 (2025-2028)", "122")


def test_nobody_is_known_to_own_it_the_day_before(asked) -> None:  # type: ignore[no-untyped-def]
    assert asked("question-owning", number="X.1280", on="2025-12-10") == []


def test_two_owners_in_one_document_are_both_given(asked) -> None:  # type: ignore[no-untyped-def]
    assert column(asked("question-owning", number="X.1282"), "question") == ["Q10/17", "Q7/17"]


def test_joint_responsibility(asked) -> None:  # type: ignore[no-untyped-def]
    assert column(asked("question-owning", number="E.409"), "joint_with") == ["SG2"]


def test_what_a_question_continues(asked) -> None:  # type: ignore[no-untyped-def]
    assert column(asked("predecessors-of-question", question="Q10/17"), "continues") == ["Q10/17 (2025)", "Q3/17 (2025)"]


def test_how_many_texts_a_question_has(asked) -> None:  # type: ignore[no-untyped-def]
    types = column(asked("texts-of-question", question="Q7/17"), "type")
    assert {kind: types.count(kind) for kind in set(types)} == {"Recommendation": 34, "Supplement": 6, "TechnicalReport": 1, "WorkItem": 12}


def test_which_texts_under_development_have_a_number(asked) -> None:  # type: ignore[no-untyped-def]
    rows = asked("numbered-work-items", question="Q10/17")
    assert dict(zip(column(rows, "provisional_name"), column(rows, "number"), strict=True)) == {
        "X.aas": "X.1901",
        "X.bvm": "X.1096",
        "X.oob-pacs": "X.1268",
        "X.srdidm": "X.2310",
        "X.tas": "X.1097",
        "X.tis": "X.1098",
    }


def test_which_study_items_several_tasks_address(asked) -> None:  # type: ignore[no-untyped-def]
    rows = asked("tasks-of-study-items", question="Q10/17")
    several = [int(value(row, "study_item") or 0) for row in rows if int(value(row, "tasks") or 0) > 1]
    assert several == [2, 3, 4, 5, 10, 11, 18, 19, 21, 23]


def test_which_bodies_all_three_questions_name(asked) -> None:  # type: ignore[no-untyped-def]
    bodies = [
        {value(row, "name") for row in asked("relations-of-question", question=name) if value(row, "type") == "Body"}
        for name in ("Q7/17", "Q10/17", "Q16/17")
    ]
    assert set.intersection(*bodies) == {"ISO/IEC JTC 1/SC 27", "ISO/IEC JTC 1/SC 42"}


def test_which_bodies_all_three_questions_name_counting_parts(asked) -> None:  # type: ignore[no-untyped-def]
    rows = asked("shared-bodies", circular="101")
    assert column(rows, "body") == ["ISO/IEC JTC 1/SC 27", "ISO/IEC JTC 1/SC 42", "ETSI", "IETF"]
    assert [value(row, "body") for row in rows if value(row, "exact") == "yes"] == ["ISO/IEC JTC 1/SC 27", "ISO/IEC JTC 1/SC 42"]


@pytest.mark.parametrize(
    ("on", "said_by", "results"),
    [
        (None, None, {"approved": 21, "approved-later": 4, "became-other": 1, "unknown": 3}),
        ("2024-03-15", None, {"approved": 11, "approved-later": 1, "became-other": 1, "unknown": 2, None: 14}),
        (None, "2026-01-01", {"approved": 11, "approved-later": 4, "unknown": 2, None: 12}),
    ],
)
def test_outcomes_on_a_day_and_as_far_as_had_been_said(asked, on: str | None, said_by: str | None, results: dict[str | None, int]) -> None:  # type: ignore[no-untyped-def]
    given = {key: day for key, day in (("on", on), ("said_by", said_by)) if day}
    found = [value(row, "result") for row in asked("outcomes", **given)]
    assert Counter(found) == results


def test_how_replies_count(asked) -> None:  # type: ignore[no-untyped-def]
    (row,) = asked("counting-rules", circular="101")
    shown = tuple(value(row, name) for name in ("threshold_percent", "counted", "if_met", "if_no_replies", "if_not_met", "clause"))
    assert shown == ("70", "explicit-replies", "approved", "approved", "returned-to-study-group", "7.3.2")


def test_which_letter_carries_the_agenda(asked) -> None:  # type: ignore[no-untyped-def]
    letters = {value(row, "start"): value(row, "collective_letter") for row in asked("meetings") if value(row, "collective_letter")}
    known = {"2021-01": "10/17", "2023-08": "5/17", "2024-02": "6/17", "2026-06": "8/17"}
    assert known.items() <= {str(day)[:7]: str(letter).split(" ")[2] for day, letter in letters.items()}.items()


def test_which_draft_a_misprinted_row_means(asked) -> None:  # type: ignore[no-untyped-def]
    assert column(asked("meaning-of-form-row", printed="X.1811"), "number") == ["X.1281"]


def test_which_question_developed_the_text_that_became_a_draft(asked) -> None:  # type: ignore[no-untyped-def]
    (row,) = asked("question-owning", number="X.2210")
    assert (value(row, "question"), value(row, "basis")) == ("Q7/17", "inferred")


def test_editions_and_the_circulars_that_led_to_them(asked) -> None:  # type: ignore[no-untyped-def]
    rows = asked("editions-of-text", number="X.1280")
    assert [(value(row, "edition"), value(row, "document")) for row in rows] == [
        ("03/2024", "TSB Circular 142 (2022-2024)"),
        ("06/2026", "TSB Circular 104 (2025-2028)"),
    ]


def test_which_drafts_were_approved_later(asked) -> None:  # type: ignore[no-untyped-def]
    rows = asked("outcomes", outcome="approved-later")
    assert {value(row, "number"): value(row, "date") for row in rows} == {
        "X.1811": "2021-04-30",
        "X.1353": "2024-09-06",
        "X.1471": "2024-09-06",
        "X.1818": "2024-09-06",
    }


def test_what_became_of_a_draft_whose_number_went_to_another_text(asked) -> None:  # type: ignore[no-untyped-def]
    (row,) = asked("became", name="X.rdda")
    assert (value(row, "number"), value(row, "outcome"), value(row, "text")) == ("X.1771", "became-other", "X Suppl. 39")


def test_which_texts_are_listed_before_their_first_edition(asked) -> None:  # type: ignore[no-untyped-def]
    rows = asked("listed-before-first-edition")
    assert {value(row, "number"): value(row, "first_edition") for row in rows if value(row, "question") == "Q7/17"} == {
        "X.1130": "2025-12-11",
        "X.1457": "2025-12-11",
    }


def test_absence_of_a_record_is_unknown(asked) -> None:  # type: ignore[no-untyped-def]
    unknown = [value(row, "number") for row in asked("outcomes") if value(row, "result") == "unknown"]
    assert unknown == ["X.2210", "X.1221", "X.1222"]
