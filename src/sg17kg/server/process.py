"""Server process: the whole service on the shared socket; a process with a slow query is tainted, drains and exits.

A process is tainted when one of its computations turns out to be slow. It then accepts no more connections, finishes its requests, closes
idle connections, and lowers the priority of its slow threads. Another process replaces it at once, so that quick requests always find one
that is not tainted. The slow computation itself fails at its deadline, and ends with the process.
"""

import asyncio
import ctypes
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from sg17kg.errors import Sg17kgError
from sg17kg.server.accepting import Acceptor
from sg17kg.server.table import SharedTable, State
from sg17kg.store.computing import LOWEST, Computation, ComputingClock
from sg17kg.store.limits import Limits
from sg17kg.store.spool import SpoolQuota
from sg17kg.web.middleware.metrics import Metrics

_LOG = logging.getLogger("sg17kg.server")
_IDLE_SECONDS = 2.0  # how long a draining process keeps idle connections open, because a request may be on its way
_LAST_SECONDS = 15.0  # for computations at SIGTERM; the supervisor kills what is left after 20
_TRANSFER_SECONDS, _CROWDED_SECONDS = 60.0, 3.0
_LOOK_SECONDS = 0.05
# Address space that threads reserve but do not use: a stack each, and a heap for each arena of the C library (mallopt(3)), plus one while
# it is created. By default the library creates eight arenas per core. With four in all, threads wait for each other, and the rate of point
# look-ups falls to a third.
_STACK = 8 * 1024**2
_OTHER_THREADS = 48  # the forty of anyio, that of the event loop, one that watches
_ARENAS, _ARENA = 16, 64 * 1024**2
_M_ARENA_MAX = -8
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
ACCEPT = signal.SIGUSR1  # from the loader to a standby process
READY, TAINTED, FAILED = b"R", b"T", b"F"


class ServerProcess:
    """A server process as its application sees it (web/process.py). Created before the fork; the loader sets `slot` for each fork."""

    def __init__(self, table: SharedTable, count: int) -> None:
        self.count = count
        self.several = True
        self.dumps: Path | None = None
        self.preloaded: Path | None = None
        self.retiring = False
        self.excess_connections = 0
        self.spool_quota: SpoolQuota = self
        self.table = table
        self.slot = -1
        self.server: Server | None = None

    def closes_connection(self) -> bool:
        """See web.process.Process."""
        if not self.retiring and self.excess_connections > 0:
            self.excess_connections -= 1
            return True
        return self.retiring

    def states(self) -> dict[str, int]:
        """See web.process.Process."""
        return self.table.states()

    def failure(self) -> str:
        """See web.process.Process."""
        return self.table.failure

    def take(self, client: str, rate: float, burst: float) -> float:
        """See web.process.Process."""
        return self.table.take(client, rate, burst)

    def enter(self, kind: int, client: str, most: int, of_one: int) -> int | None:
        """See web.process.Process."""
        return self.table.enter(self.slot, kind, client, most, of_one)

    def leave(self, kind: int, place: int) -> None:
        """See web.process.Process."""
        self.table.leave(self.slot, kind, place)

    def reserve(self, size: int) -> bool:
        """See store.spool.SpoolQuota."""
        return self.table.reserve(self.slot, size)

    def release(self, size: int) -> None:
        """See store.spool.SpoolQuota."""
        self.table.release(self.slot, size)

    def slow(self, computation: Computation) -> bool:
        """See store.computing.ProcessMonitor."""
        computation.lower_priority(LOWEST)
        may_go_on = self.table.taint(self.slot, computation.client)
        if self.server:
            self.server.retire(TAINTED)
        return may_go_on

    def late(self, computation: Computation) -> None:  # noqa: ARG002 - see ProcessMonitor
        """See store.computing.ProcessMonitor."""
        if self.server:
            self.server.late()


class Server(uvicorn.Server):
    """uvicorn server that drains before it exits, both when the process is tainted and at SIGTERM."""

    def __init__(
        self, config: uvicorn.Config, listening: socket.socket, process: ServerProcess, app: FastAPI, tell: Callable[[bytes], None]
    ) -> None:
        super().__init__(config)
        self._listening = listening
        self._process = process
        self._clock: ComputingClock = app.state.clock
        self._metrics: Metrics = app.state.metrics
        self._tell = tell
        self._since: float | None = None
        self._calm = self._asked_to_leave = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._acceptor: Acceptor | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as a standby process, and tell the loader, which signals when to accept connections; see uvicorn.Server."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self._process.retiring:  # it was told to exit before it started
            return
        self._process.table.mark(self._process.slot, os.getpid(), State.STANDBY)
        self._loop.add_signal_handler(ACCEPT, self._accept)
        self._tell(READY)

    def _accept(self) -> None:
        """Start to accept connections."""
        if self._process.retiring or self._acceptor:
            return
        self._process.table.mark(self._process.slot, os.getpid(), State.SERVING)
        connections = self.server_state.connections
        self._acceptor = Acceptor(self._listening, self._process.table, self._process.slot, lambda: len(connections))
        self._acceptor.start(self._protocol)

    def _protocol(self) -> asyncio.Protocol:
        """Create the protocol object of one connection, as uvicorn does."""
        made = self.config.http_protocol_class
        return made(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)  # type: ignore[call-arg]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's name
        """Drain and exit; exit at once at a second signal."""
        if self._asked_to_leave:
            self.force_exit = self.should_exit = True
        self._asked_to_leave = True
        if self._loop:
            self._loop.call_soon_threadsafe(self.retire, b"")
        else:
            self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """See uvicorn.Server. SIGINT, which a terminal sends to all processes, is left to the supervisor."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self.handle_exit)
        yield

    def retire(self, tell: bytes) -> None:
        """Stop accepting, and send `Connection: close` with the responses in progress. Only the first call has an effect."""
        if self._process.retiring:
            return
        self._process.retiring = True
        self._since = time.monotonic()
        if tell:
            self._tell(tell)
        else:
            self._process.table.mark(self._process.slot, os.getpid(), State.DRAINING)
            self._clock.end_within(_LAST_SECONDS)
        if self._acceptor:
            self._acceptor.close()
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            if cycle and not cycle.response_complete:
                cycle.keep_alive = False

    def late(self) -> None:
        """Drain and exit, because a thread computes a result that nobody waits for."""
        self.retire(TAINTED)

    async def main_loop(self) -> None:
        """Serve until this process has to exit and has finished its requests."""
        last = 0.0
        while not self.should_exit:
            now = time.monotonic()
            if now - last >= 1:
                last = now
                await self.on_tick(0)  # the header Date
                self._metrics.tell()
            if self._since is not None and self._answered(now - self._since):
                break
            if self._acceptor and self._since is None:
                self._process.excess_connections = self._acceptor.excess_connections()
            await asyncio.sleep(_LOOK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> NoReturn:  # noqa: ARG002 - uvicorn's name
        """End this process, because tasks that wait for threads past their deadline would never end."""
        await self.lifespan.shutdown()
        self._metrics.tell()
        _end(0)

    def _answered(self, seconds: float) -> bool:
        if not self._calm and not self._clock.busy:
            self._calm = True
            self._process.table.calm(self._process.slot)
        if seconds < _IDLE_SECONDS:
            return False
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            if not cycle or cycle.response_complete:
                connection.shutdown()
        # if draining processes occupy the slots of new ones, slow clients lose their transfers
        most = _CROWDED_SECONDS if self._process.table.crowded else _TRANSFER_SECONDS + 4 * self._clock.limits.seconds
        return not self.server_state.connections or seconds > most


def run(
    make: Callable[[], ASGIApp], process: ServerProcess, listening: socket.socket, limits: Limits, tell: Callable[[bytes], None],
    parent: int, configured: Callable[[ASGIApp], uvicorn.Config],
) -> NoReturn:  # fmt: skip
    """Serve in this process, which was just forked. Never returns. Report errors at startup to the loader."""
    code = 1
    try:
        die_with_parent(parent)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        process.table.mark(process.slot, os.getpid(), State.STARTING)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM,))
        limit_threads()
        app = make()
        limit_memory(limits.memory, limits.at_once)
        process.server = Server(configured(app), listening, process, app.application, tell)  # type: ignore[attr-defined]
        process.server.run(sockets=[])  # the Acceptor accepts instead
        code = 0
    except Sg17kgError as error:
        tell(FAILED + str(error).encode()[:400])
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        _LOG.exception("a server process ended")
        tell(FAILED + b"a fault; the log says more")
    finally:
        _end(code)


def _end(code: int) -> NoReturn:
    """Exit without waiting for threads."""
    with suppress(Exception):
        logging.shutdown()
        sys.stderr.flush()
    os._exit(code)


def die_with_parent(parent: int) -> None:
    """Let the kernel end this process when its parent ends (Linux); nothing else could."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent ended before the call
            os._exit(1)


def adopt_orphans() -> None:
    """Make this process the parent of servers whose loader was killed, so that they are waited for (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def limit_threads() -> None:
    """Set how much address space a thread reserves. Must be called before any thread starts."""
    threading.stack_size(_STACK)
    with suppress(AttributeError, OSError):  # only glibc has it
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def limit_memory(more: int, queries: int) -> None:
    """Limit the address space of this process to what it holds now, plus `more` bytes, plus what the threads of `queries` queries reserve.
    A lower limit of the machine stays.
    """
    try:
        held = int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()
    except OSError:  # not Linux
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    more += (queries + _OTHER_THREADS) * _STACK + (_ARENAS + 1) * _ARENA
    wanted = held + more if most == resource.RLIM_INFINITY else min(held + more, most)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
