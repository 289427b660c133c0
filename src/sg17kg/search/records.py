"""Records of texts: the rows of library queries about one text, for all days.

The index stores the record of each text when it is built (search/build.py), so that the answer about a text needs no query to the store
and no join. Rows for a day are selected by the functions of days.py.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from sg17kg.queries.binding import Argument
from sg17kg.search.stored_rows import rows_of, written
from sg17kg.store.base import Row, value

SCHEMA = "CREATE TABLE record (iri TEXT PRIMARY KEY, rows TEXT NOT NULL);"

Record = Mapping[str, list[Row]]  # by name of the query; an absent query has no rows
Ask = Callable[[str, Mapping[str, Argument]], list[Row]]


class _RecordQuery(NamedTuple):
    """A query of a record: its parameter for one text, the column with the IRI of the text, and whether the parameter is the number."""

    name: str
    column: str = "iri"
    by_number: bool = False

    def of(self, iri: str, number: str) -> dict[str, str]:
        """Return the arguments for one text."""
        return {"number": number} if self.by_number else {"text": iri}


_QUERIES = (
    _RecordQuery("text-drafts", by_number=True),
    _RecordQuery("text-editions", by_number=True),
    _RecordQuery("text-stages"),
    _RecordQuery("text-names", by_number=True),
    _RecordQuery("statements-of-owners", by_number=True),
    _RecordQuery("text-groups"),
    _RecordQuery("text-subseries"),
    _RecordQuery("other-numbers"),
    _RecordQuery("text-successors"),
    _RecordQuery("text-revisions"),
    _RecordQuery("text-amendments", "text_iri", by_number=True),
    _RecordQuery("part-stages", "text_iri"),
    _RecordQuery("text-conflicts", by_number=True),
    _RecordQuery("text-equivalents", by_number=True),
    _RecordQuery("history-of-text", by_number=True),
)
# Rows about the drafts and conflicts of a record: the query, its parameter and column, the query that names them, and its column
_BESIDE = (
    ("draft-outcomes", "draft", "draft_iri", "text-drafts", "draft_iri"),
    ("draft-chain", "draft", "draft_iri", "text-drafts", "draft_iri"),
    ("work-item-owners", "item", "iri", "draft-chain", "work_item_iri"),
    ("evidence", "s", "subject", "text-drafts", "draft_iri"),
    ("conflict-statements", "conflict", "conflict_iri", "text-conflicts", "conflict_iri"),
    ("conflict-passages", "conflict", "conflict_iri", "text-conflicts", "conflict_iri"),
)


def records(ask: Ask) -> dict[str, dict[str, list[Row]]]:
    """Return the records of all texts, by IRI. `ask` runs a library query."""
    found: dict[str, dict[str, list[Row]]] = {value(row, "iri") or "": {} for row in ask("texts", {})}
    for query in _QUERIES:
        for iri, rows in _grouped(ask(query.name, {}), query.column).items():
            if iri in found:  # queries about stages also give parts and work items
                found[iri][query.name] = rows
    for name, parameter, column, naming, named in _BESIDE:
        of_text = {iri: list(_once(record.get(naming, ()), named)) for iri, record in found.items()}
        things = sorted({thing for several in of_text.values() for thing in several})
        by_thing = _grouped(ask(name, {parameter: things}) if things else (), column)
        for iri, several in of_text.items():
            if rows := [row for thing in several for row in by_thing.get(thing, ())]:
                found[iri][name] = rows
    return found


def record_of(ask: Ask, iri: str, number: str) -> Record:
    """Return the record of one text."""
    found = {query.name: ask(query.name, query.of(iri, number)) for query in _QUERIES}
    for name, parameter, _, naming, column in _BESIDE:
        found[name] = [row for thing in _once(found[naming], column) for row in ask(name, {parameter: thing})]
    return found


def queries_behind(record: Record, iri: str, number: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the queries whose rows are a record, with their arguments."""
    for query in _QUERIES:
        yield query.name, query.of(iri, number)
    for name, parameter, _, naming, column in _BESIDE:
        for thing in _once(record.get(naming, ()), column):
            yield name, {parameter: thing}


def fill(connection: sqlite3.Connection, found: Mapping[str, Record]) -> None:
    """Fill the table of SCHEMA."""
    for iri, record in sorted(found.items()):
        stored = ",".join(f'"{name}":{written(rows)}' for name, rows in sorted(record.items()))
        connection.execute("INSERT INTO record VALUES (?, ?)", (iri, f"{{{stored}}}"))


def read(connection: sqlite3.Connection, iri: str) -> Record | None:
    """Return the record of a text, or None if it is not in the table."""
    row = connection.execute("SELECT rows FROM record WHERE iri = ?", (iri,)).fetchone()
    return {name: rows_of(table) for name, table in json.loads(row[0]).items()} if row else None


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(value(row, column) or "", []).append(row)
    return found


def _once(rows: Iterable[Row], column: str) -> Iterator[str]:
    return iter(dict.fromkeys(named for row in rows if (named := value(row, column))))
