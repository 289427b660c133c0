"""OpenAPI document: problem documents instead of 422, and the statuses, headers and formats of each response.

FastAPI knows the routes and the models. This module adds what comes from middleware (validators, CORS, limits), the formats of content
negotiation, and the forms of strings that JSON Schema cannot express.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from sg17kg import formats
from sg17kg.rendering.citations import STYLES
from sg17kg.web.api.checks import CHECK, SARIF
from sg17kg.web.dependencies import DatasetContext
from sg17kg.web.linked_data.resources import CITED_KINDS, CONTEXT, KINDS, RDF
from sg17kg.web.linked_data.result_formats import WISHES
from sg17kg.web.problem_details import MEDIA_TYPE

Json = dict[str, Any]
_PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was read, where, and what to do"},
        "instance": {"type": "string"},
        "asked": {"type": "string", "description": "IRI of the thing that is not there"},
        "nearest": {
            "type": "array",
            "description": "Of a thing that is not there: those of its kind that come before and after it",
            "items": {"$ref": "#/components/schemas/Reference"},
        },
        "at_itu": {"type": ["string", "null"], "description": "Where ITU may have it"},
        "known_until": {"$ref": "#/components/schemas/KnownUntil"},
    },
}
_AT_EVERY_ADDRESS = """

HEAD is answered as GET, without a body. OPTIONS is answered with 204 and `Allow`; scripts of any site may read (CORS).
Parameters that an address does not name, or that are given twice, are errors. Errors are problem documents (RFC 9457)."""
_DESCRIPTIONS = {
    "304": "What If-None-Match or If-Modified-Since names is still so",
    "400": "A parameter is unknown or of the wrong form",
    "403": "An update: this endpoint is read-only",
    "404": "Nothing is known of it",
    "405": "Another method was used",
    "406": "No wanted format fits",
    "408": "The body did not come",
    "413": "The body is too large",
    "414": "The path is longer than any name",
    "415": "The body is of another media type",
    "416": "The file has no such range",
    "422": "The file is no whole circular, or too much for a check",
    "429": "More requests in a second than this service allows; only where it sets a limit",
    "502": "The remote store did not answer as it should; only where there is one",
    "503": "Not now; try again later",
    "504": "The query or check ran past its deadline, or the remote store did",
}
_HEADERS: dict[str, Json] = {
    "Accept-Ranges": {"description": "That ranges of the file can be had", "schema": {"enum": ["bytes"]}},
    "Allow": {"description": "The methods that there are", "schema": {"type": "string"}},
    "Cache-Control": {"description": "How long the answer may be kept", "schema": {"type": "string"}},
    "Content-Location": {"description": "The address of this format", "schema": {"type": "string", "format": "uri"}},
    "Content-Range": {"description": "Which bytes, of how many", "schema": {"type": "string", "pattern": r"^bytes (\d+-\d+|\*)/\d+$"}},
    "ETag": {"description": "What tells this answer from others (RFC 9110)", "schema": {"type": "string", "pattern": '^(W/)?"[^"]+"$'}},
    "Last-Modified": {"description": "When the dataset was written", "schema": {"type": "string", "pattern": " GMT$"}},
    "Link": {"description": "Where else to go (RFC 8288)", "schema": {"type": "string", "pattern": "^<"}},
    "Location": {"description": "Where it is", "schema": {"type": "string", "format": "uri"}},
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}},
    "Sg17kg-Limits": {"description": "What a query may take: seconds, rows, bytes", "schema": {"type": "string"}},
    "Vary": {"description": "Which headers of the request decide", "schema": {"type": "string"}},
    "X-Request-ID": {"description": "Names this request in the log; that which it sent, if a plain one", "schema": {"type": "string"}},
}
_VALIDATORS = ("ETag", "Last-Modified", "Cache-Control", "Vary")
_HEADERS_OF = {"301": ("Location",), "304": ("ETag",), "405": ("Allow",), "429": ("Retry-After",), "503": ("Retry-After",)}
_OF_THINGS = {"200": ("Link", "Content-Location"), "300": ("Link",)}
# Formats of strings that no pattern expresses; the description of the parameter says what is accepted
_FORMS = {"number": "itu-t-number", "question": "itu-t-question", "period": "study-period", "cursor": "cursor", "s": "iri", "p": "iri"}
_IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "description": "Entity tags that are at hand; 304 where one fits",
    "schema": {"type": "string"},
}
_SPARQL: Json = {"type": "string", "format": "sparql", "description": "A SPARQL 1.1 query that reads"}
_GRAPHS: Json = {"type": "array", "items": {"type": "string", "format": "absolute-iri"}, "description": "IRIs of graphs to ask"}
_WISH: Json = {
    "type": "string",
    "description": "A format, by name or media type, where Accept leaves it open; a value that is no format says nothing",
}
_ASKED: Json = {"query": _SPARQL, "default-graph-uri": _GRAPHS, "named-graph-uri": _GRAPHS, **dict.fromkeys(WISHES, _WISH)}
_BODY: Json = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {"type": "object", "properties": _ASKED, "required": ["query"], "additionalProperties": True}
        },
        "application/sparql-query": {"schema": {"type": "string", "format": "sparql"}},
    },
}
_DUMP: Json = {"url": {"type": "string"}, "media_type": {"type": "string"}, "bytes": {"type": "integer"}, "sha256": {"type": "string"}}
_DUMP_LIST: Json = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {"type": "object", "properties": _DUMP, "required": list(_DUMP), "additionalProperties": False},
        },
        "next": {"type": "null"},
        "total": {"type": "integer"},
        "fingerprint": {"type": "string", "description": "SHA-256 of the dataset's canonical form by RDFC-1.0"},
    },
    "required": ["items", "next", "total", "fingerprint"],
    "additionalProperties": False,
}
_JSON, _HTML = "application/json", "text/html"
_RDF = tuple(entry.media_type for entry in RDF)
_RESULTS = tuple(entry.media_type for entry in formats.RESULTS)
_CITATIONS = tuple(style.media_type for style in STYLES)
_DUMPS = ("text/csv", "text/plain", "application/gzip", *(entry.media_type for entry in formats.RDF))
_MEDIA_TYPES = {
    "/.well-known/void": _RDF,
    "/dataset": _RDF,
    "/sparql": (*_RESULTS, "application/xml", _JSON, *_RDF),
    "/metrics": ("text/plain",),
    CONTEXT: ("application/ld+json",),
    "/dumps/{name}": _DUMPS,
    "/dumps/": (_JSON, _HTML),
    "/ontology": (*_RDF, _HTML),
    "/ontology.{extension}": (*_RDF, _HTML),
    "/graph/{path}": (*_RDF, _HTML),
    "/api/v1/queries/{name}": (_JSON, *_RESULTS),
    CHECK: (_JSON, SARIF),
}
_NEGOTIATED = frozenset(_MEDIA_TYPES) - {"/metrics", CONTEXT, "/dumps/{name}", "/ontology.{extension}"}
_READ_BODY = ("408", "413", "415")
_NEVER_LIMITED = frozenset(("/health", "/ready", "/metrics"))


def document(app: FastAPI) -> Json:
    """Return the OpenAPI document for all routes of an application."""
    if app.openapi_schema:
        return app.openapi_schema
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    made["info"]["description"] += _AT_EVERY_ADDRESS
    _components(made)
    served = app.state.service
    assert isinstance(served, DatasetContext)
    _parameters(made["paths"], served)
    _add_post(made["paths"]["/sparql"])
    made["paths"]["/dumps/"]["get"]["responses"]["200"]["content"] = {_JSON: {"schema": _DUMP_LIST}}
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _answers(path, method, operation["responses"])
    app.openapi_schema = made
    return made


def _components(made: Json) -> None:
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    components["headers"] = {name: header | {"required": True} for name, header in _HEADERS.items()}
    components["parameters"] = {"If-None-Match": _IF_NONE_MATCH}
    components["responses"] = {
        status: {"description": text, "content": _problem(), "headers": _headers(_HEADERS_OF.get(status, ()))}
        for status, text in _DESCRIPTIONS.items()
        if status != "304"
    }


def _problem() -> Json:
    return {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _headers(always: tuple[str, ...], sometimes: tuple[str, ...] = ()) -> Json:
    """Return the headers that are always sent, by reference, and those that may be absent."""
    required = {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-ID", *always)}
    return required | {name: _HEADERS[name] for name in sometimes}


def _answers(path: str, method: str, responses: Json) -> None:
    """Complete the responses of an operation."""
    responses.pop("422", None)
    answer = responses["200"]
    if types := _media_types(path):
        told = answer.get("content", {}).get(_JSON, {}) if path.startswith(("/api/", "/dumps/")) else {}
        answer["content"] = {media_type: {"schema": _schema(media_type)} for media_type in types} | ({_JSON: told} if told else {})
    answer["headers"] = _headers(*_with_200(path))
    if method == "get":
        responses["304"] = {"description": _DESCRIPTIONS["304"], "headers": _headers(_HEADERS_OF["304"])}
    if _is_thing(path):
        for status in ("300", "301"):
            responses[status]["headers"] = _headers(_OF_THINGS.get(status, ()) or _HEADERS_OF[status])
    if path == "/dumps/{name}":
        ranged = _headers((*_VALIDATORS, "Content-Range", "Accept-Ranges"))
        responses["206"] = {"description": "The range that was asked for", "content": answer["content"], "headers": ranged}
    for status in _errors(path, method):
        responses[status] = {"$ref": f"#/components/responses/{status}"}
    if "410" in responses:
        responses["410"] |= {"content": _problem(), "headers": _headers(())}


def _schema(media_type: str) -> Json:
    """Return what is known about a format: JSON can be anything, other formats are text or bytes."""
    if media_type.endswith("json"):
        return {}
    return {"type": "string", "format": "binary"} if media_type == "application/gzip" else {"type": "string"}


def _with_200(path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the headers that always come with 200, and those that may be absent: a long result of /sparql has few of them."""
    if path == "/sparql":
        return ("Vary",), ("ETag", "Last-Modified", "Cache-Control", "Sg17kg-Limits")
    if path == CHECK:
        return ("Cache-Control", "Vary"), ()
    if path == "/dumps/{name}":
        return (*_VALIDATORS, "Accept-Ranges"), ()
    if _is_thing(path):
        return (*_VALIDATORS, *_OF_THINGS["200"]), ()
    return (*_VALIDATORS, "Link") if path.startswith(("/ontology", "/graph/")) else _VALIDATORS, ()


def _errors(path: str, method: str) -> list[str]:
    """Return the error statuses that an address can return."""
    found = ["400", "404", "405"]
    if path in _NEGOTIATED or _is_thing(path):
        found.append("406")
    if path == "/sparql":
        found += ["403", "503", *(_READ_BODY if method == "post" else ())]
    if path == CHECK:
        found += [*_READ_BODY, "422", "503"]
    if path == "/ready":
        found.append("503")
    if path == "/dumps/{name}":
        found.append("416")
    if path not in _NEVER_LIMITED:
        found.append("429")
    return found if path == CONTEXT else [*found, "502", "504"]


def _is_thing(path: str) -> bool:
    return path.removesuffix("/{path}").removeprefix("/") in KINDS


def _media_types(path: str) -> tuple[str, ...]:
    """Return the media types of an address; an empty tuple if FastAPI knows them."""
    if _is_thing(path):
        return (*_RDF, _HTML, _JSON, *(_CITATIONS if _is_cited(path) else ()))
    return _MEDIA_TYPES.get(path, ())


def _is_cited(path: str) -> bool:
    return path.split("/")[1] in CITED_KINDS


def _parameters(paths: Json, served: DatasetContext) -> None:
    """Describe the string parameters, and add those that FastAPI does not see."""
    for path, operations in paths.items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", []):
                _complete(path, parameter)
            if method == "get":
                operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/If-None-Match"})
    paths["/sparql"]["get"]["parameters"] += [{"name": name, "in": "query", "schema": schema} for name, schema in _ASKED.items()]
    _of_catalogue(paths["/api/v1/queries/{name}"]["get"], served)
    for parameter in paths["/dumps/{name}"]["get"]["parameters"]:
        if parameter.get("name") == "name":
            parameter["schema"]["enum"] = list(served.dumps.names)


def _complete(path: str, parameter: Json) -> None:
    name = parameter["name"]
    text = next((entry for entry in (parameter["schema"], *parameter["schema"].get("anyOf", ())) if entry.get("type") == "string"), None)
    if text is None:
        return
    if name in _FORMS:
        text["format"] = _FORMS[name]
    if path == "/calendar.ics" and name == "sg":
        text.setdefault("pattern", r"\S")
    if name in ("format", "extension"):
        text["enum"] = _format_names(path)
        text.pop("maxLength", None)


def _format_names(path: str) -> list[str]:
    """Return the values of `format`, which are also extensions: names and usual extensions of RDF formats, then the others."""
    names = [name for entry in RDF for name in (entry.name, entry.extension)]
    names += ["html", *(("json",) if _is_thing(path) else ()), *((style.extension for style in STYLES) if _is_cited(path) else ())]
    return list(dict.fromkeys(names))


def _of_catalogue(operation: Json, served: DatasetContext) -> None:
    """Describe the route of catalogue queries: the names, and the parameters of all queries. /api/v1/queries lists those of each."""
    queries = list(served.catalogue.public())
    taken = {name: entry for query in queries for name, entry in query.header.parameters.items()}
    operation["parameters"][0]["schema"]["enum"] = [query.name for query in queries]
    operation["parameters"].append(
        {
            "name": "parameters",
            "in": "query",
            "style": "form",
            "explode": True,
            "description": "The parameters of the query, each by its own name; /api/v1/queries tells which query takes which",
            "schema": {
                "type": "object",
                "properties": {name: {"type": "string", "description": entry.description} for name, entry in sorted(taken.items())},
                "additionalProperties": False,
            },
        }
    )
    row = {"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "null"}]}}
    page = {
        "type": "object",
        "properties": {"items": {"type": "array", "items": row}, "next": {"type": "null"}, "total": {"type": "integer"}},
        "required": ["items", "next", "total"],
        "additionalProperties": False,
    }
    operation["responses"]["200"]["content"] = {_JSON: {"schema": page}}


def _add_post(operations: Json) -> None:
    """Add POST /sparql, which does not pass through FastAPI."""
    asked = operations["get"]
    told = {"operationId": "sparql_post", "summary": "Sparql Query", "description": "A query in the body", "requestBody": _BODY}
    operations["post"] = {"tags": asked["tags"], "responses": {"200": {"description": "The answer"}}} | told
