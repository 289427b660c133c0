"""The dumps that a service offers: written to a folder of its own when they are first asked for, each measured once."""

import gzip
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import BinaryIO, cast

from sg17kg import formats
from sg17kg.catalogue.catalogue import Catalogue
from sg17kg.catalogue.tables import table_names
from sg17kg.store.base import Store

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

SUMS = "SHA256SUMS"
GZIP = "application/gzip"
_LEVEL = 6
_BLOCK = 1024 * 1024
_PREFIX, _MARK = "sg17kg-dumps-", ".in-use"


def _marked(folder: Path) -> BinaryIO | None:
    """Lock a file in a folder of dumps: the lock ends with the process, however it ends. None where there are no such locks (Windows)."""
    if fcntl is None:
        return None
    new = folder / f"{_MARK}.new"
    mark = new.open("wb")
    fcntl.flock(mark, fcntl.LOCK_EX)
    new.rename(folder / _MARK)  # so that nobody sees it without its lock
    return mark


def remove_left() -> None:
    """Remove folders of dumps whose process was killed: those with a mark that nobody locks."""
    if fcntl is None:
        return
    for mark in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_MARK}"):
        found = mark.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid():  # whoever may write there may put anything there
            continue
        with suppress(OSError), mark.open("rb") as file:  # in use
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(mark.parent, ignore_errors=True)


@dataclass(frozen=True)
class DumpFile:
    """A file as it lies on the disk: media type, size in bytes, SHA-256 in hexadecimal."""

    path: Path
    media_type: str
    size: int
    sha256: str


class DumpFiles:
    """The whole dataset in each RDF format, CSV tables of the main classes, each also compressed, and SHA256SUMS.

    Everything comes in canonical order, so the same dataset gives the same bytes.
    """

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
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
        """A file, written if it is not there yet. Raises KeyError for a name that is not offered."""
        with self._lock:
            if name not in self._files:
                self._files[name] = self._made(name)
            return self._files[name]

    def all(self) -> dict[str, DumpFile]:
        """Every file by name, all written."""
        return {name: self.file(name) for name in self.names}

    def close(self) -> None:
        """Remove the folder."""
        with self._lock:
            if self._folder:
                shutil.rmtree(self._folder, ignore_errors=True)
            if self._mark:
                self._mark.close()
            self._folder = self._mark = None
            self._files.clear()

    def _made(self, name: str) -> DumpFile:
        if name == SUMS:
            return self._written(name, "text/plain", self._sums)
        plain = name.removesuffix(".gz")
        media_type, write = self._plain[plain]
        if name == plain:
            return self._written(name, media_type, write)
        return self._written(name, GZIP, self._packed(self.file(plain).path))

    def _written(self, name: str, media_type: str, write: Callable[[BinaryIO], None]) -> DumpFile:
        if self._folder is None:
            remove_left()
            self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
            self._mark = _marked(self._folder)
        path = self._folder / name
        with path.open("wb") as output:
            write(output)
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        return DumpFile(path, media_type, path.stat().st_size, digest)

    def _dump(self, format_name: str) -> Callable[[BinaryIO], None]:
        return lambda output: self._store.dump(output, format_name)

    def _table(self, query: str) -> Callable[[BinaryIO], None]:
        return lambda output: self._store.query(self._catalogue.get(query).bind({})).write(output, "csv")

    def _packed(self, plain: Path) -> Callable[[BinaryIO], None]:
        def write(output: BinaryIO) -> None:
            # neither time nor name in it: the same content gives the same bytes
            packed = gzip.GzipFile(fileobj=output, mode="wb", mtime=0, filename="", compresslevel=_LEVEL)
            with plain.open("rb") as content, packed:
                shutil.copyfileobj(content, cast("BinaryIO", packed), _BLOCK)

        return write

    def _sums(self, output: BinaryIO) -> None:
        output.writelines(f"{self.file(name).sha256}  {name}\n".encode() for name in sorted(self.names) if name != SUMS)
