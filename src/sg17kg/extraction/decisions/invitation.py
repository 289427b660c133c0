"""Collective letters that invite to a meeting, with the days by which participants must act."""

import re
from collections.abc import Iterator
from dataclasses import replace

from sg17kg.extraction.decisions.circular_references import read_references
from sg17kg.extraction.letter.body import read_meeting
from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.dates import day_of
from sg17kg.extraction.letter.parts import LetterParts
from sg17kg.facts import DeadlinePurpose, Facts, MeetingDeadline
from sg17kg.readers.document import Line, TextSpan


def read_invitation(reading: ExtractionContext, facts: Facts, frame: LetterParts) -> Facts:
    """Return the facts with the meeting and its deadlines. None of these is a deadline for replies of Member States."""
    meeting = read_meeting(reading, frame.header.subject_text, frame.body, frame.header.date)
    days = {meeting.start, meeting.end} if meeting else set()
    lines = [line for part in frame.body.paragraphs for line in part.lines] + [line for line in frame.annex_lines if line.text]
    told = [entry for entry in _deadlines(reading, lines) if entry.on not in days]
    deadlines = tuple({(entry.what, entry.on): entry for entry in reversed(told)}.values())[::-1]  # the first mention of each
    for index, entry in enumerate(deadlines):
        reading.state(f"/deadlines/{index}", entry.lines)
    letter, agenda = facts.letter, _agenda(reading, frame, meeting.group if meeting else None)
    if letter and not letter.group and meeting:
        letter = replace(letter, group=meeting.group)
    return replace(facts, meeting=meeting, deadlines=deadlines, letter=letter, agenda=agenda, refers_to=read_references(reading, frame))


def _agenda(reading: ExtractionContext, frame: LetterParts, group: str | None) -> str | None:
    """Return where the draft agenda is: a document ("SG17-TD202") or an annex ("Annex A")."""
    for stretch in frame.body.paragraphs:
        if not reading.search("agenda", stretch):
            continue
        document, annex = reading.search("text_location", stretch), reading.search("annex_reference", stretch)
        if document and (holder := document.groupdict().get("sg") or group):
            reading.state("/agenda", stretch.lines_of_match(document))
            return f"{holder if holder.startswith(('SG', 'TSAG')) else f'SG{int(holder)}'}-{document['document'].replace(' ', '')}"
        if annex:
            reading.state("/agenda", stretch.lines_of_match(annex))
            return f"Annex {annex['number']}"
    return None


def _deadlines(reading: ExtractionContext, lines: list[Line]) -> Iterator[MeetingDeadline]:
    """Yield days with their purpose, which is on the line of the day, or on the lines after one that holds the day alone."""
    date = reading.pack.expand("{date}")
    dated = [(index, match) for index, line in enumerate(lines) if (match := date.search(line.folded) or _ISO_DAY.search(line.folded))]
    for (index, match), following in zip(dated, [*(index for index, _ in dated), len(lines)][1:], strict=True):
        day = day_of(match, reading.pack.months)
        alone = len(match[0]) + _FEW >= len(lines[index].folded)
        part = lines[index : min(following, index + _MOST_LINES)] if alone else [lines[index]]
        purpose = _purpose(reading, TextSpan(part).text)
        if day and purpose and (alone or purpose != "other"):
            yield MeetingDeadline(purpose, day.isoformat(), (part[0].number, part[-1].number))


def _purpose(reading: ExtractionContext, text: str) -> DeadlinePurpose | None:
    return next((purpose for purpose, pattern in reading.pack.deadline_patterns if pattern.search(text)), None)


_ISO_DAY = re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d-])")
# a line with a day and few other characters holds the day alone; its purpose is on the next lines
_FEW, _MOST_LINES = 6, 3
