"""Documents as Word files and as Markdown: the same blocks, nothing taken for markup."""

import io
import zipfile
from datetime import date

import docx as library
import pytest

from sg17kg.rendering.document_model import Block, Document, Heading, Item, Paragraph, Span, Table, line
from sg17kg.rendering.docx import docx
from sg17kg.rendering.markdown import markdown


def document(*blocks: Block, language: str = "en") -> Document:
    return Document("A title", language, date(2026, 5, 1), blocks)


def markup(made: Document) -> str:
    return zipfile.ZipFile(io.BytesIO(docx(made))).read("word/document.xml").decode()


EVERY = (
    Heading(1, line("Head")),
    Paragraph(line("plain ", Span("bold", bold=True), " ", Span("there", link="https://example.org/a?b=1&c=2"))),
    Item(line("one")),
    Item(line("two")),
    Table((line("A"), line("B")), [((line("x"), line("y")), (line("z"),)), ((), (line("|"),))], (1, 2)),
)


def test_markdown_has_every_block() -> None:
    assert markdown(document(*EVERY)).decode() == (
        "# Head\n\nplain **bold** [there](<https://example.org/a?b=1&c=2>)\n\n- one\n- two\n\n"
        "| A | B |\n| --- | --- |\n| x<br>y | z |\n|  | \\| |\n"
    )


def test_nothing_is_taken_for_markup() -> None:
    assert markdown(document(Paragraph(line("*a* <b> [c] _d_ #")))).decode() == "\\*a\\* \\<b\\> \\[c\\] \\_d\\_ \\#\n"
    assert "&lt;w:t&gt;" in markup(document(Paragraph(line("<w:t>"))))


def test_word_has_every_block() -> None:
    word = library.Document(io.BytesIO(docx(document(*EVERY))))
    styles = [(paragraph.style.name, paragraph.text) for paragraph in word.paragraphs if paragraph.style]
    assert styles[:4] == [("Heading 1", "Head"), ("Normal", "plain bold there"), ("List Bullet", "one"), ("List Bullet", "two")]
    assert [[cell.text for cell in row.cells] for row in word.tables[0].rows] == [["A", "B"], ["x\ny", "z"], ["", "|"]]
    assert word.paragraphs[1].hyperlinks[0].address == "https://example.org/a?b=1&c=2"


def test_the_properties_bear_the_day_and_no_person() -> None:
    properties = library.Document(io.BytesIO(docx(document()))).core_properties
    assert (properties.title, properties.author, properties.language) == ("A title", "sg17kg", "en")
    assert properties.created
    assert properties.created.date() == date(2026, 5, 1)


@pytest.mark.parametrize(("language", "marks"), [("ar", ("<w:bidi/>", "<w:bidiVisual/>", "<w:rtl/>")), ("en", ()), ("zh", ())])
def test_direction_is_that_of_the_language(language: str, marks: tuple[str, ...]) -> None:
    made = markup(document(*EVERY, language=language))
    assert [mark for mark in ("<w:bidi/>", "<w:bidiVisual/>", "<w:rtl/>") if mark in made] == list(marks)


def test_a_word_of_another_language_keeps_its_direction() -> None:
    made = markup(document(Paragraph(line("نص ", Span("+41", language="en"))), language="ar"))
    assert "\u200e+41\u200e" in made
    assert made.count("<w:rtl/>") == 1


def test_properties_of_runs_stand_in_the_order_of_the_schema() -> None:
    made = markup(document(Paragraph(line(Span("a", bold=True, quiet=True, link="https://example.org/"))), language="ar"))
    properties = made.partition("<w:rPr>")[2].partition("</w:rPr>")[0]
    places = [properties.index(f"<w:{name}") for name in ("b/>", "bCs", "color", "sz ", "szCs", "rtl", "lang")]
    assert places == sorted(places)
