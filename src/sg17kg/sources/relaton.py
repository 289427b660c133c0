"""Editions of ITU-T texts out of Relaton YAML: files, folders, .tar.gz archives of them.

Facts are taken (number, date, English title, link, study group, twins); abstracts never. A record that cannot be read is
reported and does not stop the rest.
"""

import re
import tarfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from sg17kg.errors import UnreadableFile
from sg17kg.records import EditionFacts, Publication, Unread
from sg17kg.text_numbers import parse_text

_LARGEST_RECORD = 4 * 1024 * 1024
_BATCH = 200
_IDENTIFIER = re.compile(r"ITU-T (?P<text>.+?) \((?P<month>\d{2})/(?P<year>\d{4})\)")
_LINK = re.compile(r"-(?P<letter>[IPSW])(?:!\S*)?$")
_LETTERS: dict[str, Publication] = {"I": "in-force", "P": "prepublished", "S": "superseded", "W": "withdrawn"}
_GROUP = re.compile(r"ITU-T Study Group (\d+)")


def read(path: Path) -> Iterator[EditionFacts | Unread]:
    """The editions of a YAML file, of a folder, or of a .tar.gz archive; records that cannot be read as Unread.

    Raises UnreadableFile where the path is none of these.
    """
    with ProcessPoolExecutor() as pool:
        for batch in pool.map(_editions, _batches(_records(path))):
            yield from batch


def count(path: Path) -> int:
    """How many records a path holds, for progress."""
    return sum(1 for _ in _records(path))


def edition(name: str, content: bytes) -> EditionFacts | Unread:
    """The edition in the bytes of one record."""
    try:
        record = yaml.load(content, yaml.CSafeLoader)
        return _edition(name, record)
    except yaml.YAMLError as error:
        return Unread(name, f"not YAML: {str(error).splitlines()[0]}")
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        return Unread(name, f"{type(error).__name__}: {error}")


def _records(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        yield from ((file.name, file.read_bytes()) for file in sorted(path.rglob("*.yaml")))
    elif path.name.endswith((".tar.gz", ".tgz")):
        yield from _members(path)
    elif path.suffix in (".yaml", ".yml") and path.is_file():
        yield path.name, path.read_bytes()
    else:
        raise UnreadableFile(f"{path}: no Relaton YAML; name a .yaml file, a folder of them, or a .tar.gz")


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    """YAML files of an archive, read one by one and never written; larger ones than any record are passed over."""
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                if member.isfile() and member.name.endswith(".yaml"):
                    file = archive.extractfile(member) if member.size <= _LARGEST_RECORD else None
                    yield Path(member.name).name, file.read() if file else b""
    except (tarfile.TarError, EOFError, OSError) as error:
        raise UnreadableFile(f"{path}: broken archive ({error}); get it again") from error


def _batches(records: Iterator[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    while batch := list(islice(records, _BATCH)):
        yield batch


def _editions(batch: Iterable[tuple[str, bytes]]) -> list[EditionFacts | Unread]:
    return [edition(name, content) for name, content in batch]


def _edition(name: str, record: dict[str, Any]) -> EditionFacts:
    printed = next(entry["content"] for entry in record["docidentifier"] if entry.get("type") == "ITU")
    match = _IDENTIFIER.fullmatch(printed)
    if not match:
        raise ValueError(f"the identifier {printed!r} has no known form")
    text = parse_text(match["text"])
    link = next((entry["content"] for entry in record.get("source") or () if entry.get("type") == "src"), None)
    letter = _LINK.search(link) if link else None
    title = next((entry["content"] for entry in record.get("title") or () if entry.get("language") == "en"), None)
    return EditionFacts(
        number=text.number,
        also=text.also,
        part=text.part,
        of_edition=text.of_edition,
        edition=f"{match['month']}/{match['year']}",
        approved_on=_date(record),
        title=" ".join(title.split()) if title else None,
        url=link,
        publication=_LETTERS[letter["letter"]] if letter else None,
        twins=tuple(entry["content"] for entry in record["docidentifier"] if entry.get("type") == "ISO"),
        group=_group(record),
        source=name,
    )


def _date(record: dict[str, Any]) -> str:
    """The day of approval: the catalogue's date typed `published` (shared facts of ITU: the last day of the meeting)."""
    return str(next(entry["at"] for entry in record["date"] if entry.get("type") == "published"))


def _group(record: dict[str, Any]) -> str | None:
    for contributor in record.get("contributor") or ():
        for division in contributor.get("organization", {}).get("subdivision") or ():
            for name in division.get("name") or ():
                if match := _GROUP.search(name.get("content") or ""):
                    return f"SG{match[1]}"
    return None
