"""`python -m sg17kg.checks.preloaded FD SECONDS SOURCE`: process that has loaded a dataset once, and forks a child for each check.

It is started with an empty environment and inherits one listening Unix socket (FD). A connection carries what child.py reads from standard
input. The response is `STARTED`, then a line with the exit code (of a child that is ended, the negative number of the signal), then the
output. A child has the limits of child.py. It is ended after
SECONDS, or when the other side closes the connection, with everything that it has started. The process exits when no check has come for
some minutes, so that it takes no memory where nobody checks.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from sg17kg.checks import child
from sg17kg.checks.child import STARTED, CheckRequest
from sg17kg.errors import InputError, StoreError

if TYPE_CHECKING:
    from sg17kg.findings import CheckResult

_IDLE_SECONDS = 600.0
_LOOK_SECONDS = 0.5  # how often children are looked for that have taken too long
# invented; it passes through the readers and the extractor once, so that children find their tables made
_EXAMPLE = "Telecommunication Standardization Bureau\n\nTSB Circular 1\nSTUDY PERIOD 2025-2028\n\nDear Sir/Madam,\n"


class Preloaded:
    """A checker with its dataset. `seconds` is the time that a check may take."""

    def __init__(self, source: Path, seconds: int) -> None:
        from sg17kg import readers
        from sg17kg.checks.checker import CircularChecker
        from sg17kg.checks.known import KnownDataset
        from sg17kg.rendering import findings
        from sg17kg.store.source import statements_of

        self._seconds = seconds
        self._failure = ""
        self._checker: CircularChecker | None = None
        self._alone = CircularChecker(None)
        try:
            self._checker = CircularChecker(KnownDataset.of(statements_of(source)))
        except StoreError as error:
            self._failure = str(error)
        for checker in filter(None, (self._alone, self._checker)):
            with suppress(InputError):
                findings.as_json(checker.check(readers.read_bytes("example.txt", _EXAMPLE.encode()), "example.txt"))
        gc.collect()
        gc.freeze()

    def serve(self, listening: socket.socket) -> None:
        """Fork a child for each connection, until none has come for some minutes."""
        running: dict[int, tuple[float, socket.socket]] = {}  # process to the time at which it is ended, and its connection
        last = time.monotonic()
        while running or time.monotonic() - last < _IDLE_SECONDS:
            if select.select((listening,), (), (), _LOOK_SECONDS)[0]:
                with suppress(OSError):  # the client has gone
                    connection, _ = listening.accept()
                    others = (listening, *(other for _, other in running.values()))
                    running[self._fork(connection, others)] = time.monotonic() + self._seconds, connection
                last = time.monotonic()
            for process, (deadline, connection) in list(running.items()):
                if (code := _end(process, late=time.monotonic() > deadline, unwanted=_is_closed(connection))) is not None:
                    if code:
                        with suppress(OSError):
                            connection.sendall(f"{code}\n".encode())
                    connection.close()
                    del running[process]

    def _fork(self, connection: socket.socket, others: Iterable[socket.socket]) -> int:
        """Fork a child for a connection. It holds no other socket, as it reads an untrusted file. Return its process ID."""
        parent = os.getpid()
        process = os.fork()
        if process == 0:
            for other in others:
                other.close()
            self._check(connection, parent)
        with suppress(OSError):  # it has ended already
            os.setpgid(process, process)
        return process

    def _check(self, connection: socket.socket, parent: int) -> NoReturn:
        """Check what comes over a connection, in a child of its own. Never returns."""
        code = 1
        try:
            with suppress(OSError):
                os.setpgid(0, 0)
            child.limit(self._seconds, parent)
            with connection.makefile("rb") as incoming:
                request = CheckRequest(**json.loads(incoming.readline()))
                connection.sendall(STARTED)
                content = incoming.read()
            code, answer = child.outcome(lambda: self._result(request, content), request.shown)
            connection.sendall(f"{code}\n".encode() + answer)
            connection.shutdown(socket.SHUT_WR)
            code = 0
        finally:
            os._exit(code)  # no cleanup is needed

    def _result(self, request: CheckRequest, content: bytes) -> "CheckResult":
        from sg17kg import readers

        document = readers.read_bytes(request.name, content)
        if request.folder is None:
            return self._alone.check(document, request.name)
        if self._checker is None:
            raise StoreError(self._failure)
        return self._checker.check(document, request.name)


def _end(process: int, *, late: bool, unwanted: bool) -> int | None:
    """Reap a child that has exited, or end one that is late or unwanted. Return its exit code (negative: a signal); None if it goes on."""
    ended, status = os.waitpid(process, os.WNOHANG)
    if not (ended or late or unwanted):
        return None
    with suppress(ProcessLookupError):  # readers start processes of their own
        os.killpg(process, signal.SIGKILL)
    if ended:
        return os.waitstatus_to_exitcode(status)
    os.waitpid(process, 0)
    return -signal.SIGXCPU


def _is_closed(connection: socket.socket) -> bool:
    """Return whether the other side has closed a connection, and not only its sending half."""
    poll = select.poll()
    poll.register(connection, 0)  # closing is reported in any case
    return any(event & select.POLLHUP for _, event in poll.poll(0))


def main() -> None:
    """Read the arguments and serve."""
    descriptor, seconds, source = sys.argv[1:]
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # checks that run are finished; the loader ends, and this process with it
    child.end_with(os.getppid())
    Preloaded(Path(source), int(seconds)).serve(socket.socket(fileno=int(descriptor)))


if __name__ == "__main__":
    main()
