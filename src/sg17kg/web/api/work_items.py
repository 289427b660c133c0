"""GET /api/v1/work-items and …/{name}."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from sg17kg.days import responsible_on, stated_since
from sg17kg.identifiers import parse_question, work_item_iri
from sg17kg.search.records import WORK_ITEM
from sg17kg.search.tokens import natural
from sg17kg.store.base import Row, value
from sg17kg.web import models
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
from sg17kg.web.known import known_as_model
from sg17kg.web.missing import missing
from sg17kg.web.passages import source_of
from sg17kg.web.text_status import status_of
from sg17kg.web.texts import drafts_of, owners_out_of, titles_of, until, was_said

router = APIRouter(prefix="/api/v1/work-items", tags=["Work items"], dependencies=[Depends(reject_unknown_parameters)])
Name = Annotated[str, Path(max_length=100, description="Provisional name (X.oob-sa); case does not matter")]
WorkItemSort = Annotated[str, sort_by("name", "status", "since", "proposed_number")]
# The stages at which a work item has become a text
_ENDED = ("approved", "became-other")
_SAID = ("said_on", "said_not_before", "read_on")


@router.get("")
def work_items(
    request: Request,
    served: ContextDep,
    question: QuestionFilter = None,
    status: StatusFilter = None,
    on: Day = None,
    said_by: SaidBy = None,
    lang: Lang = None,
    sort: WorkItemSort = "name",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.Page[models.WorkItemSummary]:
    """Work items, as of a day."""
    items = summaries(request, served, on or today(), said_by, languages(request, lang))
    if question is not None:
        group, number = parse_question(question)
        items = [item for item in items if f"Q{number}/{group}" in item.questions]
    chosen = [item for item in items if status in (None, item.status.code)]
    return paginate(request, sort_items(chosen, sort, _SORTED), limit, cursor, known_as_model(served, said_by))


_SORTED = {
    "name": lambda item: item.name,
    "status": lambda item: item.status.code,
    "since": lambda item: item.status.since,
    "proposed_number": lambda item: item.proposed_number,
}


def summaries(
    request: Request, served: DatasetContext, day: date, said_by: date | None, wanted: tuple[str, ...]
) -> list[models.WorkItemSummary]:
    """Return all work items, from the index and one query, however many there are."""
    known, stated, staged = (served.work_item_rows(name) for name in ("work-items-known", "statements-of-owners", "work-item-stages"))
    titled: dict[str | None, list[Row]] = {}
    for row in served.rows("work-item-titles", on=iso(min(day, said_by or day))):
        titled.setdefault(value(row, "iri"), []).append(row)
    items = []
    for iri, rows in sorted(known.items(), key=lambda entry: (value(entry[1][0], "printed") or "", entry[0])):
        title = best_language(titles_of((row, "title") for row in titled.get(iri, [])), wanted)
        stage = next(iter(_stage_on(staged[iri], day, said_by)), None)
        by_then = [row for row in stated[iri] if was_said(row, said_by) and stated_since(row) <= day.isoformat()]
        questions = {value(row, "question") or "" for row in responsible_on(by_then, day.isoformat())[0]}
        if said_by is None or title or stage or questions:  # nothing had been said about the others by then
            items.append(_summary(request, rows[0], title, questions, stage))
    return items


@router.get("/{name}")
def work_item(
    name: Name, request: Request, served: ContextDep, on: Day = None, said_by: SaidBy = None, lang: Lang = None
) -> models.WorkItem:
    """One work item: the Questions that develop it, its drafts, and what it became, as of a day."""
    day = on or today()
    iri = next((found.iri for found in served.index.get().resolve(name) if found.type == "WorkItem"), None)
    record = served.record(WORK_ITEM, iri) if iri else {}
    rows = record.get("work-items-known", [])
    if not iri or not rows:
        detail = f"no work item {name}; /api/v1/work-items lists them, /api/v1/search finds them"
        raise missing(request, served, work_item_iri(name), detail)
    first = rows[0]
    stages = _stage_on(record.get("work-item-stages", []), day, said_by)
    drafts = until(record.get("drafts-of-thing", []), day, said_by, "issued", "issued")
    records = until(record.get("work-item-records", []), day, said_by, "sent", "sent")
    titles = titles_of((row, "title") for row in (*drafts, *records))
    every = [row for row in record.get("statements-of-owners", []) if was_said(row, said_by)]
    stated = [row for row in every if on is None or stated_since(row) <= on.isoformat()]
    holding, ended = responsible_on(stated, day.isoformat())
    owners, earlier = owners_out_of(holding), [] if holding else owners_out_of(ended)
    own = resource(request, iri)
    return models.WorkItem(
        iri=iri,
        url=own,
        name=value(first, "printed") or "",
        title=best_language((*titles, *titles_of((row, "translated") for row in drafts)), languages(request, lang)),
        titles=titles,
        status=status_of(stages),
        kind=value(first, "kind"),
        changes=_reference(request, first, "changes"),
        proposed_number=_proposed(first, drafts),
        owners=owners,
        earlier_owners=earlier,
        programme=[_record(row) for row in {value(row, "first_line"): row for row in records}.values()],
        drafts=drafts_of(drafts, record.get("draft-outcomes", []), day, said_by),
        resulted_in=_reference(request, first, "resulted_in") if _ended(stages) else None,
        links={"self": own, "thing": f"{root(request)}{local(iri)}"}
        | {owner.question: resource(request, owner.iri) for owner in (*owners, *earlier)}
        | {value(row, "document") or "": resource(request, value(row, "document_iri") or "") for row in drafts},
        known_until=known_as_model(served, said_by),
    )


def _stage_on(rows: list[Row], day: date, said_by: date | None) -> list[Row]:
    """Return the row of the newest stage on a day, from those of the query work-item-stages; no row if no source covers the day."""
    for row in rows:
        until, said = value(row, "until"), next((told for name in _SAID if (told := value(row, name))), "9999")
        holds = (value(row, "from") or "9999") <= day.isoformat() and (not until or day.isoformat() <= until)
        if holds and (said_by is None or said <= said_by.isoformat()):
            return [row]
    return []


def _record(row: Row) -> models.WorkItemRecord:
    return models.WorkItemRecord(
        status=value(row, "status"),
        status_date=value(row, "status_date"),
        procedure=value(row, "procedure"),
        timing=value(row, "timing"),
        source=source_of(row),
    )


def _summary(request: Request, row: Row, title: models.Title | None, questions: set[str], stage: Row | None) -> models.WorkItemSummary:
    iri = value(row, "iri") or ""
    stages = [stage] if stage else []
    return models.WorkItemSummary(
        iri=iri,
        url=resource(request, iri),
        name=value(row, "printed") or "",
        title=title,
        status=status_of(stages),
        questions=sorted(questions, key=natural),
        proposed_number=value(row, "proposed_number"),
        resulted_in=value(row, "resulted_in") if _ended(stages) else None,
    )


def _ended(stages: list[Row]) -> bool:
    """Return whether the work item had become a text on the day."""
    return bool(stages) and value(stages[0], "status") in _ENDED


def _proposed(row: Row, drafts: list[Row]) -> str | None:
    """Return the number that the newest circular proposes, else the one in the list of a Question."""
    return next((number for draft in drafts if (number := value(draft, "number"))), value(row, "proposed_number"))


def _reference(request: Request, row: Row, column: str) -> models.Reference | None:
    iri, name = value(row, f"{column}_iri"), value(row, column)
    return models.Reference(name=name, iri=iri, url=resource(request, iri)) if iri and name else None
