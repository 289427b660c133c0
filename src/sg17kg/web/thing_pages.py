"""The page of a thing, for people: what is said of it, by which lines, and what refers to it."""

from dataclasses import replace

from sg17kg import formats
from sg17kg.namespaces import BASE, ONTOLOGY, PREFIXES
from sg17kg.rendering.page import Cell, Table, page
from sg17kg.store.base import Iri, Row, Text, value
from sg17kg.web.service import Service

_RDF = tuple(entry for entry in formats.RDF if not entry.quads or entry.name == "jsonld")


def thing_page(served: Service, iri: str) -> bytes:
    """What is said of a thing, what refers to it, and the lines that say it."""
    said, referring = served.rows("thing-statements", thing=iri), served.rows("thing-references", thing=iri)
    labels = [term for row in said if value(row, "property") == PREFIXES["rdfs"] + "label" and isinstance(term := row.get("value"), Text)]
    title = next((label.value for label in labels if label.language == "en"), labels[0].value if labels else iri)
    links = [Cell("sg17kg", "/"), *(Cell(entry.name, f"{_local(iri)}.{entry.extension}") for entry in _RDF)]
    tables = [
        *_owners(served, said),
        Table("Statements", ("Property", "Value", "Lines"), _statements(said, served.rows("evidence", s=iri))),
        Table("What refers to it", ("Thing", "Property", ""), [(_value(row), _property(row), Cell("")) for row in referring]),
    ]
    return page(title, iri, tables, links)


def _owners(served: Service, said: list[Row]) -> list[Table]:
    """For a published text: who answers for it, since when, and the line that says so."""
    number = next((text for row in said if value(row, "property") == ONTOLOGY + "number" and (text := value(row, "value"))), None)
    if number is None:
        return []
    query = served.catalogue.get("question-owning").bind({"number": number})
    cells = []
    for row in served.store.query(query).rows():
        first, last = value(row, "first_line"), value(row, "last_line")
        lines = f"{value(row, 'document')}, line {first}" if first == last else f"{value(row, 'document')}, lines {first} to {last}"
        question = Cell(value(row, "question") or "", _local(value(row, "question_iri") or ""))
        cells.append((question, Cell(value(row, "as_of") or ""), Cell(lines, _local(value(row, "passage_iri") or ""))))
    return [Table("Responsible", ("Question", "As of", "Said in"), cells, "No source says which Question is responsible.", query)]


def _statements(rows: list[Row], evidence: list[Row]) -> list[tuple[Cell, Cell, Cell]]:
    """One line a statement, with all its passages."""
    passages: dict[tuple[object, object], list[Cell]] = {}
    for row in evidence:
        cell = Cell(value(row, "passage_name") or "", _local(value(row, "passage") or ""))
        passages.setdefault((row.get("property"), row.get("object")), []).append(cell)
    once = {(row.get("property"), row.get("value")): row for row in reversed(rows)}
    return [(_property(row), _value(row), _together(passages.get(key, []))) for key, row in reversed(once.items())]


def _together(cells: list[Cell]) -> Cell:
    return replace(cells[0], more=tuple(cells[1:])) if cells else Cell("")


def _local(iri: str) -> str:
    return "/" + iri.removeprefix(BASE) if iri.startswith(BASE) and "#" not in iri else iri


def _property(row: Row) -> Cell:
    iri = value(row, "property") or ""
    return Cell(value(row, "property_name") or iri.rpartition("#")[2].rpartition("/")[2])


def _value(row: Row) -> Cell:
    term = row.get("value")
    if isinstance(term, Iri):
        return Cell(value(row, "name") or term.value, _local(term.value))
    return Cell(term.value, language=term.language) if isinstance(term, Text) else Cell("")
