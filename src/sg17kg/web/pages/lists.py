"""Lists: Recommendations, work items, Questions, circulars, consultations, meetings, conflicts, bodies, study periods."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from markupsafe import Markup
from pydantic import BeforeValidator

from sg17kg.errors import BadParameter
from sg17kg.namespaces import BASE
from sg17kg.rendering.code_labels import N_
from sg17kg.search.texts import several
from sg17kg.store.base import Row, value
from sg17kg.web.api import circulars, conflicts, meetings, questions, recommendations, work_items
from sg17kg.web.api.parameters import reject_unknown_parameters, strict_number
from sg17kg.web.pages.letters import days_left
from sg17kg.web.pages.list_view import SIZE, Column, Facet, Listing, as_csv, choices, chosen, filled
from sg17kg.web.pages.page_context import Page, PageContext

router = APIRouter(dependencies=[Depends(reject_unknown_parameters)])
Offset = Annotated[int, BeforeValidator(strict_number), Query(ge=0, le=1_000_000, description="How many entries to pass over")]
Given = Annotated[str | None, Query(max_length=100)]
GivenName = Annotated[str | None, Query(max_length=200)]
GivenType = Annotated[str | None, Query(alias="type", max_length=100)]
_ALL = 500
_YES_NO = {"yes": N_("yes"), "no": N_("no")}


def _status(v: PageContext, code: str) -> Markup:
    return v.term("status", code)


def _status_slip(v: PageContext, entry: Any) -> Markup:
    return Markup('<span class="status s-{}">{}</span>').format(entry.status.code, _status(v, entry.status.code))


def _day(name: str) -> Callable[[PageContext, Any], Markup]:
    def shown(v: PageContext, entry: Any) -> Markup:
        day = getattr(entry, name)
        return Markup('<time datetime="{}">{}</time>').format(day, v.language.day(day, "medium")) if day else Markup("")

    return shown


def _moment(v: PageContext, entry: Any) -> Markup:
    at = entry.reply_deadline
    return Markup('<time datetime="{}">{}</time>').format(at, v.language.moment(at)) if at else Markup("")


def _named(name: str) -> Callable[[PageContext, Any], Markup]:
    return lambda v, entry: v.link(entry.iri, getattr(entry, name))


def _titled(name: str = "title") -> Callable[[PageContext, Any], Markup]:
    return lambda v, entry: v.text(getattr(entry, name))


def _title(name: str = "title") -> Callable[[Any], str | None]:
    return lambda entry: found.value if (found := getattr(entry, name)) else None


def _questions(v: PageContext, entry: Any) -> Markup:
    return Markup(", ").join(_question_link(v, name) for name in entry.questions)


def _question_link(v: PageContext, name: str) -> Markup:
    number, _, group = name.removeprefix("Q").partition("/")
    return v.link(f"{BASE}question/{group}/{number}", name)


def _from_rows(name: str) -> Callable[[PageContext], list[Row]]:
    return lambda v: v.served.rows(name)


def _row(name: str) -> Callable[[Row], str | None]:
    return lambda row: value(row, name)


def _one(cell: str | None) -> tuple[str, ...]:
    return (cell,) if cell else ()


RECOMMENDATIONS: Listing[Any] = Listing(
    "/recommendations", N_("Recommendations, Supplements, Technical Reports"),
    lambda v: recommendations.listed(v.served, v.day),
    (
        Column("number", N_("Number"), lambda entry: entry.number, _named("number")),
        Column("other_numbers", N_("Also bears the number"), lambda entry: " ".join(entry.other_numbers), csv_only=True),
        Column("title", N_("Title"), _title(), _titled()),
        Column("title_lang", N_("Language"), lambda entry: entry.title.lang if entry.title else None, csv_only=True),
        Column("status", N_("Status"), lambda entry: entry.status.code, _status_slip),
        Column("questions", N_("Question"), lambda entry: " ".join(entry.questions), _questions),
        Column("edition", N_("Edition"), lambda entry: entry.edition, sortable=False),
        Column("type", N_("Kind"), lambda entry: entry.type, csv_only=True),
        Column("approved_on", N_("Approved"), lambda entry: entry.approved_on, _day("approved_on")),
    ),
    (
        Facet("group", N_("Group"), _one, cell="group"),
        Facet("series", N_("Series"), several, cell="series"),
        Facet("subseries", N_("Subseries"), several, cell="subseries"),
        Facet("question", N_("Question"), several, cell="questions"),
        Facet("status", N_("Status"), _one, _status, cell="status"),
        Facet("type", N_("Kind"), _one, lambda v, code: v.term("type", code), cell="type"),
        Facet("period", N_("Study period"), _one, newest_first=True, cell="period"),
        Facet("year", N_("Year approved"), lambda day: _one(day and day[:4]), newest_first=True, cell="approved_on"),
    ),
    sort="number",
    details=lambda v, texts: recommendations.summaries(v.request, v.served, v.day, None, v.wanted, texts),
    keys={
        "number": lambda text: text.number,
        "status": lambda text: text.status,
        "questions": lambda text: " ".join(several(text.questions)),
        "approved_on": lambda text: text.approved_on,
    },
    searched=True,
    rests_on=("catalogue", "circulars"),
)  # fmt: skip
WORK_ITEMS: Listing[Any] = Listing(
    "/work-items", N_("Work items"),
    lambda v: work_items.summaries(v.request, v.served, v.day, None, v.wanted),
    (
        Column("name", N_("Provisional name"), lambda entry: entry.name, _named("name")),
        Column("title", N_("Title"), _title(), _titled()),
        Column("title_lang", N_("Language"), lambda entry: entry.title.lang if entry.title else None, csv_only=True),
        Column("status", N_("Status"), lambda entry: entry.status.code, _status_slip),
        Column("since", N_("Since"), lambda entry: entry.status.since, lambda v, entry: _day("since")(v, entry.status)),
        Column("questions", N_("Question"), lambda entry: " ".join(entry.questions), _questions),
        Column("proposed_number", N_("Proposed number"), lambda entry: entry.proposed_number),
        Column("resulted_in", N_("Became"), lambda entry: entry.resulted_in),
    ),
    (
        Facet("question", N_("Question"), lambda entry: entry.questions),
        Facet("status", N_("Status"), lambda entry: [entry.status.code], _status),
        Facet("year", N_("Year"), lambda entry: [entry.status.since[:4]] if entry.status.since else [], newest_first=True),
    ),
    searched=True,
    rests_on=("work_programme", "circulars"),
)  # fmt: skip
QUESTIONS: Listing[Any] = Listing(
    "/questions", N_("Questions"),
    lambda v: questions.questions(v.request, v.served, lang=v.language.tag, limit=_ALL).items,
    (
        Column("question", N_("Question"), lambda entry: entry.question, _named("question")),
        Column("title", N_("Title"), _title(), _titled()),
        Column("period", N_("Study period"), lambda entry: entry.period),
        Column("versions", N_("Versions"), lambda entry: " ".join(entry.versions)),
    ),
    (
        Facet("group", N_("Group"), lambda entry: [f"SG{entry.question.rpartition('/')[2]}"]),
        Facet("period", N_("Study period"), lambda entry: [entry.period] if entry.period else [], newest_first=True),
    ),
    note=N_("Numbers of Questions are given anew in each study period. Title and period are those of its newest bearer."),
    rests_on=("question_lists",),
)  # fmt: skip
CIRCULARS: Listing[Any] = Listing(
    "/circulars", N_("TSB Circulars"),
    lambda v: circulars.circulars(v.request, v.served, on=v.on, lang=v.language.tag, limit=_ALL).items,
    (
        Column("circular", N_("Circular"), lambda entry: f"{entry.period} {entry.number}", _named("circular")),
        Column("subject", N_("Subject"), _title("subject"), lambda v, entry: v.marked(entry.subject), sortable=False),
        Column("issued", N_("Sent"), lambda entry: entry.issued, _day("issued")),
        Column("reply_deadline", N_("Replies until"), lambda entry: entry.reply_deadline, _moment),
        Column("status", N_("Consultation"), lambda entry: entry.status, lambda v, entry: _slip(v, entry.status)),
    ),
    (
        Facet("period", N_("Study period"), lambda entry: [entry.period], newest_first=True),
        Facet("status", N_("Consultation"), lambda entry: [entry.status], _status),
        Facet("year", N_("Year"), lambda entry: [entry.issued[:4]] if entry.issued else [], newest_first=True),
    ),
    sort="-circular",
    note=N_("Circulars that are only referred to in others are listed too; no source tells their content."),
    rests_on=("circulars",),
)  # fmt: skip


def _slip(v: PageContext, code: str) -> Markup:
    return Markup('<span class="status s-{}">{}</span>').format(code, _status(v, code))


def _days_left(v: PageContext, entry: Any) -> Markup:
    left = days_left(entry.reply_deadline, v.day)
    return Markup("{}").format(v.language.number(left)) if left is not None and left >= 0 else Markup("")


CONSULTATIONS: Listing[Any] = Listing(
    "/consultations", N_("Consultations of Member States"),
    lambda v: circulars.consultations(v.request, v.served, on=v.on, limit=_ALL).items,
    (
        Column("consultation", N_("Consultation"), lambda entry: entry.circular, _named("circular")),
        Column("issued", N_("Sent"), lambda entry: entry.issued, _day("issued")),
        Column("reply_deadline", N_("Replies until"), lambda entry: entry.reply_deadline, _moment),
        Column("status", N_("Status"), lambda entry: entry.status, lambda v, entry: _slip(v, entry.status)),
        Column("days", N_("Days left"), lambda _: None, _days_left, sortable=False),
    ),
    (
        Facet("status", N_("Status"), lambda entry: [entry.status], _status),
        Facet("period", N_("Study period"), lambda entry: [entry.iri.split("/")[-2]], newest_first=True),
    ),
    sort="-reply_deadline",
    rests_on=("circulars",),
)  # fmt: skip


def _place(v: PageContext, entry: Any) -> Markup:
    return v.language.say("virtual") if entry.virtual else Markup("{}").format(entry.place or "")


def _planned(v: PageContext, entry: Any) -> Markup:
    return v.language.say("a plan alone") if entry.planned else Markup("")


def _approves(v: PageContext, entry: Any) -> Markup:
    return Markup(", ").join(v.link(each.iri, each.name) for each in entry.approves)


MEETINGS: Listing[Any] = Listing(
    "/meetings", N_("Meetings"),
    lambda v: meetings.meetings(v.request, v.served, limit=_ALL).items,
    (
        Column("meeting", N_("Meeting"), lambda entry: entry.meeting, _named("meeting")),
        Column("planned", N_("Known by"), lambda entry: "plan" if entry.planned else None, _planned, sortable=False),
        Column("start", N_("First day"), lambda entry: entry.start, _day("start")),
        Column("end", N_("Last day"), lambda entry: entry.end, _day("end")),
        Column("place", N_("Place"), lambda entry: entry.place, _place),
        Column("approves", N_("To approve"), lambda entry: " ".join(each.name for each in entry.approves), _approves, sortable=False),
    ),
    (
        Facet("group", N_("Group"), lambda entry: [entry.group]),
        Facet("year", N_("Year"), lambda entry: [entry.start[:4]] if entry.start else [], newest_first=True),
    ),
    sort="-start",
    rests_on=("meetings",),
)  # fmt: skip


def _conflict_link(v: PageContext, entry: Any) -> Markup:
    return Markup('<a href="{}">{}</a>').format(v.thing(entry.iri), v.term("conflict", entry.type))


def _both(entry: Any) -> str:
    return "; ".join(side.statement for side in entry.statements)


def _sides(v: PageContext, entry: Any) -> Markup:
    items = (Markup("<li>{}</li>").format(v.link(side.iri, side.statement)) for side in entry.statements)
    return Markup('<ul class="plain">{}</ul>').format(Markup("").join(items))


def _decided(entry: Any) -> str | None:
    return str(entry.settled.decision) if entry.settled else None


def _decision(v: PageContext, entry: Any) -> Markup:
    return v.tagged(entry.settled.decision, "en") if entry.settled else Markup("")


CONFLICTS: Listing[Any] = Listing(
    "/conflicts", N_("What the sources disagree on"),
    lambda v: conflicts.conflicts(v.request, v.served, limit=_ALL).items,
    (
        Column("conflict", N_("Conflict"), lambda entry: entry.type, _conflict_link),
        Column("message", N_("What disagrees"), lambda entry: entry.message, lambda v, entry: v.tagged(entry.message, "en")),
        Column("statements", N_("Both sides"), _both, _sides, sortable=False),
        Column("settled", N_("Settled"), _decided, _decision),
    ),
    (
        Facet("type", N_("Kind"), lambda entry: [entry.type], lambda v, code: v.term("conflict", code)),
        Facet("settled", N_("Settled"), lambda entry: ["yes" if entry.settled else "no"], lambda v, code: v.language.say(_YES_NO[code])),
    ),
    note=N_("Both statements stay in the graph; a decision of a curator is shown beside them, with its reason."),
)  # fmt: skip


def _named_questions(v: PageContext, row: Row) -> Markup:
    return Markup(", ").join(_question_link(v, name) for name in (value(row, "names") or "").split())


BODIES: Listing[Any] = Listing(
    "/bodies", N_("Bodies with which Questions work"),
    _from_rows("bodies"),
    (
        Column("body", N_("Body"), _row("body"), lambda v, row: v.link(value(row, "body_iri") or "", value(row, "body"))),
        Column("part_of", N_("Part of"), _row("part_of")),
        Column("questions", N_("Questions"), _row("questions")),
        Column("names", N_("Which"), _row("names"), _named_questions, sortable=False),
    ),
    (Facet("question", N_("Question"), lambda row: (value(row, "names") or "").split()),),
    iri=_row("body_iri"),
)  # fmt: skip
PERIODS: Listing[Any] = Listing(
    "/periods", N_("Study periods"),
    _from_rows("study-periods"),
    (
        Column("period", N_("Study period"), _row("period"), lambda v, row: v.link(value(row, "period_iri") or "")),
        Column("start", N_("First day"), _row("start"), lambda v, row: Markup("{}").format(v.language.day(value(row, "start")))),
        Column("end", N_("Last day"), _row("end"), lambda v, row: Markup("{}").format(v.language.day(value(row, "end")))),
        Column("circulars", N_("Circulars in the graph"), _row("circulars")),
    ),
    sort="-period",
    iri=_row("period_iri"),
    note=N_("A study period begins after a world assembly (WTSA). Circulars, reports and collective letters are numbered anew in each."),
)  # fmt: skip
LISTINGS = (RECOMMENDATIONS, WORK_ITEMS, QUESTIONS, CIRCULARS, CONSULTATIONS, MEETINGS, CONFLICTS, BODIES, PERIODS)


async def _facets(
    series: Given = None,
    question: Given = None,
    status: Given = None,
    type_: GivenType = None,
    year: Given = None,
    period: Given = None,
    group: Given = None,
    settled: Given = None,
    subseries: GivenName = None,
) -> dict[str, str]:
    """Return the chosen values, by name of the facet."""
    names = ("series", "question", "status", "type", "year", "period", "group", "settled", "subseries")
    values = (series, question, status, type_, year, period, group, settled, subseries)
    return {name: value for name, value in zip(names, values, strict=True) if value}


Facets = Annotated[dict[str, str], Depends(_facets)]


def _entries(listing: Listing[Any], v: PageContext, words: str | None) -> Sequence[Any]:
    """Return the entries on the day, or those that match the words. Raises BadParameter if words cannot filter the list."""
    every = listing.entries(v)
    if not words:
        return every
    if not listing.searched:
        raise BadParameter(f"{listing.path} has no words to look for; /find looks for all there is")
    found = {entry.iri for entry in v.served.index.get().search(words, all_words=True)}
    return [entry for entry in every if entry.iri in found]


def _page(listing: Listing[Any]) -> Callable[..., Response]:
    def shown(v: Page, asked: Facets, q: Given = None, sort: Given = None, offset: Offset = 0) -> Response:
        every = _entries(listing, v, q)
        entries = chosen(listing, v, every, asked, sort)
        on_page = listing.detailed(v, entries[offset : offset + SIZE])
        return v.page(
            "list",
            listing=listing,
            columns=filled(listing, v, on_page),
            entries=on_page,
            offset=offset,
            size=SIZE,
            total=len(entries),
            facets=choices(listing, v, every, asked),
            asked=asked | ({"q": q} if q else {}),
            words=q or "",
            sort=sort or listing.sort or listing.columns[0].name,
            csv=v.again(offset=None).replace(listing.path, f"{listing.path}.csv", 1),
        )

    return shown


def _csv(listing: Listing[Any]) -> Callable[..., Response]:
    def written(v: Page, asked: Facets, q: Given = None, sort: Given = None) -> Response:
        name = listing.path.removeprefix("/")
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Vary": "Accept-Language"}
        entries = chosen(listing, v, _entries(listing, v, q), asked, sort)
        return Response(
            as_csv(listing, listing.detailed(v, entries)), media_type="text/csv; charset=utf-8; header=present", headers=headers
        )

    return written


for _listing in LISTINGS:
    router.add_api_route(_listing.path, _page(_listing), methods=["GET"], include_in_schema=False, name=f"list{_listing.path}")
    router.add_api_route(f"{_listing.path}.csv", _csv(_listing), methods=["GET"], include_in_schema=False, name=f"csv{_listing.path}")
