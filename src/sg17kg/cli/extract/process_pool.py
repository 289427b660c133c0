"""Pool of processes that works on many files and yields the results in the order of the files.

If a process crashes, or the system kills it, only the file that it was reading is lost. Files are handed out one by one, and only
a limited number ahead of the oldest unanswered one, so that memory use does not grow with their number.
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
class FailedProcess:
    """The work on a file failed; `reason` says how."""

    reason: str


# Word files leave reference cycles, which Python itself collects so seldom that memory grows over thousands of files
TIDY_EVERY = 50


def cores() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(paths: Iterable[Path], prepare: Callable[[], Work[_Answer]], workers: int) -> Iterator[tuple[Path, _Answer | FailedProcess]]:
    """Yield each file with its answer, in the order of `paths`.

    `prepare` is called once in each process and returns the function that is called there for each file; a spawned process must be able
    to import both by name. Unfinished work is dropped when the caller stops iterating.
    """
    crew = _Crew(prepare, workers)
    try:
        yield from crew.answers(paths)
    finally:
        crew.dismiss()


class _Worker(Generic[_Answer]):
    """One process, and the file that it is working on."""

    def __init__(self, prepare: Callable[[], Work[_Answer]]) -> None:
        self.connection, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, prepare), daemon=True)
        self._process.start()
        theirs.close()
        self.place, self.path = -1, Path()

    def give(self, place: int, path: Path) -> None:
        """Send a file to the process."""
        self.place, self.path = place, path
        with suppress(OSError):  # the process has ended: receiving the answer reports it
            self.connection.send(path)

    def answer(self) -> tuple[_Answer | FailedProcess, bool]:
        """Return the answer for the file, and whether the process can take another one."""
        try:
            return self.connection.recv(), True
        except (EOFError, OSError):
            self._process.join()
            return FailedProcess(_ended(self._process.exitcode or 0)), False

    def dismiss(self) -> None:
        """End the process, whatever it is doing."""
        self.connection.close()
        self._process.terminate()
        self._process.join()


class _Crew(Generic[_Answer]):
    """Processes that are started on demand, at most `size` of them."""

    def __init__(self, prepare: Callable[[], Work[_Answer]], size: int) -> None:
        self._prepare, self._size = prepare, size
        self._given = 0
        self._idle: list[_Worker[_Answer]] = []
        self._busy: dict[Connection, _Worker[_Answer]] = {}

    def answers(self, paths: Iterable[Path]) -> Iterator[tuple[Path, _Answer | FailedProcess]]:
        """Yield each file with its answer, in the order of the files."""
        numbered = enumerate(paths)
        early: dict[int, tuple[Path, _Answer | FailedProcess]] = {}
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

    def _answer_of(self, worker: _Worker[_Answer]) -> _Answer | FailedProcess:
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
    """Answer for one file after another until the parent process is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the terminal; the parent process ends the others
    work = prepare()
    gc.freeze()  # objects that are loaded once stay, and need not be scanned for every file
    with suppress(EOFError, OSError):
        for number in count(1):
            connection.send(_answer(work, connection.recv()))
            if number % TIDY_EVERY == 0:
                gc.collect()


def _answer(work: Work[_Answer], path: Path) -> _Answer | FailedProcess:
    try:
        return work(path)
    except Exception as error:
        return FailedProcess(f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")


def _ended(code: int) -> str:
    if code >= 0:
        return f"the process that read it ended with exit code {code}"
    name = signal.Signals(-code).name
    return f"the process that read it was ended by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")
