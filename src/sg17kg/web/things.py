"""Every IRI of the graph, with this host in place of w3id.org: HTML, Turtle, JSON-LD (as JSON too), N-Triples, RDF/XML.

Precedence: an extension, then `?format=`, then Accept. An extension is cut only if it is a known one, since dots belong
to numbers (X.1080.0). A path in the wrong case leads to the printed form.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from sg17kg import formats
from sg17kg.errors import BadParameter, NotFound
from sg17kg.namespaces import BASE, ONTOLOGY, PREFIXES
from sg17kg.rendering.media_types import choose
from sg17kg.rendering.page import Cell, Table, page
from sg17kg.store.base import Iri, Row, Text, value
from sg17kg.web.parameters import only_known
from sg17kg.web.problems import problem
from sg17kg.web.service import Service, service

KINDS = (
    "rec", "sup", "tr", "work-item", "draft", "question", "circular", "collective-letter", "report", "td", "meeting",
    "consultation", "sg", "group", "body", "period", "resolution", "series", "standard", "source", "evidence", "vocabulary", "conflict",
    "bulletin", "decision", "inference",
)  # fmt: skip
Served = Annotated[Service, Depends(service)]
_HTML = "text/html"
_RDF = tuple(entry for entry in formats.RDF if not entry.quads or entry.name == "jsonld")
_TYPES = (*(entry.media_type for entry in _RDF), _HTML, "application/json")
_JSON = "application/json"
_BY_NAME = (
    {"json": _JSON}
    | {entry.name: entry.media_type for entry in _RDF}
    | {entry.extension: entry.media_type for entry in _RDF}
    | {"html": _HTML}
)


def router() -> APIRouter:
    """One route for each kind of thing, so that nothing else is swallowed."""
    routes = APIRouter(tags=["Things"], dependencies=[Depends(only_known)])
    for kind in KINDS:
        routes.add_api_route(f"/{kind}/{{path:path}}", _route(kind), methods=["GET"], response_class=Response, name=f"thing-{kind}")
    return routes


def _route(kind: str) -> Callable[..., Response]:
    def thing(path: str, request: Request, served: Served, format_: Annotated[str | None, Query(alias="format")] = None) -> Response:
        return _thing(request, served, f"{kind}/{path}", format_)

    thing.__doc__ = f"What is said of a thing below /{kind}/, and what refers to it."
    return thing


def _thing(request: Request, served: Service, path: str, format_: str | None) -> Response:
    stem, _, extension = path.rpartition(".")
    if stem and extension in _BY_NAME:
        path, chosen = stem, _BY_NAME[extension]
    elif format_ is not None:
        if format_ not in _BY_NAME:
            raise BadParameter(f"unknown format {format_!r}; there are: {', '.join(sorted(_BY_NAME))}")
        chosen = _BY_NAME[format_]
    else:
        wanted = choose(request.headers.get("accept"), _TYPES)
        if wanted is None:
            return problem(request, 406, f"this can be had as {', '.join(_TYPES)}")
        chosen = wanted
    iri = BASE + quote(path, safe="/:.-~_")
    known = [value(row, "iri") for row in served.rows("printed-form", lowered=iri.lower())]
    if iri in known:
        return _answer(served, iri, chosen)
    if known and known[0]:
        suffix = f".{extension}" if stem and extension in _BY_NAME else ""
        return RedirectResponse(str(request.url.replace(path="/" + known[0].removeprefix(BASE) + suffix)), 301)
    raise NotFound(f"nothing is known of {iri}")


def _answer(served: Service, iri: str, media_type: str) -> Response:
    headers = {"Vary": "Accept", "Link": f'<{iri}>; rel="canonical"'}
    if media_type == _HTML:
        return Response(_page(served, iri), media_type=_HTML, headers=headers)
    name = "jsonld" if media_type == _JSON else next(entry.name for entry in _RDF if entry.media_type == media_type)
    content = served.ask("thing", {"thing": iri}).serialize(name)
    return Response(content, media_type=media_type, headers=headers)


def _page(served: Service, iri: str) -> bytes:
    """What is said of a thing, what refers to it, and the lines that say it."""
    said, referring = served.rows("thing-statements", thing=iri), served.rows("thing-references", thing=iri)
    labels = [term for row in said if value(row, "property") == PREFIXES["rdfs"] + "label" and isinstance(term := row.get("value"), Text)]
    title = next((label.value for label in labels if label.language == "en"), labels[0].value if labels else iri)
    links = [Cell("sg17kg", "/"), *(Cell(entry.name, f"{_local(iri)}.{entry.extension}") for entry in _RDF)]
    tables = [
        *_owners(served, said),
        Table("Statements", ("Property", "Value", "Lines"), _statements(said)),
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


def _statements(rows: list[Row]) -> list[tuple[Cell, Cell, Cell]]:
    """One line a statement, with all its passages."""
    passages: dict[tuple[object, object], list[Cell]] = {}
    first: dict[tuple[object, object], Row] = {}
    for row in rows:
        key = (row.get("property"), row.get("value"))
        first.setdefault(key, row)
        cells = passages.setdefault(key, [])
        if iri := value(row, "passage"):
            cells.append(Cell(value(row, "passage_name") or "", _local(iri)))
    return [(_property(row), _value(row), _together(passages[key])) for key, row in first.items()]


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
