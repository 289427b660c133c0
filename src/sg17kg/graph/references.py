"""What other catalogues say: each file of data/reference/ in one named graph, by source and version."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD
from rdflib.term import Node

from sg17kg import facts_json
from sg17kg.graph import approvals, editions, twins
from sg17kg.graph.curated_files import rows_of
from sg17kg.graph.statements import Quad
from sg17kg.graph.terms import GRAPHS, SG17
from sg17kg.identifiers import StudyPeriod, graph_iri, iri
from sg17kg.records import EditionFacts

Triple = tuple[URIRef, URIRef, Node]


@dataclass(frozen=True)
class Source:
    """An outside source: its name, title, version, day of that version, and the file of data/reference/ made from it.

    `holds` says what the file lists: editions, approvals or twins. Versions of one source may share a file, whose rows name theirs.
    """

    name: str
    title: str
    version: str
    day: str
    holds: str
    file: Path

    @property
    def graph(self) -> URIRef:
        """The named graph that holds what it says."""
        return URIRef(graph_iri("reference", self.name, self.version))


def sources(data: Path) -> list[Source]:
    """The sources that data/curated/sources.yaml names. Raises BuildError where one lacks a key."""
    rows = rows_of(data / "curated" / "sources.yaml", "name", "title", "version", "date", "holds", "file")
    return [
        Source(row["name"], row["title"], str(row["version"]), str(row["date"]), row["holds"], data / "reference" / row["file"])
        for row in rows
    ]


def quads(data: Path, periods: tuple[StudyPeriod, ...]) -> Iterator[Quad]:
    """Everything that the outside sources say, and which graph came from which version of which.

    Of two versions of one source, the older one's graph holds what the newer does not say.
    """
    named = sorted(sources(data), key=lambda source: source.day, reverse=True)
    editions_of = {source: _editions(source) for source in named if source.holds == "editions"}
    everything = list(dict.fromkeys(facts for rows in editions_of.values() for facts in rows))
    said: dict[str, set[Triple]] = {}
    for source in named:
        newer = said.setdefault(source.name, set())
        triples = set(_said(source, editions_of.get(source, []), everything, periods))
        yield from ((*triple, source.graph) for triple in triples - newer)
        newer |= triples
        yield from _provenance(source)


def _editions(source: Source) -> list[EditionFacts]:
    """The rows of a file that are of this version of the source; a row that names none is of every version."""
    return [row for row in facts_json.read_editions(source.file) if row.source_version in (None, source.version)]


def _said(source: Source, listed: list[EditionFacts], everything: list[EditionFacts], periods: tuple[StudyPeriod, ...]) -> Iterator[Triple]:
    if source.holds == "editions":
        return editions.triples(listed, everything)
    if source.holds == "twins":
        return twins.triples(facts_json.read_twins(source.file))
    return approvals.triples(facts_json.read_approvals(source.file), everything, periods)


def _provenance(source: Source) -> Iterator[Quad]:
    node = URIRef(iri("source", source.name, source.version))
    rows: tuple[tuple[URIRef, URIRef, Node], ...] = (
        (source.graph, RDF.type, PROV.Entity),
        (source.graph, PROV.wasDerivedFrom, node),
        (node, RDF.type, SG17.Catalogue),
        (node, RDFS.label, Literal(f"{source.title}, {source.version}", lang="en")),
        (node, DCTERMS.issued, Literal(source.day, datatype=XSD.date)),
    )
    yield from ((*row, GRAPHS.provenance) for row in rows)
