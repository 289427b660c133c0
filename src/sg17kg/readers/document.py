"""Document as numbered lines, the same for every file format.

Extractors search a `TextSpan`: lines joined and white space folded, so that neither a line break nor a blank inside a word hides
an anchor. Every match can still be traced to its lines.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from sg17kg.facts import Lines


@dataclass(frozen=True, init=False)
class Line:
    """A line: its number from 1, its text without word-processor marks, and the footnotes that were inlined in it.

    `place` tells a person where the line is in the file: "page 2, line 14", "paragraph 31", "table 2, row 3, cell 1". It is empty
    for plain text, where the number is enough. `folded` is the text that patterns search.
    """

    number: int
    text: str
    footnotes: tuple[str, ...] = ()
    place: str = ""
    folded: str = field(init=False, compare=False, repr=False)

    def __init__(self, number: int, text: str, footnotes: tuple[str, ...] = (), place: str = "") -> None:
        # a document has hundreds of lines, and setting field by field, as a frozen dataclass does, takes twice as long
        vars(self).update(number=number, text=text, footnotes=footnotes, place=place, folded=fold(text))


@dataclass(frozen=True)
class Document:
    """The lines of a file, with the file name and the SHA-256 of its bytes.

    `format` is text, docx, pdf or html. `language` is the language code that the file declares; "" if it declares none.
    """

    name: str
    sha256: str
    lines: tuple[Line, ...]
    format: str = "text"
    language: str = ""

    def line(self, number: int) -> Line:
        """Return the line with that number."""
        return self.lines[number - 1]

    def between(self, first: int, last: int) -> tuple[Line, ...]:
        """Return lines first to last, both included."""
        return self.lines[first - 1 : last]


def is_wide(character: str) -> bool:
    """Return whether a character belongs to a script that is written without blanks between words."""
    return _WIDE.match(character) is not None


def join(texts: Iterable[str]) -> str:
    """Return the texts of consecutive lines as one, joined by blanks; no blank is added next to a script written without them."""
    joined = ""
    for text in texts:
        if joined and text and not (is_wide(joined[-1]) or is_wide(text[0])):
            joined += " "
        joined += text
    return joined


class TextSpan:
    """Lines of a document as one folded text. A match in `text` can be traced to its lines."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines = tuple(line for line in lines if line.text)
        self._starts: list[int] = []
        text = ""
        for line in self.lines:
            folded = line.folded
            if text and folded and not (is_wide(text[-1]) or is_wide(folded[0])):
                text += " "
            self._starts.append(len(text))
            text += folded
        self.text = text

    def __bool__(self) -> bool:
        return bool(self.text)

    @cached_property
    def range(self) -> Lines:
        """The numbers of the first and the last line."""
        return self.lines[0].number, self.lines[-1].number

    def line_at(self, offset: int) -> int:
        """Return the number of the line that holds an offset of `text`."""
        return self.lines[bisect_right(self._starts, offset) - 1].number

    def lines_of(self, start: int, end: int) -> Lines:
        """Return the lines that hold text[start:end]."""
        return self.line_at(start), self.line_at(max(start, end - 1))

    def lines_of_match(self, match: re.Match[str], group: int | str = 0) -> Lines:
        """Return the lines that hold a match or one of its groups."""
        return self.lines_of(*match.span(group))

    def each_line(self) -> Iterator["TextSpan"]:
        """Return each line as a span of its own."""
        return (TextSpan([line]) for line in self.lines)


# typographic hyphens and apostrophe; characters to drop (soft hyphen, joiners, directions, tatweel, Arabic vowels); Arabic digits
_PLAIN = str.maketrans(
    {"\u2010": "-", "\u2011": "-", "\u2019": "'"}
    | dict.fromkeys(["\xad", chr(0x0640), *map(chr, range(0x200B, 0x2010)), *map(chr, range(0x202A, 0x202F)), "\ufeff"])
    | dict.fromkeys([*map(chr, range(0x2066, 0x206A)), *map(chr, range(0x064B, 0x0653))])
    | {chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0) for digit in range(10)}
)


def fold(text: str) -> str:
    """Return a text normalised for searching.

    Typographic hyphens and Arabic digits become plain ones, and marks that show nothing are dropped. White space becomes single
    blanks, and is removed next to a script written without them.
    """
    # most lines contain no such character, and a search is faster than translating and joining word by word
    if text.isascii() or not _UNUSUAL.search(text):
        return " ".join(text.split())
    return spaced(text.translate(_PLAIN) if _NOT_PLAIN.search(text) else text)


def has_wide(text: str) -> bool:
    """Return whether a text contains a character of a script that is written without blanks between words."""
    return not text.isascii() and _WIDE.search(text) is not None


def spaced(text: str) -> str:
    """Return the text with white space reduced to single blanks, and removed next to a script written without them."""
    words = text.split()
    return join(words) if len(words) > 1 and has_wide(text) else " ".join(words)


# written without blanks: East Asian letters and punctuation that UAX #11 classes as wide or full-width, without pictographs
_WIDE_CHARACTERS = (
    "\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
    "\U00016fe0-\U00018dff\U0001aff0-\U0001b2ff\U0001f200-\U0001f2ff\U00020000-\U0003fffd"
)
_WIDE = re.compile(f"[{_WIDE_CHARACTERS}]")
_TO_BE_PLAIN = re.escape("".join(map(chr, _PLAIN)))
_NOT_PLAIN = re.compile(f"[{_TO_BE_PLAIN}]")
_UNUSUAL = re.compile(f"[{_TO_BE_PLAIN}{_WIDE_CHARACTERS}]")

_SHOWN_AS = {" ": r"\s+", "-": "[-\u2010\u2011]", "'": "['\u2019]"}
_FOLDED_AWAY = f"[{re.escape(''.join(chr(code) for code, plain in _PLAIN.items() if plain is None))}\\s]*"


def as_printed(text: str, fragment: str) -> str:
    """Return the part of a text that folds to a fragment, as printed except for white space; the fragment itself if there is none."""
    pattern = _FOLDED_AWAY.join(r"\d" if letter.isdigit() else _SHOWN_AS.get(letter, re.escape(letter)) for letter in fragment)
    match = re.search(f"{pattern}{_FOLDED_AWAY}", text)
    return spaced(match[0]) if match else fragment
