"""Accept connections from the socket that all processes share, each in the process that has the fewest.

The kernel gives a connection to whichever process comes first, so that one process can have all clients that stay, and one core all work.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine

from sg17kg.server.table import Table

_LOG = logging.getLogger("sg17kg.server")
# Connections that a process may have more than the one with the fewest, and how long it leaves a further one to the others
_MORE = 1
_PAUSE_SECONDS = 0.002
_AT_ONCE = 16  # before other work of the event loop
_NO_FILES_SECONDS = 1.0
_UNEVEN = 4  # connections more than the process with the fewest has, from which on a process gives as many away at a time


class Acceptor:
    """Accept connections of one process, in its event loop. `held` counts those that it has."""

    def __init__(self, listening: socket.socket, table: Table, slot: int, held: Callable[[], int]) -> None:
        self._listening = listening
        self._table = table
        self._slot = slot
        self._held = held
        self._loop = asyncio.get_running_loop()
        self._beginning: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._protocol: Callable[[], asyncio.Protocol]

    def start(self, protocol: Callable[[], asyncio.Protocol]) -> None:
        """Accept from now on; `protocol` makes what serves one connection."""
        self._protocol = protocol
        self._listening.setblocking(False)
        self.count()
        self._loop.add_reader(self._listening, self._accept, False)

    def close(self) -> None:
        """Accept no more: what waits at the socket is for the others."""
        if self._timer:
            self._timer.cancel()
        self._loop.remove_reader(self._listening)
        self._listening.close()

    def surplus(self) -> int:
        """Return how many connections to close after their next answers: clients that stay do not come to a new process by themselves."""
        count, fewest = self.count(), self._table.fewest()
        return min(_UNEVEN, (count - fewest) // 2) if count - fewest > max(_UNEVEN, fewest // 4) else 0

    def count(self) -> int:
        """Tell the other processes how many connections this one has."""
        count = self._held() + len(self._beginning)
        self._table.connections(self._slot, count)
        return count

    def _accept(self, patient: bool) -> None:
        """Accept what is this process's share; one more where the others have had time to take it."""
        for _ in range(_AT_ONCE):
            if not patient and self.count() > self._table.fewest() + _MORE:
                self._pause(_PAUSE_SECONDS)
                return
            patient = False
            try:
                connection, _ = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:  # no file is free: connections that end will give some back
                _LOG.error("a connection cannot be accepted: %s", error.strerror)
                self._pause(_NO_FILES_SECONDS)
                return
            connection.setblocking(False)
            self._begin(self._loop.connect_accepted_socket(self._protocol, connection))

    def _begin(self, beginning: Coroutine[object, object, object]) -> None:
        task = self._loop.create_task(beginning)
        self._beginning.add(task)
        task.add_done_callback(self._begun)

    def _begun(self, task: asyncio.Task[object]) -> None:
        self._beginning.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _LOG.warning("a connection could not begin: %r", error)

    def _pause(self, seconds: float) -> None:
        self._loop.remove_reader(self._listening)
        self._timer = self._loop.call_later(seconds, self._go_on)

    def _go_on(self) -> None:
        self._timer = None
        self._loop.add_reader(self._listening, self._accept, False)
        self._accept(True)
