"""GET and POST /sparql: the query operation of the SPARQL 1.1 Protocol, read-only.

Queries run in worker processes; requests that wait for one do so on threads of their own, not on those of look-ups.
"""

from typing import Annotated
from urllib.parse import parse_qsl

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Response

from sg17kg import formats
from sg17kg.errors import BadParameter
from sg17kg.rendering.media_types import choose
from sg17kg.store import guard
from sg17kg.store.base import GraphChoice
from sg17kg.web.descriptions import service_description
from sg17kg.web.problems import problem
from sg17kg.web.service import Service, service

router = APIRouter(tags=["SPARQL"])
Served = Annotated[Service, Depends(service)]
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_LARGEST_BODY = 256 * 1024
_KNOWN = ("query", "default-graph-uri", "named-graph-uri")
_BY_TYPE = {entry.media_type: entry.name for entry in (*formats.RESULTS, *formats.RDF)}
_SOLUTIONS = tuple(entry.media_type for entry in formats.RESULTS)
_BOOLEANS = _SOLUTIONS[:2]
_TRIPLES = tuple(entry.media_type for entry in formats.RDF if entry.name in ("ttl", "jsonld", "nt", "rdfxml"))
_ALIASES = {"application/json": _SOLUTIONS[0], "application/xml": _SOLUTIONS[1]}
_OFFERED = {"solutions": (*_SOLUTIONS, *_ALIASES), "boolean": (*_BOOLEANS, *_ALIASES), "triples": _TRIPLES}


@router.get("/sparql", response_class=Response)
async def sparql_get(request: Request, served: Served) -> Response:
    """A query as the parameter `query`; without any parameter, the service description."""
    if not request.query_params:
        return await to_thread.run_sync(service_description, request, served)
    return await _answer(request, served, request.query_params.multi_items())


@router.post("/sparql", response_class=Response)
async def sparql_post(request: Request, served: Served) -> Response:
    """A query as a form field `query`, or as the body with the media type application/sparql-query."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            return problem(request, 413, f"the body is larger than {_LARGEST_BODY // 1024} KiB; send a shorter query")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return problem(request, 400, "the body is not UTF-8")
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type == _FORM:
        return await _answer(request, served, [*request.query_params.multi_items(), *parse_qsl(text, keep_blank_values=True)])
    if media_type == _DIRECT:
        return await _answer(request, served, [*request.query_params.multi_items(), ("query", text)])
    return problem(request, 415, f"send the query as {_FORM} (field `query`) or as {_DIRECT}")


async def _answer(request: Request, served: Service, fields: list[tuple[str, str]]) -> Response:
    if any(name == "update" for name, _ in fields):
        return problem(request, 403, "updates are not carried out: this endpoint is read-only")
    unknown = [name for name, _ in fields if name not in _KNOWN]
    if unknown:
        raise BadParameter(f"unknown parameter {unknown[0]!r}; this endpoint takes: {', '.join(_KNOWN)}")
    queries = [value for name, value in fields if name == "query"]
    if len(queries) != 1:
        raise BadParameter(f"{len(queries)} queries; send one, as the parameter `query`")
    guard.check(queries[0])
    default = [value for name, value in fields if name == "default-graph-uri"]
    named = [value for name, value in fields if name == "named-graph-uri"]
    graphs = GraphChoice(default or None, named or None)
    return await to_thread.run_sync(_run, request, served, queries[0], graphs, limiter=served.waiting)


def _run(request: Request, served: Service, query: str, graphs: GraphChoice) -> Response:
    accept = request.headers.get("accept")
    wanted = {kind: choose(accept, offered) for kind, offered in _OFFERED.items()}
    formats = {kind: _BY_TYPE[_ALIASES.get(media_type, media_type)] if media_type else None for kind, media_type in wanted.items()}
    written = served.workers.run(query, graphs, formats)
    if written.format_name is None:
        return problem(request, 406, f"this answer can be had as {', '.join(_OFFERED[written.kind])}")
    return Response(written.content, media_type=wanted[written.kind])
