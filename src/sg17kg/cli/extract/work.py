"""Extract the facts of one file, and find the facts that a folder already has."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sg17kg import __version__, assets
from sg17kg.cli.extract.process_pool import Work
from sg17kg.cli.output import FAILED, UNUSABLE
from sg17kg.errors import BuildError, NotACircular, UnreadableFile

if TYPE_CHECKING:
    from sg17kg.extraction.extractor import Extractor

SUFFIXES = (".txt", ".docx", ".pdf", ".html", ".htm")
_JOURNAL = ".extracted.jsonl"


@dataclass(frozen=True)
class Extracted:
    """The facts of a file as JSON, the name of their file, and the numbers of findings, errors and unread lines."""

    name: str
    sha256: str
    file_name: str
    content: bytes
    findings: int
    errors: int
    unread: int


@dataclass(frozen=True)
class Refused:
    """The reason why a file gives no facts, and the exit code for it."""

    message: str
    code: int


@dataclass(frozen=True)
class Known:
    """The facts of the file already exist."""


Answer = Extracted | Refused | Known


@dataclass(frozen=True)
class Extraction:
    """Settings for each file. `known` are the SHA-256 digests of files whose facts already exist."""

    without_running_text: bool
    indent: int | None
    known: frozenset[bytes] = frozenset()

    def __call__(self) -> Work[Answer]:
        """Load the extractor, and return the function that reads one file. Raises AssetError."""
        from sg17kg.extraction.extractor import Extractor

        extractor = Extractor.load(assets.language_packs(), assets.folder("data") / "curated")
        return lambda path: self._of(path, extractor)

    def _of(self, path: Path, extractor: "Extractor") -> Answer:
        from sg17kg import facts as records
        from sg17kg import facts_json, readers

        if self.known and _digest(path) in self.known:
            return Known()
        try:
            facts = extractor.extract(readers.read(path))
        except NotACircular as error:
            return Refused(str(error), FAILED)
        except UnreadableFile as error:
            return Refused(str(error), UNUSABLE)
        if self.without_running_text:
            facts = records.without_running_text(facts)
        return Extracted(
            name=facts.document.name,
            sha256=facts.document.sha256,
            file_name=facts_json.file_name(facts),
            content=facts_json.to_bytes(facts, self.indent),
            findings=len(facts.findings),
            errors=sum(finding.severity == "error" for finding in facts.findings),
            unread=len(facts.unread),
        )


def _digest(path: Path) -> bytes:
    """Return the SHA-256 of a file; b"" if it cannot be read, because its reader reports why."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b""


@dataclass
class PassedOver:
    """Files in folders that no reader supports, counted by the ending of their names."""

    endings: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {ending or 'without ending'}" for ending, count in self.endings.most_common())
        return f"files passed over: {self.endings.total()} ({kinds}); name one to have it read, whatever it is called"


def files(paths: Sequence[Path], passed_over: PassedOver, complain: Callable[[str], None]) -> Iterator[Path]:
    """Yield the files that paths name, and the files in folders that a reader supports, by name.

    Hidden files and links to folders are left out.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(
            path, onerror=lambda error: complain(f"{error.filename}: {error.strerror}; nothing of it is read")
        ):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(name for name in names if not name.startswith(".")):
                ending = Path(name).suffix.lower()
                if ending in SUFFIXES:
                    yield Path(folder, name)
                else:
                    passed_over.endings[ending] += 1


class Journal:
    """A record of which facts in a folder come from which file and which version of the extractor.

    It is a hidden file in the folder, with one JSON object per line. Raises BuildError if it cannot be written.
    """

    def __init__(self, folder: Path, without_running_text: bool) -> None:
        self._folder = folder
        self._by = f"{_version()}{' without running text' if without_running_text else ''}"
        self._file: BinaryIO | None = None

    def known(self) -> frozenset[bytes]:
        """Return the SHA-256 digests of the files whose facts are in the folder, made by this version of the extractor."""
        made = {entry[0]: entry for entry in self._entries()}
        return frozenset(bytes.fromhex(sha) for name, sha, by in made.values() if by == self._by and (self._folder / name).is_file())

    def _entries(self) -> Iterator[tuple[str, str, str]]:
        try:
            with (self._folder / _JOURNAL).open("rb") as lines:
                for line in lines:
                    try:
                        entry = json.loads(line)
                        bytes.fromhex(entry["sha256"])
                        yield str(entry["facts"]), str(entry["sha256"]), str(entry["by"])
                    except (ValueError, KeyError, TypeError):  # a truncated line: its facts are extracted again
                        continue
        except FileNotFoundError:
            return

    def add(self, made: Extracted) -> None:
        """Record that facts were written."""
        entry = {"facts": made.file_name, "sha256": made.sha256, "by": self._by}
        path = self._folder / _JOURNAL
        try:
            self._file = self._file or path.open("ab")
            # the leading line feed ends a truncated line
            self._file.write(b"\n" + json.dumps(entry).encode() + b"\n")
            self._file.flush()
        except OSError as error:
            raise BuildError(f"{path}: cannot be written ({error.strerror or error})") from error


def _version() -> str:
    """Return the version of the extractor: that of the package, and a digest of its current code, words and curated data."""
    package = Path(__file__).resolve().parents[2]
    read = (package / name for name in ("readers", "extraction", "reference_data"))
    digest = hashlib.sha256()
    for folder in (*read, assets.folder("data") / "curated"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".yaml"):
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
    digest.update((package / "facts.py").read_bytes() + (package / "facts_json.py").read_bytes())
    return f"{__version__}+{digest.hexdigest()[:16]}"
