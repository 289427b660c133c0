"""The pages of a circular, a consultation and a meeting."""

from datetime import date

from fastapi import Response

from sg17kg.namespaces import BASE
from sg17kg.store.base import Row, value
from sg17kg.web import circulars, meetings, models
from sg17kg.web.pages.formats import data_formats
from sg17kg.web.pages.statements import passages_about, statements
from sg17kg.web.pages.view import View


def circular_page(v: View, iri: str) -> Response:
    """One circular: header, consultation, drafts, findings."""
    period, number = _parts(iri)
    circular = circulars.circular(period, number, v.request, v.served, on=v.on, lang=v.language.tag)
    return v.page(
        "circular",
        circular=circular,
        evidence=passages_about(v, iri),
        rows=v.served.rows("circular", iri=iri),
        of_drafts={draft.iri: passages_about(v, draft.iri) for draft in circular.drafts},
        facts=statements(v, iri),
        lines=f"/lines/{iri.removeprefix(BASE)}",
        data=data_formats(iri),
        canonical=iri,
    )


def consultation_page(v: View, iri: str) -> Response:
    """One consultation: what must be answered, until when, how replies count."""
    period, number = _parts(iri)
    consultation = circulars.consultation(period, number, v.request, v.served, on=v.on)
    return v.page(
        "consultation",
        consultation=consultation,
        days_left=days_left(consultation.reply_deadline, v.day),
        rows=v.served.rows("circular", iri=consultation.circular_iri),
        period=period,
        number=number,
        data=[*data_formats(iri), ("iCalendar", f"/calendar.ics?consultation={period}/{number}", "text/calendar")],
        canonical=iri,
    )


def meeting_page(v: View, iri: str) -> Response:
    """One meeting: days, place, what it is to approve, what it adopted."""
    group, month = iri.removeprefix(BASE).split("/")[1:3]
    return v.page(
        "meeting",
        meeting=meetings.meeting(group, month, v.request, v.served),
        evidence=passages_about(v, iri),
        facts=statements(v, iri),
        approved=_approved(v, iri),
        data=data_formats(iri),
        canonical=iri,
    )


def _approved(v: View, iri: str) -> list[tuple[Row, models.CircularDraft]]:
    """The drafts that a meeting is to approve, each with the row of the consultation."""
    found = []
    for row in v.served.rows("meeting-roles", meeting=iri):
        if value(row, "role") == "approves":
            consultation = value(row, "what_iri") or ""
            letter = BASE + "circular/" + consultation.removeprefix(BASE + "consultation/")
            found += [(row, draft) for draft in circulars.drafts_of(v.served, letter)]
    return found


def days_left(deadline: str | None, day: date) -> int | None:
    """Whole days from a day to a deadline; negative when it is past, None where none is stated."""
    return (date.fromisoformat(deadline[:10]) - day).days if deadline else None


def _parts(iri: str) -> tuple[str, int]:
    """The study period and the number in …/circular/2025-2028/104."""
    _, period, number = iri.removeprefix(BASE).split("/")
    return period, int(number)
