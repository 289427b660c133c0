"""GET /docs: the OpenAPI document as a page, each route with an example that runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Response

from sg17kg.web.api.links import root
from sg17kg.web.api.parameters import reject_unknown_parameters
from sg17kg.web.pages.page_context import Page

router = APIRouter(tags=["Operation"], dependencies=[Depends(reject_unknown_parameters)])
_METHODS = ("get", "post")
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


@dataclass(frozen=True)
class Address:
    """One address: method, path, an example URL to follow (None without one), what it returns, and its parameters (name, text)."""

    method: str
    path: str
    example: str | None
    gives: str
    takes: list[tuple[str, str]]


@router.get("/docs", response_class=Response)
def reference(v: Page) -> Response:
    """The addresses of this service, for people, with examples that run."""
    document = v.request.app.openapi()
    return v.page(
        "docs",
        root=root(v.request),
        version=document["info"]["version"],
        groups=_by_tag(document),
        data=[("OpenAPI", "/openapi.json", "application/json")],
    )


def _by_tag(document: Mapping[str, Any]) -> dict[str, list[Address]]:
    found: dict[str, list[Address]] = {}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if operation := operations.get(method):
                takes = list(_parameters(document, operation))
                address = Address(method.upper(), path, _example(path) if method == "get" else None, _first_line(operation), takes)
                found.setdefault(operation.get("tags", ["Other"])[0], []).append(address)
    return found


def _example(path: str) -> str | None:
    """Return an example URL to follow; None if none is known."""
    if path in _OWN_EXAMPLES:
        return _OWN_EXAMPLES[path]
    filled = path
    for name, value in _EXAMPLES.items():
        filled = filled.replace(f"{{{name}}}", value)
    return None if "{" in filled else filled


def _first_line(operation: Mapping[str, Any]) -> str:
    return str(operation.get("description") or operation.get("summary") or "").partition("\n")[0]


def _parameters(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for given in operation.get("parameters", ()):
        parameter = _resolved(document, given)
        if parameter["in"] in ("path", "query"):
            yield parameter["name"] + ("*" if parameter.get("required") else ""), parameter.get("description", "")


def _resolved(document: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = given
    if "$ref" in given:
        found = document
        for part in str(given["$ref"]).removeprefix("#/").split("/"):
            found = found[part]
    assert isinstance(found, Mapping)
    return found
