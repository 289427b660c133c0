"""Lines of scripts that run from right to left, as they are seen, put into the order in which they are written.

The inverse of the Unicode bidirectional algorithm for what documents hold: Arabic, Hebrew, with Latin words and numbers between.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

_RIGHT_TO_LEFT = ("R", "AL")
_PRESENTATION = re.compile("[\ufb1d-\ufdff\ufe70-\ufefc]+")
_DROPPED = re.compile(r"[\u0640\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_BRACKETS = str.maketrans("()[]{}«»<>", ")(][}{»«><")
_RIGHT = re.compile(r"(?<!\S)[(\[{«]\S|\S[)\]}»](?![^\s.,\u060c:\u061b])")
_WRONG = re.compile(r"(?<!\S)[)\]}»]\S|\S[(\[{«](?![^\s.,\u060c:\u061b])")
_LAM = chr(0x0644)
_OPEN, _CLOSE = "([{«", ")]}»"
# runs that keep their own direction: Latin with the numbers behind it, and numbers with what belongs to them
_RUN = re.compile(
    r"[^\W\d_\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc](?:[^\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]*[^\W_\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])?"
    r"|\d+(?:[.,:/\u066b\u066c]\d+)*"
)


def runs_right_to_left(text: str) -> bool:
    """Whether most of the letters of a text belong to a script that runs from right to left."""
    kinds = [unicodedata.bidirectional(character) for character in text]
    right = sum(kind in _RIGHT_TO_LEFT for kind in kinds)
    return right > 0 and right * 2 >= right + kinds.count("L")


def holds_right_to_left(text: str) -> bool:
    """Whether any of its letters does."""
    return any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)


def written(units: Sequence[str]) -> str:
    """A line in the order of writing. `units` are its characters from left to right; one unit is what one glyph stands for."""
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
        pieces.append("".join(units[first:last]))
        position = first
    pieces += reversed(units[:position])
    return "".join(pieces)


def _runs(seen: str) -> Iterator[tuple[int, int]]:
    """Where runs from left to right begin and end; a bracket that a run opens belongs to it with the bracket that closes it."""
    for match in _RUN.finditer(seen):
        first, last = match.span()
        run = match[0]
        for opening, closing in zip(_OPEN, _CLOSE, strict=True):
            if run.count(opening) == run.count(closing) + 1 and seen[last : last + 1] == closing:
                last += 1
            elif run.count(closing) == run.count(opening) + 1 and seen[first - 1 : first] == opening:
                first -= 1
        yield first, last


def ordered_ligature(characters: str) -> str:
    """The letters of one glyph in their order: lam comes before alef."""
    return characters[::-1] if len(characters) == 2 and characters[1] == _LAM else characters


def folded(text: str) -> str:
    """Letters in the forms that they take in words as plain letters, without stretching strokes and marks of direction."""
    return _DROPPED.sub("", _PRESENTATION.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text))


def with_brackets_right(text: str) -> str:
    """A line of writing whose brackets open where they should close, because they stand as they are seen, with its brackets turned.

    Brackets within words of other scripts stay.
    """
    kept = list(_runs(text))
    outside = text
    turned = text.translate(_BRACKETS)
    for first, last in kept:
        outside = outside[:first] + "x" * (last - first) + outside[last:]
        turned = turned[:first] + text[first:last] + turned[last:]
    return turned if len(_WRONG.findall(outside)) > len(_RIGHT.findall(outside)) else text
