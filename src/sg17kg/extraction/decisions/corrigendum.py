"""Corrigenda to circulars: the circular, and what is replaced by what."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sg17kg.extraction.decisions.circular_references import read_references
from sg17kg.extraction.language import QUOTATION_MARKS
from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.dates import days_of, moment_of
from sg17kg.extraction.letter.parts import LetterParts
from sg17kg.facts import CircularMention, CorrectedThing, Correction, Facts
from sg17kg.readers.document import Line, TextSpan, as_printed

# in order of trust: of several readings of the same words, the one that says more counts
_SLOTS: tuple[tuple[str, CorrectedThing | None], ...] = (
    ("title_corrected", "title"),
    ("deadline_moved", "reply-deadline"),
    ("replaced", None),
)
_QUOTED = re.compile(f"[{QUOTATION_MARKS}] ?([^{QUOTATION_MARKS}]+?) ?[{QUOTATION_MARKS}]")
# a corrigendum has a page or two; patterns with two open ends are slow on very long text
_LONGEST = 12_000
# a text named in a longer string is named inside something else
_LONGEST_NAME = 80
# how far before a match its sentence is searched
_REACH = 100
# how close a negative is, and how close other quoted words of the same change are
_NEAR, _BESIDE = 16, 8
_OPENING = "\u201c\xab\u201e\u300c\u300e"
_QUOTED_BEFORE = re.compile(f"[{QUOTATION_MARKS}][ ,]{{0,2}}\\w{{0,3}}\\s?$")
_QUOTED_BEHIND = re.compile(f"\\s?\\w{{0,3}}\\s?[{QUOTATION_MARKS}]")
_SENTENCE_END = re.compile(r"[.;:](?= )|[\u061b\u3002\uff1b\uff1a]")


def read_corrigendum(reading: ExtractionContext, facts: Facts, frame: LetterParts) -> Facts:
    """Return the facts with the corrected circular, first among those to which the letter refers, and the changes."""
    corrected = _corrected(reading, frame)
    ordinal = frame.header.corrigendum[0] if frame.header.corrigendum else None
    others = tuple(mention for mention in read_references(reading, frame) if mention.circular != corrected)
    named = next((mention for mention in read_references(reading, frame) if mention.circular == corrected), None)
    first = () if corrected is None else (named or CircularMention(corrected, None),)
    return replace(facts, refers_to=(*first, *others), corrigendum=ordinal, corrections=_corrections(reading, frame))


def _corrected(reading: ExtractionContext, frame: LetterParts) -> int | None:
    header = [TextSpan(reading.document.between(*frame.header.corrigendum[1]))] if frame.header.corrigendum else []
    for stretch in (*header, frame.header.subject_text, *frame.body.paragraphs):
        match = reading.search("corrigendum_of", stretch) if stretch else None
        if match:
            reading.state("/refers_to/0", stretch.lines_of_match(match))
            return int(match["number"])
    return None


def _corrections(reading: ExtractionContext, frame: LetterParts) -> tuple[Correction, ...]:
    """Return the changes, in the order of the letter. An entry may span lines, so the letter is searched as one text."""
    lines = [line for paragraph in frame.body.paragraphs for line in paragraph.lines] + [line for line in frame.annex_lines if line.text]
    searched = list(_first(lines))
    if len(searched) < len(lines):
        left = (lines[len(searched)].number, lines[-1].number)
        message = f"changes are looked for in the first {_LONGEST} characters; these lines come later"
        reading.find("change-not-read", "warning", message, list(left))
    stretch = TextSpan(searched)
    corrections = tuple(_correction(reading, stretch, match, what) for what, match in _changes(reading, stretch))
    for index, correction in enumerate(corrections):
        reading.state(f"/corrections/{index}", correction.lines)
    unread = [correction.lines for correction in corrections if correction.by is None]
    if unread:
        reading.find("change-not-read", "warning", "words are changed here that are neither day, number nor title", unread)
    elif not corrections and lines:
        reading.find("change-not-read", "warning", "no change is read in this corrigendum", [lines[0].number, lines[-1].number])
    return corrections


def _first(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines up to the length that is searched."""
    length = 0
    for line in lines:
        length += len(line.text)
        if length > _LONGEST:
            return
        yield line


def _changes(reading: ExtractionContext, stretch: TextSpan) -> list[tuple[CorrectedThing | None, re.Match[str]]]:
    """Return matches that do not overlap, in the order of the text.

    Of overlapping matches, those that give facts come first, then those of the most trusted slot, then the earliest.
    """
    matches = [(what, slot, match) for slot, what in _SLOTS for match in reading.pack.find_all(slot, stretch.text)]
    told = [entry for entry in matches if not _is_denied(reading, entry[2])]
    taken = bytearray(len(stretch.text))
    found: list[tuple[CorrectedThing | None, re.Match[str]]] = []
    for what, slot, match in sorted(told, key=lambda entry: not _gives_facts(reading, entry[2], entry[0])):
        if not any(taken[match.start() : match.end()]) and (_gives_facts(reading, match, what) or _is_quoted(match)):
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            found.append((what, match))
            reading.search(slot, stretch)  # records what no real letter has confirmed
    return sorted(found, key=lambda entry: entry[1].start())


def _is_denied(reading: ExtractionContext, match: re.Match[str]) -> bool:
    """Return whether a negative precedes the words of a change: "do not read", "has not been changed from"."""
    before = _sentence_end_of(match.string[max(0, match.start() - _NEAR) : match.start()])
    return reading.pack.search("negative", before) is not None


def _gives_facts(reading: ExtractionContext, match: re.Match[str], what: CorrectedThing | None) -> bool:
    """Return whether the sides of a change are facts of one kind: days or moments, first and last days, texts."""
    if what == "title":
        return _text(reading, match["text"]) is not None and not _is_cut(match["new"])
    values = [_value(reading, side) for side in _sides(match)]
    if None in values or _is_one_of_several(match):
        return False
    return len({_kind(value or "") for value in values}) == 1 and not _is_other_deadline(reading, match)


def _kind(value: str) -> str:
    return "days" if "/" in value and value[:1].isdigit() else "day" if value[:1].isdigit() else "text"


def _is_one_of_several(match: re.Match[str]) -> bool:
    """Return whether other quoted words are right beside the match: of “A” and “B”, it is unclear which becomes which."""
    before, behind = match.string[max(0, match.start() - _BESIDE) : match.start()], match.string[match.end() : match.end() + _BESIDE]
    begins, ends = match[0][:1] in QUOTATION_MARKS, match[0][-1:] in QUOTATION_MARKS
    return bool((begins and _QUOTED_BEFORE.search(before)) or (ends and _QUOTED_BEHIND.match(behind)))


def _is_cut(quoted: str) -> bool:
    """Return whether quoted words end with a mark that opens a quotation inside them."""
    return quoted[-1:] in _OPENING and quoted[:1] != "\u201e"


def _is_other_deadline(reading: ExtractionContext, match: re.Match[str]) -> bool:
    """Return whether the sentence is about a deadline for contributions or registration, not for replies."""
    said = _sentence_before(match, "new")
    return any(purpose != "other" and pattern.search(said) for purpose, pattern in reading.pack.deadline_patterns)


def _is_quoted(match: re.Match[str]) -> bool:
    """Return whether one of the sides is in quotation marks: such words are changed, whatever they are."""
    return any(map(_QUOTED.search, _sides(match)))


def _sides(match: re.Match[str]) -> list[str]:
    groups = match.groupdict()
    return [groups["new"], *([groups["old"]] if groups.get("old") else [])]


def _sentence_before(match: re.Match[str], group: str) -> str:
    """Return the sentence of a match, up to one of its groups."""
    return _sentence_end_of(match.string[max(0, match.start() - _REACH) : match.start(group)])


def _sentence_end_of(text: str) -> str:
    return str(_SENTENCE_END.split(text)[-1])


def _correction(reading: ExtractionContext, stretch: TextSpan, match: re.Match[str], what: CorrectedThing | None) -> Correction:
    groups, lines = match.groupdict(), stretch.lines_of_match(match)
    if not _gives_facts(reading, match, what):
        return Correction(None, None, None, None, lines)
    if what == "title":
        printed = " ".join(line.text for line in stretch.lines if lines[0] <= line.number <= lines[1])
        return Correction(what, _text(reading, groups["text"]), None, as_printed(printed, _unquoted(groups["new"])), lines)
    replaced, by = (_value(reading, groups.get(side) or "") for side in ("old", "new"))
    return Correction(what, None, replaced, by, lines) if replaced != by else Correction(None, None, None, None, lines)


def _value(reading: ExtractionContext, printed: str) -> str | None:
    """Return the one fact that is quoted: a moment in UTC, a day, first and last day, or a text. None if there is none or several.

    Digits beside a day mean more than the day: an hour, another day, the number of a letter. Outside quotation marks, a single digit
    may be the number of a paragraph.
    """
    pack, quoted = reading.pack, _unquoted(printed)
    moment = next(iter(pack.find_all("deadline", quoted)), None)
    if moment and pack.search("utc", quoted):
        return moment_of(moment, pack.months)
    match = pack.expand("{range}").search(quoted)
    if not match:
        return _text(reading, quoted)
    rest = quoted[: match.start()] + " " + quoted[match.end() :]
    days = days_of(match, pack.months, pack.reversible)
    if not days or re.search(r"\d" if _QUOTED.search(printed) else r"\d\d|\d[:.]\d", rest):
        return None
    return days.start.isoformat() if days.start == days.end else f"{days.start}/{days.end}"


def _text(reading: ExtractionContext, text: str) -> str | None:
    """Return the number, else the provisional name, of the text that is named; None unless exactly one is."""
    named = reading.named(text) if len(text) <= _LONGEST_NAME else []
    if len(named) != 1:
        return None
    if (named[0].part or "").endswith("."):
        return None  # an amendment or corrigendum whose number is not printed
    part = f" {named[0].part}" if named[0].part else ""
    return f"{named[0].restored}{part}" if named[0].number else named[0].name


def _unquoted(text: str) -> str:
    quoted = _QUOTED.search(text)
    return quoted[1] if quoted else text.strip()
