"""Loader of one generation: it reads the dataset into memory once and forks servers that share that memory.

It has one thread, so that forking is safe. Each server opens a store at rest after the fork, because the threads of its database do not
survive one; it opens the version that the loader holds. A server that is tainted or has exited is replaced at once by a standby server, so
that its clients can reconnect to another process. If a server fails to start, the loader retries after a pause that doubles.
"""

import asyncio
import gc
import json
import logging
import os
import selectors
import shutil
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NoReturn

import uvicorn
from prometheus_client import multiprocess, values
from starlette.types import ASGIApp

from sg17kg import assets
from sg17kg.errors import Sg17kgError, StoreError
from sg17kg.queries.library import QueryLibrary
from sg17kg.server import process
from sg17kg.server.checker import Checker
from sg17kg.server.process import ACCEPT, FAILED, READY, TAINTED, ServerProcess
from sg17kg.server.table import SharedTable, State
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.store.remote import Endpoint
from sg17kg.store.source import DatasetSource, open_source
from sg17kg.store.versions import Versions
from sg17kg.web import dump_files
from sg17kg.web.app import create_app, prepare
from sg17kg.web.serving import Settings, configured
from sg17kg.web.warm_up import warm_up

_LOG = logging.getLogger("sg17kg.loader")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_STANDBY = 1
_REAPED_AFTER = 1.0  # seconds after which a process that has exited is reaped; see _look_for_exits
_NOTICE = struct.Struct("=IcH")  # process, event, length of the reason in bytes
_MESSAGE = 512  # bytes; less than what a pipe takes in one atomic write


@dataclass(frozen=True)
class Plan:
    """Instructions for a loader: what `count` servers serve, the log `level`, and the `proxies` whose client addresses are trusted."""

    source: DatasetSource
    settings: Settings
    count: int
    level: str
    proxies: Sequence[str]

    def configured(self, app: ASGIApp) -> uvicorn.Config:
        """Return the uvicorn configuration of one server."""
        return configured(app, self.level, self.proxies)


class Loader:
    """Loader of one generation. `told` is the socket to the supervisor, `parent` the process ID of the supervisor. `served` is the version
    that is already served; it is empty for the first generation.
    """

    def __init__(self, plan: Plan, table: SharedTable, listening: socket.socket, told: socket.socket, served: str, parent: int) -> None:
        self._plan = plan
        self._table = table
        self._listening = listening
        self._told = told
        self._parent = parent
        self._served = served
        self._servers: dict[int, int] = {}  # process ID to slot
        self._fresh: set[int] = set()  # those that are neither tainted nor draining
        self._ready: set[int] = set()
        self._serving: set[int] = set()  # those that were told to accept connections
        self._exited: dict[int, float] = {}  # process ID to when it was seen to have exited; not yet reaped
        self._wanted = plan.count + (0 if isinstance(plan.source, Endpoint) else _STANDBY)  # no query taints a process over an endpoint
        self._draining = False
        self._pause, self._not_before = 0.0, 0.0
        self._notices, self._notice = os.pipe()
        self._woken, self._wake = os.pipe()
        self._own = ServerProcess(table, plan.count)
        self._make: Callable[[], ASGIApp] = partial(self._app, None)
        self._unread = b""
        self._hold: object = None
        self._version: Path | None = None
        self._checker: Checker | None = None
        self._mark: object = None

    def run(self) -> NoReturn:
        """Load the dataset and fork servers until all have exited. Never returns."""
        try:
            process.die_with_parent(self._parent)
            self._hear_signals()
            values.ValueClass = values.MultiProcessValue(lambda: self._own.slot)  # type: ignore[no-untyped-call]
            self._own.dumps, self._mark = dump_files.new_folder()
            self._load()
            self._listen_for_checks()
            while self._step():
                pass
        except Sg17kgError as error:
            self._tell(failed=str(error))
        except BaseException as error:
            _LOG.exception("the loader ended")
            self._tell(failed=repr(error))
        finally:
            self._end()

    def _end(self) -> NoReturn:
        for number in self._exited:
            with suppress(ChildProcessError):
                os.waitpid(number, os.WNOHANG)
        if self._own.dumps:
            shutil.rmtree(self._own.dumps, ignore_errors=True)
        logging.shutdown()
        os._exit(0)

    def _load(self) -> None:
        """Read the dataset and, where it can be shared, create the application. Raises StoreError."""
        source = self._plan.source
        if isinstance(source, Path) and source.is_dir() and (source / "versions").is_dir():
            version, self._hold = Versions(source).read()
            self._check(version.name)
            self._version = version
            self._make = partial(self._app, version)
        elif isinstance(source, Path) and source.is_file():
            store = open_source(source)
            self._check(store.version)
            if isinstance(store, EmbeddedStore):
                store.copy_union()
            app = create_app(store, QueryLibrary.read(assets.folder("queries")), source, self._plan.settings, self._own)
            prepare(app.application)  # type: ignore[attr-defined]
            asyncio.run(warm_up(app.application))  # type: ignore[attr-defined]
            _wait_for_threads()
            self._plan.configured(app).load()
            gc.freeze()
            self._make = lambda: app
        elif self._served:
            raise StoreError("what lies elsewhere is not loaded anew")

    def _listen_for_checks(self) -> None:
        source = self._version or self._plan.source
        if self._own.dumps and isinstance(source, Path):
            self._checker = Checker(self._own.dumps, source, self._plan.settings.checks.seconds)
            self._own.preloaded = self._checker.path

    def _check(self, version: str) -> None:
        """Exit if this version is already served. Raises StoreError if an empty dataset would replace the one that is served."""
        if self._served and version == self._served:
            self._tell(same=version)
            self._end()
        if self._served and not version:
            raise StoreError("the new dataset is empty")
        self._served = version

    def _app(self, version: Path | None) -> ASGIApp:
        """Create the application of a server: over a version of a store at rest, or an endpoint, with at most the timeout of a query."""
        source: DatasetSource = version or self._plan.source
        if isinstance(source, Endpoint):
            source = replace(source, seconds=min(source.seconds, self._plan.settings.limits.seconds))
        return create_app(
            open_source(source), QueryLibrary.read(assets.folder("queries")), self._plan.source, self._plan.settings, self._own
        )

    def _hear_signals(self) -> None:
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(self._wake)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to every process; the supervisor decides
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: None)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _step(self) -> bool:
        """Fork missing servers, wait for events, and handle them. Return whether there is anything left to do."""
        now = time.monotonic()
        while not self._draining and len(self._fresh) < self._wanted and now >= self._not_before:
            if not self._fork():
                break
        with selectors.DefaultSelector() as selector:
            check = self._checker.waiting() if self._checker and not self._draining else None
            for source in (self._notices, self._woken, self._told):
                selector.register(source, selectors.EVENT_READ)
            if check:
                selector.register(check, selectors.EVENT_READ)
            events = selector.select(self._until(now))
        if not all(self._handle(key.fileobj) for key, _ in events):
            return False
        self._look_for_exits()
        return not self._draining or bool(self._servers)

    def _until(self, now: float) -> float | None:
        """Return after how many seconds to go on without an event, None for never: to fork a missing server, or to reap a process."""
        missing = not self._draining and len(self._fresh) < self._wanted
        times = [*([self._not_before] if missing else []), *(when + _REAPED_AFTER for when in self._exited.values())]
        return max(0.01, min(times) - now) if times else None

    def _handle(self, source: object) -> bool:
        """Handle what has come from one source. Return False if the supervisor has exited."""
        if source == self._notices:
            self._unread += os.read(self._notices, _MESSAGE)
            self._hear()
        elif source == self._woken:
            if signal.SIGTERM in os.read(self._woken, 64):
                self._drain()
        elif source == self._told:
            return bool(self._told.recv(64))
        elif self._checker:
            self._checker.start()
        return True

    def _fork(self) -> bool:
        slot = self._table.claim()
        if slot is None:
            self._later("there is no slot for another process")
            return False
        own = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM,))  # until the new process has its own handler
        try:
            number = os.fork()
        except OSError as error:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM,))
            self._table.mark(slot, 0, State.FREE)
            self._later(f"no process can be forked ({error.strerror})")
            return False
        if number == 0:
            self._told.close()
            if self._checker:
                self._checker.close()
            self._own.slot = slot
            tell = partial(_notify, self._notice)
            process.run(self._make, self._own, self._listening, self._plan.settings.limits, tell, own, self._plan.configured)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM,))
        self._servers[number] = slot
        self._fresh.add(number)
        return True

    def _hear(self) -> None:
        """Handle the messages of servers (process, event, reason). Messages of servers that have exited are ignored."""
        while len(self._unread) >= _NOTICE.size:
            number, kind, length = _NOTICE.unpack_from(self._unread)
            if len(self._unread) < _NOTICE.size + length:
                break
            why = self._unread[_NOTICE.size : _NOTICE.size + length].decode("utf-8", "replace")
            self._unread = self._unread[_NOTICE.size + length :]
            if number not in self._servers:
                continue
            if kind == READY:
                self._ready.add(number)
                self._pause, self._table.failure = 0.0, ""
                self._promote()
            elif kind == TAINTED:
                self._fresh.discard(number)
                self._serving.discard(number)
                self._promote()
            elif kind == FAILED:
                self._later(why)
                if not self._ready:
                    self._tell(failed=why)

    def _promote(self) -> None:
        """Let as many standby servers accept as are missing. Tell the supervisor when none is missing; only the first message counts."""
        for number in sorted((self._fresh & self._ready) - self._serving):
            if self._draining or len(self._serving) >= self._plan.count:
                break
            with suppress(ProcessLookupError):
                os.kill(number, ACCEPT)
                self._serving.add(number)
                if len(self._serving) == self._plan.count:
                    self._tell(ready=self._served)

    def _later(self, why: str) -> None:
        """Note a failed start, and retry after a pause, which doubles."""
        _LOG.error("a server process could not begin: %s", why)
        self._table.failure = why
        self._pause = min(_LONGEST_PAUSE, 2 * self._pause or _FIRST_PAUSE)
        self._not_before = time.monotonic() + self._pause

    def _look_for_exits(self) -> None:
        """Handle the children that have exited, and reap those that exited a moment ago.

        To reap a process, Linux removes its entries of /proc, and does not return while those of its threads are being removed by the
        threads themselves. These have the lowest priority, so a loader that reaped at once would wait for seconds on a busy machine where
        something reads /proc/PID/task, and no server would be replaced meanwhile.
        """
        now = time.monotonic()
        for number in (*self._servers, *(self._checker.processes if self._checker else ())):
            if number not in self._exited and (ended := os.waitid(os.P_PID, number, os.WEXITED | os.WNOHANG | os.WNOWAIT)):
                self._exited[number] = now
                code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
                self._handle_exit(number, code)
        for number in [number for number, when in self._exited.items() if now >= when + _REAPED_AFTER]:
            del self._exited[number]
            os.waitpid(number, os.WNOHANG)
        self._promote()

    def _handle_exit(self, number: int, code: int) -> None:
        """Note that a child has exited; a negative code is a signal."""
        slot = self._servers.pop(number, None)
        if slot is None:
            if self._checker:
                self._checker.ended(number, code)
            return
        self._table.mark(slot, 0, State.FREE)
        multiprocess.mark_process_dead(slot)  # type: ignore[no-untyped-call]
        if number in self._fresh and not self._draining:
            _LOG.warning("a server process ended", extra={"server": number, "status": code})
            if number not in self._ready and time.monotonic() >= self._not_before:
                self._later(why := f"a server ended with {code} before it began")
                if not self._ready:
                    self._tell(failed=why)
        for numbers in (self._fresh, self._ready, self._serving):
            numbers.discard(number)

    def _drain(self) -> None:
        self._draining = True
        self._listening.close()
        for number in self._servers:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGTERM)

    def _tell(self, **news: str) -> None:
        with suppress(OSError):
            self._told.sendall(json.dumps(news).encode() + b"\n")


def _wait_for_threads() -> None:
    """Wait until the threads of a closed event loop have ended, because a fork would copy their locks as they are."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join()


def _notify(pipe: int, message: bytes) -> None:
    """Send a message to the loader. It is short enough for an atomic write to a pipe, so that messages do not mix."""
    kind, why = message[:1], message[1 : _MESSAGE - _NOTICE.size]
    with suppress(OSError):
        os.write(pipe, _NOTICE.pack(os.getpid(), kind, len(why)) + why)
