"""Lookup of the text, draft or work item that a row refers to, and mapping of rows on editions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal as OneOf

from rdflib import Literal
from rdflib.namespace import XSD

from sg17kg.facts import EditionFacts, Lines
from sg17kg.graph.mapping.decisions import add_text
from sg17kg.graph.mapping.editions import WholeEditions, name_of, text_iri
from sg17kg.graph.numbering import Numbering
from sg17kg.graph.outside.statements import RowStatements
from sg17kg.graph.rdf_terms import SG17
from sg17kg.identifiers import deliverable_iri, group_iri, work_item_iri
from sg17kg.outside import EditionGroupRow
from sg17kg.text_numbers import PROVISIONAL_NAME

_HANDLES = "https://handle.itu.int/"
_NAME = re.compile(PROVISIONAL_NAME)
Meaning = OneOf["text", "proposal"]


@dataclass(frozen=True)
class Editions:
    """The editions that catalogues list: the day on which each text was first approved, and the IRIs of editions and parts."""

    first: Mapping[str, str]
    by_month: Mapping[tuple[str, str], str]
    parts: Mapping[str, str]

    @classmethod
    def of(cls, listed: Sequence[EditionFacts], numbering: Numbering) -> "Editions":
        """Index the editions of catalogues."""
        first: dict[str, str] = {}
        by_month: dict[tuple[str, str], str] = {}
        parts: dict[str, str] = {}
        whole = WholeEditions(listed, numbering)
        for facts in listed:
            month = "-".join(reversed(facts.edition.split("/")))
            node = text_iri(facts, whole, numbering)
            for number in (facts.number, *facts.also):
                if not facts.part:
                    first[number] = min(first.get(number, facts.approved_on), facts.approved_on)
                    by_month[number, month] = f"{node}/{month}"
            if facts.part:
                parts[name_of(facts, numbering)] = node
        return cls(first, by_month, parts)

    def means(self, number: str, day: str | None) -> Meaning:
        """Return whether a number that is named by a day means the text that has it, or is a proposal for a future text.

        A number that is named before its first edition is a proposal, because another text may get the number later.
        """
        first = self.first.get(number)
        if number in self.parts:
            return "text"
        return "text" if first and (day is None or first <= day) else "proposal"


def add_named(said: RowStatements, editions: Editions, name: str, day: str | None, lines: Lines) -> str | None:
    """Add the text with a number. Return its IRI, or None for a proposal. `name` is a number, or a part ("X.691 (2002) Amd.2")."""
    if editions.means(name, day) == "proposal":
        return None
    if name in editions.parts:
        return editions.parts[name]
    return add_text(said, name, None, lines)


def add_work_item(said: RowStatements, name: str, lines: Lines) -> str:
    """Add the work item with a name, and return its IRI. A name based on a number ("X.660 rev") is no provisional name."""
    node = work_item_iri(name)
    said.describe(node, SG17.WorkItem, name, lines)
    said.add(node, SG17.provisionalName, Literal(name) if _NAME.fullmatch(name) else None, lines)
    return node


def add_draft(said: RowStatements, number: str, meeting: str, lines: Lines) -> str:
    """Add the draft that a meeting considered under a number, and return its IRI. It is not linked to a text that got the number later."""
    node = f"{_draft_of(meeting)}/{deliverable_iri(number).rsplit('/', 1)[1]}"
    said.describe(node, SG17.Draft, f"Draft under the number {number}", lines)
    said.add(node, SG17.proposedNumber, Literal(number), lines)
    said.add(node, SG17.putTo, meeting, lines)
    return node


def _draft_of(meeting: str) -> str:
    return meeting.replace("/meeting/", "/draft/", 1)


def add_edition_group(said: RowStatements, editions: Editions, row: EditionGroupRow, lines: Lines) -> bool:
    """Add the study group at the approval of an edition, and its handle. Return False if no catalogue lists the edition."""
    month = row.approved[:7] if row.approved else row.edition
    node = editions.by_month.get((row.text, month))
    if node is None:
        return False
    said.add(node, SG17.groupAtApproval, group_iri(row.group), lines)
    said.describe(group_iri(row.group), SG17.StudyGroup, row.group, lines)
    said.add(group_iri(row.group), SG17.sector, Literal("ITU-T"), lines)
    said.add(node, SG17.handle, Literal(row.handle, datatype=XSD.string) if row.handle else None, lines)
    said.add(node, SG17.handleAddress, f"{_HANDLES}{row.handle}" if row.handle else None, lines)
    return True
