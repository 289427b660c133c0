"""Mapping of all rows of a file of outside facts; rows of ITU and of third parties are kept apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rdflib import URIRef

from sg17kg.facts import EditionFacts, Lines
from sg17kg.graph.mapping.statements import Quad
from sg17kg.graph.numbering import Numbering
from sg17kg.graph.outside import meetings, questions, subseries, work_items
from sg17kg.graph.outside.statements import RowStatements
from sg17kg.graph.outside.texts import Editions, add_edition_group
from sg17kg.outside import (
    CHECK_ONLY,
    THIRD_PARTY,
    AnyRow,
    CircularRow,
    EditionGroupRow,
    MeetingRow,
    OutcomeRow,
    QuestionRow,
    ResponsibilityRow,
    SubseriesRow,
    WorkingPartyRow,
    WorkItemRow,
)

Numbered = tuple[int, AnyRow]


@dataclass(frozen=True)
class RowSource:
    """A file of rows: name and version of the source, IRI of the file, and the day on which the rows were collected."""

    name: str
    version: str
    file: URIRef
    read_on: str


def quads(
    source: RowSource, rows: Sequence[AnyRow], editions: Sequence[EditionFacts], numbering: Numbering, *, third_party: bool
) -> Iterator[Quad]:
    """Yield the statements of the rows; those of third parties only with `third_party`, in separate graphs.

    Rows that only serve to check the circulars are never loaded.
    """
    numbered = list(enumerate(rows, start=1))
    own = [entry for entry in numbered if entry[1].authority not in CHECK_ONLY | THIRD_PARTY]
    known = Editions.of(editions, numbering)
    yield from _said(source.name, source, own, known, numbering)
    if third_party:
        others = [entry for entry in numbered if entry[1].authority in THIRD_PARTY]
        yield from _said(f"{source.name}-third-party", source, others, known, numbering)


def _said(name: str, source: RowSource, rows: Sequence[Numbered], editions: Editions, numbering: Numbering) -> Iterator[Quad]:
    said = RowStatements(name, source.version, source.file, source.read_on, numbering)
    newest = subseries.newest_names(row for _, row in rows if isinstance(row, SubseriesRow))
    several = work_items.revised_in_several_periods(row for _, row in rows if isinstance(row, WorkItemRow))
    for position, row in rows:
        document, lines = said.row(position, row)
        if isinstance(row, WorkItemRow):
            work_items.add_record(said, editions, row, document, lines, several)
        else:
            _add(said, editions, row, document, lines, newest)
    yield from said.quads()


def _add(
    said: RowStatements, editions: Editions, row: AnyRow, document: str, lines: Lines, newest: set[tuple[subseries.Range, str]]
) -> None:
    match row:
        case QuestionRow():
            questions.add_question(said, row, lines)
        case ResponsibilityRow():
            questions.add_responsibility(said, editions, row, document, lines)
        case WorkingPartyRow():
            questions.add_working_party(said, row, lines)
        case MeetingRow():
            meetings.add_meeting(said, row, document, lines)
        case OutcomeRow():
            meetings.add_outcome(said, editions, row, document, lines)
        case CircularRow():
            meetings.add_circular(said, row, lines)
        case EditionGroupRow():
            add_edition_group(said, editions, row, lines)
        case SubseriesRow():
            subseries.add_name(said, row, (subseries.range_of(row), row.name) in newest, lines)
