"""Spool of finished responses that wait for their clients: one bound over all, in memory and on disk."""

import errno
import tempfile
from threading import Lock
from typing import IO, Protocol

from sg17kg.errors import StoreBusy, StoreError

_IN_MEMORY = 1024 * 1024
_FULL = "answers that others have not read yet take all the room there is for them; try again in a moment, or ask for less"
_NO_DISK = "there is no room for the answer on the disk of this service ({error}); ask for less, or come again later"


class SpoolQuota(Protocol):
    """Bounds the bytes that all answers that wait may take together."""

    def reserve(self, size: int) -> bool:
        """Take room for so many bytes; gives whether there was enough."""
        ...

    def release(self, size: int) -> None:
        """Give room back."""
        ...


class LocalSpoolQuota:
    """The room of one process; `used` is what its answers take now."""

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
    """One answer: bytes are added at its end and read anywhere. Short ones stay in memory, longer ones in a file without a name."""

    def __init__(self, room: SpoolQuota) -> None:
        self.size = 0
        self._room = room
        self._file: IO[bytes] | None = tempfile.SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)

    def add(self, content: bytes) -> None:
        """Add bytes; those that come after the end are dropped.

        Raises StoreBusy where all answers together take too much, StoreError where the disk is full or broken.
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
        """Give bytes from a place on."""
        if self._file is None:
            return b""
        self._file.seek(start)
        return self._file.read(size)

    def close(self) -> None:
        """Forget the answer, and give its room back; once."""
        if self._file is not None:
            self._room.release(self.size)
            file, self._file = self._file, None
            file.close()
