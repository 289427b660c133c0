"""Render one thing as JSON-LD, framed and compacted.

The thing is the top node. The things it refers to are nested in it, those that refer to it are under @reverse, and its classes are under
@included.

Names and forms of values are those of a context (ontology/context.jsonld): texts as language maps, days as plain strings, links as IRIs or
with the labels of their targets. A value that does not fit the form of its name is written in full, so that nothing is lost.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sg17kg.namespaces import PREFIXES

_RDF_TYPE = PREFIXES["rdf"] + "type"
_XSD = PREFIXES["xsd"]
_STRING = _XSD + "string"
Json = str | int | bool | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True)
class Literal:
    """A literal: its text, its datatype as an IRI, its language or None."""

    text: str
    datatype: str
    language: str | None = None


Triple = tuple[str, str, str | Literal]


@dataclass(frozen=True)
class _Term:
    name: str
    type: str | None
    by_language: bool


class Context:
    """A JSON-LD context: the name of each IRI, and the form of its values."""

    def __init__(self, definitions: Mapping[str, object]) -> None:
        self._terms: dict[str, _Term] = {}
        for name, given in definitions.items():
            definition = given if isinstance(given, dict) else {"@id": given}
            iri = _expanded(str(definition.get("@id", "")))
            if iri and name not in PREFIXES:
                kind = definition.get("@type")
                by_language = definition.get("@container") == "@language"
                self._terms[iri] = _Term(name, kind if kind in (None, "@id") else _expanded(str(kind)), by_language)

    @classmethod
    def read(cls, path: Path) -> "Context":
        """Return the context of a file."""
        return cls(json.loads(path.read_text("utf-8"))["@context"])

    def name(self, iri: str) -> str:
        """Return the name of a class or property, else its prefixed name, else the IRI."""
        term = self._terms.get(iri)
        return term.name if term else _compact(iri)

    def form(self, iri: str) -> _Term:
        """Return the name of a property and the form of its values; an unknown property has values of any form."""
        return self._terms.get(iri) or _Term(_compact(iri), None, False)


def framed(iri: str, triples: Iterable[Triple], context: Context, address: str) -> bytes:
    """Return the document of a thing, with `address` as its @context; keys and values are in a fixed order."""
    about: dict[str, list[tuple[str, str | Literal]]] = {}
    for subject, predicate, value in sorted(set(triples), key=repr):
        about.setdefault(subject, []).append((predicate, value))
    own = about.pop(iri, [])
    referring: dict[str, list[Json]] = {}
    for subject, said in about.items():
        for predicate, value in said:
            if value == iri:
                referring.setdefault(context.name(predicate), []).append(_node(subject, _others(said, iri), context, {}))
    document: dict[str, Json] = {"@context": address} | _node(iri, own, context, {k: _others(v, iri) for k, v in about.items()})
    known = {iri, *(value for _, value in own if isinstance(value, str))} - {value for predicate, value in own if predicate == _RDF_TYPE}
    beside: list[Json] = [
        _node(subject, said, context, {}) for subject, said in about.items() if subject not in known and not _leads_to(said, iri)
    ]
    if beside:  # the classes of the thing, with their labels
        document["@included"] = beside
    if referring:
        document["@reverse"] = dict(sorted(referring.items()))
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _leads_to(said: list[tuple[str, str | Literal]], iri: str) -> bool:
    return any(value == iri for _, value in said)


def _others(said: list[tuple[str, str | Literal]], iri: str) -> list[tuple[str, str | Literal]]:
    """Return the statements about a neighbour, without its links to the thing itself."""
    return [(predicate, value) for predicate, value in said if value != iri]


def _node(
    iri: str, said: list[tuple[str, str | Literal]], context: Context, about: Mapping[str, list[tuple[str, str | Literal]]]
) -> dict[str, Json]:
    node: dict[str, Json] = {"id": iri}
    types: list[Json] = [context.name(value) for predicate, value in said if predicate == _RDF_TYPE and isinstance(value, str)]
    if types:
        node["type"] = types[0] if len(types) == 1 else types
    for predicate, value in said:
        if predicate == _RDF_TYPE:
            continue
        form = context.form(predicate)
        if isinstance(value, Literal):
            _add_literal(node, predicate, value, form)
        else:
            neighbour = _node(value, about[value], context, {}) if value in about else None
            _add(node, form.name, neighbour or (value if form.type == "@id" else {"id": value}))
    return node


def _add_literal(node: dict[str, Json], predicate: str, value: Literal, form: _Term) -> None:
    """Add a literal in the form of its name, or in full."""
    if form.by_language:
        if value.language:
            texts = node.setdefault(form.name, {})
            assert isinstance(texts, dict)
            _add(texts, value.language, value.text)
        else:
            _add(node, _compact(predicate), _plain(value, _Term("", None, False)))
    else:
        _add(node, form.name, _plain(value, form))


def _plain(value: Literal, form: _Term) -> Json:
    if value.language:
        return {"@value": value.text, "@language": value.language}
    if form.type == value.datatype or (form.type is None and value.datatype == _STRING):
        return value.text
    if form.type is None and value.datatype == _XSD + "boolean" and value.text in ("true", "false"):
        return value.text == "true"
    if form.type is None and value.datatype == _XSD + "integer" and str(_integer(value.text)) == value.text:
        return int(value.text)
    full: dict[str, Json] = {"@value": value.text}
    return full if value.datatype == _STRING and form.type is None else full | {"@type": value.datatype}


def _integer(text: str) -> int | None:
    # JSON-LD writes longer integers with an exponent
    return int(text) if len(text) <= 15 and text.lstrip("-").isdecimal() else None


def _add(node: dict[str, Json], name: str, value: Json) -> None:
    """Add a value; several values of one name become a list."""
    if name not in node:
        node[name] = value
        return
    before = node[name]
    if isinstance(before, list):
        before.append(value)
    else:
        node[name] = [before, value]


def _expanded(name: str) -> str:
    prefix, colon, tail = name.partition(":")
    return PREFIXES[prefix] + tail if colon and prefix in PREFIXES else name


def _compact(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace and "/" not in iri[len(namespace) :]:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
