"""Normalise converted text: split merged lines, map look-alike and presentation forms to plain characters.

Text converted from PDF has Arabic letters in presentation forms, mirrored brackets, Latin letters in Cyrillic words, and sometimes
a whole page on one line. Lines that are split here keep the line number of the file.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

from sg17kg.extraction.language import LanguagePack
from sg17kg.facts import Lines
from sg17kg.readers.document import Document, Line
from sg17kg.readers.writing_systems import load as scripts

_ARABIC = re.compile(r"[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]")
_PRESENTATION_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
_MIRRORED_ITEM = re.compile(r"^(\d{1,3})\((?=\s)")
_CYRILLIC_WORD = re.compile(r"[A-Za-z]*[\u0400-\u04ff][A-Za-z\u0400-\u04ff]*")
_LATIN = re.compile("[A-Za-z]")
# a Latin letter beside a Cyrillic one
_TWO_SCRIPTS = re.compile(r"[A-Za-z](?:(?<=[\u0400-\u04ff].)|[\u0400-\u04ff])")
_SHORTEST_MIXED = 4
PAGE_FOOT = re.compile(r"(?:.{0,60}\W)?Place des Nations\W{1,4}CH\W{0,2}1211\b.*")
_PAGE = 200
_ANNEX_PAGE = 60
_ONE_VALUE = 2
_SENTENCE_THEN_NUMBER = re.compile(r"(?<=[.;:!?。：；]) (?=\d{1,2}[ \t]+(?P<letter>[^\W\d]))")
_LOCATION = re.compile(r"[\[(（](?:SG\d+ ?- ?|TSAG ?- ?)?(?:R|TD) ?\d+[^\])）]{0,12}[\])）] ?")
_BOX = re.compile(r" ?(?=(?:\|_\||[\u20dd\u2610-\u2612\u25a1\u25a2\u25cb\u25ef\uf0a8]))")


def normalise_characters(document: Document) -> Document:
    """Return the document with its letters in plain forms. No line is split or joined."""
    return replace(document, lines=tuple(_plain(line) for line in document.lines))


def _plain(line: Line) -> Line:
    if line.text.isascii() and not line.footnotes:
        return line
    text, footnotes = _letters(line.text), tuple(map(_letters, line.footnotes))
    return line if (text, footnotes) == (line.text, line.footnotes) else replace(line, text=text, footnotes=footnotes)


def _letters(text: str) -> str:
    if _ARABIC.search(text):
        text = _PRESENTATION_FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
        for opening, closing in ("()", "[]"):
            first, last = text.find(closing), text.rfind(opening)
            if first != -1 != last and opening not in text[:first] and closing not in text[last:]:
                text = text.translate(str.maketrans(opening + closing, closing + opening))
        text = _MIRRORED_ITEM.sub(r"\1)", text)
    return _CYRILLIC_WORD.sub(_one_script, text) if _TWO_SCRIPTS.search(text) else text


def _one_script(match: re.Match[str]) -> str:
    """Return a Cyrillic word with its Latin look-alike letters replaced. Short words are kept, because they may be names."""
    word = match[0]
    latin = len(_LATIN.findall(word))
    return word.translate(scripts().cyrillic_for_latin) if latin and len(word) >= _SHORTEST_MIXED and latin * 2 < len(word) else word


@dataclass(frozen=True)
class SplitLines:
    """A document with line numbers of its own. `origin` holds, for each line, the number of the file's line (from 1)."""

    document: Document
    origin: tuple[int, ...]

    def lines(self, lines: Lines) -> Lines:
        """Return the first and the last line of the file for a range of these lines."""
        return self.origin[lines[0] - 1], self.origin[lines[1] - 1]


def split_merged_lines(document: Document, pack: LanguagePack) -> SplitLines | None:
    """Return the document with lines split that hold several parts of a letter; None if there is no such line."""
    parts = [(line, _split(line.text, pack)) for line in document.lines]
    if all(len(split) == 1 for _, split in parts):
        return None
    lines: list[Line] = []
    origin: list[int] = []
    for line, split in parts:
        for text in split:
            lines.append(replace(line, number=len(lines) + 1, text=text, footnotes=line.footnotes if text is split[-1] else ()))
            origin.append(line.number)
    return SplitLines(replace(document, lines=tuple(lines)), tuple(origin))


def _split(text: str, pack: LanguagePack) -> list[str]:
    """Return the parts of a line: split before each label if it has several, and like a page if it is as long as one."""
    if len(text) < _ANNEX_PAGE and not _has_colon(text):
        return [text]
    if PAGE_FOOT.fullmatch(text):
        return [text]
    labels = [match.start("label") for match in pack.label_start.finditer(text)] if _has_colon(text) else []
    page = _is_page(text, pack)
    header = _starts_in_header(text, pack) if labels else set()
    if len(labels) < 2 and not page and not (labels and len(header - {0, len(text)}) > _ONE_VALUE):
        return [text]
    places = {*labels, *header}
    if page:
        places |= _starts_in_page(text, pack)
        # an annex may be named in any sentence; it is a heading only at the start of the page, or after the number of annexes
        spans = [match.span() for match in pack.find_inside("annex_heading", text) if not match.start() or match.start() - 1 in places]
        places = {place for place in places if not any(start < place < end for start, end in spans)}.union(*spans)
    cuts = [0, *sorted(place for place in places if 0 < place < len(text)), len(text)]
    return [part for start, end in pairwise(cuts) if (part := text[start:end].strip())] or [text]


def _has_colon(text: str) -> bool:
    return ":" in text or "\uff1a" in text


def _is_page(text: str, pack: LanguagePack) -> bool:
    """Return whether a line holds a page: it contains a salutation, or starts with an annex heading followed by items."""
    if len(text) >= _PAGE and any(match.start() for match in pack.find_inside("salutation", text)):
        return True
    heading = pack.starts_with("annex_heading", text) if len(text) >= _ANNEX_PAGE else None
    return heading is not None and pack.item_start.search(text, heading.end()) is not None


def _starts_in_header(text: str, pack: LanguagePack) -> set[int]:
    """Return where the number and the date begin, and where the text after them begins."""
    places: set[int] = set()
    for slot in ("circular_number", "date_line"):
        for match in pack.find_inside(slot, text)[:1]:
            places |= {match.start(), match.end()}
    return places


def _starts_in_page(text: str, pack: LanguagePack) -> set[int]:
    places = {match.start() for slot in ("salutation", "closing", "enclosed", "note") for match in pack.find_inside(slot, text)}
    places |= {match.end() for slot in ("salutation", "enclosed") for match in pack.find_inside(slot, text)}
    places |= {match.start() for match in pack.item_start.finditer(text)}
    places |= {match.end() for match in _SENTENCE_THEN_NUMBER.finditer(text) if not match["letter"].islower()}
    return places | {match.end() for pattern in (_BOX, _LOCATION) for match in pattern.finditer(text)}
