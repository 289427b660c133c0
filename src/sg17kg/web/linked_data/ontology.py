"""The ontology at its own address, the JSON-LD context, and named graphs as files."""

import io
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from sg17kg.errors import NotFound
from sg17kg.namespaces import BASE, GRAPH
from sg17kg.web.api.parameters import Lang, reject_unknown_parameters
from sg17kg.web.dependencies import ContextDep, DatasetContext
from sg17kg.web.linked_data.resources import CONTEXT, RDF, chosen
from sg17kg.web.pages.ontology import ontology_page
from sg17kg.web.pages.page_context import view_of
from sg17kg.web.pages.resources import thing_page

router = APIRouter(tags=["Ontology"], dependencies=[Depends(reject_unknown_parameters)])
Format = Annotated[str | None, Query(alias="format", max_length=20)]
_HTML = "text/html"
_OFFERED = (*(entry.media_type for entry in RDF), _HTML)
_EXTENSIONS = tuple(f".{entry.extension}" for entry in RDF)
_CONTENT: dict[int | str, dict[str, object]] = {
    200: {"description": "In the format that was chosen", "content": {name: {"schema": {"type": "string"}} for name in _OFFERED}}
}


@router.get(CONTEXT, response_class=Response)
def context(served: ContextDep) -> Response:
    """The JSON-LD context that every document of this service names."""
    return Response(served.context_text, media_type="application/ld+json")


@router.get("/ontology", response_class=Response, responses=_CONTENT)
def ontology(request: Request, served: ContextDep, format_: Format = None, lang: Lang = None) -> Response:
    """The terms of the ontology: a page with their definitions, or RDF."""
    return _graph(request, served, f"{GRAPH}ontology", "", format_, BASE + "ontology", lang)


@router.get("/ontology.{extension}", response_class=Response, responses=_CONTENT)
def ontology_file(extension: str, request: Request, served: ContextDep) -> Response:
    """The ontology in one format (ttl, jsonld, nt, rdf)."""
    return _graph(request, served, f"{GRAPH}ontology", extension, None, BASE + "ontology", None)


@router.get("/graph/{path:path}", response_class=Response, responses=_CONTENT)
def graph(path: str, request: Request, served: ContextDep, format_: Format = None, lang: Lang = None) -> Response:
    """A named graph: what one source states, what one rule infers. RDF, or a page that describes it."""
    stem, dot, extension = path.rpartition(".")
    known = bool(dot) and f".{extension}" in (*_EXTENSIONS, ".html")
    iri = GRAPH + quote(stem if known else path, safe="/:.-~_")
    if not served.rows("graph-known", graph=iri):
        raise NotFound(f"no graph {iri}; /sparql without parameters lists them")
    return _graph(request, served, iri, extension if known else "", format_, None, lang)


def _graph(
    request: Request, served: DatasetContext, iri: str, extension: str, format_: str | None, canonical: str | None, lang: str | None
) -> Response:
    media_type = chosen(request, extension, format_, _OFFERED)
    headers = {"Vary": "Accept, Accept-Language", "Link": f'<{canonical or iri}>; rel="canonical"'}
    if media_type == _HTML:
        v = view_of(request, lang, None)
        page = ontology_page(v) if canonical else thing_page(v, iri)
        page.headers.update(headers)
        return page
    output = io.BytesIO()
    served.store.dump(output, next(entry.name for entry in RDF if entry.media_type == media_type), iri)
    return Response(output.getvalue(), media_type=media_type, headers=headers)
