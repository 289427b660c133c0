"""Read a web page (HTML) as the lines that a browser shows. Nothing is fetched, and no script runs."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from sg17kg.errors import UnreadableFile
from sg17kg.readers.document import Document
from sg17kg.readers.docx.numbering import letters, roman
from sg17kg.readers.lines import Piece, language_code, number

Element = Any
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(
    rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""", re.IGNORECASE
)
_DECLARED_WITHIN = 4096
# the encodings that browsers use for these names
_READ_AS = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "utf-16": "utf-8"}
_DECLARES = re.compile(r"<!ENTITY", re.IGNORECASE)
_MOST_BLANKS = re.compile(r"[ \t\n\r\f]+")
_WIDE_BLANKS = re.compile("[ \xa0\u2002\u2003]{2,}|\u2003")
_UNSHOWN = frozenset(
    (
        "head", "script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "canvas", "audio", "video",
        "datalist", "title", "textarea", "select", "map",
    )
)  # fmt: skip
_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html",
        "legend", "li", "main", "menu", "nav", "ol", "optgroup", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
        "thead", "tr", "ul",
    )
)  # fmt: skip
_HIDING = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
_FORMS: dict[str, Callable[[int], str]] = {
    "a": letters,
    "A": lambda count: letters(count).upper(),
    "i": roman,
    "I": lambda count: roman(count).upper(),
}
_NOTE_HOLDERS = ("p", "li", "aside", "td")
_HIGHEST = 9999


def read(name: str, content: bytes) -> Document:
    """Return the document in the bytes of a web page. Raises UnreadableFile for a page that is wrongly encoded, unreadable or hostile."""
    text = _decode(name, content)
    if _DECLARES.search(text[:_DECLARED_WITHIN]):
        raise UnreadableFile(f"{name}: the page declares entities of its own; save it as web page from a browser or from Word")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableFile(
            f"{name}: no page can be made out in it ({' '.join(str(error).split())}); save it anew as web page or as .docx"
        ) from error
    _check_whole(name, parser)
    if root is None:
        raise UnreadableFile(f"{name}: the page is empty; save it anew as web page or as .docx")
    return replace(number(name, content, "html", _Page(root).pieces()), language=language_code(root.get("lang")))


def _check_whole(name: str, parser: Any) -> None:
    """Refuse a page beyond the limits of the parser, which stops there without an error."""
    for entry in parser.error_log:
        if entry.level == etree.ErrorLevels.FATAL:
            what = "nested too deep" if "depth" in entry.message else "beyond what can be read"
            raise UnreadableFile(f"{name}: line {entry.line}: the page is {what} ({entry.message.strip()[:60]}); save it anew as .docx")


def _decode(name: str, content: bytes) -> str:
    declared = _DECLARED.search(content[:_DECLARED_WITHIN])
    said = (declared[1] or declared[2]).decode("ascii").lower() if declared else "utf-8"
    encoding = next((codec for mark, codec in _BOMS if content.startswith(mark)), _READ_AS.get(said, said))
    try:
        return content.decode(encoding).replace("\0", "")
    except LookupError as error:
        raise UnreadableFile(f"{name}: the page says that it is written in {encoding!r}, which is not known; save it as UTF-8") from error
    except UnicodeError as error:
        raise UnreadableFile(f"{name}: not {encoding.upper()} text, which the page says it is; save it as UTF-8") from error


@dataclass
class _Table:
    number: int
    row: int = 0
    cell: int = 0


@dataclass
class _Numbering:
    """A list: its next number, the format of its numbers (None for bullets), and the step to the number after."""

    next: int
    form: Callable[[int], str] | None
    step: int = 1


@dataclass
class _Context:
    """The state of the walk, and the line being assembled."""

    text: list[str] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    mark: str = ""
    tables: list[_Table] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    lists: list[_Numbering] = field(default_factory=list)
    preformatted: int = 0
    paragraphs: int = 0
    goes_on: bool = False


class _Page:
    def __init__(self, root: Element) -> None:
        self._root = root
        self._at = _Context()
        self._count_tables = 0
        self._out: list[Piece] = []
        self._notes = dict(_footnotes(root))
        self._aside = {note.holder for note in self._notes.values()}
        self._starts: dict[str, Callable[[Element], None]] = {
            "br": self._br,
            "li": self._li,
            "ol": self._ol,
            "ul": self._ul,
            "menu": self._ul,
            "pre": self._pre,
            "input": self._input,
            "table": self._table,
            "tr": self._tr,
            "td": self._td,
            "th": self._td,
        }
        self._ends: dict[str, Callable[[], None]] = {
            "ol": self._end_list,
            "ul": self._end_list,
            "menu": self._end_list,
            "pre": self._end_pre,
            "table": self._end_table,
            "td": self._end_cell,
            "th": self._end_cell,
        }

    def pieces(self) -> list[Piece]:
        """Return the lines of the page, in one walk over its tree."""
        walk = etree.iterwalk(self._root, events=("start", "end"))
        skipped: Element | None = None
        for event, element in walk:
            if event == "start":
                if self._is_unshown(element):
                    skipped = element
                    walk.skip_subtree()
                else:
                    self._start(element)
                continue
            if element is skipped:
                skipped = None
            else:
                self._end(element)
            self._add(element.tail)
        self._flush()
        return self._out

    def _is_unshown(self, element: Element) -> bool:
        if element in self._notes:
            self._at.footnotes.append(self._notes[element].text)
            return True
        name = str(element.tag)
        return (
            name in _UNSHOWN
            or element in self._aside
            or element.get("hidden") is not None
            or bool(_HIDING.search(element.get("style") or ""))
        )

    def _start(self, element: Element) -> None:
        if element.tag in _BLOCKS:
            self._flush()
        if start := self._starts.get(element.tag):
            start(element)
        self._add(element.text)

    def _end(self, element: Element) -> None:
        if element.tag in _BLOCKS:
            self._flush()
        if end := self._ends.get(element.tag):
            end()

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if not self._at.preformatted:
            self._at.text.append(_MOST_BLANKS.sub(" ", text))
            return
        first, *others = text.replace("\r\n", "\n").split("\n")
        self._at.text.append(first)
        for other in others:
            self._flush()
            self._at.text.append(other)

    def _flush(self) -> None:
        """End the current line. A line without content is dropped, and its list number is kept for the next line."""
        at = self._at
        text = "".join(at.text)
        text = (text if at.preformatted else _WIDE_BLANKS.sub(_as_tab, _MOST_BLANKS.sub(" ", text))).strip(" \n\r\f")
        at.text.clear()
        goes_on, at.goes_on = at.goes_on, False
        if not text and not at.footnotes:
            return
        at.paragraphs += not at.cells and not goes_on
        place = at.cells[-1] if at.cells else f"paragraph {at.paragraphs}"
        self._out.append(Piece(at.mark + text, place, tuple(at.footnotes)))
        at.mark = ""
        at.footnotes.clear()

    def _br(self, _: Element) -> None:
        before = len(self._out)
        goes_on = self._at.goes_on
        self._flush()
        self._at.goes_on = goes_on or len(self._out) > before

    def _ol(self, element: Element) -> None:
        backwards = element.get("reversed") is not None
        items = sum(1 for _ in element.iterchildren("li")) if backwards else 1
        self._at.lists.append(
            _Numbering(_whole(element.get("start"), items), _FORMS.get(element.get("type") or "", str), -1 if backwards else 1)
        )

    def _ul(self, _: Element) -> None:
        self._at.lists.append(_Numbering(0, None))

    def _end_list(self) -> None:
        self._at.lists.pop()
        self._at.mark = ""

    def _li(self, element: Element) -> None:
        if not self._at.lists or self._at.lists[-1].form is None:
            self._at.mark = "–\t"
            return
        numbering = self._at.lists[-1]
        count = _whole(element.get("value"), numbering.next)
        numbering.next = count + numbering.step
        self._at.mark = f"{numbering.form(count) if numbering.form else count}.\t"

    def _pre(self, _: Element) -> None:
        self._at.preformatted += 1

    def _end_pre(self) -> None:
        self._at.preformatted -= 1

    def _input(self, element: Element) -> None:
        kind = (element.get("type") or "text").lower()
        ticked = element.get("checked") is not None
        if kind in ("checkbox", "radio"):
            self._at.text.append(("☒" if ticked else "☐") if kind == "checkbox" else ("☒" if ticked else "◯"))

    def _table(self, _: Element) -> None:
        self._count_tables += 1
        self._at.tables.append(_Table(self._count_tables))

    def _end_table(self) -> None:
        self._at.tables.pop()

    def _tr(self, _: Element) -> None:
        if self._at.tables:
            self._at.tables[-1].row += 1
            self._at.tables[-1].cell = 0

    def _td(self, _: Element) -> None:
        if self._at.tables:
            table = self._at.tables[-1]
            table.cell += 1
            self._at.cells.append(f"table {table.number}, row {table.row}, cell {table.cell}")
        else:
            self._at.cells.append(f"paragraph {self._at.paragraphs}")

    def _end_cell(self) -> None:
        self._at.cells.pop()


def _as_tab(match: re.Match[str]) -> str:
    """Return a tab where Word wrote several non-breaking spaces, or another program an em space, because HTML has no tabs; else a blank."""
    return "\t" if "\u2003" in match[0] or match[0].count("\xa0") > 1 else " "


def _whole(text: str | None, default: int) -> int:
    stripped = (text or "").strip()
    return min(int(stripped), _HIGHEST) if stripped.isascii() and stripped.isdigit() else default


@dataclass(frozen=True)
class _Note:
    holder: Element
    text: str


def _footnotes(root: Element) -> Iterator[tuple[Element, _Note]]:
    """Yield each footnote with the anchor that refers to it. Two anchors link to each other, and the later one is in the note."""
    anchors = [anchor for anchor in root.iter("a") if (anchor.get("href") or "").startswith("#")]
    named = {name: (order, anchor) for order, anchor in enumerate(anchors) for name in (anchor.get("name"), anchor.get("id")) if name}
    texts: dict[Element, str] = {}
    for order, anchor in enumerate(anchors):
        other_order, other = named.get(anchor.get("href")[1:], (-1, None))
        if other is None or other_order <= order or other.get("href")[1:] not in (anchor.get("name"), anchor.get("id")):
            continue
        holder = next((above for above in other.iterancestors() if above.tag in _NOTE_HOLDERS), None)
        if holder is None or holder in anchor.iterancestors():
            continue
        if holder not in texts:
            texts[holder] = _MOST_BLANKS.sub(" ", "".join(holder.itertext())).strip()
        yield anchor, _Note(holder, texts[holder].removeprefix("".join(other.itertext()).strip()).strip())
