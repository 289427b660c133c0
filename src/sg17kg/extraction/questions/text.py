"""Annex 1 of a consultation on Questions: the text of each Question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sg17kg.extraction.letter.body import read_mention
from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.dates import day_of
from sg17kg.extraction.questions.relations import read_relations
from sg17kg.extraction.questions.text_lists import Unreadable, published, under_development
from sg17kg.facts import (
    Lines,
    ListedText,
    ListedWork,
    MeetingMention,
    QuestionFacts,
    Responsibilities,
    StudyItemFacts,
    TaskFacts,
    WorkInProgress,
)
from sg17kg.readers.document import Line, TextSpan, as_printed

_BULLET = re.compile(r"^(?:[-\u2010-\u2015]|(?P<number>\d{1,3}) ?[)）]|(?P<letter>[^\W\d_]) ?[)）])\s*")
_URL = re.compile(r"https?://[^\s\u3002\uff09)，]+")
_SECTIONS = ("motivation", "questions", "tasks", "relations")


@dataclass(frozen=True)
class Heading:
    """The line that announces a Question in the annex."""

    index: int
    line: int
    item: int
    number: int
    group: str
    title: str
    status: Literal["new", "revised"] | None


def read_questions(reading: ExtractionContext, lines: tuple[Line, ...], adopted_at: MeetingMention | None) -> list[QuestionFacts]:
    """Return the Questions of Annex 1 in their order."""
    headings = _headings(reading, lines)
    title = TextSpan(lines[: headings[0].index if headings else len(lines)])
    if title and reading.pack.search("annex_title", title.text):
        reading.cover(title.range, "annex title")
    ends = [*(heading.index for heading in headings), len(lines)][1:]
    return [
        _question(reading, position, heading, lines[heading.index + 1 : end], adopted_at)
        for position, (heading, end) in enumerate(zip(headings, ends, strict=True))
    ]


def _headings(reading: ExtractionContext, lines: tuple[Line, ...]) -> list[Heading]:
    found = []
    for index, line in enumerate(lines):
        match = reading.pack.search("question_heading", line.folded)
        if match:
            status = _status(match)
            group = f"SG{int(match['sg'])}"
            title = as_printed(line.text, match["title"])
            found.append(Heading(index, line.number, int(match["item"]), int(match["number"]), group, title, status))
    return found


def _status(match: re.Match[str]) -> Literal["new", "revised"] | None:
    """Return whether a heading calls its Question new or revised, before or after the number."""
    groups = match.groupdict()
    if groups["new"] or groups.get("late_new"):
        return "new"
    return "revised" if groups["revised"] or groups.get("late_revised") else None


def _question(
    reading: ExtractionContext, position: int, heading: Heading, lines: tuple[Line, ...], adopted_at: MeetingMention | None
) -> QuestionFacts:
    at = f"/questions/{position}"
    reading.state(f"{at}/number", (heading.line,) * 2)
    reading.state(f"{at}/group", (heading.line,) * 2)
    reading.state(f"{at}/status", (heading.line,) * 2 if heading.status else None)
    sections = _split_sections(reading, lines)
    title = _title(reading, at, heading, sections["head"])
    prepared, adopted = _history(reading, at, sections["head"])
    motivation = sections["motivation"]
    items = _study_items(reading, at, sections["questions"])
    _report_titles(reading, heading, title, sections["head"])
    return QuestionFacts(
        number=heading.number,
        group=heading.group,
        title=title or heading.title,
        status=heading.status,
        continues=_continues(reading, at, sections["head"]),
        prepared_at=prepared,
        adopted_at=adopted or adopted_at,
        responsible_for=_responsible(reading, at, motivation),
        under_development=_developing(reading, at, motivation),
        study_items=tuple(items),
        tasks=tuple(_tasks(reading, at, sections["tasks"])),
        work_programme=_work_programme(reading, at, lines),
        relations=read_relations(reading, tuple(sections["relations"]), f"{at}/relations"),
    )


def _split_sections(reading: ExtractionContext, lines: Sequence[Line]) -> dict[str, list[Line]]:
    """Return the lines by section; those before the first heading are "head". All lines of the motivation are covered."""
    sections: dict[str, list[Line]] = {name: [] for name in ("head", *_SECTIONS)}
    current = "head"
    for line in lines:
        match = reading.pack.search("section", line.folded) if line.text else None
        named = next((name for name in _SECTIONS if match and match["title"] in reading.pack.labels[name]), None)
        if named:
            current = named
            reading.cover((line.number,) * 2, "section heading")
        elif line.text:
            sections[current].append(line)
            if current == "motivation":
                reading.cover((line.number,) * 2, "motivation")
    return sections


def _title(reading: ExtractionContext, at: str, heading: Heading, head: Sequence[Line]) -> str | None:
    for line in head:
        match = reading.pack.search("question_title", line.folded)
        if match and (int(match["number"]), f"SG{int(match['sg'])}") == (heading.number, heading.group):
            reading.state(f"{at}/title", (line.number,) * 2)
            return as_printed(line.text, match["title"])
    reading.state(f"{at}/title", (heading.line,) * 2)
    return None


def _report_titles(reading: ExtractionContext, heading: Heading, title: str | None, head: Sequence[Line]) -> None:
    if title and title != heading.title:
        message = f"Q{heading.number}/{heading.group[2:]} is called {heading.title!r} in its heading and {title!r} below"
        reading.find("question-title-differs", "warning", message, [heading.line, *(line.number for line in head[:1])])


def _continues(reading: ExtractionContext, at: str, head: Sequence[Line]) -> tuple[str, ...]:
    """Return the versions that the Question continues: "Q3/17 (2025)"."""
    for line in head:
        text = line.folded
        if reading.pack.search("question_new", text):
            reading.cover((line.number,) * 2, f"{at}/continues")
        elif reading.pack.search("question_continues", text):
            reading.state(f"{at}/continues", (line.number,) * 2)
            versions = reading.pack.find_all("question_version", text)
            return tuple(f"Q{match['number']}/{match['sg']} ({match['year']})" for match in versions)
    return ()


def _history(reading: ExtractionContext, at: str, head: Sequence[Line]) -> tuple[MeetingMention | None, MeetingMention | None]:
    """Return the meetings that prepared and adopted the text, as given in its footnote."""
    prepared = adopted = None
    for line in head:
        for footnote in line.footnotes:
            text = TextSpan([Line(line.number, footnote)]).text
            if match := reading.pack.search("prepared", text):
                prepared = read_mention(reading, match)
                reading.state(f"{at}/prepared_at", (line.number,) * 2)
            if match := reading.pack.search("questions_adopted", text):
                adopted = read_mention(reading, match)
                reading.state(f"{at}/adopted_at", (line.number,) * 2)
    return prepared, adopted


def _responsible(reading: ExtractionContext, at: str, motivation: Sequence[Line]) -> Responsibilities | None:
    found = _listing(reading, "responsible_for", motivation)
    if not found:
        return None
    as_of, text, lines = found
    reading.state(f"{at}/responsible_for", lines)
    entries = published(text, reading.pack)
    _report_unreadable(reading, entries, lines)
    return Responsibilities(as_of, tuple(entry for entry in entries if isinstance(entry, ListedText)), lines)


def _developing(reading: ExtractionContext, at: str, motivation: Sequence[Line]) -> WorkInProgress | None:
    found = _listing(reading, "under_development", motivation)
    if not found:
        return None
    as_of, text, lines = found
    reading.state(f"{at}/under_development", lines)
    entries = under_development(text, reading.pack)
    _report_unreadable(reading, entries, lines)
    return WorkInProgress(as_of, tuple(entry for entry in entries if isinstance(entry, ListedWork)), lines)


def _listing(reading: ExtractionContext, slot: str, motivation: Sequence[Line]) -> tuple[str | None, str, Lines] | None:
    """Return (as of, list, lines) of the sentence that a slot matches."""
    for line in motivation:
        stretch = TextSpan([line])
        if match := reading.pack.search(slot, stretch.text):
            day = day_of(match, reading.pack.months)
            if day is None:
                reading.find("impossible-date", "error", f"{match[0][:24]!r} holds no possible date", [line.number])
            return day.isoformat() if day else None, match["list"], stretch.range
    return None


def _report_unreadable(reading: ExtractionContext, entries: Sequence[object], lines: Lines) -> None:
    for entry in entries:
        if isinstance(entry, Unreadable):
            reading.find("unreadable-entry", "warning", f"the entry {entry.printed!r} of the list fits no notation", [lines])


def _bullets(reading: ExtractionContext, lines: Sequence[Line], field: str) -> list[tuple[int, str, int, list[Line]]]:
    """Return (ordinal, text, line, further lines) of each item. Lines before the first item introduce the list.

    If the first item has a letter, all items have one; otherwise, lines with letters are parts of an item.
    """
    items: list[tuple[int, str, int, list[Line]]] = []
    bullets = [(line, _BULLET.match(line.text)) for line in lines]
    lettered = next((match["letter"] is not None for _, match in bullets if match), False)
    for line, match in bullets:
        if match and (match["letter"] is not None) == lettered:
            ordinal = int(match["number"]) if match["number"] else len(items) + 1
            items.append((ordinal, line.text[match.end() :], line.number, []))
            reading.cover((line.number,) * 2, field)
        elif items:
            items[-1][3].append(line)
        elif line.text[-1] in ":：":
            reading.cover((line.number,) * 2, f"{field} introduction")
    return items


def _study_items(reading: ExtractionContext, at: str, lines: Sequence[Line]) -> list[StudyItemFacts]:
    items = _bullets(reading, lines, f"{at}/study_items")
    for expected, (ordinal, _, number, _) in enumerate(items, start=1):
        if ordinal != expected:
            reading.find("item-out-of-order", "warning", f"study item {ordinal} stands where {expected} is expected", [number])
    return [StudyItemFacts(ordinal, text, (number, number)) for ordinal, text, number, _ in items]


def _tasks(reading: ExtractionContext, at: str, lines: Sequence[Line]) -> list[TaskFacts]:
    tasks = []
    for ordinal, text, number, further in _bullets(reading, lines, f"{at}/tasks"):
        addressed: list[int] = []
        for line in further:
            if addressed and reading.pack.search("addressed_items", line.folded):
                message = f"task {ordinal} names the study items that it addresses twice; a task may be lost between"
                reading.find("task-addressed-twice", "warning", message, [number, line.number])
            if match := reading.pack.search("addressed_items", line.folded):
                addressed += _ordinals(match["list"])
                reading.cover((line.number,) * 2, f"{at}/tasks/{ordinal - 1}/study_items")
                reading.evidence[f"{at}/tasks/{ordinal - 1}/study_items"] = (line.number,) * 2
        tasks.append(TaskFacts(ordinal, text, tuple(addressed), (number, number)))
    return tasks


def _ordinals(text: str) -> list[int]:
    """Return the numbers in a list; a range stands for all numbers in it."""
    ordinals: list[int] = []
    for match in re.finditer(r"(\d{1,3})(?: ?[-\u2013] ?(\d{1,3}))?", text):
        ordinals += range(int(match[1]), int(match[2] or match[1]) + 1)
    return ordinals


def _work_programme(reading: ExtractionContext, at: str, lines: Sequence[Line]) -> str | None:
    for line in lines:
        match = _URL.search(line.text)
        if match and reading.pack.search("work_programme", line.folded):
            reading.state(f"{at}/work_programme", (line.number,) * 2)
            return match[0]
    return None
