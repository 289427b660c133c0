"""Makes src/sg17kg/client/types.py from the OpenAPI document: `python docs/client_types.py`. A test holds the file to it."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from sg17kg import assets
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web.app import create_app

TARGET = Path(__file__).resolve().parent.parent / "src" / "sg17kg" / "client" / "types.py"
_HEAD = '''"""The JSON of REST as types: each has just the keys that come. Made by `python docs/client_types.py` from the OpenAPI document.

Days are ISO dates, moments UTC. None is what no source says. `lines` are the first and the last.
"""

from typing import Literal, NotRequired, TypedDict
'''
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_LINE = 140
# Pages are the client's own Listing; errors are exceptions
_LEFT_OUT = ("Page_", "Problem")
Schema = dict[str, Any]


def generate() -> str:
    """Return the module as Python, formatted as ruff does."""
    schemas = {name: schema for name, schema in _document()["components"]["schemas"].items() if not name.startswith(_LEFT_OUT)}
    choices = _choices(schemas)
    parts = [_HEAD, "\n".join(_alias(name, values) for values, name in sorted(choices.items(), key=lambda entry: entry[1])), ""]
    parts += [_class(name, schemas[name], choices) for name in _in_order(schemas)]
    return "\n".join(parts)


def _document() -> Schema:
    """Return the OpenAPI document: that of a service without any data."""
    with TemporaryDirectory() as folder:
        empty = Path(folder) / "dataset.nq"
        empty.touch()
        app = create_app(EmbeddedStore.from_file(empty), QueryLibrary.read(assets.folder("queries")), empty)
        return cast("Schema", json.loads(asyncio.run(_get(app, "/openapi.json"))))


async def _get(app: Any, path: str) -> bytes:
    """Return the body of an answer, straight from the application: a client for tests is not at hand where documents are made."""
    sent: list[Schema] = []

    async def receive() -> Schema:
        return {"type": "http.request"}

    async def send(message: Schema) -> None:
        sent.append(message)

    address = {"scheme": "http", "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b""}
    await app({"type": "http", "method": "GET", "http_version": "1.1", "headers": [(b"host", b"localhost")], **address}, receive, send)
    return b"".join(message.get("body", b"") for message in sent)


def _choices(schemas: Schema) -> dict[tuple[str, ...], str]:
    """Return a name for each closed set of values: of the shortest class that has it, and of its field (StatusCode)."""
    found: dict[tuple[str, ...], str] = {}
    for name in sorted(schemas, key=lambda name: (len(name), name)):
        for field, schema in schemas[name]["properties"].items():
            for form in (form for form in (schema, *schema.get("anyOf", ())) if "enum" in form):
                found.setdefault(tuple(form["enum"]), name + ("Kind" if name.lower() == field else field.title().replace("_", "")))
    return found


def _alias(name: str, values: tuple[str, ...]) -> str:
    whole = f"{name} = Literal[{', '.join(json.dumps(value) for value in values)}]"
    if len(whole) <= _LINE:
        return whole
    return "\n".join([f"{name} = Literal[", *(f"    {json.dumps(value)}," for value in values), "]"])


def _in_order(schemas: Schema) -> list[str]:
    """Return the names of the classes, each after those that it mentions."""
    order: dict[str, None] = {}

    def add(name: str, path: tuple[str, ...] = ()) -> None:
        if name in path:
            raise ValueError(f"{name} mentions itself through {' and '.join(path)}; such types are not written")
        for other in sorted(_mentioned(schemas[name])):
            if other not in order:
                add(other, (*path, name))
        order.setdefault(name)

    for name in sorted(schemas):
        add(name)
    return list(order)


def _mentioned(schema: object) -> set[str]:
    if isinstance(schema, dict):
        own = {_name(schema)} if "$ref" in schema else set()
        return own.union(*(_mentioned(value) for value in schema.values()))
    return set().union(*(_mentioned(value) for value in schema)) if isinstance(schema, list) else set()


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _class(name: str, schema: Schema, choices: dict[tuple[str, ...], str]) -> str:
    fields = [
        f"    {field}: {_field(given, choices, field in schema.get('required', ()))}" for field, given in schema["properties"].items()
    ]
    return "\n".join(["", f"class {name}(TypedDict):", *_docstring(schema["description"]), "", *fields, ""])


def _field(schema: Schema, choices: dict[tuple[str, ...], str], required: bool) -> str:
    written = _type(schema, choices)
    return written if required else f"NotRequired[{written}]"


def _docstring(text: str) -> Iterator[str]:
    first, *rest = text.splitlines()
    if not rest:
        yield f'    """{first}"""'
        return
    yield f'    """{first}'
    yield from (f"    {line}" if line else "" for line in rest)
    yield '    """'


def _type(schema: Schema, choices: dict[tuple[str, ...], str]) -> str:
    """Return a type of Python; a tuple is a list, as it comes out of JSON."""
    match schema:
        case {"$ref": str()}:
            written = _name(schema)
        case {"anyOf": list(forms)}:
            written = " | ".join(_type(form, choices) for form in forms)
        case {"enum": list(values)}:
            written = choices[tuple(values)]
        case {"const": value}:
            written = f"Literal[{json.dumps(value)}]"
        case {"type": "array"}:
            within = dict.fromkeys(_type(entry, choices) for entry in schema.get("prefixItems", [schema.get("items")]))
            written = f"list[{' | '.join(within)}]"
        case {"type": "object"}:
            written = f"dict[str, {_type(schema['additionalProperties'], choices)}]"
        case _:
            written = _PLAIN[schema["type"]]
    return written


if __name__ == "__main__":
    TARGET.write_text(generate(), "utf-8")
