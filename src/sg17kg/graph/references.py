"""What other catalogues say: each file of data/reference/ in one named graph, by source and version."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD
from rdflib.term import Node

from sg17kg import facts_json
from sg17kg.graph import approvals, editions
from sg17kg.graph.curated_files import rows_of
from sg17kg.graph.numbering import Numbering, numbering_of
from sg17kg.graph.statements import Quad
from sg17kg.graph.terms import GRAPHS, SG17
from sg17kg.identifiers import StudyPeriod, graph_iri, iri
from sg17kg.records import EditionFacts


@dataclass(frozen=True)
class Source:
    """An outside source: its name, title, version, day of that version, and the file of data/reference/ made from it.

    `holds` says what the file lists: editions or approvals.
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


def numbering(data: Path) -> Numbering:
    """Which numbers are one text's, as the catalogues of editions print them."""
    return numbering_of(facts for rows in _catalogues(data).values() for facts in rows)


def _catalogues(data: Path) -> dict[Source, list[EditionFacts]]:
    return {source: facts_json.read_editions(source.file) for source in sources(data) if source.holds == "editions"}


def quads(data: Path, periods: tuple[StudyPeriod, ...], numbering: Numbering) -> Iterator[Quad]:
    """Everything that the outside sources say, and which graph came from which version of which."""
    named, listed = sources(data), _catalogues(data)
    everything = [facts for rows in listed.values() for facts in rows]
    for source in named:
        said = (
            editions.triples(listed[source], numbering)
            if source in listed
            else approvals.triples(facts_json.read_approvals(source.file), everything, periods, numbering)
        )
        yield from ((*triple, source.graph) for triple in said)
        yield from _provenance(source)


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
