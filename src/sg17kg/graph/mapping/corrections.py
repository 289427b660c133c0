"""Mapping of the changes of a corrigendum to triples."""

import re

from rdflib import Literal
from rdflib.namespace import DCTERMS, XSD

from sg17kg.facts import Correction, Facts
from sg17kg.graph.mapping.decisions import add_text
from sg17kg.graph.mapping.letters import Letter, Periods, mentioned_period
from sg17kg.graph.mapping.statements import Statements
from sg17kg.graph.rdf_terms import SG17, VOC
from sg17kg.identifiers import circular_iri
from sg17kg.text_numbers import NUMBER, PART, SUPPLEMENT

_TEXT = re.compile(rf"(?P<number>{SUPPLEMENT}|{NUMBER})(?: (?P<part>{PART}))?")
_TYPES = ((re.compile(r"\d{4}-\d\d-\d\d"), XSD.date), (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), XSD.dateTime))


def add_corrections(said: Statements, facts: Facts, letter: Letter, periods: Periods) -> None:
    """Add the circular that a corrigendum corrects, and each of its changes. Add nothing for other letters."""
    if letter.kind != SG17.CircularCorrigendum:
        return
    corrected = facts.refers_to[0]
    period = mentioned_period(facts, corrected, periods) or ""
    said.add(letter.iri, SG17.ordinal, Literal(facts.corrigendum), facts.evidence.get("/corrigendum"))
    said.add(letter.iri, SG17.correctsCircular, circular_iri(period, corrected.circular), facts.evidence.get("/refers_to/0"))
    for ordinal, correction in enumerate(facts.corrections, start=1):
        _add_correction(said, f"{letter.iri}/correction/{ordinal}", (letter, ordinal), correction)


def _add_correction(said: Statements, node: str, place: tuple[Letter, int], correction: Correction) -> None:
    letter, ordinal = place
    lines = correction.lines
    said.describe(node, SG17.Correction, f"{letter.label}, change {ordinal}{_change(correction)}", lines)
    said.add(node, SG17.correctionIn, letter.iri, lines)
    said.add(node, SG17.ordinal, Literal(ordinal), lines)
    said.add(node, SG17.correctionOf, VOC[f"correction/{correction.what}"] if correction.what else None, lines)
    if correction.what == "title":
        text = _TEXT.fullmatch(correction.text or "")
        # a provisional name belongs to a work item, not to a text
        said.add(node, SG17.correctedText, add_text(said, text["number"], text["part"], lines) if text else None, lines)
        said.add(node, DCTERMS.title, said.text(correction.by), lines)
        return
    said.add(node, SG17.replacedValue, _typed(correction.replaced), lines)
    said.add(node, SG17.correctedValue, _typed(correction.by), lines)


def _change(correction: Correction) -> str:
    """Return a suffix for the label that names the change, the same for every language version."""
    if correction.what == "title":
        return f": title of {correction.text}" if correction.text else ": a title"
    if not correction.by:
        return ""
    return f": {correction.by} instead of {correction.replaced}" if correction.replaced else f": {correction.by}"


def _typed(value: str | None) -> Literal | None:
    """Return a literal of type xsd:date, xsd:dateTime, or a plain string."""
    if value is None:
        return None
    datatype = next((datatype for pattern, datatype in _TYPES if pattern.fullmatch(value)), None)
    return Literal(value, datatype=datatype, normalize=False)
