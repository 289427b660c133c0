"""Join the lines of a PDF into paragraphs, and recognise running headers and footers.

A line continues the one before it if that one was full, that is, if the first word would not have fitted on it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

from sg17kg.readers.document import is_wide, join
from sg17kg.readers.lines import Piece
from sg17kg.readers.pdf.bidi import holds_right_to_left
from sg17kg.readers.pdf.characters import Page, Rule
from sg17kg.readers.pdf.lines import TextLine, lines_of, runs_right_to_left_throughout
from sg17kg.readers.writing_systems import load as scripts

_MARGIN = 0.13  # of the page height: the area of headers, footers and page numbers
_SET_OFF = 1.3  # times the usual line distance
_LEADING = (0.5, 2.2)  # of the font size
_TOLERANCE = 0.6
_ROWS_APART = 3.5
# times the line distance: a larger distance separates paragraphs. With separate fonts for Arabic and Latin letters, distances vary
_WIDER, _WIDER_OF_TWO_FONTS = 1.18, 1.5
# differences of size within a paragraph, which other fonts may cause; a heading at the top of a page may be hardly larger than the text
_NEAR_SIZE, _SAME_SIZE = 0.12, 0.04
# how often, and in what share of all, a distance must occur to be a line distance; distances are rounded to steps
_FEW, _RARE, _STEP = 3, 0.08, 0.05
_NARROWER = 3
_SET_IN = 0.4  # of the font size
_PADDING = 11.0  # between the text of neighbouring cells, as Word sets it
_STARTS = re.compile(r"[☐☒☑◯○⃝\uf0a8]|\|_\||[•▪–—][ \t]")
_CHOICE = re.compile(r"[◯○⃝]")
# text that is on a line of its own even if the line above is full: telephone numbers, addresses, file references, rules
_ALONE = re.compile(r"\+?(?=(?:\D*\d){6})[\d ()-]{7,}(?<!-)|[\w.+-]+@[\w.-]+|(?:SG|TSAG|COM|TSB)[\w -]{0,8}/[\w/]+|[_—─*=-]{4,}")
_NOTE_NUMBER = re.compile(r"(\d{1,3})\t")
_ENUMERATOR = re.compile(r"[–—•·▪-]|[(（]?[\da-z]{1,3}[.)）]")
_LISTED = re.compile(r"[-–—]\t")
_LABEL = re.compile(r".{1,16}[:：]")
_BROKEN_ADDRESS = re.compile(r"://\S*[-?&=]$")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)-$")
_BREAKS_BEHIND = ("-", "–", "—", "/")
_SENTENCE_ENDS = (".", "。", "!", "！", "?", "？", chr(0x061F), ";", "；", chr(0x061B))
# text that continues without a blank: after a hyphen or a slash, and after the Arabic "and", which is never written alone
_JOINED = re.compile(r"\S[-–/]$|://\S*[?&=]$|[(\[{«]$|(?:^|\s)\u0648$")
# a name in brackets that continues after its hyphen: its closing bracket is displayed before the rest of it
_OPEN_NAME = re.compile(r"\([^()\u0590-\u08ff]*-$")
_CLOSED_IN_FRONT = re.compile(r"\(([A-Za-z\d]+(?:[.-][A-Za-z\d]+)*)")
_WORD_START = re.compile(r"[^\W\d_]+")


_Sides = tuple[float, float]


@dataclass(frozen=True)
class _Sheet:
    """The lines of a page: `every` line, and `lines`, those of its text. `left` and `right` are the sides of text in the whole document.

    `blanks_tell` means that the document draws the blank at which a line breaks, and none at the end of a paragraph. `right_to_left` is
    the direction of the document. `leading` is the line distance within its paragraphs, relative to the font size.
    """

    every: list[TextLine]
    lines: list[TextLine]
    rules: list[Rule]
    left: float
    right: float
    blanks_tell: bool
    right_to_left: bool
    leading: float


def pieces(pages: Sequence[Page]) -> list[Piece]:
    """Return the paragraphs of a document: running headers first, running footers last, footnotes with the line that refers to them."""
    right_to_left = runs_right_to_left_throughout(pages)
    sheets = [(page, lines_of(page, right_to_left)) for page in pages]
    sizes = Counter(line.size for _, lines in sheets for line in lines for _ in line.text)
    size = sizes.most_common(1)[0][0] if sizes else 0.0
    gap = _SET_OFF * _usual_distance(sheets, size)
    headers, footers = _around(sheets, gap)
    aside = {id(line) for line in (*headers, *footers)}
    notes: dict[tuple[int, str], str] = {}
    body: list[tuple[Page, list[TextLine], list[TextLine]]] = []
    for page, lines in sheets:
        aside.update(id(line) for line in _set_off(page, lines, gap) if scripts().page_number.fullmatch(line.text))
        kept = [line for line in lines if id(line) not in aside]
        text, own = _without_notes(kept, size)
        notes.update({(page.number, mark): note for mark, note in own.items()})
        body.append((page, lines, text))
    words = {word.lower() for _, _, lines in body for line in lines for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text)}
    blanks_tell = _blanks_tell([line for _, lines, _ in body for line in lines])
    paragraphs = _paragraphs(body, right_to_left, blanks_tell, _leading([lines for _, _, lines in body]))
    first = [[line] for line in _once(headers)]
    last = [[line] for line in _once(footers)]
    return [_piece(lines, notes, words) for lines in (*first, *paragraphs, *last)]


def _once(lines: Iterable[TextLine]) -> list[TextLine]:
    seen: dict[str, TextLine] = {}
    for line in lines:
        seen.setdefault(line.text, line)
    return list(seen.values())


def _usual_distance(sheets: Sequence[tuple[Page, list[TextLine]]], size: float) -> float:
    """Return the most common line distance of the document, in points."""
    bases = [sorted({round(line.base) for line in lines}) for _, lines in sheets]
    distances = Counter(above - below for on_page in bases for below, above in pairwise(on_page) if above - below > 1)
    return min(float(distances.most_common(1)[0][0]), _LEADING[1] * size) if distances else 0.0


def _leading(pages: Iterable[Sequence[TextLine]]) -> float:
    """Return the line distance within paragraphs, relative to the font size: the smallest that is not rare between consecutive lines."""
    distances = Counter(
        round((above.base - below.base) / below.size / _STEP) * _STEP
        for lines in pages
        for above, below in pairwise(lines)
        if _is_next(above, below)
    )
    common = [distance for distance, count in distances.items() if count >= max(_FEW, _RARE * distances.total())]
    return min(common, default=_LEADING[1])


def _around(sheets: Sequence[tuple[Page, list[TextLine]]], gap: float) -> tuple[list[TextLine], list[TextLine]]:
    """Return headers and footers: the same text at the same height on at least half of the pages, set off from the body."""
    found: dict[tuple[str, int], list[TextLine]] = defaultdict(list)
    for page, lines in sheets:
        for line in _set_off(page, lines, gap):
            found[line.text, round(line.base / 4)].append(line)
    repeated = [lines for lines in found.values() if len({line.page for line in lines}) >= max(2, len(sheets) / 2)]
    middle = {page.number: page.height / 2 for page, _ in sheets}
    lines = [line for group in repeated for line in group]
    return [line for line in lines if line.base > middle[line.page]], [line for line in lines if line.base <= middle[line.page]]


def _set_off(page: Page, lines: list[TextLine], gap: float) -> list[TextLine]:
    """Return the lines in the margins of a page that are more than `gap` points away from the text."""
    downwards = sorted(lines, key=lambda line: -line.base)
    gaps = [index for index, (above, below) in enumerate(pairwise(downwards), start=1) if above.base - below.base > gap]
    top = max((index for index in gaps if downwards[index - 1].base > page.height * (1 - _MARGIN)), default=0)
    foot = min((index for index in gaps if downwards[index].base < page.height * _MARGIN), default=len(downwards))
    return downwards[:top] + downwards[max(top, foot) :]


def _without_notes(lines: list[TextLine], size: float) -> tuple[list[TextLine], dict[str, str]]:
    """Return (text, footnotes by mark). Notes are below the text, and each begins with a mark that the text above contains."""
    named = {mark for line in lines for mark in line.marks}
    openings = [_opening(line, size) for line in lines]
    start = next((index for index, mark in enumerate(openings) if mark in named), len(lines))
    notes: dict[str, list[str]] = {}
    current = ""
    for line, mark in zip(lines[start:], openings[start:], strict=True):
        current = mark if mark in named else current
        notes.setdefault(current, []).append(_NOTE_NUMBER.sub("", line.text) if mark in named else line.text)
    return lines[:start], {mark: reduce(lambda text, line: _joined(text, line, set()), texts) for mark, texts in notes.items()}


def _opening(line: TextLine, size: float) -> str:
    """Return the mark that opens a footnote: small and raised, or a number before writing that is smaller than the text."""
    number = _NOTE_NUMBER.match(line.text) if line.size < 0.93 * size else None
    return line.opening_mark or (number[1] if number else "")


def _blanks_tell(lines: Sequence[TextLine]) -> bool:
    """Return whether some lines are drawn with a blank at their end and others without.

    If most lines have it, so do the ends of paragraphs, and the blank tells nothing.
    """
    with_blank = sum(line.ends_in_blank for line in lines)
    return 0 < with_blank <= 0.7 * len(lines)


def _paragraphs(
    body: Sequence[tuple[Page, list[TextLine], list[TextLine]]], right_to_left: bool, blanks_tell: bool, leading: float
) -> list[list[TextLine]]:
    """Return the paragraphs of a document. `body` holds, for each page, all of its lines and those that are text."""
    every = [line for _, _, lines in body for line in lines]
    if not every:
        return []
    left = min(line.left for line in every)
    right = _right_side(every, body[0][0].width - left)
    paragraphs: list[list[TextLine]] = []
    upper: _Sheet | None = None
    paragraph: list[TextLine] = []
    within: _Sides | None = None
    for page, on_page, lines in body:
        sheet = _Sheet(on_page, lines, page.rules, left, right, blanks_tell, right_to_left, leading)
        above = len(paragraphs)
        cut = [one for one in paragraphs if upper and one[-1].page == page.number - 1 and _ends(upper, one[-1])]
        for line in lines:
            over, column = next(
                ((one, column) for one in reversed(cut) if upper and (column := _over(upper, sheet, one, line))), (None, None)
            )
            if over is not None:
                paragraph, within = over, column
                _set_before(paragraphs, above, over)
            elif not paragraph or paragraph[-1].page != line.page or not _goes_on(sheet, paragraph, line, within):
                paragraph, within = [], None
                paragraphs.append(paragraph)
            paragraph.append(line)
        upper = sheet
    return paragraphs


def _is_over(line: TextLine, other: TextLine) -> bool:
    """Return whether a line is above another on their page and overlaps it horizontally."""
    return line.base > other.base + 0.5 * line.size and line.left < other.right and other.left < line.right


def _ends(sheet: _Sheet, line: TextLine) -> bool:
    """Return whether a line is the last of its column on a page."""
    return not any(_is_over(line, other) for other in sheet.lines)


def _set_before(paragraphs: list[list[TextLine]], above: int, over: list[TextLine]) -> None:
    """Move the paragraphs begun on a page before the cell that continues on it, because they belong to earlier cells.

    `above` is the number of paragraphs that began on earlier pages.
    """
    begun = paragraphs[above:]
    del paragraphs[above:]
    at = next(index for index, one in enumerate(paragraphs) if one is over)
    while at and paragraphs[at - 1][0].page == over[0].page and _is_even(paragraphs[at - 1][0], over[0]):
        at -= 1
    paragraphs[at:at] = begun


def _is_even(line: TextLine, other: TextLine) -> bool:
    return min(abs(line.left - other.left), abs(line.right - other.right)) < 0.5 * line.size


def _over(upper: _Sheet, sheet: _Sheet, paragraph: list[TextLine], line: TextLine) -> _Sides | None:
    """Return the sides of the column in which a line at the top of a page continues a paragraph of the page before; None if it does not."""
    last = paragraph[-1]
    if last.page == line.page or not _is_alike(last, line, _SAME_SIZE):
        return None
    if any(_is_over(other, line) or _heads(other, line) for other in sheet.lines):
        return None
    indent = last.right - line.right if _begins_at_right(sheet, last, line) else line.left - last.left
    if not -line.size <= indent <= (4 if last.is_item else 1) * line.size or _is_in_other_cell(sheet, last, line):
        return None
    is_last = last.text.endswith(_SENTENCE_ENDS) if len(paragraph) == 1 else False
    if is_last or (_would_tell(sheet, last, line) and not last.ends_in_blank):
        return None
    above, below = _column(upper, last, last), _column(sheet, line, line)
    left, right = max(above[0], below[0]), min(above[1], below[1])
    is_one = all(left - _PADDING / 2 <= one.left and one.right <= right + _PADDING / 2 for one in (last, line))
    return (left, right) if is_one and _was_full(sheet, last, line, (left, right)) else None


def _heads(other: TextLine, line: TextLine) -> bool:
    """Return whether another line shows that a table row begins: it is beside the line and begins an item that is not a choice."""
    starts = _STARTS.match(other.text) and not _CHOICE.match(other.text)
    return other is not line and abs(other.base - line.base) < 0.5 * line.size and bool(starts)


def _right_side(lines: Sequence[TextLine], symmetrical: float) -> float:
    """Return where full lines end.

    Punctuation may hang into the margin, which is as wide as the left one unless lines show otherwise.
    """
    beyond = sum(line.edge > symmetrical + 3 for line in lines)
    if beyond > 0.02 * len(lines):
        return max(line.edge for line in lines)
    return min(max(line.right for line in lines), symmetrical)


def _goes_on(sheet: _Sheet, paragraph: list[TextLine], line: TextLine, within: _Sides | None) -> bool:
    """Return whether a line continues a paragraph. `within` are the sides of its column if it began on the page before."""
    last = paragraph[-1]
    if not _is_alike(last, line, _NEAR_SIZE) or not _follows(sheet, paragraph, line):
        return False
    if _LISTED.match(paragraph[0].text) and _LABEL.fullmatch(line.text):
        return False
    left, right = _column(sheet, last, line)
    if within:
        left, right = max(left, within[0]), min(right, within[1])
    return not any(_parts(other, last, line) for other in sheet.every) and _was_full(sheet, last, line, (left, right))


def _is_alike(last: TextLine, line: TextLine, apart: float) -> bool:
    """Return whether words and sizes allow two lines in one paragraph. `apart` is the largest difference of sizes, relative to the size."""
    return abs(last.size - line.size) <= apart * max(last.size, line.size) and not _is_of_its_own(last, line)


def _begins_at_right(sheet: _Sheet, last: TextLine, line: TextLine) -> bool:
    """Return whether two lines begin at the right. In a right-to-left document, Latin words may be alone on a line."""
    is_even = abs(last.right - line.right) <= abs(last.left - line.left) + 0.1
    return sheet.right_to_left and (last.runs_right_to_left or line.runs_right_to_left or is_even)


def _is_of_its_own(last: TextLine, line: TextLine) -> bool:
    """Return whether the words of two lines show that they do not belong together."""
    starts = line.is_item or _STARTS.match(line.text) or (last.text.endswith(_SENTENCE_ENDS) and _LABEL.fullmatch(line.text))
    return bool(starts or _LABEL.fullmatch(last.text) or any(_ALONE.fullmatch(one.text) for one in (last, line)))


def _was_full(sheet: _Sheet, last: TextLine, line: TextLine, column: _Sides) -> bool:
    """Return whether the first word of a line would not have fitted on the line before, in a column with these sides."""
    room = _room(sheet, last, line, column)
    if (_ENUMERATOR.fullmatch(last.text) or _BROKEN_ADDRESS.search(last.text)) and not line.is_item:
        return True
    if sheet.blanks_tell and _is_within_word(last, line):
        line.is_rest_of_word = room < line.size
        return line.is_rest_of_word
    if _would_tell(sheet, last, line):
        if last.ends_in_blank:
            return True
        if room > _TOLERANCE * line.size:
            return False
    return room < line.first_unit + (0 if last.text.endswith(_SENTENCE_ENDS) else _TOLERANCE * line.size)


def _would_tell(sheet: _Sheet, last: TextLine, line: TextLine) -> bool:
    """Return whether a blank would be drawn between two lines of a paragraph."""
    is_wide_there = is_wide(last.text[-1]) or is_wide(line.text[0])
    return sheet.blanks_tell and not (sheet.right_to_left or is_wide_there or last.text.endswith(_BREAKS_BEHIND))


def _is_within_word(last: TextLine, line: TextLine) -> bool:
    """Return whether two lines, if they belong together, can only be parts of a word that was too long for its line.

    Words whose letters are joined are not broken.
    """
    meeting = last.text[-1:] + line.text[:1]
    may_break = meeting.isalnum() and not any(map(is_wide, meeting)) and not holds_right_to_left(meeting)
    return " " not in last.text and not last.ends_in_blank and may_break


def _parts(other: TextLine, last: TextLine, line: TextLine) -> bool:
    """Return whether another line is beside the lower of two lines and below the upper.

    The upper line then extends over a table or over columns.
    """
    is_level = abs(other.base - line.base) < 0.5 * line.size and other is not line
    return is_level and (line.right < other.left < last.right - last.size or last.left + last.size < other.right < line.left)


def _follows(sheet: _Sheet, paragraph: list[TextLine], line: TextLine) -> bool:
    """Return whether a line is one line distance below the last line and overlaps it horizontally."""
    last = paragraph[-1]
    distance = last.base - line.base
    wider = _WIDER_OF_TWO_FONTS if sheet.right_to_left else _WIDER
    if not _LEADING[0] * line.size < distance < min(_LEADING[1], wider * sheet.leading) * line.size:
        return False
    if len(paragraph) > 1 and paragraph[-2].page == last.page and distance > 1.25 * (paragraph[-2].base - last.base):
        return False
    sides = (last.right, line.right) if _begins_at_right(sheet, last, line) else (last.left, line.left)
    if len(paragraph) > 1 and abs(sides[0] - sides[1]) > line.size and not _is_centred(last, line):
        return False
    if _is_in_other_cell(sheet, last, line):
        return False
    return min(last.right, line.right) - max(last.left, line.left) > 0 or bool(_ENUMERATOR.fullmatch(last.text))


def _is_in_other_cell(sheet: _Sheet, last: TextLine, line: TextLine) -> bool:
    """Return whether two lines begin apart by the padding of a table cell: less than an indent, more than letters differ."""
    apart = abs(last.right - line.right) if _begins_at_right(sheet, last, line) else abs(last.left - line.left)
    is_item = last.is_item or _STARTS.match(last.text) or _ENUMERATOR.fullmatch(last.text.partition(" ")[0])
    return _SET_IN * line.size < apart < line.size and not is_item and not _is_centred(last, line)


def _is_centred(last: TextLine, line: TextLine) -> bool:
    return abs((last.left + last.right) - (line.left + line.right)) < 0.5 * line.size


def _room(sheet: _Sheet, last: TextLine, line: TextLine, column: _Sides) -> float:
    """Return the space that the last line leaves in its column, in points."""
    left, right = column
    behind, before = right - last.right, last.left - left
    if _begins_at_right(sheet, last, line):
        return before
    centred = _is_centred(last, line) and abs(last.left - line.left) > 0.5 * line.size
    return behind + before if centred and abs(behind - before) < 2 * line.size else behind


def _column(sheet: _Sheet, last: TextLine, line: TextLine) -> _Sides:
    """Return the sides of the column that holds two lines. It ends at the text beside it or at a drawn line."""
    column = _Column(min(last.left, line.left), max(last.right, line.right))
    top, bottom = last.base + 0.9 * line.size, line.base - 0.3 * line.size
    for rule in sheet.rules:
        if rule.bottom < bottom and rule.top > top - 2 * line.size:
            column.stand_beside(rule.at - _PADDING / 2, rule.at + _PADDING / 2)
    beside = [other for other in sheet.every if bottom < other.base < top]
    if _is_even(last, line) and (_would_tell(sheet, last, line) or _is_cell(sheet, last)):
        upwards = sorted(sheet.every, key=lambda other: other.base)
        column.look([other for other in upwards if other.base > bottom], line.size)
        column.look([other for other in reversed(upwards) if other.base < top], line.size)
    else:
        column.look(beside, line.size)
    behind = _own_edge(sheet, last) if column.behind is None else column.behind
    before = column.before
    # the last column of a table ends before the border
    if behind is None and before is not None:
        behind = max(sheet.right - _PADDING / 2, column.right)
    elif sheet.right_to_left and before is None and column.behind is not None:
        before = min(sheet.left + _PADDING / 2, column.left)
    return (sheet.left if before is None else before, sheet.right if behind is None else behind)


def _is_cell(sheet: _Sheet, line: TextLine) -> bool:
    """Return whether a line begins away from the side of the page, or has other text beside it or its column."""
    away = sheet.right - line.right if sheet.right_to_left else line.left - sheet.left
    if away > line.size:
        return True
    top = bottom = line
    upwards = sorted((other for other in sheet.every if _is_even(other, line)), key=lambda one: one.base)
    for other in upwards:
        top = other if 0 < other.base - top.base < _LEADING[1] * line.size else top
    for other in reversed(upwards):
        bottom = other if 0 < bottom.base - other.base < _LEADING[1] * line.size else bottom
    level = [one for one in sheet.every if bottom.base - 1 < one.base < top.base + 0.5 * line.size]
    return any(one.right < line.left or one.left > line.right for one in level)


@dataclass
class _Column:
    """The sides of the text of a column, and the limits of the column after and before it, as far as known."""

    left: float
    right: float
    behind: float | None = None
    before: float | None = None

    def stand_beside(self, left: float, right: float) -> None:
        """Take something beside the column as its limit. `left` and `right` are the sides of it, padding included."""
        if left + _PADDING / 2 > self.right:
            self.behind = left if self.behind is None else min(self.behind, left)
        elif right - _PADDING / 2 < self.left:
            self.before = right if self.before is None else max(self.before, right)

    def look(self, lines: Sequence[TextLine], size: float) -> None:
        """Take limits from the lines in one direction, until rows are too far apart or a line extends over a limit."""
        left, right = self.left, self.right
        base = lines[0].base if lines else 0.0
        for line in lines:
            if abs(line.base - base) > _ROWS_APART * size:
                return
            base = line.base
            if line.left < right and line.right > left:
                left, right = min(left, line.left), max(right, line.right)
                if (self.behind is not None and right > self.behind + _PADDING) or (
                    self.before is not None and left < self.before - _PADDING
                ):
                    return
            elif line.left >= right:
                if self.behind is None or right <= self.behind:
                    self.stand_beside(line.left - _PADDING, line.right + _PADDING)
            else:
                self.stand_beside(line.left - _PADDING, line.right + _PADDING)


def _own_edge(sheet: _Sheet, line: TextLine) -> float | None:
    """Return the right edge of a narrow column with nothing beside it: that of its lines, if all but the last are full; else None."""
    column = [line, *_up_and_down(sheet, line)]
    column.sort(key=lambda one: -one.base)
    edge = max(one.right for one in column)
    full = all(edge - above.right < below.first_unit + _TOLERANCE * below.size for above, below in pairwise(column))
    return edge if full and len(column) > 2 and edge < sheet.right - _NARROWER * line.size else None


def _up_and_down(sheet: _Sheet, line: TextLine) -> Iterator[TextLine]:
    """Yield the lines above and below a line as long as its column continues and no line begins something new."""
    for step in (-1, 1):
        at = line.number - 1
        while 0 <= at + step < len(sheet.every):
            upper, lower = sorted((at, at + step))
            if not _is_next(sheet.every[upper], sheet.every[lower]) or _begins(sheet.every[lower]):
                break
            at += step
            yield sheet.every[at]


def _begins(line: TextLine) -> bool:
    return line.is_item or bool(_STARTS.match(line.text) or _ALONE.fullmatch(line.text) or _LABEL.fullmatch(line.text))


def _is_next(line: TextLine, other: TextLine) -> bool:
    """Return whether two lines that are drawn one after the other are one below the other in a column."""
    distance = abs(line.base - other.base)
    aligned = min(abs(line.left - other.left), abs(line.right - other.right)) < 0.5 * line.size
    return aligned and _LEADING[0] * line.size < distance < _LEADING[1] * line.size


def _piece(lines: Sequence[TextLine], notes: dict[tuple[int, str], str], words: set[str]) -> Piece:
    text = lines[0].text
    for line in lines[1:]:
        text = text + line.text if line.is_rest_of_word else _joined(text, line.text, words)
    found = [notes[line.page, mark] for line in lines for mark in line.marks if (line.page, mark) in notes]
    return Piece(text, f"page {lines[0].page}, line {lines[0].number}", tuple(found))


def _joined(text: str, following: str, words: set[str]) -> str:
    """Return two lines as one. A hyphen at the end of the first stays, unless the document also writes the word without it."""
    following = _CLOSED_IN_FRONT.sub(r"\1)", following, count=1) if _is_closed_in_front(text, following) else following
    broken, rest = _BROKEN_WORD.search(text), _WORD_START.match(following)
    if broken and rest and f"{broken[1]}{rest[0]}".lower() in words and f"{broken[1]}-{rest[0]}".lower() not in words:
        return text[:-1] + following
    return text + following if _JOINED.search(text) else join([text, following])


def _is_closed_in_front(text: str, following: str) -> bool:
    """Return whether the bracket at the beginning of a line closes one that the line before left open."""
    return bool(_OPEN_NAME.search(text) and _CLOSED_IN_FRONT.match(following)) and following.count("(") > following.count(")")
