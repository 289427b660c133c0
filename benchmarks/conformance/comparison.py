"""Whether an answer is the expected one: term by term, then by value; blank nodes up to their names.

By value means: numbers and booleans of one datatype, however written, and language tags in large or small letters.
"""

import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import graph_diff, isomorphic
from rdflib.namespace import XSD
from rdflib.term import Node

from benchmarks.conformance.answers import CELL, RS, Answer, Row, Rows, read

_MOST_SHOWN = 3
_INTEGERS = (
    *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
    *("negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
)
_DECIMALS = frozenset((XSD.decimal, *(XSD[name] for name in _INTEGERS)))


@dataclass(frozen=True)
class Outcome:
    """What came of a test. It passes where `given` is empty; `by_value` is whether it does so by value alone."""

    expected: str = ""
    given: str = ""
    by_value: bool = False

    @property
    def passes(self) -> bool:
        """Whether the answer is the expected one."""
        return not self.given


PASSED = Outcome()


def compare_written(want: Answer, content: bytes, form: str) -> Outcome:
    """The outcome for an answer as it was written, in one of the forms."""
    try:
        have = read(content, form)
    except Exception as error:  # rdflib's parsers raise errors of many kinds
        return Outcome(f"{form} that can be read", f"{type(error).__name__}: {error}")
    return compare(want, have)


def compare(want: Answer, have: Answer) -> Outcome:
    """The outcome of a test that expects one answer and has got another."""
    if isinstance(want, bool) or isinstance(have, bool):
        return PASSED if want is have else Outcome(_in_short(want), _in_short(have))
    if type(want) is not type(have):
        return Outcome(type(want).__name__, type(have).__name__)
    if _equal(want, have):
        return PASSED
    want, have = _mapped(want, _value), _mapped(have, _value)
    return Outcome(by_value=True) if _equal(want, have) else _difference(want, have)


def _in_short(answer: Answer) -> str:
    return str(answer).lower() if isinstance(answer, bool) else type(answer).__name__


def _equal(want: Rows | Graph, have: Rows | Graph) -> bool:
    if isinstance(want, Rows) and isinstance(have, Rows):
        if want.variables != have.variables:
            return False
        have = replace(have, ordered=want.ordered)
    return isomorphic(_graph(want), _graph(have))


def _graph(answer: Rows | Graph) -> Graph:
    """Rows as a graph: a node for each that differs from the others, with how often it is there, or with its place."""
    if isinstance(answer, Graph):
        return answer
    graph = Graph()
    marked = [(row, RS["index"], place) for place, row in enumerate(answer.rows)] if answer.ordered else (
        [(row, RS["count"], times) for row, times in Counter(answer.rows).items()])  # fmt: skip
    for row, mark, number in marked:
        node = BNode()
        graph.add((node, mark, Literal(number)))
        for name, term in row:
            graph.add((node, RS[f"variable/{name}"], term))
    return graph


def _mapped(answer: Rows | Graph, change: Callable[[Node], Node]) -> Rows | Graph:
    """The answer with each term changed."""
    if isinstance(answer, Rows):
        return replace(answer, rows=tuple(frozenset((name, change(term)) for name, term in row) for row in answer.rows))
    graph = Graph()
    for s, p, o in answer:
        graph.add((s, p, change(o)))
    return graph


def _value(term: Node) -> Node:
    """A literal in one way of writing it; any other term, and a literal that its datatype does not allow, as it is."""
    if not isinstance(term, Literal):
        return term
    if term.language:
        return Literal(str(term), lang=term.language.lower())
    try:
        written = _written(str(term), term.datatype)
    except (ValueError, InvalidOperation, OverflowError):
        return term
    return term if written is None else Literal(written, datatype=term.datatype)


def _written(text: str, datatype: URIRef | None) -> str | None:
    if datatype in _DECIMALS:
        return f"{Decimal(text).normalize():f}"
    if datatype == XSD.float:
        return repr(struct.unpack("f", struct.pack("f", float(text)))[0])
    if datatype in (XSD.double, CELL):
        return repr(float(text))
    return {"0": "false", "1": "true"}.get(text) if datatype == XSD.boolean else None


def _difference(want: Rows | Graph, have: Rows | Graph) -> Outcome:
    if isinstance(want, Graph) or isinstance(have, Graph):
        _, missing, surplus = graph_diff(_graph(want), _graph(have))
        return Outcome(f"{len(missing)} triples that do not come", f"{len(surplus)} triples that are not expected")
    if want.variables != have.variables:
        return Outcome(f"the variables {sorted(want.variables)}", f"the variables {sorted(have.variables)}")
    wanted, given = Counter(map(_shown, want.rows)), Counter(map(_shown, have.rows))
    if wanted == given and want.ordered and [*map(_shown, want.rows)] != [*map(_shown, have.rows)]:
        return Outcome("the rows in order", "the same rows in another order")
    if wanted == given:
        return Outcome("other blank nodes in the same rows", "the same rows, with blank nodes shared otherwise")
    return Outcome(_listed(wanted - given, "no other row"), _listed(given - wanted, "no row for it"))


def _shown(row: Row) -> str:
    """A row as text; blank nodes without their names."""
    return ", ".join(f"?{name} = {_term(term)}" for name, term in sorted(row)) or "a row without values"


def _term(term: Node) -> str:
    if isinstance(term, Literal) and term.datatype == CELL:
        return f'"{term}"'
    return "_:" if isinstance(term, BNode) else term.n3()


def _listed(rows: Counter[str], none: str) -> str:
    found = sorted(rows.elements())
    more = [f"{len(found) - _MOST_SHOWN} more"] if len(found) > _MOST_SHOWN else []
    return "; ".join(found[:_MOST_SHOWN] + more) or none
