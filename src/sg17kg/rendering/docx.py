"""Render a document (document_model.py) as .docx: A4, right to left if its language is; the same input gives the same bytes."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

import docx as library
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from sg17kg.rendering.document_model import Block, Cell, Document, Heading, Item, Line, Paragraph, Span, Table
from sg17kg.rendering.i18n import direction_of

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WIDTH, _HEIGHT, _MARGIN = 21.0, 29.7, 2.0
_FONTS = {"w:ascii": "Arial", "w:hAnsi": "Arial", "w:cs": "Arial", "w:eastAsia": "Microsoft YaHei"}
_GREY = RGBColor(0x55, 0x55, 0x55)
_BLUE = RGBColor(0x0B, 0x57, 0xA4)
_SIZES = {False: (10.5, 8.5, (15, 12, 11)), True: (9.0, 7.5, (13, 10.5, 9.5))}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MARK = "\u200e"  # left-to-right mark: keeps the plus of a telephone number before it
_HYPHEN = "\u2011"  # non-breaking hyphen; few fonts have it, but Word has an element for it
_EAST_ASIAN = ("zh", "ja", "ko")
# Properties of a run, in the order of the schema (ISO/IEC 29500-1, 17.3.2)
_RUN_ORDER = ("rStyle", "rFonts", "b", "bCs", "color", "sz", "szCs", "rtl", "lang")
# The schema sets the order of the elements of properties; w:bidi must come before these
_AFTER_BIDI = ("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")


def docx(document: Document) -> bytes:
    """Return a document as .docx. Its properties have the date of the document, and no personal name."""
    writing = _Writing(document)
    for block in document.blocks:
        writing.add(block)
    output = io.BytesIO()
    writing.word.save(output)
    return _without_times(output.getvalue())


def _without_times(content: bytes) -> bytes:
    """Return the same archive with one fixed time for all its members, so that the bytes do not depend on the clock."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in archive.namelist():
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(member, archive.read(name))
    return output.getvalue()


class _Writing:
    """A Word document that is being written."""

    def __init__(self, document: Document) -> None:
        self.word: WordDocument = library.Document()
        self._language = document.language
        self._rtl = direction_of(document.language) == "rtl"
        self._size, self._quiet_size, self._headings = _SIZES[document.small]
        self._small = document.small
        self._set_page()
        self._set_styles()
        self._set_properties(document)

    def add(self, block: Block) -> None:
        """Append a block."""
        match block:
            case Heading():
                self._fill(self.word.add_paragraph(style=f"Heading {block.level}"), block.line, heading=True)
            case Paragraph():
                paragraph = self.word.add_paragraph()
                paragraph.paragraph_format.keep_with_next = block.keep
                self._fill(paragraph, block.line)
            case Item():
                self._fill(self.word.add_paragraph(style="List Bullet"), block.line)
            case Table():
                self._table(block)

    def _set_page(self) -> None:
        section = self.word.sections[0]
        section.page_width, section.page_height = Cm(_WIDTH), Cm(_HEIGHT)
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(section, side, Cm(_MARGIN))

    def _set_styles(self) -> None:
        normal = self.word.styles["Normal"]
        _set_fonts(normal.element.get_or_add_rPr())
        normal.font.size = Pt(self._size)
        normal.paragraph_format.space_after = Pt(3 if self._small else 5)
        for level, size in enumerate(self._headings, start=1):
            style = self.word.styles[f"Heading {level}"]
            _set_fonts(style.element.get_or_add_rPr())
            style.font.size, style.font.bold, style.font.color.rgb = Pt(size), True, RGBColor(0, 0, 0)
            style.paragraph_format.space_before = Pt(0 if level == 1 else 7)
            style.paragraph_format.space_after = Pt(3)
        self.word.styles["List Bullet"].paragraph_format.space_after = Pt(1.5)

    def _set_properties(self, document: Document) -> None:
        properties = self.word.core_properties
        properties.title, properties.language = document.title, document.language
        properties.author = properties.last_modified_by = "sg17kg"
        properties.comments, properties.revision = "", 1
        properties.created = properties.modified = datetime.combine(document.day, time(), UTC)

    def _table(self, table: Table) -> None:
        word = self.word.add_table(rows=0, cols=len(table.widths))
        word.style = "Table Grid" if table.grid else "Normal Table"
        word.alignment = WD_TABLE_ALIGNMENT.RIGHT if self._rtl else WD_TABLE_ALIGNMENT.LEFT
        word.autofit = False
        if self._rtl:
            _add_bidi_visual(word._tbl.tblPr)
        if table.head:
            head: Sequence[Cell] = [(line,) for line in table.head]
            row = self._row(word, head, bold=True)
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cells in table.rows:
            self._row(word, cells, keep=table.keep and cells is table.rows[-1])
        unit = (_WIDTH - 2 * _MARGIN) / sum(table.widths)
        for index, share in enumerate(table.widths):
            word.columns[index].width = Cm(unit * share)
            for cell in word.columns[index].cells:
                cell.width = Cm(unit * share)
        after = self.word.add_paragraph()
        after.paragraph_format.space_after = Pt(0)
        after.paragraph_format.line_spacing = Pt(6)
        after.paragraph_format.keep_with_next = table.keep

    def _row(self, word: Any, cells: Sequence[Cell], bold: bool = False, keep: bool = False) -> Any:
        row = word.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for place, cell in zip(row.cells, cells, strict=True):
            for number, content in enumerate(cell or ((),)):
                paragraph = place.paragraphs[0] if number == 0 else place.add_paragraph()
                paragraph.paragraph_format.space_after = Pt(1 if self._small else 2)
                if keep:
                    paragraph.paragraph_format.keep_with_next = True
                self._fill(paragraph, tuple(Span(span.text, True, span.quiet, span.link, span.language) for span in content)
                           if bold else content)  # fmt: skip
        return row

    def _fill(self, paragraph: WordParagraph, content: Line, heading: bool = False) -> None:
        if self._rtl:
            properties = paragraph._p.get_or_add_pPr()
            properties.insert_element_before(OxmlElement("w:bidi"), *_AFTER_BIDI)
        for span in content:
            if span.text:
                self._run(paragraph, span, heading)

    def _run(self, paragraph: WordParagraph, span: Span, heading: bool) -> None:
        embedded = self._rtl and direction_of(span.language or self._language) == "ltr"
        run = paragraph.add_run()
        for number, piece in enumerate((f"{_MARK}{span.text}{_MARK}" if embedded else span.text).split(_HYPHEN)):
            if number:
                run._r.append(OxmlElement("w:noBreakHyphen"))
            run.add_text(piece)
        if span.bold:
            run.bold = True
        if span.quiet:
            run.font.size, run.font.color.rgb = Pt(self._quiet_size), _GREY
        language = span.language or self._language
        properties = run._r.get_or_add_rPr()
        if direction_of(language) == "rtl":
            properties.append(OxmlElement("w:rtl"))
            if span.bold or heading:
                properties.append(OxmlElement("w:bCs"))
            if span.quiet:
                _set(properties, "w:szCs", "w:val", str(int(self._quiet_size * 2)))
        kind = "w:eastAsia" if language in _EAST_ASIAN else "w:bidi" if direction_of(language) == "rtl" else "w:val"
        _set(properties, "w:lang", kind, language)
        properties[:] = sorted(properties, key=_place)
        if span.link:
            _link(paragraph, run, span.link)


def _place(element: Any) -> int:
    """Return the position of an element among the properties of a run."""
    name = element.tag.rpartition("}")[2]
    return _RUN_ORDER.index(name) if name in _RUN_ORDER else -1


def _set_fonts(properties: Any) -> None:
    """Set one font family for each script, in place of the theme's fonts."""
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, font in _FONTS.items():
        fonts.set(qn(name), font)


def _set(properties: Any, element: str, name: str, given: str) -> None:
    made = OxmlElement(element)
    made.set(qn(name), given)
    properties.append(made)


def _add_bidi_visual(properties: Any) -> None:
    properties.insert(1, OxmlElement("w:bidiVisual"))  # after the style


def _link(paragraph: WordParagraph, run: Run, address: str) -> None:
    """Put a run into a hyperlink."""
    relation = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run.font.color.rgb = _BLUE
    paragraph._p.append(link)
    link.append(run._r)
