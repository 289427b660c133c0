"""What conversion does to a document, undone as far as it can be: lines as a typist set them, letters as a reader knows them.

Text out of PDF comes with Arabic letters in their presentation forms, brackets mirrored, Latin letters in Cyrillic words,
and sometimes a whole page on one line. Lines that are split here keep the number of the line that the file has.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from sg17kg.records import Lines
from sg17kg.sources.document import Document, Line
from sg17kg.sources.language import LanguagePack

_ARABIC = re.compile("[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]")
_PRESENTATION_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
_BRACKETS = re.compile(r"[()\[\]]")
_MIRRORED = str.maketrans("()[]", ")(][")
_CYRILLIC_WORD = re.compile("[A-Za-z]*[\u0400-\u04ff][A-Za-z\u0400-\u04ff]*")
_LATIN = re.compile("[A-Za-z]")
_LOOKALIKES = str.maketrans("ABCEHKMOPTXaceopxy", "АВСЕНКМОРТХасеорху")
_SHORTEST_MIXED = 4
_LABELS = ("reference", "to", "from", "copy", "phone", "fax", "email", "subject", "date")
_PAGE = 600
_SENTENCE_THEN_NUMBER = re.compile(r"(?<=[.;:!?。：；]) (?=\d{1,2}[ \t]+[^\W\d])")
_BOX = re.compile(r" ?(?=(?:\|_\||[\u20dd\u2610-\u2612\u25a1\u25a2\u25cb\u25ef\uf0a8]))")


def unspoiled(document: Document) -> Document:
    """The document with letters as a reader knows them; lines stay lines."""
    lines = tuple(line if line.text.isascii() else replace(line, text=_letters(line.text)) for line in document.lines)
    return replace(document, lines=lines)


def _letters(text: str) -> str:
    if _ARABIC.search(text):
        text = _PRESENTATION_FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
        brackets = _BRACKETS.findall(text)
        if brackets and brackets[0] in ")]" and brackets[-1] in "([":
            text = text.translate(_MIRRORED)
    return _CYRILLIC_WORD.sub(_one_script, text)


def _one_script(match: re.Match[str]) -> str:
    """A Cyrillic word in which Latin letters of the same look stand; short ones may be names."""
    word = match[0]
    latin = len(_LATIN.findall(word))
    return word.translate(_LOOKALIKES) if latin and len(word) >= _SHORTEST_MIXED and latin * 2 < len(word) else word


@dataclass(frozen=True)
class Unfolded:
    """A document with lines of its own numbers; `origin` gives for each the number of the file's line (from 1)."""

    document: Document
    origin: tuple[int, ...]

    def lines(self, lines: Lines) -> Lines:
        """First and last line of the file for a range of these lines."""
        return self.origin[lines[0] - 1], self.origin[lines[1] - 1]


def unfolded(document: Document, pack: LanguagePack) -> Unfolded | None:
    """The document with lines split that hold several parts of a letter, or None where no line does."""
    parts = [(line, _split(line.text, pack)) for line in document.lines]
    if all(len(split) == 1 for _, split in parts):
        return None
    lines: list[Line] = []
    origin: list[int] = []
    for line, split in parts:
        for text in split:
            lines.append(replace(line, number=len(lines) + 1, text=text, footnotes=line.footnotes if text is split[-1] else ()))
            origin.append(line.number)
    return Unfolded(replace(document, lines=tuple(lines)), tuple(origin))


def _split(text: str, pack: LanguagePack) -> list[str]:
    """The parts of a line: before each label where it holds several, and those of a page where it is as long as one."""
    labels = [match.start("label") for match in _label_pattern(pack).finditer(text)]
    page = len(text) >= _PAGE and any(match.start() for match in pack.find_inside("salutation", text))
    if len(labels) < 2 and not page:
        return [text]
    places = {*labels, *_starts_in_header(text, pack)}
    if page:
        places |= _starts_in_page(text, pack)
    cuts = [0, *sorted(place for place in places if 0 < place < len(text)), len(text)]
    return [part for start, end in zip(cuts, cuts[1:], strict=False) if (part := text[start:end].strip())] or [text]


@lru_cache(maxsize=16)
def _labels_of(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?:^|[\s;,.،])(?P<label>(?i:{'|'.join(map(re.escape, longest_first))}) ?[:：])")


def _label_pattern(pack: LanguagePack) -> re.Pattern[str]:
    return _labels_of(tuple(word for label in _LABELS for word in pack.labels[label]))


def _starts_in_header(text: str, pack: LanguagePack) -> set[int]:
    """Where number and date begin, and where what follows them does."""
    places: set[int] = set()
    for slot in ("circular_number", "date_line"):
        for match in pack.find_inside(slot, text)[:1]:
            places |= {match.start(), match.end()}
    return places


def _starts_in_page(text: str, pack: LanguagePack) -> set[int]:
    places = {match.start() for slot in ("salutation", "closing", "enclosed", "annex_heading", "note") for match in pack.find_inside(slot, text)}
    places |= {match.end() for match in pack.find_inside("salutation", text)}
    return places | {match.end() for pattern in (_SENTENCE_THEN_NUMBER, _BOX) for match in pattern.finditer(text)}
