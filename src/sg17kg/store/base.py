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
    """A blank node in a result; its label means something in that result alone."""

    value: str


Term = NamedNode | RdfLiteral | BlankNode
Row = Mapping[str, Term | None]


@dataclass(frozen=True)
class GraphChoice:
    """The dataset that the SPARQL protocol lets a client choose; None leaves the store's own: the union of all graphs."""

    default: Sequence[str] | None = None
    named: Sequence[str] | None = None


class QueryResult(Protocol):
    """The answer to one query; it can be read once, either as rows or as bytes."""

    @property
    def kind(self) -> Literal["solutions", "boolean", "triples"]:
        """Rows of SELECT, truth value of ASK, or triples of CONSTRUCT and DESCRIBE."""
        ...

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the columns; empty unless these are solutions."""
        ...

    def rows(self) -> list[Row]:
        """Return the solutions; a variable without a value is None."""
        ...

    def truth(self) -> bool:
        """Return the truth value."""
        ...

    def triples(self) -> list[tuple[Term, Term, Term]]:
        """Subject, property and object of each triple, each triple once. Raises StoreError where the answer has none."""
        ...

    def serialize(self, format_name: str) -> bytes:
        """Return the answer in a format of sg17kg.formats. Raises StoreError where the format does not fit the kind."""
        ...

    def write(self, output: Output, format_name: str, most: int | None = None) -> None:
        """Write the answer piece by piece, as it is found. Raises as `serialize`, and AnswerTooLarge beyond `most` rows or triples."""
        ...


class Store(Protocol):
    """A dataset that answers SPARQL 1.1 queries. Updates are not part of it."""

    @property
    def version(self) -> str:
        """What changes whenever the dataset does: the SHA-256 of its N-Quads, or a time."""
        ...

    def query(self, sparql: str, graphs: GraphChoice | None = None) -> QueryResult:
        """Run a read query. Raises QueryRefused where it is malformed, StoreError where the store cannot answer."""
        ...

    def dump(self, output: BinaryIO, format_name: str, graph: str | None = None) -> None:
        """Write the dataset, or one named graph of it, in a format of sg17kg.formats.RDF.

        A format without named graphs gets the union; N-Quads and N-Triples come in canonical order. Raises NotFound for a
        graph that is not there.
        """
        ...

    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, of the dataset's canonical form by RDFC-1.0; the same whatever blank nodes are called."""
        ...


def value(row: Row, name: str) -> str | None:
    """Return the text of one cell."""
    term = row.get(name)
    return term.value if term else None
