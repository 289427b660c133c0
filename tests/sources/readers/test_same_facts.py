"""The same circular as text, Word file, web page and PDF says the same."""

from collections.abc import Callable
from typing import Any

import pytest

from sg17kg import assets, facts_json, readers
from sg17kg.extraction.extractor import Extractor
from sg17kg.facts import Facts
from sg17kg.readers.document import Document, fold
from tests import FIXTURES, ROOT
from tests.reading import differences
from tests.sources.readers import making

NAMES = sorted(path.stem for path in FIXTURES.glob("*.txt"))
_POSITIONS = ("lines", "document", "evidence", "unread", "format", "places")
Extract = Callable[[Document], Facts]


@pytest.fixture(scope="module")
def extract() -> Extract:
    return Extractor.load(assets.language_packs(), ROOT / "data" / "curated").extract


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return making.pdfs_of({name: making.word_of(_text(name), with_controls=True) for name in NAMES}, tmp_path_factory.mktemp("pdfs"))


def _text(name: str) -> str:
    return (FIXTURES / f"{name}.txt").read_text("utf-8")


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(inner) for key, inner in value.items() if key not in _POSITIONS}
    if isinstance(value, list):
        return [_without_places(inner) for inner in value]
    return fold(value) if isinstance(value, str) else value


def _said(facts: Facts) -> tuple[dict[str, Any], list[str]]:
    """(facts without lines and positions, codes of the findings)."""
    said = _without_places(facts_json.to_object(facts))
    return said, sorted(finding["code"] for finding in said.pop("findings"))


def _check_same(document: Document, form: str, name: str, extract: Extract) -> None:
    original = extract(readers.read(FIXTURES / f"{name}.txt"))
    (have, found), (want, expected) = _said(extract(document)), _said(original)
    assert document.format == form
    assert differences(have, want) == []
    assert found == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_word_file_says_the_same_as_its_text(name: str, extract: Extract) -> None:
    _check_same(readers.read_bytes(f"{name}.docx", making.word_of(_text(name))), "docx", name, extract)


@pytest.mark.parametrize("name", NAMES)
def test_a_web_page_says_the_same_as_its_text(name: str, extract: Extract) -> None:
    _check_same(readers.read_bytes(f"{name}.html", making.page_of(_text(name))), "html", name, extract)


@pytest.mark.office
@pytest.mark.parametrize("name", NAMES)
def test_a_pdf_says_the_same_as_its_text(name: str, pdfs: dict[str, bytes], extract: Extract) -> None:
    _check_same(readers.read_bytes(f"{name}.pdf", pdfs[name]), "pdf", name, extract)


@pytest.mark.office
def test_a_word_file_and_its_pdf_have_the_same_paragraphs(pdfs: dict[str, bytes]) -> None:
    name = "08-question-new"
    word = [fold(line.text) for line in readers.read_bytes("x.docx", making.word_of(_text(name))).lines]
    pdf = [fold(line.text) for line in readers.read_bytes("x.pdf", pdfs[name]).lines]
    assert len(set(word) & set(pdf)) / len(set(word)) > 0.95
    assert abs(len(word) - len(pdf)) <= 3


@pytest.mark.parametrize("form", ["docx", "html", pytest.param("pdf", marks=pytest.mark.office)])
def test_every_line_says_where_a_person_finds_it(form: str, request: pytest.FixtureRequest) -> None:
    name = "12-contradictions"
    make: dict[str, Callable[[], bytes]] = {
        "docx": lambda: making.word_of(_text(name)),
        "html": lambda: making.page_of(_text(name)),
        "pdf": lambda: request.getfixturevalue("pdfs")[name],
    }
    content = make[form]()
    lines = readers.read_bytes(name, content).lines
    places = [line.place for line in lines if "271" in line.text]
    assert all(line.place for line in lines)
    assert {"docx": "page 1, table 1, row 3, cell 2", "html": "table 1, row 3, cell 2", "pdf": "page 1, line 5"}[form] == places[0]
