"""Errors of the client. Each message says what was requested and what came instead.

ClientError                   an Sg17kgError
├── BadArgument               it cannot be asked: no address, no day, no Question (also a ValueError)
├── BadRequest                400 and every other 4xx that has no class of its own
│   ├── NotFound              404: well formed, but nothing is known under it
│   └── Gone                  410: it was published, and is used no more
├── MultipleMatches           300: several things bear the name; `candidates` are all of them
├── ServiceUnavailable        503, 429: come again in `retry_after` seconds
├── ServerFault               every other 5xx
├── RequestTimeout            504, or nothing came in time
├── ConnectError              nobody answers at the address
│   └── IncompleteResponse    the answer broke off before its end
└── InvalidResponse           what came is not what was asked for
    └── RedirectRefused       a link or a redirect to another server; it is not followed
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sg17kg.client.types import Found
from sg17kg.errors import Sg17kgError


@dataclass(frozen=True)
class Problem:
    """What a problem document (RFC 9457) says; None where there was none, or where it does not say it."""

    status: int | None = None
    title: str | None = None
    detail: str | None = None
    instance: str | None = None


class ClientError(Sg17kgError):
    """Root of what a client raises. `status`, `title`, `detail`, `instance` are those of the problem document; None without one.

    `status` is that of HTTP, if there was an answer.
    """

    def __init__(self, message: str, problem: Problem | None = None) -> None:
        super().__init__(message)
        said = problem or Problem()
        self.status, self.title, self.detail, self.instance = said.status, said.title, said.detail, said.instance


class BadArgument(ClientError, ValueError):
    """What was handed in cannot be asked for; nothing was sent."""


class BadRequest(ClientError):
    """The service refuses the request as it is."""


class NotFound(BadRequest):
    """Well formed, but the service knows nothing under it."""


class Gone(BadRequest):
    """It was published, and is used no more; `detail` says what stands in its place."""


class MultipleMatches(ClientError):
    """Several things bear the name; `candidates` are all of them."""

    def __init__(self, message: str, problem: Problem | None = None, candidates: Sequence[Found] = ()) -> None:
        super().__init__(message, problem)
        self.candidates = list(candidates)


class ServiceUnavailable(ClientError):
    """The service asks to come again, in `retry_after` seconds; None where it does not say when."""

    def __init__(self, message: str, problem: Problem | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, problem)
        self.retry_after = retry_after


class ServerFault(ClientError):
    """A fault of the service, or of the store behind it."""


class RequestTimeout(ClientError):
    """Nothing came in time, or the service ran out of time itself (status 504)."""


class ConnectError(ClientError):
    """No connection, or one that broke."""


class IncompleteResponse(ConnectError):
    """The answer broke off; a part of it would look like all of it, so it is thrown away. `detail` is the reason, if one was given."""


class InvalidResponse(ClientError):
    """What came is not what was asked for: another media type, no JSON, too large, badly packed."""


class RedirectRefused(InvalidResponse):
    """A link or a redirect leads to another server than the one that was asked; it is not followed."""
