"""GET and POST /check: findings of an uploaded circular. It is read in memory and not stored."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from sg17kg.errors import Sg17kgError
from sg17kg.rendering.i18n import direction_of
from sg17kg.web.api.checks import NOT_KEPT, checked, checks_of, client_of
from sg17kg.web.api.parameters import reject_unknown_parameters
from sg17kg.web.api.upload import LARGEST, uploaded
from sg17kg.web.pages.page_context import Page, PageContext
from sg17kg.web.problem_details import status_of

router = APIRouter(dependencies=[Depends(reject_unknown_parameters)])
_ALONE = "alone"
_SHOWN_ON_A_PAGE = {400, 408, 413, 415, 422, 500, 502, 503, 504}


@router.get("/check", include_in_schema=False)
def form(v: Page) -> Response:
    """The form."""
    return _page(v)


@router.post("/check", include_in_schema=False)
async def check(request: Request, v: Page) -> Response:
    """The findings of a file that was sent, or why there are none, above the form."""
    try:
        with checks_of(request).reading(client_of(request)):
            upload = await uploaded(request, frozenset((_ALONE,)))
        answer = await checked(request, upload, "page", against_graph=not upload.fields.get(_ALONE))
    except Sg17kgError as refusal:
        refused, headers = status_of(refusal)
        if refused not in _SHOWN_ON_A_PAGE:
            raise
        return _page(v, refused, {**NOT_KEPT, **headers}, refused=str(refusal))
    return _page(v, 200, NOT_KEPT, checked=json.loads(answer))


def _page(
    v: PageContext,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    checked: Mapping[str, Any] | None = None,
    refused: str | None = None,
) -> Response:
    direction = direction_of(checked["language"]) if checked else ""
    return v.page("check", status, headers, checked=checked, direction=direction, refused=refused, largest=LARGEST // 2**20)
