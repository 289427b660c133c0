"""Identity of a letter: a TSB Circular, or a letter without the number of a circular (announcement, invitation, corrigendum)."""

from dataclasses import dataclass
from datetime import date

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS, XSD
from rdflib.term import Node

from sg17kg.errors import BuildError
from sg17kg.facts import CircularMention, Facts, Lines
from sg17kg.graph.mapping.statements import Statements, graph_path
from sg17kg.graph.rdf_terms import SG17
from sg17kg.identifiers import StudyPeriod, circular_iri, graph_iri, group_iri, iri, slug, study_period_of

Periods = tuple[StudyPeriod, ...]


@dataclass(frozen=True)
class Letter:
    """Identity of a document: IRI, English label, class, where its number stands in the facts, and (study period, number) of a circular."""

    iri: str
    label: str
    kind: URIRef
    number_at: str
    circular: tuple[str, int] | None = None


def letter_of(facts: Facts, periods: Periods = ()) -> Letter:
    """Return the letter, regardless of its language. `periods` give the study period of the circular that it corrects.

    Raises BuildError if nothing identifies it.
    """
    made = _announcement(facts) or _corrigendum(facts, periods) or _collective_letter(facts) or _circular(facts)
    if made is None:
        raise BuildError(
            f"{facts.document.name}: without number and study period, number of an announcement, collective letter or corrigendum "
            "a letter has no IRI; correct it in data/curated"
        )
    return made


def graph_of(facts: Facts, periods: Periods = ()) -> str:
    """Return the IRI of the graph of the statements of the document in its language."""
    return graph_iri(*graph_path(letter_of(facts, periods).iri, facts.document.language))


def _announcement(facts: Facts) -> Letter | None:
    period = facts.circular.study_period
    if not facts.announcement or not period:
        return None
    label = f"Announcement {facts.announcement} ({period})"
    return Letter(iri("announcement", period, facts.announcement), label, SG17.Announcement, "/announcement")


def _corrigendum(facts: Facts, periods: Periods) -> Letter | None:
    period = mentioned_period(facts, facts.refers_to[0], periods) if facts.refers_to else None
    if facts.corrigendum is None or period is None:
        return None
    number = facts.refers_to[0].circular
    label = f"Corrigendum {facts.corrigendum} to {circular_label(period, number)}"
    node = f"{circular_iri(period, number)}/corrigendum/{facts.corrigendum}"
    return Letter(node, label, SG17.CircularCorrigendum, "/corrigendum")


def _collective_letter(facts: Facts) -> Letter | None:
    group, period = group_of_letter(facts), facts.circular.study_period
    if not facts.letter or not group or not period:
        return None
    return Letter(
        collective_letter_iri(group, period, facts.letter.number),
        collective_letter_label(period, facts.letter.number),
        SG17.CollectiveLetter,
        "/letter/number",
    )


def _circular(facts: Facts) -> Letter | None:
    period, number = facts.circular.study_period, facts.circular.number
    if number is None or period is None:
        return None
    return Letter(circular_iri(period, number), circular_label(period, number), SG17.Circular, "/circular/number", (period, number))


def circular_label(period: str, number: int) -> str:
    """Return the label of a circular: TSB Circular 104 (2025-2028)."""
    return f"TSB Circular {number} ({period})"


def collective_letter_iri(group: str, period: str, number: str) -> str:
    """Return the IRI of a collective letter: collective-letter/sg17/2025-2028/8 for "8/17" of SG17."""
    return iri("collective-letter", slug(group), period, number.split("/", maxsplit=1)[0])


def collective_letter_label(period: str, number: str) -> str:
    """Return the label of a collective letter: Collective letter 8/17 (2025-2028)."""
    return f"Collective letter {number} ({period})"


def group_of_letter(facts: Facts) -> str | None:
    """Return the group that sent a collective letter: the one in the number of the letter, else the one that meets."""
    named = facts.letter.group if facts.letter else None
    return named or (facts.meeting.group if facts.meeting else None)


def mentioned_period(facts: Facts, mention: CircularMention, periods: Periods) -> str | None:
    """Return the study period of a circular that a letter mentions.

    It is that of the date of the circular if the letter gives one, else that of the letter.
    """
    dated = study_period_of(date.fromisoformat(mention.date), periods) if mention.date else None
    return dated or facts.circular.study_period


def add_letter(said: Statements, facts: Facts, letter: Letter) -> None:
    """Add the letter and its header."""
    own = facts.evidence.get(letter.number_at)
    said.describe(letter.iri, letter.kind, letter.label, own)
    notation = facts.announcement or (facts.letter.number if facts.letter else None)
    said.add(letter.iri, SKOS.notation, _text(notation), own)
    if letter.kind == SG17.CollectiveLetter:
        said.add(letter.iri, SG17.ofGroup, group_iri(group_of_letter(facts) or ""), own)
        said.add(letter.iri, SG17.agenda, _text(facts.agenda), facts.evidence.get("/agenda"))
    _add_header(said, facts, letter.iri)


def _add_header(said: Statements, facts: Facts, node: str) -> None:
    at, header = facts.evidence.get, facts.circular
    period = iri("period", header.study_period) if header.study_period else None
    rows: tuple[tuple[URIRef, Node | str | None, str], ...] = (
        (SG17.circularNumber, _integer(header.number), "number"),
        (SG17.studyPeriod, period, "study_period"),
        (DCTERMS.issued, Literal(header.date, datatype=XSD.date) if header.date else None, "date"),
        (SG17.place, _text(header.place), "place"),
        (SG17.reference, _text(header.reference), "reference"),
        (DCTERMS.title, said.text(header.subject), "subject"),
        (SG17.signatory, said.text(header.signatory), "signatory"),
        (SG17.annexCount, _integer(header.annexes), "annexes"),
        *((SG17.addressee, said.text(entry), "addressees") for entry in header.addressees),
        *((SG17.copyTo, said.text(entry), "copies") for entry in header.copies),
    )
    for predicate, value, field in rows:
        said.add(node, predicate, value, at(f"/circular/{field}"))
    if facts.contact:
        said.add(node, SG17.contactPhone, _text(facts.contact.phone), at("/contact/phone"))
        said.add(node, SG17.contactFax, _text(facts.contact.fax), at("/contact/fax"))
        said.add(node, SG17.contactEmail, _text(facts.contact.email), at("/contact/email"))


def add_mentions(said: Statements, facts: Facts, letter: Letter, periods: Periods) -> None:
    """Add the circulars to which the letter refers, only with their numbers and study periods; the circulars themselves state the rest."""
    for index, mention in enumerate(facts.refers_to):
        period, lines = mentioned_period(facts, mention, periods), facts.evidence.get(f"/refers_to/{index}")
        if period:
            said.add(letter.iri, SG17.refersTo, _mentioned(said, period, mention.circular, lines), lines)


def _mentioned(said: Statements, period: str, number: int, lines: Lines | None) -> str:
    circular = circular_iri(period, number)
    said.describe(circular, SG17.Circular, circular_label(period, number), lines)
    said.add(circular, SG17.circularNumber, _integer(number), lines)
    said.add(circular, SG17.studyPeriod, iri("period", period), lines)
    return circular


def _text(value: str | None) -> Literal | None:
    return None if value is None else Literal(value)


def _integer(value: int | None) -> Literal | None:
    return None if value is None else Literal(value, datatype=XSD.integer)
