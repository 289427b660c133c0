"""GET /calendar.ics and /feed.atom."""

from datetime import UTC, date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BeforeValidator

from sg17kg.errors import BadParameter, NotFound
from sg17kg.identifiers import parse_question
from sg17kg.known_until import in_a_sentence
from sg17kg.namespaces import BASE
from sg17kg.rendering.feed import Entry, feed
from sg17kg.store.base import RdfLiteral, Row, value
from sg17kg.web.api.links import here, local, root
from sg17kg.web.api.parameters import reject_unknown_parameters, strict_number
from sg17kg.web.dependencies import ContextDep, DatasetContext
from sg17kg.web.known import known_of

if TYPE_CHECKING:
    from sg17kg.rendering.calendar import Event

router = APIRouter(tags=["Subscriptions"], dependencies=[Depends(reject_unknown_parameters)])
CALENDAR, ATOM = "text/calendar", "application/atom+xml"
QuestionOnly = Annotated[str | None, Query(max_length=40, description="Only what concerns this Question (Q10/17)")]
GroupOnly = Annotated[str | None, Query(max_length=40, description="Only what concerns this group (SG17, 17, TSAG)")]
ConsultationOnly = Annotated[
    str | None, Query(pattern="^[0-9]{4}-[0-9]{4}/[0-9]{1,4}$", description="Only this consultation (2025-2028/104)")
]
Remind = Annotated[str, Query(pattern="^(?:[0-9]{1,3}(?:,[0-9]{1,3}){0,4})?$", description="Reminders, days before: 14,3; empty: none")]
NewsKind = Annotated[Literal["circular", "edition", "conflict"] | None, Query(description="Only news of this kind")]
Most = Annotated[int, BeforeValidator(strict_number), Query(alias="limit", ge=1, le=500, description="How many entries at most")]
_ICS: dict[int | str, dict[str, object]] = {200: {"description": "iCalendar", "content": {CALENDAR: {"schema": {"type": "string"}}}}}
_FEED: dict[int | str, dict[str, object]] = {200: {"description": "Atom", "content": {ATOM: {"schema": {"type": "string"}}}}}


@router.get("/calendar.ics", response_class=Response, responses=_ICS)
def calendar(
    request: Request,
    served: ContextDep,
    question: QuestionOnly = None,
    sg: GroupOnly = None,
    consultation: ConsultationOnly = None,
    remind: Remind = "14,3",
) -> Response:
    """Deadlines of consultations and meetings, as iCalendar (RFC 5545), to subscribe to; identifiers stay the same over time."""
    # the calendar library takes 0.05 seconds to import, and most services never need it
    from sg17kg.rendering.calendar import calendar as written  # noqa: PLC0415

    group, called = _group(sg), None
    if question is not None:
        its_group, number = parse_question(question)
        group, called = f"SG{its_group}", f"Q{number}/{its_group}"
    days = tuple(sorted({int(day) for day in remind.split(",") if day}, reverse=True))
    name = " ".join(("ITU-T", called or group or "SG17 knowledge graph", "deadlines and meetings"))
    events = [*_deadlines(request, served, called, group if called is None else None, days), *_meetings(request, served, group)]
    if consultation is not None:
        only = f"{BASE}consultation/{consultation}"
        events = [event for event in events if event.iri == only]
        if not events:
            raise NotFound(f"no consultation {consultation} with a deadline; /api/v1/consultations lists them")
    return Response(written(name, events, served.made, here(request), in_a_sentence(known_of(served))), media_type=CALENDAR)


def _group(given: str | None) -> str | None:
    """Return SG17 for 17 and sg17. Raises BadParameter for an empty name."""
    if given is None:
        return None
    if not given.strip():
        raise BadParameter("parameter 'sg': name a group, like SG17")
    return f"SG{int(given)}" if given.isdecimal() else given.strip().upper()


def _deadlines(request: Request, served: DatasetContext, question: str | None, group: str | None, remind: tuple[int, ...]) -> list["Event"]:
    events = []
    for iri, said in groupby(served.rows("deadlines"), key=lambda row: value(row, "consultation_iri") or ""):
        rows = list(said)
        questions = sorted({name for row in rows if (name := value(row, "question"))})
        if (question is None or question in questions) and (group is None or group in {value(row, "group") for row in rows}):
            events.append(_deadline(request, iri, rows[0], questions, remind))
    return events


def _deadline(request: Request, iri: str, row: Row, questions: list[str], remind: tuple[int, ...]) -> "Event":
    from sg17kg.rendering.calendar import Event  # noqa: PLC0415

    address = f"{root(request)}{local(iri)}"
    about = [f"Questions: {', '.join(questions)}"] if questions else []
    about += [f"To be approved at: {meeting}" for meeting in (value(row, "meeting"),) if meeting]
    return Event(
        iri=iri,
        summary=f"Replies due: {value(row, 'document')}",
        description="\n".join((*about, address)),
        url=address,
        start=_moment(value(row, "reply_deadline") or ""),
        categories=("deadline",),
        remind_days=remind,
        related=tuple(other for other in (value(row, "document_iri"), value(row, "meeting_iri")) if other),
    )


def _meetings(request: Request, served: DatasetContext, group: str | None) -> list["Event"]:
    return [
        _meeting(request, row)
        for row in served.rows("meetings-known")
        if value(row, "start") and (group is None or (value(row, "group") or "").upper() == group)
    ]


def _meeting(request: Request, row: Row) -> "Event":
    from sg17kg.rendering.calendar import Event  # noqa: PLC0415

    iri = value(row, "meeting_iri") or ""
    address = f"{root(request)}{local(iri)}"
    place = ", ".join(part for part in (value(row, "place"), value(row, "country")) if part)
    last = value(row, "end")
    return Event(
        iri=iri,
        summary=f"Meeting of {value(row, 'group')}",
        description=address,
        url=address,
        start=date.fromisoformat(value(row, "start") or ""),
        end=date.fromisoformat(last) if last else None,
        place=place or None,
        categories=("meeting",),
        tentative=value(row, "planned") == "yes",
    )


@router.get("/feed.atom", response_class=Response, responses=_FEED)
def atom(request: Request, served: ContextDep, kind: NewsKind = None, most: Most = 50) -> Response:
    """What is new, as Atom (RFC 4287): circulars by their date, editions by their approval, conflicts by the day they could be seen."""
    entries = [_entry(request, row) for row in served.rows("news", kind=kind)[:most]]
    base = root(request)
    content = feed(
        "ITU-T SG17: circulars, editions, conflicts",
        f"{BASE}feed",
        here(request),
        f"{base}/",
        entries,
        served.made,
        in_a_sentence(known_of(served)),
    )
    return Response(content, media_type=ATOM)


def _entry(request: Request, row: Row) -> Entry:
    iri, name, kind = (value(row, column) or "" for column in ("iri", "name", "kind_of_news"))
    title = row.get("title")
    words = title.value if isinstance(title, RdfLiteral) else ""
    return Entry(
        id=iri,
        title=name,
        updated=datetime.fromisoformat(value(row, "date") or "").replace(tzinfo=UTC),
        url=f"{root(request)}{local(iri)}",
        summary=words or name,
        category=kind,
        language="en",
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
