"""Mapping of rows on meetings, on their results, and on circulars of which only number and subject are known.

Each row on a meeting gives a statement of its own. Rules derive the days and place of the meeting, and report where statements differ.
"""

import re

from rdflib import Literal
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD

from sg17kg.facts import Lines
from sg17kg.graph.mapping.letters import circular_label, collective_letter_iri, collective_letter_label
from sg17kg.graph.outside.statements import RowStatements, last_day_of, whole_day
from sg17kg.graph.outside.texts import Editions, add_draft, add_named, add_work_item
from sg17kg.graph.rdf_terms import SG17, VOC
from sg17kg.identifiers import circular_iri, group_iri, iri, meeting_iri, slug
from sg17kg.outside import CircularRow, MeetingRow, OutcomeRow

# Decisions on texts by the wording of the rows; other rows are counts or plans, or concern Questions
DECISIONS = {
    "TAP approved": "approved",
    "AAP approved": "approved",
    "TAP not approved": "not-approved",
    "TAP determined": "determined",
    "AAP consented": "consented",
    "agreed": "agreed",
    "new work items": "started",
    "work items discontinued": "discontinued",
}
_GROUP = "SG17"
_NUMBER = re.compile(r"[A-Z](?:\.| Suppl\. )\d.*")
_WORKING_PARTY = re.compile(r"WP(\d)/(\d+)")


def add_meeting(said: RowStatements, row: MeetingRow, document: str, lines: Lines) -> None:
    """Add the statement of one document about a meeting. A meeting without a starting month has no IRI and is left out."""
    month = row.first_day[:7] if row.first_day else row.month
    if not month:
        return
    meeting = _meeting(said, row.group, month, lines)
    node = f"{document}/meeting/{slug(row.group)}/{row.first_day or month}"
    when = f"{row.first_day} to {row.last_day}" if row.first_day and row.last_day else month
    said.describe(node, SG17.MeetingStatement, f"{row.group}, {when}, by {row.basis}", lines)
    said.add(node, SG17.reportOf, meeting, lines)
    said.add(node, SG17.reportBasis, VOC[f"meeting-statement/{'planned' if row.planned else row.basis}"], lines)
    said.add(node, SG17.startDate, _day(row.first_day), lines)
    said.add(node, SG17.endDate, _day(row.last_day), lines)
    said.add(node, SG17.place, None if row.virtual or not row.place else Literal(row.place), lines)
    said.add(node, SG17.virtual, None if row.virtual is None else Literal(row.virtual), lines)
    said.add(node, SG17.statedIn, said.passage(lines), lines)
    if row.collective_letter:
        _letter(said, row, meeting, lines)


def _letter(said: RowStatements, row: MeetingRow, meeting: str, lines: Lines) -> None:
    assert row.collective_letter, "called for rows with a letter"
    letter = collective_letter_iri(row.group, row.period, row.collective_letter)
    said.describe(letter, SG17.CollectiveLetter, collective_letter_label(row.period, row.collective_letter), lines)
    said.add(letter, SG17.studyPeriod, iri("period", row.period), lines)
    said.add(letter, SG17.ofGroup, group_iri(row.group), lines)
    said.add(letter, DCTERMS.issued, _day(row.letter_date), lines)
    said.add(meeting, SG17.agendaIn, letter, lines)


def _meeting(said: RowStatements, group: str, month: str, lines: Lines) -> str:
    """Add a meeting of a group that begins in a month. Return its IRI."""
    party = _WORKING_PARTY.fullmatch(group)
    of_group = group_iri(group)
    node = meeting_iri(slug(group), f"{month}-01")
    said.add(node, RDF.type, SG17.Meeting, lines)  # a rule names it, unless a letter does
    said.add(node, SKOS.notation, Literal(f"{group} {month}"), lines)
    said.add(node, SG17.ofGroup, of_group, lines)
    said.describe(of_group, SG17.StudyGroup if re.fullmatch(r"SG\d+", group) else SG17.Group, group, lines)
    if not re.fullmatch(r"SG\d+", group):
        said.add(of_group, SKOS.notation, Literal(group), lines)
    said.add(of_group, SG17.sector, Literal("ITU-T"), lines)
    if party:
        said.add(of_group, SG17.partOfGroup, group_iri(f"SG{party[2]}"), lines)
    return node


def add_outcome(said: RowStatements, editions: Editions, row: OutcomeRow, document: str, lines: Lines) -> bool:
    """Add the decision on each text that a row names. Return False if the row states no decision or names no text."""
    decision = DECISIONS.get(row.action)
    texts = row.texts or ((row.provisional,) if row.provisional else ())
    if not decision or not texts:
        return False
    first_day, _, last_day = (row.meeting or "").partition("/")
    meeting = _add_days(said, first_day, last_day or first_day, document, lines) if first_day else None
    day = whole_day(row.action_date) or whole_day(last_day or first_day)
    known_by = day or (last_day_of(row.action_date) if row.action_date else last_day_of(first_day) if first_day else None)
    for ordinal, name in enumerate(texts, start=1):
        node = f"{document}/decision/{lines[0]}-{ordinal}"
        said.describe(node, SG17.DecisionOnText, f"{name}: {decision}", lines)
        said.add(node, SG17.decidedIn, document, lines)
        said.add(node, SG17.decisionOn, _decided(said, editions, name, meeting, known_by, lines), lines)
        named = row.provisional if row.provisional and len(texts) == 1 and not _NUMBER.fullmatch(row.provisional) else None
        said.add(node, SG17.provisionalName, Literal(named) if named and " " not in named else None, lines)
        said.add(node, SG17.decisionTaken, VOC[f"decision/{decision}"], lines)
        said.add(node, SG17.decisionDate, _day(day), lines)
        said.add(node, SG17.takenAt, meeting, lines)
        said.add_basis(node, row, lines)
    return True


def _add_days(said: RowStatements, first: str, last: str, document: str, lines: Lines) -> str:
    """Add the meeting of a decision, with the days that the row states if both are complete. Return its IRI."""
    meeting = _meeting(said, _GROUP, first[:7], lines)
    if whole_day(first) and whole_day(last):
        node = f"{document}/meeting/{slug(_GROUP)}/{first}"
        said.describe(node, SG17.MeetingStatement, f"{_GROUP}, {first} to {last}, by report", lines)
        said.add(node, SG17.reportOf, meeting, lines)
        said.add(node, SG17.reportBasis, VOC["meeting-statement/report"], lines)
        said.add(node, SG17.startDate, _day(first), lines)
        said.add(node, SG17.endDate, _day(last), lines)
        said.add(node, SG17.statedIn, said.passage(lines), lines)
    return meeting


def _decided(said: RowStatements, editions: Editions, name: str, meeting: str | None, known_by: str | None, lines: Lines) -> str | None:
    """Add the text, the work item, or the draft under a number that no edition had yet. Return its IRI; None for a draft and no meeting."""
    if not _NUMBER.fullmatch(name):
        return add_work_item(said, name, lines)
    text = add_named(said, editions, name, known_by, lines)
    if text:
        return text
    return add_draft(said, name, meeting, lines) if meeting else None


def add_circular(said: RowStatements, row: CircularRow, lines: Lines) -> bool:
    """Add a circular known by number and subject. Return False if it has no study period: numbering restarts in each of them."""
    if not row.period:
        return False
    node = circular_iri(row.period, row.number)
    said.describe(node, SG17.Circular, circular_label(row.period, row.number), lines)
    said.add(node, SG17.circularNumber, Literal(row.number, datatype=XSD.integer), lines)
    said.add(node, SG17.studyPeriod, iri("period", row.period), lines)
    said.add(node, DCTERMS.title, Literal(row.subject, lang="en"), lines)
    said.add(node, DCTERMS.issued, _day(row.date), lines)
    return True


def _day(value: str | None) -> Literal | None:
    return Literal(value, datatype=XSD.date) if value else None
