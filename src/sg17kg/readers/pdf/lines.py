"""Group the characters of a page into lines, in reading order."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from sg17kg.readers.document import is_wide
from sg17kg.readers.pdf.bidi import folded, holds_right_to_left, ordered_ligature, runs_right_to_left, written
from sg17kg.readers.pdf.characters import Character, Page

_GAP = 1.0  # of the size of the font: what is further apart is another cell, or a tab
_BLANK = 0.28
_NARROW_BLANK = 0.1
_ARABIC_BLANK = 0.18  # behind which sign a blank is made up says nothing where writing turns
_TWICE = 0.05
_SAME_BASE = 0.3
_MARKED = 0.5
_RAISED = 0.75
_ENUMERATOR = re.compile(
    r"[(（]?(?:\d{1,3}(?:\.\d{1,3}){0,4}[.)）]?|(?:[^\W\d_]|[ivxIVX]{1,5})[.)）]|o)|[–—•·▪\uf0b7\uf0a7-]|[☐☒☑□○◯⃝\uf0a8]|\|_\|"
)
_BULLET = re.compile(r"[•·▪\uf0b7\uf0a7]\t")
_MARK = re.compile(r"\d{1,3}|[*†‡]")
# with what no line of writing begins or ends: it is not written from right to left
_NOT_TURNED = re.compile(r"[.,:;/!?]|.*[+(\[{«/]$")
# where a line of Latin text may break
_BREAKS_BEHIND = " -/–—\t"
_NOT_FIRST = "，。、；：？！）》」』】〕”’…,.;:?!)]}/·…–—～%"
_QUOTES = "“‘"
_NOT_LAST = "（《「『【〔“‘([{"


@dataclass
class TextLine:
    """A line: its page and number on it (from 1), its sides, base line and size in points, its text.

    `edge` is its right side but for punctuation, which may stand in the margin. `first_unit` is the width of what cannot be parted
    from its beginning; `ends_in_blank` tells that a blank is drawn at its end, where nobody sees it, and `is_rest_of_word` that it
    begins within a word, which pdf_layout finds. `marks` are the footnotes to
    which it refers, and `opening_mark` is the mark with which a footnote begins.
    """

    page: int
    number: int
    left: float
    right: float
    edge: float
    base: float
    size: float
    text: str
    first_unit: float
    runs_right_to_left: bool
    ends_in_blank: bool = False
    is_item: bool = False
    is_rest_of_word: bool = False
    marks: list[str] = field(default_factory=list)
    opening_mark: str = ""


def runs_right_to_left_throughout(pages: Iterable[Page]) -> bool:
    """Return whether the document is written from right to left."""
    return runs_right_to_left("".join(character.text for page in pages for character in page.characters))


def lines_of(page: Page, right_to_left: bool) -> list[TextLine]:
    """Return the lines of a page in the order in which they are drawn. `right_to_left` says how the document as a whole runs."""
    lines: list[TextLine] = []
    for row in _rows(page.characters):
        segments = _segments(row)
        for segment in reversed(segments) if right_to_left else segments:
            line = _line(page.number, segment, right_to_left)
            if line.text or line.opening_mark:
                _append(lines, line)
    for number, line in enumerate(lines, start=1):
        line.number = number
    return lines


def _append(lines: list[TextLine], line: TextLine) -> None:
    """Add a line; behind a number or a bullet it is what is numbered, with a tab between."""
    last = lines[-1] if lines else None
    if last and not line.opening_mark and abs(last.base - line.base) < _SAME_BASE * line.size and _ENUMERATOR.fullmatch(last.text):
        line.text = _BULLET.sub("–\t", f"{last.text}\t{line.text}")
        line.left, line.right = min(last.left, line.left), max(last.right, line.right)
        line.marks = last.marks + line.marks
        line.is_item = True
        lines.pop()
    lines.append(line)


def _rows(characters: Iterable[Character]) -> list[list[Character]]:
    """Return what is drawn one after the other on one base line. A blank that pdfium made up is noted with the character before it."""
    rows: list[list[Character]] = []
    base = size = 0.0
    for character in characters:
        if character.is_made_up:
            if rows:
                rows[-1][-1].has_blank_behind = True
            continue
        raised = character.size < _RAISED * size and 0 < character.base - base < size
        level = abs(character.base - base) < _bases_apart(character) * max(size, character.size)
        lowered = size < _RAISED * character.size and 0 < base - character.base < character.size
        if rows and (raised or level or lowered):
            rows[-1].append(character)
            if character.size > size or level:
                size, base = character.size, character.base
        else:
            rows.append([character])
            size, base = character.size, character.base
    return rows


def _bases_apart(character: Character) -> float:
    """Return how far apart bases on one line may be, by the size: fonts set Arabic letters with marks higher than others."""
    return _MARKED if holds_right_to_left(character.text) or unicodedata.combining(character.text) else _SAME_BASE


def _segments(row: list[Character]) -> list[list[Character]]:
    """Return a row from left to right, parted where there is a gap; what is drawn twice at one place, to look bold, counts once."""
    segments: list[list[Character]] = []
    right, drawn = 0.0, 0
    for order, character in sorted(enumerate(row), key=lambda entry: (entry[1].left + entry[1].right) / 2):
        last = segments[-1][-1] if segments else None
        is_there = last is not None and last.text == character.text and abs(last.left - character.left) < _TWICE * character.size
        if is_there and order != drawn + 1:  # the two letters of a ligature are drawn at once
            continue
        drawn = order
        if last and character.left - right < _GAP * max(last.size, character.size):
            segments[-1].append(character)
            right = max(right, character.right)
        else:
            segments.append([character])
            right = character.right
    return [segment for segment in segments if any(character.text.strip() for character in segment)]


def _line(page: int, segment: list[Character], right_to_left: bool) -> TextLine:
    size = Counter(round(character.size, 1) for character in segment).most_common(1)[0][0]
    base = Counter(round(character.base, 1) for character in segment if round(character.size, 1) == size).most_common(1)[0][0]
    marks, opening, kept = _without_marks(segment, size, base, right_to_left)
    turned = right_to_left and holds_right_to_left("".join(character.text for character in kept))
    text = written(_units(kept)) if right_to_left else _straight(kept)
    if right_to_left and not turned and _NOT_TURNED.match(text):
        text = _straight(kept)
    inked = [character for character in kept if character.text.strip()] or segment
    return TextLine(
        page=page,
        number=0,
        left=min(character.left for character in inked),
        right=max(character.right for character in inked),
        edge=max(character.right for character in inked if character.text not in _NOT_FIRST or character is inked[0]),
        base=base,
        size=size,
        text=" ".join(folded(text).split()),
        first_unit=_first_unit(kept if inked is not segment else segment, turned),
        runs_right_to_left=turned,
        ends_in_blank=segment[0 if turned else -1].text.isspace(),
        marks=marks,
        opening_mark=opening,
    )


def _without_marks(segment: list[Character], size: float, base: float, right_to_left: bool) -> tuple[list[str], str, list[Character]]:
    """(footnote marks, the mark that opens the line, the other characters): marks are small and raised."""
    marks: list[str] = []
    taken: set[int] = set()
    opening = ""
    inked = [character for character in segment if character.text.strip()]
    for is_raised, run in groupby(inked, key=lambda one: one.size <= _RAISED * size and one.base > base + 0.1 * size):
        signs = list(run)
        mark = "".join(one.text for one in signs)
        if is_raised and _MARK.fullmatch(mark):
            taken.update(map(id, signs))
            is_first = signs[-1] is inked[-1] if right_to_left else signs[0] is inked[0]
            opening, marks = (mark, marks) if is_first else (opening, [*marks, mark])
    kept = [character for character in segment if id(character) not in taken]
    return ([], opening, kept) if opening else (marks, "", kept)


def _straight(characters: Sequence[Character]) -> str:
    """Text from left to right; the gap between Chinese and Latin letters, which fonts make, is no blank."""
    text = ""
    for before, one in zip([None, *characters], characters, strict=False):
        if before and _is_blank_between(before, one) and not (is_wide(before.text) or is_wide(one.text)):
            text += " "
        text += one.text
    return text


def _is_blank_between(before: Character, one: Character) -> bool:
    gap = one.left - before.right
    return gap > _BLANK * one.size or (before.has_blank_behind and gap > _NARROW_BLANK * one.size)


def _is_blank_where_writing_turns(before: Character, one: Character) -> bool:
    """Return whether a gap is a blank; that one was made up behind a character says something between Latin letters only."""
    is_latin = all(unicodedata.bidirectional(character.text) == "L" for character in (before, one))
    is_told = is_latin and (before.has_blank_behind or one.has_blank_behind)
    return one.left - before.right > (_NARROW_BLANK if is_told else _ARABIC_BLANK) * one.size


def _units(characters: Sequence[Character]) -> list[str]:
    """Return what stands at one place, from left to right, with blanks where there is a gap. Marks above a letter belong to it."""
    units: list[str] = []
    before: Character | None = None
    mark, middle = "", math.inf
    for one in characters:
        if unicodedata.combining(one.text):
            if before and (one.left + one.right) / 2 < before.right:
                units[-1] += one.text
            else:
                mark += one.text
                middle = (one.left + one.right) / 2
        elif before and abs(one.left - before.left) < 0.01 and abs(one.right - before.right) < 0.01:
            units[-1] = ordered_ligature(units[-1][0] + one.text) + units[-1][1:]
        else:
            # a mark that does not stand above its letter takes room of its own, which is no blank
            is_apart = before and middle > one.left and _is_blank_where_writing_turns(before, one)
            if is_apart and " " not in (units[-1], one.text):
                units.append(" ")
            units.append(one.text + mark)
            before, mark, middle = one, "", math.inf
    return [*units, mark] if mark else units


def _holds_on(text: str) -> bool:
    """Return whether a sign may not begin a line.

    Closing punctuation, quotation marks behind a letter, marks that belong to the sign before.
    """
    return text in _NOT_FIRST or text in _QUOTES or unicodedata.category(text).startswith("M")


def _is_ideograph(text: str) -> bool:
    return is_wide(text) and text.isalpha()


def _first_unit(characters: Sequence[Character], turned: bool) -> float:
    """Return the width of the first word, or of the first Chinese character with the signs that may not begin a line.

    Latin words with nothing but Chinese punctuation between are one, and so are addresses of pages: some programs do not break there.
    """
    inorder = sorted(characters, key=lambda one: -one.right) if turned else characters
    inked = [one for one in inorder if one.text.strip()] or list(inorder)
    drawn = {id(before) for before, one in pairwise(inorder) if one.text.isspace()}  # a blank is drawn behind these
    end = inked[0]
    breaks_behind = "\t" if "://" in "".join(one.text for one in inked) else _BREAKS_BEHIND
    for before, one in pairwise(inked):
        is_apart = before.left - one.right > _ARABIC_BLANK * one.size if turned else _is_blank_between(before, one)
        blank = is_apart or id(before) in drawn
        breaks = _is_ideograph(before.text) or (_is_ideograph(one.text) and before.text not in _NOT_LAST)
        if (breaks or before.text in breaks_behind or blank) and not _holds_on(one.text):
            break
        end = one
    return max(inked[0].right, end.right) - min(inked[0].left, end.left)
