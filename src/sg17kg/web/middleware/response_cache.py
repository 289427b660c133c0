"""In-process cache of complete responses while the dataset stays the same; ETag, 304, HEAD, CORS.

Pure ASGI, in front of the routes: a cached response needs no routing, no query and no JSON.
"""

import asyncio
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sg17kg.web.middleware.compression import coding_for, without_mark, worth_it
from sg17kg.web.middleware.content_security_policy import PAGE_POLICY
from sg17kg.web.problem_details import allowed, problem

_LONG = 64 * 1024
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_KEY = 2 * 1024
_BESIDE = 1024  # approximate bytes of a response besides body, headers and key
_CACHE = b"public, max-age=60"
_DAY = 86_400
_PREFLIGHT = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type, If-None-Match, Range, X-Request-ID"),
    (b"access-control-max-age", b"86400"),
]
_EXPOSED = b"ETag, Last-Modified, Link, Location, Retry-After, Content-Range, Accept-Ranges, Sg17kg-Limits, X-Request-ID"
# Any origin may read the data; browsers must not guess another media type
_CORS = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", _EXPOSED), (b"x-content-type-options", b"nosniff")]
_PAGE = [(b"referrer-policy", b"same-origin")]
# What a response depends on besides its URL: Host is part of its links
_DECISIVE = frozenset((b"accept", b"accept-language", b"host"))
# Most queries are asked once, and would evict frequent responses: a result is cached when it is requested a second time
_SELDOM_ASKED_AGAIN = "/sparql"
_REMEMBERED = 16_384
# These report the current state
_LIVE = frozenset(("/health", "/ready", "/metrics"))
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class CachedResponse:
    """A complete response with status 200 and all its headers; `packed` holds it in the codings in which it was requested."""

    headers: Headers
    body: bytes
    packed: dict[bytes, "CachedResponse"] = field(default_factory=dict)
    etag: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "etag", self._header(b"etag"))

    async def send(self, send: Send, head: bool = False) -> None:
        """Send the response, or only its head."""
        await send({"type": "http.response.start", "status": 200, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"" if head else self.body})

    @property
    def size(self) -> int:
        """Bytes of body and headers in every coding, with the overhead of each."""
        heads = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.body) + heads + _BESIDE + sum(entry.size for entry in self.packed.values())

    async def coded(self, accepted: bytes) -> "CachedResponse":
        """Return the response in the preferred coding. It is compressed once, and outside the event loop if it is long."""
        coding = coding_for(accepted) if accepted else None
        if coding is None or not worth_it(self._header(b"content-type"), len(self.body)) or self._header(b"content-encoding"):
            return self
        if coding.name not in self.packed:
            long = len(self.body) > _LONG
            body = await asyncio.to_thread(coding.pack, self.body) if long else coding.pack(self.body)
            headers = [(name, value) for name, value in self.headers if name not in (b"content-length", b"etag")]
            tag = self.etag[:-1] + coding.mark + b'"'
            own = [(b"etag", tag), (b"content-encoding", coding.name), (b"content-length", str(len(body)).encode())]
            self.packed[coding.name] = CachedResponse([*headers, *own], body)
        return self.packed[coding.name]

    def _header(self, wanted: bytes) -> bytes:
        return next((value for name, value in self.headers if name == wanted), b"")


class ResponseCache:
    """The most recently used responses, up to a number of bytes. They are valid for one day, because what is open changes at midnight UTC.

    `hits`, `misses` and `size` (bytes) are for the metrics. `generation` changes whenever the cache is emptied, so that a response begun
    before is not stored afterwards.
    """

    def __init__(self, most: int = 64 * 1024**2, largest: int = 1024**2) -> None:
        self.hits = self.misses = self.size = self.generation = 0
        self._most = most
        self._largest = largest
        self._answers: OrderedDict[Hashable, CachedResponse] = OrderedDict()
        self._counted: dict[Hashable, int] = {}  # bytes of each response in `size`
        self._once: set[int] = set()
        self._once_before: set[int] = set()
        self._day = int(time.time()) // _DAY

    @property
    def keeps(self) -> bool:
        """Whether anything is cached: not if the dataset can change without notice."""
        return self._most > 0

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: Hashable) -> CachedResponse | None:
        """Return the response for a key, if it is cached."""
        if self._day != (today := int(time.time()) // _DAY):
            self.empty()
            self._day = today
        found = self._answers.get(key)
        if found is None:
            self.misses += 1
            return None
        self._answers.move_to_end(key)
        self.hits += 1
        return found

    def again(self, key: Hashable) -> bool:
        """Return whether a key was requested recently. Only its hash is stored, so that this costs a few bytes."""
        mark = hash(key)
        if mark in self._once or mark in self._once_before:
            return True
        if len(self._once) >= _REMEMBERED:
            self._once, self._once_before = set(), self._once
        self._once.add(mark)
        return False

    def put(self, key: Hashable, answer: CachedResponse, generation: int | None = None) -> None:
        """Store a response unless it is too large or of an earlier generation; evict the least recently used ones."""
        if len(answer.body) > self._largest or not self._most or generation not in (None, self.generation):
            return
        if _weight(key) > _LONGEST_KEY:
            return
        self._drop(key)
        self._answers[key] = answer
        self._counted[key] = 0
        self.measure(key)

    def measure(self, key: Hashable) -> None:
        """Update the size of a cached response, which may have a new coding; evict the least recently used ones."""
        found = self._answers.get(key)
        if found is None:
            return
        now = found.size + _weight(key)
        self.size += now - self._counted[key]
        self._counted[key] = now
        while self._answers and self.size > self._most:
            self._drop(next(iter(self._answers)))

    def _drop(self, key: Hashable) -> None:
        if self._answers.pop(key, None):
            self.size -= self._counted.pop(key)

    def empty(self) -> None:
        """Empty the cache, because the dataset or the day has changed."""
        self._answers.clear()
        self._counted.clear()
        self.size = 0
        self.generation += 1

    def keeping(self, key: Hashable, send: Send) -> Send:
        """Return a `send` that also caches a response that is complete, may be cached, and was requested before."""
        start: Message | None = None
        generation = self.generation

        async def kept(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message if message["status"] == 200 and not _forbidden(message["headers"]) else None
            elif start and not message.get("more_body"):
                if self.again(key):
                    self.put(key, CachedResponse(list(start["headers"]), message.get("body", b"")), generation)
            else:
                start = None
            await send(message)

        return kept


class CacheMiddleware:
    """Middleware that answers GET and HEAD from the cache, and If-None-Match and preflight requests.

    It adds ETag, Cache-Control, Last-Modified and CORS headers. A response in one piece gets an ETag from its bytes; a response in several
    pieces gets only the CORS headers.
    """

    def __init__(self, app: ASGIApp, kept: ResponseCache, last_modified: bytes) -> None:
        self._app = app
        self._kept = kept
        self._last_modified = last_modified

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif not scope["path"].isprintable() and _CONTROL.search(scope["path"]):  # a line end would match as the end of a path
            nowhere = problem(Request(scope), 404, "no such page; / says what there is")
            await nowhere(scope, receive, _with_cors(send))
        elif scope["method"] in ("GET", "HEAD"):
            await self._get(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            headers = [*_PREFLIGHT, (b"allow", allowed(scope["path"]).encode())]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._app(scope, receive, _with_cors(send))

    async def _get(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = scope["method"] == "HEAD"
        key, asked = _key(scope)
        may_keep = not asked.partial and scope["path"] not in _LIVE
        found = self._kept.get(key) if may_keep else None
        if found is None:
            generation = self._kept.generation
            writer = _Writer(send, head, asked, self._last_modified, scope["path"] in _LIVE)
            await self._app({**scope, "method": "GET"} if head else scope, receive, writer.send)
            if may_keep and writer.whole and (scope["path"] != _SELDOM_ASKED_AGAIN or self._kept.again(key)):
                self._kept.put(key, writer.whole, generation)
        else:
            await _conditionally(found, asked, send, head)
            if asked.encoding:
                self._kept.measure(key)


class _CacheRequest(NamedTuple):
    """Request headers outside the cache key: validators, accepted codings, and whether the request bypasses the cache (range, long key)."""

    known: bytes
    since: bytes
    encoding: bytes
    partial: bool


async def _conditionally(answer: CachedResponse, asked: _CacheRequest, send: Send, head: bool) -> None:
    """Send a response in the preferred coding, or 304 if the client has it (RFC 9110, section 13.2.2)."""
    fresh = matches(answer.etag, asked.known) if asked.known else bool(asked.since) and not_since(answer, asked.since)
    chosen = await answer.coded(asked.encoding) if asked.encoding else answer
    if fresh:
        await _not_modified(chosen.headers, send)
    else:
        await chosen.send(send, head)


def not_since(answer: CachedResponse, since: bytes) -> bool:
    """Return whether If-Modified-Since is not before Last-Modified; False for a date that cannot be parsed."""
    modified = next((value for name, value in answer.headers if name == b"last-modified"), b"")
    if since == modified:
        return True
    try:
        return parsedate_to_datetime(since.decode("latin-1")) >= parsedate_to_datetime(modified.decode("latin-1"))
    except (ValueError, TypeError, OverflowError):
        return False


def _key(scope: Scope) -> tuple[Hashable, _CacheRequest]:
    """Return the cache key of a request, and its headers outside the key."""
    decisive = []
    known, since, encoding, partial = b"", b"", b"", False
    for header in scope["headers"]:
        name = header[0]
        if name in _DECISIVE:
            decisive.append(header)
        elif name == b"accept-encoding":
            encoding = encoding + b", " + header[1] if encoding else header[1]
        elif name == b"if-none-match":
            known = known + b", " + header[1] if known else header[1]
        elif name == b"if-modified-since":
            since = header[1]
        elif name == b"range":
            partial = True
    key = (scope["scheme"], scope["path"], scope["query_string"], *decisive)
    # a long key is not requested twice, and would use memory without being counted;
    # the same sum as `_weight`, for the few parts of such a key
    weight = len(scope["path"]) + len(scope["query_string"]) + sum([len(name) + len(value) for name, value in decisive])
    return key, _CacheRequest(known, since, encoding, partial or weight > _LONGEST_KEY)


def _weight(key: Hashable) -> int:
    """Return the approximate number of bytes of the strings in a key."""
    if isinstance(key, tuple):
        return sum(map(_weight, key))
    return len(key) if isinstance(key, str | bytes) else 0


class _Writer:
    """Sender that completes a response in one piece, and passes on one in several pieces.

    `whole` is the former, if its status is 200 and it may be cached.
    """

    def __init__(self, send: Send, head: bool, asked: _CacheRequest, last_modified: bytes, live: bool) -> None:
        self.whole: CachedResponse | None = None
        self._send = send
        self._head = head
        self._asked = asked
        self._last_modified = last_modified
        self._live = live
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        """See ASGI."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        start, self._start = self._start, None
        body = message.get("body", b"")
        if start is None:
            if not self._head:
                await self._send(message)
        elif message.get("more_body"):
            await self._send({**start, "headers": [*start["headers"], *_CORS]})
            await self._send({"type": "http.response.body", "body": b""} if self._head else message)
        else:
            await self._finish(start, body)

    async def _finish(self, start: Message, body: bytes) -> None:
        if start["status"] != 200:
            await self._send({**start, "headers": [*start["headers"], *_CORS, *_of_page(start["headers"])]})
            await self._send({"type": "http.response.body", "body": b"" if self._head else body})
            return
        answer = CachedResponse(self._completed(start["headers"], body), body)
        if not _forbidden(answer.headers):
            self.whole = answer
        await _conditionally(answer, self._asked, self._send, self._head)

    def _completed(self, given: Headers, body: bytes) -> Headers:
        headers = [*given, *_CORS]
        names = {name for name, _ in headers}
        headers += _of_page(given)
        if b"etag" not in names:
            headers.append((b"etag", b'"' + hashlib.blake2b(body, digest_size=16).hexdigest().encode() + b'"'))
        if b"cache-control" not in names:
            headers.append((b"cache-control", b"no-store" if self._live else _CACHE))
        if b"last-modified" not in names:
            headers.append((b"last-modified", self._last_modified))
        if b"vary" not in names:
            headers.append((b"vary", b"Accept, Accept-Language"))
        return [(name, value + b", Accept-Encoding") if name == b"vary" else (name, value) for name, value in headers]


def _of_page(given: Headers) -> Headers:
    """Return the additional headers of a page; none if the response is not a page."""
    if not any(name == b"content-type" and value.startswith(b"text/html") for name, value in given):
        return []
    policy = [] if any(name == b"content-security-policy" for name, _ in given) else [(b"content-security-policy", PAGE_POLICY.encode())]
    return [*_PAGE, *policy]


async def _not_modified(headers: Headers, send: Send) -> None:
    kept = [(name, value) for name, value in headers if name not in (b"content-length", b"content-type", b"content-encoding")]
    await send({"type": "http.response.start", "status": 304, "headers": kept})
    await send({"type": "http.response.body", "body": b""})


def matches(etag: bytes, known: bytes) -> bool:
    """Return whether If-None-Match names the entity tag (RFC 9110, section 13.1.2)."""
    plain = without_mark(etag.removeprefix(b"W/"))
    return any(without_mark(candidate.strip().removeprefix(b"W/")) in (plain, b"*") for candidate in known.split(b","))


def _forbidden(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name == b"cache-control" and b"no-store" in value for name, value in headers)


def _with_cors(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *_CORS, *_of_page(message["headers"])]}
        await send(message)

    return wrapped
