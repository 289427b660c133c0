"""The languages of pages: catalogues are whole, keep their placeholders, and say what they do not have."""

import re

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from scripts import update_messages

from sg17kg.rendering.code_labels import TERMS
from sg17kg.rendering.i18n import LANGUAGES, Language, direction_of, language_for

FOLDER = update_messages.LANGUAGES
ENGLISH = LANGUAGES[0]
OTHERS = [language for language in LANGUAGES if language.tag != "en"]
# What serves navigation and the working of a page, every language has; terms that nobody confirmed may be missing (marked as English then)
NAVIGATION = (
    "Search", "Language", "Main", "Recommendations", "Work items", "Questions", "Circulars", "Consultations", "Meetings", "Conflicts",
    "Bodies", "Changes", "Explore", "Ontology", "To the content", "As data", "Dumps", "Home", "Show", "As of", "Back to today",
    "Light or dark", "Found", "Number, name or words: X.1280, Q10/17, identity", "Pages", "Narrow down", "Statements", "Editions",
    "History", "Drafts", "Lines", "Check", "Check a circular", "File", "What to do", "Reply form", "Make the Word file",
)  # fmt: skip


def messages(tag: str) -> list[Message]:
    with (FOLDER / f"{tag}.po").open("rb") as file:
        return [message for message in read_po(file, locale=tag) if message.id]


def forms(message: Message) -> list[tuple[str, str]]:
    """Each form of a message with the English that it stands for."""
    if isinstance(message.id, tuple):
        return [(message.id[1], form) for form in message.string or ()]
    return [(message.id, message.string)] if isinstance(message.id, str) and isinstance(message.string, str) else []


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.tag)
def test_the_catalogue_has_just_the_messages_of_code_and_templates(language: Language) -> None:
    known = {message.id for message in update_messages.extracted() if message.id}
    assert {message.id for message in messages(language.tag)} == known, "run `make messages`"


def test_chinese_is_complete() -> None:
    assert [message.id for message in messages("zh") if not all(form for _, form in forms(message))] == []


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.tag)
def test_navigation_is_there_in_every_language(language: Language) -> None:
    assert [message for message in NAVIGATION if not language.has(message)] == []


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.tag)
def test_a_translation_has_the_placeholders_of_its_message(language: Language) -> None:
    def names(text: str) -> list[str]:
        return sorted(set(re.findall(r"%\((\w+)\)s", text)))

    for message in messages(language.tag):
        for english, own in forms(message):
            if own:
                # a form for one thing alone may say the number in words
                assert set(names(own)) | {"n"} >= set(names(english)), (english, own)
                assert set(names(own)) <= set(names(english)), (english, own)


def test_what_a_language_does_not_have_is_english_and_says_so() -> None:
    french = language_for(["fr"])
    assert not french.has("work item")
    assert french.say("work item") == '<span lang="en" dir="ltr">work item</span>'
    assert french.plain("work item").language == "en"
    assert french.say("Recommendation") == "Recommandation"
    assert french.plain("Recommendation").language == "fr"


def test_values_are_escaped_and_html_stays() -> None:
    assert ENGLISH.say("since %(day)s", day="<b>") == "since &lt;b&gt;"
    assert ENGLISH.say("since %(day)s", day=ENGLISH.say("open")) == "since open"


@pytest.mark.parametrize(
    ("tag", "number", "said"),
    [("en", 1, "1 day left"), ("en", 2, "2 days left"), ("zh", 5, "剩余5天"), ("ru", 1, "1"), ("ru", 22, "22"), ("ar", 5, "5")],
)
def test_numbers_choose_the_form(tag: str, number: int, said: str) -> None:
    language = language_for([tag])
    text = language.count(number, "%(n)s day left", "%(n)s days left")
    assert said in text
    assert "lang=" not in text


def test_russian_has_three_forms() -> None:
    russian = language_for(["ru"])
    said = {re.sub(r"\d+", "", russian.count(n, "%(n)s day left", "%(n)s days left")) for n in (1, 2, 5, 21, 22, 25)}
    assert len(said) == 3


@pytest.mark.parametrize(
    ("wanted", "tag"),
    [(["zh-cn", "en"], "zh"), (["de", "fr-ch", "en"], "fr"), (["de"], "en"), ([], "en"), (["ar"], "ar"), (["zh-hant"], "zh")],
)
def test_the_language_wanted_most_is_chosen(wanted: list[str], tag: str) -> None:
    assert language_for(wanted).tag == tag


def test_arabic_is_written_from_right_to_left() -> None:
    assert [language.tag for language in LANGUAGES if language.direction == "rtl"] == ["ar"]
    assert direction_of("ar") == "rtl"
    assert direction_of("zh") == direction_of("xx") == "ltr"


def test_days_and_numbers_are_written_as_the_language_does() -> None:
    chinese = language_for(["zh"])
    assert chinese.day("2026-06-10") == "2026年6月10日"
    assert chinese.month("2026-06") == "2026年6月"
    assert ENGLISH.day("2026-06-10") == "10 June 2026"
    assert ENGLISH.moment("2026-05-20T23:59:00Z") == "20 May 2026, 23:59 UTC"
    assert ENGLISH.day(None) == ENGLISH.moment(None) == ""
    assert language_for(["fr"]).number(10000) == "10\u202f000"


def test_every_code_of_the_vocabularies_has_its_word() -> None:
    """The words for stages, kinds, outcomes and conflicts cover what the ontology's vocabularies hold."""
    for group, file in (("status", "status"), ("kind", "kind"), ("outcome", "outcome"), ("conflict", "conflict"), ("effect", "effect")):
        text = (update_messages.ROOT / f"ontology/vocabularies/{file}.ttl").read_text("utf-8")
        codes = set(re.findall(r'skos:notation "([^"]+)"', text))
        assert codes, file
        assert codes <= set(TERMS[group]), file
