"""Group the characters of a page into lines, in reading order."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from sg17kg.readers.document import is_wide
from sg17kg.readers.pdf.bidi import folded, holds_right_to_left, ordered_ligature, runs_right_to_left, visual_to_logical
from sg17kg.readers.pdf.characters import Character, Page

_GAP = 1.0  # of the font size: a wider gap means another cell or a tab
_BLANK = 0.28
_NARROW_BLANK = 0.1
_ARABIC_BLANK = 0.18  # where the writing direction changes, the sign after which pdfium inserts a blank tells nothing
_TWICE = 0.05
_SAME_BASE = 0.3
_MARKED = 0.5
_RAISED = 0.75
_ENUMERATOR = re.compile(
    r"[(（]?(?:\d{1,3}(?:\.\d{1,3}){0,4}[.)）]?|(?:[^\W\d_]|[ivxIVX]{1,5})[.)）]|o)|[–—•·▪\uf0b7\uf0a7-]|[☐☒☑□○◯⃝\uf0a8]|\|_\|"
)
_BULLET = re.compile(r"[•·▪\uf0b7\uf0a7]\t")
_MARK = re.compile(r"\d{1,3}|[*†‡]")
# no right-to-left line begins or ends with these
_NOT_TURNED = re.compile(r"[.,:;/!?]|.*[+(\[{«/]$")
# characters after which a line of Latin text may break
_BREAKS_BEHIND = " -/–—\t"
_NOT_FIRST = "，。、；：？！）》」』】〕”’…,.;:?!)]}/·…–—～%"
_QUOTES = "“‘"
_NOT_LAST = "（《「『【〔“‘([{"


@dataclass
class TextLine:
    """A line: its page and its number on the page (from 1), its sides, baseline and size in points, and its text.

    `edge` is its right side without punctuation, which may hang into the margin. `first_unit` is the width of the beginning that cannot
    be broken. `ends_in_blank` means that an invisible blank is drawn at its end, and `is_rest_of_word` that it begins inside a word
    (set in paragraphs.py). `marks` are the footnotes to which it refers, and `opening_mark` is the mark with which a footnote begins.
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
    """Return the lines of a page in drawing order. `right_to_left` is the direction of the document as a whole."""
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
    """Add a line. If it follows a number or a bullet on its baseline, join the two with a tab."""
    last = lines[-1] if lines else None
    if last and not line.opening_mark and abs(last.base - line.base) < _SAME_BASE * line.size and _ENUMERATOR.fullmatch(last.text):
        line.text = _BULLET.sub("–\t", f"{last.text}\t{line.text}")
        line.left, line.right = min(last.left, line.left), max(last.right, line.right)
        line.marks = last.marks + line.marks
        line.is_item = True
        lines.pop()
    lines.append(line)


def _rows(characters: Iterable[Character]) -> list[list[Character]]:
    """Return the characters grouped by baseline, in drawing order. A blank that pdfium inserted is recorded on the character before it."""
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
    """Return how far apart baselines on one line may be, relative to the size. Fonts set Arabic letters with marks higher than others."""
    return _MARKED if holds_right_to_left(character.text) or unicodedata.combining(character.text) else _SAME_BASE


def _segments(row: list[Character]) -> list[list[Character]]:
    """Return a row from left to right, split at gaps. A character drawn twice at one position, to look bold, counts once."""
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
    text = visual_to_logical(_units(kept)) if right_to_left else _straight(kept)
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
    """Return (footnote marks, mark that opens the line, other characters). Marks are small and raised."""
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
    """Return the text from left to right. The gap that fonts make between Chinese and Latin letters is not a blank."""
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
    """Return whether a gap is a blank. A blank that pdfium inserted counts only between Latin letters."""
    is_latin = all(unicodedata.bidirectional(character.text) == "L" for character in (before, one))
    is_told = is_latin and (before.has_blank_behind or one.has_blank_behind)
    return one.left - before.right > (_NARROW_BLANK if is_told else _ARABIC_BLANK) * one.size


def _units(characters: Sequence[Character]) -> list[str]:
    """Return the text at each position, from left to right, with blanks at gaps. Marks above a letter belong to it."""
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
            # a mark that is not above its letter takes space of its own, which is not a blank
            is_apart = before and middle > one.left and _is_blank_where_writing_turns(before, one)
            if is_apart and " " not in (units[-1], one.text):
                units.append(" ")
            units.append(one.text + mark)
            before, mark, middle = one, "", math.inf
    return [*units, mark] if mark else units


def _holds_on(text: str) -> bool:
    """Return whether a sign must not begin a line.

    These are closing punctuation, quotation marks after a letter, and marks that belong to the sign before.
    """
    return text in _NOT_FIRST or text in _QUOTES or unicodedata.category(text).startswith("M")


def _is_ideograph(text: str) -> bool:
    return is_wide(text) and text.isalpha()


def _first_unit(characters: Sequence[Character], turned: bool) -> float:
    """Return the width of the first word, or of the first Chinese character with the signs that must not begin a line.

    Latin words with only Chinese punctuation between them count as one, as do URLs, because some programs do not break there.
    """
    inorder = sorted(characters, key=lambda one: -one.right) if turned else characters
    inked = [one for one in inorder if one.text.strip()] or list(inorder)
    drawn = {id(before) for before, one in pairwise(inorder) if one.text.isspace()}  # a blank is drawn after these
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
