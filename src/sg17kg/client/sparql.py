"""Results of SPARQL queries: rows of terms, or a truth value (SPARQL 1.1 Query Results JSON Format)."""

from dataclasses import dataclass
from typing import Literal, cast

from sg17kg.client.answers import Answer
from sg17kg.client.errors import InvalidResponse

RESULTS = "application/sparql-results+json"
TURTLE = "text/turtle"
_KINDS = ("uri", "literal", "bnode")


@dataclass(frozen=True)
class Term:
    """A value of a row: an IRI (`uri`), a literal with its language or datatype, or a blank node. `str()` returns only the value."""

    value: str
    type: Literal["uri", "literal", "bnode"]
    lang: str | None = None
    datatype: str | None = None

    def __str__(self) -> str:
        return self.value


Row = dict[str, Term]
"""A row by the names of its variables; a variable without a value is not in it."""


def result(answer: Answer) -> list[Row] | bool | bytes:
    """Return rows for SELECT, true or false for ASK, Turtle for CONSTRUCT and DESCRIBE. Raises InvalidResponse."""
    if answer.media_type == TURTLE:
        return answer.body
    said = answer.json(RESULTS)
    try:
        return _result(said)
    except (TypeError, KeyError, AttributeError) as error:
        raise InvalidResponse(f"{answer.address} gave no result of SPARQL: {type(error).__name__} {error}") from error


def _result(said: object) -> list[Row] | bool:
    if not isinstance(said, dict):
        raise TypeError("no object")
    if isinstance(said.get("boolean"), bool):
        return bool(said["boolean"])
    return [{name: _term(given) for name, given in row.items()} for row in said["results"]["bindings"]]


def _term(given: dict[str, object]) -> Term:
    kind, value, lang, datatype = given["type"], given["value"], given.get("xml:lang"), given.get("datatype")
    if kind == "typed-literal":  # of SPARQL 1.0; some stores still use it
        kind = "literal"
    if kind not in _KINDS or not isinstance(value, str) or not isinstance(lang, str | None) or not isinstance(datatype, str | None):
        raise TypeError(f"a term of type {str(kind)[:40]!r}")
    return Term(value, cast("Literal['uri', 'literal', 'bnode']", kind), lang, datatype)
