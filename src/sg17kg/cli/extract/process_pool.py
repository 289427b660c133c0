"""Pool of processes that works on many files and gives the results in the order of the files.

A process that falls, or that the system ends, costs the one file that it had in hand. Files are handed out one by one and only so
far ahead of the oldest that is not answered, so that memory does not grow with their number.
"""

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Generic, TypeVar

_Answer = TypeVar("_Answer")
Work = Callable[[Path], _Answer]
_AHEAD = 16
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Fallen:
    """The work on a file came to no end; `reason` says how it fell."""

    reason: str


# Word files leave rings of objects behind, which Python itself collects so seldom that memory grows over thousands of files
TIDY_EVERY = 50


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(paths: Iterable[Path], prepare: Callable[[], Work[_Answer]], workers: int) -> Iterator[tuple[Path, _Answer | Fallen]]:
    """Yield each file with its answer, in the order of `paths`.

    `prepare` is called once in each process and gives what is called there for each file; both must be known by name to a process
    that starts anew. What is still in hand when the caller stops asking is dropped.
    """
    crew = _Crew(prepare, workers)
    try:
        yield from crew.answers(paths)
    finally:
        crew.dismiss()


class _Worker(Generic[_Answer]):
    """One process, and the file that it has in hand."""

    def __init__(self, prepare: Callable[[], Work[_Answer]]) -> None:
        self.connection, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, prepare), daemon=True)
        self._process.start()
        theirs.close()
        self.place, self.path = -1, Path()

    def give(self, place: int, path: Path) -> None:
        """Hand it a file."""
        self.place, self.path = place, path
        with suppress(OSError):  # it is gone already: asking for the answer tells
            self.connection.send(path)

    def answer(self) -> tuple[_Answer | Fallen, bool]:
        """Return what it says about its file, and whether it can take another one."""
        try:
            return self.connection.recv(), True
        except (EOFError, OSError):
            self._process.join()
            return Fallen(_ended(self._process.exitcode or 0)), False

    def dismiss(self) -> None:
        """End it, whatever it does."""
        self.connection.close()
        self._process.terminate()
        self._process.join()


class _Crew(Generic[_Answer]):
    """Processes that are started as they are needed, at most `size` of them."""

    def __init__(self, prepare: Callable[[], Work[_Answer]], size: int) -> None:
        self._prepare, self._size = prepare, size
        self._given = 0
        self._idle: list[_Worker[_Answer]] = []
        self._busy: dict[Connection, _Worker[_Answer]] = {}

    def answers(self, paths: Iterable[Path]) -> Iterator[tuple[Path, _Answer | Fallen]]:
        """Yield each file with its answer, in their order."""
        numbered = enumerate(paths)
        early: dict[int, tuple[Path, _Answer | Fallen]] = {}
        told = 0
        while True:
            self._hand_out(numbered, told + _AHEAD * self._size)
            if not self._busy:
                return
            for ready in wait(list(self._busy)):
                worker = self._busy.pop(ready)  # type: ignore[call-overload] # `wait` gives back what it was given
                early[worker.place] = (worker.path, self._answer_of(worker))
            while told in early:
                yield early.pop(told)
                told += 1

    def _hand_out(self, numbered: Iterator[tuple[int, Path]], end: int) -> None:
        while len(self._busy) < self._size and self._given < end and (following := next(numbered, None)):
            worker = self._idle.pop() if self._idle else _Worker(self._prepare)
            worker.give(*following)
            self._given += 1
            self._busy[worker.connection] = worker

    def _answer_of(self, worker: _Worker[_Answer]) -> _Answer | Fallen:
        answer, alive = worker.answer()
        if alive:
            self._idle.append(worker)
        else:
            worker.dismiss()
        return answer

    def dismiss(self) -> None:
        """End all processes."""
        for worker in (*self._idle, *self._busy.values()):
            worker.dismiss()


def _serve(connection: Connection, prepare: Callable[[], Work[_Answer]]) -> None:
    """Answer for one file after the other until the one who asks is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the terminal; the one who asks ends the others
    work = prepare()
    gc.freeze()  # what is loaded once stays: collecting need not look at it for every file
    with suppress(EOFError, OSError):
        for number in count(1):
            connection.send(_answer(work, connection.recv()))
            if number % TIDY_EVERY == 0:
                gc.collect()


def _answer(work: Work[_Answer], path: Path) -> _Answer | Fallen:
    try:
        return work(path)
    except Exception as error:
        return Fallen(f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")


def _ended(code: int) -> str:
    if code >= 0:
        return f"the process that read it ended with exit code {code}"
    name = signal.Signals(-code).name
    return f"the process that read it was ended by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")
