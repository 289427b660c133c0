"""GET /dumps/: the dataset as files, with their SHA-256."""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse
from starlette.types import Receive, Scope, Send

from sg17kg.errors import NotFound
from sg17kg.rendering.media_types import choose
from sg17kg.web.api.links import root
from sg17kg.web.api.parameters import Cursor, Lang, Limit, accept, paginate, reject_unknown_parameters
from sg17kg.web.dependencies import ContextDep
from sg17kg.web.dump_files import DumpFile
from sg17kg.web.middleware.delivery import Delivery
from sg17kg.web.middleware.response_cache import matches
from sg17kg.web.pages.page_context import view_of
from sg17kg.web.problem_details import HttpProblem

router = APIRouter(prefix="/dumps", tags=["Dumps"], dependencies=[Depends(reject_unknown_parameters)])
_RANGE = re.compile(r"(?P<first>[0-9]{0,15})-(?P<last>[0-9]{0,15})")
_LONGEST_RANGE, _MOST_RANGES = 200, 8
_SHOWN = ("application/json", "text/html")
_MOST_WAITING = 64
_T = TypeVar("_T")


@router.get("", response_class=Response, include_in_schema=False)
@router.get("/", response_class=Response)
async def index(request: Request, served: ContextDep, limit: Limit = 50, cursor: Cursor = None, lang: Lang = None) -> Response:
    """The files: address, media type, size and SHA-256; JSON for programs, a page for browsers."""
    wanted = choose(accept(request), _SHOWN)
    if wanted is None:
        raise HttpProblem(406, f"this can be had as {' or '.join(_SHOWN)}")
    files = await made(request, served.dumps.all)
    return await to_thread.run_sync(_listed, request, files, wanted, limit, cursor, lang)


async def made(request: Request, make: Callable[[], _T]) -> _T:
    """Create files in a thread, one request at a time, so that waiting requests use no threads of pages. Raises HttpProblem (503)."""
    alone: CapacityLimiter = request.app.state.dumps
    if alone.statistics().tasks_waiting >= _MOST_WAITING:
        raise HttpProblem(503, "many wait for the dumps, which are made once; try again in a moment", {"Retry-After": "10"})
    return await to_thread.run_sync(make, limiter=alone)


def _listed(request: Request, files: Mapping[str, DumpFile], wanted: str, limit: int, cursor: str | None, lang: str | None) -> Response:
    if wanted == "text/html":
        return view_of(request, lang, None).page("dumps", files=files, data=[("JSON", "/dumps/", "application/json")])
    items = [
        {"url": f"{root(request)}/dumps/{name}", "media_type": file.media_type, "bytes": file.size, "sha256": file.sha256}
        for name, file in files.items()
    ]
    chosen = paginate(request, items, limit, cursor)
    content = {"items": chosen.items, "next": chosen.next, "total": chosen.total, "fingerprint": files["sg17kg.nq"].sha256}
    return Response(json.dumps(content, indent=1), media_type="application/json", headers={"Vary": "Accept, Accept-Language"})


class _File(FileResponse):
    """A file, or ranges of it, for a client that reads at a minimum rate."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        with suppress(TimeoutError):
            await super().__call__(scope, receive, Delivery(send).send)


def _check_range(request: Request, size: int) -> None:
    """Remove a Range header with another unit or an invalid form (RFC 9110, section 14.2).

    Raises HttpProblem (416) if no range lies in the file.
    """
    given = request.headers.get("range")
    if given is None:
        return
    ranges = _ranges(given)
    if not ranges or any(first and last and int(last) < int(first) for first, last in ranges):
        request.scope["headers"] = [header for header in request.scope["headers"] if header[0] != b"range"]
        return
    if not any((first and int(first) < size) or (not first and int(last) > 0) for first, last in ranges):
        raise HttpProblem(416, f"the file has {size} bytes; ask for some of them", {"Content-Range": f"bytes */{size}"})


def _ranges(given: str) -> list[tuple[str, str]]:
    """Return first and last byte of each range as text; none for an unknown form, too many ranges, or an overlong header."""
    unit, _, listed = given.strip().partition("=")
    if len(given) > _LONGEST_RANGE or unit.lower() != "bytes":
        return []
    parts = [part.strip() for part in listed.split(",") if part.strip()]
    found = [(match["first"], match["last"]) for part in parts if (match := _RANGE.fullmatch(part)) and part != "-"]
    return found if len(found) == len(parts) <= _MOST_RANGES else []


@router.get("/{name}", response_class=Response)
async def dump(name: str, request: Request, served: ContextDep) -> Response:
    """One file; ranges and If-Range work, so that a download can go on where it broke off."""
    if name not in served.dumps.names:
        raise NotFound(f"no dump {name[:100]!r}; /dumps/ lists them")
    file = await made(request, partial(served.dumps.file, name))
    etag = f'"{file.sha256[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=60", "Vary": "Accept-Encoding"}
    _check_range(request, file.size)
    known = ", ".join(request.headers.getlist("if-none-match"))
    if known and matches(etag.encode(), known.encode("latin-1")):
        return Response(status_code=304, headers=headers)
    return _File(file.path, media_type=file.media_type, headers=headers)
