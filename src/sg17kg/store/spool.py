"""Spool of finished responses that wait for their clients, in memory and on disk, with one limit for all of them."""

import errno
import tempfile
from threading import Lock
from typing import IO, Protocol

from sg17kg.errors import StoreBusy, StoreError

_IN_MEMORY = 1024 * 1024
_FULL = "answers that others have not read yet take all the room there is for them; try again in a moment, or ask for less"
_NO_DISK = "there is no room for the answer on the disk of this service ({error}); ask for less, or come again later"


class SpoolQuota(Protocol):
    """Limit of the bytes that all waiting responses may take together."""

    def reserve(self, size: int) -> bool:
        """Reserve `size` bytes. Return whether the limit allows it."""
        ...

    def release(self, size: int) -> None:
        """Release `size` bytes."""
        ...


class LocalSpoolQuota:
    """Quota of one process. `used` is the number of bytes that its responses take now."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.used = 0
        self._lock = Lock()

    def reserve(self, size: int) -> bool:
        """See SpoolQuota."""
        with self._lock:
            if self.used + size > self.most:
                return False
            self.used += size
            return True

    def release(self, size: int) -> None:
        """See SpoolQuota."""
        with self._lock:
            self.used -= size


class Spool:
    """One response: bytes are appended, and read from any offset. A short one stays in memory, a longer one is in an unnamed file."""

    def __init__(self, quota: SpoolQuota) -> None:
        self.size = 0
        self._room = quota
        self._file: IO[bytes] | None = tempfile.SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)

    def add(self, content: bytes) -> None:
        """Append bytes; bytes added after `close` are dropped.

        Raises StoreBusy if all responses together take too much, StoreError if the disk is full or broken.
        """
        if self._file is None:
            return
        if not self._room.reserve(len(content)):
            raise StoreBusy(_FULL)
        try:
            self._file.seek(self.size)
            self._file.write(content)
            self._file.flush()
        except OSError as error:
            self._room.release(len(content))
            reason = "it is full" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else error.strerror or str(error)
            raise StoreError(_NO_DISK.format(error=reason)) from error
        self.size += len(content)

    def read(self, start: int, size: int) -> bytes:
        """Return up to `size` bytes from the offset `start`."""
        if self._file is None:
            return b""
        self._file.seek(start)
        return self._file.read(size)

    def close(self) -> None:
        """Discard the response and release its bytes. Further calls have no effect."""
        if self._file is not None:
            self._room.release(self.size)
            file, self._file = self._file, None
            file.close()
