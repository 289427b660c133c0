"""GET /api/v1/queries: each public query file as a route."""

import re

from fastapi import APIRouter, Depends, Request, Response

from sg17kg import formats
from sg17kg.errors import BadParameter, NotFound
from sg17kg.queries.library import Query
from sg17kg.rendering.media_types import choose
from sg17kg.store.base import Row
from sg17kg.web import models
from sg17kg.web.api.links import root
from sg17kg.web.api.parameters import Cursor, Limit, accept, paginate, reject_repeated_parameters, reject_unknown_parameters
from sg17kg.web.dependencies import ContextDep
from sg17kg.web.problem_details import problem

router = APIRouter(prefix="/api/v1/queries", tags=["Query catalogue"])
_JSON = "application/json"
_PAGE, _LARGEST_PAGE = 50, 500
_TYPES = (_JSON, *(entry.media_type for entry in formats.RESULTS))
_BY_TYPE = {entry.media_type: entry.name for entry in formats.RESULTS}


@router.get("", dependencies=[Depends(reject_unknown_parameters)])
def catalogue(request: Request, served: ContextDep, limit: Limit = 500, cursor: Cursor = None) -> models.Page[models.QueryDescription]:
    """Every query: what it answers, what it takes, and its text, which runs as it is in any SPARQL console."""
    items = [_description(request, query) for query in served.catalogue.public()]
    return paginate(request, items, limit, cursor)


@router.get("/{name}", response_class=Response)
def run(name: str, request: Request, served: ContextDep) -> Response:
    """One query; its parameters are query parameters. JSON, CSV, TSV, SPARQL JSON or SPARQL XML by Accept.

    JSON comes whole, or in pages where `limit` (1 to 500) or `cursor` is given.
    """
    query = served.catalogue.get(name)
    if query not in served.catalogue.public():
        raise NotFound(f"no query {name!r}; /api/v1/queries lists them")
    media_type = choose(accept(request), _TYPES)
    if media_type is None:
        return problem(request, 406, f"this can be had as {', '.join(_TYPES)}")
    reject_repeated_parameters(request)
    arguments = dict(request.query_params)
    limit, cursor = arguments.pop("limit", None), arguments.pop("cursor", None)
    answer = served.store.query(query.bind(arguments))
    if media_type != _JSON:
        return Response(answer.serialize(_BY_TYPE[media_type]), media_type=media_type)
    rows = answer.rows()
    most = _most(limit) if limit is not None or cursor is not None else max(1, len(rows))
    chosen = paginate(request, [_plain(row) for row in rows], most, cursor)
    return Response(chosen.model_dump_json(), media_type=_JSON)


def _most(given: str | None) -> int:
    """Return the number of rows of a page. Raises BadParameter."""
    if given is None:
        return _PAGE
    if not re.fullmatch(r"[0-9]{1,3}", given) or not 1 <= int(given) <= _LARGEST_PAGE:
        raise BadParameter(f"limit {given[:20]!r} is no whole number from 1 to {_LARGEST_PAGE}")
    return int(given)


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
