"""Mapping of rows on subseries: ranges of numbers, their names, and the texts within them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from sg17kg.facts import Lines
from sg17kg.graph.outside.statements import RowStatements
from sg17kg.graph.rdf_terms import SG17, VOC
from sg17kg.identifiers import deliverable_iri, iri, slug
from sg17kg.outside import SubseriesRow

SCHEME = VOC["subseries"]
_PLAIN = re.compile(r"([A-Z])\.(\d+)")


@dataclass(frozen=True)
class Range:
    """A range of numbers of a series, both ends included. `last` is None if the table leaves it open."""

    series: str
    first: int
    last: int | None

    @property
    def iri(self) -> str:
        """The IRI of the subseries: subseries/X/1200-1229."""
        return iri("subseries", self.series, f"{self.first}-{self.last or ''}")

    @property
    def name(self) -> str:
        """Name of the range: X.1200-X.1229."""
        return f"{self.series}.{self.first}-{self.series}.{self.last or ''}"

    def holds(self, series: str, number: int) -> bool:
        """Return whether the range contains a number."""
        return series == self.series and self.first <= number and (self.last is None or number <= self.last)

    def within(self, other: "Range") -> bool:
        """Return whether the range is a proper part of another range."""
        if self == other or self.series != other.series or self.first < other.first:
            return False
        return other.last is None or (self.last is not None and self.last <= other.last)


def range_of(row: SubseriesRow) -> Range:
    """Return the range that a row names."""
    return Range(row.series, row.first, row.last)


def add_name(said: RowStatements, row: SubseriesRow, newest: bool, lines: Lines) -> None:
    """Add a name of a range, with the first and last month of editions that print it. The newest name is the preferred label."""
    span = range_of(row)
    said.describe(span.iri, SKOS.Concept, span.name, lines)
    said.add(span.iri, RDF.type, SG17.Subseries, lines)
    said.add(span.iri, SKOS.inScheme, SCHEME, lines)
    said.add(span.iri, SKOS.notation, Literal(span.name), lines)
    said.add(span.iri, SG17.firstNumber, Literal(span.first, datatype=XSD.integer), lines)
    said.add(span.iri, SG17.lastNumber, None if span.last is None else Literal(span.last, datatype=XSD.integer), lines)
    said.add(span.iri, SKOS.prefLabel if newest else SKOS.altLabel, Literal(row.name, lang="en"), lines)
    node = f"{span.iri}/name/{slug(row.name)}-{row.first_seen}"  # some names differ only in capitals
    said.describe(node, SG17.SubseriesName, f"{span.name}: {row.name}", lines)
    said.add(node, SG17.nameOf, span.iri, lines)
    said.add(node, DCTERMS.title, Literal(row.name, lang="en"), lines)
    said.add(node, SG17.printedFrom, Literal(row.first_seen, datatype=XSD.gYearMonth), lines)
    said.add(node, SG17.printedUntil, Literal(row.last_seen, datatype=XSD.gYearMonth), lines)


def newest_names(rows: Iterable[SubseriesRow]) -> set[tuple[Range, str]]:
    """Return for each range the name that the newest edition prints; if it prints two, the older one."""
    newest: dict[Range, SubseriesRow] = {}
    for row in rows:
        held = newest.get(range_of(row))
        if held is None or (row.last_seen, held.first_seen, row.name) > (held.last_seen, row.first_seen, held.name):
            newest[range_of(row)] = row
    return {(span, row.name) for span, row in newest.items()}


def memberships(ranges: Iterable[Range], numbers: Iterable[str]) -> Iterator[tuple[URIRef, URIRef, Node]]:
    """Yield the narrowest ranges that contain each text, and the nesting of ranges. Both follow from the numbers alone."""
    known = sorted(set(ranges), key=lambda span: (span.series, span.first, span.last or 0))
    for number in sorted(set(numbers)):
        match = _PLAIN.match(number)
        holding = [span for span in known if match and span.holds(match[1], int(match[2]))]
        for span in _narrowest(holding):
            yield URIRef(deliverable_iri(number)), SG17.inSubseries, URIRef(span.iri)
    for span in known:
        for parent in _narrowest([other for other in known if span.within(other)]):
            yield URIRef(span.iri), SKOS.broader, URIRef(parent.iri)
    yield URIRef(SCHEME), RDF.type, SKOS.ConceptScheme
    yield URIRef(SCHEME), RDFS.label, Literal("Subseries of ITU-T Recommendations", lang="en")


def _narrowest(spans: list[Range]) -> list[Range]:
    """Return the ranges that contain no other of these ranges."""
    return [span for span in spans if not any(other.within(span) for other in spans)]
