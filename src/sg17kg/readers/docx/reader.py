"""Read a Word file (.docx) as the lines that appear on paper.

Headers come first and footers last, each once; the body is in its order. List numbers are written out, boxes are ☐ or ☒,
tracked changes count as accepted, hidden text and comments are left out, and of a field only the result is read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import docx
from docx.document import Document as WordFile
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.opc.exceptions import OpcError
from docx.opc.part import Part
from docx.section import Section
from lxml import etree

from sg17kg.errors import UnreadableFile
from sg17kg.readers.document import Document
from sg17kg.readers.docx import package_safety
from sg17kg.readers.docx.numbering import Counts, Lists
from sg17kg.readers.docx.story import Notes, Reader
from sg17kg.readers.docx.styles import Styles
from sg17kg.readers.docx.xml import tag, value
from sg17kg.readers.lines import Piece, language_code, number

_BROKEN = "this Word file is broken; open it in Word or LibreOffice and save it anew as .docx"
_MARGINS = ("header", "footer")
_PICTURES = (tag("drawing"), tag("pict"), tag("object"))
_ELSEWHERE = {
    tag("altChunk"): "a document of another format is inserted in it",
    tag("subDoc"): "parts of it stand in other files",
}


def read(name: str, content: bytes) -> Document:
    """Return the document in the bytes of a Word file. Raises UnreadableFile for anything but a sound and harmless .docx."""
    package_safety.check(name, content)
    try:
        file = docx.Document(BytesIO(content))
        found = number(name, content, "docx", _pieces(name, file))
        _check_pictures(name, file, found)
        return replace(found, language=language_code(file.core_properties.language))
    except (OpcError, BadZipFile, etree.LxmlError, KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise UnreadableFile(f"{name}: {_BROKEN} ({type(error).__name__}: {' '.join(str(error).split())[:120]})") from error


def _pieces(name: str, file: WordFile) -> Iterator[Piece]:
    body = file.element.find(tag("body"))
    if body is None:
        raise UnreadableFile(f"{name}: {_BROKEN} (it has no body)")
    for element, what in _ELSEWHERE.items():
        if body.find(f".//{element}") is not None:
            raise UnreadableFile(f"{name}: {what}; open it in Word and save all of it as one .docx")
    reader = _reader(file)
    sections = list(file.sections)
    yield from _around(reader, (part for section in sections for part in _headers(file, section)), _MARGINS[0])
    yield from reader.pieces(body, "")
    yield from _around(reader, (part for section in sections for part in _footers(file, section)), _MARGINS[1])


def _check_pictures(name: str, file: WordFile, found: Document) -> None:
    """Check that there is text to read. Raises UnreadableFile for pictures without text; headers and footers do not count as text."""
    written = any(not line.place.startswith(_MARGINS) for line in found.lines)
    if not written and any(file.element.find(f".//{picture}") is not None for picture in _PICTURES):
        raise UnreadableFile(
            f"{name}: the Word file holds pictures without text (a scan); run it through text recognition (OCR) first, or get its text"
        )


def _reader(file: WordFile) -> Reader:
    numbering = _related(file.part, RELATION.NUMBERING)
    return Reader(
        Styles(file.styles.element),
        Counts(Lists(None if numbering is None else _root(numbering))),
        Notes(
            {kind: _notes(file, relation, kind) for kind, relation in (("footnote", RELATION.FOOTNOTES), ("endnote", RELATION.ENDNOTES))}
        ),
    )


def _related(part: Part, relation: str) -> Part | None:
    return next((found.target_part for found in part.rels.values() if found.reltype == relation and not found.is_external), None)


def _root(part: Part) -> Any:
    """Return the root element of a part; python-docx keeps some parts as bytes."""
    element = getattr(part, "element", None)
    if element is not None:
        return element
    return etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))


def _notes(file: WordFile, relation: str, kind: str) -> dict[str, Any]:
    part = _related(file.part, relation)
    if part is None:
        return {}
    return {value(note, "id") or "": note for note in _root(part).iterchildren(tag(kind))}


def _headers(file: WordFile, section: Section) -> Iterator[Part]:
    if section.different_first_page_header_footer:
        yield from _part(section.first_page_header)
    yield from _part(section.header)
    if file.settings.odd_and_even_pages_header_footer:
        yield from _part(section.even_page_header)


def _footers(file: WordFile, section: Section) -> Iterator[Part]:
    if section.different_first_page_header_footer:
        yield from _part(section.first_page_footer)
    yield from _part(section.footer)
    if file.settings.odd_and_even_pages_header_footer:
        yield from _part(section.even_page_footer)


def _part(margin: Any) -> Iterator[Part]:
    """Yield the part of a header or footer, unless it is linked to the previous section, where it has been read."""
    if not margin.is_linked_to_previous:
        yield margin.part


def _around(reader: Reader, parts: Iterable[Part], place: str) -> Iterator[Piece]:
    seen: set[str] = set()
    for part in parts:
        if str(part.partname) not in seen:
            seen.add(str(part.partname))
            yield from reader.pieces(_root(part), place)
