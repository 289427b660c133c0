"""What follows from several sources together: each rule in queries/rules/ is a CONSTRUCT that writes its own graph.

A rule sees the sources and what earlier rules wrote (`order` in its header). Without its rule, a graph of inferences is
not written: nothing derived is ever kept by hand.
"""

from collections.abc import Callable, Iterable

from sg17kg.catalogue.catalogue import Query
from sg17kg.errors import BuildError
from sg17kg.identifiers import graph_iri
from sg17kg.store.base import Store

OpenStore = Callable[[bytes], Store]


def infer(rows: Iterable[bytes], rules: Iterable[Query], open_store: OpenStore) -> list[bytes]:
    """The N-Quads rows of all rules, given the rows of the sources. Raises BuildError for a rule that is no CONSTRUCT."""
    known = list(rows)
    derived: list[bytes] = []
    for rule in sorted(rules, key=lambda rule: (rule.header.order, rule.name)):
        answer = open_store(b"".join(known)).query(rule.text)
        if answer.kind != "triples":
            raise BuildError(f"queries/rules/{rule.name}.rq: a rule is a CONSTRUCT")
        graph = graph_iri("inferred", rule.name).encode()
        new = sorted({line[:-1] + b"<" + graph + b"> .\n" for line in answer.serialize("nt").splitlines() if line.strip()})
        derived += new
        known += new
    return derived
