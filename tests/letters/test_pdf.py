"""Letters of every kind in six languages give the same facts as text, as Word files and as the PDFs that are made of those."""

from dataclasses import replace

import pytest

from sg17kg import assets
from sg17kg.sources.circular import Extractor
from tests.letters.blocks import as_text
from tests.letters.composing import KINDS, LANGUAGES, as_docx, compose, expected, numbers
from tests.letters.test_reading import facts_of, unlike
from tests.sources.readers.making import pdfs_of

CHOSEN = [(kind, numbers(kind)[0], lang) for kind in KINDS for lang in LANGUAGES]
LETTERS = [pytest.param(*letter, id="-".join(map(str, letter))) for letter in CHOSEN]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.load(assets.language_packs(), assets.folder("data") / "curated")


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
