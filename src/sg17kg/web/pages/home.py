"""GET / and /find: open consultations, coming meetings, news, and search."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from markupsafe import Markup
from pydantic import BeforeValidator

from sg17kg.namespaces import BASE, ONTOLOGY
from sg17kg.rendering.code_labels import N_
from sg17kg.store.base import value
from sg17kg.web import models
from sg17kg.web.api import circulars, meetings, recommendations, work_items
from sg17kg.web.api.parameters import reject_unknown_parameters, strict_number
from sg17kg.web.api.search import found_as_model
from sg17kg.web.known import known_of
from sg17kg.web.missing import STUDY_GROUP as AT_ITU
from sg17kg.web.pages.letters import days_left
from sg17kg.web.pages.page_context import Page, PageContext

router = APIRouter(dependencies=[Depends(reject_unknown_parameters)])
Words = Annotated[str, Query(max_length=200, description="Number, name, or words of a title")]
Offset = Annotated[int, BeforeValidator(strict_number), Query(ge=0, le=1_000_000)]
_NEWS, _FOUND = 12, 50
_COUNTED = (
    ("Recommendation", N_("Recommendations"), "/recommendations"),
    ("WorkItem", N_("Work items"), "/work-items"),
    ("Question", N_("Questions"), "/questions"),
    ("Circular", N_("Circulars"), "/circulars"),
    ("Meeting", N_("Meetings"), "/meetings"),
    ("Conflict", N_("Conflicts"), "/conflicts"),
    ("Body", N_("Bodies"), "/bodies"),
)

# A list that holds more than the counted class is filtered by that class
_NARROWED = {"Recommendation": "Recommendation"}


@dataclass(frozen=True)
class Due:
    """A consultation: its IRI, deadline (ISO 8601, UTC), whole days left from the day of the page, and the address of its calendar file."""

    iri: str
    deadline: str
    days: int
    calendar: str

    @property
    def replay(self) -> str:
        """A day on which the consultation was open: two weeks before the deadline."""
        return (date.fromisoformat(self.deadline[:10]) - timedelta(days=14)).isoformat()


@dataclass(frozen=True)
class News:
    """A news item: its day, kind, name, IRI, and title."""

    date: str
    kind: str
    name: str
    iri: str
    title: Markup


@router.get("/", include_in_schema=False)
def home(v: Page) -> Response:
    """What must be answered now, and where to go on."""
    due = _due(v)
    sent = {entry.iri for entry in circulars.consultations(v.request, v.served, on=v.day, limit=500).items}
    items = work_items.summaries(v.request, v.served, v.day, None, v.wanted)
    day = v.day.isoformat()
    known = known_of(v.served)
    sizes = {value(row, "class"): int(value(row, "things") or 0) for row in v.served.rows("sizes")}
    return v.page(
        "home",
        open_now=[entry for entry in due if entry.days >= 0 and entry.iri in sent],
        last=max((entry for entry in due if entry.days < 0), key=lambda entry: entry.deadline, default=None),
        following=min(
            (entry for entry in due if entry.days >= 0 and entry.iri not in sent), key=lambda entry: entry.deadline, default=None
        ),
        coming=[
            meeting for meeting in meetings.meetings(v.request, v.served, limit=500).items if (meeting.end or meeting.start or "") >= day
        ],
        pending=_pending(v),
        developed=sum(item.status.code == "under-development" for item in items),
        news=_news(v),
        numbers=[
            (sizes.get(ONTOLOGY + name, 0), v.language.say(message), v.to(path, type=_NARROWED.get(name)))
            for name, message, path in _COUNTED
        ],
        circulars_known=known.circulars,
        listed_until=known.work_programme.day if known.work_programme else None,
        at_itu=AT_ITU,
        feeds=True,
        canonical=BASE,
    )


def _due(v: PageContext) -> list[Due]:
    """Return every consultation that has a deadline."""
    known = circulars.consultations(v.request, v.served, limit=500, on=None).items
    found = []
    for entry in known:
        left = days_left(entry.reply_deadline, v.day)
        if left is not None and entry.reply_deadline:
            tail = entry.iri.removeprefix(BASE + "consultation/")
            found.append(Due(entry.iri, entry.reply_deadline, left, f"/calendar.ics?consultation={tail}"))
    return found


def _pending(v: PageContext) -> list[tuple[models.CircularDraft, str]]:
    """Return the drafts of circulars sent by the day whose meeting has not ended, each with its stage."""
    found = []
    ends = {meeting.meeting: meeting.end or meeting.start or "" for meeting in meetings.meetings(v.request, v.served, limit=500).items}
    known = circulars.consultations(v.request, v.served, on=v.day, limit=500).items
    rows = v.served.rows("circular", iri=[entry.circular_iri for entry in known]) if known else []
    approving = {value(row, "circular_iri"): value(row, "meeting") for row in rows}
    for entry in known:
        meeting = approving.get(entry.circular_iri)
        if meeting and ends.get(meeting, "") >= v.day.isoformat():
            stage = "in-consultation" if entry.status == "open" else "consultation-closed"
            found += [(draft, stage) for draft in circulars.drafts_of(v.served, entry.circular_iri)]
    return found


def _news(v: PageContext) -> list[News]:
    """Return the newest approvals and circulars up to the day; conflicts have a list of their own."""
    found = []
    for row in v.served.rows("news"):
        day, kind = value(row, "date") or "", value(row, "kind_of_news") or ""
        if kind != "conflict" and day[:10] <= v.day.isoformat():
            found.append(News(day, kind, value(row, "name") or "", value(row, "iri") or "", v.of_term(row.get("title"))))
    return found[:_NEWS]


@router.get("/find", include_in_schema=False)
def find(v: Page, q: Words = "", offset: Offset = 0) -> Response:
    """What bears a name or has the words; the thing that bears it exactly is shown at once, if it is the only one of its kind."""
    index = v.served.index.get()
    exact = index.resolve(q) if q.strip() else []
    if exact and not offset and all(other.type != exact[0].type for other in exact[1:]):
        return Response(status_code=303, headers={"Location": v.thing(exact[0].iri), "Vary": "Accept-Language"})
    found = index.search(q) if q.strip() else []
    shown: list[models.Found] = [found_as_model(v.request, index, entry, v.wanted) for entry in found[offset : offset + _FOUND]]
    stages = {text.iri: text.status for text in recommendations.listed(v.served, v.day)} if shown else {}
    stages |= {item.iri: item.status.code for item in work_items.summaries(v.request, v.served, v.day, None, v.wanted)} if shown else {}
    return v.page("find", asked=q, found=shown, stages=stages, total=len(found), offset=offset, size=_FOUND)
