"""Format results for a terminal: tables, JSON, CSV, RDF."""

import json
from dataclasses import dataclass

from sg17kg.errors import BadParameter
from sg17kg.store.base import QueryResult, Row

_WIDEST = 60


@dataclass(frozen=True)
class Written:
    """The bytes to print. `empty` means that they hold no row."""

    body: bytes
    empty: bool = False


def format_result(answer: QueryResult, format_name: str | None, wide: bool) -> Written:
    """Return a result in a format (None: table, Turtle or true/false). `wide` truncates cells of tables, with a mark.

    Raises BadParameter if the format does not fit the result.
    """
    if answer.kind == "triples":
        if format_name in ("table", "json", "csv", "sparql-json"):
            raise BadParameter(f"triples cannot be printed as {format_name}; take ttl, nt, jsonld or rdfxml")
        return Written(answer.serialize(format_name or "ttl"))
    if format_name == "sparql-json":
        return Written(answer.serialize("json") + b"\n")
    if answer.kind == "boolean":
        return Written(b"true\n" if answer.truth() else b"false\n")
    if format_name == "csv":
        return Written(answer.serialize("csv"))
    if format_name not in (None, "table", "json"):
        raise BadParameter(f"rows cannot be printed as {format_name}; take table, json, csv or sparql-json")
    names, rows = answer.variables, answer.rows()
    return Written(_json(rows) if format_name == "json" else _table(names, rows, wide), empty=not rows)


def _json(rows: list[Row]) -> bytes:
    plain = [{name: term.value if term else None for name, term in row.items()} for row in rows]
    return json.dumps(plain, indent=1, ensure_ascii=False).encode() + b"\n"


def _table(names: tuple[str, ...], rows: list[Row], wide: bool) -> bytes:
    cells = [list(names), *([_cut(row, name, wide) for name in names] for row in rows)]
    widths = [max(len(line[index]) for line in cells) for index in range(len(names))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells)
    return ("\n".join(lines) + "\n").encode()


def _cut(row: Row, name: str, wide: bool) -> str:
    term = row.get(name)
    text = term.value.replace("\n", " ") if term else ""
    return text if not wide or len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
