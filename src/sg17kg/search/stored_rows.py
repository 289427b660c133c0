"""Rows of queries as JSON, in which the index stores them."""

import json
from collections.abc import Sequence
from typing import Any

from sg17kg.store.base import NamedNode, RdfLiteral, Row, Term

_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING = _XSD + "string"


def written(rows: Sequence[Row]) -> str:
    """Return rows as JSON: the names of the columns, then the cells of each row, empty ones as null."""
    columns = list(rows[0]) if rows else []
    return json.dumps(
        [columns, *([_cell_of(row.get(name)) for name in columns] for row in rows)], ensure_ascii=False, separators=(",", ":")
    )


def _cell_of(term: Term | None) -> str | list[str] | None:
    """Return a term for JSON: text of a plain literal, [text, datatype] or [text, datatype, language] of another, [IRI] of an IRI.

    A datatype of XML Schema has its name alone.
    """
    match term:
        case None:
            return None
        case RdfLiteral(text, datatype, None):
            return text if datatype == _STRING else [text, datatype.removeprefix(_XSD)]
        case RdfLiteral(text, datatype, str(language)):
            return [text, datatype.removeprefix(_XSD), language]
        case _:
            return [term.value]


def rows_in(stored: str) -> list[Row]:
    """Return the rows in such JSON, with all terms as they were."""
    return rows_of(json.loads(stored))


def rows_of(table: list[list[Any]]) -> list[Row]:
    """Return the rows in such JSON that is already parsed."""
    columns, *rows = table
    return [dict(zip(columns, map(_term, row), strict=True)) for row in rows]


def _term(cell: str | list[str] | None) -> Term | None:
    match cell:
        case None:
            return None
        case str():
            return RdfLiteral(cell, _STRING)
        case [iri]:
            return NamedNode(iri)
        case _:
            text, datatype, *language = cell
            return RdfLiteral(text, datatype if ":" in datatype else _XSD + datatype, *language)
