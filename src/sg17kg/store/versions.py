"""Versions of a store in a folder: each complete and immutable, one of them current.

    CURRENT          the name of the current version; replaced by a rename, so it names either the old or the new one
    lock             held by the only writer
    versions/7/      the database of a version; a writer fills it before it becomes the current one
    versions/7.lock  held as a shared lock by each reader; an old version without readers is removed
    versions/7.sha256  SHA-256 of each of its files, as they were when it became the current one

The database itself (RocksDB) would let one process write while others read, but it removes files that they still need.
"""

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from sg17kg.errors import StoreError

try:
    import fcntl
except ImportError:  # Windows: stores at rest need locks, everything else works
    fcntl = None  # type: ignore[assignment]

_UNCHANGING = ".sst"
_NOT_CLONED = ("LOCK", "LOG")
_OWN = frozenset({"CURRENT", "lock", "versions"})
_OF_FILE_SYSTEMS = "lost+found"


class Versions:
    """The versions in the folder of a store."""

    def __init__(self, folder: Path) -> None:
        if fcntl is None:
            raise StoreError(f"{folder}: stores in folders need locks, which this system has not; take the dataset in memory")
        self.folder = folder
        self._writing: BinaryIO | None = None
        self._made: list[Path] = []

    def read(self) -> tuple[Path, BinaryIO]:
        """Return the current version and a shared lock, which keeps it while it is open. Raises StoreError if there is none."""
        while True:
            version = self._current()
            if version is None:
                raise StoreError(f"{self.folder}: no store; make one with `sg17kg ingest FILE --store {self.folder}`")
            hold = _open(version.with_name(f"{version.name}.lock"))
            fcntl.flock(hold, fcntl.LOCK_SH)
            if version.is_dir():
                return version, hold
            hold.close()
            if self._current() == version:
                raise StoreError(f"{self.folder}: the store cannot be opened: {version} is absent; restore a backup")

    def lock(self) -> None:
        """Become the writer, and create the folder if it is absent.

        Raises StoreError if there is another writer, or if the folder contains files that are not part of a store; nothing is written then.
        """
        try:
            self._check_foreign()
            self._made = [folder for folder in (self.folder, *self.folder.parents) if not folder.exists()]
            (self.folder / "versions").mkdir(parents=True, exist_ok=True)
            self._writing = _open(self.folder / "lock")
            fcntl.flock(self._writing, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.close()
            raise StoreError(f"{self.folder}: the store cannot be opened: another program writes to it; wait until it has ended") from error
        except OSError as error:
            raise StoreError(f"{self.folder}: the store cannot be opened: {error.strerror or error}; choose another folder") from error
        self._remove_unread()

    def _check_foreign(self) -> None:
        """Raise StoreError unless the folder is a store or can become one. Hidden files are allowed."""
        if self._current() or not self.folder.is_dir():
            return
        held = sorted(file.name for file in self.folder.iterdir() if file.name not in _OWN and not file.name.startswith("."))
        if foreign := [name for name in held if name != _OF_FILE_SYSTEMS]:
            raise StoreError(f"{self.folder}: no store, and it holds other files ({foreign[0][:80]}); name a new folder, or an empty one")

    def discard(self) -> None:
        """Remove the store, and the folders that were created for it. Must be called by its writer."""
        (self.folder / "CURRENT").unlink(missing_ok=True)
        shutil.rmtree(self.folder / "versions", ignore_errors=True)
        (self.folder / "lock").unlink(missing_ok=True)
        self.close()
        with suppress(OSError):
            for folder in self._made:
                folder.rmdir()

    def begin(self) -> Path:
        """Return a folder for the next version, with a copy of the current one. Files that never change are linked, not copied."""
        current = self._current()
        following = self.folder / "versions" / str(int(current.name) + 1 if current else 1)
        shutil.rmtree(following, ignore_errors=True)
        following.mkdir()
        for file in sorted(current.iterdir()) if current else ():
            if file.suffix == _UNCHANGING:
                os.link(file, following / file.name)
            elif file.name not in _NOT_CLONED and file.is_file():
                shutil.copy2(file, following / file.name)
        return following

    def commit(self, version: Path) -> None:
        """Make a version the current one, once it is on disk. Older versions without readers are removed."""
        for file in version.iterdir():
            _sync(file)
        current, sums = self._current(), _sums_of(version)
        # a linked file keeps its checksum, so that bytes that changed meanwhile are not taken for what was written
        linked = {name: digest for name, digest in _kept(current).items() if name.endswith(_UNCHANGING)} if current else {}
        sums.write_text("".join(f"{linked.get(name, digest)}  {name}\n" for name, digest in _digests(version).items()), "utf-8")
        _sync(sums)
        beside = self.folder / ".CURRENT"
        beside.write_text(f"{version.name}\n", "utf-8")
        _sync(beside)
        beside.replace(self.folder / "CURRENT")
        _sync(self.folder)
        self._remove_unread()

    def close(self) -> None:
        """Release the lock, so that another process can write."""
        if self._writing:
            self._writing.close()
            self._writing = None

    def _current(self) -> Path | None:
        try:
            name = (self.folder / "CURRENT").read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{self.folder}: the store cannot be opened: {error}") from error
        if not name.isascii() or not name.isdigit():
            raise StoreError(f"{self.folder}: the store cannot be opened: CURRENT names no version; restore a backup")
        return self.folder / "versions" / name

    def _remove_unread(self) -> None:
        """Remove old versions that have no readers."""
        current = self._current()
        for version in (self.folder / "versions").iterdir():
            if version.is_dir() and version != current:
                with _open(version.with_name(f"{version.name}.lock")) as hold, suppress(BlockingIOError):
                    fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(version, ignore_errors=True)
                    with suppress(OSError):
                        _sums_of(version).unlink(missing_ok=True)
                        version.with_name(f"{version.name}.lock").unlink()


def check_files(version: Path) -> int:
    """Check the files of a version against the checksums that were written when it became the current one. Return the number of files.

    Raises StoreError if a file is absent or differs, or if there are no checksums.
    """
    kept = _kept(version)
    if not kept:
        raise StoreError(f"{version}: no checksums beside it; `sg17kg backup` makes a copy that has some")
    try:
        found = _digests(version)
    except OSError as error:
        raise StoreError(f"{version}: cannot be read ({error}); restore a backup") from error
    wrong = sorted(name for name, digest in kept.items() if found.get(name) != digest)
    if wrong:
        how = "is absent" if wrong[0] not in found else "has other bytes than were written"
        raise StoreError(f"{version / wrong[0]} {how}{f', and {len(wrong) - 1} more' if wrong[1:] else ''}; restore a backup")
    return len(kept)


def _kept(version: Path) -> dict[str, str]:
    """Return the recorded checksums of a version by file; an empty dict if there are none."""
    try:
        lines = _sums_of(version).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def has_sums(version: Path) -> bool:
    """Return whether a version has checksums. Versions of stores written before 2026-12 have none."""
    return _sums_of(version).is_file()


def _digests(version: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that readers do not change."""
    found = {}
    for file in sorted(version.iterdir()):
        if file.is_file() and not file.name.startswith(_NOT_CLONED):
            with file.open("rb") as content:
                found[file.name] = hashlib.file_digest(content, "sha256").hexdigest()
    return found


def _sums_of(version: Path) -> Path:
    return version.with_name(f"{version.name}.sha256")


def _open(path: Path) -> BinaryIO:
    return path.open("ab")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
