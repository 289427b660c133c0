"""Mapping of standards of ISO and ISO/IEC to triples: the standard, its dated editions, and their amendments.

A standard without a year (ISO/IEC 9594-8) is the work; ISO/IEC 9594-8:2020 is an edition of it, with its own stage, committee, subject
codes and titles. A record without a year is an earlier state of one that now has its year, so it gives no triples.
"""

from collections.abc import Iterator, Sequence

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, XSD
from rdflib.term import Node

from sg17kg.facts import TwinFacts
from sg17kg.graph.rdf_terms import SG17, STO, VOC
from sg17kg.identifiers import iri, slug

_Triples = Iterator[tuple[URIRef, URIRef, Node]]


def triples(twins: Sequence[TwinFacts]) -> _Triples:
    """Yield all statements of the catalogue of ISO about dated editions and their changes."""
    for facts in twins:
        if facts.year:
            yield from _edition(facts, facts.year)


def standard_iri(number: str) -> URIRef:
    """Return the IRI of a standard, based on its number without a year: standard/iso-iec-9594-8."""
    return URIRef(iri("standard", slug(number)))


def describe_standard(number: str) -> _Triples:
    """Yield class and name of a standard."""
    standard = standard_iri(number)
    yield standard, RDF.type, STO.Standard
    yield standard, RDF.type, SG17.Standard
    yield standard, RDFS.label, Literal(number, lang="en")


def _edition(facts: TwinFacts, year: str) -> _Triples:
    """Yield the edition of a year: standard/iso-iec-9594-8/2020. For the record of a change, the edition gets only its name and year."""
    standard = standard_iri(facts.number)
    edition, called = URIRef(f"{standard}/{year}"), f"{facts.number}:{year}"
    yield from describe_standard(facts.number)
    yield edition, RDF.type, SG17.StandardEdition
    yield edition, RDFS.label, Literal(called, lang="en")
    yield edition, SG17.standardEditionOf, standard
    yield edition, SG17.standardYear, Literal(year, datatype=XSD.gYear)
    if not facts.change:
        yield from _described(edition, facts)
        return
    change = URIRef(f"{edition}/{slug(facts.change)}")
    yield change, RDF.type, SG17.StandardChange
    yield change, RDFS.label, Literal(f"{called}/{facts.change}", lang="en")
    yield change, SG17.changesStandard, edition
    yield from _described(change, facts)


def _described(node: URIRef, facts: TwinFacts) -> _Triples:
    rows: list[tuple[URIRef, Node | None]] = [
        (SG17.standardStage, VOC[f"iso-stage/{facts.stage}"] if facts.stage else None),
        (SG17.publishedIn, Literal(facts.published, datatype=_precision(facts.published)) if facts.published else None),
        (SG17.editionNumber, Literal(facts.edition_number) if facts.edition_number and not facts.change else None),
        (DCTERMS.title, Literal(facts.title, lang="en") if facts.title else None),
        (DCTERMS.title, Literal(facts.title_fr, lang="fr") if facts.title_fr else None),
        (SG17.link, URIRef(facts.url) if facts.url else None),
        (SG17.catalogueRecord, Literal(facts.source)),
    ]
    yield from ((node, predicate, value) for predicate, value in rows if value is not None)
    yield from ((node, SG17.ics, Literal(code)) for code in facts.ics)
    if facts.committee:
        body = URIRef(iri("body", slug(facts.committee)))
        yield body, RDF.type, SG17.Body
        yield body, RDFS.label, Literal(facts.committee, lang="en")
        yield node, SG17.committee, body


def _precision(day: str) -> URIRef:
    return XSD.gYearMonth if "-" in day else XSD.gYear
