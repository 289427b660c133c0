"""Send a long response in pieces, at a minimum rate."""

import asyncio
import time

from starlette.types import Message, Send

LEAST_RATE = 16 * 1024  # bytes a second
PATIENCE = 60.0


class Delivery:
    """Sender of the messages of one response."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waited = 0.0
        self._sent = 0

    async def send(self, message: Message) -> None:
        """See ASGI. Raises TimeoutError if the client has delayed the response for a minute beyond what the minimum rate allows.

        A response that ends before its last piece closes the connection.
        """
        start = time.monotonic()
        async with asyncio.timeout(PATIENCE + self._sent / LEAST_RATE - self._waited):
            await self._send(message)
        self._waited += time.monotonic() - start
        self._sent += len(message.get("body", b""))
