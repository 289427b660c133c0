"""Reorder lines of right-to-left scripts from visual to logical order.

This inverts the Unicode bidirectional algorithm for what documents contain: Arabic and Hebrew, with Latin words and numbers in between.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

_RIGHT_TO_LEFT = ("R", "AL")
_PRESENTATION = re.compile("[\ufb1d-\ufdff\ufe70-\ufefc]+")
_DROPPED = re.compile(r"[\u0640\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_LAM = chr(0x0644)
_OPEN, _CLOSE = "([{«", ")]}»"
_TURNED = str.maketrans(_OPEN + _CLOSE, _CLOSE + _OPEN)
_BRACKETS = _OPEN + _CLOSE
_ENDS = " \t.,:;!?" + "".join(map(chr, (0x060C, 0x061B, 0x061F)))
_RTL = r"\u0590-\u060b\u060d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
# runs that keep their own direction: Latin with the numbers after it (the Arabic comma is neutral), and numbers with their separators
_RUN = re.compile(rf"\d*[^\W\d_{_RTL}](?:[^{_RTL}]*[^\W_{_RTL}])?|\d+(?:-\d+){{2,}}-?|\d+-\d+|\d+(?:[.,:/\u066b\u066c]\d+)*")
_ALPHANUMERIC = re.compile(r"[^\W_](?:.*[^\W_])?")
_BLANK_WITHIN = re.compile(r"(?<=[(\[{«])\s+|\s+(?=[)\]}»])")
_LATE_MARK = re.compile(r"([^\w\u064b-\u0652]+)([\u064b-\u0652]+)")
# a sign that is displayed before the text that it follows
_SEEN_TURNED = re.compile(r"\s[.,:;!?\u060c\u061b](?=\S)")
# what follows a run that continues on the next line: the hyphen of its last word, or a comma
_AT_BREAK = re.compile(rf"[-,;\u060c\u061b](?=[\s{_RTL}]|$)")
_RANGE = re.compile(r"(\d+)-(\d+)")


def runs_right_to_left(text: str) -> bool:
    """Return whether at least half of the letters of a text belong to right-to-left scripts."""
    kinds = [unicodedata.bidirectional(character) for character in text]
    right = sum(kind in _RIGHT_TO_LEFT for kind in kinds)
    return right > 0 and right * 2 >= right + kinds.count("L")


def holds_right_to_left(text: str) -> bool:
    """Return whether any letter of a text belongs to a right-to-left script."""
    return any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)


def visual_to_logical(units: Sequence[str]) -> str:
    """Return a line in logical order. `units` are its characters from left to right; one unit is the text of one glyph."""
    seen = "".join(units)
    starts = {0: 0}
    offset = 0
    for index, unit in enumerate(units, start=1):
        offset += len(unit)
        starts[offset] = index
    kept = [(starts[first], starts[last]) for first, last in _runs(seen) if first in starts and last in starts]
    pieces: list[str] = []
    position = len(units)
    for first, last in reversed(kept):
        pieces += reversed(units[last:position])
        pieces.append(_with_range_right("".join(units[first:last]), pieces))
        position = first
    pieces += reversed(units[:position])
    # a mark above a letter may be drawn after it, and then appear after the next character
    return _with_brackets_right(_LATE_MARK.sub(r"\2\1", "".join(pieces)))


def _with_range_right(run: str, before: Sequence[str]) -> str:
    """Return a run, with a range of numbers in logical order.

    A range is displayed from right to left after Arabic letters, and from left to right after Latin ones.
    """
    ends = _RANGE.fullmatch(run)
    if not ends:
        return run
    strong = next((kind for piece in reversed(before) for kind in reversed(_kinds(piece)) if kind in (*_RIGHT_TO_LEFT, "L")), "")
    is_turned = strong in _RIGHT_TO_LEFT if strong else int(ends[1]) > int(ends[2])
    return f"{ends[2]}-{ends[1]}" if is_turned else run


def _kinds(text: str) -> list[str]:
    return [unicodedata.bidirectional(character) for character in text]


def _runs(seen: str) -> Iterator[tuple[int, int]]:
    """Yield the start and the end of each left-to-right run. A bracket belongs to a run only together with its matching bracket."""
    is_latin = not holds_right_to_left(seen) and any(map(str.isalpha, seen))
    pattern = _ALPHANUMERIC if is_latin else _RUN
    end = 0
    while match := pattern.search(seen, end):
        first, last = match.span()
        last = last + 1 if _is_broken(seen, first, last) else _whole(seen, first, last)
        yield first, last
        end = last


def _is_broken(seen: str, first: int, last: int) -> bool:
    """Return whether a run at the end of the line continues on the next line. The sign after the run then belongs to it."""
    return not seen[:first].strip() and any(map(str.isalpha, seen[first:last])) and bool(_AT_BREAK.match(seen, last))


def _whole(seen: str, first: int, last: int) -> int:
    """Return the end of a run: before a bracket without a match, and after a bracket that matches one inside the run."""
    opened: list[int] = []
    for at in range(first, last):
        if _SEEN_TURNED.match(seen, at):
            return at
        if seen[at] not in _BRACKETS:
            continue
        if _opens(seen, at, bool(opened)):
            opened.append(at)
        elif opened:
            opened.pop()
        else:
            return _end_of_word(seen, first, at)
    if not opened:
        return last
    if len(opened) == 1 and seen[last : last + 1] and seen[last] in _BRACKETS and not _opens(seen, last, True):
        return last + 1
    return _end_of_word(seen, first, opened[0])


def _end_of_word(seen: str, first: int, last: int) -> int:
    return first + len(seen[first:last].rstrip(_ENDS)) or last


def _opens(text: str, at: int, is_open: bool) -> bool:
    """Return whether a bracket opens, judged by the characters on both sides. Between letters, it closes an open bracket.

    The shape of a bracket in a PDF does not tell, because one glyph stands for both in right-to-left lines.
    """
    before = text[:at].rstrip(_BRACKETS)[-1:]
    behind = text[at:].lstrip(_BRACKETS)[:1]
    if before.strip():
        return behind not in ("", *_ENDS) and not is_open
    return bool(behind.strip()) or not is_open


def _with_brackets_right(text: str) -> str:
    """Return a text in logical order with each bracket turned to open or close correctly."""
    depth = 0
    signs = list(text)
    for at, sign in enumerate(signs):
        if sign in _BRACKETS:
            opens = _opens(text, at, depth > 0)
            depth = max(0, depth + (1 if opens else -1))
            signs[at] = sign if (sign in _OPEN) == opens else sign.translate(_TURNED)
    return _BLANK_WITHIN.sub("", "".join(signs))


def ordered_ligature(characters: str) -> str:
    """Return the letters of one glyph in logical order: lam comes before alef."""
    return characters[::-1] if len(characters) == 2 and characters[1] == _LAM else characters


def folded(text: str) -> str:
    """Return the text with presentation forms as plain letters, without stretching strokes and direction marks."""
    return _DROPPED.sub("", _PRESENTATION.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text))
