"""GET /changes: what changed between two days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from markupsafe import Markup
from pydantic import BeforeValidator

from sg17kg.errors import BadParameter
from sg17kg.rendering.terms import N_
from sg17kg.search.words import natural
from sg17kg.web import circulars, meetings, models, recommendations, work_items
from sg17kg.web.pages.view import View, view_of
from sg17kg.web.parameters import Lang, only_known, strict_day, today

router = APIRouter(dependencies=[Depends(only_known)])
From = Annotated[date | None, BeforeValidator(strict_day), Query(alias="from", description="The earlier day (YYYY-MM-DD)")]
To = Annotated[date | None, BeforeValidator(strict_day), Query(alias="to", description="The later day (YYYY-MM-DD)")]
_HALF_A_YEAR = timedelta(days=182)


@dataclass(frozen=True)
class Change:
    """What became different of a thing: which of its sides, before and after ("" where there was nothing)."""

    thing: Markup
    title: Markup
    side: Markup
    before: Markup
    after: Markup


@router.get("/changes", include_in_schema=False)
def changes(request: Request, lang: Lang = None, from_: From = None, to: To = None) -> Response:
    """Texts, work items, circulars, consultations and meetings, as they stood on two days. Raises BadParameter for days in disorder."""
    v = view_of(request, lang, None)
    last = to or today()
    first = from_ or last - _HALF_A_YEAR
    if first >= last:
        raise BadParameter(f"'from' ({first}) must be before 'to' ({last})")
    return v.page(
        "changes",
        first=first,
        last=last,
        texts=_texts(v, first, last),
        items=_work_items(v, first, last),
        sent=[entry for entry in circulars.circulars(request, v.served, on=last, lang=v.language.tag, limit=500).items
              if entry.issued and first.isoformat() < entry.issued <= last.isoformat()],
        closed=[entry for entry in circulars.consultations(request, v.served, on=last, limit=500).items
                if entry.reply_deadline and first.isoformat() < entry.reply_deadline[:10] <= last.isoformat()],
        met=[entry for entry in meetings.meetings(request, v.served, limit=500).items
             if entry.start and first.isoformat() < entry.start <= last.isoformat()],
    )  # fmt: skip


def _texts(v: View, first: date, last: date) -> list[Change]:
    before = {item.iri: item for item in recommendations.summaries(v.request, v.served, first, None, v.wanted)}
    found = []
    for item in recommendations.summaries(v.request, v.served, last, None, v.wanted):
        was = before.get(item.iri)
        thing, title = v.link(item.iri, item.number), v.text(item.title)
        sides = (
            (N_("Status"), _status(v, was), _status(v, item)),
            (N_("Question"), _joined(was.questions if was else []), _joined(item.questions)),
            (N_("Edition"), _plain(was.edition if was else None), _plain(item.edition)),
            (N_("Title"), v.text(was.title) if was else Markup(""), title),
        )
        found += [
            Change(thing, title, v.language.say(side), old, new) for side, old, new in sides if old != new and (was or side != "Title")
        ]
    return sorted(found, key=lambda change: natural(change.thing.striptags()))


def _work_items(v: View, first: date, last: date) -> list[Change]:
    before = {item.iri: item for item in work_items.summaries(v.request, v.served, first, None, v.wanted)}
    found = []
    for item in work_items.summaries(v.request, v.served, last, None, v.wanted):
        was = before.get(item.iri)
        thing, title = v.link(item.iri, item.name), v.text(item.title)
        sides = (
            (N_("Status"), _status(v, was), _status(v, item)),
            (N_("Question"), _joined(was.questions if was else []), _joined(item.questions)),
            (N_("Became"), _plain(was.resulted_in if was else None), _plain(item.resulted_in)),
        )
        found += [Change(thing, title, v.language.say(side), old, new) for side, old, new in sides if old != new]
    return found


def _status(v: View, item: models.RecommendationSummary | models.WorkItemSummary | None) -> Markup:
    return v.term("status", item.status.code) if item and item.status.code != "unknown" else Markup("")


def _joined(names: list[str]) -> Markup:
    return Markup("{}").format(", ".join(names))


def _plain(text: str | None) -> Markup:
    return Markup("{}").format(text or "")
