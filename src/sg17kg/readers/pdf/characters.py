"""Characters of each page of a PDF with their positions, from pdfium.

They are in drawing order. Programs draw a table cell by cell and a page column by column, so this is the reading order; sorting by
position would mix the cells of a row.
"""

import ctypes
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

MOST_PAGES = 200
MOST_CHARACTERS = 500_000
_MOST_RULES = 2_000
_SHORTEST_RULE = 8.0
_SMALLEST = 1.5  # points; a smaller size is not that of readable text
_HYPHENS = (0x02, 0xFFFE)
_LOCKED = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)


class Refused(Exception):
    """Raised for a PDF that cannot be read. `reason` is one of those in reader.py, and `figure` is the number in its message."""

    def __init__(self, reason: str, figure: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.figure = reason, figure


@dataclass(slots=True)
class Character:
    """A character: its sides and baseline in points from the lower left corner, and its font size.

    `is_made_up` marks a blank that is in no string of the PDF; pdfium inserts it at a gap.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    is_made_up: bool
    has_blank_behind: bool = False


class _Glyphs(NamedTuple):
    """The handles of a span whose text the PDF gives as ActualText, and of one text object that is drawn for it."""

    span: int
    drawn: int


class Rule(NamedTuple):
    """A vertical line that is drawn, such as the border of a cell: its horizontal position, its lower and its upper end."""

    at: float
    bottom: float
    top: float


@dataclass(frozen=True)
class Page:
    """A page: its number from 1, its width and height, its characters, and the vertical lines drawn on it."""

    number: int
    width: float
    height: float
    characters: list[Character]
    rules: list[Rule]


def pages(content: bytes) -> list[Page]:
    """Return the pages of a PDF. Raises Refused for a PDF that has no text, needs a password, is broken or is too large."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise Refused("locked" if getattr(error, "err_code", None) in _LOCKED else "broken") from error
    if len(document) > MOST_PAGES:
        raise Refused("pages", MOST_PAGES)
    found = []
    total = 0
    for index in range(len(document)):
        try:
            page = _page(document[index], index + 1, MOST_CHARACTERS - total)
        except pdfium.PdfiumError as error:
            raise Refused("broken") from error
        total += len(page.characters)
        found.append(page)
    if not total:
        raise Refused("empty")
    return found


def _page(page: pdfium.PdfPage, number: int, most: int) -> Page:
    text = page.get_textpage()
    if text.count_chars() > most:
        raise Refused("characters", MOST_CHARACTERS)
    width, height = page.get_size()
    characters = _in_clusters(list(_characters(text, text.count_chars())))
    if not characters and any(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])):
        raise Refused("picture", number)
    rules = list(_rules(page))
    page.close()
    return Page(number, width, height, characters, rules)


def _rules(page: pdfium.PdfPage) -> Iterator[Rule]:
    """Yield the vertical lines of a page and the vertical sides of boxes."""
    for drawn in islice(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=2), _MOST_RULES):
        left, bottom, right, top = drawn.get_bounds()
        if top - bottom < _SHORTEST_RULE:
            continue
        yield Rule(left, bottom, top)
        if right - left > _SHORTEST_RULE:
            yield Rule(right, bottom, top)


def _in_clusters(found: list[tuple[Character, _Glyphs | None]]) -> list[Character]:
    """Return the characters, with a letter and its marks that share an ActualText span given once, at one position, in canonical order.

    A mark is drawn separately, so a span may have two text objects. For each, pdfium returns the whole text of the span, side by side.
    """
    drawn: dict[_Glyphs, list[Character]] = {}
    for character, glyphs in found:
        if glyphs:
            drawn.setdefault(glyphs, []).append(character)
    clusters = {glyphs: _at_one_place(characters) for glyphs, characters in drawn.items() if _is_cluster(characters)}
    said: set[int] = set()
    characters: list[Character] = []
    for character, glyphs in found:
        if glyphs is None or glyphs not in clusters:
            characters.append(character)
        elif glyphs.span not in said:
            said.add(glyphs.span)
            characters += clusters[glyphs]
    return characters


def _is_cluster(characters: list[Character]) -> bool:
    marks = sum(unicodedata.combining(character.text) > 0 for character in characters)
    return 0 < marks == len(characters) - 1


def _at_one_place(characters: list[Character]) -> list[Character]:
    left, right = min(one.left for one in characters), max(one.right for one in characters)
    for character in characters:
        character.left, character.right = left, right
    return sorted(characters, key=lambda one: unicodedata.combining(one.text))


def _glyphs(text: pdfium.PdfTextPage, index: int) -> _Glyphs | None:
    drawn = raw.FPDFText_GetTextObject(text.raw, index)
    for at in reversed(range(raw.FPDFPageObj_CountMarks(drawn) if drawn else 0)):
        span = raw.FPDFPageObj_GetMark(drawn, at)
        if raw.FPDFPageObjMark_GetParamValueType(span, b"ActualText") == raw.FPDF_OBJECT_STRING:
            return _Glyphs(*(ctypes.cast(handle, ctypes.c_void_p).value or 0 for handle in (span, drawn)))
    return None


def _characters(text: pdfium.PdfTextPage, count: int) -> Iterator[tuple[Character, _Glyphs | None]]:
    box = raw.FS_RECTF()
    x, base = ctypes.c_double(), ctypes.c_double()
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text.raw, index)
        if code in _HYPHENS:
            code = ord("-")
        if code < 0x20 or not raw.FPDFText_GetLooseCharBox(text.raw, index, box):
            continue
        raw.FPDFText_GetCharOrigin(text.raw, index, x, base)
        left, right = min(box.left, box.right), max(box.left, box.right)
        size = raw.FPDFText_GetFontSize(text.raw, index) * _scale(text, index)
        made_up = bool(raw.FPDFText_IsGenerated(text.raw, index) == 1) or (code == 0x20 and right - left < 0.01)
        height = abs(box.top - box.bottom)
        yield Character(chr(code), left, right, base.value, size if size > _SMALLEST else max(height, 1.0), made_up), _glyphs(text, index)


def _scale(text: pdfium.PdfTextPage, index: int) -> float:
    """Return the vertical scale of a character: programs set size 16 where the page shows 11, or 1 where it shows 12."""
    matrix = raw.FS_MATRIX()
    return math.hypot(matrix.c, matrix.d) if raw.FPDFText_GetMatrix(text.raw, index, matrix) else 1.0
