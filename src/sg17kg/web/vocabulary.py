"""The ontology at its own address, the JSON-LD context, and named graphs as files."""

import io
from itertools import groupby
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from sg17kg.errors import NotFound
from sg17kg.namespaces import BASE, GRAPH, ONTOLOGY
from sg17kg.rendering.page import Cell, Table, page
from sg17kg.store.base import Row, Text, value
from sg17kg.web.parameters import only_known
from sg17kg.web.service import Service, service
from sg17kg.web.pages.things import thing_page
from sg17kg.web.pages.view import view_of
from sg17kg.web.things import CONTEXT, RDF, chosen

router = APIRouter(tags=["Ontology"], dependencies=[Depends(only_known)])
Served = Annotated[Service, Depends(service)]
Format = Annotated[str | None, Query(alias="format", max_length=20)]
_HTML = "text/html"
_OFFERED = (*(entry.media_type for entry in RDF), _HTML)
_EXTENSIONS = tuple(f".{entry.extension}" for entry in RDF)
_HEADINGS = {"Class": "Classes", "ObjectProperty": "Properties that lead to things", "DatatypeProperty": "Properties with plain values"}
_CONTENT: dict[int | str, dict[str, object]] = {
    200: {"description": "In the format that was chosen", "content": {name: {"schema": {"type": "string"}} for name in _OFFERED}}
}


@router.get(CONTEXT, response_class=Response)
def context(served: Served) -> Response:
    """The JSON-LD context that every document of this service names."""
    return Response(served.context_text, media_type="application/ld+json")


@router.get("/ontology", response_class=Response, responses=_CONTENT)
def ontology(request: Request, served: Served, format_: Format = None) -> Response:
    """The terms of the ontology: a page with their definitions, or RDF."""
    return _graph(request, served, f"{GRAPH}ontology", "", format_, BASE + "ontology")


@router.get("/ontology.{extension}", response_class=Response, responses=_CONTENT)
def ontology_file(extension: str, request: Request, served: Served) -> Response:
    """The ontology in one format (ttl, jsonld, nt, rdf)."""
    return _graph(request, served, f"{GRAPH}ontology", extension, None, BASE + "ontology")


@router.get("/graph/{path:path}", response_class=Response, responses=_CONTENT)
def graph(path: str, request: Request, served: Served, format_: Format = None) -> Response:
    """A named graph: what one source states, what one rule infers. RDF, or a page that describes it."""
    stem, dot, extension = path.rpartition(".")
    known = bool(dot) and f".{extension}" in (*_EXTENSIONS, ".html")
    iri = GRAPH + quote(stem if known else path, safe="/:.-~_")
    if not served.rows("graph-known", graph=iri):
        raise NotFound(f"no graph {iri}; /sparql without parameters lists them")
    return _graph(request, served, iri, extension if known else "", format_, None)


def _graph(request: Request, served: Service, iri: str, extension: str, format_: str | None, canonical: str | None) -> Response:
    media_type = chosen(request, extension, format_, _OFFERED)
    headers = {"Vary": "Accept", "Link": f'<{canonical or iri}>; rel="canonical"'}
    output = io.BytesIO()
    name = next((entry.name for entry in RDF if entry.media_type == media_type), "nt")
    if media_type != _HTML:
        served.store.dump(output, name, iri)
        content = output.getvalue()
    else:
        content = _terms(served) if canonical else bytes(thing_page(view_of(request, None, None), iri).body)
    return Response(content, media_type=media_type, headers=headers)


def _terms(served: Service) -> bytes:
    """A page with every term: label and definition in each language. The anchor is the name of the term."""
    rows = served.rows("ontology-terms")
    tables = []
    for kind, group in groupby(rows, key=lambda row: value(row, "type")):
        cells = [_term(list(said)) for _, said in groupby(group, key=lambda row: value(row, "term"))]
        tables.append(Table(_HEADINGS[kind or ""], ("Term", "Label", "Definition"), cells))
    links = [Cell("sg17kg", "/"), *(Cell(entry.name, f"/ontology.{entry.extension}") for entry in RDF)]
    return page("Ontology of the work of ITU-T study groups", ONTOLOGY, tables, links)


def _term(rows: list[Row]) -> tuple[Cell, Cell, Cell]:
    name = (value(rows[0], "term") or "").removeprefix(ONTOLOGY)
    return Cell(name, anchor=name), _texts(rows, "label"), _texts(rows, "definition")


def _texts(rows: list[Row], column: str) -> Cell:
    cells = [Cell(term.value, language=term.language) for row in rows if isinstance(term := row.get(column), Text)]
    return Cell(cells[0].text, language=cells[0].language, more=tuple(cells[1:])) if cells else Cell("")
