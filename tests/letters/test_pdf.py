"""Letters of every kind in six languages give the same facts as text, as Word files and as the PDFs that are made of those."""

import unicodedata
from dataclasses import replace
from typing import Any

import pytest

from sg17kg.sources.circular import Extractor
from tests.letters.blocks import as_text
from tests.letters.composing import KINDS, LANGUAGES, as_docx, compose, expected, numbers
from tests.letters.printing import page_of, printed
from tests.letters.test_reading import facts_of, unlike
from tests.sources.readers.making import pdfs_of

CHOSEN = [(kind, numbers(kind)[0], lang) for kind in KINDS for lang in LANGUAGES]
LETTERS = [pytest.param(*letter, id="-".join(map(str, letter))) for letter in CHOSEN]


def word_file(kind: str, number: int, lang: str) -> bytes:
    return as_docx(replace(compose(kind, number, lang), legacy_boxes=False))


@pytest.fixture(scope="session")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return pdfs_of({"-".join(map(str, letter)): word_file(*letter) for letter in CHOSEN}, tmp_path_factory.mktemp("pdfs"))


@pytest.mark.parametrize(("kind", "number", "lang"), LETTERS)
def test_a_letter_says_the_same_in_every_format(kind: str, number: int, lang: str, pdfs: dict[str, bytes], extractor: Extractor) -> None:
    wanted = expected(kind, number, lang)
    forms = {
        "letter.txt": as_text(compose(kind, number, lang)).encode(),
        "letter.docx": word_file(kind, number, lang),
        "letter.pdf": pdfs[f"{kind}-{number}-{lang}"],
    }
    assert {name: unlike(facts_of(extractor, name, content), wanted) for name, content in forms.items()} == {name: [] for name in forms}


# a browser sets no footnotes, and in Arabic it breaks a name in brackets at its hyphen, whose halves are then seen in turn
NOT_IN_PRINT = ("/prepared_at", "/adopted_at", "question-incomplete")
PRINTED = [letter for letter in CHOSEN if letter != ("approval", 1, "ar")]
MARKS = str.maketrans("", "", "\N{ARABIC FATHATAN}")


@pytest.fixture(scope="module")
def prints() -> dict[str, bytes]:
    return printed({"-".join(map(str, letter)): page_of(replace(compose(*letter), legacy_boxes=False)) for letter in PRINTED})


@pytest.mark.parametrize(("kind", "number", "lang"), PRINTED)
def test_a_letter_that_a_browser_printed_says_the_same(
    kind: str, number: int, lang: str, prints: dict[str, bytes], extractor: Extractor
) -> None:
    facts = facts_of(extractor, "letter.pdf", prints[f"{kind}-{number}-{lang}"])
    unequal = unlike(plain(facts), plain(expected(kind, number, lang)))
    assert [entry for entry in unequal if not any(part in entry for part in NOT_IN_PRINT)] == []


def plain(value: Any) -> Any:
    """Facts without the one mark that may stand on either side of the letter that carries it, and other marks in one order."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return unicodedata.normalize("NFC", value).translate(MARKS) if isinstance(value, str) else value
