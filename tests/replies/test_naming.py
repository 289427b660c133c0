"""What people type, and what is meant."""

import pytest

from sg17kg.errors import BadIdentifier, BadParameter, NotFound
from sg17kg.namespaces import BASE
from sg17kg.replies.circular_names import circular_named, key, text_named, texts_by_key
from sg17kg.replies.consultation import Ask, Consultation
from sg17kg.store.base import NamedNode, RdfLiteral, Row
from tests.replies.making import text

WANTED = BASE + "circular/2025-2028/104"


@pytest.mark.parametrize(
    "typed",
    [
        "circular/2025-2028/104", "consultation/2025-2028/104", WANTED, "104", "TSB Circular 104 (2025-2028)", "tsb circular 104",
        "Circular 104", "Circulaire TSB 104", "Циркуляр 104 БСЭ", "电信标准化局第104号通函", "104 (2025-2028)",
    ],
)  # fmt: skip
def test_a_circular_is_found_however_it_is_written(typed: str, ask: Ask) -> None:
    assert circular_named(ask, typed) == WANTED


@pytest.mark.parametrize("typed", ["", "X.1280", "104 and 101", "circular", "Q10/17", "TSB Circular 104a"])
def test_what_is_no_circular_is_refused(typed: str, ask: Ask) -> None:
    with pytest.raises(BadIdentifier, match="is no circular; write it like"):
        circular_named(ask, typed)


def test_a_circular_that_opens_no_consultation_is_said_to_open_none(ask: Ask) -> None:
    with pytest.raises(NotFound, match=r"^circular/2025-2028/107 opens no consultation; "):
        circular_named(ask, "107")


@pytest.mark.parametrize("typed", ["999", "TSB Circular 104 (2022-2024)"])
def test_a_number_without_a_consultation_is_not_found(typed: str, ask: Ask) -> None:
    with pytest.raises(NotFound, match="no consultation by"):
        circular_named(ask, typed)


def test_a_number_of_two_periods_asks_which() -> None:
    def ask(name: str, /, **_: str | None) -> list[Row]:
        if name == "circular":
            return [{"consultation_iri": NamedNode(BASE + "consultation/x")}]
        return [{"iri": NamedNode(f"{BASE}circular/{period}/7"), "number": RdfLiteral("7", "")} for period in ("2022-2024", "2025-2028")]

    with pytest.raises(BadParameter, match="circular/2022-2024/7, circular/2025-2028/7"):
        circular_named(ask, "7")
    assert circular_named(ask, "7 (2022-2024)") == BASE + "circular/2022-2024/7"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("x1280", "X.1280"), ("ITU-T X.1280", "X.1280"), ("X.OSIA", "X.1281"), ("X.1352 Amd. 1", "X.1352 Amd.1"),
        ("x.1352", "X.1352 Amd.1"),
        ("draft/2022-2024/142/7", "X.1373"), ("X.1811", "X.1281"),
    ],
)  # fmt: skip
def test_a_text_is_found_by_number_name_and_misprint(typed: str, meant: str, misprinted: Consultation) -> None:
    assert text_named(texts_by_key(misprinted.texts), typed).name == meant


@pytest.mark.parametrize("typed", ["Q10/17", "10/17", "question 10/17", "q 10/17"])
def test_a_question_is_found(typed: str, questions: Consultation) -> None:
    assert text_named(texts_by_key(questions.texts), typed).name == "Q10/17"


def test_a_misprint_does_not_take_the_number_of_another_text() -> None:
    texts = (text(1, "X.1"), text(2, "X.2", printed_number="X.1"))
    assert text_named(texts_by_key(texts), "X.1").row == 1


def test_a_text_and_its_amendment_are_told_apart() -> None:
    known = texts_by_key((text(1, "X.1", part="Amd.1"), text(2, "X.1"), text(3, "X.1", part="Amd.2")))
    assert [text_named(known, typed).row for typed in ("X.1 Amd.1", "X.1", "X.1 Amd. 2")] == [1, 2, 3]


def test_a_number_that_may_mean_two_texts_is_refused() -> None:
    known = texts_by_key((text(1, "X.1", part="Amd.1"), text(2, "X.1", part="Cor.1")))
    with pytest.raises(BadIdentifier, match=r"may mean X\.1 Amd\.1, X\.1 Cor\.1"):
        text_named(known, "X.1")


def test_an_unknown_text_is_refused_with_those_that_there_are(questions: Consultation) -> None:
    with pytest.raises(BadIdentifier, match=r"'X\.9' is not in this consultation; it asks about Q7/17, Q10/17, Q16/17"):
        text_named(texts_by_key(questions.texts), "X.9")


def test_dots_between_digits_matter() -> None:
    assert key("X.1277.2") != key("X.12772")
    assert key("X.5Gsec-ctrl") == key("x 5gsec ctrl")
