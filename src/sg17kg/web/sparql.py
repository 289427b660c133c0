"""GET and POST /sparql: the query operation of the SPARQL 1.1 Protocol, read-only. Pure ASGI, in front of the routes.

Queries run in worker processes. An answer that is over within half a second is sent whole, under the status that it deserves; a longer
one is sent as it comes. Where such a one must be cut, its last line says so and the connection is closed before its end, so that
no client takes a part for the whole.
"""

import asyncio
import hashlib
import re
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from urllib.parse import parse_qsl, unquote_to_bytes

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from sg17kg.errors import BadParameter, Sg17kgError
from sg17kg.store import guard
from sg17kg.store.base import GraphChoice
from sg17kg.store.frames import Question
from sg17kg.store.limits import Limits
from sg17kg.store.running import Running
from sg17kg.web.parameters import accept
from sg17kg.web.problems import Refusal, allowed, problem, problem_of
from sg17kg.web.result_formats import OFFERED, negotiated, wished
from sg17kg.web.service import Service
from sg17kg.web.serving import Serving

PATH = "/sparql"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
# Bytes: the longest query as a form, which writes some characters as three
_LARGEST_BODY = 3 * guard.LONGEST_WRITTEN
_LONGEST_KEPT = 16 * 1024
_MOST_FIELDS = 200
_ASKED = ("query", "default-graph-uri", "named-graph-uri")
_TEXTUAL = ("csv", "tsv")
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b|\\u", re.IGNORECASE)
_READ_ON = 8 * 1024**2  # of a body that is too large: a client that is still sending reads no answer
_LEAST_RATE = 16 * 1024  # bytes a second
# Seconds: until the client is asked whether it is still there, until an answer is sent as it comes, for a client to take a piece
_FIRST_LOOK, _HELD_BACK, _PATIENCE = 0.05, 0.5, 60.0


class SparqlEndpoint:
    """Answers at /sparql; everything else, and the service description, goes on to the application."""

    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app = app
        self._serving = serving
        self._kept = serving.kept
        self._limits = _limits_header(serving.now.workers.limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"] != PATH or (scope["method"] == "GET" and not scope["query_string"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            if scope["method"] == "GET":
                await self._answer(request, _fields(scope["query_string"]), receive, send)
            elif scope["method"] == "POST":
                await self._post(request, receive, send)
            else:
                raise Refusal(405, f"{scope['method']} is no way to ask; send GET or POST", {"Allow": allowed(PATH)})
        except Sg17kgError as error:
            await problem_of(request, error)(scope, receive, send)

    async def _post(self, request: Request, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        key = (PATH, request.scope["query_string"], body, *(value for name, value in request.scope["headers"] if name in _DECISIVE))
        may_keep = len(body) <= _LONGEST_KEPT
        if may_keep and (found := self._kept.get(key)):
            await found.send(send)
            return
        asked = _fields(request.scope["query_string"]) + _posted(request, body)
        await self._answer(request, asked, receive, self._kept.keeping(key, send) if may_keep else send)

    async def _answer(self, request: Request, fields: Sequence[tuple[str, str]], receive: Receive, send: Send) -> None:
        sparql, graphs = _asked(fields)
        wanted, formats = negotiated(accept(request) or "", wished(fields))
        served = self._serving.now
        running = served.workers.run(Question(sparql, graphs, formats), request.scope.get("request_id", ""))
        watching: asyncio.Future[None] | None = None
        try:
            if not await running.settled(_FIRST_LOOK):
                watching = asyncio.ensure_future(_gone(receive))
                watching.add_done_callback(lambda _: running.abandon())
                await running.settled(_HELD_BACK)
            await running.begun()
            media_type = wanted[running.kind]
            if media_type is None:
                answer = problem(request, 406, f"this answer can be had as {', '.join(OFFERED[running.kind])}")
                await answer(request.scope, receive, send)
                return
            await self._send(running, media_type, self._validator(served, sparql, graphs, media_type), send)
        finally:
            if watching:
                watching.cancel()
            running.abandon()

    def _validator(self, served: Service, sparql: str, graphs: GraphChoice, media_type: str) -> tuple[bytes, bytes] | None:
        """A header: what tells the answer from others, or that it may not be kept. None: its bytes must tell.

        The tag is a weak one: an engine may give rows without an order in another one.
        """
        if ("(" in sparql or "\\" in sparql) and _CHANGING.search(sparql):  # functions have brackets, or hide by escapes
            return b"cache-control", b"no-store"
        if not self._kept.keeps:
            return None
        where = "" if graphs.default is None and graphs.named is None else repr(graphs)
        asked = "\0".join((served.store.version, media_type, where, sparql)).encode("utf-8", "replace")
        return b"etag", b'W/"' + hashlib.blake2b(asked, digest_size=16).hexdigest().encode() + b'"'

    async def _send(self, running: Running, media_type: str, validator: tuple[bytes, bytes] | None, send: Send) -> None:
        headers = [(b"content-type", _content_type(media_type)), (b"vary", b"Accept"), (b"sg17kg-limits", self._limits)]
        if validator:
            headers.append(validator)
        if running.over:
            content = running.whole()
            headers.append((b"content-length", str(len(content)).encode()))
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": content})
            return
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        delivery = _Delivery(send)
        try:
            async for piece in running.pieces():
                await delivery.give(piece)
            await delivery.give(b"", more=False)
        except Sg17kgError as error:  # returning without the last message closes the connection
            with suppress(TimeoutError):
                await delivery.give(f"\n# cut: {error}\n".encode())
        except TimeoutError:  # the client takes nothing any more, or too little
            pass


_DECISIVE = (b"accept", b"content-type")


class _Delivery:
    """Sends an answer in pieces to a client that must take them at a least rate: others want the room that it takes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waited = 0.0
        self._sent = 0

    async def give(self, piece: bytes, *, more: bool = True) -> None:
        """Send a piece. Raises TimeoutError where the client has kept us waiting for a minute beyond what its rate allows."""
        start = time.monotonic()
        async with asyncio.timeout(_PATIENCE + self._sent / _LEAST_RATE - self._waited):
            await self._send({"type": "http.response.body", "body": piece, "more_body": more})
        self._waited += time.monotonic() - start
        self._sent += len(piece)


async def _gone(receive: Receive) -> None:
    """Wait until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _body(receive: Receive) -> bytes:
    """The body of a request. Raises Refusal where it is too large (413), or not there within a minute (408)."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await _whole(receive)
    except TimeoutError as error:
        raise Refusal(408, "the body does not come; send it at once", {"Connection": "close"}) from error


async def _whole(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    more = True
    while more and size <= _READ_ON:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        piece = message.get("body", b"")
        size += len(piece)
        more = message.get("more_body", False)
        if size <= _LARGEST_BODY:
            parts.append(piece)
    if size > _LARGEST_BODY:
        refused = f"the body is larger than {_LARGEST_BODY // 1024} KiB; send a shorter query"
        raise Refusal(413, refused, {"Connection": "close"} if more else None)
    return b"".join(parts)


def _fields(encoded: bytes) -> list[tuple[str, str]]:
    """The fields of a form or of an address. Raises BadParameter."""
    try:
        if encoded.startswith(b"query=") and b"&" not in encoded:  # the one field that most have
            return [("query", unquote_to_bytes(encoded[6:].replace(b"+", b" ")).decode("utf-8"))]
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except UnicodeDecodeError as error:
        raise BadParameter("a field is not UTF-8; encode it as UTF-8, then by percent signs") from error
    except ValueError as error:
        raise BadParameter(f"more than {_MOST_FIELDS} fields; send fewer") from error


def _posted(request: Request, body: bytes) -> list[tuple[str, str]]:
    """The fields that a body holds. Raises Refusal, BadParameter."""
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    if media_type == FORM:
        return _fields(body)
    if media_type != DIRECT:
        raise Refusal(415, f"send the query as {FORM} (field `query`) or as {DIRECT}")
    charset = re.search(r"charset\s*=\s*\"?([\w-]+)", parameters, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Refusal(415, f"the charset {charset[1]} is not read; send UTF-8")
    try:
        return [("query", body.decode("utf-8"))]
    except UnicodeDecodeError as error:
        raise BadParameter("the body is not UTF-8") from error


def _asked(fields: Iterable[tuple[str, str]]) -> tuple[str, GraphChoice]:
    """The one query, and the graphs that it is asked of. Raises Refusal, BadParameter.

    Parameters that the protocol does not define are ignored, as it lets clients send them: `timeout`, `maxrows`, `queryId`.
    """
    found: dict[str, list[str]] = {name: [] for name in _ASKED}
    for name, value in fields:
        if name == "update":
            raise Refusal(403, "updates are not carried out: this endpoint is read-only")
        if name in found:
            found[name].append(value)
    queries, default, named = (found[name] for name in _ASKED)
    if len(queries) != 1:
        raise BadParameter(f"{len(queries)} queries; send one, as the parameter `query`")
    return queries[0], GraphChoice(default or None, named or None)


def _content_type(media_type: str) -> bytes:
    return (f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type).encode()


def _limits_header(limits: Limits) -> bytes:
    return f"seconds={limits.seconds:g}, rows={limits.rows}, bytes={limits.answer}".encode()
