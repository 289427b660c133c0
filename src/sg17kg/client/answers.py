"""Read and decompress responses within limits, and check that they have the expected form."""

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPResponse
from math import inf
from time import monotonic
from typing import TypeVar, cast

from sg17kg.client.connection import Request, blocks
from sg17kg.client.errors import IncompleteResponse, InvalidResponse, Problem, RequestTimeout
from sg17kg.client.urls import Server

LARGEST = 64 * 1024**2
"""Bytes of an answer, packed and unpacked, beyond which it is refused; dumps alone may be larger."""

JSON = "application/json"
PROBLEM = "application/problem+json"
_BLOCK = 256 * 1024
_GZIP = 31  # zlib's number for a stream with the head and the sum of gzip
_TAIL = 4096
_CUT = re.compile(rb"\n# cut: ([^\n]+)\n\Z")
Shape = TypeVar("Shape")


@dataclass(frozen=True)
class Answer:
    """A complete response: the address that was requested, status, headers by lower-case name, decompressed body."""

    address: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case; "" if there is none."""
        return media_type_of(self.headers.get("content-type", ""))

    def content(self, *media_types: str) -> bytes:
        """Return the body. Raises InvalidResponse if its media type is not one of those given."""
        if self.media_type not in media_types:
            raise InvalidResponse(f"{self.address} gave {self.media_type or 'no media type'}, not {' or '.join(media_types)}")
        return self.body

    def json(self, *media_types: str) -> object:
        """Parse the body as JSON (by default, of type application/json). Raises InvalidResponse."""
        content = self.content(*(media_types or (JSON,)))
        try:
            return json.loads(content, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise InvalidResponse(f"{self.address} gave no JSON: {error}") from error

    def problem(self) -> Problem:
        """Return the problem document in the body; if there is none, a problem with only the status."""
        try:
            said = self.json(PROBLEM)
        except InvalidResponse:
            return Problem(self.status)
        texts = {name: value for name, value in said.items() if isinstance(value, str)} if isinstance(said, dict) else {}
        return Problem(self.status, texts.get("title"), texts.get("detail"), texts.get("instance"))


def media_type_of(content_type: str) -> str:
    """Return the media type in a Content-Type, without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def whole(response: HTTPResponse, server: Server, request: Request, deadline: float = inf) -> Answer:
    """Return a response read to its end. Raises InvalidResponse above 64 MiB, RequestTimeout after the deadline, IncompleteResponse."""
    address = f"{server}{request.target}"
    coding = "" if response.status == HTTPStatus.NOT_MODIFIED else response.headers.get("Content-Encoding", "")
    body = bytearray()
    try:
        for piece in _unpacked(_bounded(blocks(response, server, request), address), coding, address):
            body += piece
            if monotonic() > deadline:
                raise RequestTimeout(f"{address}: the answer does not come to its end")
            if len(body) > LARGEST:
                raise InvalidResponse(f"{address} gave more than {LARGEST} bytes unpacked; ask for less")
    except IncompleteResponse as error:
        reason = _CUT.search(bytes(body[-_TAIL:]))
        if not reason:
            raise
        said = reason[1].decode("utf-8", "replace")
        raise IncompleteResponse(f"{address}: {said}", Problem(response.status, detail=said)) from error
    return Answer(address, response.status, {name.lower(): value for name, value in response.headers.items()}, bytes(body))


def _bounded(pieces: Iterable[bytes], address: str) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > LARGEST:
            raise InvalidResponse(f"{address} gave more than {LARGEST} bytes; ask for less")
        yield piece


def _unpacked(pieces: Iterable[bytes], coding: str, address: str) -> Iterator[bytes]:
    """Yield the decoded bytes in pieces of limited size, so that a body that decompresses to far too much is noticed in time."""
    if coding.strip().lower() in ("", "identity"):
        yield from pieces
        return
    if coding.strip().lower() != "gzip":
        raise InvalidResponse(f"{address} gave the content coding {coding[:40]!r}, which was not asked for")
    unpacker = zlib.decompressobj(wbits=_GZIP)
    try:
        for piece in pieces:
            rest = piece
            while rest:
                yield unpacker.decompress(rest, _BLOCK)
                rest = unpacker.unconsumed_tail
            if unpacker.unused_data:
                break
        yield unpacker.flush()
    except zlib.error as error:
        raise InvalidResponse(f"{address} gave what is no gzip: {error}") from error
    if not unpacker.eof or unpacker.unused_data:
        raise InvalidResponse(f"{address} gave gzip that does not end where the answer does")


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number in JSON")


def shaped(kind: type[Shape], given: object, address: str) -> Shape:
    """Return a JSON object as one of the types in sg17kg.client.types; it must have all required keys. Raises InvalidResponse."""
    wanted: frozenset[str] = getattr(kind, "__required_keys__", frozenset())
    if not isinstance(given, dict):
        raise InvalidResponse(f"{address} gave no {kind.__name__}: {str(given)[:80]!r}")
    if lacking := sorted(wanted - given.keys()):
        raise InvalidResponse(f"{address} gave a {kind.__name__} without {', '.join(lacking)}; is the service older than this client?")
    return cast("Shape", given)
