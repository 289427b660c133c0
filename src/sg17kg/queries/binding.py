"""Binding of parameters: RDF terms replace the sample values of a query.

A query file holds one line marked "#= parameters":

    VALUES (?number ?on) { ("X.1280" UNDEF) }  #= parameters

Binding replaces only that line, so no value ever becomes part of the query's syntax. A parameter may have several values; the query then
answers for all of them at once.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import product

from sg17kg.errors import AssetError, BadIdentifier, BadParameter
from sg17kg.identifiers import parse_number, parse_question, parse_study_period
from sg17kg.queries.header import Header, ParameterType

_MARKED = re.compile(r"^[ \t]*VALUES \((?P<variables>[^)]*)\) \{.*\}[ \t]*#= parameters[ \t]*$", re.MULTILINE)
_IRI = re.compile(r"https?://[^\x00-\x20<>\"{}|^`\\]+")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_XSD = "http://www.w3.org/2001/XMLSchema#"


def check(name: str, text: str, header: Header) -> None:
    """Raise AssetError unless the marked line binds exactly the parameters of the header."""
    match = _MARKED.search(text)
    variables = [variable.lstrip("?") for variable in match["variables"].split()] if match else []
    if sorted(variables) != sorted(header.parameters):
        raise AssetError(f"{name}: the line marked `#= parameters` binds {variables}, the header declares {list(header.parameters)}")


Argument = str | Sequence[str]


def bind(text: str, header: Header, arguments: Mapping[str, Argument]) -> str:
    """Return the query with these arguments. Raises BadParameter if one is unknown, missing, or has the wrong form."""
    unknown = sorted(set(arguments) - set(header.parameters))
    if unknown:
        known = ", ".join(header.parameters) or "none"
        raise BadParameter(f"unknown parameter {unknown[0]!r}; this query takes: {known}")
    terms: dict[str, list[str]] = {}
    for name, parameter in header.parameters.items():
        given = arguments.get(name)
        if given is None and parameter.required:
            raise BadParameter(f"parameter {name!r} is missing: {parameter.description}")
        several = [given] if isinstance(given, str) else given
        terms[name] = ["UNDEF"] if several is None else [to_sparql_term(name, parameter.type, value) for value in several]

    def values(match: re.Match[str]) -> str:
        rows = [" ".join(row) for row in product(*(terms[variable.lstrip("?")] for variable in match["variables"].split()))]
        return f"VALUES ({match['variables']}) {{ {' '.join(f'({row})' for row in rows)} }}"

    return _MARKED.sub(values, text, count=1)


def to_sparql_term(name: str, kind: ParameterType, given: str) -> str:
    """Return one argument as an RDF term in SPARQL syntax. Raises BadParameter if it does not fit its type."""
    try:
        return _term(kind, given.strip())
    except (BadIdentifier, ValueError) as error:
        raise BadParameter(f"parameter {name!r}: {error}") from error


def _term(kind: ParameterType, given: str) -> str:
    makers: dict[str, Callable[[str], str]] = {
        "number": lambda text: _string(parse_number(text)),
        "question": _question,
        "period": lambda text: _string(parse_study_period(text)),
        "date": _day,
        "integer": _integer,
        "iri": _iri,
    }
    return makers.get(kind, _string)(given)


def _question(text: str) -> str:
    group, number = parse_question(text)
    return _string(f"Q{number}/{group}")


def _day(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"{text!r} is no date; write it like 2026-06-10")
    return f'"{date.fromisoformat(text).isoformat()}"^^<{_XSD}date>'


def _integer(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError(f"{text!r} is no whole number")
    return f'"{int(text)}"^^<{_XSD}integer>'


def _iri(text: str) -> str:
    if not _IRI.fullmatch(text) or _BROKEN_ESCAPE.search(text) or not all(map(_may_stand, text)):
        raise ValueError(f"{text[:100]!r} is no IRI")
    return f"<{text}>"


def _may_stand(character: str) -> bool:
    """Return whether an IRI may contain a character: no noncharacter, no private-use character, no bracket (RFC 3987, section 2.2)."""
    code = ord(character)
    private = 0xD800 <= code <= 0xF8FF or 0xFFF0 <= code <= 0xFFFF or code >= 0xE0000
    return not private and code & 0xFFFE != 0xFFFE and not 0xFDD0 <= code <= 0xFDEF and character not in "[]"


def _string(value: str) -> str:
    """Return a SPARQL string literal, with every character escaped that could end it."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(character, character) for character in value) + '"'
