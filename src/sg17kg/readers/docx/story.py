"""Walk one story of a Word file (body, header, footer, note) without recursion, and yield pieces of text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from sg17kg.readers.docx.numbering import Counts
from sg17kg.readers.docx.styles import Styles, numbered
from sg17kg.readers.docx.symbols import symbol, translate
from sg17kg.readers.docx.xml import MAIN, W14, child, is_on, is_true, path_value, tag, value
from sg17kg.readers.lines import Piece

Element = Any
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_BOXES = {True: "☒", False: "☐"}
# deleted and moved text, properties (which are looked up where they are needed), phonetic readings of Chinese characters
_SKIPPED = frozenset(tag(name) for name in ("del", "moveFrom", "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "rt"))
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "\u2011"}


@dataclass
class _Open:
    """A line being assembled."""

    page: int
    text: list[str] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)


@dataclass
class _Paragraph:
    """A paragraph being read. `joins` means that its end was deleted, so that the next paragraph continues it.

    `is_hidden` tells whether its style hides its runs. `boxed` are the lines of text boxes anchored in it, which follow it.
    """

    place: str
    lines: list[_Open]
    number: str
    joins: bool
    is_hidden: bool
    page_after: int
    boxed: list[Piece] = field(default_factory=list)


@dataclass
class _Table:
    number: int
    row: int = 0
    cell: int = 0


@dataclass
class _Container:
    """A container of paragraphs (the story, a cell or a text box), with the paragraph that waits to be joined."""

    place: str | None
    waiting: _Paragraph | None = None


@dataclass(frozen=True)
class _Run:
    is_hidden: bool
    font: str


class Notes:
    """Footnotes and endnotes by kind and number. Each is read once, at the first reference to it."""

    def __init__(self, elements: dict[str, dict[str, Element]]) -> None:
        self._elements = elements
        self._texts: dict[tuple[str, str], str] = {}

    def text(self, kind: str, identifier: str, read: Callable[[Element], list[Piece]]) -> str:
        """Return the text of a note; "" if there is no such note. `read` reads the story of a note."""
        key = (kind, identifier)
        if key not in self._texts:
            self._texts[key] = ""  # a note that refers to itself ends here
            element = self._elements[kind].get(identifier)
            if element is not None:
                self._texts[key] = "\n".join(piece.text.strip() for piece in read(element))
        return self._texts[key]


@dataclass
class Reader:
    """State shared by all stories of a file: styles, counts, notes, and how many tables and text boxes have been read."""

    styles: Styles
    counts: Counts
    notes: Notes
    tables: int = 0
    boxes: int = 0

    def pieces(self, root: Element, place: str) -> list[Piece]:
        """Return the lines of a story. `place` is "header", "footer" or "note"; "" for the body, whose paragraphs are counted."""
        return _Story(self, root, place).read()


class _Story:
    def __init__(self, reader: Reader, root: Element, place: str) -> None:
        self._reader, self._root, self._place = reader, root, place
        self._out: list[Piece] = []
        self._containers = [_Container(place or None)]
        self._tables: list[_Table] = []
        self._paragraphs: list[_Paragraph] = []
        self._runs: list[_Run] = []
        self._fields: list[bool] = []  # for each open field: whether its result has begun
        self._instructions = 0
        self._counted = 0
        self._page = 1
        self._rendered = root.find(f".//{tag('lastRenderedPageBreak')}") is not None
        self._paged = not place and (self._rendered or self._has_own_breaks())
        self._starts: dict[str, Callable[[Element], bool | None]] = {
            **{tag(name): getattr(self, f"_{name}") for name in ("p", "r", "t", "br", "sym", "sdt", "tbl", "tr", "tc", "fldChar")},
            **{tag(name): self._sign for name in _SIGNS},
            tag("txbxContent"): self._box,
            tag("footnoteReference"): self._note,
            tag("endnoteReference"): self._note,
            tag("lastRenderedPageBreak"): self._rendered_break,
            f"{_COMPATIBILITY}AlternateContent": self._alternatives,
            f"{_MATHS}t": self._t,
        }
        self._ends: dict[str, Callable[[], None]] = {
            tag("p"): self._end_paragraph,
            tag("r"): self._end_run,
            tag("tbl"): self._end_table,
            tag("tc"): self._end_container,
            tag("txbxContent"): self._end_container,
        }
        self._unwanted: set[Element] = set()

    def read(self) -> list[Piece]:
        """Walk the story once and return its lines."""
        walk = etree.iterwalk(self._root, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                self._end(element)
            elif element.tag in _SKIPPED or element in self._unwanted:
                walk.skip_subtree()
            elif (start := self._starts.get(element.tag)) and start(element):
                self._unwanted.add(element)
                walk.skip_subtree()
        self._end_container()
        return self._out

    def _end(self, element: Element) -> None:
        if element in self._unwanted:
            self._unwanted.discard(element)
        elif end := self._ends.get(element.tag):
            end()

    def _has_own_breaks(self) -> bool:
        return any(value(element, "type") == "page" for element in self._root.iter(tag("br")))

    # each of the following handles the start of an element; True means that its content is skipped

    def _p(self, element: Element) -> None:
        properties = child(element, "pPr")
        mark = child(properties, "rPr")
        style = self._reader.styles.of_paragraph(properties)
        is_hidden = self._reader.styles.is_hidden(style)
        hidden_mark = is_on(mark, "vanish")
        joins = any(child(mark, change) is not None for change in ("del", "moveFrom")) or (
            is_hidden if hidden_mark is None else hidden_mark
        )
        if self._paged and not self._rendered and is_on(properties, "pageBreakBefore"):
            self._page += 1
        container = self._containers[-1]
        if container.place is None and not self._tables:
            self._counted += 1
        number = "" if joins else self._number(properties, style)
        waiting, container.waiting = container.waiting, None
        place = waiting.place if waiting else container.place or f"paragraph {self._counted}"
        lines = waiting.lines if waiting else [_Open(self._page)]
        boxed = waiting.boxed if waiting else []
        section = child(properties, "sectPr")
        page_after = int(section is not None and not self._rendered and path_value(section, "type") != "continuous")
        self._paragraphs.append(_Paragraph(place, lines, number, joins, is_hidden, page_after, boxed))

    def _number(self, properties: Element | None, style: str) -> str:
        own, inherited = numbered(properties), self._reader.styles.numbered(style)
        identifier = own.list if own.list is not None else inherited.list
        if not identifier or identifier == "0":
            return ""
        level = own.level
        if level is None and own.list is None:
            level = self._reader.counts.level_of_style(identifier, style)
        return self._reader.counts.next(identifier, level if level is not None else inherited.level or 0)

    def _end_paragraph(self) -> None:
        paragraph = self._paragraphs.pop()
        self._page += paragraph.page_after
        while self._fields and not self._fields[-1]:
            # a field that never reaches its result must not hide the rest of the story
            self._fields.pop()
            self._instructions -= 1
        if paragraph.joins:
            self._containers[-1].waiting = paragraph
        else:
            self._emit(paragraph)

    def _emit(self, paragraph: _Paragraph) -> None:
        pieces = [*self._lines(paragraph), *paragraph.boxed]
        (self._paragraphs[-1].boxed if self._paragraphs else self._out).extend(pieces)

    def _lines(self, paragraph: _Paragraph) -> Iterator[Piece]:
        number = paragraph.number
        for line in paragraph.lines:
            text = "".join(line.text)
            if not text.strip() and not line.footnotes:
                continue
            place = f"page {line.page}, {paragraph.place}" if self._paged else paragraph.place
            yield Piece(number + text.strip(" "), place, tuple(line.footnotes))
            number = ""

    def _box(self, _: Element) -> None:
        self._reader.boxes += 1
        self._containers.append(_Container(f"text box {self._reader.boxes}"))

    def _end_container(self) -> None:
        container = self._containers.pop()
        if container.waiting:
            self._emit(container.waiting)

    def _tbl(self, _: Element) -> None:
        container = self._containers[-1]
        if container.waiting:
            self._emit(container.waiting)
            container.waiting = None
        self._reader.tables += 1
        self._tables.append(_Table(self._reader.tables))

    def _end_table(self) -> None:
        self._tables.pop()

    def _tr(self, element: Element) -> bool:
        if self._tables:
            self._tables[-1].row += 1
            self._tables[-1].cell = 0
        return child(child(element, "trPr"), "del") is not None

    def _tc(self, element: Element) -> bool:
        """Return whether a cell is only the lower part of a merged cell, without text of its own."""
        place = self._containers[-1].place
        if self._tables:
            table = self._tables[-1]
            table.cell += 1
            around = f"{self._place}, " if self._place else ""
            place = f"{around}table {table.number}, row {table.row}, cell {table.cell}"
        merged = child(child(element, "tcPr"), "vMerge")
        if merged is not None and value(merged, "val") != "restart":
            return True
        self._containers.append(_Container(place))
        return False

    def _r(self, element: Element) -> None:
        properties = child(element, "rPr")
        fonts = child(properties, "rFonts")
        own = is_on(properties, "vanish")
        if own is None:
            style = path_value(properties, "rStyle")
            own = (bool(style) and self._reader.styles.is_hidden(style or "")) or bool(self._paragraphs and self._paragraphs[-1].is_hidden)
        is_hidden = own or bool(self._runs and self._runs[-1].is_hidden)
        font = (value(fonts, "ascii") or value(fonts, "hAnsi") or "") if fonts is not None else ""
        self._runs.append(_Run(is_hidden, font))

    def _end_run(self) -> None:
        self._runs.pop()

    def _t(self, element: Element) -> None:
        self._add(translate(self._runs[-1].font if self._runs else "", (element.text or "").replace("\n", " ").replace("\r", " ")))

    def _sign(self, element: Element) -> None:
        self._add(_SIGNS[element.tag.removeprefix(f"{{{MAIN}}}")])

    def _br(self, element: Element) -> None:
        self._add("\n")
        if value(element, "type") == "page" and not self._rendered:
            self._turn()

    def _rendered_break(self, _: Element) -> None:
        self._turn()

    def _turn(self) -> None:
        """Begin the next page. A line that already has text stays on its page."""
        self._page += 1
        if self._paragraphs and not "".join(self._paragraphs[-1].lines[-1].text).strip():
            self._paragraphs[-1].lines[-1].page = self._page

    def _sym(self, element: Element) -> None:
        code = value(element, "char") or ""
        if code and len(code) <= 5 and all(digit in "0123456789abcdefABCDEF" for digit in code):
            self._add(symbol(value(element, "font") or "", int(code, 16)))

    def _sdt(self, element: Element) -> bool:
        """Add a check box in the state that it declares, whatever character shows it. Return whether the element is a check box."""
        box = element.find(f"{tag('sdtPr')}/{W14}checkbox")
        if box is None or not self._paragraphs or element.find(f"{tag('sdtContent')}/{tag('p')}") is not None:
            return False
        checked = box.find(f"{W14}checked")
        self._add(_BOXES[checked is not None and is_true(checked.get(f"{W14}val"))])
        return True

    def _fldChar(self, element: Element) -> None:  # noqa: N802 - the name of the element
        kind = value(element, "fldCharType")
        if kind == "begin":
            box = element.find(f"{tag('ffData')}/{tag('checkBox')}")
            if box is not None:
                ticked = is_on(box, "checked")
                self._add(_BOXES[bool(is_on(box, "default")) if ticked is None else ticked])
            self._fields.append(False)
            self._instructions += 1
        elif kind == "separate" and self._fields and not self._fields[-1]:
            self._fields[-1] = True
            self._instructions -= 1
        elif kind == "end" and self._fields:
            self._instructions -= not self._fields.pop()

    def _note(self, element: Element) -> None:
        kind = element.tag.removeprefix(f"{{{MAIN}}}").removesuffix("Reference")
        if self._paragraphs and not self._unseen and self._place != "note":
            text = self._reader.notes.text(kind, value(element, "id") or "", lambda note: self._reader.pieces(note, "note"))
            if text:
                self._paragraphs[-1].lines[-1].footnotes.append(text)

    def _alternatives(self, element: Element) -> None:
        """Keep the first of several alternative representations; the fallback is read only if there is no other."""
        choices = list(element.iterchildren(f"{_COMPATIBILITY}Choice"))
        kept = choices[0] if choices else element.find(f"{_COMPATIBILITY}Fallback")
        self._unwanted.update(other for other in element if other is not kept)

    @property
    def _unseen(self) -> bool:
        return self._instructions > 0 or bool(self._runs and self._runs[-1].is_hidden)

    def _add(self, text: str) -> None:
        """Add text at the current position. Hidden text, field instructions and text outside paragraphs are dropped."""
        if not self._paragraphs or self._unseen:
            return
        lines = self._paragraphs[-1].lines
        first, *others = text.split("\n")
        lines[-1].text.append(first)
        for other in others:
            lines.append(_Open(self._page, [other] if other else []))
