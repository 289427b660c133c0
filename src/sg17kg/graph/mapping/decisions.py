"""Mapping of decisions on texts, and of the deadlines that an invitation sets, to triples."""

from rdflib import Literal
from rdflib.namespace import DCTERMS, XSD

from sg17kg.facts import Decision, Facts, Lines
from sg17kg.graph.mapping.letters import Letter
from sg17kg.graph.mapping.statements import Statements
from sg17kg.graph.rdf_terms import SG17, VOC
from sg17kg.identifiers import part_iri, type_of_name
from sg17kg.text_numbers import last_change

_CORRIGENDUM = (SG17.Corrigendum, SG17.corrects)
_PARTS = {"Amd": (SG17.Amendment, SG17.amends), "Cor": _CORRIGENDUM, "Technical Cor": _CORRIGENDUM}
_OTHER_PART = (SG17.Deliverable, SG17.changes)
_TEXTS = {"recommendation": SG17.Recommendation, "supplement": SG17.Supplement, "technical-report": SG17.TechnicalReport}


def add_text(said: Statements, number: str, part: str | None, lines: Lines) -> str:
    """Add the text with a number and, if given, its part (Amd.n, Cor.n, …). Return the IRI of the part, else of the text."""
    kind = SG17.Supplement if " Suppl. " in number else _TEXTS[type_of_name(number)]
    parent = said.describe_text(number, kind, lines)
    if not part:
        return parent
    text = said.numbering.number_of(number)
    node, (part_kind, role) = part_iri(text, part), _PARTS.get(last_change(part), _OTHER_PART)
    said.describe(node, part_kind, f"{text} {part}", lines)
    said.add(node, role, parent, lines)
    said.add(node, SG17.number, Literal(f"{text} {part}"), lines)
    return node


def add_decisions(said: Statements, facts: Facts, letter: Letter, meeting: str | None) -> list[tuple[str, Lines]]:
    """Add the decision on each text, taken at the meeting if the letter names one.

    Return the texts that have numbers, with their lines.
    """
    texts = []
    for ordinal, decision in enumerate(facts.decisions, start=1):
        text = _add_decision(said, f"{letter.iri}/decision/{ordinal}", (letter, ordinal), decision, meeting)
        if text:
            texts.append((text, decision.lines))
    return texts


def _add_decision(said: Statements, node: str, place: tuple[Letter, int], decision: Decision, meeting: str | None) -> str | None:
    letter, ordinal = place
    lines = decision.lines
    called = " ".join(part for part in (decision.number, decision.part) if part) or decision.provisional_name
    said.describe(node, SG17.DecisionOnText, ": ".join(filter(None, (f"{letter.label}, decision {ordinal}", called))), lines)
    said.add(node, SG17.decidedIn, letter.iri, lines)
    text = add_text(said, decision.number, decision.part, lines) if decision.number else None
    said.add(node, SG17.decisionOn, text, lines)
    said.add(node, SG17.provisionalName, Literal(decision.provisional_name) if decision.provisional_name else None, lines)
    said.add(node, SG17.kind, VOC[f"kind/{decision.kind}"] if decision.kind else None, lines)
    said.add(node, DCTERMS.title, said.text(decision.title), lines)
    said.add(node, SG17.decisionTaken, VOC[f"decision/{decision.decision}"] if decision.decision else None, lines)
    said.add(node, SG17.decisionDate, Literal(decision.on, datatype=XSD.date) if decision.on else None, lines)
    said.add(node, SG17.takenAt, meeting, lines)
    return text


def add_deadlines(said: Statements, facts: Facts, letter: Letter) -> None:
    """Add the deadlines that an invitation sets, each with its purpose."""
    for ordinal, deadline in enumerate(facts.deadlines, start=1):
        node, lines = f"{letter.iri}/deadline/{ordinal}", deadline.lines
        said.describe(node, SG17.MeetingDeadline, f"{letter.label}, deadline {ordinal}: {deadline.what}", lines)
        said.add(node, SG17.setIn, letter.iri, lines)
        said.add(node, SG17.deadlineFor, VOC[f"deadline/{deadline.what}"], lines)
        said.add(node, SG17.onDay, Literal(deadline.on, datatype=XSD.date), lines)
