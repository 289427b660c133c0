"""Numbers that Word gives to paragraphs through styles and lists."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sg17kg.readers.docx.symbols import symbol
from sg17kg.readers.docx.xml import child, path_value, tag, value
from sg17kg.readers.writing_systems import load as scripts

Element = Any
_LEVELS = 9
_DASH = "–"
_BOXES = "☐☒◯"
_SUFFIXES = {"space": " ", "nothing": ""}
_PLACEHOLDER = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"),
          (4, "iv"), (1, "i"))  # fmt: skip
_HIGHEST = 9999


def roman(count: int) -> str:
    """Return a lower-case Roman numeral: 1 → "i", 4 → "iv"."""
    text = ""
    for worth, letters in _ROMAN:
        text += letters * (count // worth)
        count %= worth
    return text


def letters(count: int, alphabet: str = "abcdefghijklmnopqrstuvwxyz") -> str:
    """Return a number as letters: 1 → "a". After the last letter they are doubled: 27 → "aa", 28 → "bb"."""
    return alphabet[(count - 1) % len(alphabet)] * ((count - 1) // len(alphabet) + 1) if count > 0 else ""


def chinese(count: int) -> str:
    """Return a Chinese number: 12 → "十二", 20 → "二十"; above 99 digit by digit."""
    digits = scripts().chinese.digits
    tens, ones = divmod(count, 10)
    if count > 99 or count <= 0:
        return "".join(digits[int(digit)] for digit in str(max(count, 0)))
    return (digits[tens] if tens > 1 else "") + (scripts().chinese.ten if tens else "") + (digits[ones] if ones else "")


def _circled(count: int) -> str:
    return chr(0x2460 + count - 1) if 1 <= count <= 20 else str(count)


_FORMATS: dict[str, Callable[[int], str]] = {
    "lowerLetter": letters,
    "upperLetter": lambda count: letters(count).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda count: roman(count).upper(),
    "decimalZero": lambda count: f"{count:02d}",
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "ideographDigital": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "russianLower": lambda count: letters(count, scripts().alphabets.russian),
    "russianUpper": lambda count: letters(count, scripts().alphabets.russian).upper(),
    "arabicAlpha": lambda count: letters(count, scripts().alphabets.arabic),
    "arabicAbjad": lambda count: letters(count, scripts().alphabets.abjad),
    "none": lambda _: "",
}


@dataclass(frozen=True)
class Level:
    """Numbering of one level of a list. `restarts_below` is the deepest level (from 1) that restarts it; None: any level above."""

    start: int
    form: str
    pattern: str
    suffix: str
    font: str
    style: str | None
    restarts_below: int | None
    decimal_only: bool

    @classmethod
    def of(cls, element: Element) -> "Level":
        """Return the level that a w:lvl element describes."""
        restart = path_value(element, "lvlRestart")
        fonts = child(child(element, "rPr"), "rFonts")
        return cls(
            start=_whole(path_value(element, "start"), 1),
            form=path_value(element, "numFmt") or "decimal",
            pattern=path_value(element, "lvlText") or "",
            suffix=_SUFFIXES.get(path_value(element, "suff") or "tab", "\t"),
            font=(value(fonts, "ascii") or value(fonts, "hAnsi") or "") if fonts is not None else "",
            style=path_value(element, "pStyle"),
            restarts_below=_whole(restart, 0) if restart is not None else None,
            decimal_only=child(element, "isLgl") is not None,
        )

    def bullet(self) -> str:
        """Return a dash for any bullet except a check box, which is returned as it looks."""
        shown = symbol(self.font, ord(self.pattern[0])) if self.pattern else _DASH
        return shown if shown in _BOXES else _DASH


@dataclass(frozen=True)
class List:
    """A list (w:num): the definition whose count it shares, its levels, and the levels that it restarts, with their first numbers."""

    shared: str
    levels: dict[int, Level]
    anew: dict[int, int]


def _whole(text: str | None, default: int) -> int:
    return min(int(text), _HIGHEST) if text and text.isascii() and text.isdigit() else default


class Lists:
    """The lists of numbering.xml."""

    def __init__(self, numbering: Element | None) -> None:
        self._lists: dict[str, List] = {}
        if numbering is None:
            return
        shared = {value(element, "abstractNumId") or "": element for element in numbering.iterchildren(tag("abstractNum"))}
        styled = {
            path_value(element, "styleLink"): identifier
            for identifier, element in shared.items()
            if child(element, "styleLink") is not None
        }
        for element in numbering.iterchildren(tag("num")):
            identifier = path_value(element, "abstractNumId") or ""
            linked = path_value(shared[identifier], "numStyleLink") if identifier in shared else None
            identifier = styled.get(linked, identifier) if linked else identifier
            if identifier in shared:
                self._lists[value(element, "numId") or ""] = _list(identifier, shared[identifier], element)

    def get(self, identifier: str) -> List | None:
        """Return the list with that number; None if there is none."""
        return self._lists.get(identifier)


def _list(identifier: str, shared: Element, element: Element) -> List:
    levels = dict(_levels(shared))
    anew: dict[int, int] = {}
    for override in element.iterchildren(tag("lvlOverride")):
        index = _whole(value(override, "ilvl"), 0)
        levels.update(_levels(override))
        start = path_value(override, "startOverride")
        if start is not None:
            anew[index] = _whole(start, 1)
    return List(identifier, levels, anew)


def _levels(element: Element) -> Iterator[tuple[int, Level]]:
    for level in element.iterchildren(tag("lvl")):
        index = _whole(value(level, "ilvl"), 0)
        if index < _LEVELS:
            yield index, Level.of(level)


@dataclass
class Counts:
    """Current counts of the lists of a document, shared by all of its stories in their order."""

    lists: Lists
    _reached: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def level_of_style(self, identifier: str, style: str) -> int | None:
        """Return the level of a list to which a paragraph style is bound; None if it is bound to none."""
        found = self.lists.get(identifier)
        return next((index for index, level in found.levels.items() if level.style == style), None) if found else None

    def next(self, identifier: str, index: int) -> str:
        """Return the number of the next paragraph of a list at a level (from 0), with the separator before the text; "" if it has none."""
        found = self.lists.get(identifier)
        if not found or index not in found.levels:
            return ""
        reached = self._reached.setdefault(found.shared, [None] * _LEVELS)
        self._count(identifier, found, index, reached)
        level = found.levels[index]
        if level.form == "bullet":
            return level.bullet() + level.suffix
        text = _PLACEHOLDER.sub(lambda match: _shown(found, level, int(match[1]) - 1, reached), level.pattern)
        return text + level.suffix if text else ""

    def _count(self, identifier: str, found: List, index: int, reached: list[int | None]) -> None:
        level, before = found.levels[index], reached[index]
        if index in found.anew and (identifier, index) not in self._begun:
            reached[index] = found.anew[index]
        else:
            reached[index] = level.start if before is None else before + 1
        self._begun.add((identifier, index))
        for deeper in range(index + 1, _LEVELS):
            restart = found.levels[deeper].restarts_below if deeper in found.levels else None
            if restart is None or index < restart:
                reached[deeper] = None


def _shown(found: List, level: Level, index: int, reached: list[int | None]) -> str:
    """Return one component of a number such as 2.1. A higher level that has not begun counts as begun."""
    own = found.levels.get(index)
    count = reached[index]
    if count is None:
        count = own.start if own else 1
    form = "decimal" if level.decimal_only or own is None else own.form
    return _FORMATS.get(form, str)(count)
