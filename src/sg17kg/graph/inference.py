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
        new = [row for rule in together for row in _all_conclusions(rule, store)]
        store.extend(new)
        yield from new


def _all_conclusions(rule: Query, store: Store) -> list[bytes]:
    inferred = conclusions(rule, store, rule.text)
    return sorted(inferred | described(rule) if inferred else inferred)


def conclusions(rule: Query, store: Store, text: str) -> set[bytes]:
    """Return the N-Quads rows of a CONSTRUCT in the graph of a rule. Raises BuildError if the text is none."""
    answer = store.query(text)
    if answer.kind != "triples":
        raise BuildError(f"queries/rules/{rule.name}.rq: a rule is a CONSTRUCT")
    graph = graph_of_rule(rule)
    return {f"{line[:-1].decode()}{graph} .\n".encode() for line in answer.serialize("nt").splitlines() if line.strip()}


def graph_of_rule(rule: Query) -> str:
    """Return the graph of what a rule infers, in angle brackets."""
    return f"<{graph_iri('inferred', rule.name)}>"


def described(rule: Query) -> set[bytes]:
    """Return the rows that describe the graph of a rule by its summary and description."""
    graph = graph_of_rule(rule)
    texts = ((RDFS.label, rule.header.summary), (DCTERMS.description, " ".join(rule.header.description.split())))
    words = [f"{predicate.n3()} {Literal(text, lang='en').n3()}" for predicate, text in texts]
    return {f"{graph} {described} {graph} .\n".encode() for described in (f"{RDF.type.n3()} {PROV.Entity.n3()}", *words)}
