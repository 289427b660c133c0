"""Corrigenda to circulars: which circular, and what is put in the place of what."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sg17kg.records import CircularMention, CorrectedThing, Correction, Facts
from sg17kg.sources.document import Line, Stretch, as_printed
from sg17kg.sources.letter.dates import days_of, moment_of
from sg17kg.sources.letter.frame import Frame
from sg17kg.sources.letter.reading import Reading
from sg17kg.sources.notice.mentions import read_references

# in order of trust: what says more of the same words counts
_SLOTS: tuple[tuple[str, CorrectedThing | None], ...] = (
    ("title_corrected", "title"),
    ("deadline_moved", "reply-deadline"),
    ("replaced", None),
)
_MARKS = '\u201c\u201d\u201e\u201f"\xab\xbb\u300c\u300d\u300e\u300f'
_QUOTED = re.compile(f"[{_MARKS}] ?([^{_MARKS}]+?) ?[{_MARKS}]")
# a corrigendum has a page or two; patterns with two open ends are slow on what goes on without end
_LONGEST = 30_000
# a text named by more than this is named within something else
_LONGEST_NAME = 60


def read_corrigendum(reading: Reading, facts: Facts, frame: Frame) -> Facts:
    """The facts with the circular that is corrected, first among those to which the letter goes back, and the changes."""
    corrected = _corrected(reading, frame)
    ordinal = frame.header.corrigendum[0] if frame.header.corrigendum else None
    others = tuple(mention for mention in read_references(reading, frame) if mention.circular != corrected)
    named = next((mention for mention in read_references(reading, frame) if mention.circular == corrected), None)
    first = () if corrected is None else (named or CircularMention(corrected, None),)
    return replace(facts, refers_to=(*first, *others), corrigendum=ordinal, corrections=_corrections(reading, frame))


def _corrected(reading: Reading, frame: Frame) -> int | None:
    header = [Stretch(reading.document.between(*frame.header.corrigendum[1]))] if frame.header.corrigendum else []
    for stretch in (*header, frame.header.subject_text, *frame.body.paragraphs):
        match = reading.search("corrigendum_of", stretch) if stretch else None
        if match:
            reading.state("/refers_to/0", stretch.lines_of_match(match))
            return int(match["number"])
    return None


def _corrections(reading: Reading, frame: Frame) -> tuple[Correction, ...]:
    """The changes, in the order of the letter. An entry may run over lines, so the letter is searched as one text."""
    lines = [line for paragraph in frame.body.paragraphs for line in paragraph.lines] + [line for line in frame.annex_lines if line.text]
    searched = list(_first(lines))
    if len(searched) < len(lines):
        left = (lines[len(searched)].number, lines[-1].number)
        message = f"changes are looked for in the first {_LONGEST} characters; these lines come later"
        reading.find("change-not-read", "warning", message, list(left))
    stretch = Stretch(searched)
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
    """Lines up to the length that is searched."""
    length = 0
    for line in lines:
        length += len(line.text)
        if length > _LONGEST:
            return
        yield line


def _changes(reading: Reading, stretch: Stretch) -> list[tuple[CorrectedThing | None, re.Match[str]]]:
    """Matches that do not overlap, in the order of the text; of those that do, the one of the slot that is trusted most."""
    taken = bytearray(len(stretch.text))
    found: list[tuple[CorrectedThing | None, re.Match[str]]] = []
    for slot, what in _SLOTS:
        for match in reading.pack.find_all(slot, stretch.text):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found.append((what, match))
                reading.search(slot, stretch)
    return sorted(found, key=lambda entry: entry[1].start())


def _correction(reading: Reading, stretch: Stretch, match: re.Match[str], what: CorrectedThing | None) -> Correction:
    groups, lines = match.groupdict(), stretch.lines_of_match(match)
    if what == "title":
        printed = " ".join(line.text for line in stretch.lines if lines[0] <= line.number <= lines[1])
        return Correction(what, _text(reading, groups["text"]), None, as_printed(printed, _unquoted(groups["new"])), lines)
    replaced, by = (_value(reading, groups.get(side) or "") for side in ("old", "new"))
    if what and any(purpose != "other" and pattern.search(match[0]) for purpose, pattern in reading.pack.deadline_patterns):
        what = None  # a deadline for contributions or registration, not for replies
    if what is None and (replaced is None or by is None or replaced == by):
        return Correction(None, None, None, None, lines)
    return Correction(what if by else None, None, replaced, by, lines)


def _value(reading: Reading, printed: str) -> str | None:
    """The one fact that is quoted, or None where there is none or several: a moment in UTC, a day, first and last day, a text."""
    pack, quoted = reading.pack, _unquoted(printed)
    moment = next(iter(pack.find_all("deadline", quoted)), None)
    if moment and pack.search("utc", quoted):
        return moment_of(moment, pack.months)
    spans = {days_of(match, pack.months, pack.reversible) for match in pack.expand("{range}").finditer(quoted)}
    if not spans:
        return _text(reading, quoted)
    days = spans.pop() if len(spans) == 1 else None
    return (days.start.isoformat() if days.start == days.end else f"{days.start}/{days.end}") if days else None


def _text(reading: Reading, text: str) -> str | None:
    """The number, else the provisional name, of the one text that is named."""
    named = reading.named(text) if len(text) <= _LONGEST_NAME else []
    if len(named) != 1:
        return None
    part = f" {named[0].part}" if named[0].part else ""
    return f"{named[0].restored}{part}" if named[0].number else named[0].name


def _unquoted(text: str) -> str:
    quoted = _QUOTED.search(text)
    return quoted[1] if quoted else text.strip()
