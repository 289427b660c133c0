"""Makes the files that the tests read: Word files and web pages out of plain text, and PDFs of them by LibreOffice."""

import html
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from docx.document import Document as WordFile
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Cm
from docx.text.paragraph import Paragraph

from sg17kg.readers import text
from sg17kg.readers.document import Line
from tests.contract.servers import require

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_NOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_CONTROL = (
    '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="0"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
    '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
    "<w:sdtContent><w:r><w:t>☐</w:t></w:r></w:sdtContent></w:sdt>"
)
_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData></w:fldChar></w:r>'
    '<w:r><w:instrText xml:space="preserve"> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


@dataclass
class Table:
    """Rows of cells of lines."""

    rows: list[list[list[Line]]] = field(default_factory=list)


Block = Line | Table


def blocks(content: str) -> Iterator[Block]:
    """Paragraphs and tables of a circular as plain text: a tab begins a cell, an empty line ends a row."""
    table: Table | None = None
    cells: list[list[Line]] = []
    for line, raw in zip(text.read("x.txt", content.encode()).lines, content.split("\n"), strict=False):
        starts_cell = raw.startswith(("\t", " \t", "  \t"))
        if starts_cell:
            table = table or Table()
            cells.append([line])
        elif cells and raw:
            cells[-1].append(line)
        elif table and cells:
            table.rows.append(cells)
            cells = []
        else:
            if table:
                yield table
                table = None
            if line.text:
                yield line
    if table:
        yield table


class Maker:
    """A Word file that is filled block by block. Boxes to be ticked are fields of old forms or, `with_controls`, of new ones."""

    def __init__(self, with_controls: bool = False) -> None:
        self._box = _CONTROL if with_controls else _FIELD
        self.file: WordFile = docx.Document()
        for section in self.file.sections:
            section.page_width, section.page_height = Cm(21), Cm(29.7)
            section.left_margin = section.right_margin = Cm(2)
        self._notes: list[str] = []

    def add(self, block: Block) -> None:
        """A paragraph or a table."""
        if isinstance(block, Line):
            if re.fullmatch(r"附件\d+", block.text):
                self.file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            self._fill(self.file.add_paragraph(), block)
            return
        width = max(map(len, block.rows))
        table = self.file.add_table(len(block.rows), width)
        table.autofit = False
        if len(self.file.tables) > 1:
            table.style = "Table Grid"  # forms have borders, the head of a letter has none
        longest = [max(len(line.text) for row in block.rows for line in (row[at : at + 1] or [[Line(0, "")]])[0]) for at in range(width)]
        shares = [min(max(length, 9), 24) for length in longest]
        for column, share in zip(table.columns, shares, strict=True):
            column.width = Cm(17 * share / sum(shares))
            for cell in column.cells:
                cell.width = Cm(17 * share / sum(shares))
        for row, cells in zip(table.rows, block.rows, strict=True):
            row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {NAMESPACES}/>"))
            for cell, lines in zip(row.cells, cells, strict=False):
                for index, line in enumerate(lines):
                    self._fill(cell.paragraphs[0] if index == 0 else cell.add_paragraph(), line)

    def _fill(self, paragraph: Paragraph, line: Line) -> None:
        shown = line.text
        if shown.startswith("–\t"):
            paragraph.style = "List Bullet"
            shown = shown[2:]
        paragraph.paragraph_format.space_after = 0
        if shown.startswith("|_|"):
            for run in parse_xml(f"<w:p {NAMESPACES}>{self._box}</w:p>"):
                paragraph._p.append(run)
            shown = shown[3:]
        paragraph.add_run(shown)
        for note in line.footnotes:
            self._notes.append(note)
            paragraph._p.append(parse_xml(f'<w:r {NAMESPACES}><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
                                          f'<w:footnoteReference w:id="{len(self._notes)}"/></w:r>'))  # fmt: skip

    def save(self) -> bytes:
        """The bytes of the file."""
        add_notes(self.file, "footnote", self._notes)
        return saved(self.file)


def add_notes(file: WordFile, kind: str, notes: list[str]) -> None:
    """Footnotes or endnotes, numbered from 1."""
    if not notes:
        return
    rows = "".join(
        f'<w:{kind} w:id="{number}"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:{kind}Ref/></w:r>'
        f'<w:r><w:rPr><w:sz w:val="18"/></w:rPr><w:tab/><w:t xml:space="preserve">{html.escape(note)}</w:t></w:r></w:p></w:{kind}>'
        for number, note in enumerate(notes, start=1)
    )
    content = f'<w:{kind}s {NAMESPACES}><w:{kind} w:type="separator" w:id="-1"><w:p/></w:{kind}>{rows}</w:{kind}s>'
    part = Part(PackURI(f"/word/{kind}s.xml"), _NOTES_TYPE.replace("footnote", kind), content.encode(), file.part.package)
    file.part.relate_to(part, getattr(RELATIONSHIP_TYPE, f"{kind.upper()}S"))


def saved(file: WordFile) -> bytes:
    """The bytes of a Word file."""
    buffer = BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def word_of(content: str, with_controls: bool = False) -> bytes:
    """A circular as plain text, as Word file."""
    maker = Maker(with_controls)
    for block in blocks(content):
        maker.add(block)
    return maker.save()


def body_of(xml: str, **parts: str) -> bytes:
    """A Word file with that body; further parts are put in the place of those that are there: `word_numbering_xml="<w:numbering …"`."""
    changed = {"word/document.xml": f"<w:document {NAMESPACES}><w:body>{xml}</w:body></w:document>"}
    for name, content in parts.items():
        folder, rest = name.split("_", 1)
        changed[f"{folder}/{rest.replace('_', '.')}"] = content
    return replaced(saved(docx.Document()), {name: content.encode() for name, content in changed.items()})


def replaced(package: bytes, parts: dict[str, bytes | None]) -> bytes:
    """A zipped file with some parts replaced, added or (None) left out."""
    buffer = BytesIO()
    with ZipFile(BytesIO(package)) as old, ZipFile(buffer, "w", ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            content = parts[name] if name in parts else old.read(name)
            if content is not None:
                new.writestr(name, content)
    return buffer.getvalue()


def page_of(content: str) -> bytes:
    """A circular as plain text, as web page."""
    notes: list[str] = []
    shown = "".join(_html(block, notes) for block in blocks(content))
    foot = "".join(
        f'<div id="ftn{number}"><p><a href="#_ftnref{number}" name="_ftn{number}">[{number}]</a> {html.escape(note)}</p></div>'
        for number, note in enumerate(notes, start=1)
    )
    return f'<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8"><title>x</title></head><body>{shown}{foot}</body></html>'.encode()


def _html(block: Block, notes: list[str]) -> str:
    if isinstance(block, Table):
        rows = ("".join("<td>" + "".join(_html(line, notes) for line in cell) + "</td>" for cell in row) for row in block.rows)
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
    shown = html.escape(block.text).replace("\t", "&emsp;")
    if shown.startswith("|_|"):
        shown = '<input type="checkbox">' + shown[3:]
    for note in block.footnotes:
        notes.append(note)
        shown += f'<a href="#_ftn{len(notes)}" name="_ftnref{len(notes)}">[{len(notes)}]</a>'
    if shown.startswith("–&emsp;"):
        return f"<ul><li>{shown[7:]}</li></ul>"
    return f"<p>{shown}</p>\n"


def pdfs_of(files: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """Word files (by name, without extension) as PDFs, all by one run of LibreOffice; without it the test skips or fails."""
    program = require("soffice", "libreoffice")
    for name, content in files.items():
        (folder / f"{name}.docx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        program,
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        *(str(folder / f"{name}.docx") for name in files),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=3600)
    return {name: (folder / f"{name}.pdf").read_bytes() for name in files}
