"""GET /api/v1/circulars/{period}/{number} and /api/v1/consultations."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request

from sg17kg.errors import NotFound
from sg17kg.identifiers import parse_study_period
from sg17kg.store.base import Row, Text, value
from sg17kg.web import models
from sg17kg.web.parameters import Cursor, Day, Limit, SaidBy, only_known, page, today
from sg17kg.web.service import Service, service

router = APIRouter(prefix="/api/v1", tags=["Circulars and consultations"], dependencies=[Depends(only_known)])
Served = Annotated[Service, Depends(service)]
Period = Annotated[str, Path(description="Study period (2025-2028)")]
Number = Annotated[int, Path(ge=1, le=99999, description="Number of the circular")]
StatusFilter = Annotated[Literal["open", "closed"] | None, Query(description="Open or closed on the day")]


@router.get("/circulars/{period}/{number}")
def circular(period: Period, number: Number, served: Served, on: Day = None) -> models.Circular:
    """One circular: header, consultation with its rules, drafts, and what does not agree in it."""
    parse_study_period(period)
    rows = served.rows("circular", circular=str(number), period=period)
    if not rows:
        raise NotFound(f"no TSB Circular {number} of the study period {period} in the graph; numbering restarts each period")
    first = rows[0]
    subject = first.get("subject")
    annexes, threshold = value(first, "annexes"), value(first, "threshold_percent")
    drafts = served.rows("drafts-of-circular", circular=str(number), period=period)
    return models.Circular(
        iri=value(first, "iri") or "",
        circular=value(first, "document") or "",
        issued=value(first, "issued"),
        place=value(first, "place"),
        reference=value(first, "reference"),
        subject=models.Title(lang=subject.language or "", value=subject.value) if isinstance(subject, Text) else None,
        signatory=value(first, "signatory"),
        annexes=int(annexes) if annexes else None,
        consultation=_consultation(first, on or today(), "iri") if value(first, "consultation_iri") else None,
        rules=models.Rules(
            threshold_percent=float(threshold) if threshold else None,
            **{name: value(first, name) for name in ("counted", "if_met", "if_not_met", "if_no_replies", "resolution", "clause")},
        )
        if value(first, "consultation_iri")
        else None,
        meeting=value(first, "meeting"),
        reply_email=value(first, "reply_email"),
        reply_fax=value(first, "reply_fax"),
        drafts=[_draft(row) for row in drafts],
        findings=[_finding(row) for row in served.rows("findings", circular=str(number), period=period)],
    )


@router.get("/consultations")
def consultations(
    request: Request,
    served: Served,
    status: StatusFilter = None,
    on: Day = None,
    said_by: SaidBy = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.Page[models.Consultation]:
    """Consultations by deadline, as of a day: one that cannot have been sent by then is left out."""
    day = on or today()
    sent_by = min(day, said_by or day)
    known = [row for row in served.rows("consultation-deadlines") if (value(row, "not_before") or "") <= sent_by.isoformat()]
    items = [_consultation(row, day, "document_iri") for row in known]
    chosen = [item for item in items if status is None or item.status == status]
    return page(request, chosen, limit, cursor)


def _consultation(row: Row, on: date, circular_column: str) -> models.Consultation:
    """`open` through the day of the deadline (UTC); `unknown` where no deadline is stated."""
    deadline = value(row, "reply_deadline")
    return models.Consultation(
        iri=value(row, "consultation_iri") or "",
        circular=value(row, "document") or "",
        circular_iri=value(row, circular_column) or "",
        issued=value(row, "issued"),
        reply_deadline=deadline,
        status="unknown" if not deadline else "open" if deadline[:10] >= on.isoformat() else "closed",
    )


def _draft(row: Row) -> models.CircularDraft:
    return models.CircularDraft(
        item=int(value(row, "item") or 0),
        iri=value(row, "draft_iri") or "",
        number=value(row, "number"),
        part=value(row, "part"),
        provisional_name=value(row, "provisional_name"),
        kind=value(row, "kind"),
        title=value(row, "title"),
        document=value(row, "text_in"),
    )


def _finding(row: Row) -> models.Finding:
    lines = sorted(int(number) for number in (value(row, "lines") or "").split())
    return models.Finding(
        code=value(row, "code") or "", severity=value(row, "severity") or "", message=value(row, "message") or "", lines=lines
    )
