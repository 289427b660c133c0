"""Mapping of the editions of a catalogue to triples."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from sg17kg.facts import ApprovalFacts, EditionFacts
from sg17kg.graph.numbering import Numbering, printed_of
from sg17kg.graph.rdf_terms import SG17, VOC
from sg17kg.graph.twins import describe_standard, standard_iri
from sg17kg.identifiers import deliverable_iri, group_iri, slug
from sg17kg.text_numbers import kind_of_number

_Triples = Iterator[tuple[URIRef, URIRef, Node]]
Listed = EditionFacts | ApprovalFacts
_CLASSES = {"supplement": SG17.Supplement, "technical-report": SG17.TechnicalReport}
_PART_CLASSES = {"Amd": SG17.Amendment, "Cor": SG17.Corrigendum}
_PART_ROLES = {"Amd": SG17.amends, "Cor": SG17.corrects}
_EDITION_ROLES = {"Amd": SG17.amendsEdition, "Cor": SG17.correctsEdition}


class WholeEditions:
    """The editions of whole texts that catalogues list, by the number of the text. A part changes one of them."""

    def __init__(self, rows: Iterable[EditionFacts], numbering: Numbering) -> None:
        """Index the editions. `numbering` maps numbers to texts."""
        self._by_number: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for facts in rows:
            if not facts.part:
                self._by_number[number_of(facts, numbering)].append((facts.approved_on, facts.edition))

    def of_year(self, number: str, year: str) -> str | None:
        """Return the edition (MM/YYYY) of a year, the last if there are several, or None if none is listed."""
        return max((entry for entry in self._by_number.get(number, ()) if entry[1].endswith(year)), default=("", None))[1]


def triples(editions: Sequence[EditionFacts], numbering: Numbering, everything: Sequence[EditionFacts] | None = None) -> _Triples:
    """Yield all statements of a catalogue. `numbering` maps numbers to texts.

    `everything` are the editions of all versions of the catalogue, if `editions` are those of one version.
    """
    known = editions if everything is None else everything
    whole = WholeEditions(known, numbering)
    for facts in editions:
        yield from _edition(facts, whole, numbering)
    yield from relations(editions, known, numbering)


def _edition(facts: EditionFacts, whole: WholeEditions, numbering: Numbering) -> _Triples:
    text, called = text_iri(facts, whole, numbering), name_of(facts, numbering)
    yield from describe_text(facts, URIRef(text), numbering)
    if facts.also:
        yield from _numbers(facts, URIRef(text), numbering)
    if changed := _changed_edition(facts, whole, numbering):
        yield URIRef(text), _EDITION_ROLES.get(_kind_of_part(facts), SG17.changesEdition), URIRef(changed)
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
        (SG17.listedStage, VOC[f"listed-stage/{facts.stage}"] if facts.stage else None),
        (SG17.editionNumber, Literal(facts.edition_number) if facts.edition_number else None),
    ]
    yield from ((node, predicate, value) for predicate, value in rows if value is not None)
    for twin in facts.twins:
        yield from describe_standard(twin)
        yield node, SG17.equivalentTo, standard_iri(twin)


def relations(rows: Sequence[EditionFacts], everything: Sequence[EditionFacts], numbering: Numbering) -> _Triples:
    """Yield the statements of a catalogue about texts rather than editions.

    These are the group that owns the number on the day of the catalogue, and the Supplements.

    `everything` are the editions of all versions. A Supplement without an edition there belongs to another group and is left out.
    """
    listed = {facts.number for facts in everything}
    for facts in rows:
        text = URIRef(deliverable_iri(number_of(facts, numbering)))  # a part's record speaks of the whole text
        if facts.group:
            yield text, SG17.ofGroup, URIRef(group_iri(facts.group))
        for supplement in facts.complemented_by:
            if supplement in listed:
                yield URIRef(deliverable_iri(supplement)), SG17.complements, text


def _numbers(facts: EditionFacts, text: URIRef, numbering: Numbering) -> _Triples:
    """Yield the other numbers of a text, or of a part of it, as the catalogue prints them.

    Each number of a pair is a notation of the text.
    """
    pair, parent = printed_of(facts), URIRef(deliverable_iri(number_of(facts, numbering)))
    for other in numbering.others_of(pair):
        yield parent, SG17.otherNumber, Literal(other)
        if facts.part:
            yield text, SG17.otherNumber, Literal(_named(other, facts))
    for half in pair:
        yield parent, SKOS.notation, Literal(half)


def describe_text(facts: Listed, text: URIRef, numbering: Numbering) -> _Triples:
    """Yield class, number and parent of the text to which an edition or approval belongs."""
    number = number_of(facts, numbering)
    if facts.part:
        word = _kind_of_part(facts)
        parent = URIRef(deliverable_iri(number))
        yield text, RDF.type, _PART_CLASSES.get(word, SG17.Deliverable)
        yield text, _PART_ROLES.get(word, SG17.changes), parent
        yield from _described(parent, number, _class(number))
    yield from _described(text, name_of(facts, numbering), None if facts.part else _class(number))


def _kind_of_part(facts: Listed) -> str:
    return (facts.part or "").rpartition(" ")[2].rpartition("/")[2][:3]


def _class(number: str) -> URIRef:
    return _CLASSES.get(kind_of_number(number), SG17.Recommendation)


def _described(node: URIRef, number: str, kind: URIRef | None) -> _Triples:
    if kind is not None:
        yield node, RDF.type, kind
    yield node, RDFS.label, Literal(number, lang="en")
    yield node, SG17.number, Literal(number)


def number_of(facts: Listed, numbering: Numbering) -> str:
    """Return the number that names the text, regardless of which of its numbers are printed."""
    return numbering.number_of("/".join(printed_of(facts)))


def name_of(facts: Listed, numbering: Numbering) -> str:
    """Return the name of the text as ITU prints it, under the number that names it: X.1280, X.1352 (2022) Amd.1."""
    return _named(number_of(facts, numbering), facts)


def printed_name(facts: Listed) -> str:
    """Return the name of the text under all numbers that the source prints: D.1140/X.1261."""
    return _named("/".join(printed_of(facts)), facts)


def _named(number: str, facts: Listed) -> str:
    if not facts.part:
        return number
    return f"{number} ({facts.of_edition}) {facts.part}" if facts.of_edition else f"{number} {facts.part}"


def text_iri(facts: Listed, whole: WholeEditions, numbering: Numbering) -> str:
    """Return the IRI of the text. That of a part is rec/X.1352/2022-09/amd1 if the changed edition is listed, else rec/X.1352/2022/amd1 or,
    without a year, rec/X.1352/amd1.
    """
    number = number_of(facts, numbering)
    parent = deliverable_iri(number)
    if not facts.part:
        return parent
    name = slug(facts.part).replace("-", "")
    changed = _changed_edition(facts, whole, numbering)
    if not changed:
        return f"{parent}/{facts.of_edition}/{name}" if facts.of_edition else f"{parent}/{name}"
    return f"{changed}/{name}"


def _changed_edition(facts: Listed, whole: WholeEditions, numbering: Numbering) -> str | None:
    """Return the IRI of the edition that a part changes: that of the year in the name of the part, the last if there are several.

    Return None if no such edition is listed.
    """
    if not facts.part or not facts.of_edition:
        return None
    number = number_of(facts, numbering)
    edition = whole.of_year(number, facts.of_edition)
    if edition is None:
        return None
    month, year = edition.split("/")
    return f"{deliverable_iri(number)}/{year}-{month}"
