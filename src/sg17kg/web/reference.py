"""GET /docs: the OpenAPI document as a page: each address, what it gives, what it takes. No script, nothing from elsewhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from sg17kg.rendering.page import Cell, Table, page
from sg17kg.web.parameters import only_known

router = APIRouter(tags=["Operation"], dependencies=[Depends(only_known)])
_METHODS = ("get", "post")
_TEXT = (
    "Every address of this service, as /openapi.json describes it. Lists take limit and cursor; errors are problem documents (RFC 9457); "
    "HEAD and OPTIONS work everywhere. Queries of the catalogue, with their parameters, are at /api/v1/queries."
)
_EXAMPLES = {
    "number": "X.1280", "name": "X.oob-sa", "sg": "17", "n": "10", "period": "2025-2028", "group": "sg17", "month": "2026-06",
}  # fmt: skip
_OWN_EXAMPLES = {
    "/api/v1/circulars/{period}/{number}": "/api/v1/circulars/2025-2028/104",
    "/api/v1/consultations/{period}/{number}": "/api/v1/consultations/2025-2028/104",
    "/api/v1/queries/{name}": "/api/v1/queries/question-owning?number=X.1280",
    "/api/v1/search": "/api/v1/search?q=authentication",
    "/api/v1/resolve": "/api/v1/resolve?id=x1280",
    "/api/v1/evidence": "/api/v1/evidence?s=rec/X.1280",
    "/dumps/{name}": "/dumps/SHA256SUMS",
    "/ontology.{extension}": "/ontology.ttl",
    "/graph/{path}": "/graph/curated.html",
}


@router.get("/docs", response_class=Response)
def reference(request: Request) -> Response:
    """The addresses of this service, for people."""
    document = request.app.openapi()
    tables = [Table(tag, ("Address", "Gives", "Takes"), rows) for tag, rows in _by_tag(document).items()]
    links = [Cell("sg17kg", "/"), Cell("OpenAPI", "/openapi.json"), Cell("Queries", "/api/v1/queries")]
    return Response(page(f"REST interface, version {document['info']['version']}", _TEXT, tables, links), media_type="text/html")


def _by_tag(document: Mapping[str, Any]) -> dict[str, list[tuple[Cell, Cell, Cell]]]:
    found: dict[str, list[tuple[Cell, Cell, Cell]]] = {}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if operation := operations.get(method):
                address = Cell(f"{method.upper()} {path}", _example(path) if method == "get" else None)
                row = (address, Cell(_first_line(operation)), _together(_parameters(document, operation)))
                found.setdefault(operation.get("tags", ["Other"])[0], []).append(row)
    return found


def _example(path: str) -> str | None:
    """An address that can be followed; None where none is known."""
    if path in _OWN_EXAMPLES:
        return _OWN_EXAMPLES[path]
    filled = path
    for name, value in _EXAMPLES.items():
        filled = filled.replace(f"{{{name}}}", value)
    return None if "{" in filled else filled


def _first_line(operation: Mapping[str, Any]) -> str:
    return str(operation.get("description") or operation.get("summary") or "").partition("\n")[0]


def _parameters(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[Cell]:
    for given in operation.get("parameters", ()):
        parameter = _resolved(document, given)
        if parameter["in"] in ("path", "query"):
            needed = " (needed)" if parameter.get("required") else ""
            yield Cell(f"{parameter['name']}{needed}: {parameter.get('description', '')}")


def _resolved(document: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = given
    if "$ref" in given:
        found = document
        for part in str(given["$ref"]).removeprefix("#/").split("/"):
            found = found[part]
    assert isinstance(found, Mapping)
    return found


def _together(cells: Iterator[Cell]) -> Cell:
    first, *rest = (*cells, Cell(""))
    return Cell(first.text, more=tuple(rest[:-1]))
