"""Decisions on texts: approvals after a meeting, deletions, announcements under the alternative procedure.

A letter gives them in a table (number, title, decision, perhaps a day), in a list under one decision, or in sentences.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sg17kg.extraction.decisions.circular_references import read_references
from sg17kg.extraction.letter.body import read_consultation, read_meeting, read_procedure
from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.dates import days_of
from sg17kg.extraction.letter.parts import LetterParts
from sg17kg.extraction.letter.text_references import Mention
from sg17kg.facts import Decision, DecisionWord, Facts, Kind, Lines, MeetingFacts
from sg17kg.readers.document import Line, TextSpan

_LEAD = re.compile(r"^(?:[-\u2010-\u2015\u2022]|\d{1,3}[.)]?(?=[\t ]))?\s*")
_LONGEST_ROW = 160
_LONGEST_DECISION = 90
_REACH = 60
_SENTENCE = re.compile(r"[;。；]|\.(?= |$)")


@dataclass(frozen=True)
class _Row:
    """A row of a table or list: the text that it names, and the lines up to the next row."""

    mention: Mention
    lines: tuple[Line, ...]

    @property
    def range(self) -> Lines:
        return self.lines[0].number, self.lines[-1].number


def read_decisions(reading: ExtractionContext, facts: Facts, frame: LetterParts) -> Facts:
    """Return the facts with the decisions, the meeting that took them, and the circulars to which the letter refers."""
    announces = facts.document.kind == "aap"
    meeting = None if announces else read_meeting(reading, frame.header.subject_text, frame.body, frame.header.date)
    day = _decided_on(reading, frame, meeting) or (meeting.end if meeting and meeting.start == meeting.end else None)
    rows = list(_rows(reading, [*(line for part in frame.body.paragraphs for line in part.lines), *frame.annex_lines]))
    titled = _has_titles(reading, rows)
    own = [_own(reading, row, titled) for row in rows]
    # what a table leaves out is not taken from elsewhere: it is unknown
    general = None if any(own) else _general_decision(reading, facts, frame, rows)
    decisions = [_of_row(reading, row, word or general, day) for row, word in zip(rows, own, strict=True)]
    decisions = decisions or list(_of_sentences(reading, frame, general, day))
    _report_undecided(reading, decisions)
    for index, decision in enumerate(decisions):
        reading.state(f"/decisions/{index}", decision.lines)
    _report_subject(reading, frame, decisions)
    consultation = read_consultation(reading, frame.body, frame.number) if facts.document.kind == "deletion" else None
    return replace(
        facts,
        meeting=meeting,
        procedure=read_procedure(reading, frame.body, "TAP") if facts.document.kind == "approval" else None,
        consultation=consultation,
        decisions=tuple(decisions),
        refers_to=read_references(reading, frame),
        announcement=facts.announcement or _announcement(reading, frame),
    )


def _announcement(reading: ExtractionContext, frame: LetterParts) -> str | None:
    for stretch in (frame.header.subject_text, *frame.body.paragraphs):
        match = reading.search("announcement", stretch) if stretch else None
        if match:
            reading.state("/announcement", stretch.lines_of_match(match))
            return f"AAP-{match['number']}"
    return None


def _decided_on(reading: ExtractionContext, frame: LetterParts, meeting: MeetingFacts | None) -> str | None:
    """Return the day of the deciding session, within the days of the meeting; without a meeting, the day from which the decision holds."""
    day = reading.pack.expand("{range}")
    start, end = (meeting.start or "", meeting.end or "") if meeting else ("", "")
    for stretch in frame.body.paragraphs if meeting else ():
        for match in day.finditer(stretch.text):
            days = days_of(match, reading.pack.months, reading.pack.reversible)
            if days and days.start == days.end and start <= days.start.isoformat() <= end:
                reading.cover(stretch.range, "/decisions")
                return days.start.isoformat()
    found = None if meeting else frame.body.find(reading, "decided")
    days = days_of(found[0], reading.pack.months, reading.pack.reversible) if found else None
    if not found or not days:
        return None
    reading.cover(found[1].range, "/decisions")
    return days.start.isoformat() if days.start == days.end else None


def _general_decision(reading: ExtractionContext, facts: Facts, frame: LetterParts, rows: Sequence[_Row]) -> DecisionWord | None:
    """Return the one decision that the subject, or the sentence above a list, gives for all texts of a list that states none itself."""
    above = [part for part in frame.body.paragraphs if rows and part.range[1] < rows[0].range[0]][-1:]
    for stretch in (frame.header.subject_text, *above):
        told = _told(reading, stretch.text, facts.document.kind) if stretch else set()
        if len(told) == 1:
            return told.pop()
    return None


def _told(reading: ExtractionContext, text: str, kind: str) -> set[DecisionWord]:
    """Return the decisions that a text mentions. A word that is part of another ("not approved") counts only for that one."""
    told: set[DecisionWord] = set()
    for word, pattern in reading.pack.decision_patterns:
        if (kind != "deletion" or word in _DELETION) and pattern.search(text):
            told.add(word)
            text = pattern.sub(" ", text)
    return told


def _own(reading: ExtractionContext, row: _Row, titled: bool) -> DecisionWord | None:
    """Return the decision in a cell of its own, or after the text on its line. In a table with titles, the first cell is skipped."""
    cells = [line.folded for line in row.lines]
    behind = cells[0][row.mention.end :].strip(" :\uff1a\u2013-")
    decided = (_cell_word(reading, text, anywhere=titled) for text in reversed(cells[1 + titled :]))
    return next((word for word in (*decided, _cell_word(reading, behind)) if word), None)


def _has_titles(reading: ExtractionContext, rows: Sequence[_Row]) -> bool:
    """Return whether the cells after the numbers are titles: some row has another cell after that, and it is not a day."""
    day = reading.pack.expand("{range}")
    return any(sum(not day.match(line.folded) for line in row.lines[1:]) > 1 for row in rows)


def _cell_word(reading: ExtractionContext, text: str, anywhere: bool = False) -> DecisionWord | None:
    """Return the decision that begins a cell, because a word before it may negate it. One that settles a text must also end the cell.

    One that leaves a text open or rejects it counts `anywhere` in a cell that cannot be a title.
    """
    if len(text) > _LONGEST_DECISION:
        return None
    for word, pattern in reading.pack.decision_patterns:
        if match := pattern.search(text) if anywhere and word in _OPEN else pattern.match(text):
            return word if word not in _SETTLING or _WORD_END.fullmatch(text[match.end() :]) else None
    return None


def _report_undecided(reading: ExtractionContext, decisions: Sequence[Decision]) -> None:
    for decision in decisions:
        if decision.decision is None:
            message = f"what was decided on {decision.number or decision.provisional_name} is not said in words that are known"
            reading.find("decision-missing", "warning", message, [decision.lines])


def _rows(reading: ExtractionContext, lines: Sequence[Line]) -> Iterator[_Row]:
    """Yield the rows: each begins with a line that starts with a text and is not a sentence, and ends before the next such line."""
    starts = [(index, mention) for index, line in enumerate(lines) if (mention := _first_text(reading, line))]
    for (index, mention), end in zip(starts, [*(index for index, _ in starts), len(lines)][1:], strict=True):
        cells: list[Line] = []
        for line in lines[index:end]:
            if cells and (_ends_table(reading, line) or len(cells) >= _MOST_CELLS):
                break
            cells.append(line)
        if index == starts[0][0]:
            _cover_heads(reading, lines[:index])
        yield _Row(mention, tuple(line for line in cells if line.text))


def _cover_heads(reading: ExtractionContext, lines: Sequence[Line]) -> None:
    """Mark the short lines right before the first row as read: they are the headings of a table."""
    for line in reversed([line for line in lines if line.text][-_MOST_HEADS:]):
        if len(line.text) > _LONGEST_HEAD or line.text[-1] in ".:：。;；":
            break
        reading.cover((line.number,) * 2, "/decisions")


def _ends_table(reading: ExtractionContext, line: Line) -> bool:
    text = line.folded
    if len(text) > _SHORTEST_SENTENCE and text[-1] in ".。" and not reading.pack.expand("{range}").match(text):
        return True
    return bool(re.match(r"\d{1,2}[\t ]", line.text) and len(text) > _LONGEST_DECISION) or any(
        reading.pack.search(slot, text) for slot in ("annex_heading", "closing", "note")
    )


def _first_text(reading: ExtractionContext, line: Line) -> Mention | None:
    text = TextSpan([replace(line, text=_LEAD.sub("", line.text))]).text
    if not text or len(text) > _LONGEST_ROW or text[-1] in ".。;；:：":
        return None
    first = next(iter(reading.named(text)), None)
    before = text[: first.start] if first else ""
    return first if first and first.number and first.start <= _REACH and not _SENTENCE.search(before) else None


def _of_row(reading: ExtractionContext, row: _Row, decision: DecisionWord | None, day: str | None) -> Decision:
    cells = [line.folded for line in row.lines]
    dated = [match for text in cells[1:] if (match := reading.pack.expand("{range}").search(text))]
    days = days_of(dated[-1], reading.pack.months, reading.pack.reversible) if dated else None
    on = days.start if days else None
    return Decision(
        number=row.mention.restored,
        provisional_name=row.mention.name,
        kind=row.mention.kind or _kind_in(reading, cells[1:]),
        part=row.mention.part,
        title=_title(reading, row, cells),
        decision=decision,
        on=on.isoformat() if on else day,
        lines=row.range,
    )


def _any_word(reading: ExtractionContext, text: str) -> DecisionWord | None:
    return next((word for word, pattern in reading.pack.decision_patterns if pattern.search(text)), None)


def _kind_in(reading: ExtractionContext, cells: Iterable[str]) -> Kind | None:
    words = reading.pack.drafts
    for text in cells:
        if len(text) <= _LONGEST_KIND:
            if re.search(words.new, text, re.IGNORECASE):
                return "new"
            if re.search(words.revised, text, re.IGNORECASE):
                return "revised"
    return None


def _title(reading: ExtractionContext, row: _Row, cells: Sequence[str]) -> str | None:
    """Return the first cell that is not a number, decision, day or kind; else the text after the number on its line."""
    for line, text in list(zip(row.lines, cells, strict=True))[1:]:
        is_day = reading.pack.expand("{range}").match(text)
        is_decision = _cell_word(reading, text) and len(text.split()) <= 4
        if not is_day and not is_decision and not (len(text) <= _LONGEST_KIND and _kind_in(reading, [text])):
            return line.text
    behind = _LEAD.sub("", row.lines[0].text)
    found = re.search(r"[-\u2010-\u2015:：]\s+(.{8,})$", behind)
    return found[1].strip() if found else None


def _of_sentences(reading: ExtractionContext, frame: LetterParts, general: DecisionWord | None, day: str | None) -> Iterator[Decision]:
    """Yield the texts on which sentences decide. Texts of the subject on which no sentence decides have the decision of the subject."""
    said: dict[tuple[str | None, str | None], list[_Said]] = {}
    subject = frame.header.subject_text
    announced = {(mention.restored, mention.part) for mention in reading.named(subject.text) if mention.number} if subject else set()
    for entry in _said(reading, frame):
        said.setdefault((entry.mention.restored, entry.mention.part), []).append(entry)
    for (number, part), entries in said.items():
        recalled = all(entry.recalls for entry in entries)
        decided = [entry for entry in entries if entry.word and (recalled or not entry.recalls)]
        last = ([entry for entry in decided if entry.word in _FINAL] or decided)[-1:]
        word = last[0].word if last else None
        if recalled and general and word not in _DENIED:  # the request of that time; nobody requests a rejection
            word = general
        if (number, part) in announced:
            word = word or general
        if word or any(entry.unclear for entry in entries):
            named = last[0] if last else entries[0]
            yield Decision(number, named.mention.name, named.mention.kind, part, None, word, day, named.lines)


@dataclass(frozen=True)
class _Said:
    """A text in a sentence, and the decision of the sentence. `recalls`: it is about another circular, so about an earlier state.

    The subject announces and does not decide, so it counts as recalling.
    """

    mention: Mention
    word: DecisionWord | None
    recalls: bool
    unclear: bool
    lines: Lines


def _said(reading: ExtractionContext, frame: LetterParts) -> Iterator[_Said]:
    for stretch in (*frame.body.paragraphs, frame.header.subject_text):
        if not stretch:
            continue
        for start, end in _clauses(reading, stretch.text):
            recalls = any(
                int(match["number"]) != frame.number for match in reading.pack.find_all("circular_mention", stretch.text[start:end])
            )
            clause = _blanked(reading.pack.relative_clause, stretch.text[start:end])
            own, word = stretch is not frame.header.subject_text, _any_word(reading, clause)
            named = [mention for mention in reading.named(clause) if mention.number and mention.restored not in _RULES]
            unclear = own and len(named) > 1 and len(_told(reading, clause, "approval")) > 1
            for mention in named:
                lines = stretch.lines_of(start + mention.start, start + mention.end)
                yield _Said(mention, word if own and not unclear else None, recalls or not own, unclear, lines)


def _clauses(reading: ExtractionContext, text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a text. A sentence that decides differently on several texts is split into its clauses."""
    for start, end in _parted(_SENTENCE, text, 0, len(text)):
        several = len(reading.named(text[start:end])) > 1 and len(_told(reading, text[start:end], "approval")) > 1
        yield from _parted(re.compile(reading.pack.clause_end), text, start, end) if several else [(start, end)]


def _parted(end: re.Pattern[str], text: str, start: int, last: int) -> Iterator[tuple[int, int]]:
    for match in end.finditer(text, start, last):
        yield start, match.end()
        start = match.end()
    yield start, last


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """Return the text with blanks in place of matches, so that positions stay the same."""
    return pattern.sub(lambda match: " " * len(match[0]), text)


def _report_subject(reading: ExtractionContext, frame: LetterParts, decisions: Sequence[Decision]) -> None:
    """Report texts that the subject names and no decision does."""
    subject = frame.header.subject_text
    decided = {decision.number for decision in decisions}
    for mention in reading.named(subject.text) if subject else ():
        if mention.number and mention.restored not in decided:
            message = f"the subject names {mention.restored}, of which the letter tells no decision"
            reading.find("listed-without-decision", "warning", message, [subject.lines_of(mention.start, mention.end)])


_SETTLING: tuple[DecisionWord, ...] = ("approved", "deleted", "consented")
_FINAL: tuple[DecisionWord, ...] = ("approved", "not-approved", "deleted", "not-deleted")
_DENIED: tuple[DecisionWord, ...] = ("not-approved", "not-deleted")
_OPEN: tuple[DecisionWord, ...] = ("not-approved", "deferred", "not-deleted")
_WORD_END = re.compile(r"\w*\W*(?:[(（\[].*)?")
_DELETION: tuple[DecisionWord, ...] = ("not-deleted", "proposed-for-deletion", "deleted")
_MOST_CELLS = 8
_SHORTEST_SENTENCE = 12
_MOST_HEADS, _LONGEST_HEAD = 5, 32
_LONGEST_KIND = 16
# Recommendations on how ITU-T works, which such letters cite as rules
_RULES = frozenset({"A.1", "A.5", "A.8"})
