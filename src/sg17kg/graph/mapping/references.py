"""Mapping of external catalogues: one named graph for each source and version in data/reference/."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD
from rdflib.term import Node

from sg17kg import facts_json, outside
from sg17kg.facts import EditionFacts
from sg17kg.graph import twins
from sg17kg.graph.curated.yaml_lists import rows_of
from sg17kg.graph.mapping import approvals, editions
from sg17kg.graph.mapping.editions import number_of
from sg17kg.graph.mapping.statements import Quad
from sg17kg.graph.numbering import Numbering, numbering_of
from sg17kg.graph.outside import rows, subseries
from sg17kg.graph.outside.rows import RowSource
from sg17kg.graph.rdf_terms import GRAPHS, SG17
from sg17kg.identifiers import StudyPeriod, graph_iri, iri

Triple = tuple[URIRef, URIRef, Node]
_DESCRIBED = ("publisher", "address", "taken", "rights", "records")
_ROWS = "facts"


@dataclass(frozen=True)
class Source:
    """An external source: its name, title, version, the day of that version, and the file of data/reference/ made from it.

    `holds` is the kind of its rows: editions, approvals, twins or rows of outside facts. Versions of one source may share a file, whose
    rows name their version. `publisher`, `address`, `taken` (the part of the source that was used) and `rights` (its own licence statement,
    or that it has none) describe it for users of the graph. `records` is the prefix of the addresses of its records. `complete` means that
    it lists everything of its kind up to its day.
    """

    name: str
    title: str
    version: str
    day: str
    holds: str
    file: Path
    publisher: str | None = None
    address: str | None = None
    taken: str | None = None
    rights: str | None = None
    records: str | None = None
    complete: bool = False

    @property
    def graph(self) -> URIRef:
        """The named graph of its statements."""
        return URIRef(graph_iri("reference", self.name, self.version))


def sources(data: Path) -> list[Source]:
    """Return the sources that data/curated/sources.yaml lists. Raises BuildError if one lacks a key."""
    rows = rows_of(data / "curated" / "sources.yaml", "name", "title", "version", "date", "holds", "file")
    return [
        Source(
            row["name"],
            row["title"],
            str(row["version"]),
            str(row["date"]),
            row["holds"],
            data / "reference" / row["file"],
            **{key: " ".join(row[key].split()) for key in _DESCRIBED if row.get(key)},
            complete=bool(row.get("complete")),
        )
        for row in rows
    ]


def numbering(data: Path) -> Numbering:
    """Return which numbers belong to the same text, as the catalogues of editions print them."""
    return numbering_of(facts for source in sources(data) if source.holds == "editions" for facts in _editions(source))


def quads(data: Path, periods: tuple[StudyPeriod, ...], numbering: Numbering, *, third_party: bool = False) -> Iterator[Quad]:
    """Yield all statements of the external sources, and the source and version of each graph.

    Rows of third parties are included only with `third_party`.

    Of two versions of one source, the graph of the older one contains only what the newer one does not state.
    """
    named = sorted(sources(data), key=lambda source: source.day, reverse=True)
    editions_of = {source: _editions(source) for source in named if source.holds == "editions"}
    everything = list(dict.fromkeys(facts for rows in editions_of.values() for facts in rows))
    said: dict[str, set[Triple]] = {}
    for source in named:
        if source.holds == _ROWS:
            yield from _rows(source, everything, numbering, third_party=third_party)
            yield from _provenance(source)
            continue
        newer = said.setdefault(source.name, set())
        triples = set(_said(source, editions_of.get(source, []), everything, periods, numbering))
        graph = source.graph
        yield from ((*triple, graph) for triple in _with_addresses(source, triples - newer))
        newer |= triples
        yield from _provenance(source)


def _editions(source: Source) -> list[EditionFacts]:
    """Return the rows of a file that belong to this version of the source. A row that names no version belongs to all."""
    return [row for row in facts_json.read_editions(source.file) if row.source_version in (None, source.version)]


def _said(
    source: Source, listed: list[EditionFacts], everything: list[EditionFacts], periods: tuple[StudyPeriod, ...], numbering: Numbering
) -> Iterator[Triple]:
    if source.holds == "editions":
        return editions.triples(listed, numbering, everything)
    if source.holds == "twins":
        return twins.triples(facts_json.read_twins(source.file))
    return approvals.triples(facts_json.read_approvals(source.file), everything, periods, numbering)


def _rows(source: Source, listed_editions: list[EditionFacts], numbering: Numbering, *, third_party: bool) -> Iterator[Quad]:
    """Yield the statements of rows of outside facts, a description of their file, and the subseries of each text."""
    listed = outside.read_rows(source.file)
    content = source.file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    file = URIRef(iri("source", digest))
    yield from rows.quads(
        RowSource(source.name, source.version, file, source.day), listed, listed_editions, numbering, third_party=third_party
    )
    described: list[tuple[URIRef, Node]] = [
        (RDF.type, SG17.SourceFile),
        (RDFS.label, Literal(f"File {source.file.name}", lang="en")),
        (SG17.fileName, Literal(source.file.name)),
        (SG17.sha256, Literal(digest)),
        (SG17.lineCount, Literal(len(listed), datatype=XSD.integer)),
    ]
    yield from ((file, predicate, value, GRAPHS.provenance) for predicate, value in described)
    ranges = [subseries.range_of(row) for row in listed if isinstance(row, outside.SubseriesRow)]
    numbers = {number_of(facts, numbering) for facts in listed_editions if not facts.part}
    graph = source.graph
    yield from ((*triple, graph) for triple in subseries.memberships(ranges, numbers))


def _with_addresses(source: Source, triples: set[Triple]) -> set[Triple]:
    """Return the triples plus the address of each record of the source, where a statement can be verified."""
    if not source.records:
        return triples
    named = {(node, name) for node, predicate, name in triples if predicate == SG17.catalogueRecord}
    return triples | {(node, SG17.recordAddress, URIRef(f"{source.records}{name}")) for node, name in named}


def _provenance(source: Source) -> Iterator[Quad]:
    node = URIRef(iri("source", source.name, source.version))
    described = (
        (DCTERMS.publisher, Literal(source.publisher) if source.publisher else None),
        (SG17.link, URIRef(source.address) if source.address else None),
        (DCTERMS.description, Literal(source.taken, lang="en") if source.taken else None),
        (DCTERMS.rights, Literal(source.rights, lang="en") if source.rights else None),
    )
    yield from ((node, predicate, value, GRAPHS.provenance) for predicate, value in described if value is not None)
    origin: tuple[tuple[URIRef, URIRef, Node], ...] = (
        (source.graph, RDF.type, PROV.Entity),
        (source.graph, PROV.wasDerivedFrom, node),
        (node, RDF.type, SG17.Catalogue),
        (node, RDFS.label, Literal(f"{source.title}, {source.version}", lang="en")),
        (node, DCTERMS.issued, Literal(source.day, datatype=XSD.date)),
        (node, SG17.listsKind, Literal(source.holds)),
        (node, SG17.complete, Literal(source.complete)),
    )
    yield from ((*row, GRAPHS.provenance) for row in origin)
