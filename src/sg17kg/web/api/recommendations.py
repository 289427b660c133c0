"""GET /api/v1/recommendations, …/{number}, …/{number}/owner, …/{number}/history."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from sg17kg.days import stage_on
from sg17kg.identifiers import deliverable_iri, parse_number, parse_question
from sg17kg.search.build import texts_said_by
from sg17kg.search.records import TEXT
from sg17kg.search.texts import ListedText, several
from sg17kg.store.base import Row, value
from sg17kg.web import models
from sg17kg.web.api.conflicts import conflicts_in
from sg17kg.web.api.links import local, resource, root
from sg17kg.web.api.parameters import (
    Cursor,
    Day,
    Lang,
    Limit,
    QuestionFilter,
    SaidBy,
    StatusFilter,
    best_language,
    iso,
    languages,
    paginate,
    reject_unknown_parameters,
    sort_by,
    sort_items,
    today,
)
from sg17kg.web.dependencies import ContextDep, DatasetContext
from sg17kg.web.known import known_as_model, lists_by
from sg17kg.web.missing import missing
from sg17kg.web.numbers import IN_PATH
from sg17kg.web.passages import sources_of
from sg17kg.web.text_status import ListedEdition, parts_of, revision_of, revisions_of, successor_of, text_status
from sg17kg.web.texts import (
    by_text,
    drafts_of,
    edition_of,
    groups_of,
    names_of,
    owners_of,
    subseries_of,
    titles_of,
    until,
    was_said,
)

router = APIRouter(prefix="/api/v1/recommendations", tags=["Recommendations"], dependencies=[Depends(reject_unknown_parameters)])
SeriesFilter = Annotated[
    str | None, Query(description="How the number begins: X, X.12; or its hundred: X.1200", pattern="^[A-Za-z](?:\\.[0-9.]{1,12})?$")
]
GroupFilter = Annotated[str | None, Query(description="Only texts whose number a catalogue gives to this group (SG17)", max_length=20)]
SubseriesFilter = Annotated[str | None, Query(description="Only texts of this subseries, by its range (X.1200-X.1299)", max_length=200)]
PeriodFilter = Annotated[
    str | None,
    Query(pattern="^([0-9]{4}-[0-9]{4}|before 2001)$", description="Only texts whose newest edition on the day is of this study period"),
]
KindFilter = Annotated[Literal["Recommendation", "Supplement", "TechnicalReport"] | None, Query(description="Only texts of this class")]
Words = Annotated[str | None, Query(description="Words of a title or a name, all of them, in any language", min_length=1, max_length=200)]
TextSort = Annotated[str, sort_by("number", "title", "status", "since", "approved_on")]


@router.get("")
def recommendations(
    request: Request,
    served: ContextDep,
    question: QuestionFilter = None,
    status: StatusFilter = None,
    q: Words = None,
    series: SeriesFilter = None,
    group: GroupFilter = None,
    subseries: SubseriesFilter = None,
    period: PeriodFilter = None,
    kind: KindFilter = None,
    on: Day = None,
    said_by: SaidBy = None,
    lang: Lang = None,
    sort: TextSort = "number",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.Page[models.RecommendationSummary]:
    """Recommendations, Supplements and Technical Reports, as of a day."""
    day = on or today()
    texts = listed(served, day, said_by)
    if question is not None:
        its_group, number = parse_question(question)
        texts = [text for text in texts if f"Q{number}/{its_group}" in several(text.questions)]
    if q is not None:
        found = {entry.iri for entry in served.index.get().search(q, all_words=True)}
        texts = [text for text in texts if text.iri in found]
    if series is not None:
        beginning = series.upper()
        texts = [
            text
            for text in texts
            if beginning in several(text.series)
            or any(number.startswith(beginning) for number in (text.number, *several(text.other_numbers)))
        ]
    chosen = [
        text
        for text in texts
        if status in (None, text.status)
        and kind in (None, text.type)
        and period in (None, text.period)
        and (group is None or (text.group or "").casefold() == group.casefold())
        and (subseries is None or any(named.casefold().startswith(subseries.casefold()) for named in several(text.subseries)))
    ]
    wanted = languages(request, lang)
    if sort.removeprefix("-") == "title":
        titled = summaries(request, served, day, said_by, wanted, chosen)
        return paginate(request, sort_items(titled, sort, _BY_TITLE), limit, cursor, known_as_model(served, said_by))
    in_order = chosen if sort == "number" else sort_items(chosen, sort, _SORTED)
    shown = paginate(request, in_order, limit, cursor, None)
    return models.Page(
        items=summaries(request, served, day, said_by, wanted, shown.items),
        next=shown.next,
        total=shown.total,
        known_until=known_as_model(served, said_by),
    )


_BY_TITLE = {"title": lambda item: item.title.value if item.title else None}
_SORTED = {
    "number": lambda text: text.number,
    "status": lambda text: text.status,
    "since": lambda text: text.since,
    "approved_on": lambda text: text.approved_on,
}
_SEVERAL = 200  # texts in one query; more texts take several queries, one after another


def listed(served: DatasetContext, on: date, said_by: date | None = None) -> list[ListedText]:
    """Return all texts in the form that lists filter and sort on a day, by number.

    With `said_by`, only texts about which something had been said by then. These come from the store, because the index knows only one kind
    of time.
    """
    if said_by is None:
        return served.index.get().texts_on(on)
    return texts_said_by(served.store, served.catalogue, on, said_by)


def summaries(
    request: Request, served: DatasetContext, on: date, said_by: date | None, wanted: tuple[str, ...], chosen: Sequence[ListedText]
) -> list[models.RecommendationSummary]:
    """Return the texts of a list as models, in its order, from the index and two queries for each 200 of them."""
    parts = (chosen[start : start + _SEVERAL] for start in range(0, len(chosen), _SEVERAL))
    return [item for part in parts for item in _summaries(request, served, on, said_by, wanted, part)]


def _summaries(
    request: Request, served: DatasetContext, on: date, said_by: date | None, wanted: tuple[str, ...], chosen: Sequence[ListedText]
) -> list[models.RecommendationSummary]:
    texts = [text.iri for text in chosen]
    day, said = on.isoformat(), iso(said_by)
    drafted = by_text(served, "draft-titles", texts, on=iso(min(on, said_by or on)))
    revised, listing = revisions_of(request, served, on, said_by, texts), lists_by(served, on, said_by)
    shown, base, items = served.index.get().shown(texts), root(request), []
    for text in chosen:
        published, stages = shown[text.iri]
        editions = until(published, on, said_by, "approved_on", "said")
        titles = titles_of((row, "title") for row in (*editions, *drafted.get(text.iri, ())))
        items.append(
            models.RecommendationSummary.model_validate(
                {
                    "iri": text.iri,
                    "url": f"{base}{router.prefix}/{text.number.replace(' ', '%20')}",
                    "number": text.number,
                    "other_numbers": list(several(text.other_numbers)),
                    "type": text.type,
                    "title": best_language(titles, wanted),
                    "status": text_status(
                        text.number,
                        stage_on(stages, day, said),
                        list({value(row, "edition_iri"): ListedEdition.of(row) for row in editions}.values()),
                        listing=listing,
                        revision=revised.get(text.iri),
                    ),
                    "questions": list(several(text.questions)),
                    "edition": value(editions[0], "edition") if editions else None,
                    "approved_on": text.approved_on,
                    "subseries": list(several(text.subseries)),
                    "group": text.group,
                    "period": text.period,
                }
            )
        )
    return items


def _named(number: str, request: Request, response: Response, served: ContextDep) -> None:
    """Set Content-Location to the address of the record.

    A text answers to each of its numbers, in any printed form. Raises NotFound.
    """
    iri, _ = known_text(request, served, parse_number(number))
    below = request.scope["route"].path.partition(IN_PATH)[2]
    response.headers["Content-Location"] = resource(request, iri) + below


@router.get(f"/{IN_PATH}", dependencies=[Depends(_named)])
def recommendation(
    number: str, request: Request, served: ContextDep, on: Day = None, said_by: SaidBy = None, lang: Lang = None
) -> models.Recommendation:
    """One Recommendation: who owns it, its names, drafts, parts and conflicts, each with the lines that say so."""
    iri, printed = known_text(request, served, parse_number(number))
    day = on or today()
    record = served.record(TEXT, iri, printed)

    def stored(query: str) -> list[Row]:
        return record.get(query, [])

    drafts = until(stored("drafts-of-thing"), day, said_by, "issued", "issued")
    editions = until(stored("text-editions"), day, said_by, "approved_on", "said")
    names = until(stored("text-names"), day, said_by, "issued", "issued")
    put = drafts_of(drafts, stored("draft-outcomes"), day, said_by)
    elsewhere = {draft.iri for draft in put if draft.outcome == "became-other"}  # the number was proposed, and went to another text
    own = [row for row in drafts if value(row, "draft_iri") not in elsewhere]
    lent = {value(row, "provisional_name") for row in drafts} - {value(row, "provisional_name") for row in own}
    names = [row for row in names if value(row, "name") not in lent]
    whole = [row for row in own if not row.get("part")]
    titles = titles_of([*((row, "title") for row in reversed(editions)), *((row, "title") for row in whole)])
    translated = titles_of((row, "translated") for row in whole)
    owners, earlier, later = owners_of(stored("statements-of-owners"), on, said_by)
    return models.Recommendation(
        iri=iri,
        number=printed,
        other_numbers=[value(row, "number") or "" for row in stored("other-numbers")],
        titles=titles,
        translated_titles=[title for title in translated if title.lang not in {own.lang for own in titles}],
        status=text_status(
            printed,
            stage_on(stored("text-stages"), day.isoformat(), iso(said_by)),
            [ListedEdition.of(row) for row in editions],
            listing=lists_by(served, day, said_by),
            revision=revision_of(request, stored("text-revisions"), day, said_by),
            successor=successor_of(request, stored("text-successors")),
        ),
        owners=owners,
        earlier_owners=earlier,
        later_owners=later,
        groups=groups_of(stored("text-groups"), day, said_by),
        subseries=subseries_of(stored("text-subseries")),
        provisional_names=names_of(names),
        editions=[edition_of(row, listed=said_by is None or lists_by(served, said_by, None)) for row in editions],
        drafts=put,
        amendments=parts_of(stored("text-amendments"), stored("part-stages"), day, said_by),
        conflicts=conflicts_in(stored("text-conflicts"), stored("conflict-statements"), stored("conflict-passages")),
        title=best_language((*titles, *translated), languages(request, lang)),
        url=resource(request, iri),
        links=_links(request, iri, [*owners, *earlier], drafts),
        known_until=known_as_model(served, said_by),
    )


@router.get(f"/{IN_PATH}/owner", dependencies=[Depends(_named)])
def owner(number: str, request: Request, served: ContextDep, on: Day = None, said_by: SaidBy = None) -> models.Owners:
    """Which Question is responsible, on a day: the newest statement not later than it, and what contradicts it."""
    iri, printed = known_text(request, served, parse_number(number))
    owners, earlier, later = owners_of(served.record(TEXT, iri, printed).get("statements-of-owners", []), on, said_by)
    questions = {entry.question for entry in owners}
    return models.Owners(
        number=printed,
        on=iso(on),
        questions=owners,
        conflict=len(questions) > 1,
        earlier=earlier,
        later=later,
        known_until=known_as_model(served, said_by),
    )


@router.get(f"/{IN_PATH}/history", dependencies=[Depends(_named)])
def history(
    number: str, request: Request, served: ContextDep, on: Day = None, said_by: SaidBy = None, limit: Limit = 50, cursor: Cursor = None
) -> models.Page[models.Event]:
    """What happened to a text, oldest first; as far as it lies before `on`, and had been said by `said_by`."""
    iri, printed = known_text(request, served, parse_number(number))
    every = served.record(TEXT, iri, printed).get("history-of-text", [])
    rows = [row for row in every if (on is None or (value(row, "date") or "") <= on.isoformat()) and was_said(row, said_by)]
    return paginate(
        request, [_event(request, list(group)) for _, group in groupby(rows, key=_happened)], limit, cursor, known_as_model(served, said_by)
    )


def _happened(row: Row) -> tuple[str | None, ...]:
    return tuple(value(row, name) for name in ("date", "event", "what_iri"))


def _event(request: Request, rows: list[Row]) -> models.Event:
    first = rows[0]
    iri = value(first, "what_iri") or ""
    with_lines = [row for row in rows if row.get("first_line")]
    return models.Event.model_validate(
        {
            "date": value(first, "date"),
            "event": value(first, "event"),
            "what": models.Reference(name=value(first, "what") or "", iri=iri, url=resource(request, iri)),
            "said_on": value(first, "said_on"),
            "said_not_before": value(first, "said_not_before"),
            "read_on": value(first, "read_on"),
            "said_in": value(first, "document"),
            "sources": sources_of(with_lines),
        }
    )


def known_text(request: Request, served: DatasetContext, number: str) -> tuple[str, str]:
    """Return the IRI of the text that has a number, and the number under which it is named. Raises Missing."""
    asked: dict[str, list[Row]] = request.scope.setdefault("sg17kg.texts", {})  # the dependency queried them before the route
    known = asked[number] = asked[number] if number in asked else served.rows("text-known", number=number)
    if not known:
        detail = f"no text {number}; /api/v1/recommendations lists the numbers that the graph knows"
        raise missing(request, served, deliverable_iri(number), detail)
    return value(known[0], "iri") or "", value(known[0], "printed") or number


def _links(request: Request, iri: str, owners: list[models.Owner], drafts: list[Row]) -> dict[str, str]:
    """Return the links of a text: by relation, then by the printed names in the response."""
    own = resource(request, iri)
    links = {"self": own, "owner": f"{own}/owner", "history": f"{own}/history", "thing": f"{root(request)}{local(iri)}"}
    links |= {owner.question: resource(request, owner.iri) for owner in owners}
    links |= {source.document: resource(request, source.iri) for owner in owners for source in owner.sources}
    return links | {value(row, "document") or "": resource(request, value(row, "document_iri") or "") for row in drafts}
