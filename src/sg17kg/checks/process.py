"""Checks of untrusted files, each in a child process (child.py) with a deadline, a limited number at once.

Where the service has processes of its own (server/), a process that has loaded the dataset forks the child (preloaded.py).

A reader of Word or PDF files is a large piece of code that gets untrusted input. It never runs in the process that handles look-ups. A
check that takes too much time or memory is ended, and no data of the file is kept.
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
from pathlib import Path
from typing import Literal, Protocol

from sg17kg.checks import child, preloaded
from sg17kg.checks.child import STARTED
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
_LATE_SECONDS = 2.0  # for the process that ends a late child to say so
_ARRIVING, _HERE = 0, 1  # kinds of places


@dataclass(frozen=True)
class CheckLimits:
    """Limits of checks. `at_once`: files checked at once. `waiting`: files that may wait. `seconds`: time of a check. `patience`: seconds
    that a file may wait for its turn. `arriving`: files that may be on their way. `of_one`: how many of each one client may have (files
    that are checked or wait, files on their way).

    Each process of a service has its share of `at_once`; the other limits hold over all its processes together.
    """

    at_once: int = 2
    waiting: int = 10
    seconds: float = 30.0
    patience: float = 120.0
    arriving: int = 24
    of_one: int = 8


class Places(Protocol):
    """Places that all processes of a service share (web/process.py). `count` is the number of processes."""

    count: int
    preloaded: Path | None  # Unix socket of the process that has loaded the dataset

    def enter(self, kind: int, client: str, most: int, of_one: int) -> int | None:
        """Take a place of a kind, of which there are `most` in all and `of_one` for each client. Return None if there is none."""
        ...

    def leave(self, kind: int, place: int) -> None:
        """Release a place."""
        ...


def preloaded_command(descriptor: int, seconds: float, source: Path) -> tuple[str, ...]:
    """Return the command of the process that loads a dataset and forks a child for each connection to a socket (a file descriptor)."""
    command = (sys.executable, *_COMMAND[:-1], preloaded.__name__)
    return (*command, str(descriptor), str(math.ceil(seconds)), str(source.resolve()))


class CheckProcesses:
    """Runner of checks of files, for use from one event loop."""

    def __init__(self, limits: CheckLimits, places: Places) -> None:
        self.limits = limits
        self._places = places
        self._free = asyncio.Semaphore(max(1, limits.at_once // places.count))

    def reading(self, client: str) -> AbstractContextManager[None]:
        """Count a file that is being uploaded, so that slow uploads take no place of a check. Raises CheckBusy."""
        return self._counted(_ARRIVING, client, self.limits.arriving)

    def place(self, client: str) -> AbstractContextManager[None]:
        """Take a place among the checks that run or wait, for an uploaded file. Raises CheckBusy if there is none."""
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
        """Return the result of the check of a file: JSON, SARIF or the content of the page. Without a source, the file is checked alone.

        Raises UnreadableFile, NotACircular, StoreError if the store does not answer, CheckTooLarge, CheckBusy, CheckTimeout, and
        CheckError for an internal error.
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
            loaded = self._places.preloaded if endpoint is None else None
            done = await self._preloaded(loaded, order + content) if loaded else None
            code, answer = done or await self._child(order + content)
        finally:
            self._free.release()
        if code == ExitCode.CHECKED:
            return answer
        if code in _ERRORS:
            raise _ERRORS[code](answer.decode("utf-8", "replace"))
        _LOG.warning("a check of a file ended without an answer", extra={"code": code})  # without any content of the file
        if code == -signal.SIGXCPU:
            raise CheckTimeout(_SLOW.format(seconds=self.limits.seconds))
        if code == ExitCode.TOO_MUCH or code < 0:  # native code that gets no memory ends by a signal
            raise CheckTooLarge(_TOO_MUCH)
        raise CheckError(_FAULT)

    async def _preloaded(self, path: Path, given: bytes) -> tuple[int, bytes] | None:
        """Run a check in a fork of the process that has loaded the dataset; None if there is none that starts one. Raises CheckTimeout."""
        try:
            async with asyncio.timeout(self.limits.seconds):
                incoming, outgoing = await asyncio.open_unix_connection(path)
        except (OSError, TimeoutError):
            return None
        try:
            with suppress(ConnectionError):
                outgoing.write(given)
                outgoing.write_eof()
            try:
                async with asyncio.timeout(self.limits.seconds):
                    if await incoming.read(1) != STARTED:
                        return None
            except (ConnectionError, TimeoutError):
                return None
            async with asyncio.timeout(self.limits.seconds + _LATE_SECONDS):
                code, _, answer = (await incoming.read()).partition(b"\n")
            return (int(code), answer) if code else None  # None: that process was ended, and its children with it
        except ConnectionError:
            return None
        except TimeoutError as error:
            raise CheckTimeout(_SLOW.format(seconds=self.limits.seconds)) from error
        finally:
            outgoing.close()

    async def _child(self, given: bytes) -> tuple[int, bytes]:
        """Run one child process. Return its exit code and output. Raises CheckTimeout."""
        pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        # the environment is empty, so that no password of the service reaches a process that reads an untrusted file
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
                    os.killpg(process.pid, signal.SIGKILL)  # readers start processes of their own
                await process.wait()
        return process.returncode or 0, answer
