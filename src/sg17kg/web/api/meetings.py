"""GET /api/v1/meetings and …/{group}/{yyyy-mm}."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from sg17kg.identifiers import meeting_iri
from sg17kg.store.base import Row, value
from sg17kg.web import models
from sg17kg.web.api.links import resource
from sg17kg.web.api.parameters import Cursor, Limit, paginate, reject_unknown_parameters, sort_by, sort_items
from sg17kg.web.dependencies import ContextDep
from sg17kg.web.known import known_as_model
from sg17kg.web.missing import missing

router = APIRouter(prefix="/api/v1/meetings", tags=["Meetings"], dependencies=[Depends(reject_unknown_parameters)])
GroupFilter = Annotated[str | None, Query(description="Group that meets (SG17, TSAG); case does not matter", max_length=40)]
Group = Annotated[str, Path(pattern="^[A-Za-z0-9-]{2,20}$", description="Group that meets (sg17, tsag)")]
Month = Annotated[str, Path(pattern="^[0-9]{4}-[0-9]{2}$", description="Month in which it begins (2026-06)")]
MeetingSort = Annotated[str, sort_by("start", "group")]
_SORTED = {"start": lambda item: item.start, "group": lambda item: item.group}


@router.get("")
def meetings(
    request: Request, served: ContextDep, group: GroupFilter = None, sort: MeetingSort = "start", limit: Limit = 50, cursor: Cursor = None
) -> models.Page[models.Meeting]:
    """Meetings that documents name."""
    roles: dict[str | None, list[Row]] = {}
    for row in served.rows("meeting-roles"):
        roles.setdefault(value(row, "meeting_iri"), []).append(row)
    items = [_meeting(request, row, roles.get(value(row, "meeting_iri"), [])) for row in served.rows("meetings-known")]
    chosen = [item for item in items if group is None or item.group.casefold() == group.casefold()]
    return paginate(request, sort_items(chosen, sort, _SORTED), limit, cursor, known_as_model(served))


@router.get("/{group}/{month}")
def meeting(group: Group, month: Month, request: Request, served: ContextDep) -> models.Meeting:
    """One meeting: days, place, and what is to happen there."""
    iri = meeting_iri(group, month)
    rows = served.rows("meetings-known", meeting=iri)
    if not rows:
        detail = f"no meeting of {group.upper()} that begins in {month}; /api/v1/meetings lists them"
        raise missing(request, served, iri, detail)
    found = _meeting(request, rows[0], served.rows("meeting-roles", meeting=iri))
    return found.model_copy(update={"known_until": known_as_model(served)})


def _meeting(request: Request, first: Row, rows: list[Row]) -> models.Meeting:
    iri, virtual = value(first, "meeting_iri") or "", value(first, "virtual")
    return models.Meeting(
        iri=iri,
        url=resource(request, iri),
        meeting=value(first, "name") or "",
        group=value(first, "group") or "",
        start=value(first, "start"),
        end=value(first, "end"),
        place=value(first, "place"),
        country=value(first, "country"),
        virtual=virtual in ("true", "1") if virtual else None,
        collective_letter=next(iter(_what(request, rows, "letter")), None),
        approves=_what(request, rows, "approves"),
        prepared=_what(request, rows, "prepared"),
        adopted=_what(request, rows, "adopted"),
        decided=_what(request, rows, "decided"),
        planned=value(first, "planned") == "yes",
    )


def _what(request: Request, rows: list[Row], role: str) -> list[models.Reference]:
    return [
        models.Reference(name=value(row, "what") or "", iri=iri, url=resource(request, iri))
        for row in rows
        if value(row, "role") == role and (iri := value(row, "what_iri"))
    ]
