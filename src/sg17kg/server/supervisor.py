"""Supervisor: it listens, starts a loader for each generation of the dataset, and replaces the old generation by the new one.

It reads no dataset and handles no request, so that no outside input can end it. Signals: SIGHUP reloads the dataset; SIGTERM and SIGINT
drain and exit, and a second one exits at once.
"""

import json
import logging
import logging.config
import os
import selectors
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sg17kg.errors import StoreError
from sg17kg.server.loader import Loader, Plan
from sg17kg.server.process import adopt_orphans
from sg17kg.server.table import SharedTable
from sg17kg.store.source import state
from sg17kg.web.middleware import json_logs

_LOG = logging.getLogger("sg17kg.supervisor")
_WATCH_SECONDS = 2.0
_GRACE_SECONDS = 20.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_FIGURES = "PROMETHEUS_MULTIPROC_DIR"


@dataclass
class Generation:
    """A loader with its servers, as the supervisor sees it. `version` is empty until the loader is ready."""

    process: int
    line: socket.socket
    version: str = ""
    unread: bytes = b""
    over: bool = False  # the loader reported that it cannot start, or need not
    draining: bool = False


class Supervisor:
    """Supervisor of loaders, until SIGTERM or SIGINT. `began` is called when the first generation is ready."""

    def __init__(self, plan: Plan, listening: socket.socket, began: Callable[[], None], watch: bool = False) -> None:
        self._plan = plan
        self._listening = listening
        self._began = began
        self._watch = plan.source if watch and isinstance(plan.source, Path) else None
        self._seen = state(self._watch) if self._watch else None
        self._again = False
        self._table = SharedTable(plan.settings.limits.spool)
        self._generations: dict[int, Generation] = {}
        self._current: Generation | None = None
        self._ending = 0.0
        self._has_begun = False
        self._pause, self._not_before = 0.0, 0.0
        self._failure = ""
        self._woken, self._wake = os.pipe()

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises StoreError if the first generation cannot be loaded."""
        logging.config.dictConfig(json_logs.configuration(self._plan.level))
        os.environ[_FIGURES] = figures = tempfile.mkdtemp(prefix="sg17kg-figures-")
        handlers = {number: signal.getsignal(number) for number in _HEARD}
        self._hear_signals()
        adopt_orphans()
        try:
            self._start()
            while self._generations or not (self._ending or self._failure):
                self._step()
        finally:
            self._end_all()
            for number, handler in handlers.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(-1)
            shutil.rmtree(figures, ignore_errors=True)
        if self._failure:
            raise StoreError(self._failure)

    def _hear_signals(self) -> None:
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        for number in _HEARD:
            signal.signal(number, lambda *_: None)

    def _start(self) -> None:
        """Fork a loader for the current dataset."""
        ours, theirs = socket.socketpair()
        served = self._current.version if self._current else ""
        own = os.getpid()
        try:
            number = os.fork()
        except OSError as error:
            ours.close()
            theirs.close()
            _LOG.error("no loader can be forked (%s); it is tried again", error.strerror)
            self._again = bool(self._generations)
            self._later()
            return
        if number == 0:
            ours.close()
            for other in self._generations.values():
                other.line.close()
            Loader(self._plan, self._table, self._listening, theirs, served, own).run()
        theirs.close()
        self._generations[number] = Generation(number, ours)

    def _step(self) -> None:
        """Wait for events, and handle them."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            for generation in self._generations.values():
                selector.register(generation.line, selectors.EVENT_READ, generation)
            for key, _ in selector.select(self._patience()):
                if key.data is None:
                    self._on_signals(os.read(self._woken, 64))
                else:
                    self._on_line(key.data)
        self._reap()
        now = time.monotonic()
        if self._ending and now > self._ending:
            self._end_all()
        if not self._ending and not self._failure and not self._generations and now >= self._not_before:
            self._start()
        if self._again and not self._ending and self._generations and self._loading() is None:
            self._again = False
            self._start()
        if self._watch and not self._ending and self._loading() is None and (found := state(self._watch)) not in (None, self._seen):
            self._seen = found
            self._start()

    def _patience(self) -> float | None:
        if self._ending:
            return max(0.05, self._ending - time.monotonic())
        if not self._generations:
            return max(0.05, self._not_before - time.monotonic())
        return _WATCH_SECONDS if self._watch else None

    def _loading(self) -> Generation | None:
        return next((each for each in self._generations.values() if not each.version), None)

    def _on_signals(self, numbers: bytes) -> None:
        if signal.SIGTERM in numbers or signal.SIGINT in numbers:
            self._listening.close()
            at_once = bool(self._ending)
            self._ending = time.monotonic() + (0 if at_once else _GRACE_SECONDS)
            # a second signal ends a server at once, so the first one is not sent to those that are draining
            self._drain(*(each for each in self._generations.values() if at_once or not each.draining))
        elif signal.SIGHUP in numbers:
            self._again = True  # a dataset that is being loaded now may be older

    def _drain(self, *generations: Generation) -> None:
        for generation in generations:
            generation.draining = True
            with suppress(ProcessLookupError):
                os.kill(generation.process, signal.SIGTERM)

    def _on_line(self, generation: Generation) -> None:
        """Read the messages of a loader: one JSON object per line."""
        try:
            said = generation.line.recv(4096)
        except OSError:
            said = b""
        if not said:  # the loader has exited
            with suppress(ProcessLookupError):
                os.kill(generation.process, signal.SIGKILL)
            self._lost(generation.process)
        else:
            self._hear(generation, said)

    def _hear(self, generation: Generation, said: bytes) -> None:
        *lines, generation.unread = (generation.unread + said).split(b"\n")
        for line in lines:
            news = json.loads(line)
            if "ready" in news and not generation.version:
                self._on_ready(generation, news["ready"] or "-")
            elif "same" in news:
                generation.over = True
                _LOG.info("the dataset is the same as before")
            elif "failed" in news and generation is not self._current:
                self._on_failure(generation, news["failed"])

    def _on_ready(self, generation: Generation, version: str) -> None:
        before, self._current = self._current, generation
        generation.version = version
        self._pause = 0.0
        if before:
            _LOG.info("a new dataset is served", extra={"dataset": version, "before": before.version})
            self._drain(before)
        elif not self._has_begun:
            self._has_begun = True
            self._began()

    def _on_failure(self, generation: Generation, why: str) -> None:
        """Give up a generation that cannot be served. The service ends if it is the first one."""
        generation.over = True
        self._drain(generation)
        if self._current:
            _LOG.error("no new dataset: %s; what was served before is served on", why)
        elif self._has_begun:
            _LOG.error("the dataset cannot be served any more: %s; it is tried again", why)
            self._later()
        else:
            self._failure = why

    def _later(self) -> None:
        """Retry after a pause, which doubles."""
        self._pause = min(_LONGEST_PAUSE, 2 * self._pause or _FIRST_PAUSE)
        self._not_before = time.monotonic() + self._pause

    def _lost(self, process: int) -> None:
        """Note that a loader and its servers have exited. If it was the current one, start another."""
        generation = self._generations.pop(process, None)
        if generation is None:
            return
        with suppress(OSError):
            last = generation.line.recv(65536, socket.MSG_DONTWAIT)
            if b'"ready"' not in last:  # it is no longer ready
                self._hear(generation, last)
        generation.line.close()
        if not generation.version and not generation.over and not self._ending:
            self._on_failure(generation, "the loader ended before it was ready")
        if generation is self._current and not self._ending:
            _LOG.error("the loader ended; another begins")
            self._later()
            self._current = None

    def _reap(self) -> None:
        """Wait for children that have exited: loaders, and servers that this process adopted because their loader was killed."""
        with suppress(ChildProcessError):
            while number := os.waitpid(-1, os.WNOHANG)[0]:
                self._table.free(number)
                self._lost(number)

    def _end_all(self) -> None:
        for generation in self._generations.values():
            with suppress(ProcessLookupError):
                os.kill(generation.process, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(generation.process, 0)
            generation.line.close()
        self._generations.clear()
