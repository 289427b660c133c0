"""The processes in which strangers' SPARQL runs.

The nursery reads the dataset once and forks workers from itself: they share its memory, and a new one is there within
milliseconds. A worker answers one query after the other until its socket closes, or until it is killed. The nursery is a process of
its own, with one thread, so that forking is safe; when the service ends, however it ends, its socket closes, and all end.
"""

import ctypes
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sg17kg.errors import AnswerTooLarge, QueryRefused, StoreError
from sg17kg.store import guard
from sg17kg.store.base import Store
from sg17kg.store.frames import END, FAILED, PIECE, READY, REFUSED, START, TOO_LARGE, Frames, Question, frame
from sg17kg.store.limits import Limits
from sg17kg.store.opening import Source, open_source

BEAR, END_ONE = b"+", b"-"
ORDER = struct.Struct(">cI")  # one of the two, and the number of the worker that is meant
_PIECE = 64 * 1024
_READ = 256 * 1024
_NICENESS = 19
_PR_SET_PDEATHSIG = 1
_OUT_OF_MEMORY = "the query took more memory than a query may; make it narrower"


def run(control: socket.socket, dataset: Source, limits: Limits) -> None:
    """The nursery: told to bear, with a socket, it forks a worker that answers on it, and says its number; told to end one, it kills it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # what lies in memory is read once and shared; a folder or an endpoint is opened by each worker
    shared = open_source(dataset) if isinstance(dataset, Path) and dataset.is_file() else None
    living: set[int] = set()
    while True:
        order, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 1)
        if not order:
            break
        verb, meant = ORDER.unpack(order)
        if verb == END_ONE:
            _end(meant, living)
            continue
        with socket.socket(fileno=descriptors[0]) as line:
            number = os.fork()
            if number == 0:
                control.close()
                _work(line, lambda: shared or open_source(dataset), limits)
        living.add(number)
        control.sendall(ORDER.pack(BEAR, number))
    for number in list(living):
        _end(number, living)


def _end(number: int, living: set[int]) -> None:
    """Kill a worker. Its number is not given to another process before it has been waited for."""
    if number in living:
        living.discard(number)
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(number, 0)


def _work(line: socket.socket, opened: Callable[[], Store], limits: Limits) -> None:
    """A worker; never returns. It gives way to everything else on the machine."""
    try:
        _die_with_the_nursery()
        os.nice(_NICENESS)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what native code says as it dies is no line of a log
        store = opened()
        _limit_memory(limits.memory)
        line.sendall(frame(READY))
        frames = Frames()
        while content := line.recv(_READ):
            for _, question in frames.feed(content):
                _answer(store, Question.decoded(question), limits, line)
    except OSError:  # the service has gone
        pass
    except StoreError as error:
        with suppress(OSError):
            line.sendall(frame(FAILED, str(error).encode()))
    finally:
        os._exit(0)


def _die_with_the_nursery() -> None:
    """A worker whose nursery has gone could not be ended by anybody; on Linux the kernel sees to it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit_memory(more: int) -> None:
    """Let this process take so many bytes more than it holds now."""
    try:
        with Path("/proc/self/statm").open("rb") as file:
            held = int(file.read().split()[0]) * resource.getpagesize()
    except FileNotFoundError:  # not Linux
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    resource.setrlimit(resource.RLIMIT_AS, (held + more, held + more))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(store: Store, question: Question, limits: Limits, line: socket.socket) -> None:
    output = _Output(line, limits.answer)
    try:
        guard.check(question.sparql)
        answer = store.query(question.sparql, question.graphs)
        chosen = question.formats[answer.kind]
        output.hold(frame(START, f"{answer.kind} {chosen or ''}".encode()))
        if chosen:
            answer.write(output, chosen, limits.rows)
        output.end(END)
    except AnswerTooLarge as error:
        output.end(TOO_LARGE, str(error))
    except QueryRefused as error:
        output.end(REFUSED, str(error))
    except (StoreError, MemoryError) as error:
        output.end(FAILED, str(error) or _OUT_OF_MEMORY)


class _Output:
    """Sends an answer in frames; small ones at once, with their end. Raises AnswerTooLarge beyond a number of bytes."""

    def __init__(self, line: socket.socket, most: int) -> None:
        self._line = line
        self._most = most
        self._held = bytearray()
        self._piece = bytearray()
        self._size = 0

    def hold(self, content: bytes) -> None:
        """A frame that goes with the next one."""
        self._held += content

    def write(self, content: bytes) -> int:
        """See limits.Output."""
        self._size += len(content)
        if self._size > self._most:
            raise AnswerTooLarge(f"the answer is larger than {self._most / 2**20:g} MiB; add LIMIT and OFFSET, or take the dump")
        self._piece += content
        if len(self._piece) >= _PIECE:
            self._flush()
        return len(content)

    def flush(self) -> None:
        """Called by the writer at the end; what is held goes out with the end."""

    def end(self, tag: bytes, why: str = "") -> None:
        """The last frame."""
        self._take_piece()
        self._line.sendall(bytes(self._held) + frame(tag, why.encode()))

    def _take_piece(self) -> None:
        if self._piece:
            self._held += frame(PIECE, bytes(self._piece))
            self._piece.clear()

    def _flush(self) -> None:
        self._take_piece()
        self._line.sendall(self._held)
        self._held.clear()
