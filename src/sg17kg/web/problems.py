"""Errors as problem documents (RFC 9457). HTTP status codes are chosen here and nowhere else."""

import json
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from sg17kg.errors import (
    BadIdentifier,
    BadParameter,
    InputError,
    NotFound,
    QueryRefused,
    QueryTimeout,
    Sg17kgError,
    StoreBusy,
    StoreError,
    UpstreamSlow,
)

MEDIA_TYPE = "application/problem+json"
_STATUS: tuple[tuple[type[Sg17kgError], int], ...] = (
    (BadIdentifier, 400),
    (BadParameter, 400),
    (QueryRefused, 400),
    (InputError, 400),
    (NotFound, 404),
    (QueryTimeout, 504),
    (UpstreamSlow, 504),
    (StoreBusy, 503),
    (StoreError, 502),
    (Sg17kgError, 500),
)


def problem(request: Request, status: int, detail: str) -> Response:
    """A problem document: title, status, detail, instance."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, "instance": request.url.path}
    return Response(json.dumps(body, ensure_ascii=False).encode(), status, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of the application a problem document."""
    app.add_exception_handler(Sg17kgError, _own)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)


async def _own(request: Request, error: Exception) -> Response:
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    answer = problem(request, status, str(error))
    if status == 503:
        answer.headers["Retry-After"] = "5"
    return answer


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    details = "; ".join(f"{entry['loc'][-1]}: {entry['msg']}" for entry in error.errors())
    return problem(request, 400, details)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = "no such page; / says what there is" if error.status_code == 404 and error.detail == "Not Found" else str(error.detail)
    response = problem(request, error.status_code, detail)
    response.headers.update(error.headers or {})
    return response
