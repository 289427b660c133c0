"""Parameters that several routes share; unknown parameters are rejected."""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any
from urllib.parse import unquote_to_bytes

from fastapi import Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BeforeValidator

from sg17kg.errors import BadParameter
from sg17kg.search.tokens import natural
from sg17kg.web import models
from sg17kg.web.api.links import here
from sg17kg.web.models import Item

_LONGEST_HEADER, _LONGEST_NAME, _MOST_PARAMETERS = 1000, 60, 50
_PLACE = re.compile(r"offset:(0|[1-9][0-9]{0,8})")


def strict_day(given: object) -> object:
    """Accept only YYYY-MM-DD as a day, not a number or a time."""
    if isinstance(given, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        raise ValueError("no date; write it like 2026-06-10")
    return given


def strict_number(given: object) -> object:
    """Accept only digits as a whole number, without blanks, signs or underscores."""
    if isinstance(given, str) and not re.fullmatch(r"[0-9]{1,9}", given):
        raise ValueError("no whole number; write it in digits")
    return given


Day = Annotated[
    date | None,
    BeforeValidator(strict_day),
    Query(description="Answer as of this day (YYYY-MM-DD); without it, as of today, and for owners the newest statement"),
]
SaidBy = Annotated[
    date | None,
    BeforeValidator(strict_day),
    Query(
        description="Only what had been said by this day (YYYY-MM-DD), or can have been, where no source tells when it was: "
        "then `said_not_before` and `read_on` stand beside; `on` asks what was true on a day"
    ),
]
Lang = Annotated[
    str | None,
    Query(
        pattern="^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}$", description="Language of labels (en, zh); else Accept-Language, else English"
    ),
]
QuestionFilter = Annotated[
    str | None, Query(description="Only those for which this Question is responsible on the day (Q10/17)", max_length=40)
]
StatusFilter = Annotated[
    models.StatusCode | None,
    Query(description="Only those at this stage on the day"),
]
Limit = Annotated[int, BeforeValidator(strict_number), Query(ge=1, le=500, description="How many items at most")]
Cursor = Annotated[str | None, Query(description="Where to go on; from `next` of the page before")]


async def reject_unknown_parameters(request: Request) -> None:
    """Raise BadParameter for a query parameter that the route does not declare, that is repeated, or that is not UTF-8.

    This is a coroutine because it never blocks: a plain function would wait for a thread, before /health too.
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = _names(route.dependant)
    names = reject_repeated_parameters(request)
    for name in names:
        if name not in known:
            raise BadParameter(f"unknown parameter {name[:_LONGEST_NAME]!r}; this address takes: {', '.join(known) or 'none'}")


def _names(dependant: Dependant) -> list[str]:
    """Return the query parameters of a route and of its dependencies."""
    return [field.alias for field in dependant.query_params] + [name for part in dependant.dependencies for name in _names(part)]


def reject_repeated_parameters(request: Request) -> list[str]:
    """Return the names of the query parameters.

    Raises BadParameter for a repeated parameter, for too many parameters, and for text that is not UTF-8.
    """
    if len(request.scope["query_string"].split(b"&")) > _MOST_PARAMETERS:
        raise BadParameter(f"more than {_MOST_PARAMETERS} parameters; no address takes so many")
    try:
        unquote_to_bytes(request.scope["query_string"]).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadParameter("a parameter is not UTF-8; encode it as UTF-8, then by percent signs") from error
    names = [name for name, _ in request.query_params.multi_items()]
    for name, number in Counter(names).items():
        if number > 1:
            raise BadParameter(f"parameter {name[:_LONGEST_NAME]!r} is given {number} times; give it once")
    return names


def today() -> date:
    """Return the current day (UTC)."""
    return datetime.now(UTC).date()


def iso(day: date | None) -> str | None:
    """Return a day as YYYY-MM-DD."""
    return day.isoformat() if day else None


def sort_by(default: str, *others: str) -> Any:
    """Return the `sort` parameter of a list, for the signature of its route."""
    names = ", ".join((default, *others))
    return Query(description=f"One of {names}; with a minus before it, backwards", pattern=f"^-?(?:{'|'.join((default, *others))})$")


def offset_of(cursor: str | None) -> int:
    """Return the offset that a cursor stands for. Raises BadParameter for a cursor that this service did not issue."""
    if cursor is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode("ascii")
    except (ValueError, binascii.Error):
        text = ""
    match = _PLACE.fullmatch(text)
    if not match or cursor_at(int(match[1])) != cursor:
        raise BadParameter(f"cursor {cursor[:_LONGEST_NAME]!r} is none of this service's; start again without it")
    return int(match[1])


def cursor_at(offset: int) -> str:
    """Return the cursor for an offset."""
    return base64.urlsafe_b64encode(f"offset:{offset}".encode()).decode()


def accept(request: Request) -> str | None:
    """Return the Accept header, with several header lines joined to one list (RFC 9110, section 5.3); None if there is none.

    A header longer than any program needs is cut off.
    """
    return ", ".join(request.headers.getlist("accept"))[:_LONGEST_HEADER] or None


def languages(request: Request, lang: str | None) -> tuple[str, ...]:
    """Return the languages wanted for labels, best first; English comes last if it was not named before."""
    header = request.headers.get("accept-language", "")
    wanted = [lang.lower()] if lang else accepted_languages(header)
    return tuple(dict.fromkeys((*(entry for tag in wanted for entry in (tag, tag.partition("-")[0])), "en")))


def accepted_languages(header: str) -> list[str]:
    """Return the tags of Accept-Language in lower case, by quality (RFC 9110, section 12.5.4), without q=0 and *."""
    found: list[tuple[float, str]] = []
    for part in header[:_LONGEST_HEADER].split(","):
        tag, _, parameter = part.strip().partition(";")
        quality = re.fullmatch(r"\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*", parameter) if parameter else None
        weight = float(quality[1]) if quality else 0.0 if parameter else 1.0
        if weight > 0 and re.fullmatch(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", tag):
            found.append((-weight, tag.lower()))
    return [tag for _, tag in sorted(found, key=lambda entry: entry[0])]


def best_language(titles: Iterable[models.Title], wanted: Sequence[str]) -> models.Title | None:
    """Return the title in the preferred language; if none fits, the first title."""
    by_language: dict[str, models.Title] = {}
    for title in titles:
        by_language.setdefault(title.lang.lower(), title)
    return next((by_language[tag] for tag in wanted if tag in by_language), next(iter(by_language.values()), None))


def sort_items(items: Iterable[Item], sort: str, keys: Mapping[str, Callable[[Item], str | None]]) -> list[Item]:
    """Return the items sorted by a key, in reverse with a minus before it; numbers in text count as numbers, missing values come last.

    Raises BadParameter for an unknown key.
    """
    name = sort.removeprefix("-")
    if name not in keys:
        raise BadParameter(f"cannot sort by {sort[:_LONGEST_NAME]!r}; sort by one of: {', '.join(keys)}, with - before it for backwards")
    given = [(text, item) for item in items if (text := keys[name](item)) is not None]
    without = [item for item in items if keys[name](item) is None]
    given.sort(key=lambda entry: natural(entry[0]), reverse=sort.startswith("-"))
    return [item for _, item in given] + without


def paginate(
    request: Request, items: Sequence[Item], limit: int, cursor: str | None, known: models.KnownUntil | None = None
) -> models.Page[Item]:
    """Return the page of a list at a cursor, with the URL of the next page and up to when the sources of the list are known."""
    start = offset_of(cursor)
    following = here(request, cursor=cursor_at(start + limit)) if start + limit < len(items) else None
    return models.Page(items=list(items[start : start + limit]), next=following, total=len(items), known_until=known)
