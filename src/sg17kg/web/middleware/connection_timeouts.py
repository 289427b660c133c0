"""Close connections whose request heads do not arrive in time or are too long (Slowloris protection)."""

import asyncio
import json
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sg17kg.web.middleware.delivery import LEAST_RATE
from sg17kg.web.middleware.joined_writes import JoinedWrites

_SECONDS, _LINGER = 30.0, 2.0
_LONGEST_HEAD = 64 * 1024
_PROBLEM = json.dumps(
    {
        "type": "about:blank",
        "title": "Request Header Fields Too Large",
        "status": 431,
        "detail": f"address and headers are longer than {_LONGEST_HEAD // 1024} KiB; send less",
        "instance": "",
    }
).encode()
_TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/problem+json\r\nconnection: close\r\n"
    + f"content-length: {len(_PROBLEM)}\r\n\r\n".encode()
    + _PROBLEM
)


class HeaderTimeoutProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a timeout for the head of a request.

    One timer for each connection checks at intervals whether a head is overdue.
    """

    _timer: asyncio.TimerHandle | None = None
    _awaited_since: float | None = None
    _head = 0
    _refused = False
    _requests = 0
    _seen = (-1, 0)  # requests begun, and bytes unsent, at the last check

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See asyncio.Protocol."""
        super().connection_made(JoinedWrites(transport, self.loop))  # type: ignore[arg-type]
        self._awaited_since = self.loop.time()
        self._timer = self.loop.call_later(_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        if self._timer:
            self._timer.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin a request; bytes before it in the same chunk belonged to another request."""
        self._head = 0
        self._requests += 1
        super().on_message_begin()
        if self._awaited_since is None:
            self._awaited_since = self.loop.time()

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol. After a head that is too long, data is ignored for a moment, so that the client reads the error."""
        if self._refused:
            return
        self._head += len(data)
        super().data_received(data)
        if self._awaited_since is None:
            self._head = 0
        elif self._head > _LONGEST_HEAD:
            self._refuse()

    def on_headers_complete(self) -> None:
        """Note that the head of a request is complete."""
        self._awaited_since = None
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > _LONGEST_HEAD:
            self._refuse()
        else:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that a request is complete."""
        if not self._refused and not self.transport.is_closing():
            super().on_message_complete()

    def on_body(self, body: bytes) -> None:
        """Process a chunk of a body."""
        if not self._refused and not self.transport.is_closing():
            super().on_body(body)

    def _refuse(self) -> None:
        """Answer 431, and close when the client has had time to read it, because a reset would discard the response."""
        if not self._refused and not self.transport.is_closing():
            self._refused = True
            self.transport.write(_TOO_LONG)
            if self.transport.can_write_eof():
                self.transport.write_eof()
            self.loop.call_later(_LINGER, self.transport.close)

    def _look(self) -> None:
        transport = cast("asyncio.Transport | None", self.transport)
        if transport is None:
            return
        before, unsent = self._seen, transport.get_write_buffer_size()
        self._seen = (self._requests, unsent)
        if transport.is_closing():  # the client reads the rest too slowly, or not at all
            if unsent > before[1] - LEAST_RATE * _SECONDS:
                transport.abort()
                return
        elif self._awaited_since is not None:
            if self.loop.time() - self._awaited_since >= _SECONDS:
                transport.abort()
                return
        elif before[0] == self._requests and not unsent and (self.cycle is None or self.cycle.response_complete):
            transport.abort()  # the last request was answered, and no other has begun since
            return
        self._timer = self.loop.call_later(_SECONDS, self._look)
