"""Conversion of facts to JSON and back: the output of `sg17kg extract` and the content of data/documents/."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from sg17kg.errors import BuildError
from sg17kg.facts import ApprovalFacts, EditionFacts, Facts, TwinFacts
from sg17kg.identifiers import slug

_T = TypeVar("_T")


@cache
def _editions_adapter() -> TypeAdapter[list[EditionFacts]]:
    return TypeAdapter(list[EditionFacts])


def editions_to_bytes(editions: Sequence[EditionFacts]) -> bytes:
    """Return editions as UTF-8 JSON, ordered by number, part and date; the same editions give the same bytes. Defaults are left out."""
    rows = sorted(editions, key=lambda row: (row.number, row.part or "", row.approved_on, row.source, row.source_version or ""))
    return _editions_adapter().dump_json(rows, indent=1, exclude_defaults=True) + b"\n"


def read_editions(path: Path) -> list[EditionFacts]:
    """Return the editions in a file. Raises BuildError, naming file and field, if the file is unreadable or invalid."""
    return _read(path, _editions_adapter())


@cache
def _twins_adapter() -> TypeAdapter[list[TwinFacts]]:
    return TypeAdapter(list[TwinFacts])


def twins_to_bytes(twins: Sequence[TwinFacts]) -> bytes:
    """Return editions of ISO standards as UTF-8 JSON, ordered by number, year and change; the same editions give the same bytes."""
    rows = sorted(twins, key=lambda row: (row.number, row.year or "", row.change or "", row.source))
    return _twins_adapter().dump_json(rows, indent=1) + b"\n"


def read_twins(path: Path) -> list[TwinFacts]:
    """Return the editions of ISO standards in a file. Raises BuildError, naming file and field, if the file is unreadable or invalid."""
    return _read(path, _twins_adapter())


@cache
def _approvals_adapter() -> TypeAdapter[list[ApprovalFacts]]:
    return TypeAdapter(list[ApprovalFacts])


def approvals_to_bytes(approvals: Sequence[ApprovalFacts]) -> bytes:
    """Return approvals as UTF-8 JSON, ordered by issue of the bulletin, number and part; the same approvals give the same bytes."""
    rows = sorted(approvals, key=lambda row: (row.bulletin, row.number, row.part or "", row.of_edition or "", row.edition))
    return _approvals_adapter().dump_json(rows, indent=1) + b"\n"


def read_approvals(path: Path) -> list[ApprovalFacts]:
    """Return the approvals in a file. Raises BuildError, naming file and field, if the file is unreadable or invalid."""
    return _read(path, _approvals_adapter())


@cache
def _adapter() -> TypeAdapter[Facts]:
    return TypeAdapter(Facts)


def to_object(facts: Facts) -> dict[str, Any]:
    """Return the facts as JSON values, with keys in the order of docs/reference/facts-json.md."""
    return dict(_adapter().dump_python(facts, mode="json"))


def to_bytes(facts: Facts, indent: int | None = 1) -> bytes:
    """Return the facts as UTF-8 JSON, ending in a line feed; the same facts give the same bytes."""
    return _adapter().dump_json(facts, indent=indent) + b"\n"


def read(path: Path) -> Facts:
    """Return the facts in a file. Raises BuildError, naming file and field, if the file is unreadable or invalid."""
    return _read(path, _adapter())


def _read(path: Path, adapter: TypeAdapter[_T]) -> _T:
    try:
        return adapter.validate_json(path.read_bytes())
    except OSError as error:
        raise BuildError(f"{path}: cannot be read ({error.strerror})") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(str(part) for part in first["loc"])
        raise BuildError(
            f"{path}: {place}: {first['msg']}; make the file anew with `sg17kg extract --without-running-text --out`"
        ) from error


def file_name(facts: Facts) -> str:
    """Return the file name of a document in data/documents/: circular-2025-2028-104.zh.json.

    Letters without the number of a circular: announcement-2025-2028-AAP-33.en.json, collective-letter-2025-2028-sg17-8.fr.json,
    circular-2025-2028-301-corrigendum-1.zh.json.
    """
    return f"{_letter_name(facts, facts.circular.study_period or 'undated')}.{facts.document.language}.json"


def _letter_name(facts: Facts, period: str) -> str:
    if facts.announcement:
        return f"announcement-{period}-{facts.announcement}"
    if facts.letter:
        group = facts.letter.group or (facts.meeting.group if facts.meeting else None) or "group"
        return f"collective-letter-{period}-{slug(group)}-{facts.letter.number.partition('/')[0]}"
    corrected = facts.refers_to[0].circular if facts.corrigendum is not None and facts.refers_to else None
    number = facts.circular.number if corrected is None else corrected
    name = f"circular-{period}-{number:03}" if number is not None else f"circular-{period}-unnumbered"
    return name if corrected is None else f"{name}-corrigendum-{facts.corrigendum}"
