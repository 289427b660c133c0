"""GET and POST /sparql: query operation of the SPARQL 1.1 Protocol, read-only. Pure ASGI, in front of the routes.

Queries run in threads (store/threads.py). A result is complete before its first byte is sent, so that the response has the correct status
and its length.
"""

import asyncio
import hashlib
import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, unquote_to_bytes

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from sg17kg.errors import BadParameter, Sg17kgError
from sg17kg.store import guard
from sg17kg.store.base import GraphChoice
from sg17kg.store.limits import Limits
from sg17kg.store.spool import Spool
from sg17kg.store.threads import RunningQuery, SparqlRequest, SparqlResult
from sg17kg.web.api.parameters import accept
from sg17kg.web.dependencies import DatasetContext
from sg17kg.web.linked_data.result_formats import OFFERED, negotiated, wished
from sg17kg.web.middleware.delivery import Delivery
from sg17kg.web.middleware.response_cache import ResponseCache
from sg17kg.web.problem_details import HttpProblem, allowed, problem, problem_of
from sg17kg.web.serving import Settings

PATH = "/sparql"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
# Bytes: the longest query as a form, where some characters take three
_LARGEST_BODY = 3 * guard.LONGEST_WRITTEN
_LONGEST_KEPT = 16 * 1024
_MOST_FIELDS = 200
_ASKED = ("query", "default-graph-uri", "named-graph-uri")
_TEXTUAL = ("csv", "tsv")
_CHANGING = ("NOW", "RAND", "UUID", "STRUUID", "BNODE")
_CHANGES = re.compile(rf"\b(?:{'|'.join(_CHANGING)})\b|\\u", re.IGNORECASE)
_READ_ON = 8 * 1024**2  # bytes read of a body that is too large: a client that is still sending reads no response
_PIECE = 256 * 1024
# Seconds: until the first check whether the client is still connected; until a body must have arrived
_FIRST_LOOK, _PATIENCE = 0.05, 60.0
_UNTRUSTED = (
    "this service cannot end a query here, so it answers none; ask the catalogue (/api/v1/queries), take the dump,"
    " or start it with --trusted where everybody who reaches it is trusted"
)


class SparqlEndpoint:
    """ASGI application that answers /sparql; everything else, and the service description, goes to the inner application."""

    def __init__(self, app: ASGIApp, served: DatasetContext, kept: ResponseCache, settings: Settings) -> None:
        self._app = app
        self._served = served
        self._kept = kept
        self._untrusted = settings.untrusted
        self._limits = _limits_header(settings.limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] != PATH or (scope["method"] == "GET" and not scope["query_string"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            if not self._untrusted:
                raise HttpProblem(501, _UNTRUSTED)
            if scope["method"] == "GET":
                await self._answer(request, _fields(scope["query_string"]), receive, send)
            elif scope["method"] == "POST":
                await self._post(request, receive, send)
            else:
                raise HttpProblem(405, f"{scope['method']} is no way to ask; send GET or POST", {"Allow": allowed(PATH)})
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
        client = (request.scope.get("client") or ("",))[0]
        running = self._served.queries.run(SparqlRequest(sparql, graphs, formats), client, request.scope.get("request_id", ""))
        watch = _Watch(receive, running)
        try:
            result = await running.result
            media_type = wanted[result.kind]
            if media_type is None:
                answer = problem(request, 406, f"this answer can be had as {', '.join(OFFERED[result.kind])}")
                await answer(request.scope, receive, send)
                return
            await self._send(result, media_type, self._validator(sparql, graphs, media_type), send)
        finally:
            watch.end()
            running.abandon()

    def _validator(self, sparql: str, graphs: GraphChoice, media_type: str) -> tuple[bytes, bytes] | None:
        """Return an ETag header, or a Cache-Control header that forbids caching; None if the ETag must come from the response body.

        The ETag is weak, because an engine can return rows without ORDER BY in another order.
        """
        if ("(" in sparql or "\\" in sparql) and _may_change(sparql):  # function calls have parentheses, or are hidden by escapes
            return b"cache-control", b"no-store"
        if not self._kept.keeps:
            return None
        where = "" if graphs.default is None and graphs.named is None else repr(graphs)
        asked = "\0".join((self._served.store.version, media_type, where, sparql)).encode("utf-8", "replace")
        return b"etag", b'W/"' + hashlib.blake2b(asked, digest_size=16).hexdigest().encode() + b'"'

    async def _send(self, result: SparqlResult, media_type: str, validator: tuple[bytes, bytes] | None, send: Send) -> None:
        headers = [(b"content-type", _content_type(media_type)), (b"vary", b"Accept"), (b"sg17kg-limits", self._limits)]
        if validator:
            headers.append(validator)
        headers.append((b"content-length", str(result.size).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if isinstance(result.content, bytes):
            await send({"type": "http.response.body", "body": result.content})
        else:
            await _deliver(result.content, send)


async def _deliver(content: Spool, send: Send) -> None:
    """Send a long response in pieces; returning before the last piece closes the connection."""
    delivery = Delivery(send)
    try:
        for start in range(0, content.size, _PIECE):
            body = content.read(start, _PIECE)
            await delivery.send({"type": "http.response.body", "body": body, "more_body": start + _PIECE < content.size})
    except TimeoutError:  # the client reads nothing any more, or too slowly
        pass


_DECISIVE = (b"accept", b"content-type")


class _Watch:
    """Watcher that drops the query of a client that has waited for a moment and then disconnects."""

    def __init__(self, receive: Receive, running: RunningQuery) -> None:
        self._receive = receive
        self._running = running
        self._task: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(_FIRST_LOOK, self._begin)

    def _begin(self) -> None:
        self._task = asyncio.ensure_future(self._gone())

    async def _gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._running.abandon()

    def end(self) -> None:
        """Stop watching."""
        self._timer.cancel()
        if self._task:
            self._task.cancel()


async def _body(receive: Receive) -> bytes:
    """Return the body of a request. Raises HttpProblem if it is too large (413), or does not arrive within a minute or at all (408)."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await _whole(receive)
    except TimeoutError as error:
        raise HttpProblem(408, "the body does not come; send it at once", {"Connection": "close"}) from error


async def _whole(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    more = True
    while more and size <= _READ_ON:
        message = await receive()
        if message["type"] == "http.disconnect":  # nobody will read this
            raise HttpProblem(408, "the connection ended before the body did")
        piece = message.get("body", b"")
        size += len(piece)
        more = message.get("more_body", False)
        if size <= _LARGEST_BODY:
            parts.append(piece)
    if size > _LARGEST_BODY:
        refused = f"the body is larger than {_LARGEST_BODY // 1024} KiB; send a shorter query"
        raise HttpProblem(413, refused, {"Connection": "close"} if more else None)
    return b"".join(parts)


def _fields(encoded: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form or a query string. Raises BadParameter."""
    try:
        if encoded.startswith(b"query=") and b"&" not in encoded:  # the only field of most requests
            return [("query", unquote_to_bytes(encoded[6:].replace(b"+", b" ")).decode("utf-8"))]
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except UnicodeDecodeError as error:
        raise BadParameter("a field is not UTF-8; encode it as UTF-8, then by percent signs") from error
    except ValueError as error:
        raise BadParameter(f"more than {_MOST_FIELDS} fields; send fewer") from error


def _posted(request: Request, body: bytes) -> list[tuple[str, str]]:
    """Return the fields in a request body. Raises HttpProblem, BadParameter."""
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    if media_type == FORM:
        return _fields(body)
    if media_type != DIRECT:
        raise HttpProblem(415, f"send the query as {FORM} (field `query`) or as {DIRECT}")
    charset = re.search(r"charset\s*=\s*\"?([\w-]+)", parameters, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise HttpProblem(415, f"the charset {charset[1]} is not read; send UTF-8")
    try:
        return [("query", body.decode("utf-8"))]
    except UnicodeDecodeError as error:
        raise BadParameter("the body is not UTF-8") from error


def _asked(fields: Iterable[tuple[str, str]]) -> tuple[str, GraphChoice]:
    """Return the single query, and the graphs to query. Raises HttpProblem, BadParameter.

    Parameters that the protocol does not define are ignored, because it lets clients send them: `timeout`, `maxrows`, `queryId`.
    """
    found: dict[str, list[str]] = {name: [] for name in _ASKED}
    for name, value in fields:
        if name == "update":
            raise HttpProblem(403, "updates are not carried out: this endpoint is read-only")
        if name in found:
            found[name].append(value)
    queries, default, named = (found[name] for name in _ASKED)
    if len(queries) != 1:
        raise BadParameter(f"{len(queries)} queries; send one, as the parameter `query`")
    return queries[0], GraphChoice(default or None, named or None)


def _may_change(sparql: str) -> bool:
    """Return whether the result may differ next time. The pattern is slow, so only few queries reach it."""
    capitals = sparql.upper()
    return ("\\" in sparql or any(name in capitals for name in _CHANGING)) and bool(_CHANGES.search(sparql))


def _content_type(media_type: str) -> bytes:
    return (f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type).encode()


def _limits_header(limits: Limits) -> bytes:
    return f"seconds={limits.seconds:g}, rows={limits.rows}, bytes={limits.answer}".encode()
