"""Mapping of approvals in a bulletin to triples: one notice each, with its text, edition and announcement."""

from collections.abc import Iterator, Sequence
from datetime import date

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, XSD
from rdflib.term import Node

from sg17kg.facts import ApprovalFacts, EditionFacts
from sg17kg.graph.mapping.editions import WholeEditions, describe_text, name_of, printed_name, text_iri
from sg17kg.graph.numbering import Numbering, printed_of
from sg17kg.graph.rdf_terms import SG17, VOC
from sg17kg.identifiers import StudyPeriod, circular_iri, iri, study_period_of

_Triples = Iterator[tuple[URIRef, URIRef, Node]]


def triples(
    approvals: Sequence[ApprovalFacts], editions: Sequence[EditionFacts], periods: tuple[StudyPeriod, ...], numbering: Numbering
) -> _Triples:
    """Yield all statements of the bulletin.

    `editions` give the edition that a part changes, `periods` the study period of a circular; `numbering` maps numbers to texts.
    """
    whole = WholeEditions(editions, numbering)
    for facts in approvals:
        yield from _notice(facts, whole, periods, numbering)


def _notice(facts: ApprovalFacts, whole: WholeEditions, periods: tuple[StudyPeriod, ...], numbering: Numbering) -> _Triples:
    text, called = URIRef(text_iri(facts, whole, numbering)), name_of(facts, numbering)
    yield from describe_text(facts, text, numbering)
    issue = URIRef(iri("bulletin", facts.bulletin))
    yield from _described(issue, SG17.Bulletin, f"ITU Operational Bulletin No. {facts.bulletin}")
    yield issue, DCTERMS.issued, Literal(facts.date, datatype=XSD.date)
    yield issue, SG17.catalogueRecord, Literal(f"issues/{facts.bulletin}/general.yaml")
    month, year = facts.edition.split("/")
    by = facts.announcement or (f"TSB Circular {facts.circular}" if facts.circular else "no announcement named")
    notice = URIRef(iri("bulletin", facts.bulletin, "approval", f"{called} {year}-{month}"))
    yield from _described(notice, SG17.ApprovalNotice, f"Approval of {printed_name(facts)} ({facts.edition}), {by}")
    if facts.also:
        yield notice, SG17.printedNumber, Literal("/".join(printed_of(facts)))
    yield notice, SG17.notifiedIn, issue
    yield notice, SG17.noticeOf, text
    yield notice, SG17.noticeEdition, Literal(facts.edition)
    if facts.procedure:
        yield notice, SG17.approvalProcedure, VOC[f"procedure/{facts.procedure.lower()}"]
    if facts.announcement:
        yield notice, SG17.announcement, Literal(facts.announcement)
    period = study_period_of(date.fromisoformat(facts.date), periods)
    if facts.circular and period:
        yield from _circular(notice, facts.circular, period)


def _circular(notice: URIRef, number: int, period: str) -> _Triples:
    """Yield the circular that announced the approval. Numbering restarts each study period, so the date of the bulletin identifies it."""
    circular = URIRef(circular_iri(period, number))
    yield from _described(circular, SG17.Circular, f"TSB Circular {number} ({period})")
    yield circular, SG17.circularNumber, Literal(number, datatype=XSD.integer)
    yield circular, SG17.studyPeriod, URIRef(iri("period", period))
    yield notice, SG17.announcedBy, circular


def _described(node: URIRef, kind: URIRef, label: str) -> _Triples:
    yield node, RDF.type, kind
    yield node, RDFS.label, Literal(label, lang="en")
