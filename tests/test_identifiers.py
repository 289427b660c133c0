"""Identifiers: what people type, what ITU prints, and the IRIs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sg17kg import identifiers as ids
from sg17kg.errors import BadIdentifier


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("X.1280", "X.1280"),
        ("x1280", "X.1280"),
        ("X 1280", "X.1280"),
        ("ITU-T X.1280", "X.1280"),
        ("itu-t rec. x.1280", "X.1280"),
        ("Recommendation ITU-T X.1280", "X.1280"),
        ("Ｘ.１２８０", "X.1280"),
        ("X.1080.0", "X.1080.0"),
        ("X.1277.2", "X.1277.2"),
        ("E.409", "E.409"),
        ("X Suppl. 39", "X Suppl. 39"),
        ("x suppl 39", "X Suppl. 39"),
        ("X-series Supplement 39", "X Suppl. 39"),
        ("X.Suppl.39", "X Suppl. 39"),
        ("XSTR.sgfdm", "XSTR.sgfdm"),
    ],
)
def test_what_people_type_gives_the_printed_number(typed: str, number: str) -> None:
    assert ids.parse_number(typed) == number


@pytest.mark.parametrize("typed", ["", "X", "1280", "X.", "X.12345", "XX.1280", "X.1280; DROP", "X.1280/..", "Q10/17", "\x00", "X.oob-sa"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(BadIdentifier, match=r"write it like X\.1280"):
        ids.parse_number(typed)


@pytest.mark.parametrize(("typed", "question"), [("Q10/17", (17, 10)), ("10/17", (17, 10)), ("question 7/17", (17, 7)), ("q1/2", (2, 1))])
def test_questions(typed: str, question: tuple[int, int]) -> None:
    assert ids.parse_question(typed) == question


@pytest.mark.parametrize("typed", ["Q10", "10-17", "Q/17", "Q10/17/2026"])
def test_what_is_no_question_is_refused(typed: str) -> None:
    with pytest.raises(BadIdentifier):
        ids.parse_question(typed)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("X.oob-sa", "recommendation"),
        ("X.Supd", "supplement"),
        ("X.sup-divs", "supplement"),
        ("X.srm-sup", "supplement"),
        ("X.supply-chain", "recommendation"),
        ("XSTR.sgfdm", "technical-report"),
        ("X.STR.SIMRegBio", "technical-report"),
        ("TR.AIsmf", "technical-report"),
        ("X.strong-id", "recommendation"),
    ],
)
def test_names_tell_what_the_text_is(name: str, kind: str) -> None:
    assert ids.type_of_name(name) == kind


@pytest.mark.parametrize(
    ("made", "path"),
    [
        (ids.deliverable_iri("X.1277.2"), "rec/X.1277.2"),
        (ids.deliverable_iri("X Suppl. 39"), "sup/X/39"),
        (ids.deliverable_iri("XSTR.sgfdm"), "tr/XSTR.sgfdm"),
        (ids.part_iri("X.1352", "Amd.1"), "rec/X.1352/amd1"),
        (ids.group_iri("SG17"), "sg/17"),
        (ids.group_iri("ITU-T SG17"), "sg/17"),
        (ids.group_iri("ITU-D SG2"), "sg/d/2"),
        (ids.group_iri("TSAG"), "group/tsag"),
        (ids.meeting_iri("SG17", "2026-06-01"), "meeting/sg17/2026-06"),
        (ids.iri("body", ids.slug("ISO/IEC JTC 1/SC 27")), "body/iso-iec-jtc-1-sc-27"),
    ],
)
def test_iris(made: str, path: str) -> None:
    assert made == f"https://w3id.org/sg17kg/{path}"


@given(st.text())
def test_any_text_is_a_number_or_is_refused(text: str) -> None:
    try:
        number = ids.parse_number(text)
    except BadIdentifier:
        return
    assert ids.parse_number(number) == number


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_no_text_escapes_its_place_in_an_iri(parts: list[str]) -> None:
    made = ids.iri(*parts)
    assert made.count("/") == len(["https:", "", "w3id.org", "sg17kg", ""]) - 1 + len(parts) - 1
    assert made.isascii()
    assert not set(made) & set(' <>"{}|\\^`')


@pytest.mark.parametrize("group", ["SG17", "ITU-D SG1", "TSAG"])
def test_the_iri_of_a_group_gives_its_name_back(group: str) -> None:
    assert ids.group_of(ids.group_iri(group)) == group


def test_study_periods() -> None:
    assert ids.parse_study_period(" 2025-2028 ") == "2025-2028"
    assert ids.parse_study_period("2025-2025") == "2025-2025"


@pytest.mark.parametrize("typed", ["2028-2025", "2025", "2025–2028", "25-28", "2025-2028-2029", ""])
def test_what_is_no_study_period_is_refused(typed: str) -> None:
    with pytest.raises(BadIdentifier, match="write it like 2025-2028"):
        ids.parse_study_period(typed)
