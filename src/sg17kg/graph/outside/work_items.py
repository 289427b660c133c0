"""Mapping of rows on work items of the work programme."""

from collections.abc import Iterable

from rdflib import Literal
from rdflib.namespace import DCTERMS, XSD

from sg17kg.facts import Lines
from sg17kg.graph.outside.questions import add_version
from sg17kg.graph.outside.statements import RowStatements, last_day_of, whole_day
from sg17kg.graph.outside.texts import Editions, add_named, add_work_item
from sg17kg.graph.rdf_terms import SG17, VOC
from sg17kg.identifiers import responsibility_iri, slug
from sg17kg.outside import WorkItemRow

_ENDED = "Approved"


def revised_in_several_periods(rows: Iterable[WorkItemRow]) -> frozenset[str]:
    """Return the numbers whose revision is named by records of several study periods: each period has a revision of its own."""
    periods: dict[str, set[str | None]] = {}
    for row in rows:
        if row.version == "Rev." and row.number:
            periods.setdefault(row.number, set()).add(row.period)
    return frozenset(number for number, found in periods.items() if len(found) > 1)


def add_record(said: RowStatements, editions: Editions, row: WorkItemRow, document: str, lines: Lines, several: frozenset[str]) -> None:
    """Add one record. The work item is named by its provisional name, else by the number of the text.

    `several` are the numbers from `revised_in_several_periods`.
    """
    name = row.provisional or (_revision(row, several) if row.version == "Rev." else row.number)
    if not name:
        return
    item = add_work_item(said, name, lines)
    said.add(item, DCTERMS.title, Literal(row.title, lang="en"), lines)
    text = _text(said, editions, row, item, lines)
    node = f"{document}/work-item/{lines[0]}"
    said.describe(node, SG17.WorkItemRecord, f"{name}: {row.status or 'listed'}", lines)
    said.add(node, SG17.recordOf, item, lines)
    said.add(node, SG17.programmeStatus, VOC[f"programme-status/{slug(row.status)}"] if row.status else None, lines)
    said.add(node, SG17.statusDate, Literal(row.status_date, datatype=XSD.date) if row.status_date else None, lines)
    said.add(node, SG17.approvalProcedure, VOC[f"procedure/{row.process.lower()}"] if row.process else None, lines)
    said.add(node, SG17.timing, Literal(row.timing) if row.timing else None, lines)
    said.add(node, SG17.programmeNumber, Literal(row.isn, datatype=XSD.integer) if row.isn else None, lines)
    said.add(node, SG17.statedIn, said.passage(lines), lines)
    if row.question and row.period:
        _add_owner(said, row, (item, name), document, lines)
    if text and row.status == _ENDED and row.version == "New":
        said.add(item, SG17.resultedIn, text, lines)


def _revision(row: WorkItemRow, several: frozenset[str]) -> str:
    return f"{row.number} rev {row.period}" if row.number in several and row.period else f"{row.number} rev"


def _text(said: RowStatements, editions: Editions, row: WorkItemRow, item: str, lines: Lines) -> str | None:
    """Add the text with the number of the record, and return its IRI. A number without an edition by then is a proposal and gives None."""
    if not row.number:
        return None
    day = row.status_date or (last_day_of(row.source_date) if row.source_date else None)
    text = add_named(said, editions, row.number, day, lines)
    if text is None:
        said.add(item, SG17.proposedNumber, Literal(row.number), lines)
    elif row.version == "Rev.":
        said.add(item, SG17.revises, text, lines)
    return text


def _add_owner(said: RowStatements, row: WorkItemRow, item: tuple[str, str], document: str, lines: Lines) -> None:
    assert row.question, "called for rows with a Question"
    assert row.period, "called for rows with a period"
    version = add_version(said, row.question, row.period, lines)
    day = whole_day(row.status_date) or whole_day(row.source_date)
    node = responsibility_iri(version, item[1], document, day)
    said.describe(node, SG17.Responsibility, f"Q{row.question} is responsible for {item[1]}", lines)
    said.add(node, SG17.responsibleQuestion, version, lines)
    said.add(node, SG17.deliverable, item[0], lines)
    said.add(node, SG17.asOf, Literal(day, datatype=XSD.date) if day else None, lines)
    said.add_basis(node, row, lines)
