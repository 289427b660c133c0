"""Server process: the whole service on the shared socket; one with a slow query is tainted, drains and exits.

A process in which a computation turns out slow is tainted: it accepts no more connections, answers what it has, closes what is idle, and
lowers the priority of its slow threads. Another takes its place at once, so that quick requests always find a fresh one. The slow
computation itself gets its error at its deadline, and ends with the process.
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
from sg17kg.server.table import State, Table
from sg17kg.store.computing import LOWEST, Computation, ComputingClock
from sg17kg.store.limits import Limits
from sg17kg.store.spool import SpoolQuota
from sg17kg.web.middleware.metrics import Metrics

_LOG = logging.getLogger("sg17kg.server")
_IDLE_SECONDS = 2.0  # idle connections of a process that leaves are kept so long: a request may be on its way
_TRANSFER_SECONDS, _CROWDED_SECONDS = 60.0, 3.0
_LOOK_SECONDS = 0.05
# Address space that threads reserve and do not take: a stack each, and a heap for each arena of the C library (mallopt(3)), one more while
# it is made. By itself the library makes eight arenas a core; with four in all, threads wait for each other: a third of the point look-ups.
_STACK = 8 * 1024**2
_OTHER_THREADS = 48  # anyio's forty, the event loop's own, one that watches
_ARENAS, _ARENA = 16, 64 * 1024**2
_M_ARENA_MAX = -8
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
ACCEPT = signal.SIGUSR1  # from the loader to a process that stands by
READY, TAINTED, FAILED = b"R", b"T", b"F"


class ServerProcess:
    """A process as its application sees it (web/process.py). Made before the fork; `begin` says which slot it has after it."""

    def __init__(self, table: Table, count: int) -> None:
        self.count = count
        self.several = True
        self.dumps: Path | None = None
        self.retiring = False
        self.surplus = 0
        self.room: SpoolQuota = self
        self.table = table
        self.slot = -1
        self.server: Server | None = None

    def closes_connection(self) -> bool:
        """See web.process.Process."""
        if not self.retiring and self.surplus > 0:
            self.surplus -= 1
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
    """uvicorn's server, which leaves as a tainted process does, at SIGTERM too."""

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
        """Stand by, and tell the loader, which says when to accept connections; see uvicorn.Server."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self._process.retiring:  # it was told to leave before it began
            return
        self._process.table.mark(self._process.slot, os.getpid(), State.STANDBY)
        self._loop.add_signal_handler(ACCEPT, self._accept)
        self._tell(READY)

    def _accept(self) -> None:
        """Accept connections from now on."""
        if self._process.retiring or self._acceptor:
            return
        self._process.table.mark(self._process.slot, os.getpid(), State.SERVING)
        connections = self.server_state.connections
        self._acceptor = Acceptor(self._listening, self._process.table, self._process.slot, lambda: len(connections))
        self._acceptor.start(self._protocol)

    def _protocol(self) -> asyncio.Protocol:
        """Make what serves one connection, as uvicorn does."""
        made = self.config.http_protocol_class
        return made(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)  # type: ignore[call-arg]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's name
        """Leave; at a second signal at once."""
        if self._asked_to_leave:
            self.force_exit = self.should_exit = True
        self._asked_to_leave = True
        if self._loop:
            self._loop.call_soon_threadsafe(self.retire, b"")
        else:
            self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """See uvicorn.Server. What a terminal sends to all processes is the supervisor's to hear."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self.handle_exit)
        yield

    def retire(self, tell: bytes) -> None:
        """Accept no more, and answer what is there with `Connection: close`; once."""
        if self._process.retiring:
            return
        self._process.retiring = True
        self._since = time.monotonic()
        if tell:
            self._tell(tell)
        else:
            self._process.table.mark(self._process.slot, os.getpid(), State.DRAINING)
        if self._acceptor:
            self._acceptor.close()
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            if cycle and not cycle.response_complete:
                cycle.keep_alive = False

    def late(self) -> None:
        """Leave: a thread computes here for nobody."""
        self.retire(TAINTED)

    async def main_loop(self) -> None:
        """Serve until this process is to leave, and has answered what it had."""
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
                self._process.surplus = self._acceptor.surplus()
            await asyncio.sleep(_LOOK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> NoReturn:  # noqa: ARG002 - uvicorn's name
        """End this process: tasks that wait for lost threads would never end."""
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
        # where leaving processes take the slots of those that are to come, slow clients lose their transfers
        most = _CROWDED_SECONDS if self._process.table.crowded else _TRANSFER_SECONDS + 4 * self._clock.limits.seconds
        return not self.server_state.connections or seconds > most


def run(
    make: Callable[[], ASGIApp], process: ServerProcess, listening: socket.socket, limits: Limits, tell: Callable[[bytes], None],
    parent: int, configured: Callable[[ASGIApp], uvicorn.Config],
) -> NoReturn:  # fmt: skip
    """Serve in this process, which was just forked, and never return. Tell the loader of errors at the beginning."""
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
        process.server.run(sockets=[])  # it accepts itself
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
    """End this process with its parent, by the kernel (Linux): nobody else could."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it went before the kernel knew
            os._exit(1)


def adopt_orphans() -> None:
    """Let servers whose loader was killed come to this process, so that somebody waits for them (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def limit_threads() -> None:
    """Fix what address space a thread reserves. To be called before any thread begins."""
    threading.stack_size(_STACK)
    with suppress(AttributeError, OSError):  # glibc alone has it
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def limit_memory(more: int, queries: int) -> None:
    """Let this process take so many bytes more than it holds now, and the address space that threads of so many queries reserve; or as many
    as the machine lets it have, if those are fewer.
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
