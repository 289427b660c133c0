"""Process that has loaded the dataset for checks (checks/preloaded.py), started by the first check that comes.

The loader listens at a Unix socket. When a check connects, it starts the process, which inherits the socket and takes over. The process
exits when nobody checks any more, and the loader listens again. If it fails, checks load the dataset themselves.
"""

import logging
import os
import socket
from contextlib import suppress
from pathlib import Path

from sg17kg.checks.process import preloaded_command

_LOG = logging.getLogger("sg17kg.loader")
_SOCKET = ".checks"
_BACKLOG = 64
_INHERITED = 3  # file descriptor of the socket in the process


class Checker:
    """The socket in a folder, and the process. `source` is what it loads; `seconds` is the time that a check may take."""

    def __init__(self, folder: Path, source: Path, seconds: float) -> None:
        self._source = source
        self._seconds = seconds
        self._process = 0
        self.path: Path | None = folder / _SOCKET
        self._listening = socket.socket(socket.AF_UNIX)
        try:
            self._listening.bind(str(self.path))
            self._listening.listen(_BACKLOG)
        except OSError as error:  # such as a path that is too long for a socket
            _LOG.warning("checks load the dataset each time, because there is no socket for them: %s", error)
            self.close()

    def waiting(self) -> socket.socket | None:
        """Return the socket to watch while no process runs; None while one does."""
        return self._listening if self.path and not self._process else None

    def start(self) -> None:
        """Start the process, for a check that has connected."""
        nothing = ((os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2))
        actions = [*nothing, (os.POSIX_SPAWN_DUP2, self._listening.fileno(), _INHERITED)]
        command = preloaded_command(_INHERITED, self._seconds, self._source)
        try:
            # the environment is empty, so that no password of the service reaches a process that reads an untrusted file
            self._process = os.posix_spawn(command[0], command, {}, file_actions=actions, setsid=True)
        except OSError as error:
            self._fail(str(error))

    @property
    def processes(self) -> tuple[int, ...]:
        """The process, if it runs."""
        return (self._process,) if self._process else ()

    def ended(self, process: int, code: int) -> None:
        """Note the end of a process, which may be another one; a negative code is a signal."""
        if process == self._process:
            self._process = 0
            if code:
                self._fail(f"it ended with {code}")

    def close(self) -> None:
        """Close the socket in this process."""
        self._listening.close()
        self.path = None

    def _fail(self, why: str) -> None:
        _LOG.error("the process that has loaded the dataset for checks failed, so that checks load it themselves: %s", why)
        with suppress(OSError):
            Path(self._listening.getsockname()).unlink()
        self.close()
