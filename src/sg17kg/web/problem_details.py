"""Errors as problem documents (RFC 9457), and the HTTP status of each class of error."""

import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from sg17kg.errors import (
    BadIdentifier,
    BadParameter,
    CheckBusy,
    CheckTimeout,
    CheckTooLarge,
    InputError,
    NotACircular,
    NotFound,
    QueryRefused,
    QueryTimeout,
    Sg17kgError,
    StoreBusy,
    StoreError,
    UnreadableFile,
    UpstreamTimeout,
)

MEDIA_TYPE = "application/problem+json"
_FAULT = "a fault of this service; its log tells more under the request's X-Request-ID"
_LONGEST = 1_000  # characters of a path that a problem document repeats
_REPLY = re.compile(r"/consultation/[^/]+/[^/]+/reply")
_STATUS: tuple[tuple[type[Sg17kgError], int], ...] = (
    (BadIdentifier, 400),
    (BadParameter, 400),
    (QueryRefused, 400),
    (UnreadableFile, 415),
    (NotACircular, 422),
    (InputError, 400),
    (NotFound, 404),
    (QueryTimeout, 504),
    (UpstreamTimeout, 504),
    (StoreBusy, 503),
    (StoreError, 502),
    (CheckBusy, 503),
    (CheckTimeout, 504),
    (CheckTooLarge, 422),
    (Sg17kgError, 500),
)


class HttpProblem(Sg17kgError):
    """An error that exists only in HTTP: a status, a sentence, headers."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers or {}


class Missing(NotFound):
    """An error for a thing about which nothing is known; `beside` holds further members of the problem document."""

    def __init__(self, detail: str, beside: Mapping[str, object]) -> None:
        super().__init__(detail)
        self.beside = beside


def allowed(path: str) -> str:
    """Return the methods of an address, in the form of the Allow header."""
    if path == "/api/v1/check":
        return "POST, OPTIONS"
    return "GET, HEAD, POST, OPTIONS" if path in ("/sparql", "/check") or _REPLY.fullmatch(path) else "GET, HEAD, OPTIONS"


def problem(request: Request, status: int, detail: str, beside: Mapping[str, object] | None = None) -> Response:
    """Return a problem document: title, status, detail, instance, and the members in `beside`."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path[:_LONGEST],
    }
    body |= beside or {}
    return Response(json.dumps(body, ensure_ascii=False).encode(), status, media_type=MEDIA_TYPE)


CLIENT_GONE = 499  # as in nginx logs: the client disconnected before anything was sent
Shown = Callable[[Request, int, str, Mapping[str, object]], Response | None]


def install(app: FastAPI, shown: Shown) -> None:
    """Turn every error of the application into a problem document, or into the page that `shown` returns for people."""

    async def own(request: Request, error: Exception) -> Response:
        beside = error.beside if isinstance(error, Missing) else {}
        return _for_people(request, problem_of(request, error), str(error), shown, beside)

    async def validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        details = "; ".join(f"{entry['loc'][-1]}: {entry['msg']}" for entry in error.errors())
        return _for_people(request, problem(request, 400, details), details, shown)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        detail = "no such page; / says what there is" if error.status_code == 404 and error.detail == "Not Found" else str(error.detail)
        response = problem(request, error.status_code, detail)
        response.headers.update(error.headers or {})
        if error.status_code == 405:
            response.headers["Allow"] = allowed(request.url.path)
        return _for_people(request, response, detail, shown)

    app.add_exception_handler(Sg17kgError, own)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)

    async def memory(request: Request, _: Exception) -> Response:
        """Answer 503: another request used up the memory of this process, which ends; the next request reaches another process."""
        return await own(request, StoreBusy("this process has no memory left, and another takes its place; try again"))

    async def thread(request: Request, error: Exception) -> Response:
        """Answer 503 if no thread can be started (threading raises a RuntimeError)."""
        if "start new thread" not in str(error):
            raise error
        return await own(request, StoreBusy("this process has no thread left for this; try again in a moment"))

    async def gone(_: Request, __: Exception) -> Response:
        """Respond to a client that has disconnected, for the log alone."""
        return Response(status_code=CLIENT_GONE)

    async def fault(request: Request, _: Exception) -> Response:
        return _for_people(request, problem(request, 500, _FAULT), _FAULT, shown)

    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(MemoryError, memory)
    app.add_exception_handler(RuntimeError, thread)
    app.add_exception_handler(Exception, fault)


def _for_people(
    request: Request, answer: Response, detail: str, shown: Shown, beside: Mapping[str, object] = MappingProxyType({})
) -> Response:
    """Return the page of a problem, with the headers of its document; else the document."""
    page = shown(request, answer.status_code, detail, beside)
    if page is None:
        return answer
    for name, value in answer.headers.items():
        if name not in ("content-length", "content-type"):
            page.headers[name] = value
    return page


def status_of(error: Exception) -> tuple[int, Mapping[str, str]]:
    """Return the HTTP status and the headers for an error of this project."""
    if isinstance(error, HttpProblem):
        return error.status, error.headers
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    if status != 503:
        return status, {}
    return status, {"Retry-After": "10" if isinstance(error, CheckBusy) else "5"}


def problem_of(request: Request, error: Exception) -> Response:
    """Return the problem document for an error of this project."""
    status, headers = status_of(error)
    answer = problem(request, status, str(error), error.beside if isinstance(error, Missing) else None)
    answer.headers.update(headers)
    return answer
