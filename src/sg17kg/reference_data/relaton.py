"""Read editions of ITU-T texts from Relaton YAML: files, folders, .tar.gz archives.

Only facts are read (number, date, English title, link, study group, status, twins, relations), never abstracts. A record that
cannot be read is reported and does not stop the rest.

A crawl that fails on a page leaves an incomplete record: without any contributor, and so without group and status. Such a record
states nothing about these, whatever else it contains.
"""

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from sg17kg.facts import EditionFacts, ListedStage, Publication, Unread
from sg17kg.reference_data import relaton_files
from sg17kg.text_numbers import parse_text

_BATCH = 200
_IDENTIFIER = re.compile(r"ITU-T (?P<text>.+?) \((?P<month>0[1-9]|1[0-2])/(?P<year>\d{4})\)")
_LINK = re.compile(r"-(?P<letter>[IPSW])(?:!\S*)?$")
_LETTERS: dict[str, Publication] = {"I": "in-force", "P": "prepublished", "S": "superseded", "W": "withdrawn"}
_STAGES: dict[str, ListedStage] = {"Published": "published", "Withdrawal": "withdrawn"}
_GROUP = re.compile(r"ITU-T Study Group (\d+)")
_MONTH = re.compile(r" \(\d{2}/\d{4}\)$")


@dataclass(frozen=True)
class CatalogueRecord:
    """An edition, its name in the catalogue ("X.1280 (03/2024)"), and the names of other editions that its record gives."""

    facts: EditionFacts
    name: str
    editions: tuple[str, ...]


def read(path: Path) -> Iterator[EditionFacts | Unread]:
    """Return the editions in a YAML file, a folder or a .tar.gz archive. Records that cannot be read are returned as Unread.

    Raises UnreadableFile if the path is none of these.
    """
    return (row if isinstance(row, Unread) else row.facts for row in records(path))


def records(path: Path) -> Iterator[CatalogueRecord | Unread]:
    """Yield the same as `read`, each edition together with the other editions that its record names."""
    with ProcessPoolExecutor() as pool:
        for batch in pool.map(_read_batch, _batches(relaton_files.records(path))):
            yield from batch


def count(path: Path) -> int:
    """Return the number of records at a path, for progress."""
    return sum(1 for _ in relaton_files.records(path))


def edition(name: str, content: bytes) -> EditionFacts | Unread:
    """Return the edition in the bytes of one record."""
    row = record(name, content)
    return row if isinstance(row, Unread) else row.facts


def record(name: str, content: bytes) -> CatalogueRecord | Unread:
    """Return the catalogue record in the bytes of one file; Unread if they cannot be read."""
    try:
        values = relaton_files.load(content)
        called = " ".join(_printed(values).split()).removeprefix("ITU-T ")
        return CatalogueRecord(_edition(name, values), called, _related(values, "hasEdition"))
    except yaml.YAMLError as error:
        return Unread(name, f"not YAML: {str(error).splitlines()[0]}")
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        return Unread(name, f"{type(error).__name__}: {error}")


def _batches(records: Iterator[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    while batch := list(islice(records, _BATCH)):
        yield batch


def _read_batch(batch: Iterable[tuple[str, bytes]]) -> list[CatalogueRecord | Unread]:
    return [record(name, content) for name, content in batch]


def _edition(name: str, record: dict[str, Any]) -> EditionFacts:
    printed = _printed(record)
    match = _IDENTIFIER.fullmatch(printed)
    if not match:
        raise ValueError(f"the identifier {printed!r} has no known form")
    text = parse_text(match["text"])
    link = next((entry["content"] for entry in record.get("source") or () if entry.get("type") == "src"), None)
    letter = _LINK.search(link) if link else None
    title = next((entry["content"] for entry in record.get("title") or () if entry.get("language") == "en"), None)
    stage = _stage(record)
    return EditionFacts(
        number=text.number,
        also=text.also,
        part=text.part,
        of_edition=text.of_edition,
        edition=f"{match['month']}/{match['year']}",
        approved_on=_date(record),
        title=" ".join(title.split()) if title else None,
        url=link,
        publication=_LETTERS[letter["letter"]] if letter else _left_open(stage),
        twins=tuple(entry["content"] for entry in record["docidentifier"] if entry.get("type") == "ISO"),
        group=_group(record),
        source=name,
        edition_number=str(record["edition"]["content"]) if record.get("edition") else None,
        stage=stage,
        complemented_by=() if text.part else _complements(record),
    )


def _printed(record: dict[str, Any]) -> str:
    return str(next(entry["content"] for entry in record["docidentifier"] if entry.get("type") == "ITU"))


def _date(record: dict[str, Any]) -> str:
    """Return the day of approval: the catalogue's date typed `published` (shared facts of ITU: the last day of the meeting)."""
    return date.fromisoformat(str(next(entry["at"] for entry in record["date"] if entry.get("type") == "published"))).isoformat()


def _stage(record: dict[str, Any]) -> ListedStage | None:
    if not record.get("contributor"):
        return None
    stage = (record.get("status") or {}).get("stage") or {}
    return _STAGES.get(str(stage.get("content")))


def _left_open(stage: ListedStage | None) -> Publication | None:
    """Return what the stage alone states about an edition whose link has no letter. Withdrawal means superseded or withdrawn."""
    return "not-in-force" if stage == "withdrawn" else None


def _related(record: dict[str, Any], kind: str) -> tuple[str, ...]:
    """Return the printed names to which a record has relations of one kind, with white space normalised."""
    related = (entry["bibitem"]["docidentifier"] for entry in record.get("relation") or () if entry.get("type") == kind)
    return tuple(" ".join(row["content"].split()) for rows in related for row in rows if row.get("type") == "ITU")


def _complements(record: dict[str, Any]) -> tuple[str, ...]:
    """Return the numbers of the Supplements to a text. In Relaton, the relation `complementOf` goes from the text to the Supplement."""
    return tuple(sorted({_MONTH.sub("", name) for name in _related(record, "complementOf")}))


def _group(record: dict[str, Any]) -> str | None:
    for contributor in record.get("contributor") or ():
        for division in contributor.get("organization", {}).get("subdivision") or ():
            for name in division.get("name") or ():
                if match := _GROUP.search(name.get("content") or ""):
                    return f"SG{match[1]}"
    return None
