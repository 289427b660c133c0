"""What corrigenda change: how it is put, what is a change of the deadline for replies, and what is not taken over."""

from collections.abc import Mapping
from typing import Any

import pytest

from sg17kg.extraction.extractor import Extractor
from tests.letters.test_traps import read

NAMES = {
    "en": "Corrigendum 1 to TSB Circular 301",
    "fr": "Corrigendum 1 à la Circulaire TSB 301",
    "es": "Corrigéndum 1 a la Circular TSB 301",
    "ru": "Исправление 1 к Циркуляру 301 БСЭ",
    "ar": "التصويب 1 للرسالة المعممة 301 لمكتب تقييس الاتصالات",
    "zh": "电信标准化局第301号通函勘误1",
}


def corrigendum(extractor: Extractor, lang: str, body: str) -> Mapping[str, Any]:
    return read(extractor, lang, NAMES[lang], body, NAMES[lang])


def changes(facts: Mapping[str, Any]) -> list[tuple[str | None, ...]]:
    return [tuple(entry[name] for name in ("what", "text", "replaced", "by")) for entry in facts["corrections"]]


def unread(facts: Mapping[str, Any]) -> list[list[int]]:
    return [finding["lines"] for finding in facts["findings"] if finding["code"] == "change-not-read"]


MOVED = {
    "en": "The deadline for replies is extended to 17 June 2031.",
    "fr": "La date limite de réponse est prolongée jusqu'au 17 juin 2031.",
    "es": "El plazo de respuesta queda prorrogado hasta el 17 de junio de 2031.",
    "ru": "Срок представления ответов продлевается до 17 июня 2031 года.",
    "ar": "مُدِّد الموعد النهائي للردود إلى 17 يونيو 2031.",
    "zh": "答复截止日期延长至2031年6月17日。",
}


@pytest.mark.parametrize("lang", MOVED)
def test_a_new_deadline_is_known_without_the_old_one(lang: str, extractor: Extractor) -> None:
    facts = corrigendum(extractor, lang, MOVED[lang])
    assert changes(facts) == [("reply-deadline", None, None, "2031-06-17")]
    assert facts["consultation"] is None
    assert facts["evidence"]["/corrections/0"] == facts["corrections"][0]["lines"]


@pytest.mark.parametrize(
    ("sentence", "replaced", "by"),
    [
        (
            "Read “2359 hours UTC on 17 June 2031” instead of “1800 hours UTC on 10 June 2031”.",
            "2031-06-10T18:00:00Z",
            "2031-06-17T23:59:00Z",
        ),
        ("“1 to 9 July 2031” should read “2 to 10 July 2031”.", "2031-07-01/2031-07-09", "2031-07-02/2031-07-10"),
        ("Replace X.9131 by X.9132.", "X.9131", "X.9132"),
        ("Instead of:\n«X.clk-syn»\nread:\n«X.clk-sync»", "X.clk-syn", "X.clk-sync"),
    ],
)
def test_moments_meetings_numbers_and_names_are_taken_over(sentence: str, replaced: str, by: str, extractor: Extractor) -> None:
    assert changes(corrigendum(extractor, "en", sentence)) == [(None, None, replaced, by)]


def test_a_title_is_that_of_its_text(extractor: Extractor) -> None:
    facts = corrigendum(extractor, "en", "In Annex 1, the title of draft new Recommendation ITU-T X.9131 should read “Clocks – a profile”.")
    assert changes(facts) == [("title", "X.9131", None, "Clocks – a profile")]


def test_words_that_are_replaced_are_told_and_not_kept(extractor: Extractor) -> None:
    facts = corrigendum(extractor, "en", "1\tRead “blue lamps” instead of “red lamps”.\n2\tReplace X.9131 by X.9132.")
    assert changes(facts) == [(None, None, None, None), (None, None, "X.9131", "X.9132")]
    assert unread(facts) == [facts["corrections"][0]["lines"][:1]]
    assert "lamps" not in str({name: value for name, value in facts.items() if name != "findings"})


def test_a_day_within_words_that_change_is_no_change_of_the_day(extractor: Extractor) -> None:
    facts = corrigendum(extractor, "en", "Read “in Geneva by 17 June 2031” instead of “in Bern by 17 June 2031”.")
    assert changes(facts) == [(None, None, None, None)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The deadline for contributions is extended to 17 June 2031.",
        "The deadline for registration is moved from 10 June 2031 to 17 June 2031.",
    ],
)
def test_another_deadline_is_not_that_for_replies(sentence: str, extractor: Extractor) -> None:
    assert "reply-deadline" not in [what for what, *_ in changes(corrigendum(extractor, "en", sentence))]


DENIED = {
    "en": [
        "The deadline for replies will not be extended until 17 June 2031.",
        "The deadline for replies has not been changed from 10 June 2031 to 17 June 2031.",
        "Should the meeting be postponed, the deadline for replies will be extended until 17 June 2031.",
        "Do not read “17 June 2031” instead of “10 June 2031”.",
    ],
    "fr": [
        "La date limite de réponse ne sera pas prolongée jusqu'au 17 juin 2031.",
        "Ne pas lire «17 juin 2031» au lieu de «10 juin 2031».",
    ],
    "es": [
        "El plazo de respuesta no se prorroga hasta el 17 de junio de 2031.",
        "No léase «17 de junio de 2031» en lugar de «10 de junio de 2031».",
    ],
    "ru": [
        "Срок представления ответов не будет продлен до 17 июня 2031 года.",
        'Не следует читать "17 июня 2031 года" вместо "10 июня 2031 года".',
    ],
    "ar": ["لن يُمدد الموعد النهائي للردود حتى 17 يونيو 2031.", 'لا يُقرأ "17 يونيو 2031" بدلاً من "10 يونيو 2031".'],
    "zh": ["答复截止日期不会延长至2031年6月17日。", "如会议推迟，答复截止日期将延长至2031年6月17日。"],
}


@pytest.mark.parametrize(("lang", "sentence"), [(lang, sentence) for lang, sentences in DENIED.items() for sentence in sentences])
def test_what_is_denied_or_may_come_changes_nothing(lang: str, sentence: str, extractor: Extractor) -> None:
    facts = corrigendum(extractor, lang, sentence)
    assert {by for *_, by in changes(facts)} <= {None}
    assert len(unread(facts)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "“1 July 2031” and “10 June 2031” should read “2 July 2031” and “17 June 2031”.",
        "Read “1800 hours (Geneva time) on 17 June 2031” instead of “2359 hours UTC on 10 June 2031”.",
        "Read “TSB Circular 310 of 17 June 2031” instead of “TSB Circular 301 of 10 June 2031”.",
        "In the title of X.9131, “clock” should read “clocks”.",
        "The title of Annex 2 should read “Form for replies”.",
    ],
)
def test_what_cannot_be_told_apart_is_no_value(sentence: str, extractor: Extractor) -> None:
    facts = corrigendum(extractor, "en", sentence)
    assert set(changes(facts)) == {(None, None, None, None)}
    assert unread(facts)


@pytest.mark.parametrize(
    "sentence",
    [
        "Instead of: 10 June 2031\nRead: 17 June 2031\nInstead of: X.9131\nRead: X.9132",
        "Read: “17 June 2031”\nInstead of: “10 June 2031”\nRead: “X.9132”\nInstead of: “X.9131”",
        "Read “17 June 2031” instead of “10 June 2031”\nRead “X.9132” instead of “X.9131”",
        "Replies are due by 17 June 2031 and not by 10 June 2031, and “X.9132” instead of “X.9131”.",
    ],
)
def test_two_changes_are_not_mixed(sentence: str, extractor: Extractor) -> None:
    found = changes(corrigendum(extractor, "en", sentence))
    assert set(found) == {(None, None, "2031-06-10", "2031-06-17"), (None, None, "X.9131", "X.9132")}


def test_a_corrigendum_of_which_no_change_is_read_says_so(extractor: Extractor) -> None:
    facts = corrigendum(extractor, "en", "The deadline of TSB Circular 301 of 2 February 2031 stays 10 June 2031.")
    assert changes(facts) == []
    assert len(unread(facts)) == 1


def test_what_goes_on_without_end_is_searched_to_a_length_and_the_rest_is_told(extractor: Extractor) -> None:
    body = "\n".join(f"{ordinal}\tReplace X.{ordinal} by Y.{ordinal}." for ordinal in range(1000, 3000))
    facts = corrigendum(extractor, "en", body)
    assert 300 < len(changes(facts)) < 600
    [rest] = unread(facts)
    assert rest[0] == facts["corrections"][-1]["lines"][1] + 1
