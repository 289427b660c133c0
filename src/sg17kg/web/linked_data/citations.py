"""Collect the data for the citation of a text or an edition."""

from sg17kg.namespaces import BASE
from sg17kg.rendering.citations import Cited
from sg17kg.store.base import RdfLiteral, Row, value
from sg17kg.web.dependencies import DatasetContext


def cited(served: DatasetContext, iri: str) -> Cited:
    """Return an edition in the form that citations need; for a text, its newest edition, or the text itself if none is known."""
    editions = served.rows("editions-of-thing", thing=iri)
    wanted = (value(editions[0], "edition_iri") if editions else None) or iri
    rows = served.rows("citation", edition_iri=wanted)
    if rows:
        return _edition(wanted, rows[0])
    said = served.rows("thing-statements", thing=iri)
    number = next((text for row in said if (text := _number(row))), iri.removeprefix(BASE))
    return Cited(iri, number, number, "en", "Recommendation", None, None, None, None)


def _number(row: Row) -> str | None:
    return value(row, "value") if (value(row, "property") or "").endswith("#number") else None


def _edition(iri: str, row: Row) -> Cited:
    title = row.get("title")
    month, _, year = (value(row, "edition") or "").partition("/")
    number = value(row, "number") or ""
    return Cited(
        iri=iri,
        number=number,
        title=title.value if isinstance(title, RdfLiteral) else number,
        language=(title.language if isinstance(title, RdfLiteral) else None) or "en",
        type=value(row, "type") or "",
        edition=f"{year}-{month}" if year else None,
        approved_on=value(row, "approved_on"),
        url=value(row, "url"),
        status=value(row, "status"),
        supersedes=tuple(earlier for earlier in (value(row, "supersedes"),) if earlier),
    )
