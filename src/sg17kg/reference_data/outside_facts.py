"""Read rows of facts about a study group from a JSON file of tables.

Each row is read separately; one that does not fit is reported and does not stop the rest. Notes of the collector are left out, because
they describe how a row was found and are not facts of its source.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sg17kg.errors import UnreadableFile
from sg17kg.facts import Unread
from sg17kg.outside import TABLES, AnyRow, parse_row

_LARGEST = 32 * 1024 * 1024
_HISTORY_TABLE = "history table"
# facts of other rows, not of the source of this one, or repeated elsewhere in the row
_DROPPED = frozenset((
    "note", "conflict", "source_date_inferred", "period_inferred", "working_party_source", "working_party_from", "valid_from", "valid_to",
    "count", "equivalent", "ordinal", "country", "group_title", "issued_from_previous_period", "deadline", "isn_source",
))  # fmt: skip
_KEPT_OF = {"working_parties": frozenset(("valid_from",))}
_GROUP = "SG17"


def read(path: Path) -> Iterator[AnyRow | Unread]:
    """Yield the rows of a file, table by table, in their order. Raises UnreadableFile if the file has no such tables."""
    for table, position, values in _tables(path):
        try:
            yield parse_row(table, _values(table, values))
        except (ValueError, TypeError) as error:
            yield Unread(f"{table}, row {position}", str(error))


def left_out(path: Path) -> dict[str, int]:
    """Return the number of rows in each table that is not read, because this program does not use it yet."""
    return {name: len(rows) for name, rows in _object(path).items() if isinstance(rows, list) and name not in TABLES}


def _tables(path: Path) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    for table, rows in _object(path).items():
        if table in TABLES and isinstance(rows, list):
            for position, row in enumerate(rows, start=1):
                yield table, position, row if isinstance(row, dict) else {}


def _object(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise UnreadableFile(f"{path}: larger than {_LARGEST // 2**20} MiB; no file of facts is")
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise UnreadableFile(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{path}: not JSON ({error}); name a JSON file of tables") from error
    if not isinstance(content, dict) or not TABLES.keys() & content.keys():
        raise UnreadableFile(f"{path}: no tables of facts; it needs one of {', '.join(sorted(TABLES))}")
    return content


def _values(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a row as outside.py names them."""
    kept = {key: value for key, value in row.items() if key not in _DROPPED - _KEPT_OF.get(table, frozenset())}
    if kept.get("authority") is None:
        kept["authority"] = _HISTORY_TABLE if table == "edition_groups" else None
    return _SHAPED[table](kept) if table in _SHAPED else kept


def _question(row: dict[str, Any]) -> dict[str, Any]:
    row.setdefault("group", f"SG{str(row.get('number')).rpartition('/')[2]}")
    return _without({**row, "short_label": row.get("title_form") == "short label"}, "title_form")


def _responsibility(row: dict[str, Any]) -> dict[str, Any]:
    return _without(row, "title", "status", "process", "isn")


def _outcome(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row of an outcome, with an empty list of texts if it names its text by provisional name alone."""
    row = {"texts": [], **row}
    return _without(row, "planned", "group")


def _circular(row: dict[str, Any]) -> dict[str, Any]:
    return _without({"period": None, **row}, "texts", "collective_letter")


def _working_party(row: dict[str, Any]) -> dict[str, Any]:
    return {"group": _GROUP, **row}


def _work_item(row: dict[str, Any]) -> dict[str, Any]:
    return _without(row, "group")


def _edition_group(row: dict[str, Any]) -> dict[str, Any]:
    return _without(row, "period")


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in names}


_SHAPED = {
    "questions": _question,
    "responsibilities": _responsibility,
    "outcomes": _outcome,
    "circulars": _circular,
    "working_parties": _working_party,
    "work_items": _work_item,
    "edition_groups": _edition_group,
}
