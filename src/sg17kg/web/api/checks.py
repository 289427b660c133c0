"""POST /api/v1/check: findings of a circular. The file is read in memory and not stored."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.requests import ClientDisconnect

from sg17kg.checks.process import CheckProcesses, Shown
from sg17kg.rendering.media_types import choose
from sg17kg.store.source import DatasetSource, pinned
from sg17kg.web import models
from sg17kg.web.api.parameters import accept, reject_unknown_parameters
from sg17kg.web.api.upload import FIELD, FORM, Upload, uploaded
from sg17kg.web.dependencies import dataset_context
from sg17kg.web.problem_details import HttpProblem

CHECK = "/api/v1/check"
JSON, SARIF = "application/json", "application/sarif+json"
NOT_KEPT = {"Cache-Control": "no-store"}
_FILE = {"type": "string", "format": "binary", "description": "A circular: .docx, .pdf, .html (20 MiB at most) or plain text (2 MiB)"}
_BODY: dict[str, Any] = {
    "required": True,
    "content": {FORM: {"schema": {"type": "object", "required": [FIELD], "properties": {FIELD: _FILE}, "additionalProperties": False}}},
}
_ANSWERS: dict[int | str, dict[str, Any]] = {200: {"model": models.CheckReport, "content": {SARIF: {"schema": {"type": "object"}}}}}
router = APIRouter(tags=["Check"], dependencies=[Depends(reject_unknown_parameters)])
Against = Annotated[Literal["yes", "no"], Query(description="Whether to hold the file against the graph, or to check it alone")]


@router.post(CHECK, responses=_ANSWERS, openapi_extra={"requestBody": _BODY})
async def check(request: Request, against: Against = "yes") -> Response:
    """Findings of one circular: lines, severity, rule and source, the other side. As JSON, or as SARIF 2.1.0 by Accept."""
    wanted = choose(accept(request), (JSON, SARIF))
    if wanted is None:
        raise HttpProblem(406, f"findings can be had as {JSON} and {SARIF}")
    with checks_of(request).reading(client_of(request)):
        upload = await uploaded(request)
    answer = await checked(request, upload, "sarif" if wanted == SARIF else "json", against_graph=against == "yes")
    return Response(answer, media_type=wanted, headers={**NOT_KEPT, "Vary": "Accept"})


async def checked(request: Request, upload: Upload, shown: Shown, *, against_graph: bool) -> bytes:
    """Return the result of the check of an uploaded file. If the client disconnects, the check ends and ClientDisconnect is raised.

    Raises what CheckProcesses.run and CheckProcesses.place raise.
    """
    checks = checks_of(request)
    with checks.place(client_of(request)):
        source = known_to(request) if against_graph else None
        work = asyncio.ensure_future(checks.run(upload.name, upload.content, source, shown))
        gone = asyncio.ensure_future(_disconnect(request))
        try:
            await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise ClientDisconnect
            return work.result()
        finally:
            work.cancel()
            gone.cancel()
            await asyncio.gather(work, gone, return_exceptions=True)


async def _disconnect(request: Request) -> None:
    """Wait until the client, whose request has been read, disconnects."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def client_of(request: Request) -> str:
    """Return the address of a client, by which places for checks are counted."""
    return request.client.host if request.client else ""


def checks_of(request: Request) -> CheckProcesses:
    """Return the checks of the application that a request reached."""
    found = request.app.state.checks
    assert isinstance(found, CheckProcesses)
    return found


def known_to(request: Request) -> DatasetSource:
    """Return the dataset that is served now, in the form in which another process opens it."""
    served = dataset_context(request)
    return pinned(served.store, served.dataset)
