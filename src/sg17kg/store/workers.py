"""Strangers' SPARQL runs here, in processes of its own: pyoxigraph cannot cancel a query, but a process can be ended.

A worker past its deadline, or out of its memory, is killed and replaced; the process that answers look-ups never waits
for one and never runs a stranger's text.
"""

import multiprocessing
import queue
import resource
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from sg17kg.errors import QueryRefused, QueryTimeout, Sg17kgError, StoreBusy, StoreError
from sg17kg.store.base import Answer, GraphChoice
from sg17kg.store.opening import Source, open_source

_START_SECONDS = 60.0


@dataclass(frozen=True)
class Limits:
    """What one query may take: seconds to run, seconds to wait for a free worker, bytes of memory, bytes of its answer."""

    seconds: float = 10.0
    wait: float = 2.0
    memory: int = 2 * 1024**3
    answer: int = 64 * 1024**2


@dataclass(frozen=True)
class Written:
    """An answer as bytes: its kind, the format in which it is written (None: none that was wanted fits), its content."""

    kind: str
    format_name: str | None
    content: bytes


class QueryWorkers:
    """A few processes with the dataset, each answering one query at a time."""

    def __init__(self, dataset: Source, count: int = 2, limits: Limits | None = None) -> None:
        self._dataset = dataset
        self._limits = limits or Limits()
        self._context = multiprocessing.get_context("spawn")
        self._idle: queue.Queue[_Worker] = queue.Queue()
        self._all: set[_Worker] = set()
        self._count = count

    def start(self) -> None:
        """Start the workers."""
        for _ in range(self._count):
            self._add()

    def stop(self) -> None:
        """End the workers, busy ones too."""
        for worker in list(self._all):
            worker.kill()
        self._all.clear()

    def run(self, sparql: str, graphs: GraphChoice, formats: Mapping[str, str | None]) -> Written:
        """The answer to a query, written in the format that `formats` names for its kind.

        Raises QueryRefused where it is malformed, QueryTimeout past the deadline, StoreBusy where no worker is free, and
        StoreError where the worker gave up, as it does for want of memory.
        """
        try:
            worker = self._idle.get(timeout=self._limits.wait)
        except queue.Empty:
            raise StoreBusy("all workers are busy with other queries; try again in a few seconds") from None
        try:
            written = worker.ask(sparql, graphs, dict(formats), self._limits.seconds)
        except (QueryRefused, _Kept) as error:
            self._idle.put(worker)
            raise error.__cause__ if isinstance(error, _Kept) and error.__cause__ else error from None
        except Sg17kgError:
            self._all.discard(worker)
            worker.kill()
            self._add()
            raise
        self._idle.put(worker)
        return written

    def _add(self) -> None:
        worker = _Worker(self._context, self._dataset, self._limits)
        self._all.add(worker)
        self._idle.put(worker)


class _Kept(StoreError):
    """An error after which the worker can go on."""


class _Worker:
    def __init__(self, context: multiprocessing.context.SpawnContext, dataset: Source, limits: Limits) -> None:
        self._pipe, other = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(other, dataset, limits), daemon=True)
        self._process.start()
        other.close()
        self._ready = False

    def ask(self, sparql: str, graphs: GraphChoice, formats: dict[str, str | None], seconds: float) -> Written:
        try:
            if not self._ready:
                self._ready = self._pipe.poll(_START_SECONDS) and self._pipe.recv() == "ready"
            self._pipe.send((sparql, graphs, formats))
            if not self._pipe.poll(seconds):
                raise QueryTimeout(f"the query ran longer than {seconds:g} seconds and was ended; make it narrower, or take the dump")
            outcome, value = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise StoreError(
                "the query was ended: it was too deep for the parser, or took more memory than a query may; make it shorter and narrower"
            ) from error
        if outcome == "refused":
            raise QueryRefused(value)
        if outcome == "failed":
            raise _Kept(value) from StoreError(value)
        assert isinstance(value, Written)
        return value

    def kill(self) -> None:
        with suppress(OSError, ValueError):
            self._process.kill()
            self._process.join(timeout=5)
        self._pipe.close()


def _serve(pipe: Connection, dataset: Source, limits: Limits) -> None:
    """A worker: the dataset in memory, one query after the other, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    store = open_source(dataset)
    pipe.send("ready")
    while True:
        try:
            sparql, graphs, formats = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = store.query(sparql, graphs)
            chosen = formats[answer.kind]
            pipe.send(("written", Written(answer.kind, chosen, _content(answer, chosen, limits.answer))))
        except QueryRefused as error:
            pipe.send(("refused", str(error)))
        except (StoreError, MemoryError) as error:
            pipe.send(("failed", str(error) or "the query took more memory than a query may; make it narrower"))


def _content(answer: Answer, format_name: str | None, most: int) -> bytes:
    """The answer in a format. Raises QueryRefused where it is too large: a part of it would look like all of it."""
    content = answer.serialize(format_name) if format_name else b""
    if len(content) > most:
        raise QueryRefused(f"the answer is larger than {most >> 20} MiB; add LIMIT and OFFSET, or take the dump")
    return content
