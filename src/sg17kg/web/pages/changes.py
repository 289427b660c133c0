"""GET /changes: what changed between two days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from markupsafe import Markup
from pydantic import BeforeValidator

from sg17kg.errors import BadParameter
from sg17kg.identifiers import parse_question
from sg17kg.rendering.code_labels import N_
from sg17kg.search.texts import ListedText
from sg17kg.search.tokens import natural
from sg17kg.store.base import Row, value
from sg17kg.web import models
from sg17kg.web.api import circulars, meetings, recommendations, work_items
from sg17kg.web.api.parameters import Lang, QuestionFilter, reject_unknown_parameters, strict_day, today
from sg17kg.web.pages.page_context import PageContext, view_of

router = APIRouter(dependencies=[Depends(reject_unknown_parameters)])
From = Annotated[date | None, BeforeValidator(strict_day), Query(alias="from", description="The earlier day (YYYY-MM-DD)")]
To = Annotated[date | None, BeforeValidator(strict_day), Query(alias="to", description="The later day (YYYY-MM-DD)")]
Side = tuple[str, Markup, Markup]
Summary = TypeVar("Summary", bound=models.RecommendationSummary | models.WorkItemSummary)
_LISTED = ("superseded", "withdrawn")
_HALF_A_YEAR = timedelta(days=182)


@dataclass(frozen=True)
class Change:
    """A thing that changed: (name, before, after) for each changed side, with "" where there was nothing."""

    thing: Markup
    title: Markup
    sides: list[tuple[Markup, Markup, Markup]]
    questions: tuple[str, ...]


@router.get("/changes", include_in_schema=False)
def changes(request: Request, lang: Lang = None, from_: From = None, to: To = None, question: QuestionFilter = None) -> Response:
    """Texts, work items, circulars, consultations and meetings, as they stood on two days. Raises BadParameter for days in disorder."""
    v = view_of(request, lang, None)
    last = to or today()
    first = from_ or last - _HALF_A_YEAR
    if first >= last:
        raise BadParameter(f"'from' ({first}) must be before 'to' ({last})")
    called = "Q{1}/{0}".format(*parse_question(question)) if question else None
    adopted = v.served.rows("question-adoptions")
    texts, items = _texts(v, first, last), _work_items(v, first, last)
    return v.page(
        "changes",
        first=first,
        last=last,
        question=called,
        choices=sorted({name for row in adopted if (name := value(row, "question"))}, key=natural),
        versions=_versions(v, [row for row in adopted if first.isoformat() < (value(row, "adopted_on") or "") <= last.isoformat()], called),
        texts=[change for change in texts if called in (None, *change.questions)],
        items=[change for change in items if called in (None, *change.questions)],
        sent=[entry for entry in circulars.circulars(request, v.served, on=last, lang=v.language.tag, limit=500).items
              if entry.issued and first.isoformat() < entry.issued <= last.isoformat()],
        closed=[entry for entry in circulars.consultations(request, v.served, on=last, limit=500).items
                if entry.reply_deadline and first.isoformat() < entry.reply_deadline[:10] <= last.isoformat()],
        met=[entry for entry in meetings.meetings(request, v.served, limit=500).items
             if entry.start and first.isoformat() < entry.start <= last.isoformat()],
    )  # fmt: skip


def _versions(v: PageContext, rows: list[Row], called: str | None) -> list[tuple[Markup, str, str]]:
    """Return the versions of Questions that were adopted: the version, the day, what it continues."""
    found: dict[str, tuple[Markup, str, list[str]]] = {}
    for row in rows:
        iri = value(row, "version_iri") or ""
        if called in (None, value(row, "question")):
            entry = found.setdefault(iri, (v.link(iri), value(row, "adopted_on") or "", []))
            entry[2].append(value(row, "continues") or "")
    return [(link, day, ", ".join(sorted({name for name in names if name}))) for link, day, names in found.values()]


def _texts(v: PageContext, first: date, last: date) -> list[Change]:
    """Return the texts that changed, by number."""

    def sides(was: models.RecommendationSummary | None, item: models.RecommendationSummary) -> list[Side]:
        editions = (N_("Edition"), _plain(was.edition if was else None), _plain(item.edition))
        titles = [(N_("Title"), v.text(was.title), v.text(item.title))] if was and was.title else []
        return [editions, *titles]

    listed = [{text.iri: text for text in recommendations.listed(v.served, day)} for day in (first, last)]
    # a title can come from a draft, which changes nothing else
    drafted = {value(row, "iri") for row in v.served.rows("draft-titles", on=last.isoformat())}
    changed = [iri for iri, text in listed[1].items() if iri in drafted or _changed(listed[0][iri], text)]
    before, after = (
        recommendations.summaries(v.request, v.served, day, None, v.wanted, [texts[iri] for iri in changed])
        for day, texts in zip((first, last), listed, strict=True)
    )
    found = _different(v, before, after, lambda item: item.number, sides)
    return sorted(found, key=lambda change: natural(change.thing.striptags()))


def _changed(was: ListedText, text: ListedText) -> bool:
    """Return whether a text changed. A text listed as ended, without a day in any source, did not end between the two days."""
    ended = text.status in _LISTED and not text.since
    return (was.approved_on, was.questions) != (text.approved_on, text.questions) or (was.status != text.status and not ended)


def _work_items(v: PageContext, first: date, last: date) -> list[Change]:
    """Return the work items that changed."""

    def sides(was: models.WorkItemSummary | None, item: models.WorkItemSummary) -> list[Side]:
        return [(N_("Became"), _plain(was.resulted_in if was else None), _plain(item.resulted_in))]

    before, after = (work_items.summaries(v.request, v.served, day, None, v.wanted) for day in (first, last))
    return _different(v, before, after, lambda item: item.name, sides)


def _different(
    v: PageContext,
    before: list[Summary],
    after: list[Summary],
    name: Callable[[Summary], str],
    sides: Callable[[Summary | None, Summary], list[Side]],
) -> list[Change]:
    """Return the items that differ in stage, Question or one of the other sides."""
    found = []
    earlier = {item.iri: item for item in before}
    for item in after:
        was = earlier.get(item.iri)
        questions = was.questions if was else []
        # an item listed as ended, without a day in any source, did not end between the two days
        listed = item.status.code in _LISTED and not item.status.since
        status = _status(v, item)
        both = [
            (N_("Status"), status if listed else _status(v, was), status),
            (N_("Question"), _joined(questions), _joined(item.questions)),
        ]
        different = [(v.language.say(side), old, new) for side, old, new in (*both, *sides(was, item)) if old != new]
        if different:
            found.append(Change(v.link(item.iri, name(item)), v.text(item.title), different, (*item.questions, *questions)))
    return found


def _status(v: PageContext, item: models.RecommendationSummary | models.WorkItemSummary | None) -> Markup:
    return v.term("status", item.status.code if item else "unknown")


def _joined(names: list[str]) -> Markup:
    return Markup("{}").format(", ".join(names))


def _plain(text: str | None) -> Markup:
    return Markup("{}").format(text or "")
