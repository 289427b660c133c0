"""`python -m sg17kg.checks.child`: check of one untrusted file in a process with limits of memory and time.

Standard input is a line of JSON (`CheckRequest`), then the bytes of the file. Standard output is the result, or the reason of the failure.
The exit code is one of `findings.ExitCode`. The limits of the process forbid it to write to disk.
"""

import ctypes
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sg17kg import __version__
from sg17kg.errors import InputError, StoreError, UnreadableFile
from sg17kg.findings import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from sg17kg.findings import CheckResult
    from sg17kg.store.source import Statements

_MEMORY, _SECONDS, _NICENESS = 1024**3, 30, 10  # bytes; CPU seconds unless given as an argument; see nice(1)
# Address space that the threads of a store at rest reserve but do not use: a check with one held 357 MiB and reserved 1,005 MiB
_RESERVED = 512 * 1024**2
_PR_SET_PDEATHSIG = 1
STARTED = b"+"  # what a fork of a preloaded process sends first (preloaded.py)


@dataclass(frozen=True)
class CheckRequest:
    """The name of the file, the format of the result (json, sarif, page), and the store (both None: check the file alone)."""

    name: str
    shown: str
    folder: str | None
    endpoint: dict[str, str | None] | None

    def known(self) -> "Statements | None":
        """Read the statements of the requested store; None if there is none. Raises StoreError."""
        from sg17kg.store.remote import Endpoint
        from sg17kg.store.source import statements_of

        if self.endpoint:
            given = self.endpoint
            return statements_of(Endpoint(given["queries"] or "", given["updates"], given["user"], given["password"]))
        return statements_of(Path(self.folder)) if self.folder else None


def limit(seconds: int = _SECONDS, parent: int | None = None) -> None:
    """Limit the memory and CPU seconds of this process, forbid it to write files, and end it with its parent (Linux).

    What a forked process shares with its parent does not count as its memory.
    """
    with suppress(ImportError):  # Windows has no such limits; the deadline of the service still holds
        import resource

        for kind, most in (
            (resource.RLIMIT_AS, _MEMORY + _RESERVED + (_address_space() if parent else 0)),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
        ):
            _, given = resource.getrlimit(kind)  # the machine may allow less
            lower = most if given == resource.RLIM_INFINITY else min(most, given)
            resource.setrlimit(kind, (lower, lower))
    with suppress(OSError, AttributeError):
        os.nice(_NICENESS)
    end_with(parent or os.getppid())


def end_with(parent: int) -> None:
    """Let the kernel end this process when its parent ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the call
            os._exit(1)


def _address_space() -> int:
    """Return the bytes of address space that this process has."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")


def main() -> int:
    """Read the request, check the file, and write the result. Return the exit code."""
    limit(int(sys.argv[1]) if len(sys.argv) > 1 else _SECONDS)
    order = CheckRequest(**json.loads(sys.stdin.buffer.readline()))
    code, answer = outcome(lambda: _checked(order, sys.stdin.buffer.read()), order.shown)
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return code


def outcome(check: "Callable[[], CheckResult]", shown: str) -> tuple[ExitCode, bytes]:
    """Return the exit code of a check and its output: the result in the requested format, or the reason of the failure."""
    try:
        answer, code = _answer(check(), shown), ExitCode.CHECKED
    except InputError as error:
        answer = " ".join(str(error).split())
        code = ExitCode.UNREADABLE if isinstance(error, UnreadableFile) else ExitCode.NO_CIRCULAR
    except StoreError as error:
        answer, code = " ".join(str(error).split()), ExitCode.NO_STORE
    except MemoryError:
        answer, code = "", ExitCode.TOO_MUCH
    return code, answer.encode("utf-8", "backslashreplace")


def _checked(order: CheckRequest, content: bytes) -> "CheckResult":
    from sg17kg import readers
    from sg17kg.checks.checker import CircularChecker
    from sg17kg.checks.known import KnownDataset

    document = readers.read_bytes(order.name, content)  # first, because most files that are no circulars fail here at low cost
    known = order.known()
    return CircularChecker(KnownDataset.of(known) if known else None).check(document, order.name)


def _answer(checked: "CheckResult", shown: str) -> str:
    from sg17kg.rendering import findings

    if shown == "sarif":
        return json.dumps(findings.sarif([checked], [], __version__), ensure_ascii=False)
    return json.dumps(findings.as_page(checked) if shown == "page" else findings.as_json(checked), ensure_ascii=False)


if __name__ == "__main__":
    status = main()
    os._exit(status)  # no cleanup is needed, and freeing a whole graph takes longer than exiting
