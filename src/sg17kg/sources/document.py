"""A document as numbered lines, the same whatever file it came from.

Extractors search in a `Stretch`: lines run together and white space folded, so that neither a line break nor a blank
inside a word hides an anchor, while every match still knows its lines.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from sg17kg.records import Lines


@dataclass(frozen=True)
class Line:
    """One line: its number from 1, its text without word-processor marks, and the footnotes that were inlined in it."""

    number: int
    text: str
    footnotes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A file's name, the SHA-256 of its bytes, and its lines."""

    name: str
    sha256: str
    lines: tuple[Line, ...]

    def line(self, number: int) -> Line:
        """The line with that number."""
        return self.lines[number - 1]

    def between(self, first: int, last: int) -> tuple[Line, ...]:
        """Lines first to last, both included."""
        return self.lines[first - 1 : last]


def is_wide(character: str) -> bool:
    """Whether a character belongs to a script that is written without blanks between words."""
    return unicodedata.east_asian_width(character) in "WF"


def join(texts: Iterable[str]) -> str:
    """Texts of consecutive lines as one: a blank between, unless a script without blanks meets there."""
    joined = ""
    for text in texts:
        if joined and text and not (is_wide(joined[-1]) or is_wide(text[0])):
            joined += " "
        joined += text
    return joined


class Stretch:
    """Some lines of a document as one folded text; a match in `text` is traced back to its lines."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines = tuple(line for line in lines if line.text)
        self._starts: list[int] = []
        text = ""
        for line in self.lines:
            folded = fold(line.text)
            if text and folded and not (is_wide(text[-1]) or is_wide(folded[0])):
                text += " "
            self._starts.append(len(text))
            text += folded
        self.text = text

    def __bool__(self) -> bool:
        return bool(self.text)

    @cached_property
    def range(self) -> Lines:
        """First and last line."""
        return self.lines[0].number, self.lines[-1].number

    def line_at(self, offset: int) -> int:
        """The number of the line that holds an offset of `text`."""
        return self.lines[bisect_right(self._starts, offset) - 1].number

    def lines_of(self, start: int, end: int) -> Lines:
        """The lines that hold text[start:end]."""
        return self.line_at(start), self.line_at(max(start, end - 1))

    def lines_of_match(self, match: re.Match[str], group: int | str = 0) -> Lines:
        """The lines that hold a match or one of its groups."""
        return self.lines_of(*match.span(group))

    def each_line(self) -> Iterator["Stretch"]:
        """Each line as a stretch of its own."""
        return (Stretch([line]) for line in self.lines)


_BLANKS = re.compile(r"\s+")
_PLAIN = str.maketrans({"\u2010": "-", "\u2011": "-", "\xad": None, "\u200b": None, "\ufeff": None})


def fold(text: str) -> str:
    """Typographic hyphens as plain ones; white space as single blanks, and none beside a script written without them."""
    text = text.translate(_PLAIN)

    def blank(match: re.Match[str]) -> str:
        before = text[match.start() - 1] if match.start() else ""
        after = text[match.end()] if match.end() < len(text) else ""
        return "" if not before or not after or is_wide(before) or is_wide(after) else " "

    return _BLANKS.sub(blank, text)
