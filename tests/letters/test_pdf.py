"""Letters of every kind in six languages give the same facts as text, as Word files and as the PDFs that are made of those."""

from dataclasses import replace

import pytest

from sg17kg.extraction.extractor import Extractor
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


@pytest.mark.office
@pytest.mark.parametrize(("kind", "number", "lang"), LETTERS)
def test_a_letter_says_the_same_in_every_format(kind: str, number: int, lang: str, pdfs: dict[str, bytes], extractor: Extractor) -> None:
    wanted = expected(kind, number, lang)
    forms = {
        "letter.txt": as_text(compose(kind, number, lang)).encode(),
        "letter.docx": word_file(kind, number, lang),
        "letter.pdf": pdfs[f"{kind}-{number}-{lang}"],
    }
    assert {name: unlike(facts_of(extractor, name, content), wanted) for name, content in forms.items()} == {name: [] for name in forms}


# a browser sets no footnotes
NOT_IN_PRINT = ("/prepared_at", "/adopted_at", "question-incomplete")
# names broken at their hyphens, rows that go over to the next page, cells as narrow as their labels
BROKEN = [
    ("tap-consultation", 4, "ar"),
    ("tap-consultation", 7, "ar"),
    ("tap-consultation", 9, "ar"),
    ("question-consultation", 4, "ar"),
    ("approval", 3, "ar"),
    ("deletion", 8, "ar"),
]
PRINTED = CHOSEN + BROKEN


@pytest.fixture(scope="module")
def prints() -> dict[str, bytes]:
    return printed({"-".join(map(str, letter)): page_of(replace(compose(*letter), legacy_boxes=False)) for letter in PRINTED})


@pytest.mark.browser
@pytest.mark.parametrize(("kind", "number", "lang"), PRINTED)
def test_a_letter_that_a_browser_printed_says_the_same(
    kind: str, number: int, lang: str, prints: dict[str, bytes], extractor: Extractor
) -> None:
    facts = facts_of(extractor, "letter.pdf", prints[f"{kind}-{number}-{lang}"])
    unequal = unlike(facts, expected(kind, number, lang))
    assert [entry for entry in unequal if not any(part in entry for part in NOT_IN_PRINT)] == []
