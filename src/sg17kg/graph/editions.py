"""Editions of a catalogue as triples, one named graph a catalogue and version."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD
from rdflib.term import Node

from sg17kg import facts_json
from sg17kg.errors import BuildError
from sg17kg.graph.statements import Quad
from sg17kg.graph.terms import GRAPHS, SG17, STO, VOC
from sg17kg.identifiers import deliverable_iri, graph_iri, group_iri, iri, slug
from sg17kg.records import EditionFacts

_PART_CLASSES = {"Amd": SG17.Amendment, "Cor": SG17.Corrigendum}
_PART_ROLES = {"Amd": SG17.amends, "Cor": SG17.corrects}


@dataclass(frozen=True)
class Catalogue:
    """A catalogue of editions: its name, title, version, day of that version, and the file made from it."""

    name: str
    title: str
    version: str
    day: str
    file: Path

    @property
    def graph(self) -> URIRef:
        """The named graph that holds what it says."""
        return URIRef(graph_iri("reference", self.name, self.version))


def catalogues(data: Path) -> list[Catalogue]:
    """The catalogues that data/curated/sources.yaml names. Raises BuildError where one lacks a key."""
    path = data / "curated" / "sources.yaml"
    try:
        rows: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
        return [
            Catalogue(row["name"], row["title"], str(row["version"]), str(row["date"]), data / "reference" / row["file"]) for row in rows
        ]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise BuildError(f"{path}: {error}; each source has name, title, version, date, file") from error


def quads(catalogue: Catalogue) -> Iterator[Quad]:
    """Everything that a catalogue says of the editions in its file."""
    editions = facts_json.read_editions(catalogue.file)
    for facts in editions:
        for triple in _edition(facts, editions):
            yield (*triple, catalogue.graph)
    source = URIRef(iri("source", catalogue.name, catalogue.version))
    rows: list[tuple[URIRef, URIRef, Node]] = [
        (catalogue.graph, RDF.type, PROV.Entity),
        (catalogue.graph, PROV.wasDerivedFrom, source),
        (source, RDF.type, SG17.Catalogue),
        (source, RDFS.label, Literal(f"{catalogue.title}, {catalogue.version}", lang="en")),
        (source, DCTERMS.issued, Literal(catalogue.day, datatype=XSD.date)),
    ]
    yield from ((*row, GRAPHS.provenance) for row in rows)


_Triples = Iterator[tuple[URIRef, URIRef, Node]]


def _edition(facts: EditionFacts, editions: Sequence[EditionFacts]) -> _Triples:
    text = _part_iri(facts, editions) if facts.part else deliverable_iri(facts.number)
    called = f"{facts.number} ({facts.of_edition}) {facts.part}" if facts.part else facts.number
    yield from _text(facts, URIRef(text), called)
    month, year = facts.edition.split("/")
    node = URIRef(f"{text}/{year}-{month}")
    rows: list[tuple[URIRef, Node | None]] = [
        (RDF.type, SG17.Edition),
        (RDFS.label, Literal(f"{called} ({facts.edition})", lang="en")),
        (SG17.editionOf, URIRef(text)),
        (SG17.editionMonth, Literal(facts.edition)),
        (SG17.approvedOn, Literal(facts.approved_on, datatype=XSD.date)),
        (DCTERMS.title, Literal(facts.title, lang="en") if facts.title else None),
        (SG17.publication, VOC[f"publication/{facts.publication}"] if facts.publication else None),
        (SG17.link, URIRef(facts.url) if facts.url else None),
        (SG17.catalogueRecord, Literal(facts.source)),
        (SG17.ofGroup, URIRef(group_iri(facts.group)) if facts.group else None),
    ]
    yield from ((node, predicate, value) for predicate, value in rows if value is not None)
    for twin in facts.twins:
        standard = URIRef(iri("standard", slug(twin)))
        yield standard, RDF.type, STO.Standard
        yield standard, RDF.type, SG17.Standard
        yield standard, RDFS.label, Literal(twin, lang="en")
        yield node, SG17.equivalentTo, standard


def _text(facts: EditionFacts, text: URIRef, called: str) -> _Triples:
    """The text of which this is an edition; both halves of a dual number."""
    if facts.part:
        word = facts.part.rpartition(" ")[2].rpartition("/")[2][:3]
        parent = URIRef(deliverable_iri(facts.number))
        yield text, RDF.type, _PART_CLASSES.get(word, SG17.Deliverable)
        yield text, _PART_ROLES.get(word, SG17.changes), parent
        yield from _described(parent, facts.number, _class(facts.number))
    yield from _described(text, called, None if facts.part else _class(facts.number))
    for half in facts.also:
        other = URIRef(deliverable_iri(half))
        yield from _described(other, half, _class(half))
        yield text, SG17.dualNumberOf, other
        yield other, SG17.dualNumberOf, text


def _class(number: str) -> URIRef:
    return SG17.Supplement if " Suppl. " in number else SG17.Recommendation


def _described(node: URIRef, number: str, kind: URIRef | None) -> _Triples:
    if kind is not None:
        yield node, RDF.type, kind
    yield node, RDFS.label, Literal(number, lang="en")
    yield node, SG17.number, Literal(number)


def _part_iri(facts: EditionFacts, editions: Sequence[EditionFacts]) -> str:
    """rec/X.1352/2022-09/amd1 where the edition that it changes is known, else rec/X.1352/amd1."""
    assert facts.part
    parent = deliverable_iri(facts.number)
    name = slug(facts.part).replace("-", "")
    changed = sorted(
        row.approved_on
        for row in editions
        if row.number == facts.number and not row.part and facts.of_edition and row.edition.endswith(facts.of_edition)
    )
    if not changed:
        return f"{parent}/{facts.of_edition}/{name}" if facts.of_edition else f"{parent}/{name}"
    return f"{parent}/{changed[-1][:7]}/{name}"
