"""Parameters that several routes share, and the rule that an unknown one is an error."""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Query, Request
from fastapi.routing import APIRoute
from pydantic import BeforeValidator

from sg17kg.errors import BadParameter
from sg17kg.web import models
from sg17kg.web.models import Item


def _strict_day(given: object) -> object:
    """Only YYYY-MM-DD is a day; a number or a moment is none."""
    if isinstance(given, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        raise ValueError("no date; write it like 2026-06-10")
    return given


Day = Annotated[
    date | None,
    BeforeValidator(_strict_day),
    Query(description="Answer as of this day (YYYY-MM-DD); without it, as of today, and for owners the newest statement"),
]
SaidBy = Annotated[
    date | None,
    BeforeValidator(_strict_day),
    Query(description="Only what had been said by this day (YYYY-MM-DD); `on` asks what was true on a day"),
]
Limit = Annotated[int, Query(ge=1, le=500, description="How many items at most")]
Cursor = Annotated[str | None, Query(description="Where to go on; from `next` of the page before")]


def only_known(request: Request) -> None:
    """Raise BadParameter for a query parameter that the route does not declare, or that is given twice."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = [field.alias for field in route.dependant.query_params]
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if name not in known:
            raise BadParameter(f"unknown parameter {name!r}; this address takes: {', '.join(known) or 'none'}")
        if names.count(name) > 1:
            raise BadParameter(f"parameter {name!r} is given {names.count(name)} times; give it once")


def today() -> date:
    """The current day, UTC."""
    return datetime.now(UTC).date()


def iso(day: date | None) -> str | None:
    """A day as YYYY-MM-DD."""
    return day.isoformat() if day else None


def offset_of(cursor: str | None) -> int:
    """The place in a list that a cursor means. Raises BadParameter for one that this service did not give."""
    if cursor is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
        offset = int(text.removeprefix("offset:"))
    except (ValueError, binascii.Error, UnicodeError):
        offset = -1
    if offset < 0:
        raise BadParameter(f"cursor {cursor!r} is none of this service's; start again without it")
    return offset


def cursor_at(offset: int) -> str:
    """The cursor for a place in a list."""
    return base64.urlsafe_b64encode(f"offset:{offset}".encode()).decode()


def page(request: Request, items: Sequence[Item], limit: int, cursor: str | None) -> models.Page[Item]:
    """The page of a list that a cursor means, with the address of the next one."""
    start = offset_of(cursor)
    following = str(request.url.include_query_params(cursor=cursor_at(start + limit))) if start + limit < len(items) else None
    return models.Page(items=list(items[start : start + limit]), next=following, total=len(items))
