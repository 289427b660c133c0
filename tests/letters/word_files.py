"""A letter as a Word file, as TSB makes them: tables for header and form, check boxes, footnotes."""

from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_DIRECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from tests.letters.blocks import Block, Cell, Form, Heading, Letter, Paragraph, Table, form_cells

_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_BOX = "\N{BALLOT BOX}"
_RAISED = "<w:rPr><w:vertAlign w:val='superscript'/></w:rPr>"
_SMALL = "<w:rPr><w:sz w:val='18'/><w:szCs w:val='18'/></w:rPr>"
_LEGACY_BOX = (
    "<w:p {ns}><w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:name w:val='Check1'/><w:enabled/><w:calcOnExit w:val='0'/>"
    "<w:checkBox><w:sizeAuto/><w:default w:val='0'/></w:checkBox></w:ffData></w:fldChar></w:r>"
    "<w:r><w:instrText xml:space='preserve'> FORMCHECKBOX </w:instrText></w:r>"
    "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
)


# widths of columns in centimetres, by how many a table has
_WIDTHS = {2: (2.6, 13.4), 3: (2.6, 5.6, 7.8), 4: (2.4, 5.6, 2.4, 5.6)}
_FORM_WIDTHS = {2: (5.0, 11.0), 3: (5.0, 1.2, 9.8)}


def as_docx(letter: Letter) -> bytes:
    """The letter as the bytes of a .docx file."""
    document = Document()
    footnotes: list[str] = []
    for block in letter.blocks:
        _add(document, block, letter.legacy_boxes, footnotes)
    if footnotes:
        _attach(document, footnotes, letter.lang == "ar")
    if letter.lang == "ar":
        _from_the_right(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _add(document: WordDocument, block: Block, legacy: bool, footnotes: list[str]) -> None:
    if isinstance(block, Table):
        _add_table(document, block.rows, False, _WIDTHS)
    elif isinstance(block, Form):
        _add_table(document, form_cells(block, _BOX), legacy, _FORM_WIDTHS)
    else:
        paragraph = document.add_paragraph(block.text)
        paragraph.paragraph_format.keep_with_next = isinstance(block, Heading)
        if isinstance(block, Paragraph) and block.footnote is not None:
            footnotes.append(block.footnote)
            _refer(paragraph, len(footnotes) + 1)


def _from_the_right(document: WordDocument) -> None:
    """Paragraphs and tables that begin at the right, and runs that go from there."""
    for paragraph in document.element.body.iter(qn("w:p")):
        paragraph.get_or_add_pPr().append(parse_xml(f"<w:bidi {nsdecls('w')}/>"))
    for run in document.element.body.iter(qn("w:r")):
        run.get_or_add_rPr().append(parse_xml(f"<w:rtl {nsdecls('w')}/>"))
    for table in document.tables:
        table.table_direction = WD_TABLE_DIRECTION.RTL


def _add_table(document: WordDocument, rows: tuple[tuple[Cell, ...], ...], legacy: bool, widths: Mapping[int, tuple[float, ...]]) -> None:
    columns = max(map(len, rows))
    table = document.add_table(rows=len(rows), cols=columns)
    table.autofit = False
    for column, width in zip(table.columns, widths.get(columns, ()), strict=False):
        for cell in column.cells:
            cell.width = Cm(width)
    for cells, row in zip(rows, table.rows, strict=True):
        for cell, lines in zip(row.cells, cells, strict=False):
            _fill(cell, lines, legacy)


def _fill(cell: _Cell, lines: Cell, legacy: bool) -> None:
    for n, line in enumerate(lines):
        paragraph = cell.add_paragraph() if n else cell.paragraphs[0]
        boxed = legacy and line.startswith(_BOX)
        if boxed:
            for run in list(parse_xml(_LEGACY_BOX.format(ns=nsdecls("w")))):
                paragraph._p.append(run)
        paragraph.add_run(line.removeprefix(_BOX) if boxed else line)


def _refer(paragraph: WordParagraph, number: int) -> None:
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{_RAISED}<w:footnoteReference w:id='{number}'/></w:r>"))


def _attach(document: WordDocument, footnotes: list[str], from_the_right: bool) -> None:
    sides = "<w:pPr><w:bidi/></w:pPr>" if from_the_right else ""
    notes = "".join(
        f"<w:footnote w:id='{n}'><w:p>{sides}<w:r>{_RAISED}<w:footnoteRef/></w:r>"
        f"<w:r>{_SMALL}<w:tab/><w:t>{escape(text)}</w:t></w:r></w:p></w:footnote>"
        for n, text in enumerate(footnotes, 2)
    )
    xml = f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?><w:footnotes {nsdecls('w')}>{notes}</w:footnotes>"
    part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES, xml.encode("utf-8"), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
