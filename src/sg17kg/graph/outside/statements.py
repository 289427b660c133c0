"""Triples with the row that states them; a row is cited like a line of its document."""

import calendar
import hashlib
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD
from rdflib.term import Node

from sg17kg.facts import Lines
from sg17kg.graph.mapping.statements import Quad, Statements
from sg17kg.graph.numbering import Numbering
from sg17kg.graph.rdf_terms import SG17, VOC
from sg17kg.identifiers import graph_iri, iri, slug
from sg17kg.outside import Row

_LANGUAGE = "en"
_LONGEST_NAME = 60


@lru_cache(maxsize=4096)
def document_iri(address: str) -> str:
    """Return the IRI of an outside document, based on its address."""
    return iri("source", "page", hashlib.sha256(address.encode()).hexdigest()[:12])


def document_name(address: str) -> str:
    """Return a short name for an outside document: its host and the end of its path."""
    parts = urlsplit(address)
    host = parts.netloc.removeprefix("www.") or "document"
    path = unquote(parts.path + (f"?{parts.query}" if parts.query else "")).strip("/")
    tail = path if len(path) <= _LONGEST_NAME else "…" + path[-_LONGEST_NAME:]
    return f"{host}: {tail}" if tail else host


def last_day_of(partial: str) -> str:
    """Return the last day of a day, month or year: "2008-04" gives "2008-04-30"."""
    year, month, day = (int(part) for part in (*partial.split("-"), *("0", "0"))[:3])
    if day:
        return partial
    month = month or 12
    return date(year, month, calendar.monthrange(year, month)[1]).isoformat()


def first_day_of(partial: str | None) -> str | None:
    """Return the first day of a day, month or year; None for None."""
    return f"{partial}-01-01"[: len("2008-04-18")] if partial else None


def whole_day(partial: str | None) -> str | None:
    """Return the date if it is a full date, else None."""
    return partial if partial and len(partial) == len("2008-04-18") else None


class RowStatements(Statements):
    """Collector of the statements of the rows of a file. Lines are rows: (7, 7) is the seventh. It fills one graph, and one of evidence."""

    def __init__(self, name: str, version: str, file: URIRef, read_on: str, numbering: Numbering) -> None:
        """Create a collector. `name` and `version` are those of the source, `file` is the IRI of the file, `read_on` the day of reading.

        `numbering` maps numbers to texts.
        """
        super().__init__(iri("source", name, version), _LANGUAGE, name, file, numbering)
        self.graph = URIRef(graph_iri("reference", name, version))
        self.evidence_graph = URIRef(graph_iri("evidence", "reference", name, version))
        self._read_on = read_on
        self._rows: dict[int, Row] = {}

    def row(self, position: int, row: Row) -> tuple[str, Lines]:
        """Describe the document of a row. Return its IRI, and the lines by which the row is cited."""
        self._rows[position] = row
        lines = (position, position)
        node = document_iri(row.source)
        self.describe(node, SG17.OutsideDocument, document_name(row.source), lines)
        if urlsplit(row.source).scheme in ("http", "https"):
            self.add(node, SG17.link, _address(row.source), lines)
        self.add(node, DCTERMS.issued, _day(whole_day(row.source_date)), lines)
        self.add(node, SG17.saidNotAfter, _day(self.said_not_after(row)), lines)
        if not whole_day(row.source_date):
            self.add(node, SG17.saidNotBefore, _day(first_day_of(row.source_date)), lines)
            self.add(node, SG17.readOn, _day(self._read_on), lines)
        self.add(node, SG17.authority, VOC[f"authority/{slug(row.authority)}"], lines)
        return node, lines

    def said_not_after(self, row: Row) -> str:
        """Return the last day on which the source can have stated it: that of its date, but at most the day of reading."""
        return min(last_day_of(row.source_date), self._read_on) if row.source_date else self._read_on

    def add_basis(self, node: str, row: Row, lines: Lines) -> None:
        """Add the passage and the basis of a statement: printed there, or inferred by the collector from what is printed there."""
        passage = self.passage(lines)
        self.add(node, SG17.statedIn, passage, lines)
        self.add(node, SG17.basis, VOC["basis/stated" if row.seen == "verbatim" else "basis/inferred"], lines)
        self.add(node, PROV.wasDerivedFrom, None if row.seen == "verbatim" else passage, lines)

    def passage(self, lines: Lines) -> URIRef:
        """Return the IRI of a row, below that of its document."""
        return URIRef(f"{document_iri(self._rows[lines[0]].source)}/{_LANGUAGE}/lines/{lines[0]}")

    def describe_passage(self, lines: Lines, graph: URIRef) -> Iterator[Quad]:
        """Yield the description of a row: its document, file and position, and its basis if the collector inferred it."""
        address = self._rows[lines[0]].source
        place = Literal(lines[0], datatype=XSD.integer)
        rows: list[tuple[URIRef, Node]] = [
            (RDF.type, SG17.Passage),
            (RDFS.label, Literal(f"{document_name(address)}, row {lines[0]} of {self.label}", lang="en")),
            (DCTERMS.isPartOf, URIRef(document_iri(address))),
            (SG17.sourceFile, self._file),
            (SG17.firstLine, place),
            (SG17.lastLine, place),
        ]
        if self._rows[lines[0]].seen == "inferred":
            rows += [(SG17.basis, URIRef(VOC["basis/inferred"])), (PROV.wasDerivedFrom, URIRef(document_iri(address)))]
        yield from ((self.passage(lines), predicate, value, graph) for predicate, value in rows)


def _day(value: str | None) -> Literal | None:
    return Literal(value, datatype=XSD.date) if value else None


def _address(text: str) -> str:
    """Return the first address of a source, up to the first blank, with characters that are not allowed in IRIs percent-encoded."""
    first = text.split(" ", 1)[0]
    return "".join(char if char not in '<>"{}|^`\\' else f"%{ord(char):02X}" for char in first)
