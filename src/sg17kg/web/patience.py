"""HTTP connections on which nothing comes: closed after a while, so that a thousand slow clients hold no more than that many sockets."""

import asyncio
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_SECONDS = 30.0


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with a time within which a client must have sent the head of a request.

    One timer a connection: it looks from time to time whether a head has been awaited for long.
    """

    _timer: asyncio.TimerHandle | None = None
    _awaited_since: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See asyncio.Protocol."""
        super().connection_made(transport)
        self._awaited_since = self.loop.time()
        self._timer = self.loop.call_later(_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        if self._timer:
            self._timer.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        if self._awaited_since is None:
            self._awaited_since = self.loop.time()

    def on_headers_complete(self) -> None:
        """The head of a request is there."""
        self._awaited_since = None
        super().on_headers_complete()

    def _look(self) -> None:
        transport = cast("asyncio.Transport | None", self.transport)
        if transport is None or transport.is_closing():
            return
        if self._awaited_since is not None and self.loop.time() - self._awaited_since >= _SECONDS:
            transport.abort()
            return
        self._timer = self.loop.call_later(_SECONDS, self._look)
