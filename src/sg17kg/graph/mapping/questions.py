"""Mapping of Questions to triples: versions, study items and tasks, relations, responsibilities."""

import re
from collections.abc import Callable
from datetime import date

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS, XSD

from sg17kg.facts import Facts, Lines, ListedWork, MeetingMention, QuestionFacts
from sg17kg.graph.mapping.statements import Statements
from sg17kg.graph.rdf_terms import SG17, VOC
from sg17kg.identifiers import (
    StudyPeriod,
    group_iri,
    iri,
    meeting_iri,
    period_of_year,
    question_iri,
    question_version_iri,
    responsibility_iri,
    slug,
    study_period_of,
    work_item_iri,
)

_TYPES = {"recommendation": SG17.Recommendation, "supplement": SG17.Supplement, "technical-report": SG17.TechnicalReport}
_ROLES = {"revised": SG17.revises, "amendment": SG17.amends, "corrigendum": SG17.corrects}
_VERSION = re.compile(r"Q(\d+)/(\d+) \((\d{4})\)")


Periods = tuple[StudyPeriod, ...]


def _day_of_text(facts: Facts, question: QuestionFacts) -> str | None:
    """Return the day of the text of a Question: when it was adopted or, if unknown, prepared or sent, else the reply deadline."""
    meeting = question.adopted_at or question.prepared_at
    days = (meeting.start if meeting else None, facts.circular.date, facts.consultation.reply_deadline if facts.consultation else None)
    return next((day[:10] for day in days if day), None)


def version_iri(facts: Facts, question: QuestionFacts) -> str:
    """Return the IRI of the version that the document proposes. Its year is that in which its text was adopted or, if unknown, prepared."""
    day = _day_of_text(facts, question)
    return question_version_iri(question.group, question.number, day[:4] if day else facts.circular.study_period or "")


def _period_of(facts: Facts, question: QuestionFacts, periods: Periods) -> str | None:
    """Return the study period in which the version has its number."""
    day = _day_of_text(facts, question)
    return study_period_of(date.fromisoformat(day), periods) if day and periods else facts.circular.study_period


def add_questions(said: Statements, facts: Facts, consultation: str, periods: Periods) -> None:
    """Add all Questions of the document. `periods` give the study period in which a version has its number."""
    for position, question in enumerate(facts.questions):
        _add_question(said, facts, position, question, consultation, periods)


def _called(number: int, group: str) -> str:
    return f"Q{number}/{group.removeprefix('SG')}"


def _add_question(said: Statements, facts: Facts, position: int, question: QuestionFacts, consultation: str, periods: Periods) -> None:
    def at(field: str) -> Lines | None:
        return facts.evidence.get(f"/questions/{position}/{field}")

    version, own = version_iri(facts, question), at("number")
    _add_version(said, version, question.number, question.group, own)
    _add_period(said, version, _period_of(facts, question, periods), own)
    said.add(consultation, SG17.concerns, version, own)
    said.add(version, DCTERMS.title, said.text(question.title), at("title"))
    said.add(version, SG17.versionStatus, VOC[f"version-status/{question.status}"] if question.status else None, at("status"))
    for name in question.continues:
        match = _VERSION.fullmatch(name)
        assert match, f"{name} is made by the extractor"
        before = question_version_iri(f"SG{match[2]}", int(match[1]), match[3])
        _add_version(said, before, int(match[1]), f"SG{match[2]}", at("continues"))
        _add_period(said, before, period_of_year(int(match[3]), periods), at("continues"))
        said.add(version, SG17.continues, before, at("continues"))
    _add_mention(said, version, SG17.preparedAt, question.prepared_at, at("prepared_at"))
    adopted = at("adopted_at") or facts.evidence.get("/adopted_at/start")
    _add_mention(said, version, SG17.adoptedAt, question.adopted_at, adopted)
    said.add(version, SG17.workProgramme, question.work_programme, at("work_programme"))
    _add_work(said, position, facts, question, version)
    _add_responsibilities(said, question, version)
    _add_relations(said, question, version, at)


def _add_version(said: Statements, version: str, number: int, group: str, lines: Lines | None) -> None:
    question, called = question_iri(group, number), _called(number, group)
    said.describe(question, SG17.Question, called, lines)
    said.add(question, SG17.questionNumber, Literal(number, datatype=XSD.integer), lines)
    said.add(question, SKOS.notation, Literal(called), lines)
    said.add(question, SG17.ofGroup, group_iri(group), lines)
    said.describe(version, SG17.QuestionVersion, f"{called} ({version.rsplit('/', 1)[1]})", lines)
    said.add(version, SG17.versionOf, question, lines)


def _add_period(said: Statements, version: str, period: str | None, lines: Lines | None) -> None:
    """Add the study period in which the version has its number. Add nothing if only the year is known and an Assembly divides it."""
    said.add(version, SG17.studyPeriod, iri("period", period) if period else None, lines)


def _add_mention(said: Statements, version: str, role: URIRef, meeting: MeetingMention | None, lines: Lines | None) -> None:
    if not meeting:
        return
    node = meeting_iri(meeting.group, meeting.start)
    said.describe(node, SG17.Meeting, f"Meeting of {meeting.group}, {meeting.start} to {meeting.end}", lines)
    said.add(node, SG17.ofGroup, group_iri(meeting.group), lines)
    said.add(node, SKOS.notation, Literal(f"{meeting.group} {meeting.start[:7]}"), lines)
    said.add(node, SG17.startDate, Literal(meeting.start, datatype=XSD.date), lines)
    said.add(node, SG17.endDate, Literal(meeting.end, datatype=XSD.date), lines)
    said.add(node, SG17.place, Literal(meeting.city) if meeting.city else None, lines)
    said.add(version, role, node, lines)


def _add_work(said: Statements, position: int, facts: Facts, question: QuestionFacts, version: str) -> None:
    called = _called(question.number, question.group)
    for item in question.study_items:
        node = f"{version}/study-item/{item.ordinal}"
        said.describe(node, SG17.StudyItem, f"{called}, study item {item.ordinal}", item.lines)
        said.add(version, SG17.hasStudyItem, node, item.lines)
        said.add(node, SG17.ordinal, Literal(item.ordinal, datatype=XSD.integer), item.lines)
    for index, task in enumerate(question.tasks):
        node = f"{version}/task/{task.ordinal}"
        lines = facts.evidence.get(f"/questions/{position}/tasks/{index}/study_items")
        said.describe(node, SG17.Task, f"{called}, task {task.ordinal}", task.lines)
        said.add(version, SG17.hasTask, node, task.lines)
        said.add(node, SG17.ordinal, Literal(task.ordinal, datatype=XSD.integer), task.lines)
        for ordinal in task.study_items:
            said.add(node, SG17.addresses, f"{version}/study-item/{ordinal}", lines)


def _add_responsibilities(said: Statements, question: QuestionFacts, version: str) -> None:
    if held := question.responsible_for:
        for item in held.items:
            node = responsibility_iri(version, item.id, str(said.source), held.as_of)
            deliverable = said.describe_text(item.id, _TYPES[item.type], held.lines)
            _add_responsibility(said, question, version, node, (deliverable, item.id), held.as_of, held.lines)
            if item.joint_with:
                said.add(node, SG17.jointWith, group_iri(item.joint_with), held.lines)
    if work := question.under_development:
        for entry in work.items:
            item_iri, name = _add_work_item(said, entry, work.lines)
            node = responsibility_iri(version, name, str(said.source), work.as_of)
            _add_responsibility(said, question, version, node, (item_iri, name), work.as_of, work.lines)


def _add_responsibility(
    said: Statements, question: QuestionFacts, version: str, node: str, text: tuple[str, str], as_of: str | None, lines: Lines
) -> None:
    called = _called(question.number, question.group)
    said.describe(node, SG17.Responsibility, f"{called} is responsible for {text[1]}", lines)
    said.add(node, SG17.responsibleQuestion, version, lines)
    said.add(node, SG17.deliverable, text[0], lines)
    said.add(node, SG17.asOf, Literal(as_of, datatype=XSD.date) if as_of else None, lines)
    said.add(node, SG17.basis, VOC["basis/stated"], lines)
    said.add(node, SG17.statedIn, said.passage(lines), lines)


def _add_work_item(said: Statements, entry: ListedWork, lines: Lines) -> tuple[str, str]:
    """Add a work item. Return its IRI and name; one that changes a text is named after that text ("X.1250 rev", "X.1281 Amd.1")."""
    name = entry.provisional_name or _change_name(entry, said.numbering.number_of(entry.target or ""))
    node = work_item_iri(name)
    said.describe(node, SG17.WorkItem, name, lines)
    said.add(node, SG17.provisionalName, Literal(entry.provisional_name) if entry.provisional_name else None, lines)
    if entry.number:
        proposed = said.describe_text(entry.number, SG17.Recommendation, lines)
        said.add(node, SG17.proposedNumber, Literal(entry.number), lines)
        said.add(node, SG17.proposedDeliverable, proposed, lines)
    kind = "supplement" if entry.type == "supplement" and entry.kind == "new" else entry.kind
    said.add(node, SG17.kind, VOC[f"kind/{kind}"], lines)
    if entry.printed != name and not entry.number:
        said.add(node, SKOS.altLabel, Literal(entry.printed), lines)
    if entry.target:
        said.add(node, _ROLES[entry.kind], said.describe_text(entry.target, SG17.Recommendation, lines), lines)
    return node, name


def _change_name(entry: ListedWork, target: str) -> str:
    if entry.kind == "revised":
        return f"{target} rev"
    part = re.search(r"(?:Amd|Cor)\.? ?(\d+)", entry.printed)
    word = "Amd" if entry.kind == "amendment" else "Cor"
    return f"{target} {word}.{part[1]}" if part else entry.number or entry.printed


def _add_relations(said: Statements, question: QuestionFacts, version: str, at: Callable[[str], Lines | None]) -> None:
    relations = question.relations
    if not relations:
        return
    for name in relations.recommendations:
        lines = at("relations/recommendations")
        if name.endswith(" series"):
            series = iri("series", name.removesuffix(" series"))
            said.describe(series, SG17.Series, name, lines)
            said.add(version, SG17.relatesTo, series, lines)
        else:
            said.add(version, SG17.relatesTo, said.describe_text(name, SG17.Recommendation, lines), lines)
    for group in relations.groups:
        said.add(version, SG17.relatesTo, group_iri(group), at("relations/groups"))
    for field, names in (("standards_bodies", relations.standards_bodies), ("other_bodies", relations.other_bodies)):
        for name in names:
            body, lines = iri("body", slug(name)), at(f"relations/{field}")
            said.describe(body, SG17.Body, name, lines)
            said.add(version, SG17.relatesTo, body, lines)
    for line in relations.wsis_action_lines:
        said.add(version, SG17.relatesTo, VOC[f"wsis/{line}"], at("relations/wsis_action_lines"))
    for goal in relations.sdgs:
        said.add(version, SG17.relatesTo, VOC[f"sdg/{goal}"], at("relations/sdgs"))
