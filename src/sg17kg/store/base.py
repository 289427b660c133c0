"""Interface of a store: terms, rows, query results, dumps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol

from sg17kg.store.limits import Output


@dataclass(frozen=True)
class NamedNode:
    """An IRI in a result."""

    value: str


@dataclass(frozen=True)
class RdfLiteral:
    """A literal in a result: lexical form, datatype IRI, language tag or None."""

    value: str
    datatype: str
    language: str | None = None


@dataclass(frozen=True)
class BlankNode:
    """A blank node in a result. Its label is valid only within that result."""

    value: str


Term = NamedNode | RdfLiteral | BlankNode
Row = Mapping[str, Term | None]


@dataclass(frozen=True)
class GraphChoice:
    """The RDF dataset that a client chooses through the SPARQL protocol. None stands for the store's own: the union of all graphs."""

    default: Sequence[str] | None = None
    named: Sequence[str] | None = None


class QueryResult(Protocol):
    """The result of one query. It can be read once, either as rows or as bytes."""

    @property
    def kind(self) -> Literal["solutions", "boolean", "triples"]:
        """Kind of the result: rows of SELECT, the boolean of ASK, or triples of CONSTRUCT and DESCRIBE."""
        ...

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the columns; empty unless the kind is solutions."""
        ...

    def rows(self) -> list[Row]:
        """Return the solutions. An unbound variable is None."""
        ...

    def truth(self) -> bool:
        """Return the boolean of ASK."""
        ...

    def triples(self) -> list[tuple[Term, Term, Term]]:
        """Return subject, property and object of each distinct triple. Raises StoreError if the result has no triples."""
        ...

    def serialize(self, format_name: str) -> bytes:
        """Return the result in a format of sg17kg.formats. Raises StoreError if the format does not fit the kind."""
        ...

    def write(self, output: Output, format_name: str, most: int | None = None) -> None:
        """Write the result incrementally, as it is computed. Raises as `serialize`, and AnswerTooLarge beyond `most` rows or triples."""
        ...


class Store(Protocol):
    """A dataset that answers SPARQL 1.1 queries. The interface has no updates."""

    @property
    def version(self) -> str:
        """Version that changes whenever the dataset does: the SHA-256 of its N-Quads, or a time."""
        ...

    def query(self, sparql: str, graphs: GraphChoice | None = None) -> QueryResult:
        """Run a read query. Raises QueryRefused if it is malformed, StoreError if the store cannot answer."""
        ...

    def dump(self, output: BinaryIO, format_name: str, graph: str | None = None) -> None:
        """Write the dataset, or one named graph of it, in a format of sg17kg.formats.RDF.

        A format without named graphs gets the union. N-Quads and N-Triples are in canonical order. Raises NotFound if there is no such
        graph.
        """
        ...

    def fingerprint(self) -> str:
        """Return the hexadecimal SHA-256 of the dataset's canonical form by RDFC-1.0, which does not depend on blank node labels."""
        ...


def value(row: Row, name: str) -> str | None:
    """Return the text of one cell, or None if the cell is empty."""
    term = row.get(name)
    return term.value if term else None
