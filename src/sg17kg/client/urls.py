"""Build request targets: encoded paths and parameters, and the one server to which they go."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import normalize
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

from sg17kg.client.errors import BadArgument, InvalidResponse, RedirectRefused
from sg17kg.namespaces import BASE

Day = date | str
"""A day: a date, or text like 2026-06-10."""

_PORTS = {"http": 80, "https": 443}
_IN_PATHS = "/:~!$&'()*+,;=@%"
_LONGEST_SHOWN = 200


@dataclass(frozen=True)
class Server:
    """The server of a client: scheme, host, port, and the path under which the service is found there ("" for none)."""

    scheme: str
    host: str
    port: int
    prefix: str

    @classmethod
    def parse(cls, address: str) -> "Server":
        """Return the server at an address like https://kg.example.org:8017. Raises BadArgument."""
        parts = _split(address)
        if parts is None or parts.query or parts.fragment or parts.username is not None:
            raise BadArgument(f"{address!r} is no address of a service; write it like http://127.0.0.1:8017")
        return cls(*_place(parts), parts.path.rstrip("/"))

    def target(self, link: str, asked: str) -> str:
        """Return the request target for a link found in the response to another request (`asked`).

        Raises RedirectRefused, InvalidResponse.
        """
        parts = _split(link, f"{self}{asked}") if isinstance(link, str) else None
        if parts is None:
            raise InvalidResponse(f"the answer to {asked} leads to {str(link)[:_LONGEST_SHOWN]!r}, which is no address")
        if _place(parts) != (self.scheme, self.host, self.port) or parts.username is not None:
            where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
            raise RedirectRefused(f"the answer to {asked} leads to {where}, not to {self}; if that is right, give the client that address")
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != _PORTS[self.scheme] else "")


def _split(link: str, base: str = "") -> SplitResult | None:
    """Return the parts of an HTTP address that is spelled in plain ASCII; None for every other text.

    A partial address is completed by `base`.
    """
    try:
        parts = urlsplit(urljoin(base, link))
        port = parts.port
    except ValueError:
        return None
    usable = parts.scheme in _PORTS and parts.hostname and port != 0 and re.fullmatch(r"[!-~]+", link)
    return parts if usable else None


def _place(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme]


def path(*segments: str | int) -> str:
    """Return a REST path made of its segments, each encoded, so that a slash within a segment stays within it. Raises BadArgument."""
    return "/api/v1/" + "/".join(_segment(str(segment)) for segment in segments)


def _segment(text: str) -> str:
    if not text.strip() or text in (".", ".."):
        raise BadArgument(f"{text!r} names nothing; give a number or a name")
    return _encoded(text, "")


def thing_path(thing: str) -> str:
    """Return the path of a thing by its IRI or by its path (rec/X.1280). Raises BadArgument for an IRI of another graph."""
    tail = thing.removeprefix(BASE).partition("#")[0].lstrip("/")
    if not tail or re.match(r"[a-z][a-z0-9+.-]*://", tail, re.IGNORECASE) or {".", ".."} & set(tail.split("/")):
        raise BadArgument(f"{thing[:_LONGEST_SHOWN]!r} is nothing in this graph; give an IRI below {BASE}, or a path like rec/X.1280")
    return "/" + _encoded(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", tail), _IN_PATHS)


def with_parameters(path: str, parameters: Mapping[str, object]) -> str:
    """Return a path with its parameters, without those that are None. Raises BadArgument for a value that is not text, number or day."""
    given = {name: _text(name, value) for name, value in parameters.items() if value is not None}
    try:
        return path + ("?" + urlencode(given) if given else "")
    except UnicodeEncodeError as error:
        raise BadArgument(f"the parameters hold half a character (a surrogate): {error.object!r}") from error


def _text(name: str, value: object) -> str:
    if isinstance(value, date):
        return day(value) or ""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise BadArgument(f"parameter {name!r}: {value!r} is neither text, number nor day")


def _encoded(text: str, safe: str) -> str:
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError as error:
        raise BadArgument(f"{text!r} holds half a character (a surrogate)") from error


def day(given: Day | None) -> str | None:
    """Return a day as YYYY-MM-DD. Raises BadArgument for a datetime, and for text that is not a day."""
    if given is None:
        return None
    if isinstance(given, datetime):
        raise BadArgument(f"{given!r} is a moment, not a day; give its .date()")
    if isinstance(given, date):
        return given.isoformat()
    try:
        if isinstance(given, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
            return date.fromisoformat(given).isoformat()
    except ValueError:
        pass
    raise BadArgument(f"{given!r} is no day; write it like 2026-06-10, or give a datetime.date")


def question_segments(name: str) -> tuple[int, int]:
    """Return (study group, number) of a Question: Q10/17, 10/17, question 10/17. Raises BadArgument."""
    folded = " ".join(normalize("NFKC", name).upper().split())
    match = re.fullmatch(r"(?:Q(?:UESTION)?\.? ?)?([0-9]{1,3}) ?/ ?([0-9]{1,2})", folded)
    if not match:
        raise BadArgument(f"{name!r} is no Question; write it like Q10/17")
    return int(match[2]), int(match[1])
