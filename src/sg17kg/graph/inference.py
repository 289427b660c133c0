"""Inference over several sources: each rule in queries/rules/ is a CONSTRUCT query with its own graph.

A rule sees the sources and the statements that rules of a lower `order` inferred; rules of the same order do not see each other. A graph of
inferred statements is only written by its rule: no inferred statement is maintained by hand.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Protocol

from rdflib import Literal
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS

from sg17kg.errors import BuildError
from sg17kg.identifiers import graph_iri
from sg17kg.queries.library import Query
from sg17kg.store.base import Store


class Premises(Store, Protocol):
    """A store that rules query, and to which the statements that they infer are added."""

    def extend(self, rows: Iterable[bytes]) -> None:
        """Add statements in N-Quads."""
        ...


OpenStore = Callable[[bytes], Premises]


def infer(rows: Iterable[bytes], rules: Iterable[Query], open_store: OpenStore) -> list[bytes]:
    """Return the N-Quads rows that all rules infer from the rows of the sources. Raises BuildError for a rule that is no CONSTRUCT."""
    return list(conclude(open_store(b"".join(rows)), rules))


def conclude(store: Premises, rules: Iterable[Query]) -> Iterator[bytes]:
    """Yield the N-Quads rows that all rules infer, and add them to the store. Raises BuildError for a rule that is no CONSTRUCT."""
    by_order = sorted(rules, key=lambda rule: (rule.header.order, rule.name))
    for _, together in groupby(by_order, key=lambda rule: rule.header.order):
        new = [row for rule in together for row in _conclusions(rule, store)]
        store.extend(new)
        yield from new


def _conclusions(rule: Query, store: Store) -> list[bytes]:
    answer = store.query(rule.text)
    if answer.kind != "triples":
        raise BuildError(f"queries/rules/{rule.name}.rq: a rule is a CONSTRUCT")
    graph = graph_iri("inferred", rule.name)
    triples = [line[:-1].decode() for line in answer.serialize("nt").splitlines() if line.strip()]
    return sorted({f"{triple}<{graph}> .\n".encode() for triple in (*triples, *(_words(rule, graph) if triples else ()))})


def _words(rule: Query, graph: str) -> list[str]:
    """Return triples that describe a graph of inferred statements by the summary and description of its rule."""
    texts = ((RDFS.label, rule.header.summary), (DCTERMS.description, " ".join(rule.header.description.split())))
    described = [f"<{graph}> {predicate.n3()} {Literal(text, lang='en').n3()} " for predicate, text in texts]
    return [f"<{graph}> {RDF.type.n3()} {PROV.Entity.n3()} ", *described]
