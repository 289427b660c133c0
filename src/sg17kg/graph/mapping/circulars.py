"""Mapping of the facts of a letter to triples, each with the lines that state it."""

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD

from sg17kg.facts import DraftFacts, Facts, Lines
from sg17kg.graph.mapping.corrections import add_corrections
from sg17kg.graph.mapping.decisions import add_deadlines, add_decisions, add_text
from sg17kg.graph.mapping.letters import (
    Letter,
    Periods,
    add_letter,
    add_mentions,
    collective_letter_iri,
    collective_letter_label,
    graph_of,
    letter_of,
)
from sg17kg.graph.mapping.questions import add_questions, version_iri
from sg17kg.graph.mapping.statements import Statements
from sg17kg.graph.numbering import Numbering
from sg17kg.graph.rdf_terms import SG17, STO, VOC
from sg17kg.identifiers import (
    group_iri,
    iri,
    meeting_iri,
    slug,
    work_item_iri,
)

__all__ = ["graph_of", "source_iri", "statements"]

_ROLES = {"revised": SG17.revises, "amendment": SG17.amends, "corrigendum": SG17.corrects}


def source_iri(facts: Facts) -> str:
    """Return the IRI of the source file, based on its SHA-256."""
    return iri("source", facts.document.sha256)


def statements(facts: Facts, periods: Periods = (), numbering: Numbering | None = None) -> Statements:
    """Return all statements of the document. `periods` give the study period of a circular that it mentions with its date.

    `numbering` maps numbers to texts where the catalogue lists several numbers for one text.

    Raises BuildError if nothing identifies the letter.
    """
    letter = letter_of(facts, periods)
    said = Statements(letter.iri, facts.document.language, letter.label, URIRef(source_iri(facts)), numbering)
    add_letter(said, facts, letter)
    add_mentions(said, facts, letter, periods)
    meeting = _add_meeting(said, facts)
    texts = add_decisions(said, facts, letter, meeting)
    add_deadlines(said, facts, letter)
    add_corrections(said, facts, letter, periods)
    if meeting and letter.kind == SG17.CollectiveLetter:
        said.add(meeting, SG17.agendaIn, letter.iri, facts.evidence.get(letter.number_at))
    if letter.circular:
        _add_consulted(said, facts, letter, meeting, texts, periods)
    _add_findings(said, facts, letter.iri)
    return said


def _add_consulted(
    said: Statements, facts: Facts, letter: Letter, meeting: str | None, texts: list[tuple[str, Lines]], periods: Periods
) -> None:
    """Add the subjects on which a circular consults Member States: drafts, Questions, or texts to be deleted."""
    assert letter.circular, "called for circulars"
    period, number = letter.circular
    consultation = iri("consultation", period, number)
    if facts.consultation:
        _add_consultation(said, facts, letter.iri, consultation, letter.label)
        for text, lines in texts:
            said.add(consultation, SG17.concerns, text, lines)
        if meeting and not facts.decisions:
            said.add(consultation, SG17.approvalMeeting, meeting, facts.evidence.get("/meeting/start"))
            _add_collective_letter(said, facts, meeting, period)
    for index, draft in enumerate(facts.drafts):
        _add_draft(said, facts, index, draft, (letter.iri, consultation, letter.label, period))
    add_questions(said, facts, consultation, periods)
    _add_rows(said, facts, consultation)


def _text(value: str | None) -> Literal | None:
    return None if value is None else Literal(value)


def _integer(value: int | None) -> Literal | None:
    return None if value is None else Literal(value, datatype=XSD.integer)


def _date(value: str | None) -> Literal | None:
    return None if value is None else Literal(value, datatype=XSD.date)


def _add_consultation(said: Statements, facts: Facts, circular: str, consultation: str, label: str) -> None:
    at, rules = facts.evidence.get, facts.consultation
    assert rules, "called for consultations"
    own = at("/consultation/reply_deadline") or at("/consultation/threshold_percent")
    said.describe(consultation, SG17.Consultation, f"Consultation by {label}", own)
    said.add(circular, SG17.opens, consultation, own)
    deadline = Literal(rules.reply_deadline, datatype=XSD.dateTime, normalize=False) if rules.reply_deadline else None
    threshold = Literal(str(rules.threshold_percent), datatype=XSD.decimal) if rules.threshold_percent is not None else None
    said.add(consultation, SG17.replyDeadline, deadline, at("/consultation/reply_deadline"))
    said.add(consultation, SG17.threshold, threshold, at("/consultation/threshold_percent"))
    concepts = (
        (SG17.countingRule, "counting-rule", rules.counted, "counted"),
        (SG17.effectIfMet, "effect", rules.effect_if_met, "effect_if_met"),
        (SG17.effectIfNotMet, "effect", rules.effect_if_not_met, "effect_if_not_met"),
        (SG17.effectIfNoReplies, "effect", rules.if_no_replies, "if_no_replies"),
    )
    for predicate, scheme, value, field in concepts:
        said.add(consultation, predicate, VOC[f"{scheme}/{value}"] if value else None, at(f"/consultation/{field}"))
    if facts.reply_address:
        said.add(consultation, SG17.replyFax, _text(facts.reply_address.fax), at("/reply_address/fax"))
        said.add(consultation, SG17.replyEmail, _text(facts.reply_address.email), at("/reply_address/email"))
    _add_procedure(said, facts, consultation)


def _add_procedure(said: Statements, facts: Facts, consultation: str) -> None:
    at, procedure = facts.evidence.get, facts.procedure
    if not procedure:
        return
    said.add(consultation, SG17.procedure, VOC[f"procedure/{slug(procedure.name)}"], at("/procedure/name"))
    if procedure.resolution:
        resolution = iri("resolution", *procedure.resolution.lower().replace("resolution ", "").split())
        said.describe(resolution, SG17.Resolution, procedure.resolution, at("/procedure/resolution"))
        said.add(consultation, SG17.resolution, resolution, at("/procedure/resolution"))
    said.add(consultation, SG17.resolutionRevision, _text(procedure.revision), at("/procedure/revision"))
    said.add(consultation, SG17.clause, _text(procedure.clause), at("/procedure/clause"))
    said.add(consultation, SG17.consultationClause, _text(procedure.consultation_clause), at("/procedure/consultation_clause"))


def _add_meeting(said: Statements, facts: Facts) -> str | None:
    """Add the meeting that the letter names. Return its IRI, or None if its group or first day is unknown."""
    at, meeting = facts.evidence.get, facts.meeting
    if not meeting or not meeting.group or not meeting.start:
        return None
    node = meeting_iri(meeting.group, meeting.start)
    own = at("/meeting/start")
    days = meeting.start if meeting.start == meeting.end else f"{meeting.start} to {meeting.end}"
    said.describe(node, SG17.Meeting, f"Meeting of {meeting.group}, {days}", own)
    said.add(node, SG17.ofGroup, group_iri(meeting.group), at("/meeting/group"))
    said.add(node, SKOS.notation, _text(f"{meeting.group} {meeting.start[:7]}"), own)
    said.add(node, SG17.startDate, _date(meeting.start), own)
    said.add(node, SG17.endDate, _date(meeting.end), at("/meeting/end"))
    said.add(node, SG17.place, _text(meeting.city), at("/meeting/city"))
    said.add(node, SG17.hostCountry, _text(meeting.country), at("/meeting/country"))
    if virtual := at("/meeting/virtual"):
        said.add(node, SG17.virtual, Literal(meeting.virtual), virtual)
    return node


def _add_collective_letter(said: Statements, facts: Facts, meeting: str, period: str) -> None:
    """Add the collective letter that, according to the circular, contains the agenda of its meeting."""
    if not facts.collective_letter or not facts.meeting or not facts.meeting.group:
        return
    group, lines = facts.meeting.group, facts.evidence.get("/collective_letter")
    letter = collective_letter_iri(group, period, facts.collective_letter)
    said.describe(letter, SG17.CollectiveLetter, collective_letter_label(period, facts.collective_letter), lines)
    said.add(letter, SG17.studyPeriod, iri("period", period), lines)
    said.add(letter, SG17.ofGroup, group_iri(group), lines)
    said.add(meeting, SG17.agendaIn, letter, lines)


def _add_draft(said: Statements, facts: Facts, index: int, draft: DraftFacts, frame: tuple[str, str, str, str]) -> None:
    circular, consultation, label, period = frame
    node = iri("draft", *circular.rsplit("/", 2)[1:], draft.item)
    at, own = facts.evidence.get, draft.lines.heading
    called = " ".join(part for part in (draft.number, draft.part) if part) or draft.provisional_name or ""
    said.describe(node, SG17.Draft, f"{label}, item {draft.item}: {called}", own)
    said.add(node, SG17.announcedIn, circular, own)
    said.add(consultation, SG17.concerns, node, own)
    said.add(node, SG17.itemNumber, _integer(draft.item), own)
    said.add(node, SG17.proposedNumber, _text(draft.number), own)
    said.add(node, SG17.provisionalName, _text(draft.provisional_name), own)
    said.add(node, SG17.part, _text(draft.part), own)
    said.add(node, SG17.kind, VOC[f"kind/{draft.kind}"] if draft.kind else None, at(f"/drafts/{index}/kind"))
    said.add(node, DCTERMS.title, said.text(draft.title), draft.lines.title)
    _add_identity(said, node, draft, own)
    _add_location(said, node, draft, period, at(f"/drafts/{index}/document"))
    for name in draft.references:
        _add_standard(said, node, name, draft.lines.abstract)
    _add_statements_about(said, facts, node, draft)


def _add_identity(said: Statements, node: str, draft: DraftFacts, own: Lines) -> None:
    """Add the work item or deliverable of the draft. Numbers are proposals, so a draft of a new text belongs to its work item."""
    if draft.provisional_name:
        work = work_item_iri(draft.provisional_name)
        said.describe(work, SG17.WorkItem, draft.provisional_name, own)
        said.add(work, SG17.provisionalName, _text(draft.provisional_name), own)
        said.add(node, SG17.draftOf, work, own)
    if not draft.number:
        return
    parent = add_text(said, draft.number, None, own)
    if draft.kind in _ROLES:
        said.add(node, SG17.draftOf, parent, own)
        said.add(node, _ROLES[draft.kind], parent, own)
    part = draft.part if draft.kind in ("amendment", "corrigendum") else None
    said.add(node, SG17.proposedDeliverable, add_text(said, draft.number, part, own), own)


def _add_location(said: Statements, node: str, draft: DraftFacts, period: str, lines: Lines | None) -> None:
    if not draft.document:
        return
    group, _, document = draft.document.rpartition("-")
    report = document.startswith("R")
    location = iri("report" if report else "td", slug(group), period, document)
    said.describe(location, SG17.Report if report else SG17.TemporaryDocument, f"{draft.document} ({period})", lines)
    said.add(location, SG17.studyPeriod, iri("period", period), lines)
    said.add(location, SG17.ofGroup, group_iri(group), lines)
    said.add(location, SKOS.notation, _text(draft.document), lines)
    said.add(node, SG17.textReference, location, lines)


def _add_standard(said: Statements, node: str, name: str, lines: Lines | None) -> None:
    if name.startswith("ITU-T "):
        number = name.removeprefix("ITU-T ")
        standard = said.describe_text(number, SG17.Recommendation, lines)
    else:
        standard = iri("standard", slug(name))
        said.describe(standard, STO.Standard, name, lines)
        said.add(standard, RDF.type, SG17.Standard, lines)
    said.add(node, DCTERMS.references, standard, lines)


def _add_statements_about(said: Statements, facts: Facts, node: str, draft: DraftFacts) -> None:
    """Add A.5 and IPR statements for one draft. If the circular mentions them without naming the draft, there are none for it."""
    a5, ipr = facts.evidence.get("/a5_justification"), facts.evidence.get("/ipr_statements")
    if facts.a5_justification is not None and draft.number:
        has = draft.number in facts.a5_justification
        said.add(node, SG17.a5Justification, Literal(has), a5)
        if has:
            said.describe(f"{node}/a5", SG17.A5Statement, f"A.5 justification for {draft.number}", a5)
            said.add(f"{node}/a5", SG17.about, node, a5)
    if facts.ipr_statements is not None and draft.number:
        count = facts.ipr_statements.get(draft.number, 0)
        said.add(node, SG17.iprStatementCount, _integer(count), ipr)
        if count:
            said.describe(f"{node}/ipr", SG17.IPRStatement, f"IPR statements on {draft.number}", ipr)
            said.add(f"{node}/ipr", SG17.about, node, ipr)
            said.add(f"{node}/ipr", SG17.statementCount, _integer(count), ipr)


def _add_rows(said: Statements, facts: Facts, consultation: str) -> None:
    for index, row in enumerate(facts.form_rows):
        lines = facts.evidence.get(f"/form_rows/{index}")
        node = f"{consultation}/row/{row.row}"
        said.describe(node, SG17.ConsultationItem, f"Row {row.row} of the reply form", lines)
        said.add(consultation, SG17.hasItem, node, lines)
        said.add(node, SG17.ordinal, _integer(row.row), lines)
        said.add(node, SG17.rowLabel, said.text(row.label), lines)
        said.add(node, SG17.printedNumber, _text(row.number), lines)
        said.add(node, SG17.printedName, _text(row.provisional_name), lines)
        item = facts.row_items.get(row.row)
        if item is not None:
            said.add(node, SG17.itemConcerns, iri("draft", *consultation.rsplit("/", 2)[1:], item), lines)
        question = next((entry for entry in facts.questions if f"Q{entry.number}/{entry.group[2:]}" == row.question), None)
        if question:
            said.add(node, SG17.itemConcerns, version_iri(facts, question), lines)


def _add_findings(said: Statements, facts: Facts, circular: str) -> None:
    for ordinal, finding in enumerate(facts.findings, start=1):
        node, lines = said.version(f"finding/{ordinal}"), (finding.lines[0], finding.lines[0])
        said.describe(node, SG17.Finding, f"{finding.code}: {finding.message}", lines)
        said.add(node, SG17.findingIn, circular, lines)
        said.add(node, SG17.findingCode, _text(finding.code), lines)
        said.add(node, SG17.severity, VOC[f"severity/{finding.severity}"], lines)
        said.add(node, SG17.message, Literal(finding.message, lang="en"), lines)
        for number in finding.lines:
            said.add(node, SG17.statedIn, said.passage((number, number)), (number, number))
