"""Mapping of rows on Questions of study periods: predecessors, texts, working parties."""

import re

from rdflib import Literal
from rdflib.namespace import DCTERMS, SKOS, XSD

from sg17kg.facts import Lines
from sg17kg.graph.outside.statements import RowStatements, last_day_of, whole_day
from sg17kg.graph.outside.texts import Editions, add_named, add_work_item
from sg17kg.graph.rdf_terms import SG17, VOC
from sg17kg.identifiers import group_iri, iri, question_iri, question_version_iri, responsibility_iri
from sg17kg.outside import QuestionRow, ResponsibilityRow, WorkingPartyRow

_PREDECESSOR = re.compile(r"(?P<number>\d{1,2}|[A-Z])/(?P<group>\d{1,2})(?: \((?P<period>\d{4}-\d{4})\)(?P<part>, .+)?)?")


def add_question(said: RowStatements, row: QuestionRow, lines: Lines) -> None:
    """Add a Question of a study period."""
    version = add_version(said, row.number, row.period, lines)
    title = Literal(row.title, lang=row.lang or "en") if row.title else None
    said.add(version, SKOS.altLabel if row.short_label else DCTERMS.title, title, lines)
    said.add(version, SG17.versionStatus, VOC[f"version-status/{row.status}"] if row.status else None, lines)
    for name in row.predecessors:
        before = _predecessor(said, name, row.period, lines)
        said.add(version, SG17.continues, before, lines)
    if row.working_party:
        said.add(version, SG17.inWorkingParty, _working_party(said, row.working_party, row.period, lines), lines)


def add_version(said: RowStatements, number: str, period: str, lines: Lines) -> str:
    """Add the version that has a number ("10/17") in a study period. Return its IRI."""
    name, _, group_number = number.partition("/")
    group, called = f"SG{group_number}", f"Q{number}"
    question = question_iri(group, name)
    version = question_version_iri(group, name, period)
    said.describe(question, SG17.Question, called, lines)
    said.add(question, SG17.questionNumber, Literal(int(name), datatype=XSD.integer) if name.isdigit() else None, lines)
    said.add(question, SKOS.notation, Literal(called), lines)
    said.add(question, SG17.ofGroup, group_iri(group), lines)
    said.describe(group_iri(group), SG17.StudyGroup, group, lines)
    said.add(group_iri(group), SG17.sector, Literal("ITU-T"), lines)
    said.describe(version, SG17.QuestionVersion, f"{called} ({period})", lines)
    said.add(version, SG17.versionOf, question, lines)
    said.add(version, SG17.studyPeriod, iri("period", period), lines)
    return version


def _predecessor(said: RowStatements, printed: str, period: str, lines: Lines) -> str | None:
    """Add the version that a Question continues, in whole or in part. Return its IRI, or None if the source does not give its period.

    Questions with letters are proposals for the period in which they were to be studied.
    """
    match = _PREDECESSOR.fullmatch(printed)
    if not match or (not match["period"] and match["number"].isdigit()):
        return None
    return add_version(said, f"{match['number']}/{match['group']}", match["period"] or period, lines)


def add_responsibility(said: RowStatements, editions: Editions, row: ResponsibilityRow, document: str, lines: Lines) -> None:
    """Add a text or work item of a Question. A text that is only named in the motivation gives a relation, not a responsibility."""
    version = add_version(said, row.question, row.period, lines)
    known_by = last_day_of(row.as_of) if row.as_of else None
    text = add_work_item(said, row.text, lines) if row.kind == "work item" else add_named(said, editions, row.text, known_by, lines)
    if text is None:  # a proposed number, for the work item that the row names beside it
        text = add_work_item(said, row.provisional or row.text, lines)
        said.add(text, SG17.proposedNumber, Literal(row.text), lines)
    if row.relation == "named in motivation":
        said.add(version, SG17.relatesTo, text, lines)
        return
    node = responsibility_iri(version, row.text, document, whole_day(row.as_of))
    if row.seen == "inferred":  # a different statement from one that is printed
        node += "/inferred"
    said.describe(node, SG17.Responsibility, f"Q{row.question} is responsible for {row.text}", lines)
    said.add(node, SG17.responsibleQuestion, version, lines)
    said.add(node, SG17.deliverable, text, lines)
    said.add(node, SG17.asOf, Literal(row.as_of, datatype=XSD.date) if whole_day(row.as_of) else None, lines)
    said.add(node, SG17.asOfPrinted, Literal(row.as_of) if row.as_of and not whole_day(row.as_of) else None, lines)
    said.add_basis(node, row, lines)


def add_working_party(said: RowStatements, row: WorkingPartyRow, lines: Lines) -> None:
    """Add a working party of a study period and its Questions. A row without one lists Questions that met together, and adds nothing."""
    if not row.working_party:
        return
    party = _working_party(said, row.working_party, row.period, lines)
    said.add(party, DCTERMS.title, Literal(row.name, lang="en") if row.name else None, lines)
    for number in row.questions:
        said.add(add_version(said, number, row.period, lines), SG17.inWorkingParty, party, lines)


def _working_party(said: RowStatements, name: str, period: str, lines: Lines) -> str:
    number, _, group = name.partition("/")
    node = iri("working-party", group, number, period)
    said.describe(node, SG17.WorkingParty, f"{'WP' if number.isdigit() else ''}{name} ({period})", lines)
    said.add(node, SKOS.notation, Literal(f"{'WP' if number.isdigit() else ''}{name}"), lines)
    said.add(node, SG17.ofGroup, group_iri(f"SG{group}"), lines)
    said.add(node, SG17.studyPeriod, iri("period", period), lines)
    return node
