"""Run checks of untrusted files, each in a child process (child.py), a few at once, each with a deadline.

A reader of Word or PDF files is a large piece of code that meets whatever people send. It never runs in the process that answers
look-ups; one that takes too long or too much is ended, and nothing of the file stays.
"""

import asyncio
import json
import logging
import math
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Literal, Protocol

from sg17kg.checks import child
from sg17kg.errors import CheckBusy, CheckError, CheckTimeout, CheckTooLarge, NotACircular, Sg17kgError, StoreError, UnreadableFile
from sg17kg.findings import ExitCode
from sg17kg.store.remote import Endpoint
from sg17kg.store.source import DatasetSource

_LOG = logging.getLogger("sg17kg.checks")
Shown = Literal["json", "sarif", "page"]
_COMMAND = ("-I", "-X", "utf8", "-m", child.__name__)
_ERRORS: dict[int, type[Sg17kgError]] = {
    ExitCode.NO_CIRCULAR: NotACircular,
    ExitCode.UNREADABLE: UnreadableFile,
    ExitCode.NO_STORE: StoreError,
}
_BUSY = "other files are being checked; try again in a moment, or use `sg17kg check` on your machine"
_SLOW = "the check took longer than {seconds:g} seconds and was ended; use `sg17kg check` on your machine"
_TOO_MUCH = "the check took more memory than it may and was ended; check that the file is one circular, or use `sg17kg check`"
_FAULT = "the check failed, which is a fault of this service; use `sg17kg check` on your machine, which tells more"
_ARRIVING, _HERE = 0, 1  # kinds of places


@dataclass(frozen=True)
class CheckLimits:
    """Limits of checks: files checked at once, files that may wait, seconds that a check may take, and that a file may wait for its turn.

    `arriving`: how many may be on their way; `of_one`: how many of each, those of one client. All but `at_once`, of which each process of a
    service has its share, hold over all its processes together.
    """

    at_once: int = 2
    waiting: int = 10
    seconds: float = 30.0
    patience: float = 120.0
    arriving: int = 24
    of_one: int = 8


class Places(Protocol):
    """Places that all processes of a service share (web/process.py); `count` is how many processes there are."""

    count: int

    def enter(self, kind: int, client: str, most: int, of_one: int) -> int | None:
        """Take a place of a kind, of which there are `most` in all and `of_one` for each client; None where there is none."""
        ...

    def leave(self, kind: int, place: int) -> None:
        """Give a place back."""
        ...


class CheckProcesses:
    """Run checks of files. To be used from one event loop."""

    def __init__(self, limits: CheckLimits, places: Places) -> None:
        self.limits = limits
        self._places = places
        self._free = asyncio.Semaphore(max(1, limits.at_once // places.count))

    def reading(self, client: str) -> AbstractContextManager[None]:
        """Count a file that is on its way, so that slow ones keep no place of a check. Raises CheckBusy."""
        return self._counted(_ARRIVING, client, self.limits.arriving)

    def place(self, client: str) -> AbstractContextManager[None]:
        """Take a place among those who are served or wait, for a file that is there. Raises CheckBusy where there is none."""
        return self._counted(_HERE, client, self.limits.at_once + self.limits.waiting)

    @contextmanager
    def _counted(self, kind: int, client: str, most: int) -> Iterator[None]:
        place = self._places.enter(kind, client, most, self.limits.of_one)
        if place is None:
            raise CheckBusy(_BUSY)
        try:
            yield
        finally:
            self._places.leave(kind, place)

    async def run(self, name: str, content: bytes, source: DatasetSource | None, shown: Shown) -> bytes:
        """Return the answer about a file: JSON, SARIF or what the page shows. Without a source it is checked alone.

        Raises UnreadableFile, NotACircular, StoreError where the store does not answer, CheckTooLarge, CheckBusy, CheckTimeout, and
        CheckError for a fault of this service.
        """
        folder = None if source is None or isinstance(source, Endpoint) else str(source.resolve())
        endpoint = asdict(source) if isinstance(source, Endpoint) else None
        order = json.dumps({"name": name, "shown": shown, "folder": folder, "endpoint": endpoint}).encode() + b"\n"
        try:
            async with asyncio.timeout(self.limits.patience):
                await self._free.acquire()
        except TimeoutError as error:
            raise CheckBusy(_BUSY) from error
        try:
            code, answer = await self._child(order + content)
        finally:
            self._free.release()
        if code == ExitCode.CHECKED:
            return answer
        if code in _ERRORS:
            raise _ERRORS[code](answer.decode("utf-8", "replace"))
        _LOG.warning("a check of a file ended without an answer", extra={"code": code})  # and not a word of what was in it
        if code == -signal.SIGXCPU:
            raise CheckTimeout(_SLOW.format(seconds=self.limits.seconds))
        if code == ExitCode.TOO_MUCH or code < 0:  # native code that gets no memory dies by a signal
            raise CheckTooLarge(_TOO_MUCH)
        raise CheckError(_FAULT)

    async def _child(self, given: bytes) -> tuple[int, bytes]:
        """Run one process; gives its exit code and output. Raises CheckTimeout."""
        pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        # its environment is empty: what the service knows of passwords is none of a file's business
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *_COMMAND,
            str(math.ceil(self.limits.seconds)),
            stdin=pipe,
            stdout=pipe,
            stderr=nowhere,
            env={},
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self.limits.seconds):
                answer, _ = await process.communicate(given)
        except TimeoutError as error:
            raise CheckTimeout(_SLOW.format(seconds=self.limits.seconds)) from error
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # readers have processes of their own
                await process.wait()
        return process.returncode or 0, answer
