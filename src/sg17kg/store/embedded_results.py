"""Query results of pyoxigraph, as rows or serialised, and results of other stores in the same form."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, Literal, TypeVar, cast

import pyoxigraph as ox

from sg17kg.errors import AnswerTooLarge, QueryRefused, StoreError
from sg17kg.namespaces import PREFIXES
from sg17kg.store.base import BlankNode, NamedNode, RdfLiteral, Row, Term
from sg17kg.store.limits import Output, RowCounter

_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
RDF = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
}
_T = TypeVar("_T")
_Native = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class EmbeddedResult:
    """A query result of pyoxigraph, which also serialises it."""

    def __init__(self, native: _Native) -> None:
        self._native = native

    @property
    def kind(self) -> Literal["solutions", "boolean", "triples"]:
        """See base.QueryResult."""
        if isinstance(self._native, ox.QuerySolutions):
            return "solutions"
        return "boolean" if isinstance(self._native, ox.QueryBoolean) else "triples"

    @property
    def variables(self) -> tuple[str, ...]:
        """See base.QueryResult."""
        return tuple(variable.value for variable in self._native.variables) if isinstance(self._native, ox.QuerySolutions) else ()

    def rows(self) -> list[Row]:
        """See base.QueryResult."""
        if not isinstance(self._native, ox.QuerySolutions):
            raise StoreError("this answer has no rows; ask with SELECT")
        names = self.variables
        return [_row(names, solution) for solution in translated(lambda: list(_solutions(self._native)))]

    def truth(self) -> bool:
        """See base.QueryResult."""
        if not isinstance(self._native, ox.QueryBoolean):
            raise StoreError("this answer has no truth value; ask with ASK")
        return bool(self._native)

    def triples(self) -> list[tuple[Term, Term, Term]]:
        """See base.QueryResult."""
        native = self._native
        if not isinstance(native, ox.QueryTriples):
            raise StoreError("this answer has no triples; ask with CONSTRUCT")
        return translated(lambda: [_triple(triple) for triple in _once_each(native, None)])

    def serialize(self, format_name: str) -> bytes:
        """See base.QueryResult."""
        output = io.BytesIO()
        self.write(output, format_name)
        return output.getvalue()

    def write(self, output: Output, format_name: str, most: int | None = None) -> None:
        """See base.QueryResult."""
        native = self._native
        if isinstance(native, ox.QueryTriples):
            _write_triples(native, output, format_name, most)
            return
        results = _RESULTS.get(format_name)
        if results is None or (isinstance(native, ox.QueryBoolean) and format_name in ("csv", "tsv")):
            raise StoreError(f"this answer cannot be written as {format_name}")
        counted = output if most is None else RowCounter(output, format_name, most)
        translated(lambda: native.serialize(as_binary(counted), format=results))


class _Triples(EmbeddedResult):
    """Triples that another store returned."""

    def __init__(self, triples: Sequence[ox.Triple]) -> None:
        self._triples = triples

    @property
    def kind(self) -> Literal["solutions", "boolean", "triples"]:
        """See base.QueryResult."""
        return "triples"

    @property
    def variables(self) -> tuple[str, ...]:
        """See base.QueryResult."""
        return ()

    def rows(self) -> list[Row]:
        """See base.QueryResult."""
        raise StoreError("this answer has no rows; ask with SELECT")

    def truth(self) -> bool:
        """See base.QueryResult."""
        raise StoreError("this answer has no truth value; ask with ASK")

    def triples(self) -> list[tuple[Term, Term, Term]]:
        """See base.QueryResult."""
        return [_triple(triple) for triple in _once_each(self._triples, None)]

    def write(self, output: Output, format_name: str, most: int | None = None) -> None:
        """See base.QueryResult."""
        _write_triples(self._triples, output, format_name, most)


def answer_from(content: bytes, format_name: Literal["json", "nt"]) -> EmbeddedResult:
    """Parse the response of another store: SPARQL JSON results, or triples in N-Triples. Raises ValueError if it is malformed."""
    try:
        if format_name == "json":
            return EmbeddedResult(ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON))
        return _Triples([quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES)])
    except (SyntaxError, OSError) as error:
        raise ValueError(str(error)) from error


def _write_triples(triples: Iterable[ox.Triple], output: Output, format_name: str, most: int | None) -> None:
    rdf = RDF.get(format_name)
    if rdf is None:
        raise StoreError(f"triples cannot be written as {format_name}")
    translated(lambda: ox.serialize(_once_each(triples, most), as_binary(output), format=rdf, prefixes=PREFIXES))


def _once_each(triples: Iterable[ox.Triple], most: int | None) -> Iterator[ox.Triple]:
    seen: set[ox.Triple] = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            if most is not None and len(seen) > most:
                raise AnswerTooLarge(f"the answer has more than {most:,} triples; add LIMIT and OFFSET, or take the dump")
            yield triple


def as_binary(output: Output) -> BinaryIO:
    """Return the output as a BinaryIO, of which pyoxigraph calls only `write` and `flush`."""
    return cast("BinaryIO", output)


def _solutions(native: _Native) -> Sequence[ox.QuerySolution]:
    return list(native) if isinstance(native, ox.QuerySolutions) else []


def _row(names: Sequence[str], solution: ox.QuerySolution) -> Mapping[str, Term | None]:
    return {name: _term(solution[name]) for name in names}


def _triple(triple: ox.Triple) -> tuple[Term, Term, Term]:
    subject, predicate, value = (_term(node) for node in (triple.subject, triple.predicate, triple.object))
    assert subject
    assert predicate
    assert value
    return subject, predicate, value


def _term(node: object) -> Term | None:
    if isinstance(node, ox.NamedNode):
        return NamedNode(node.value)
    if isinstance(node, ox.Literal):
        return RdfLiteral(node.value, node.datatype.value, node.language)
    return BlankNode(node.value) if isinstance(node, ox.BlankNode) else None


def translated(action: Callable[[], _T]) -> _T:
    """Run an action, and raise QueryRefused for the SyntaxError of a malformed query, StoreError for other errors of pyoxigraph."""
    try:
        return action()
    except SyntaxError as error:
        first = str(error).splitlines()[0]
        raise QueryRefused(f"malformed SPARQL: {first}") from error
    except (OSError, RuntimeError, ValueError) as error:
        if "custom function" in str(error):
            raise QueryRefused(f"malformed SPARQL: {error}; use functions of SPARQL 1.1") from error
        raise StoreError(f"the store could not answer: {error}") from error
