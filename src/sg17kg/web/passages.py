"""Passages from rows: document, its IRI, lines."""

from collections.abc import Iterable

from sg17kg.store.base import Row, value
from sg17kg.web import models


def source_of(row: Row) -> models.Source:
    """Return the passage of a row with document, document_iri, first_line, language and, if it differs, last_line."""
    first = int(value(row, "first_line") or 0)
    last = int(value(row, "last_line") or first)
    return models.Source(
        document=value(row, "document") or "",
        iri=value(row, "document_iri") or "",
        lines=(first, last),
        language=value(row, "language") or None,
    )


def sources_of(rows: Iterable[Row]) -> list[models.Source]:
    """Return the passages of rows in order, without duplicates."""
    found: list[models.Source] = []
    for row in rows:
        passage = source_of(row)
        if passage not in found:
            found.append(passage)
    return found
