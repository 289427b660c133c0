"""Read editions of ISO and ISO/IEC standards from Relaton YAML (schema 1.2), for texts with an equivalent.

Only facts are read (number, stage, committee, subject codes, dates, titles, link), never abstracts or persons.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sg17kg.facts import TwinFacts, Unread
from sg17kg.reference_data import relaton_files

_IDENTIFIER = re.compile(r"(?P<number>ISO(?:/IEC)?(?: TR| TS)? \d+(?:-\d+)?)(?::(?P<year>\d{4}))?(?:/(?P<change>\S.*))?")
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?(-(0[1-9]|[12]\d|3[01]))?")


def read(path: Path) -> Iterator[TwinFacts | Unread]:
    """Return the editions in a YAML file, a folder or a .tar.gz archive. Records that cannot be read are returned as Unread.

    Raises UnreadableFile if the path is none of these.
    """
    return (twin(name, content) for name, content in relaton_files.records(path))


def twin(name: str, content: bytes) -> TwinFacts | Unread:
    """Return the edition in the bytes of one record."""
    try:
        return _twin(name, relaton_files.load(content))
    except yaml.YAMLError as error:
        return Unread(name, f"not YAML: {str(error).splitlines()[0]}")
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, StopIteration) as error:
        return Unread(name, f"{type(error).__name__}: {error}")


def _twin(name: str, record: dict[str, Any]) -> TwinFacts:
    printed = next(entry["id"] for entry in record["docid"] if entry.get("type") == "ISO")
    match = _IDENTIFIER.fullmatch(printed)
    if not match:
        raise ValueError(f"the identifier {printed!r} has no known form")
    english, french = _title(record, "en"), _title(record, "fr")
    return TwinFacts(
        number=match["number"],
        year=match["year"],
        change=match["change"],
        stage=_stage(record),
        published=_date(record, match["change"] is not None),
        committee=_committee(record),
        ics=tuple(str(entry["code"]) for entry in _extension(record, "ics") or ()),
        edition_number=str(record["edition"]["content"]) if record.get("edition") else None,
        title=english,
        title_fr=french if french != english else None,
        url=next((entry["content"] for entry in record.get("link") or () if entry.get("type") == "src"), None),
        source=name,
    )


def _title(record: dict[str, Any], language: str) -> str | None:
    found = (entry["content"] for entry in record.get("title") or () if entry.get("type") == "main" and language in entry["language"])
    title = next(found, None)
    return " ".join(title.split()) if title else None


def _stage(record: dict[str, Any]) -> str | None:
    """Return the harmonized stage code: stage and substage, "60.60"."""
    status = record.get("docstatus") or {}
    stage, substage = ((status.get(part) or {}).get("value") for part in ("stage", "substage"))
    return f"{stage}.{substage}" if stage and substage else None


def _date(record: dict[str, Any], is_change: bool) -> str | None:
    """Return the date of publication: YYYY, YYYY-MM or YYYY-MM-DD.

    For a change, `published` without a month is the year of its edition, and `updated` is its own date.
    """
    dates = {entry["type"]: str(entry["value"]) for entry in record.get("date") or ()}
    published = dates.get("published")
    chosen = dates.get("updated") or (published if published and "-" in published else None) if is_change else published
    if chosen and not _DATE.fullmatch(chosen):
        raise ValueError(f"{chosen!r} is no day, month or year")
    return chosen


def _committee(record: dict[str, Any]) -> str | None:
    group = _extension(record, "editorialgroup") or {}
    return next((str(entry["identifier"]) for entry in group.get("technical_committee") or () if entry.get("identifier")), None)


def _extension(record: dict[str, Any], name: str) -> Any:
    """Return a value of the extension, which older records have at the top level."""
    return (record.get("ext") or {}).get(name) or record.get(name)
