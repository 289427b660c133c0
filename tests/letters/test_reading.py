"""Letters in six languages give the facts that they were composed from, as text and as Word files, and spoilt as PDFs spoil."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from sg17kg import facts_json, readers
from sg17kg.extraction.extractor import Extractor
from tests.letters.blocks import Letter, as_text
from tests.letters.composing import LANGUAGES, as_docx, compose, every_letter, expected, numbers
from tests.letters.layouts import CONSULTATIONS, LAYOUTS, Layout, disagreeing, still_readable
from tests.reading import differences

LETTERS = [pytest.param(*letter, id=f"{letter[0]}-{letter[1]}-{letter[2]}") for letter in every_letter()]
SPOILT = [
    pytest.param(layout, kind, number, lang, id=f"{layout.name}-{kind}-{number}-{lang}")
    for layout in LAYOUTS
    for kind in CONSULTATIONS
    for number in numbers(kind)[:3]
    for lang in layout.langs
]


def facts_of(extractor: Extractor, name: str, content: bytes) -> dict[str, Any]:
    return facts_json.to_object(extractor.extract(readers.read_bytes(name, content)))


def unlike(facts: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Differences, but for what a file has of its own: name, digest, how many lines, and on which of them things stand."""
    own = ("/document/name", "/document/lines", "/document/sha256", "/lines")
    return [entry for entry in differences(facts, wanted) if not any(part in entry for part in own)]


@pytest.mark.parametrize(("kind", "number", "lang"), LETTERS)
def test_a_letter_as_text_gives_its_facts(kind: str, number: int, lang: str, extractor: Extractor) -> None:
    letter = as_text(compose(kind, number, lang))
    assert unlike(facts_of(extractor, "letter.txt", letter.encode()), expected(kind, number, lang)) == []


@pytest.mark.parametrize(("kind", "number", "lang"), LETTERS)
def test_a_letter_as_a_word_file_gives_its_facts(kind: str, number: int, lang: str, extractor: Extractor) -> None:
    content = as_docx(compose(kind, number, lang))
    assert unlike(facts_of(extractor, "letter.docx", content), expected(kind, number, lang)) == []


@pytest.mark.parametrize(("layout", "kind", "number", "lang"), SPOILT)
def test_a_spoilt_letter_gives_what_can_still_be_read(layout: Layout, kind: str, number: int, lang: str, extractor: Extractor) -> None:
    letter: Letter = compose(kind, number, lang)
    facts = facts_of(extractor, "letter.txt", layout.spoil(letter).encode())
    assert list(lost(facts, still_readable(layout, expected(kind, number, lang)))) == []


def lost(have: Any, wanted: Any, path: str = "") -> Iterator[str]:
    """Values that are wanted and are not there, or others in their place."""
    if isinstance(wanted, dict) and isinstance(have, dict):
        for key, value in wanted.items():
            yield from lost(have.get(key), value, f"{path}/{key}")
    elif isinstance(wanted, list) and isinstance(have, list) and len(wanted) == len(have):
        for index, (one, other) in enumerate(zip(have, wanted, strict=True)):
            yield from lost(one, other, f"{path}/{index}")
    elif printed(have) != printed(wanted):
        yield f"{path}: {have!r} for {wanted!r}"


def printed(value: Any) -> Any:
    """Telephone numbers and addresses without blanks and hyphens: those that a layout lost from them are not restored."""
    return re.sub(r"[\s-]", "", value) if isinstance(value, str) and value.startswith(("+", "https:")) else value


@pytest.mark.parametrize("lang", ["ar", "en", "es", "fr", "ru", "zh"])
def test_a_subject_that_disagrees_with_the_letter_is_a_finding(lang: str, extractor: Extractor) -> None:
    facts = facts_of(extractor, "letter.txt", disagreeing(numbers("tap-consultation")[0], lang).encode())
    assert {"meeting-dates-differ", "meeting-place-differs"} & {finding["code"] for finding in facts["findings"]}


_LETTERS_OF_LISTS = {"ru": "абвгдежзиклм", "ar": "أبجدهوزحطيكل"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("number", numbers("question-consultation"))
def test_study_items_may_have_letters_and_heads_of_relations_no_colon(lang: str, number: int, extractor: Extractor) -> None:
    order = _LETTERS_OF_LISTS.get(lang, "abcdefghijkl")
    written = as_text(compose("question-consultation", number, lang))
    lettered = re.sub(r"(?m)^(\d{1,2})\)\t", lambda item: f"{order[int(item[1]) - 1]})\t", written)
    before, heading, relations = lettered.rpartition("\n4\t")
    other = before + heading + re.sub(r"(?m)^([^–\n]+)[:：]$(?=\n–)", r"\1", relations)
    assert other != lettered
    facts, wanted = (facts_of(extractor, "letter.txt", text.encode()) for text in (other, written))
    assert unlike(facts, wanted) == []
    assert facts["evidence"] == wanted["evidence"]
