"""Errors of the client. Each message says what was requested and what came instead.

ClientError                   an Sg17kgError
├── BadArgument               an invalid argument: not an address, a day or a Question (also a ValueError)
├── BadRequest                400 and every other 4xx that has no class of its own
│   ├── NotFound              404: well formed, but unknown to the service
│   └── Gone                  410: it was published, and is no longer used
├── MultipleMatches           300: several things have the name; `candidates` are all of them
├── ServiceUnavailable        503, 429: retry after `retry_after` seconds
├── ServerFault               every other 5xx
├── RequestTimeout            504, or no response in time
├── ConnectError              nothing responds at the address
│   └── IncompleteResponse    the response broke off before its end
└── InvalidResponse           the response is not what was requested
    └── RedirectRefused       a link or a redirect to another server; it is not followed
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sg17kg.client.types import Found
from sg17kg.errors import Sg17kgError


@dataclass(frozen=True)
class Problem:
    """The content of a problem document (RFC 9457). A value is None if the document is absent or does not state it."""

    status: int | None = None
    title: str | None = None
    detail: str | None = None
    instance: str | None = None


class ClientError(Sg17kgError):
    """Base class of the client's errors. `status`, `title`, `detail`, `instance` are those of the problem document; None without one.

    `status` is the HTTP status, if there was a response.
    """

    def __init__(self, message: str, problem: Problem | None = None) -> None:
        super().__init__(message)
        said = problem or Problem()
        self.status, self.title, self.detail, self.instance = said.status, said.title, said.detail, said.instance


class BadArgument(ClientError, ValueError):
    """The argument is invalid; nothing was sent."""


class BadRequest(ClientError):
    """The service rejects the request as it is."""


class NotFound(BadRequest):
    """The request is well formed, but the service does not know the thing."""


class Gone(BadRequest):
    """The thing was published, and is no longer used; `detail` says what replaces it."""


class MultipleMatches(ClientError):
    """Several things have the name; `candidates` are all of them."""

    def __init__(self, message: str, problem: Problem | None = None, candidates: Sequence[Found] = ()) -> None:
        super().__init__(message, problem)
        self.candidates = list(candidates)


class ServiceUnavailable(ClientError):
    """The service asks to retry after `retry_after` seconds; None if it does not say when."""

    def __init__(self, message: str, problem: Problem | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, problem)
        self.retry_after = retry_after


class ServerFault(ClientError):
    """A fault of the service, or of the store behind it."""


class RequestTimeout(ClientError):
    """No response came in time, or the service itself timed out (status 504)."""


class ConnectError(ClientError):
    """The connection could not be made, or it broke."""


class IncompleteResponse(ConnectError):
    """The response broke off. It is discarded, because a part would look complete. `detail` is the reason, if one was given."""


class InvalidResponse(ClientError):
    """The response is not what was requested: another media type, no JSON, too large, badly compressed."""


class RedirectRefused(InvalidResponse):
    """A link or a redirect leads to a server other than the one requested; it is not followed."""
