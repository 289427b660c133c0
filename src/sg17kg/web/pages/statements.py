"""Statements about a thing by property, each value with the passages that state it; and references to the thing."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sg17kg.namespaces import ONTOLOGY, PREFIXES
from sg17kg.store.base import NamedNode, RdfLiteral, Row, value
from sg17kg.web import models
from sg17kg.web.pages.page_context import PageContext
from sg17kg.web.passages import source_of

_HIDDEN = frozenset((PREFIXES["rdf"] + "type", ONTOLOGY + "hasState"))


@dataclass(frozen=True)
class StatedValue:
    """A value, as HTML, and the passages that state it."""

    value: Markup
    sources: list[models.Source]
    rank: int = 0


@dataclass(frozen=True)
class Property:
    """A property: its IRI, its name, and its values (for references, the things that refer)."""

    iri: str
    name: str
    values: list[StatedValue]


def passages_about(v: PageContext, iri: str) -> dict[str, list[models.Source]]:
    """Return the passages that state something about a thing, by the local name of the property."""
    return passages_about_each(v, [iri])[iri]


def passages_about_each(v: PageContext, iris: Sequence[str]) -> dict[str, dict[str, list[models.Source]]]:
    """Return the passages that state something about things, by thing and by the local name of the property."""
    return passages_in(v.served.rows_of_each("evidence", "s", iris, "subject"), iris)


def passages_in(rows: Sequence[Row], iris: Sequence[str]) -> dict[str, dict[str, list[models.Source]]]:
    """Return the same from rows of the query evidence, which may also be about other things."""
    found: dict[str, dict[str, list[models.Source]]] = {iri: {} for iri in iris}
    for row in (row for row in rows if value(row, "subject") in found):
        name = (value(row, "property") or "").rpartition("#")[2].rpartition("/")[2]
        sources = found[value(row, "subject") or ""].setdefault(name, [])
        if (source := source_of(row)) not in sources:
            sources.append(source)
    return found


def statements(v: PageContext, iri: str) -> list[Property]:
    """Return the statements about a thing, by property."""
    passages: dict[tuple[object, object], list[models.Source]] = {}
    for row in v.served.rows("evidence", s=iri):
        passages.setdefault((row.get("property"), row.get("object")), []).append(source_of(row))
    found: dict[str, Property] = {}
    seen = set()
    for row in v.served.rows("thing-statements", thing=iri):
        key = (row.get("property"), row.get("value"))
        if key in seen or value(row, "property") in _HIDDEN:
            continue
        seen.add(key)
        entry = _property(found, row)
        entry.values.append(StatedValue(_shown(v, row), passages.get(key, []), _rank(v, row)))
    for entry in found.values():
        entry.values.sort(key=lambda said: said.rank)
    return list(found.values())


def _rank(v: PageContext, row: Row) -> int:
    """Return the sort key of a text: texts in the language that the reader prefers come first."""
    term = row.get("value")
    tag = term.language if isinstance(term, RdfLiteral) else None
    return v.wanted.index(tag) if tag in v.wanted else len(v.wanted)


def references(v: PageContext, iri: str) -> list[Property]:
    """Return what refers to a thing, by property, without passages and the premises that rules note: those are evidence, not neighbours."""
    found: dict[str, Property] = {}
    for row in v.served.rows("thing-references", thing=iri):
        if "/inference/" in (value(row, "value") or ""):
            continue
        _property(found, row).values.append(StatedValue(_shown(v, row), []))
    return list(found.values())


def _property(found: dict[str, Property], row: Row) -> Property:
    iri = value(row, "property") or ""
    name = value(row, "property_name") or iri.rpartition("#")[2].rpartition("/")[2]
    return found.setdefault(iri, Property(iri, name, []))


def _shown(v: PageContext, row: Row) -> Markup:
    term = row.get("value")
    if isinstance(term, NamedNode):
        return v.link(term.value, value(row, "name") or term.value)
    return v.of_term(term)
