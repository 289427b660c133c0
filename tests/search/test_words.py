"""What stays the same however a name is typed, and what counts as a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sg17kg.search.tokens import folded, key, natural, words


@pytest.mark.parametrize(
    "typed",
    [
        "X.1280",
        "x1280",
        "X 1280",
        "x. 1280",
        "ITU-T X.1280",
        "itu-t rec. x.1280",
        "Recommendation ITU-T X.1280",
        "ITU T Rec X.1280",
        "Ｘ．１２８０",
    ],
)
def test_a_number_has_one_key_however_it_is_typed(typed: str) -> None:
    assert key(typed) == "x1280"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("x1303bis", "X.1303 bis"),
        ("Z.100 Appendix II", "Z.100 App. II"),
        ("z100 annex c1", "Z.100 Annex C1"),
        ("E-100 Suppl. 1", "E-100 series Suppl. 1"),
        ("X-series Supplement 39", "X Suppl. 39"),
        ("D.608 R", "D.608R"),
    ],
)
def test_every_form_of_a_number_has_the_key_of_its_printed_one(typed: str, number: str) -> None:
    assert key(typed) == key(number)


@pytest.mark.parametrize("typed", ["Q10/17", "q10/17", "Question 10/17", "question 10/17", "Q 10/17", "Ｑ１０／１７"])
def test_a_question_keeps_the_stroke_before_its_group(typed: str) -> None:
    assert key(typed) == "q10/17"


def test_a_report_is_told_apart_by_its_study_period() -> None:
    assert key("SG17-R25@2025-2028") == key("SG17-R25 (2025-2028)") != key("SG17-R25 (2022-2024)")


def test_a_name_that_is_nothing_but_noise_has_a_key_all_the_same() -> None:
    assert key("ITU-T") == "itut"


def test_neighbouring_chinese_characters_are_words() -> None:
    assert words("带外认证") == ["带外", "外认", "认证"]
    assert words("证") == ["证"]
    assert words("基于DLT的认证") == ["基于", "dlt", "的认", "认证"]


def test_words_of_other_scripts_are_runs_of_letters_and_digits() -> None:
    assert words("Security, identity – and X.1280!") == ["security", "identity", "and", "x", "1280"]
    assert words("Безопасность أمن") == ["безопасность", "أمن"]


def test_numbers_sort_as_numbers() -> None:
    assert sorted(["X.1051", "X.509", "E.409", "X Suppl. 7", "X.1277.2", "X.1277"], key=natural) == [
        "E.409",
        "X Suppl. 7",
        "X.509",
        "X.1051",
        "X.1277",
        "X.1277.2",
    ]


@given(st.text(max_size=1000))
def test_any_text_has_words_a_key_and_an_order(text: str) -> None:
    assert key(text.upper()[:100]) == key(text.upper()[:100].swapcase().upper())
    assert all(word == folded(word) for word in words(text))
    assert natural(text) <= natural(text + "z")
