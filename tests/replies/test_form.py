"""The form of Annex 2, as a document and as a Word file."""

import io
import zipfile

import docx as library
import pytest

from sg17kg.rendering.document_model import Document, Heading, Paragraph, Table
from sg17kg.rendering.docx import docx
from sg17kg.replies.answers import Answers
from sg17kg.replies.consultation import Consultation
from sg17kg.replies.form import designation, reply_form
from sg17kg.replies.phrases import LANGUAGES, vocabulary, words_in
from tests.replies.making import consultation, text


def text_of(document: Document) -> str:
    """All texts of a document, a line each."""
    lines = []
    for block in document.blocks:
        cells = [cell for row in block.rows for cell in row] if isinstance(block, Table) else [(block.line,)]
        lines += ["".join(span.text for span in line) for cell in cells for line in cell]
    return "\n".join(lines).replace("\u00a0", " ").replace("\u2011", "-")


def word_text(content: bytes) -> str:
    """The texts of a Word file."""
    word = library.Document(io.BytesIO(content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells]).replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_has_a_row_a_text_in_every_language(language: str, drafts: Consultation) -> None:
    told = word_text(docx(reply_form(drafts, language)))
    for draft in drafts.texts:
        assert draft.number
        assert told.count(draft.number) >= 1
    authorizes = vocabulary(language).form["authorizes"].text.format(group=17)
    assert told.count(authorizes) >= len(drafts.texts)
    assert "tsbdir@itu.int" in told
    assert "+41-22-730-5853" in told
    assert "☒" not in told
    assert "●" not in told


def test_the_deadline_is_in_the_words_of_the_language(drafts: Consultation) -> None:
    said = {language: text_of(reply_form(drafts, language)) for language in LANGUAGES}
    assert "20 mai 2026, 23:59 UTC" in said["fr"]
    assert "20 мая 2026" in said["ru"]
    assert "2026年5月20日" in said["zh"]
    assert "20 مايو 2026، 23:59 UTC" in said["ar"]
    assert "2026年5月20日 23:59 UTC" in said["zh"]


def test_an_answer_ticks_its_box_and_leaves_the_others(drafts: Consultation) -> None:
    answers = Answers(
        name="A. Example",
        member_state="Exampleland",
        choices={"X.1280": "authorizes-with-comments", "X.1286": "does-not-authorize", "X.1821": "authorizes"},
    )
    table = next(block for block in reply_form(drafts, "en", answers).blocks if isinstance(block, Table) and block.head)
    marks = ["".join(line[0].text.strip() for line in row[1]) for row in table.rows]
    assert marks[:4] == ["☒○●☐", "☐○○☒", "☒●○☐", "☐○○☐"]
    told = text_of(reply_form(drafts, "en", answers))
    assert told.count("A. Example") == 2
    assert "Administration of Exampleland" in told


def test_questions_are_approved_or_not(questions: Consultation) -> None:
    told = text_of(reply_form(questions, "en", Answers(choices={"Q10/17": "approves", "Q16/17": "does-not-approve"})))
    assert "Draft revised Question 10/17" in told
    assert "Draft new Question 16/17" in told
    assert told.count("☒ approves") == 1
    assert told.count("☒ does not approve") == 1
    assert "assigns authority" not in told


def test_a_misprinted_number_is_shown_beside_that_of_annex_1(misprinted: Consultation) -> None:
    told = text_of(reply_form(misprinted, "en"))
    assert "Draft new Recommendation ITU-T X.1281" in told
    assert "The circular's form prints X.1811; Annex 1 says X.1281." in told
    assert "Draft Amendment 1 to Recommendation ITU-T X.1352" in told


def test_where_the_circular_calls_a_text_of_two_kinds_the_row_says_so(misprinted: Consultation) -> None:
    disputed = {text.name: text.disputed for text in misprinted.texts if text.disputed}
    assert disputed == {"X.1818": {"kind"}, "X.1352 Amd.1": {"part"}}
    told = text_of(reply_form(misprinted, "en"))
    assert told.count("Elsewhere the circular says otherwise of what kind this text is") == 1
    assert told.count("The circular's form names another amendment or corrigendum, or none") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_signs_has_a_line_for_it_on_one_page_with_the_last_row(language: str, drafts: Consultation) -> None:
    made = reply_form(drafts, language)
    rows, signature = [block for block in made.blocks if isinstance(block, Table)][-2:]
    assert rows.keep
    assert signature.keep
    assert "".join(span.text for span in signature.rows[0][1][0]).startswith(vocabulary(language).form["signature"].text)
    markup = zipfile.ZipFile(io.BytesIO(docx(made))).read("word/document.xml").decode()
    last = markup.split("<w:tr>")[-2]
    assert last.count("<w:keepNext/>") == last.count("<w:p>")
    assert isinstance(made.blocks[-1], Paragraph)


def test_a_title_in_another_language_or_of_this_project_is_marked(drafts: Consultation) -> None:
    told = text_of(reply_form(drafts, "fr"))
    assert "Implementation guidelines for digital watermarking [en] *" in told
    assert "* Titre traduit par le présent projet" in told
    assert "[en]" not in text_of(reply_form(drafts, "en"))
    own = text_of(reply_form(drafts, "zh"))
    assert "[zh]" not in own
    assert "*" not in own


def test_a_number_and_a_name_stay_whole_and_in_arabic_read_from_left_to_right(drafts: Consultation) -> None:
    cells = [row[0] for block in reply_form(drafts, "ar").blocks if isinstance(block, Table) and block.head for row in block.rows]
    latin = {span.text for cell in cells for line in cell for span in line if span.language == "en"}
    assert {"ITU\u2011T\u00a0X.1280", "X.ig\u2011dw"} <= latin
    assert "X.ig-dw" in word_text(docx(reply_form(drafts, "ar")))
    assert "X.ig-dw" in word_text(docx(reply_form(drafts, "fr")))


def test_what_is_not_stated_is_said_to_be_so() -> None:
    bare = consultation(
        text(1, None, provisional_name="X.foo"),
        text(2, None, iri=None, label="a row of the form"),
        text(None, "X.3"),
        deadline=None,
        fax=None,
        email=None,
        group=None,
    )
    told = text_of(reply_form(bare, "en"))
    assert told.count("not stated in the circular") == 3
    assert "Draft new Recommendation ITU-T X.foo" in told
    assert "The circular states no number for this text" in told
    assert "a row of the form" in told
    assert "Which text this row means is not known" in told
    assert "The circular's form has no row for this text." in told
    assert "Study Group …" in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "part"), [("new", None), ("revised", None), ("amendment", "Amd.2"), ("corrigendum", "Cor.2"), ("amendment", None),
                       ("supplement", None), (None, None), ("odd", None)],
)  # fmt: skip
def test_every_kind_of_text_has_its_words(language: str, kind: str | None, part: str | None) -> None:
    called = designation(text(1, "X.77", kind=kind, part=part), words_in(language))
    assert "X.77" in called
    assert ("2" in called) is bool(part)


def test_the_form_says_that_the_circulars_own_prevails_and_that_words_are_unconfirmed(drafts: Consultation) -> None:
    told = text_of(reply_form(drafts, "fr"))
    assert "le formulaire annexé à la circulaire elle-même fait foi" in told
    assert "n'est pas confirmé" in told


def test_the_note_on_words_follows_from_the_words(drafts: Consultation) -> None:
    note = vocabulary("zh").notes["unconfirmed"]
    assert note in text_of(reply_form(drafts, "zh"))
    assert any(vocabulary("zh").form[key].confidence == "memory" for key in ("deadline", "opening"))


def test_arabic_runs_from_right_to_left(drafts: Consultation) -> None:
    markup = zipfile.ZipFile(io.BytesIO(docx(reply_form(drafts, "ar")))).read("word/document.xml").decode()
    assert markup.count("<w:bidi/>") > len(drafts.texts)
    assert "<w:bidiVisual/>" in markup
    assert "\u200e+41-22-730-5853\u200e" in markup
    assert "<w:bidi/>" not in zipfile.ZipFile(io.BytesIO(docx(reply_form(drafts, "en")))).read("word/document.xml").decode()


def test_the_same_form_gives_the_same_bytes_on_a4(drafts: Consultation) -> None:
    first, second = (docx(reply_form(drafts, "ru")) for _ in range(2))
    assert first == second
    section = library.Document(io.BytesIO(first)).sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)  # type: ignore[union-attr]


def test_the_title_stands_first(drafts: Consultation) -> None:
    first = reply_form(drafts, "en").blocks[0]
    assert isinstance(first, Heading)
    assert first.line[0].text == "Reply of a Member State to TSB Circular 104"
