"""GET /api/v1/recommendations/{number} and …/owner."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends

from sg17kg.errors import NotFound
from sg17kg.identifiers import parse_number
from sg17kg.store.base import Row, Text, value
from sg17kg.web import models
from sg17kg.web.conflicts import conflicts_of
from sg17kg.web.parameters import Day, SaidBy, iso, only_known, today
from sg17kg.web.passages import sources_of
from sg17kg.web.service import Service, service

router = APIRouter(prefix="/api/v1/recommendations", tags=["Recommendations"], dependencies=[Depends(only_known)])
_OUTCOMES: dict[str, models.OutcomeCode] = {
    "approved": "approved",
    "approved-later": "approved-later",
    "became-other": "became-other",
}
Served = Annotated[Service, Depends(service)]


@router.get("/{number}")
def recommendation(number: str, served: Served, on: Day = None, said_by: SaidBy = None) -> models.Recommendation:
    """One Recommendation: who owns it, its names, drafts, parts and conflicts, each with the lines that say so."""
    printed = parse_number(number)
    known = served.rows("text-known", number=printed)
    if not known:
        raise NotFound(f"no text {printed}; /api/v1/queries/recommendations lists the numbers that the graph knows")
    day = on or today()
    drafts = _until(served.rows("text-drafts", number=printed), day, said_by, "issued", "issued")
    editions = _until(served.rows("text-editions", number=printed), day, said_by, "approved_on", "said_on")
    names = _until(served.rows("text-names", number=printed), day, said_by, "issued", "issued")
    whole = [row for row in drafts if not row.get("part")]
    titles = _titles([*((row, "title") for row in reversed(editions)), *((row, "title") for row in whole)])
    translated = _titles((row, "translated") for row in whole)
    return models.Recommendation(
        iri=value(known[0], "iri") or "",
        number=printed,
        titles=titles,
        translated_titles=[title for title in translated if title.lang not in {own.lang for own in titles}],
        status=_status(served.rows("status-of-text", number=printed, on=iso(day), said_by=iso(said_by))),
        owners=owners_of(served, printed, on, said_by),
        provisional_names=_names(names),
        editions=[_edition(row) for row in editions],
        drafts=[_draft(list(rows), day, said_by) for _, rows in groupby(drafts, key=lambda row: value(row, "draft_iri"))],
        amendments=[
            models.Part(iri=value(row, "iri") or "", number=value(row, "number_of_part") or "", type=value(row, "type") or "")
            for row in served.rows("text-amendments", number=printed)
        ],
        conflicts=conflicts_of(served, served.rows("text-conflicts", number=printed)),
    )


@router.get("/{number}/owner")
def owner(number: str, served: Served, on: Day = None, said_by: SaidBy = None) -> models.Owners:
    """Which Question is responsible, on a day: the newest statement not later than it, and what contradicts it."""
    printed = parse_number(number)
    if not served.rows("text-known", number=printed):
        raise NotFound(f"no text {printed}; /api/v1/queries/recommendations lists the numbers that the graph knows")
    owners = owners_of(served, printed, on, said_by)
    questions = {entry.question for entry in owners}
    return models.Owners(number=printed, on=iso(on), questions=owners, conflict=len(questions) > 1)


def _until(rows: list[Row], day: date, said_by: date | None, true_from: str, said_on: str) -> list[Row]:
    """Rows of what was there on a day, as far as it had been said by another; one that bears no day is kept."""
    there = [row for row in rows if (value(row, true_from) or "") <= day.isoformat()]
    return [row for row in there if said_by is None or (value(row, said_on) or "") <= said_by.isoformat()]


def owners_of(served: Service, number: str, on: date | None, said_by: date | None) -> list[models.Owner]:
    """The Questions responsible for a text, newest statement first."""
    rows = served.rows("question-owning", number=number, on=iso(on), said_by=iso(said_by))
    owners = []
    for (iri, as_of, basis), group in groupby(rows, key=lambda row: (value(row, "question_iri"), value(row, "as_of"), value(row, "basis"))):
        said = list(group)
        owners.append(
            models.Owner(
                question=value(said[0], "question") or "",
                iri=iri or "",
                as_of=as_of or "",
                basis=basis or "",
                joint_with=sorted({joint for row in said if (joint := value(row, "joint_with"))}),
                sources=sources_of(said),
            )
        )
    return owners


def _titles(texts: Iterable[tuple[Row, str]]) -> list[models.Title]:
    """One text a language, the first of each: of titles that of the newest edition, else of the newest draft."""
    titles: dict[str, str] = {}
    for row, column in texts:
        term = row.get(column)
        if isinstance(term, Text):
            titles.setdefault(term.language or "", term.value)
    return [models.Title(lang=language, value=text) for language, text in sorted(titles.items())]


def _names(rows: list[Row]) -> list[models.ProvisionalName]:
    return [
        models.ProvisionalName(name=name or "", sources=sources_of(group))
        for name, group in groupby(rows, key=lambda row: value(row, "name"))
    ]


def _edition(row: Row) -> models.Edition:
    return models.Edition(
        iri=value(row, "edition_iri") or "",
        edition=value(row, "edition") or "",
        approved_on=value(row, "approved_on"),
        title=value(row, "title"),
        url=value(row, "url"),
    )


def _outcome(row: Row, on: date, said_by: date | None) -> models.OutcomeCode:
    """As of the day: pending until the meeting starts, or until a later outcome; unknown where no source reports one."""
    outcome, since, said = value(row, "outcome"), value(row, "outcome_date"), value(row, "outcome_said")
    known = said_by is None or (said or "") <= said_by.isoformat()
    if since and since <= on.isoformat() and known and outcome in _OUTCOMES:
        return _OUTCOMES[outcome]
    meeting = value(row, "meeting_start")
    return "pending" if meeting and meeting >= on.isoformat() else "unknown"


def _draft(rows: list[Row], on: date, said_by: date | None) -> models.Draft:
    row = rows[0]
    outcome = _outcome(row, on, said_by)
    return models.Draft(
        iri=value(row, "draft_iri") or "",
        circular=value(row, "document") or "",
        kind=value(row, "kind"),
        part=value(row, "part"),
        document=value(row, "text_in"),
        meeting=value(row, "meeting"),
        reply_deadline=value(row, "reply_deadline"),
        outcome=outcome,
        became=value(row, "became") if outcome in _OUTCOMES else None,
        scope=_titles((row, "scope") for row in rows),
    )


def _status(rows: list[Row]) -> models.Status:
    """The stage on the day; `unknown` where no source tells one. Since when an approval is unknown tells nothing: null."""
    code = value(rows[0], "status") if rows else "unknown"
    return models.Status.model_validate({"code": code, "since": value(rows[0], "since") if rows and code != "unknown" else None})
