"""Records of texts and work items: the rows of library queries about one of them, for all days.

The index stores all records when it is built (search/build.py), so that the answer about a text needs no query to the store
and no join. Rows for a day are selected by the functions of days.py.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from sg17kg.queries.binding import Argument
from sg17kg.search.stored_rows import rows_in, rows_of, written
from sg17kg.store.base import Row, value

SCHEMA = "CREATE TABLE record (iri TEXT PRIMARY KEY, rows TEXT NOT NULL);"

Record = Mapping[str, list[Row]]  # by name of the query; an absent query has no rows
Ask = Callable[[str, Mapping[str, Argument]], list[Row]]


class _RecordQuery(NamedTuple):
    """A query of a record: the column with the IRI of the thing, and the parameter for one thing (`number`: its number, else its IRI)."""

    name: str
    column: str = "iri"
    parameter: str = "text"

    def of(self, iri: str, number: str) -> dict[str, str]:
        """Return the arguments for one thing."""
        return {self.parameter: number if self.parameter == "number" else iri}


class _BesideQuery(NamedTuple):
    """A query about things that a record names: its parameter and column, the query that names them, and the column of that query.

    `stored` is the name of its rows in the record, if another query of the record has the same name.
    """

    name: str
    parameter: str
    column: str
    naming: str
    named: str
    stored: str = ""


class RecordKind(NamedTuple):
    """What a record of one kind of thing consists of. `listing` is the query that gives all things, with their IRI in the column iri."""

    listing: str
    queries: tuple[_RecordQuery, ...]
    beside: tuple[_BesideQuery, ...]


TEXT = RecordKind(
    "texts",
    (
        _RecordQuery("drafts-of-thing", parameter="thing"),
        _RecordQuery("text-editions", parameter="number"),
        _RecordQuery("text-stages"),
        _RecordQuery("text-names", parameter="number"),
        _RecordQuery("statements-of-owners", parameter="thing"),
        _RecordQuery("text-groups"),
        _RecordQuery("text-subseries"),
        _RecordQuery("other-numbers"),
        _RecordQuery("text-successors"),
        _RecordQuery("text-revisions"),
        _RecordQuery("text-amendments", "text_iri", parameter="number"),
        _RecordQuery("text-conflicts", parameter="number"),
        _RecordQuery("text-equivalents", parameter="number"),
        _RecordQuery("history-of-text", parameter="number"),
    ),
    (
        _BesideQuery("draft-outcomes", "draft", "draft_iri", "drafts-of-thing", "draft_iri"),
        _BesideQuery("draft-chain", "draft", "draft_iri", "drafts-of-thing", "draft_iri"),
        _BesideQuery("statements-of-owners", "thing", "iri", "draft-chain", "work_item_iri", "work-item-owners"),
        _BesideQuery("text-stages", "text", "iri", "text-amendments", "iri", "part-stages"),
        _BesideQuery("evidence", "s", "subject", "drafts-of-thing", "draft_iri"),
        _BesideQuery("conflict-statements", "conflict", "conflict_iri", "text-conflicts", "conflict_iri"),
        _BesideQuery("conflict-passages", "conflict", "conflict_iri", "text-conflicts", "conflict_iri"),
    ),
)
WORK_ITEM = RecordKind(
    "work-items-known",
    (
        _RecordQuery("work-items-known", parameter="item"),
        _RecordQuery("drafts-of-thing", parameter="thing"),
        _RecordQuery("work-item-stages", parameter="item"),
        _RecordQuery("work-item-records", parameter="item"),
        _RecordQuery("statements-of-owners", parameter="thing"),
    ),
    (
        _BesideQuery("draft-outcomes", "draft", "draft_iri", "drafts-of-thing", "draft_iri"),
        _BesideQuery("draft-chain", "draft", "draft_iri", "drafts-of-thing", "draft_iri"),
        _BesideQuery("evidence", "s", "subject", "drafts-of-thing", "draft_iri"),
    ),
)


def records(ask: Ask) -> dict[str, dict[str, list[Row]]]:
    """Return the records of all texts and work items, by IRI. `ask` runs a library query."""
    return _of_kind(ask, TEXT) | _of_kind(ask, WORK_ITEM)


def _of_kind(ask: Ask, kind: RecordKind) -> dict[str, dict[str, list[Row]]]:
    found: dict[str, dict[str, list[Row]]] = {value(row, "iri") or "": {} for row in ask(kind.listing, {})}
    for query in kind.queries:
        for iri, rows in _grouped(ask(query.name, {}), query.column).items():
            if iri in found:  # some queries also give things of other kinds
                found[iri][query.name] = rows
    for name, parameter, column, naming, named, stored in kind.beside:
        of_thing = {iri: list(_once(record.get(naming, ()), named)) for iri, record in found.items()}
        others = sorted({other for several in of_thing.values() for other in several})
        by_other = _grouped(ask(name, {parameter: others}) if others else (), column)
        for iri, several in of_thing.items():
            if rows := [row for other in several for row in by_other.get(other, ())]:
                found[iri][stored or name] = rows
    return found


class QueriedRecord(Mapping[str, list[Row]]):
    """The record of one thing that the index does not have: each query runs when its rows are asked for. `number` is that of a text."""

    def __init__(self, ask: Ask, kind: RecordKind, iri: str, number: str = "") -> None:
        self._ask = ask
        self._queries = {query.name: query.of(iri, number) for query in kind.queries}
        self._beside = {query.stored or query.name: query for query in kind.beside}
        self._found: dict[str, list[Row]] = {}

    def __getitem__(self, name: str) -> list[Row]:
        if name not in self._found:
            self._found[name] = self._rows(name)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._queries, *self._beside))

    def __len__(self) -> int:
        return len(self._queries) + len(self._beside)

    def _rows(self, name: str) -> list[Row]:
        if name in self._queries:
            return self._ask(name, self._queries[name])
        query = self._beside[name]
        others = list(_once(self[query.naming], query.named))
        return [row for other in others for row in self._ask(query.name, {query.parameter: other})]


def queries_behind(record: Record, kind: RecordKind, iri: str, number: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the queries whose rows are a record, with their arguments."""
    for query in kind.queries:
        yield query.name, query.of(iri, number)
    for name, parameter, _, naming, named, _ in kind.beside:
        for other in _once(record.get(naming, ()), named):
            yield name, {parameter: other}


def fill(connection: sqlite3.Connection, found: Mapping[str, Record]) -> None:
    """Fill the table of SCHEMA."""
    for iri, record in sorted(found.items()):
        stored = ",".join(f'"{name}":{written(rows)}' for name, rows in sorted(record.items()))
        connection.execute("INSERT INTO record VALUES (?, ?)", (iri, f"{{{stored}}}"))


def read(connection: sqlite3.Connection, iri: str) -> Record | None:
    """Return the record of a thing, or None if it is not in the table."""
    row = connection.execute("SELECT rows FROM record WHERE iri = ?", (iri,)).fetchone()
    return {name: rows_of(table) for name, table in json.loads(row[0]).items()} if row else None


def read_all(connection: sqlite3.Connection, folder: str, query: str) -> dict[str, list[Row]]:
    """Return the rows of one query in all records below a folder, which ends in a slash, by IRI."""
    stored = connection.execute(
        "SELECT iri, json_extract(rows, ?) FROM record WHERE iri > ? AND iri < ?", (f'$."{query}"', folder, folder + "\U0010ffff")
    )
    return {iri: rows_in(rows) if rows else [] for iri, rows in stored}


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(value(row, column) or "", []).append(row)
    return found


def _once(rows: Iterable[Row], column: str) -> Iterator[str]:
    return iter(dict.fromkeys(named for row in rows if (named := value(row, column))))
