"""The OpenAPI document, with the errors that this service sends: problem documents, and no 422."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from sg17kg.web.problems import MEDIA_TYPE

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was read, where, and what to do"},
        "instance": {"type": "string"},
    },
}
_ERRORS = {"400": "A parameter is unknown or of the wrong form", "404": "Nothing is known of it", "406": "No wanted format fits"}
_QUERY = {"name": "query", "in": "query", "schema": {"type": "string"}, "description": "A SPARQL 1.1 query that reads"}
_GRAPHS = [
    {"name": name, "in": "query", "schema": {"type": "array", "items": {"type": "string"}}, "description": "IRI of a graph to ask"}
    for name in ("default-graph-uri", "named-graph-uri")
]
_BODY = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
        },
        "application/sparql-query": {"schema": {"type": "string"}},
    },
}


def document(app: FastAPI) -> dict[str, Any]:
    """The document for all routes of an application."""
    if app.openapi_schema:
        return app.openapi_schema
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    for operations in made["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            for status, description in _ERRORS.items():
                content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
                operation["responses"].setdefault(status, {"description": description, "content": content})
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    asked = made["paths"]["/sparql"]["get"]
    asked["parameters"] = [_QUERY, *_GRAPHS]
    posted = {"operationId": "sparql_post", "summary": "Sparql Query", "description": "A query in the body", "requestBody": _BODY}
    made["paths"]["/sparql"]["post"] = {name: asked[name] for name in ("tags", "responses")} | posted
    app.openapi_schema = made
    return made
