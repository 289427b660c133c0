"""Strangers' SPARQL runs in processes of its own (store/nursery.py): pyoxigraph cannot cancel a query, but a process can be ended.

A worker past its deadline, out of its memory, or whose client has gone, is killed and replaced. The process that answers look-ups
never runs a stranger's text, and never waits for it: it takes what a worker writes as fast as it comes, and keeps it until the client
has read it, so that a slow reader holds no worker.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
import struct
import time
from collections import Counter, deque
from collections.abc import Iterable
from contextlib import suppress
from typing import cast

from sg17kg.errors import AnswerTooLarge, QueryRefused, QueryTimeout, Sg17kgError, StoreBusy, StoreError
from sg17kg.store import nursery
from sg17kg.store.frames import END, FAILED, PIECE, READY, REFUSED, START, TOO_LARGE, Frames, Question, frame
from sg17kg.store.limits import Limits
from sg17kg.store.opening import Source
from sg17kg.store.running import Running
from sg17kg.store.spool import Room

_LOG = logging.getLogger("sg17kg.workers")
_LOGGED = 2000
_START_SECONDS = 120.0
_PAUSE = 1.0
_TICK = 0.05
# How many queries lie at a worker: the next is there when one is answered, and several go over the socket at once. That is so only
# while it answers quickly; those that wait behind a slow one are given to others at the next tick.
_AHEAD = 4
_QUICK_SECONDS, _QUICK_ANSWERS = 0.01, 20
_SLOW_SECONDS = 0.3
_ROOM = max(1, (os.cpu_count() or 1) - 1)
_KILLED_BY_ITSELF = (
    "the query was ended: it was too deep for the parser, or took more memory than a query may; make it shorter and narrower"
)


class QueryWorkers:
    """A few processes with the dataset, each answering one query at a time; to be used from one event loop.

    `ended` counts workers that ended, by reason: `deadline`, `died` (for want of memory, mostly), `abandoned`, `room` (there was none for
    the answer). `failure` says why the
    last one that could not even begin did not.
    """

    def __init__(self, dataset: Source, count: int = 2, limits: Limits | None = None) -> None:
        self.count = count
        self.limits = limits or Limits()
        self.ended: Counter[str] = Counter()
        self.room = Room(self.limits.spool)
        self.failure = ""
        self._dataset = dataset
        self._all: set[_Worker] = set()
        self._waiting: deque[Running] = deque()
        self._nursery: _Nursery | None = None
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticking: asyncio.TimerHandle | None = None
        self._stopped = False
        self.loop: asyncio.AbstractEventLoop

    @property
    def busy(self) -> int:
        """How many workers are answering a query now."""
        return sum(bool(worker.queries) for worker in self._all)

    @property
    def ready(self) -> int:
        """How many workers have read the dataset."""
        return len(self._all)

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        return len(self._waiting)

    async def start(self) -> None:
        """Start the workers; queries may come at once and wait until the dataset is read."""
        self._stopped = False
        self.loop = asyncio.get_running_loop()
        for _ in range(self.count):
            self._replace()

    async def stop(self) -> None:
        """End the workers, busy ones too."""
        self._stopped = True
        if self._ticking:
            self._ticking.cancel()
        for task in self._tasks:
            task.cancel()
        ending = StoreError("the service is shutting down")
        for worker in list(self._all):
            worker.kill("stopped", ending)
        while self._waiting:
            self._waiting.popleft().end(ending)
        if self._nursery:
            await asyncio.to_thread(self._nursery.stop)
            self._nursery = None

    def run(self, question: Question, name: str = "") -> Running:
        """Hand a query to a worker, or let it wait for one; the log calls it by its name. Raises StoreBusy where too many wait already."""
        if len(self._waiting) >= self.limits.waiting:
            raise StoreBusy(f"{len(self._waiting)} queries wait already; try again in a few seconds")
        running = Running(question, self.loop, self.room, name)
        self._waiting.append(running)
        self._hand_out()
        if self._ticking is None:
            self._ticking = self.loop.call_later(_TICK, self._tick)
        return running

    def _hand_out(self) -> None:
        """Give what waits to the workers that have least to do."""
        while self._waiting:
            worker = min(self._all, key=_Worker.load, default=None)
            if worker is None or worker.full():
                return
            running = self._waiting.popleft()
            if not running.over:
                worker.ask(running)

    def _tick(self) -> None:
        """A few times a second, while anything waits or runs: end what is past its time, let the others be looked at.

        One timer for all: a timer for each query would cost more than a short query.
        """
        now = time.monotonic()
        patience = self.limits.wait if self._all else _START_SECONDS
        while self._waiting and (self._waiting[0].over or now - self._waiting[0].since > patience):
            self._waiting.popleft().end(self._busy_or_broken())
        for running in self._waiting:
            running.wake()
        for worker in list(self._all):
            self._waiting.extendleft(reversed(worker.look(now)))
        self._hand_out()
        self._leave_room(now)
        anything = self._waiting or self.busy
        self._ticking = self.loop.call_later(_TICK, self._tick) if anything else None

    def _leave_room(self, now: float) -> None:
        """Let slow queries run on all processors but one, taking turns: look-ups need one that nobody else fills."""
        slow = sorted((worker for worker in self._all if worker.slow_at(now)), key=_Worker.turns)
        for place, worker in enumerate(slow):
            worker.run_or_pause(place < _ROOM)

    def _busy_or_broken(self) -> Sg17kgError:
        if self.failure and not self._all:
            return StoreError(f"no worker can begin: {self.failure}")
        return StoreBusy("all workers are busy with other queries; try again in a few seconds")

    def join(self, worker: "_Worker") -> None:
        """A worker is there."""
        self._all.add(worker)
        self._hand_out()

    def free(self) -> None:
        """A worker has answered."""
        if self._waiting:
            self._hand_out()

    def lost(self, worker: "_Worker", reason: str, unbegun: Iterable[Running]) -> None:
        """A worker has gone; another takes its place, and others the queries that it had not begun.

        One that could not even begin is not replaced in haste.
        """
        self._all.discard(worker)
        self._waiting.extendleft(reversed(list(unbegun)))
        if not self._stopped:
            self.ended[reason] += 1
            self._replace(0 if worker.ready else _PAUSE)
            self._hand_out()

    def _replace(self, pause: float = 0) -> None:
        task = asyncio.get_running_loop().create_task(self._add(pause))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _add(self, pause: float) -> None:
        await asyncio.sleep(pause)
        try:
            ours, theirs = socket.socketpair()
            with theirs:
                async with self._lock:
                    number = await asyncio.to_thread(self._bear, theirs)
            await asyncio.get_running_loop().create_connection(lambda: _Worker(self, number), sock=ours)
        except (OSError, RuntimeError, struct.error) as error:  # no memory, no descriptors: there may be some again
            self.failure = str(error)
            _LOG.exception("no worker can be started")
            self._replace(_PAUSE)

    def _bear(self, line: socket.socket) -> int:
        """A new worker's number; a nursery that has gone is replaced first."""
        if self._nursery:
            with suppress(OSError, struct.error):
                return self._nursery.bear(line)
            self._nursery.stop()
        self._nursery = _Nursery(self._dataset, self.limits)
        return self._nursery.bear(line)

    def end(self, number: int) -> None:
        """Kill the process of a worker."""
        if self._nursery:
            self._nursery.end(number)


class _Worker(asyncio.Protocol):
    """One worker, as the event loop sees it: questions out, frames in. It answers its `queries` in their order."""

    def __init__(self, pool: QueryWorkers, number: int) -> None:
        self.ready = False
        self.queries: deque[Running] = deque()
        self._turns = 0
        self._paused = False
        self._quick = 0  # how many queries it has answered quickly since the last slow one
        self._began = 0.0
        self._pool = pool
        self._number = number
        self._frames = Frames()
        self._transport: asyncio.WriteTransport | None = None

    def load(self) -> int:
        """How many queries it has."""
        return len(self.queries)

    def full(self) -> bool:
        """Whether it takes no more now."""
        return len(self.queries) >= (_AHEAD if self._quick >= _QUICK_ANSWERS else 1)

    def slow_at(self, now: float) -> bool:
        """Whether its query has been running for long."""
        return bool(self.queries) and now - self._began > _SLOW_SECONDS

    def turns(self) -> int:
        """For how many ticks its slow query has had the processor."""
        return self._turns

    def run_or_pause(self, run: bool) -> None:
        """Let it go on, or stop it until its next turn. Its number is its own until the nursery has been told to end it."""
        self._turns += run
        if run == self._paused:
            self._paused = not run
            with suppress(ProcessLookupError):
                os.kill(self._number, signal.SIGCONT if run else signal.SIGSTOP)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's are none by inheritance

    def ask(self, running: Running) -> None:
        """Send a question; what comes back goes to it."""
        assert self._transport
        running.worker = self
        if not self.queries:
            self._began = time.monotonic()
        self.queries.append(running)
        self._transport.write(frame(START, running.question.encoded()))

    def look(self, now: float) -> list[Running]:
        """End the first query if it is past its time; if it is slow, give back those behind it, for other workers."""
        if not self.queries:
            return []
        seconds = self._pool.limits.seconds
        if now - self._began > seconds:
            late = f"the query ran longer than {seconds:g} seconds and was ended; make it narrower, or take the dump"
            self.kill("deadline", QueryTimeout(late))
            return []
        self.queries[0].wake()
        if now - self._began < _TICK:
            return []
        self._quick = 0
        first, *rest = self.queries
        behind = [running for running in rest if running.worker is self]
        # their questions are on the way to it; what it answers them is for nobody
        self.queries = deque([first, *(self._nobody(running) if running.worker is self else running for running in rest)])
        return behind

    def _nobody(self, running: Running) -> Running:
        running.worker = None
        return Running(running.question, self._pool.loop, self._pool.room)

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        for tag, content in self._frames.feed(data):
            if tag == READY:
                self.ready = True
                self._pool.join(self)
            elif not self.queries:
                self._pool.failure = content.decode()  # it could not begin, and says why
            elif tag == START:
                kind, _, format_name = content.decode().partition(" ")
                self.queries[0].begin(kind, format_name or None)
            elif tag == PIECE:
                try:
                    self.queries[0].take(content)
                except StoreError as error:
                    self.kill("room", error)
                    return
            else:
                self._settle(_error(tag, content.decode()))
        if self.queries:
            self.queries[0].wake()

    def _settle(self, error: Sg17kgError | None) -> None:
        now = time.monotonic()
        self._quick = self._quick + 1 if now - self._began < _QUICK_SECONDS else 0
        self._began = now
        self._turns = 0
        self.queries.popleft().end(error)
        self._pool.free()

    def drop(self, running: Running) -> None:
        """A query that nobody wants: end it if it runs, pass it over if it does not yet."""
        gone = StoreError("the client has gone")
        if self.queries and self.queries[0] is running:
            self.kill("abandoned", gone)
        running.end(gone)

    def kill(self, reason: str, error: Sg17kgError) -> None:
        """End the process and, with an error, the query that it answers."""
        self._pool.end(self._number)
        self._go(reason, error)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        """The process has ended by itself."""
        self._go("died", StoreError(_KILLED_BY_ITSELF))

    def _go(self, reason: str, error: Sg17kgError) -> None:
        """Leave the pool, once."""
        transport, self._transport = self._transport, None
        if transport is None:
            return
        transport.abort()
        first, unbegun = (self.queries[0], list(self.queries)[1:]) if self.queries else (None, [])
        self.queries.clear()
        self._pool.lost(self, reason, [running for running in unbegun if running.worker is self and not running.over])
        if first:
            _LOG.warning(
                "a query was ended",
                extra={"reason": reason, "error": str(error), "request_id": first.name, "query": first.question.sparql[:_LOGGED]},
            )
            first.end(error)


def _error(tag: bytes, message: str) -> Sg17kgError | None:
    kinds: dict[bytes, type[Sg17kgError]] = {REFUSED: QueryRefused, TOO_LARGE: AnswerTooLarge, FAILED: StoreError}
    return None if tag == END else kinds[tag](message)


class _Nursery:
    """The nursery as its owner sees it."""

    def __init__(self, dataset: Source, limits: Limits) -> None:
        self._control, theirs = socket.socketpair()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=nursery.run, args=(theirs, dataset, limits), daemon=True)
        self._process.start()
        theirs.close()

    def bear(self, line: socket.socket) -> int:
        """Fork a worker that answers on a socket; its number. Raises OSError or struct.error where the nursery has gone."""
        socket.send_fds(self._control, [nursery.ORDER.pack(nursery.BEAR, 0)], [line.fileno()])
        _, number = nursery.ORDER.unpack(self._control.recv(nursery.ORDER.size))
        return int(number)

    def end(self, number: int) -> None:
        """Kill a worker."""
        with suppress(OSError):
            self._control.sendall(nursery.ORDER.pack(nursery.END_ONE, number))

    def stop(self) -> None:
        """End it and all its workers."""
        self._control.close()
        self._process.join(timeout=5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(timeout=5)
