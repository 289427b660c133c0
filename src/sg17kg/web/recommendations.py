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
from sg17kg.web.parameters import Day, only_known, today
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
def recommendation(number: str, served: Served, on: Day = None) -> models.Recommendation:
    """One Recommendation: who owns it, its names, drafts, parts and conflicts, each with the lines that say so."""
    printed = parse_number(number)
    known = served.rows("text-known", number=printed)
    if not known:
        raise NotFound(f"no text {printed}; /api/v1/queries/recommendations lists the numbers that the graph knows")
    day = on or today()
    drafts = _until(served.rows("text-drafts", number=printed), "issued", day)
    editions = _until(served.rows("text-editions", number=printed), "approved_on", day)
    names = _until(served.rows("text-names", number=printed), "issued", day)
    owners = owners_of(served, printed, on)
    return models.Recommendation(
        iri=value(known[0], "iri") or "",
        number=printed,
        titles=_titles([*reversed(editions), *(row for row in drafts if not row.get("part"))]),
        status=_status(editions, [row for row in drafts if not row.get("part")], day),
        owners=owners,
        provisional_names=_names(names),
        editions=[_edition(row) for row in editions],
        drafts=[_draft(row, day) for row in drafts],
        amendments=[
            models.Part(iri=value(row, "iri") or "", number=value(row, "number_of_part") or "", type=value(row, "type") or "")
            for row in served.rows("text-amendments", number=printed)
        ],
        conflicts=conflicts_of(served.rows("text-conflicts", number=printed)),
    )


@router.get("/{number}/owner")
def owner(number: str, served: Served, on: Day = None) -> models.Owners:
    """Which Question is responsible, on a day: the newest statement not later than it, and what contradicts it."""
    printed = parse_number(number)
    if not served.rows("text-known", number=printed):
        raise NotFound(f"no text {printed}; /api/v1/queries/recommendations lists the numbers that the graph knows")
    owners = owners_of(served, printed, on)
    questions = {entry.question for entry in owners}
    return models.Owners(number=printed, on=on.isoformat() if on else None, questions=owners, conflict=len(questions) > 1)


def _until(rows: list[Row], column: str, day: date) -> list[Row]:
    """Rows of what was there on a day; one that bears no day is kept."""
    return [row for row in rows if (value(row, column) or "") <= day.isoformat()]


def owners_of(served: Service, number: str, on: date | None) -> list[models.Owner]:
    """The Questions responsible for a text, newest statement first."""
    rows = served.rows("question-owning", number=number, on=on.isoformat() if on else None)
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


def _titles(drafts: Iterable[Row]) -> list[models.Title]:
    """One title a language: that of the newest edition, else of the newest draft."""
    titles: dict[str, str] = {}
    for row in drafts:
        term = row.get("title")
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


def _outcome(row: Row, on: date) -> models.OutcomeCode:
    """As of the day: pending until the meeting starts, or until a later outcome; unknown where no source reports one."""
    outcome, since = value(row, "outcome"), value(row, "outcome_date")
    if since and since <= on.isoformat() and outcome in _OUTCOMES:
        return _OUTCOMES[outcome]
    meeting = value(row, "meeting_start")
    return "pending" if meeting and meeting >= on.isoformat() else "unknown"


def _draft(row: Row, on: date) -> models.Draft:
    return models.Draft(
        iri=value(row, "draft_iri") or "",
        circular=value(row, "document") or "",
        kind=value(row, "kind"),
        part=value(row, "part"),
        document=value(row, "text_in"),
        meeting=value(row, "meeting"),
        reply_deadline=value(row, "reply_deadline"),
        outcome=_outcome(row, on),
    )


def _status(editions: list[Row], drafts: list[Row], on: date) -> models.Status:
    """In force since its newest edition, unless that was withdrawn; a text without edition is as far as circulars tell.

    A new text whose meeting is over and of which no edition is known is `unknown`.
    """
    if editions and value(editions[-1], "publication") == "withdrawn":
        return models.Status(code="withdrawn", since=None)
    if editions:
        return models.Status(code="in-force", since=value(editions[-1], "approved_on"))
    deadlines = [deadline for row in drafts if (deadline := value(row, "reply_deadline"))]
    if any(deadline[:10] >= on.isoformat() for deadline in deadlines):
        return models.Status(code="in-consultation", since=None)
    meetings = [start for row in drafts if (start := value(row, "meeting_start"))]
    if deadlines and meetings and max(meetings) >= on.isoformat():
        return models.Status(code="consultation-closed", since=max(deadlines)[:10])
    return models.Status(code="unknown", since=None)
