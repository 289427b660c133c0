"""Inconsistencies within a consultation on Questions."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable

from sg17kg.extraction.letter.body import Body
from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.groups import group_of
from sg17kg.extraction.letter.reply_form import Form
from sg17kg.facts import Facts, QuestionFacts
from sg17kg.readers.document import TextSpan

_UNFINISHED = re.compile(r"[，、,;；:：]$")
_QUOTED = re.compile(r"[“\"](.+?)[”\"]")
_TITLE_REACH = 8


def report_questions(reading: ExtractionContext, facts: Facts, body: Body, form: Form, subject: TextSpan) -> None:
    """Add to `reading.findings` the inconsistencies among Questions, letter and form."""
    _owners(reading, facts.questions)
    _adoption(reading, facts, body, subject)
    _rows(reading, facts, form)
    _notations(reading, facts.questions)
    _twice(reading, facts.questions)
    for position, question in enumerate(facts.questions):
        _parts(reading, position, question)
        _titles(reading, position, question, body, form)
        _listings(reading, question)
        _tasks(reading, position, question)
        _merger(reading, position, question, body, form)
    for name, printed in reading.body_names.items():
        if len(printed) > 1:
            reading.find("body-name-differs", "info", f"{name} is called {', '.join(printed)}", printed.values())


def _twice(reading: ExtractionContext, questions: Iterable[QuestionFacts]) -> None:
    seen: dict[str, int] = {}
    for position, question in enumerate(questions):
        first = seen.setdefault(_called(question), position)
        if first != position:
            lines = [reading.evidence[f"/questions/{index}/number"] for index in (first, position)]
            reading.find("question-twice", "error", f"{_called(question)} stands twice in Annex 1", lines)


def _called(question: QuestionFacts) -> str:
    return f"Q{question.number}/{question.group.removeprefix('SG')}"


def _parts(reading: ExtractionContext, position: int, question: QuestionFacts) -> None:
    """Report parts that the text of a Question usually has and this one lacks."""
    parts: dict[str, object] = {
        "study items": question.study_items,
        "tasks": question.tasks,
        "relations": question.relations,
        "title": question.title,
        "meeting that prepared it": question.prepared_at,
        "page of the work programme": question.work_programme,
    }
    if question.status == "revised":
        parts |= {"version that it continues": question.continues, "list of texts": question.responsible_for or question.under_development}
    missing = [name for name, value in parts.items() if not value]
    if missing:
        lines = [reading.evidence[f"/questions/{position}/number"]]
        reading.find("question-incomplete", "warning", f"{_called(question)} has no {', no '.join(missing)}", lines)


def _owners(reading: ExtractionContext, questions: Iterable[QuestionFacts]) -> None:
    """Report a text that is listed under two Questions; both statements are kept."""
    owners: dict[str, list[tuple[str, tuple[int, int]]]] = defaultdict(list)
    for question in questions:
        for item in question.responsible_for.items if question.responsible_for else ():
            owners[item.id].append((_called(question), question.responsible_for.lines if question.responsible_for else (0, 0)))
        for work in question.under_development.items if question.under_development else ():
            if work.provisional_name and question.under_development:
                owners[work.provisional_name].append((_called(question), question.under_development.lines))
    for text, entries in owners.items():
        names = sorted({name for name, _ in entries})
        if len(names) > 1:
            reading.find("two-owners", "warning", f"{text} is listed under {' and '.join(names)}", [lines for _, lines in entries])
        elif len(entries) > 1:
            reading.find("listed-twice", "warning", f"{text} is listed twice under {names[0]}", [lines for _, lines in entries])


def _adoption(reading: ExtractionContext, facts: Facts, body: Body, subject: TextSpan) -> None:
    """Report different adopting groups: every place must name the same group."""
    said: dict[str, list[tuple[int, int]]] = defaultdict(list)
    if facts.adopted_at:
        said[facts.adopted_at.group].append(subject.range)
    for paragraph in body.paragraphs:
        for match in reading.pack.find_all("adopting_group", paragraph.text):
            if group := group_of(match):
                said[group].append(paragraph.lines_of_match(match))
    for position, question in enumerate(facts.questions):
        if question.adopted_at and (lines := reading.evidence.get(f"/questions/{position}/adopted_at")):
            said[question.adopted_at.group].append(lines)
    if len(said) > 1:
        message = f"the texts were adopted by {' in one place, by '.join(said)} in another"
        reading.find("adopting-group-differs", "warning", message, [lines for places in said.values() for lines in places])


def _rows(reading: ExtractionContext, facts: Facts, form: Form) -> None:
    rows = {row.row.question for row in form.rows}
    for position, question in enumerate(facts.questions):
        if _called(question) not in rows:
            lines = reading.evidence[f"/questions/{position}/number"]
            reading.find("question-without-row", "error", f"no row of the form means {_called(question)}", [lines])
    called = {_called(question) for question in facts.questions}
    for row in form.rows:
        if row.row.question not in called:
            reading.find("row-without-question", "error", f"the row {row.row.label!r} means no Question of Annex 1", [row.lines])


def _titles(reading: ExtractionContext, position: int, question: QuestionFacts, body: Body, form: Form) -> None:
    """Compare titles in the letter and in the form with the title above the text."""
    printed = reading.evidence.get(f"/questions/{position}/title")
    stretches = [*body.paragraphs, *(TextSpan(reading.document.between(*row.lines)) for row in form.rows)]
    for stretch in stretches:
        for match in reading.pack.find_all("question", stretch.text):
            quoted = _QUOTED.search(stretch.text, match.end(), match.end() + 60)
            if not quoted or quoted.start() - match.end() > _TITLE_REACH or int(match["number"]) != question.number:
                continue
            if quoted[1] != question.title and printed:
                message = f"{_called(question)} is called {quoted[1]!r} here and {question.title!r} above its text"
                reading.find("question-title-differs", "warning", message, [stretch.lines_of(match.start(), quoted.end()), printed])


def _listings(reading: ExtractionContext, question: QuestionFacts) -> None:
    held, work = question.responsible_for, question.under_development
    if held and work and held.as_of != work.as_of:
        message = f"{_called(question)}: responsibility as of {held.as_of}, work as of {work.as_of}"
        reading.find("as-of-differs", "warning", message, [held.lines, work.lines])
    if held:
        types = [item.type for item in held.items]
        changes = sum(one != other for one, other in itertools.pairwise(types))
        if changes > len(set(types)) - 1:
            message = f"{_called(question)}: the list goes from one type of text to another and back"
            reading.find("list-interrupted", "info", message, [held.lines])
        bare = [item.id for item in held.items if item.type == "supplement" and item.id[0] not in item.printed]
        if bare:
            reading.find(
                "series-not-printed", "info", f"the series of {', '.join(bare)} is not printed; it is taken from the list", [held.lines]
            )
    if work:
        for item in work.items:
            if item.provisional_name and item.provisional_name not in item.printed:
                message = f"{item.printed} is printed for {item.provisional_name}: a hyphen for the dot"
                reading.find("name-without-dot", "warning", message, [work.lines])
        revisions = {"blank" if " " in item.printed else "none" for item in work.items if item.kind == "revised"}
        if len(revisions) > 1:
            reading.find("notation-differs", "info", "revisions are printed with and without a blank", [work.lines])


def _notations(reading: ExtractionContext, questions: Iterable[QuestionFacts]) -> None:
    """Report Technical Reports with several prefixes: XSTR, X.STR, TR."""
    prefixes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for question in questions:
        if held := question.responsible_for:
            for item in held.items:
                if item.type == "technical-report":
                    prefixes[item.id.rsplit(".", 1)[0]].append(held.lines)
        if work := question.under_development:
            for entry in work.items:
                if entry.type == "technical-report" and entry.provisional_name:
                    prefixes[entry.provisional_name.rsplit(".", 1)[0]].append(work.lines)
    if len(prefixes) > 1:
        message = f"Technical Reports in {len(prefixes)} notations: {', '.join(sorted(prefixes))}"
        reading.find("notation-differs", "info", message, [lines for places in prefixes.values() for lines in places])


def _tasks(reading: ExtractionContext, position: int, question: QuestionFacts) -> None:
    ordinals = {item.ordinal for item in question.study_items}
    linked = [task for task in question.tasks if task.study_items]
    for task in question.tasks:
        unknown = sorted(set(task.study_items) - ordinals)
        where = reading.evidence.get(f"/questions/{position}/tasks/{task.ordinal - 1}/study_items", task.lines)
        if unknown:
            message = f"{_called(question)}: task {task.ordinal} addresses study item {unknown[0]}, which there is not"
            reading.find("unknown-study-item", "error", message, [where])
        if linked and not task.study_items:
            message = f"{_called(question)}: task {task.ordinal} names no study item, other tasks do"
            reading.find("task-without-study-item", "warning", message, [task.lines])
        if task.text and _UNFINISHED.search(task.text):
            reading.find(
                "item-unfinished", "info", f"{_called(question)}: task {task.ordinal} ends like an unfinished sentence", [task.lines]
            )
    addressed = {ordinal for task in linked for ordinal in task.study_items}
    for item in question.study_items:
        if linked and item.ordinal not in addressed:
            message = f"{_called(question)}: no task addresses study item {item.ordinal}"
            reading.find("study-item-without-task", "warning", message, [item.lines])


def _merger(reading: ExtractionContext, position: int, question: QuestionFacts, body: Body, form: Form) -> None:
    """Report a merger that neither letter nor form announces: a Question ends without being named."""
    told = {f"Q{match['number']}/{match['sg']}" for part in body.paragraphs for match in reading.pack.find_all("question", part.text)}
    told |= {row.row.question or "" for row in form.rows}
    silent = [version for version in question.continues if version.split(" ")[0] not in told]
    if silent:
        message = f"{_called(question)} also continues {', '.join(silent)}, which neither the letter nor the form names"
        reading.find("merger-not-announced", "warning", message, [reading.evidence[f"/questions/{position}/continues"]])
