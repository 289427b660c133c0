"""Deadlines of queries and pages: slow computations are reported to the process monitor, late ones fail.

pyoxigraph cannot cancel a query, and a thread cannot be killed. But pyoxigraph releases the interpreter lock, so the event loop keeps
running beside any query: it answers a late query with an error, and another server process (server/process.py) replaces this one.
"""

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Protocol

from sg17kg.errors import QueryTimeout, Sg17kgError, StoreBusy, StoreError
from sg17kg.store.limits import Limits

_LOG = logging.getLogger("sg17kg.computing")
SLOW_SECONDS = 0.3
# CPU seconds after which the priority of a thread that serves nothing else is lowered, in favour of quick requests
_QUICK_SECONDS = 0.03
LOWERED, LOWEST = 10, 19  # niceness beyond that of the process
_THREADS_HAVE_NICENESS = sys.platform == "linux"
_TICK = 0.025
# Limit of wall time of a computation, as a multiple of its limit of CPU time, because it also waits on a busy machine
_WALL = 4
# Fractions of the memory limit: a process that grows by the first is replaced; if it grows by the second, its slow computations fail
_TAINTING, _ENDING = 0.25, 0.5
_MOST_LOST = 32  # threads past their deadline at which one process without a monitor starts no more computations
_NOT_BEGUN = -1.0
_STATM = Path("/proc/self/statm")
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Computation:
    """One query, page or list: its client, and the time that its thread has spent. `slow` and `late` are never reset.

    `own_thread`: the thread can be replaced by another, so its priority may be lowered, which cannot be undone.
    """

    __slots__ = ("_clock", "_cpu", "_entered", "client", "end", "late", "name", "niceness", "own_thread", "slow", "thread", "unwanted")

    def __init__(self, client: str, end: Callable[[Sg17kgError], None], name: str, own_thread: bool = False) -> None:
        self.client = client
        self.end = end
        self.name = name
        self.own_thread = own_thread
        self.niceness = 0
        self.slow = self.late = self.unwanted = False
        self.thread = 0
        self._clock: int | None = None
        self._cpu = 0.0
        self._entered = _NOT_BEGUN

    def enter(self) -> None:
        """Start the computation in this thread."""
        self.thread = threading.get_native_id()
        if hasattr(time, "pthread_getcpuclockid"):
            self._cpu, self._clock = time.thread_time(), time.pthread_getcpuclockid(threading.get_ident())
        self._entered = time.monotonic()

    def leave(self) -> None:
        """End the computation; only the transfer follows."""
        self._entered = _NOT_BEGUN

    def lower_priority(self, niceness: int) -> None:
        """Lower the priority of its thread (only on Linux, where each thread has its own niceness)."""
        if self.niceness < niceness:
            self.niceness = niceness
            if _THREADS_HAVE_NICENESS:
                with suppress(OSError):
                    os.setpriority(os.PRIO_PROCESS, self.thread, min(LOWEST, os.getpriority(os.PRIO_PROCESS, os.getpid()) + niceness))

    @property
    def begun(self) -> bool:
        """Whether a thread is computing it now."""
        return self._entered != _NOT_BEGUN

    def spent(self, now: float) -> tuple[float, float]:
        """Return the CPU and wall seconds of its thread since the start. Without a CPU clock for threads, both are wall seconds."""
        entered = self._entered
        if entered == _NOT_BEGUN:
            return 0.0, 0.0
        if self._clock is None:
            return now - entered, now - entered
        try:
            return time.clock_gettime(self._clock) - self._cpu, now - entered
        except OSError:  # the thread has ended
            return 0.0, 0.0


current: ContextVar[Computation | None] = ContextVar("computation", default=None)


def enter_current() -> None:
    """Start the computation for the request of this context, if there is one that has not started."""
    computation = current.get()
    if computation and not computation.begun:
        computation.enter()


class ProcessMonitor(Protocol):
    """Interface that decides about a process with slow or late computations. Its methods are called in the event loop."""

    def slow(self, computation: Computation) -> bool:
        """Handle a computation that turned out to be slow. Return whether it may continue."""
        ...

    def late(self, computation: Computation) -> None:
        """Handle a computation that failed at its deadline; its thread continues."""
        ...


class NullMonitor:
    """Monitor of a process that is never replaced: threads past their deadline continue in it."""

    def slow(self, computation: Computation) -> bool:  # noqa: ARG002 - see ProcessMonitor
        """See ProcessMonitor."""
        return True

    def late(self, computation: Computation) -> None:
        """See ProcessMonitor."""


class ComputingClock:
    """Watcher of the computations of one process, for use from one event loop. `monitor` may be set until then.

    `ended` counts the computations that were ended, by reason: `deadline`, `memory`, `many` (too many slow ones), `abandoned`.
    """

    def __init__(self, limits: Limits, monitor: ProcessMonitor | None = None) -> None:
        self.limits = limits
        self.monitor: ProcessMonitor = monitor or NullMonitor()
        self.ended = {"deadline": 0, "memory": 0, "many": 0, "abandoned": 0}
        self._running: set[Computation] = set()
        self._lost: set[Computation] = set()
        self._ticking: asyncio.TimerHandle | None = None
        self._memory = 0
        self._end_by = float("inf")

    def __len__(self) -> int:
        return len(self._running)

    def end_within(self, seconds: float) -> None:
        """Let all computations fail at their deadline, but at the latest in so many seconds: the process has to exit."""
        self._end_by = min(self._end_by, time.monotonic() + seconds)

    @property
    def busy(self) -> bool:
        """Whether a slow computation is running, even one past its deadline."""
        return bool(self._lost) or any(computation.slow for computation in self._running)

    def begin(self, client: str, end: Callable[[Sg17kgError], None], name: str = "", own_thread: bool = False) -> Computation:
        """Watch a computation; `end` gets the error if it is late. Raises StoreBusy if too many threads are past their deadline."""
        if len(self._lost) >= _MOST_LOST:
            raise StoreBusy("queries past their deadline are still running here; try again")
        computation = Computation(client, end, name, own_thread)
        self._running.add(computation)
        if self._ticking is None:
            self._memory = _held()  # memory used before is not due to what runs now
            self._ticking = asyncio.get_running_loop().call_later(_TICK, self._tick)
        return computation

    def finish(self, computation: Computation) -> None:
        """Stop watching a computation."""
        self._running.discard(computation)
        self._lost.discard(computation)

    def _tick(self) -> None:
        now = time.monotonic()
        most = self.limits.seconds
        spent = {computation: computation.spent(now) for computation in self._running}
        for computation, (cpu, wall) in spent.items():
            if cpu > most or wall > _WALL * most or now > self._end_by:
                self._end(computation, "deadline", QueryTimeout(f"this took longer than {most:g} seconds and was ended; make it narrower"))
            else:
                if computation.own_thread and computation.begun and (cpu > _QUICK_SECONDS or computation.unwanted):
                    computation.lower_priority(LOWERED)
                if cpu > SLOW_SECONDS and not computation.slow:
                    self._slow(computation)
            if computation.slow and computation.unwanted and not computation.late:
                self._end(computation, "abandoned", StoreBusy("the client has gone"))
        self._look_at_memory(spent)
        self._ticking = asyncio.get_running_loop().call_later(_TICK, self._tick) if self._running else None

    def _look_at_memory(self, spent: Mapping[Computation, tuple[float, float]]) -> None:
        begun = [computation for computation in self._running if computation.begun]
        if not begun or (grown := _held() - self._memory) <= _TAINTING * self.limits.memory:
            return
        # slow or late computations have taken the memory, not the quick ones beside them
        if not self._lost and not any(computation.slow for computation in begun):
            self._slow(max(begun, key=lambda computation: spent[computation]))
        if grown > _ENDING * self.limits.memory:  # slow computations share the memory, and would fail together
            for computation in [each for each in begun if each.slow and not each.late]:
                self._end(computation, "memory", StoreError("this took more memory than a query may, and was ended; make it narrower"))

    def _slow(self, computation: Computation) -> None:
        computation.slow = True
        may_go_on = self.monitor.slow(computation)
        if not may_go_on and not computation.unwanted:
            self._end(computation, "many", StoreBusy("too many slow queries are running; try again in a moment, or make it narrower"))

    def _end(self, computation: Computation, reason: str, error: Sg17kgError) -> None:
        computation.late = computation.slow = True
        self._running.discard(computation)
        self._lost.add(computation)
        self.ended[reason] += 1
        _LOG.warning("a computation was ended", extra={"reason": reason, "request_id": computation.name})
        computation.end(error)
        self.monitor.late(computation)


def has_lowered_priority() -> bool:
    """Return whether the priority of this thread was lowered."""
    if not _THREADS_HAVE_NICENESS:
        return False
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) > os.getpriority(os.PRIO_PROCESS, os.getpid())


def _held() -> int:
    """Return the resident memory of this process in bytes; 0 if the system does not report it."""
    try:
        return int(_STATM.read_bytes().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0
