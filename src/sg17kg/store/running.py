"""A query on its way, as who asked it sees it, and its answer as it comes."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Protocol

from sg17kg.errors import Sg17kgError, StoreError
from sg17kg.store.frames import Question
from sg17kg.store.spool import Room, Spool

_PIECE = 256 * 1024


class Answering(Protocol):
    """The worker at which a query lies."""

    def drop(self, running: "Running") -> None:
        """Nobody wants the answer any more."""
        ...


class Running:
    """A query that waits, runs, or is answered: its kind, the format in which it is written (None: none that is wanted fits), its bytes."""

    def __init__(self, question: Question, loop: asyncio.AbstractEventLoop, room: Room, name: str = "") -> None:
        self.question = question
        self._loop = loop
        self.kind = ""
        self.format_name: str | None = None
        self.error: Sg17kgError | None = None
        self.over = False
        self.since = time.monotonic()
        self.worker: Answering | None = None
        self.name = name
        self._first = b""
        self._room = room
        self._rest: Spool | None = None
        self._size = 0
        self._change: asyncio.Future[None] | None = None

    async def settled(self, seconds: float) -> bool:
        """Wait until it is over, but not much longer than so many seconds after its beginning; gives whether it is.

        Raises what it came to instead of an answer.
        """
        while not self.over and time.monotonic() - self.since < seconds:
            await self._changed()
        if self.error:
            raise self.error
        return self.over

    async def begun(self) -> None:
        """Wait until its kind is known. Raises what it came to instead of an answer."""
        while not self.kind and not self.over:
            await self._changed()
        if self.error and not self.kind:
            raise self.error

    def whole(self) -> bytes:
        """The content of an answer that is over."""
        return self._first if self._rest is None else self._read(0, self._size)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The content as it comes. Raises what ended it before its end."""
        taken = 0
        while True:
            if taken < self._size:
                piece = self._read(taken, min(_PIECE, self._size - taken))
                taken += len(piece)
                yield piece
            elif self.over:
                if self.error:
                    raise self.error
                return
            else:
                await self._changed()

    def abandon(self) -> None:
        """Nobody wants the answer any more: end its query, and forget what there is of it."""
        if not self.over:
            if self.worker:
                self.worker.drop(self)
            else:
                self.end(StoreError("the client has gone"))
        if self._rest:
            self._rest.close()

    def begin(self, kind: str, format_name: str | None) -> None:
        """The worker says what comes."""
        self.kind, self.format_name = kind, format_name

    def take(self, content: bytes) -> None:
        """The worker sends a piece. What does not fit into memory waits on the disk until the client has read it.

        Raises StoreBusy where answers that wait take all their room, StoreError where the disk is full.
        """
        if self._size == 0:
            self._first = content
        else:
            if self._rest is None:
                self._rest = Spool(self._room)
                self._rest.add(self._first)
            self._rest.add(content)
        self._size += len(content)

    def end(self, error: Sg17kgError | None = None) -> None:
        """Nothing more comes."""
        if not self.over:
            self.over, self.error = True, error
            self.wake()

    def wake(self) -> None:
        """Let who waits look again."""
        if self._change and not self._change.done():
            self._change.set_result(None)

    def _read(self, start: int, size: int) -> bytes:
        if self._rest is None:
            return self._first[start : start + size]
        return self._rest.read(start, size)

    async def _changed(self) -> None:
        """Wait for news; the pool's tick is news too."""
        # asking for the running loop takes a system call each time
        self._change = asyncio.Future(loop=self._loop)
        await self._change
