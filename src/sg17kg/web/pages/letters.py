"""Pages of circulars, consultations and meetings."""

from dataclasses import dataclass
from datetime import date

from fastapi import Response

from sg17kg.identifiers import deliverable_iri
from sg17kg.namespaces import BASE, ONTOLOGY
from sg17kg.store.base import Row, value
from sg17kg.web import models
from sg17kg.web.api import circulars, meetings
from sg17kg.web.pages.formats import data_formats
from sg17kg.web.pages.page_context import PageContext
from sg17kg.web.pages.statements import passages_about, passages_about_each, statements
from sg17kg.web.passages import source_of
from sg17kg.web.texts import titles_of

_RULES = ("replyDeadline", "threshold", "countingRule", "effectIfMet", "effectIfNotMet", "effectIfNoReplies")


def circular_page(v: PageContext, iri: str) -> Response:
    """Return the page of a circular: header, consultation, drafts, findings."""
    period, number = _parts(iri)
    circular = circulars.circular(period, number, v.request, v.served, on=v.on, lang=v.language.tag)
    evidence = passages_about_each(v, [iri, *(draft.iri for draft in circular.drafts)])
    return v.page(
        "circular",
        circular=circular,
        evidence=evidence[iri],
        rows=v.served.rows("circular", iri=iri),
        of_drafts=evidence,
        deliverables={draft.number: deliverable_iri(draft.number) for draft in circular.drafts if draft.number},
        facts=statements(v, iri),
        standing=_standing(v, circular.consultation.iri, circular.rules) if circular.consultation and circular.rules else None,
        lines=f"/lines/{iri.removeprefix(BASE)}",
        data=data_formats(iri),
        canonical=iri,
    )


def consultation_page(v: PageContext, iri: str) -> Response:
    """Return the page of a consultation: what must be answered, until when, how replies count."""
    period, number = _parts(iri)
    consultation = circulars.consultation(period, number, v.request, v.served, on=v.on)
    letter = circulars.circular(period, number, v.request, v.served, on=v.on, lang=v.language.tag)
    evidence = passages_about(v, iri)
    ruled = {
        (line, source.language)
        for name in _RULES
        for source in evidence.get(name, ())
        for line in range(source.lines[0], source.lines[1] + 1)
    }
    return v.page(
        "consultation",
        consultation=consultation,
        changed=[item for item in consultation.corrections if item.in_force],
        sent=not consultation.issued or consultation.issued <= v.day.isoformat(),
        days_left=days_left(consultation.reply_deadline, v.day),
        evidence=evidence,
        standing=_standing(v, iri, consultation.rules),
        meeting_days=_meeting_days(v, iri),
        doubts=[
            finding
            for finding in letter.findings
            if finding.severity != "info" and ruled & {(line, finding.language) for line in finding.lines}
        ],
        drafts={draft.iri: draft for draft in letter.drafts},
        rows=v.served.rows("circular", iri=consultation.circular_iri),
        period=period,
        number=number,
        data=[*data_formats(iri), ("iCalendar", f"/calendar.ics?consultation={period}/{number}", "text/calendar")],
        canonical=iri,
    )


def _standing(v: PageContext, consultation: str, rules: models.Rules) -> tuple[str | None, str | None]:
    """Return the Resolution with its revision, and the clause that governs the consultation, as in briefs and tallies."""
    procedure = next(iter(v.served.rows("consultation-procedure", consultation=consultation)), {})
    revision = value(procedure, "revision")
    revised = f"{rules.resolution} ({revision})" if rules.resolution and revision else rules.resolution
    return revised, value(procedure, "consultation_clause") or rules.clause


def _meeting_days(v: PageContext, consultation: str) -> str | None:
    """Return the first and last day of the meeting that is to approve, in the form that corrections use."""
    procedure = next(iter(v.served.rows("consultation-procedure", consultation=consultation)), {})
    start, end = value(procedure, "meeting_start"), value(procedure, "meeting_end")
    return start if start == end else f"{start}/{end}"


def meeting_page(v: PageContext, iri: str) -> Response:
    """Return the page of a meeting: days, place, what it is to approve, what it adopted."""
    group, month = iri.removeprefix(BASE).split("/")[1:3]
    return v.page(
        "meeting",
        meeting=meetings.meeting(group, month, v.request, v.served),
        evidence=passages_about(v, iri),
        facts=statements(v, iri),
        reports=[_report(row) for row in v.served.rows("meeting-statements", meeting=iri)],
        approved=_approved(v, iri),
        data=data_formats(iri),
        canonical=iri,
    )


@dataclass(frozen=True)
class Report:
    """What an external document says about a meeting: its kind, days, place, whether it is virtual, and the passage."""

    kind: str
    start: str | None
    end: str | None
    place: str | None
    virtual: bool
    source: models.Source


def _report(row: Row) -> Report:
    virtual = value(row, "virtual") in ("true", "1")
    return Report(value(row, "kind") or "", value(row, "start"), value(row, "end"), value(row, "place"), virtual, source_of(row))


def _approved(v: PageContext, iri: str) -> list[tuple[Row, models.CircularDraft]]:
    """Return the drafts that a meeting is to approve, each with the row of its consultation."""
    found = []
    for row in v.served.rows("meeting-roles", meeting=iri):
        if value(row, "role") == "approves":
            consultation = value(row, "what_iri") or ""
            letter = BASE + "circular/" + consultation.removeprefix(BASE + "consultation/")
            found += [(row, draft) for draft in circulars.drafts_of(v.served, letter)]
    return found


def draft_page(v: PageContext, iri: str) -> Response:
    """Return the page of a draft: what a circular says about it, and its outcome by the day."""
    row = next(iter(v.served.rows("draft-chain", draft=iri)), {})
    letter = value(row, "circular_iri") or ""
    known = next((draft for draft in circulars.drafts_of(v.served, letter) if draft.iri == iri), None)
    names = {known.number, known.provisional_name} - {None} if known else set()
    said = v.served.rows("thing-statements", thing=iri)
    outcome, is_over = _outcome(v, iri, row)
    return v.page(
        "draft",
        iri=iri,
        row=row,
        circular=letter,
        item=known.item if known else "",
        number=known and known.number and " ".join(part for part in (known.number, known.part) if part),
        proposed=known and known.number,
        provisional=known and known.provisional_name,
        kind=known and known.kind,
        deliverable=next((value(found, "value") for found in said if value(found, "property") == ONTOLOGY + "proposedDeliverable"), None),
        titles=[models.Title(lang=language, value=text) for language, text in v.served.index.get().titles(iri)],
        scope=v.best(titles_of((found, "value") for found in said if value(found, "property") == ONTOLOGY + "scopeNote")),
        evidence=passages_about(v, iri),
        corrections=[
            item for item in circulars.corrections_of(v.request, v.served, letter, v.language.tag) if names & {item.replaced, item.text}
        ],
        outcome=outcome,
        became=v.link(value(row, "became_iri") or "", value(row, "became")) if is_over else None,
        statements=[entry for entry in statements(v, iri) if is_over or not entry.iri.endswith("#hasOutcome")],
        data=data_formats(iri),
        canonical=iri,
    )


def _outcome(v: PageContext, iri: str, row: Row) -> tuple[str, bool]:
    """Return the outcome on the day, and whether the draft became something.

    The outcome is `pending` until the meeting, then `unknown` if no source reports one.
    """
    came = next(iter(v.served.rows("draft-outcomes", draft=iri)), {})
    day, since = v.day.isoformat(), value(came, "outcome_date")
    if since and since <= day:
        return value(came, "outcome") or "unknown", bool(value(row, "became_iri"))
    begins = value(row, "meeting_start")
    return ("pending" if begins and begins >= day else "unknown"), False


def days_left(deadline: str | None, day: date) -> int | None:
    """Return whole days from a day to a deadline; negative if it has passed, None if none is stated."""
    return (date.fromisoformat(deadline[:10]) - day).days if deadline else None


def _parts(iri: str) -> tuple[str, int]:
    """Return the study period and the number in …/circular/2025-2028/104."""
    _, period, number = iri.removeprefix(BASE).split("/")
    return period, int(number)
