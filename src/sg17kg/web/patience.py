"""HTTP connections on which nothing comes: closed after a while, so that a thousand slow clients hold no more than that many sockets."""

import asyncio
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_SECONDS = 30.0


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with a time within which a client must have sent the head of a request."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See asyncio.Protocol."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        self._heard()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        if self._patience is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """The head of a request is there."""
        self._heard()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._patience = self.loop.call_later(_SECONDS, self._give_up)

    def _heard(self) -> None:
        if self._patience:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        transport = cast("asyncio.Transport | None", self.transport)
        if transport and not transport.is_closing():
            transport.abort()
