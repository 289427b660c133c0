"""GET /api/v1/queries: the catalogue as routes. Each query file is one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from sg17kg import formats
from sg17kg.catalogue.catalogue import Query
from sg17kg.errors import NotFound
from sg17kg.rendering.media_types import choose
from sg17kg.store.base import Row
from sg17kg.web import models
from sg17kg.web.addresses import root
from sg17kg.web.parameters import accept, given_once, only_known
from sg17kg.web.problems import problem
from sg17kg.web.service import Service, service

router = APIRouter(prefix="/api/v1/queries", tags=["Query catalogue"])
Served = Annotated[Service, Depends(service)]
_JSON = "application/json"
_TYPES = (_JSON, *(entry.media_type for entry in formats.RESULTS))
_BY_TYPE = {entry.media_type: entry.name for entry in formats.RESULTS}


@router.get("", dependencies=[Depends(only_known)])
def catalogue(request: Request, served: Served) -> models.Page[models.QueryDescription]:
    """Every query: what it answers, what it takes, and its text, which runs as it is in any SPARQL console."""
    items = [_description(request, query) for query in served.catalogue.public()]
    return models.Page(items=items, next=None, total=len(items))


@router.get("/{name}", response_class=Response)
def run(name: str, request: Request, served: Served) -> Response:
    """One query; its parameters are query parameters. JSON, CSV, TSV, SPARQL JSON or SPARQL XML by Accept."""
    query = served.catalogue.get(name)
    if query not in served.catalogue.public():
        raise NotFound(f"no query {name!r}; /api/v1/queries lists them")
    media_type = choose(accept(request), _TYPES)
    if media_type is None:
        return problem(request, 406, f"this can be had as {', '.join(_TYPES)}")
    given_once(request)
    answer = served.store.query(query.bind(dict(request.query_params)))
    if media_type != _JSON:
        return Response(answer.serialize(_BY_TYPE[media_type]), media_type=media_type)
    rows = answer.rows()
    page = models.Page[dict[str, str | None]](items=[_plain(row) for row in rows], next=None, total=len(rows))
    return Response(page.model_dump_json(), media_type=_JSON)


def _plain(row: Row) -> dict[str, str | None]:
    return {name: term.value if term else None for name, term in row.items()}


def _description(request: Request, query: Query) -> models.QueryDescription:
    return models.QueryDescription(
        name=query.name,
        summary=query.header.summary,
        description=query.header.description,
        url=f"{root(request)}{router.prefix}/{query.name}",
        parameters=[
            models.QueryParameter(name=name, type=entry.type, description=entry.description, required=entry.required)
            for name, entry in query.header.parameters.items()
        ],
        columns=query.header.columns,
        example={name: str(entry) for name, entry in query.header.example.items()},
        sparql=query.text,
    )
