"""GET /api/v1/circulars and /api/v1/consultations, and one of each: …/{period}/{number}."""

from datetime import date
from itertools import groupby
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BeforeValidator

from sg17kg.errors import NotFound
from sg17kg.identifiers import circular_iri, deliverable_iri, parse_study_period
from sg17kg.store.base import RdfLiteral, Row, value
from sg17kg.web import models
from sg17kg.web.api.links import local, resource, root
from sg17kg.web.api.parameters import (
    Cursor,
    Day,
    Lang,
    Limit,
    SaidBy,
    best_language,
    languages,
    paginate,
    reject_unknown_parameters,
    sort_by,
    sort_items,
    strict_number,
    today,
)
from sg17kg.web.dependencies import ContextDep, DatasetContext
from sg17kg.web.known import known_as_model, was_read
from sg17kg.web.missing import missing
from sg17kg.web.passages import sources_of

router = APIRouter(prefix="/api/v1", tags=["Circulars and consultations"], dependencies=[Depends(reject_unknown_parameters)])
Period = Annotated[str, Path(description="Study period (2025-2028)")]
Number = Annotated[int, BeforeValidator(strict_number), Path(ge=1, le=99999, description="Number of the circular")]
StatusFilter = Annotated[Literal["open", "closed"] | None, Query(description="Open or closed on the day")]


PeriodFilter = Annotated[str | None, Query(description="Only those numbered in this study period (2025-2028)", max_length=20)]
CircularSort = Annotated[str, sort_by("number", "issued", "reply_deadline")]
ConsultationSort = Annotated[str, sort_by("reply_deadline", "issued", "circular")]


@router.get("/circulars")
def circulars(
    request: Request,
    served: ContextDep,
    period: PeriodFilter = None,
    on: Day = None,
    said_by: SaidBy = None,
    lang: Lang = None,
    sort: CircularSort = "number",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.Page[models.CircularSummary]:
    """Circulars that can have been sent by a day; by study period and number, unless sorted otherwise."""
    day = on or today()
    chosen_period = parse_study_period(period) if period is not None else None
    wanted = languages(request, lang)
    sent_by = min(day, said_by or day).isoformat()
    rows = [row for row in served.rows("circulars-known") if (value(row, "said_on") or "") <= sent_by]
    items = [_summary(request, list(said), day, wanted, said_by) for _, said in groupby(rows, key=lambda row: value(row, "iri"))]
    chosen = [item for item in items if chosen_period in (None, item.period)]
    return paginate(request, sort_items(chosen, sort, _SORTED), limit, cursor, known_as_model(served, said_by))


_SORTED = {
    "number": lambda item: f"{item.period} {item.number}",
    "issued": lambda item: item.issued,
    "reply_deadline": lambda item: item.reply_deadline,
}


def _summary(request: Request, rows: list[Row], on: date, wanted: tuple[str, ...], said_by: date | None) -> models.CircularSummary:
    row = rows[0]
    iri, deadline = value(row, "iri") or "", _deadline(row, said_by)
    return models.CircularSummary(
        iri=iri,
        url=resource(request, iri),
        circular=value(row, "document") or "",
        number=int(value(row, "number") or 0),
        period=value(row, "period") or "",
        issued=value(row, "issued"),
        subject=_subject(rows, wanted),
        reply_deadline=deadline,
        status=_status(deadline, on),
    )


def _deadline(row: Row, said_by: date | None) -> str | None:
    """Return until when replies may arrive, as stated by a day: a corrigendum of a later day does not count."""
    corrected_on = value(row, "corrected_on")
    known_later = said_by is not None and corrected_on is not None and corrected_on > said_by.isoformat()
    return value(row, "stated_deadline" if known_later else "reply_deadline")


def _subject(rows: list[Row], wanted: tuple[str, ...]) -> models.Title | None:
    """Return the subject in the preferred language, from rows with one subject each."""
    subjects = (row.get("subject") for row in rows)
    return best_language(
        (models.Title(lang=text.language or "", value=text.value) for text in subjects if isinstance(text, RdfLiteral)), wanted
    )


def _status(deadline: str | None, on: date) -> Literal["open", "closed", "unknown"]:
    """Return `open` through the day of the deadline (UTC), then `closed`; `unknown` if no deadline is stated."""
    return "unknown" if not deadline else "open" if deadline[:10] >= on.isoformat() else "closed"


@router.get("/circulars/{period}/{number}")
def circular(period: Period, number: Number, request: Request, served: ContextDep, on: Day = None, lang: Lang = None) -> models.Circular:
    """One circular: header, consultation with its rules, drafts, and what does not agree in it."""
    iri, rows = _known(request, served, period, number)
    first = rows[0]
    annexes = value(first, "annexes")
    drafts = served.rows("circular-drafts", iri=iri)
    return models.Circular(
        iri=iri,
        circular=value(first, "document") or "",
        issued=value(first, "issued"),
        place=value(first, "place"),
        reference=value(first, "reference"),
        subject=_subject(rows, languages(request, lang)),
        signatory=value(first, "signatory"),
        annexes=int(annexes) if annexes else None,
        consultation=_consultation(request, first, on or today(), iri) if value(first, "consultation_iri") else None,
        rules=_rules(first) if value(first, "consultation_iri") else None,
        meeting=value(first, "meeting"),
        reply_email=value(first, "reply_email"),
        reply_fax=value(first, "reply_fax"),
        drafts=[_draft(row) for row in drafts],
        findings=_findings(served.rows("circular-findings", iri=iri)),
        corrections=corrections_of(request, served, iri, lang),
        url=resource(request, iri),
        links=_links(request, iri, first, drafts),
        read=was_read(served, iri),
        known_until=known_as_model(served),
    )


def drafts_of(served: DatasetContext, iri: str) -> list[models.CircularDraft]:
    """Return the drafts of a circular, by item."""
    return [_draft(row) for row in served.rows("circular-drafts", iri=iri)]


def _known(request: Request, served: DatasetContext, period: str, number: int) -> tuple[str, list[Row]]:
    """Return the IRI of a circular and its header, with a row for each language of its subject. Raises Missing, BadIdentifier."""
    iri = circular_iri(parse_study_period(period), number)
    rows = served.rows("circular", iri=iri)
    if not rows:
        detail = f"no TSB Circular {number} of the study period {period} in the graph; numbering restarts each period"
        raise missing(request, served, iri, detail)
    return iri, rows


def _rules(row: Row) -> models.Rules:
    threshold = value(row, "threshold_percent")
    return models.Rules(
        threshold_percent=float(threshold) if threshold else None,
        **{name: value(row, name) for name in ("counted", "if_met", "if_not_met", "if_no_replies", "resolution", "clause")},
    )


def _links(request: Request, iri: str, circular: Row, drafts: list[Row]) -> dict[str, str]:
    """Return the links of a circular: itself, its consultation and meeting, and the texts that are to get the numbers of its drafts."""
    found = {"self": resource(request, iri), "thing": f"{root(request)}{local(iri)}"}
    named = (("consultation", value(circular, "consultation_iri")), (value(circular, "meeting"), value(circular, "meeting_iri")))
    found |= {name: resource(request, target) for name, target in named if name and target}
    texts = ((number, deliverable_iri(number)) for row in drafts if (number := value(row, "number")))
    return found | {number: resource(request, target) for number, target in texts}


@router.get("/consultations")
def consultations(
    request: Request,
    served: ContextDep,
    status: StatusFilter = None,
    on: Day = None,
    said_by: SaidBy = None,
    sort: ConsultationSort = "reply_deadline",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.Page[models.Consultation]:
    """Consultations by deadline, as of a day: one that cannot have been sent by then is left out."""
    day = on or today()
    sent_by = min(day, said_by or day)
    known = [row for row in served.rows("consultation-deadlines") if (value(row, "not_before") or "") <= sent_by.isoformat()]
    items = [_consultation(request, row, day, value(row, "document_iri") or "", said_by) for row in known]
    chosen = [item for item in items if status is None or item.status == status]
    return paginate(request, sort_items(chosen, sort, _CONSULTATIONS_SORTED), limit, cursor, known_as_model(served, said_by))


_CONSULTATIONS_SORTED = {
    "reply_deadline": lambda item: item.reply_deadline,
    "issued": lambda item: item.issued,
    "circular": lambda item: item.circular_iri,
}
_EVIDENCED = ("replyDeadline", "threshold", "countingRule", "effectIfMet", "effectIfNotMet", "effectIfNoReplies", "approvalMeeting")


@router.get("/consultations/{period}/{number}")
def consultation(period: Period, number: Number, request: Request, served: ContextDep, on: Day = None) -> models.ConsultationDetail:
    """One consultation: deadline, rules, the rows of the form. `sources` are the passages, by what they state."""
    letter, rows_of_letter = _known(request, served, period, number)
    first = rows_of_letter[0]
    iri = value(first, "consultation_iri")
    if not iri:
        raise NotFound(f"TSB Circular {number} ({period}) opens no consultation")
    rows = served.rows("consultation-rows", consultation=iri)
    drafts = served.rows("circular-drafts", iri=letter)
    passages: dict[str, list[Row]] = {}
    for row in served.rows("evidence", s=iri):
        passages.setdefault((value(row, "property") or "").rpartition("#")[2], []).append(row)
    summary = _consultation(request, first, on or today(), letter)
    return models.ConsultationDetail(
        **summary.model_dump(),
        rules=_rules(first),
        meeting=value(first, "meeting"),
        reply_email=value(first, "reply_email"),
        reply_fax=value(first, "reply_fax"),
        items=[_form_row(request, row) for row in rows],
        corrections=corrections_of(request, served, letter),
        sources={name: sources_of(passages[name]) for name in _EVIDENCED if name in passages},
        links=_links(request, letter, first, drafts),
        known_until=known_as_model(served),
    )


def _form_row(request: Request, row: Row) -> models.FormRow:
    concerned = value(row, "concerns_iri")
    return models.FormRow(
        row=int(value(row, "row") or 0),
        label=value(row, "label"),
        number=value(row, "number"),
        provisional_name=value(row, "provisional_name"),
        concerns=models.Reference(name=value(row, "concerns") or "", iri=concerned, url=resource(request, concerned))
        if concerned
        else None,
    )


def corrections_of(request: Request, served: DatasetContext, circular: str, lang: str | None = None) -> list[models.Correction]:
    """Return the corrections that corrigenda make to a circular, in order, with the passages in all language versions."""
    rows, wanted = served.rows("corrections", circular=circular), languages(request, lang)
    return [_correction(request, list(said), wanted) for _, said in groupby(rows, key=lambda row: value(row, "correction_iri"))]


def _correction(request: Request, rows: list[Row], wanted: tuple[str, ...]) -> models.Correction:
    row = rows[0]
    titles = (said.get("title") for said in rows)
    corrigendum, what = value(row, "corrigendum_iri") or "", value(row, "what")
    return models.Correction(
        iri=value(row, "correction_iri") or "",
        corrigendum=models.Reference(name=value(row, "corrigendum") or "", iri=corrigendum, url=resource(request, corrigendum)),
        issued=value(row, "issued"),
        what="title" if what == "title" else "reply-deadline" if what == "reply-deadline" else None,
        text=value(row, "text"),
        replaced=value(row, "replaced"),
        corrected=value(row, "corrected"),
        title=best_language(
            (models.Title(lang=text.language or "", value=text.value) for text in titles if isinstance(text, RdfLiteral)), wanted
        ),
        in_force=value(row, "in_force") == "yes",
        sources=sources_of(rows),
    )


def _consultation(request: Request, row: Row, on: date, letter: str, said_by: date | None = None) -> models.Consultation:
    deadline, iri = _deadline(row, said_by), value(row, "consultation_iri") or ""
    return models.Consultation(
        iri=iri,
        circular=value(row, "document") or "",
        circular_iri=letter,
        issued=value(row, "issued"),
        reply_deadline=deadline,
        stated_deadline=value(row, "stated_deadline"),
        status=_status(deadline, on),
        url=resource(request, iri),
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


def _findings(rows: list[Row]) -> list[models.Finding]:
    by_finding = groupby(
        rows, key=lambda row: (value(row, "severity"), value(row, "code"), value(row, "message"), value(row, "finding_iri"))
    )
    found = [
        models.Finding(
            code=code or "",
            severity=severity or "",
            message=message or "",
            lines=sorted({int(line) for row in said if (line := value(row, "line"))}),
            language=next((language for row in said if (language := value(row, "language"))), None),
        )
        for (severity, code, message, _), said in ((key, list(rows)) for key, rows in by_finding)
    ]
    return sorted(found, key=lambda finding: (finding.severity, finding.code, finding.message, finding.lines))
