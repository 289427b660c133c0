"""Dump files: each is written to a temporary folder on first request, and hashed once."""

import errno
import gzip
import hashlib
import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import BinaryIO, cast

from sg17kg import formats
from sg17kg.errors import StoreError
from sg17kg.queries.library import QueryLibrary
from sg17kg.queries.tables import table_names
from sg17kg.store.base import Store

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_LOG = logging.getLogger("sg17kg.dumps")
SUMS = "SHA256SUMS"
GZIP = "application/gzip"
_LEVEL = 6
_BLOCK = 1024 * 1024
_PREFIX, _MARK, _LOCK, _MEASURED = "sg17kg-dumps-", ".in-use", ".lock", ".measured"


def _marked(folder: Path) -> BinaryIO | None:
    """Create a locked file in a folder of dumps; return None where file locks are not available (Windows).

    The lock ends with the process, however the process ends.
    """
    if fcntl is None:
        return None
    new = folder / f"{_MARK}.new"
    mark = new.open("wb")
    fcntl.flock(mark, fcntl.LOCK_EX)
    new.rename(folder / _MARK)  # so that no process sees it unlocked
    return mark


def new_folder() -> tuple[Path, BinaryIO | None]:
    """Create a folder for dumps with a lock file, and remove the folders of killed processes.

    The lock file stays locked as long as a process holds it.
    """
    remove_left()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    return folder, _marked(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Prevent other processes from writing dumps to a shared folder."""
    with (folder / _LOCK).open("wb") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def remove_left() -> None:
    """Remove the dump folders of killed processes: those whose lock file is not locked."""
    if fcntl is None:
        return
    for mark in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_MARK}"):
        with suppress(OSError):  # in use, or already removed
            found = mark.lstat()
            if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid():  # other users can create files there
                continue
            with mark.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(mark.parent, ignore_errors=True)


@dataclass(frozen=True)
class DumpFile:
    """A file on disk: its media type, size in bytes, and SHA-256 in hexadecimal."""

    path: Path
    media_type: str
    size: int
    sha256: str


class DumpFiles:
    """The dataset in each RDF format, CSV tables of the main classes, each of these also compressed, and SHA256SUMS.

    The content is in canonical order, so the same dataset gives the same bytes. Processes that serve the same dataset share a folder, and
    each file is written there once. Without a shared folder, a folder is created on first request.
    """

    def __init__(self, store: Store, catalogue: QueryLibrary, shared: Path | None = None) -> None:
        self._shared = shared
        self._store = store
        self._catalogue = catalogue
        self._lock = RLock()
        self._folder: Path | None = None
        self._mark: BinaryIO | None = None
        self._files: dict[str, DumpFile] = {}
        self._plain: dict[str, tuple[str, Callable[[BinaryIO], None]]] = {
            f"sg17kg.{entry.extension}": (entry.media_type, self._dump(entry.name)) for entry in formats.RDF
        } | {f"{name}.csv": ("text/csv", self._table(query)) for name, query in table_names(catalogue).items()}
        self.names = (*self._plain, *(f"{name}.gz" for name in self._plain), SUMS)

    def file(self, name: str) -> DumpFile:
        """Return a file; write it first if it does not exist.

        Raises KeyError for a name that is not offered, and StoreError if the file cannot be written (for example, because the disk is
        full).
        """
        with self._lock:
            if name not in self._files:
                self._files[name] = self._made(name)
            return self._files[name]

    def all(self) -> dict[str, DumpFile]:
        """Return all files by name; write those that do not exist."""
        return {name: self.file(name) for name in self.names}

    def close(self) -> None:
        """Remove the folder, unless it is shared."""
        with self._lock:
            if self._folder and not self._shared:
                shutil.rmtree(self._folder, ignore_errors=True)
            if self._mark:
                self._mark.close()
            self._folder = self._mark = None
            self._files.clear()

    def _made(self, name: str) -> DumpFile:
        if name == SUMS:
            for other in self.names:  # before the folder is locked: each takes the lock itself
                if other != SUMS:
                    self.file(other)
            return self._written(name, "text/plain", self._sums)
        plain = name.removesuffix(".gz")
        media_type, write = self._plain[plain]
        if name == plain:
            return self._written(name, media_type, write)
        return self._written(name, GZIP, self._packed(self.file(plain).path))

    def _written(self, name: str, media_type: str, write: Callable[[BinaryIO], None]) -> DumpFile:
        if self._folder is None:
            self._folder, self._mark = (self._shared, None) if self._shared else new_folder()
        path, measured = self._folder / name, self._folder / f"{name}{_MEASURED}"
        with _alone(self._folder):
            if not measured.exists():  # another process may have written it
                self._write(path, measured, write)
            size, digest = measured.read_text("ascii").split()
        return DumpFile(path, media_type, int(size), digest)

    def _write(self, path: Path, measured: Path, write: Callable[[BinaryIO], None]) -> None:
        """Write a file and its measured size and SHA-256, or neither. Raises StoreError if that fails."""
        try:
            with path.open("wb") as output:
                write(output)
            with path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            measured.write_text(f"{path.stat().st_size} {digest}", "ascii")
        except OSError as error:
            path.unlink(missing_ok=True)
            measured.unlink(missing_ok=True)
            reason = "it is full" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else error.strerror or str(error)
            _LOG.error("a dump cannot be written: %s", reason, extra={"file": path.name})
            raise StoreError(f"there is no room for {path.name} on the disk of this service ({reason}); come again later") from error

    def _dump(self, format_name: str) -> Callable[[BinaryIO], None]:
        return lambda output: self._store.dump(output, format_name)

    def _table(self, query: str) -> Callable[[BinaryIO], None]:
        return lambda output: self._store.query(self._catalogue.get(query).bind({})).write(output, "csv")

    def _packed(self, plain: Path) -> Callable[[BinaryIO], None]:
        def write(output: BinaryIO) -> None:
            # without time and name, so that the same content gives the same bytes
            packed = gzip.GzipFile(fileobj=output, mode="wb", mtime=0, filename="", compresslevel=_LEVEL)
            with plain.open("rb") as content, packed:
                shutil.copyfileobj(content, cast("BinaryIO", packed), _BLOCK)

        return write

    def _sums(self, output: BinaryIO) -> None:
        output.writelines(f"{self._files[name].sha256}  {name}\n".encode() for name in sorted(self.names) if name != SUMS)
