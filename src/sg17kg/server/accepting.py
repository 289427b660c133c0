"""Acceptor of connections from the socket that all processes share; the process with the fewest connections accepts the next one.

The kernel gives a connection to whichever process accepts first, so one process could get all persistent connections, and one core all the
work.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine

from sg17kg.server.table import SharedTable

_LOG = logging.getLogger("sg17kg.server")
# Connections that a process may have above the minimum over all processes, and how long it leaves a further one to the others
_MORE = 1
_PAUSE_SECONDS = 0.002
_AT_ONCE = 16  # connections accepted before other work of the event loop
_NO_FILES_SECONDS = 1.0
_WITHOUT_EFFECT, _REST = 40, 400  # calls without effect after which a process stops closing connections, and for how many calls
_UNEVEN = 4  # connections above the minimum from which a process closes some, and how many it closes at a time at most


class Acceptor:
    """Acceptor of one process, in its event loop. `held` returns how many connections the process has."""

    def __init__(self, listening: socket.socket, table: SharedTable, slot: int, held: Callable[[], int]) -> None:
        self._listening = listening
        self._table = table
        self._slot = slot
        self._held = held
        self._loop = asyncio.get_running_loop()
        self._beginning: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._fewest, self._unchanged = 0, 0
        self._protocol: Callable[[], asyncio.Protocol]

    def start(self, protocol: Callable[[], asyncio.Protocol]) -> None:
        """Start to accept; `protocol` creates the protocol object of one connection."""
        self._protocol = protocol
        self._listening.setblocking(False)
        self.count()
        self._loop.add_reader(self._listening, self._accept, False)

    def close(self) -> None:
        """Stop accepting; connections that wait at the socket are left to the other processes."""
        if self._timer:
            self._timer.cancel()
        self._loop.remove_reader(self._listening)
        self._listening.close()

    def excess_connections(self) -> int:
        """Return how many connections to close after their next response, because persistent clients do not move to a new process."""
        count, fewest = self.count(), self._table.fewest()
        uneven = count - fewest > max(_UNEVEN, fewest // 4)
        self._unchanged = self._unchanged + 1 if uneven and fewest == self._fewest else 0
        self._fewest = fewest
        # a process that hangs has the fewest, and does not accept what others close
        if not uneven or self._unchanged % (_WITHOUT_EFFECT + _REST) > _WITHOUT_EFFECT:
            return 0
        return min(_UNEVEN, (count - fewest) // 2)

    def count(self) -> int:
        """Publish and return the number of connections of this process."""
        count = self._held() + len(self._beginning)
        self._table.connections(self._slot, count)
        return count

    def _accept(self, patient: bool) -> None:
        """Accept this process's share of the connections; if `patient`, one more, which the others have had time to accept."""
        for _ in range(_AT_ONCE):
            if not patient and self.count() > self._table.fewest() + _MORE:
                self._pause(_PAUSE_SECONDS)
                return
            patient = False
            try:
                connection, _ = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:  # no file descriptor is free until a connection ends
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
