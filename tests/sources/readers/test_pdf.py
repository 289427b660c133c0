"""PDFs: the paragraphs of the Word file that they were made of, and nothing that harms."""

import json
import os
import re
import subprocess
import sys
import zlib

import docx
import pytest
from docx.document import Document as WordFile
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from sg17kg import readers
from sg17kg.errors import UnreadableFile
from sg17kg.readers.document import Document, fold
from sg17kg.readers.pdf import child, reader
from tests.sources.readers.making import NAMESPACES, add_notes, pdfs_of, saved

HEADS = {
    "en": [
        ["Ref:", "TSB Circular 417\nSG17/QQ"],
        ["Tel:\nFax:", "+41 22 730 1111\n+41 22 730 2222"],
        [
            "Subject:",
            ("Whether Member States agree that the drafts of new Recommendations X.9901 and X.9902 go to the next meeting for approval"),
        ],
    ],
    "ru": [
        ["Осн.:", "Циркуляр 417\nSG17/QQ"],
        ["Тел.:\nФакс:", "+41 22 730 1111\n+41 22 730 2222"],
        [
            "Предмет:",
            ("Согласны ли Государства-Члены с тем, чтобы проекты новых Рекомендаций X.9901 и X.9902 были утверждены на следующем собрании"),
        ],
    ],
    "zh": [
        ["文号：", "第417号通函\nSG17/QQ"],
        ["电话：\n传真：", "+41 22 730 1111\n+41 22 730 2222"],
        [
            "事由：",
            ("各国是否同意把X.9901 (X.aaa-bbb)和X.9902两份新建议书草案提交下一次会议批准，请在期限之前把意见告诉我们，晚到的意见不再考虑"),
        ],
    ],
    "ar": [
        ["المرجع:", "الرسالة 417\nSG17/QQ"],
        ["الهاتف:\nالفاكس:", "+41 22 730 1111\n+41 22 730 2222"],
        [
            "الموضوع:",
            ("هل توافق الدول الأعضاء على أن يعرض مشروعا التوصيتين الجديدتين X.9901 وX.9902 على الاجتماع المقبل للموافقة عليهما"),
        ],
    ],
}
BODIES = {
    "en": [
        (
            "1\tThe group looked at both drafts (see the annex) when it met in Geneva from 3 to 12 December 2"
            "025, found them ready, and now wishes to know, before it goes any further, what Member States t"
            "hink of them."
        ),
        "A short line.",
        (
            "2\tAnswers are counted if they arrive by 23:59 UTC on 20 May 2026 at tsbsg17@itu.int; out-of-ban"
            "d answers are not, and an e-mail counts as much as a letter does (Resolution 1, clause 9.4)."
        ),
    ],
    "ru": [
        (
            "1\tКомиссия рассмотрела оба проекта (см. приложение) на собрании в Женеве 3–12 декабря 2025 года"
            ", сочла их готовыми и хотела бы узнать, прежде чем идти дальше, что думают о них Государства-Чл"
            "ены."
        ),
        "Короткая строка.",
        "2\tУчитываются ответы, полученные до 23 час. 59 мин. UTC 20 мая 2026 года по адресу tsbsg17@itu.int.",
    ],
    "zh": [
        "1\t研究组在会议（2025年12月3-12日，日内瓦）上看过两份草案（见附件），认为已经成熟，现在想先知道各国的看法，然后再决定下一步怎样做，以及要不要把它们交给下一次会议。",
        "短的一行。",
        "2\t2026年5月20日协调世界时（UTC）23时59分以前寄到tsbsg17@itu.int的答复才算数。",
    ],
    "ar": [
        (
            "1\tنظرت اللجنة في المشروعين (انظر الملحق) في اجتماعها (جنيف، 3-12 ديسمبر 2025) ورأت أنهما جاهزان"
            "، وتود الآن، قبل أن تمضي قدماً، أن تعرف رأي الدول الأعضاء فيهما وفي المادة 9.4 من القرار رقم 1."
        ),
        "سطر قصير.",
        ("2\tتحسب الردود التي تصل قبل الساعة 23:59 يوم 20 مايو 2026 إلى tsbsg17@itu.int بشأن ITU-T X.9901 (X.aaa-bbb) الجديدة."),
    ],
}


def word_in(language: str) -> bytes:
    file = docx.Document()
    for section in file.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.footer.paragraphs[0].text = "International Union"
    right_to_left = language == "ar"
    _head(file, HEADS[language], right_to_left)
    for text in BODIES[language]:
        _write(file.add_paragraph(), text, right_to_left)
    file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _write(file.add_paragraph(), BODIES[language][1], right_to_left)
    return saved(file)


def _head(file: WordFile, rows: list[list[str]], right_to_left: bool) -> None:
    table = file.add_table(len(rows), 2)
    table.autofit = False
    if right_to_left:
        table._tbl.tblPr.append(parse_xml(f"<w:bidiVisual {NAMESPACES}/>"))
    for column, width in zip(table.columns, (3, 14), strict=True):
        column.width = Cm(width)
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text, width in zip(row.cells, cells, (3, 14), strict=True):
            cell.width = Cm(width)
            for index, line in enumerate(text.split("\n")):
                _write(cell.paragraphs[0] if index == 0 else cell.add_paragraph(), line, right_to_left)


def _write(paragraph: Paragraph, text: str, right_to_left: bool) -> None:
    run = paragraph.add_run(text)
    paragraph.paragraph_format.space_after = Pt(0)
    if right_to_left:
        paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:bidi {NAMESPACES}/>"))
        run._r.get_or_add_rPr().append(parse_xml(f"<w:rtl {NAMESPACES}/>"))


def with_note() -> bytes:
    file = docx.Document()
    paragraph = file.add_paragraph("A text with a note")
    mark = f'<w:r {NAMESPACES}><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="1"/></w:r>'
    paragraph._p.append(parse_xml(mark))
    file.add_paragraph("More text")
    add_notes(file, "footnote", ["What is said below"])
    return saved(file)


def with_page_numbers() -> bytes:
    file = docx.Document()
    section = file.sections[0]
    section.header.paragraphs[0].text = "Circular 417"
    field = f'<w:p {NAMESPACES}><w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>'
    section.footer._element.append(parse_xml(field))
    for page in range(3):
        file.add_paragraph(f"Text of sheet {page}.")
        file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    return saved(file)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    files = {**{language: word_in(language) for language in HEADS}, "note": with_note(), "numbers": with_page_numbers()}
    return pdfs_of(files, tmp_path_factory.mktemp("pdfs"))


def _folded(document: Document) -> list[str]:
    return [fold(line.text) for line in document.lines]


@pytest.mark.parametrize("language", HEADS)
def test_a_pdf_has_the_paragraphs_of_its_word_file(language: str, made: dict[str, bytes]) -> None:
    document = readers.read_bytes("x.pdf", made[language])
    assert _folded(document) == _folded(readers.read_bytes("x.docx", word_in(language)))
    assert document.lines[0].place == "page 1, line 1"
    places = [line.place for line in document.lines if line.text == BODIES[language][1]]
    assert re.fullmatch(r"page 1, line \d+, page 2, line 1", ", ".join(places))


def test_footnotes_are_kept_aside(made: dict[str, bytes]) -> None:
    assert [(line.text, line.footnotes) for line in readers.read_bytes("x.pdf", made["note"]).lines] == [
        ("A text with a note", ("What is said below",)), ("More text", ())
    ]  # fmt: skip


def test_what_stands_on_every_page_is_read_once_and_page_numbers_never(made: dict[str, bytes]) -> None:
    assert [line.text for line in readers.read_bytes("x.pdf", made["numbers"]).lines] == [
        "Circular 417", "Text of sheet 0.", "Text of sheet 1.", "Text of sheet 2."
    ]  # fmt: skip


def raw_pdf(stream: bytes, pages: int = 1, resources: bytes = b"", further: bytes = b"", catalogue: bytes = b"") -> bytes:
    """A PDF written by hand, its pages with the same (compressed) content."""
    packed = zlib.compress(stream, 9)
    kids = b" ".join(b"%d 0 R" % (10 + page) for page in range(pages))
    objects = [
        b"1 0 obj <</Type/Catalog/Pages 2 0 R" + catalogue + b">> endobj",
        b"2 0 obj <</Type/Pages/Count %d/Kids[%s]>> endobj" % (pages, kids),
        b"3 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj",
        b"4 0 obj <</Length %d/Filter/FlateDecode>> stream\n%s\nendstream endobj" % (len(packed), packed),
        further,
    ]
    for page in range(pages):
        objects.append(
            b"%d 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 3 0 R>>%s>>>> endobj"
            % (10 + page, resources)
        )
    return b"%PDF-1.7\n" + b"\n".join(objects) + b"\ntrailer <</Root 1 0 R>>\n%%EOF"


def shown(*lines: tuple[int, int, str]) -> bytes:
    """Text at places of a page."""
    return b"\n".join(f"BT /F 11 Tf {x} {y} Td ({text}) Tj ET".encode() for x, y, text in lines)


def test_cells_are_read_one_after_the_other_as_they_are_drawn() -> None:
    content = shown(
        (60, 700, "Tel:"), (60, 686, "Fax:"), (200, 700, "+41 22 730 1111"), (200, 686, "+41 22 730 2222"), (60, 660, "Dear Sir")
    )
    assert [line.text for line in readers.read_bytes("x.pdf", raw_pdf(content)).lines] == [
        "Tel:", "Fax:", "+41 22 730 1111", "+41 22 730 2222", "Dear Sir"
    ]  # fmt: skip


def test_columns_are_read_one_after_the_other() -> None:
    left = [(60, 700 - 14 * row, "left words that go up to the gutter") for row in range(3)]
    right = [(240, 700 - 14 * row, "right words that go up to the edge of the page, and none more would fit") for row in range(3)]
    lines = readers.read_bytes("x.pdf", raw_pdf(shown(*left, *right))).lines
    assert [line.text.split()[0] for line in lines] == ["left", "right"]


def test_a_word_broken_at_the_end_of_a_line_is_made_whole_where_the_document_knows_it() -> None:
    long = "these are the words of a line that reaches its right edge, and its last word is the con-"
    content = shown((60, 730, "consultation"), (60, 700, long), (60, 686, "sultation of the Member States, out-"), (60, 660, "x"))
    texts = [line.text for line in readers.read_bytes("x.pdf", raw_pdf(content)).lines]
    assert texts[1].endswith("is the consultation of the Member States, out-")


def test_scripts_and_attachments_are_ignored() -> None:
    further = b"5 0 obj <</S/JavaScript/JS(app.alert\\(1\\);while\\(true\\);)>> endobj 6 0 obj <</Type/Filespec/F(x.exe)>> endobj"
    content = raw_pdf(
        shown((60, 700, "text")), further=further, catalogue=b"/OpenAction 5 0 R/Names<</EmbeddedFiles<</Names[(x) 6 0 R]>>>>"
    )
    assert [line.text for line in readers.read_bytes("x.pdf", content).lines] == ["text"]


LOCK = b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(%s)/U(%s)>>" % (b"o" * 32, b"u" * 32)
IMAGE = (
    b"5 0 obj <</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
    b" stream\n\0\nendstream endobj"
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (raw_pdf(shown((60, 700, "text"))).replace(b"/Root 1 0 R", LOCK + b"/Root 1 0 R"), "asks for a password; save it without one"),
        (raw_pdf(b"q 595 0 0 842 0 0 cm /I Do Q", resources=b"/XObject<</I 5 0 R>>", further=IMAGE), r"page 1 is a picture .*\(OCR\)"),
        (raw_pdf(b"0 0 m 9 9 l S"), r"holds no text .*\(OCR\)"),
        (raw_pdf(shown((60, 700, "text")), pages=201), "more than 200 pages"),
        (b"%PDF-1.7\nnothing of a PDF", "the PDF is broken; get it anew"),
        (b"%PDF-1.7", "the PDF is broken"),
        (raw_pdf(shown((60, 700, "x" * 5_000)), pages=120), "more than 500000 characters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_mend(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=rf"x\.pdf: .*{message}"):
        readers.read_bytes("x.pdf", content)


def test_a_form_that_draws_itself_ends() -> None:
    form = (
        b"5 0 obj <</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</I 5 0 R>>>>/Length 5>> stream\n/I Do\nendstream endobj"
    )
    content = raw_pdf(b"/I Do " + shown((60, 700, "text")), resources=b"/XObject<</I 5 0 R>>", further=form)
    assert [line.text for line in readers.read_bytes("x.pdf", content).lines] == ["text"]


def test_a_pdf_that_takes_too_long_is_given_up_in_time() -> None:
    with pytest.raises(UnreadableFile, match="takes longer than a circular needs"):
        reader.read("x.pdf", raw_pdf(b"q Q 0 0 m 9 9 l S\n" * 4_000_000), deadline=0.5)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bounds; the deadline ends the process there")
def test_a_pdf_that_unpacks_without_end_is_ended_by_the_bound_of_memory() -> None:
    bombs = b"/Filter[/FlateDecode/FlateDecode]"
    packed = zlib.compress(zlib.compress(bytes(2**30), 9), 9)
    content = raw_pdf(b"").replace(b"/Length", b"/X", 1)
    stream = b"4 0 obj <</Length %d%s>> stream\n%s\nendstream endobj" % (len(packed), bombs, packed)
    with pytest.raises(UnreadableFile, match=r"x\.pdf: "):
        readers.read_bytes("x.pdf", content.replace(b"trailer", stream + b"\ntrailer"))
    assert len(packed) < 2**16


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bounds; the deadline ends the process there")
def test_the_process_that_reads_is_bounded() -> None:
    code = (
        "from sg17kg.readers.pdf import child; import resource; child._bound();"
        "print([resource.getrlimit(one)[0] for one in (resource.RLIMIT_AS, resource.RLIMIT_CPU)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    assert json.loads(done.stdout) == [child.MEMORY, child.SECONDS]
    assert (child.MEMORY, child.SECONDS) == (2**30, 20)


def test_a_damaged_pdf_is_read_or_refused_but_never_falls() -> None:
    good = raw_pdf(shown((60, 700, "text"), (60, 600, "more")))
    for end in range(10, len(good), 61):
        try:
            lines = child.answer(good[:end] + b"\0" * 7 + good[end + 7 :])
        except Exception as error:
            raise AssertionError(f"cut at {end}") from error
        assert set(lines) <= {"lines", "refused"}
