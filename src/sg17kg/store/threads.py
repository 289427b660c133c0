"""Threads for untrusted queries: deadlines, limits of memory, results, and notices to a monitor.

A thread cannot be killed. The clock (store/computing.py) ends a late query with an error, and the process monitor replaces this process.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue

from sg17kg.errors import AnswerTooLarge, Sg17kgError, StoreBusy, StoreError
from sg17kg.store import guard
from sg17kg.store.base import GraphChoice, Store
from sg17kg.store.computing import Computation, ComputingClock, has_lowered_priority
from sg17kg.store.limits import Limits
from sg17kg.store.spool import Spool, SpoolQuota

_LOG = logging.getLogger("sg17kg.queries")
_OUT_OF_MEMORY = "the query took more memory than a query may; make it narrower"
_FAULT = "the query failed, which is a fault of this service"
_IN_MEMORY = 1024 * 1024
_LOGGED = 2000


@dataclass(frozen=True)
class SparqlRequest:
    """A query, its graphs, and the requested format for each kind of result (None: no requested format fits)."""

    sparql: str
    graphs: GraphChoice
    formats: Mapping[str, str | None]


@dataclass(frozen=True)
class SparqlResult:
    """A complete result: its kind, its format (None: no requested format fits), and its bytes, in memory or on disk."""

    kind: str
    format_name: str | None
    content: bytes | Spool

    @property
    def size(self) -> int:
        """Size of the content in bytes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.size

    def close(self) -> None:
        """Discard the content and release its bytes."""
        if isinstance(self.content, Spool):
            self.content.close()


class RunningQuery:
    """A running query. `result` is the future of its result; it raises the error if there is none."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.result: asyncio.Future[SparqlResult] = loop.create_future()
        self.computation: Computation | None = None

    def fail(self, error: Sg17kgError) -> None:
        """Set the error of the result, unless the result is done."""
        if not self.result.done():
            self.result.set_exception(error)
            self.result.exception()  # mark it as retrieved: nobody may be waiting for it

    def abandon(self) -> None:
        """Abandon the query: discard its result, and let the clock end it."""
        if self.computation:
            self.computation.unwanted = True
        if not self.result.done():
            self.fail(StoreError("the client has gone"))
        elif not self.result.cancelled() and not self.result.exception():
            self.result.result().close()


class QueryThreads:
    """Pool of threads for queries, for use from one event loop. Threads start as needed and stay."""

    def __init__(self, store: Store, limits: Limits, clock: ComputingClock, quota: SpoolQuota) -> None:
        self._store = store
        self._limits = limits
        self._clock = clock
        self._room = quota
        self._count = 0
        self._running = 0
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()

    @property
    def running(self) -> int:
        """Number of running queries."""
        return self._running

    def run(self, request: SparqlRequest, client: str = "", name: str = "") -> RunningQuery:
        """Start a query; the log refers to it by `name`. Raises StoreBusy if too many are running, or no thread can start."""
        if self._running >= self._limits.at_once:
            raise StoreBusy(f"{self._running} queries are running; try again in a few seconds")
        loop = asyncio.get_running_loop()
        running = RunningQuery(loop)
        running.computation = computation = self._clock.begin(client, running.fail, name, own_thread=True)
        self._running += 1
        if self._running > self._count:
            try:
                self._begin()
            except RuntimeError as error:  # the system cannot start another thread
                self._running -= 1
                self._clock.finish(computation)
                raise StoreBusy("no thread can begin to run a query; try again in a moment") from error
        self._work.put(partial(self._answer, request, running, computation, loop))
        return running

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        """Run queries in this thread until its priority has been lowered, because that cannot be undone."""
        while True:
            self._work.get()()
            if has_lowered_priority():
                break
        with suppress(RuntimeError):  # the loop is closed: the service has ended
            loop.call_soon_threadsafe(self._gone)

    def _gone(self) -> None:
        self._count -= 1
        if self._running > self._count:  # there may be queries left in the queue
            with suppress(RuntimeError):  # the other threads will run them
                self._begin()

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._serve, args=(loop,), name=f"query-{self._count + 1}", daemon=True).start()
        self._count += 1

    def _answer(self, request: SparqlRequest, running: RunningQuery, computation: Computation, loop: asyncio.AbstractEventLoop) -> None:
        """Run one query in this thread."""
        found: SparqlResult | Sg17kgError
        collected = _Collected(self._room, self._limits.answer)
        try:
            computation.enter()
            guard.reject_unsafe(request.sparql)
            answer = self._store.query(request.sparql, request.graphs)
            chosen = request.formats[answer.kind]
            if chosen:
                answer.write(collected, chosen, self._limits.rows)
            found = SparqlResult(answer.kind, chosen, collected.content())
        except Sg17kgError as error:
            found = _alone(error)
        except MemoryError:
            found = StoreError(_OUT_OF_MEMORY)
        except BaseException:  # a panic of the engine is not an Exception
            _LOG.exception("a query failed", extra={"request_id": computation.name, "query": request.sparql[:_LOGGED]})
            found = StoreError(_FAULT)
        finally:
            computation.leave()
        if not isinstance(found, SparqlResult):
            collected.close()
        try:
            loop.call_soon_threadsafe(self._settle, running, computation, found)
        except RuntimeError:  # the loop is closed: the service has ended
            collected.close()

    def _settle(self, running: RunningQuery, computation: Computation, found: SparqlResult | Sg17kgError) -> None:
        self._running -= 1
        self._clock.finish(computation)
        if isinstance(found, Sg17kgError):
            running.fail(found)
        elif running.result.done():  # too late, or abandoned
            found.close()
        else:
            running.result.set_result(found)


def _alone(error: Sg17kgError) -> Sg17kgError:
    """Return an error without its traceback: the frames hold objects of the engine, which only this thread can drop."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error


class _Collected:
    """Output that collects a result: up to 1 MiB in memory, a longer one in a spool. Raises AnswerTooLarge beyond a number of bytes."""

    def __init__(self, quota: SpoolQuota, most: int) -> None:
        self._room = quota
        self._most = most
        self._pieces: list[bytes] = []
        self._size = 0
        self._spool: Spool | None = None

    def write(self, content: bytes) -> int:
        """See limits.Output."""
        self._size += len(content)
        if self._size > self._most:
            raise AnswerTooLarge(f"the answer is larger than {self._most / 2**20:g} MiB; add LIMIT and OFFSET, or take the dump")
        self._pieces.append(bytes(content))
        if self._size > _IN_MEMORY:
            if self._spool is None:
                self._spool = Spool(self._room)
            self._spool.add(b"".join(self._pieces))
            self._pieces.clear()
        return len(content)

    def flush(self) -> None:
        """Do nothing: nothing is buffered."""

    def content(self) -> bytes | Spool:
        """Return what was written."""
        return self._spool or b"".join(self._pieces)

    def close(self) -> None:
        """Discard what was written."""
        if self._spool:
            self._spool.close()
