"""Write head and body of a response at once: each write costs a system call, and often a packet."""

import asyncio


class JoinedWrites:
    """A transport that holds the head of a response until its body is written, in the same iteration of the event loop."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head = b""
        # all methods except writing and closing are those of the transport
        self.get_extra_info = transport.get_extra_info
        self.is_closing = transport.is_closing
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading
        self.can_write_eof = transport.can_write_eof
        self.set_write_buffer_limits = transport.set_write_buffer_limits
        self.abort = transport.abort

    def write(self, data: bytes) -> None:
        """See asyncio.WriteTransport."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.writelines((head, data))
        elif data.startswith(b"HTTP/1.1 "):
            self._head = data
            self._loop.call_soon(self._flush)
        else:
            self._transport.write(data)

    def get_write_buffer_size(self) -> int:
        """See asyncio.WriteTransport."""
        return self._transport.get_write_buffer_size() + len(self._head)

    def write_eof(self) -> None:
        """See asyncio.WriteTransport."""
        self._flush()
        self._transport.write_eof()

    def close(self) -> None:
        """See asyncio.BaseTransport."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)
