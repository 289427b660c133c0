"""Send requests to one service: retry where safe, follow redirects within it, revalidate by ETag, raise for errors."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPResponse
from itertools import count

from sg17kg import __version__
from sg17kg.client.answers import JSON, Answer, shaped, whole
from sg17kg.client.connection import ConnectionLost, Connections, Request
from sg17kg.client.errors import (
    BadRequest,
    ClientError,
    Gone,
    InvalidResponse,
    MultipleMatches,
    NotFound,
    RedirectRefused,
    RequestTimeout,
    ServerFault,
    ServiceUnavailable,
)
from sg17kg.client.etag_cache import ETagCache
from sg17kg.client.types import Candidates
from sg17kg.client.urls import Server

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 3
_BUSY = (429, 503)
# Seconds: the first pause before a request is repeated, and the longest that a service may ask for
_FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0
# A response that arrives slowly may take this many times the timeout
_PATIENCE = 10
_LONGEST_SHOWN = 500


class Transport:
    """Transport to one service. Threads can share it."""

    def __init__(self, server: Server, lang: str | None, timeout: float, retries: int, remember: int) -> None:
        self.server = server
        self.retries = retries
        self._timeout = timeout
        self._connections = Connections(server, timeout)
        self._memory = ETagCache(remember)
        self._own = {"User-Agent": f"sg17kg-client/{__version__}"} | ({"Accept-Language": lang} if lang else {})

    def get(self, target: str, accept: str = JSON) -> Answer:
        """Return the response to a GET, with status 200: retried, redirected, cached. Raises ClientError."""
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._repeated(target, accept)
            if answer.status not in _REDIRECTS:
                return answer
            target = self.server.target(answer.headers.get("location", ""), target)
        raise InvalidResponse(f"{answer.address} redirects for the {_MOST_REDIRECTS + 1}th time; what was asked for has no end")

    def post(self, target: str, accept: str, content_type: str, body: bytes) -> Answer:
        """Return the response to a POST, with status 200: sent once, and never redirected. Raises ClientError."""
        answer = self._answer(Request("POST", target, self._headers(accept) | {"Content-Type": content_type}, body))
        if answer.status in _REDIRECTS:
            raise RedirectRefused(f"{answer.address} redirects a POST, which is not sent again")
        return answer

    @contextmanager
    def stream(self, request: Request) -> Iterator[HTTPResponse]:
        """Yield the response to a request as it arrives, whatever its status."""
        with self._connections.asked(Request(request.method, request.target, self._own | dict(request.headers), request.body)) as response:
            yield response

    def close(self) -> None:
        """Close idle connections."""
        self._connections.close()

    def _headers(self, accept: str) -> dict[str, str]:
        return self._own | {"Accept": accept, "Accept-Encoding": "gzip"}

    def _repeated(self, target: str, accept: str) -> Answer:
        for attempt in count():
            try:
                return self._once(target, accept)
            except (ServiceUnavailable, ConnectionLost) as error:
                pause = pause_before(attempt, error)
                if attempt >= self.retries or pause > LONGEST_PAUSE:
                    raise
                time.sleep(pause)
        raise AssertionError  # count() has no end

    def _once(self, target: str, accept: str) -> Answer:
        known = self._memory.get(target, accept)
        condition = {"If-None-Match": known.headers["etag"]} if known else {}
        answer = self._answer(Request("GET", target, self._headers(accept) | condition))
        if answer.status == HTTPStatus.NOT_MODIFIED:
            if known is None:
                raise InvalidResponse(f"{answer.address} gave 304, though nothing is known of it here")
            return known
        if answer.status == HTTPStatus.OK:
            self._memory.put(target, accept, answer)
        return answer

    def _answer(self, request: Request) -> Answer:
        """Return one response with a status that can be handled. Raises ClientError for every other status."""
        deadline = time.monotonic() + _PATIENCE * self._timeout
        with self._connections.asked(request) as response:
            answer = whole(response, self.server, request, deadline)
        if answer.status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED, *_REDIRECTS):
            raise error_of(answer)
        return answer


def pause_before(attempt: int, error: ClientError) -> float:
    """Return the seconds to wait after that many attempts: as the service asks, else twice as long each time."""
    asked = error.retry_after if isinstance(error, ServiceUnavailable) else None
    return _FIRST_PAUSE * 2.0**attempt if asked is None else asked


def error_of(answer: Answer) -> ClientError:
    """Return the error for a status, with the content of the problem document."""
    problem, status = answer.problem(), answer.status
    title = problem.title or next((entry.phrase for entry in HTTPStatus if entry == status), "")
    message = ": ".join(part for part in (f"{status} {title}".strip(), problem.detail) if part)[:_LONGEST_SHOWN] + f" ({answer.address})"
    if status == HTTPStatus.MULTIPLE_CHOICES:
        return MultipleMatches(message, problem, shaped(Candidates, answer.json(), answer.address)["candidates"])
    if status in _BUSY:
        return ServiceUnavailable(message, problem, _seconds(answer.headers.get("retry-after", "")))
    named = {404: NotFound, 410: Gone, 504: RequestTimeout}.get(status)
    kind = named or {4: BadRequest, 5: ServerFault}.get(status // 100, InvalidResponse)
    return kind(message, problem)


def _seconds(given: str) -> float | None:
    """Return Retry-After in seconds; None if it is neither a number of seconds nor a date (RFC 9110, section 10.2.3)."""
    if given.strip().isdecimal():
        return float(given)
    try:
        moment = parsedate_to_datetime(given)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
