"""GET /api/v1/recommendations, …/{number}, …/{number}/owner, …/{number}/history."""

from datetime import date
from itertools import groupby
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from sg17kg.identifiers import deliverable_iri, parse_number, parse_question
from sg17kg.search.words import natural
from sg17kg.store.base import Row, value
from sg17kg.text_numbers import hundred_of
from sg17kg.web import models
from sg17kg.web.addresses import local, resource, root
from sg17kg.web.conflicts import conflicts_of
from sg17kg.web.known import known_as_model, lists_by
from sg17kg.web.missing import missing
from sg17kg.web.numbers import IN_PATH
from sg17kg.web.parameters import (
    Cursor,
    Day,
    Lang,
    Limit,
    QuestionFilter,
    SaidBy,
    StatusFilter,
    iso,
    languages,
    only_known,
    ordered,
    page,
    picked,
    sort_by,
    today,
)
from sg17kg.web.passages import sources_of
from sg17kg.web.service import Service, service
from sg17kg.web.statuses import Listed, parts_of, revisions_of_all, successor_of, text_status
from sg17kg.web.texts import (
    draft_of,
    edition_of,
    groups_of,
    names_of,
    other_numbers,
    owners_of,
    questions_of_all,
    subseries_of,
    titles_of,
    until,
)

router = APIRouter(prefix="/api/v1/recommendations", tags=["Recommendations"], dependencies=[Depends(only_known)])
Served = Annotated[Service, Depends(service)]
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
    served: Served,
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
    items = summaries(request, served, on or today(), said_by, languages(request, lang))
    if question is not None:
        its_group, number = parse_question(question)
        items = [item for item in items if f"Q{number}/{its_group}" in item.questions]
    if q is not None:
        found = {entry.iri for entry in served.index.get().search(q, all_words=True)}
        items = [item for item in items if item.iri in found]
    beginning = (series or "").upper()
    begun = [
        item
        for item in items
        if any(number.startswith(beginning) or hundred_of(number) == beginning for number in (item.number, *item.other_numbers))
    ]
    chosen = [
        item
        for item in begun
        if status in (None, item.status.code)
        and kind in (None, item.type)
        and period in (None, item.period)
        and (group is None or (item.group or "").casefold() == group.casefold())
        and (subseries is None or any(named.casefold().startswith(subseries.casefold()) for named in item.subseries))
    ]
    return page(request, ordered(chosen, sort, _SORTED), limit, cursor, known_as_model(served, said_by))


_SORTED = {
    "number": lambda item: item.number,
    "title": lambda item: item.title.value if item.title else None,
    "status": lambda item: item.status.code,
    "since": lambda item: item.status.since,
    "approved_on": lambda item: item.approved_on,
}


def summaries(
    request: Request, served: Service, on: date, said_by: date | None, wanted: tuple[str, ...]
) -> list[models.RecommendationSummary]:
    """Every text, out of five queries, whatever their number."""
    moment = {"on": iso(on), "said_by": iso(said_by)}
    stages: dict[str | None, Row] = {}
    for row in served.rows("text-stages", **moment):
        stages.setdefault(value(row, "iri"), row)
    owners = questions_of_all(served, on, said_by)
    others = other_numbers(served)
    drafted: dict[str | None, list[Row]] = {}
    for row in served.rows("draft-titles", on=iso(min(on, said_by or on))):
        drafted.setdefault(value(row, "iri"), []).append(row)
    ranges: dict[str | None, list[str]] = {}
    for row in served.rows("text-subseries"):
        ranges.setdefault(value(row, "iri"), []).append(f"{value(row, 'range')} {value(row, 'name')}")
    revised, listing = revisions_of_all(request, served, on, said_by), lists_by(served, on, said_by)
    groups: dict[str | None, list[Row]] = {}
    for row in served.rows("text-groups"):
        groups.setdefault(value(row, "iri"), []).append(row)
    periods = [tuple(value(row, name) or "" for name in ("start", "end", "period")) for row in served.rows("study-periods")]
    base = root(request)
    items = []
    for iri, group in groupby(served.rows("texts"), key=lambda row: value(row, "iri")):
        every = list(group)
        # chosen here: Virtuoso passes over a filter in an OPTIONAL whose bound stands outside it
        editions = until([row for row in every if value(row, "edition")], on, said_by, "approved_on", "said")
        rows = editions or [{**every[0], "edition": None, "approved_on": None, "title": None}]
        titles = titles_of((row, "title") for row in (*rows, *drafted.get(iri, ())))
        number = value(rows[0], "number") or ""
        items.append(
            models.RecommendationSummary.model_validate(
                {
                    "iri": iri,
                    "url": f"{base}{router.prefix}/{number.replace(' ', '%20')}",
                    "number": number,
                    "other_numbers": others.get(iri or "", []),
                    "type": value(rows[0], "type"),
                    "title": picked(titles, wanted),
                    "status": text_status(
                        number,
                        [stages[iri]] if iri in stages else [],
                        list({value(row, "edition_iri"): Listed.of(row) for row in editions}.values()),
                        listing=listing,
                        revision=revised.get(iri or ""),
                    ),
                    "questions": sorted(owners.get(number, ()), key=natural),
                    "edition": value(rows[0], "edition"),
                    "approved_on": value(rows[0], "approved_on"),
                    "subseries": ranges.get(iri, []),
                    "group": _group(groups.get(iri, []), on, said_by),
                    "period": _period(value(rows[0], "approved_on"), periods),
                }
            )
        )
    if said_by is None:
        return items
    # a number of which nobody had said anything by then is not in the list of then
    return [item for item in items if item.title or item.questions or item.status.said_on or item.status.said_not_before]


def _group(rows: list[Row], on: date, said_by: date | None) -> str | None:
    """The group as the newest catalogue up to the day names it, else as the oldest does after it; none that had not been said."""
    said = [row for row in rows if said_by is None or (value(row, "as_of") or "") <= said_by.isoformat()]
    by_then = [row for row in said if (value(row, "as_of") or "") <= on.isoformat()]
    chosen = by_then[:1] or said[-1:]
    return value(chosen[0], "group") if chosen else None


def _period(day: str | None, periods: list[tuple[str, ...]]) -> str | None:
    """The study period of a day, or "before 2001": SG17 is of 2001."""
    if not day:
        return None
    return next((name for first, last, name in periods if first <= day <= last), "before 2001" if day < "2001" else None)


def _named(number: str, request: Request, response: Response, served: Served) -> None:
    """Say under which address the record stands: a text answers to each of its numbers, in any printed form. Raises NotFound."""
    iri, _ = known_text(request, served, parse_number(number))
    below = request.scope["route"].path.partition(IN_PATH)[2]
    response.headers["Content-Location"] = resource(request, iri) + below


@router.get(f"/{IN_PATH}", dependencies=[Depends(_named)])
def recommendation(
    number: str, request: Request, served: Served, on: Day = None, said_by: SaidBy = None, lang: Lang = None
) -> models.Recommendation:
    """One Recommendation: who owns it, its names, drafts, parts and conflicts, each with the lines that say so."""
    iri, printed = known_text(request, served, parse_number(number))
    day = on or today()
    drafts = until(served.rows("text-drafts", number=printed), day, said_by, "issued", "issued")
    editions = until(served.rows("text-editions", number=printed), day, said_by, "approved_on", "said")
    names = until(served.rows("text-names", number=printed), day, said_by, "issued", "issued")
    put = [draft_of(served, list(rows), day, said_by) for _, rows in groupby(drafts, key=lambda row: value(row, "draft_iri"))]
    elsewhere = {draft.iri for draft in put if draft.outcome == "became-other"}  # the number was proposed, and went to another text
    own = [row for row in drafts if value(row, "draft_iri") not in elsewhere]
    lent = {value(row, "provisional_name") for row in drafts} - {value(row, "provisional_name") for row in own}
    names = [row for row in names if value(row, "name") not in lent]
    whole = [row for row in own if not row.get("part")]
    titles = titles_of([*((row, "title") for row in reversed(editions)), *((row, "title") for row in whole)])
    translated = titles_of((row, "translated") for row in whole)
    owners, earlier, later = owners_of(served, printed, on, said_by)
    return models.Recommendation(
        iri=iri,
        number=printed,
        other_numbers=other_numbers(served, iri).get(iri, []),
        titles=titles,
        translated_titles=[title for title in translated if title.lang not in {own.lang for own in titles}],
        status=text_status(
            printed,
            served.rows("status-of-text", number=printed, on=iso(day), said_by=iso(said_by)),
            [Listed.of(row) for row in editions],
            listing=lists_by(served, day, said_by),
            revision=revisions_of_all(request, served, day, said_by, iri).get(iri),
            successor=successor_of(request, served, iri),
        ),
        owners=owners,
        earlier_owners=earlier,
        later_owners=later,
        groups=groups_of(served, printed, day, said_by),
        subseries=subseries_of(served.rows("text-subseries", text=iri)),
        provisional_names=names_of(names),
        editions=[edition_of(row, listed=said_by is None or lists_by(served, said_by, None)) for row in editions],
        drafts=put,
        amendments=parts_of(served, iri, printed, day, said_by),
        conflicts=conflicts_of(served, served.rows("text-conflicts", number=printed)),
        title=picked((*titles, *translated), languages(request, lang)),
        url=resource(request, iri),
        links=_links(request, iri, [*owners, *earlier], drafts),
        known_until=known_as_model(served, said_by),
    )


@router.get(f"/{IN_PATH}/owner", dependencies=[Depends(_named)])
def owner(number: str, request: Request, served: Served, on: Day = None, said_by: SaidBy = None) -> models.Owners:
    """Which Question is responsible, on a day: the newest statement not later than it, and what contradicts it."""
    _, printed = known_text(request, served, parse_number(number))
    owners, earlier, later = owners_of(served, printed, on, said_by)
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
    number: str, request: Request, served: Served, on: Day = None, said_by: SaidBy = None, limit: Limit = 50, cursor: Cursor = None
) -> models.Page[models.Event]:
    """What happened to a text, oldest first; as far as it lies before `on`, and had been said by `said_by`."""
    _, printed = known_text(request, served, parse_number(number))
    rows = served.rows("history-of-text", number=printed, on=iso(on), said_by=iso(said_by))
    return page(
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


def known_text(request: Request, served: Service, number: str) -> tuple[str, str]:
    """The IRI of the text that bears a number, and the number that names it. Raises Missing."""
    known = served.rows("text-known", number=number)
    if not known:
        detail = f"no text {number}; /api/v1/recommendations lists the numbers that the graph knows"
        raise missing(request, served, deliverable_iri(number), detail)
    return value(known[0], "iri") or "", value(known[0], "printed") or number


def _links(request: Request, iri: str, owners: list[models.Owner], drafts: list[Row]) -> dict[str, str]:
    """Where to go from a text: by relation, then by the printed names that stand in the answer."""
    own = resource(request, iri)
    links = {"self": own, "owner": f"{own}/owner", "history": f"{own}/history", "thing": f"{root(request)}{local(iri)}"}
    links |= {owner.question: resource(request, owner.iri) for owner in owners}
    links |= {source.document: resource(request, source.iri) for owner in owners for source in owner.sources}
    return links | {value(row, "document") or "": resource(request, value(row, "document_iri") or "") for row in drafts}
