"""Store in memory whose statements are listed, added and removed one by one, with the union of its graphs kept up to date."""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from sg17kg.namespaces import GRAPH
from sg17kg.store.embedded import EmbeddedStore

_DEFAULT = ox.DefaultGraph()
_INFERRED = f"<{GRAPH}inferred/"


class MutableStore(EmbeddedStore):
    """An embedded store in memory (graph/maintenance.py, ChangingStore). It has no version: its content is not that of a file.

    Graphs below `_INFERRED` hold what rules infer. A triple that only they state counts as stated by none in the lists of changed triples,
    because a rule may ask whether anything but itself states it.
    """

    def match(self, subject: str | None, predicate: str | None, value: str | None, graph: str | None) -> Iterator[bytes]:
        """Yield the N-Quads rows with these terms (N-Triples; None: any). The store must not change meanwhile."""
        found = self._native.quads_for_pattern(_named(subject), _named(predicate), _term(value), _named(graph))
        return (f"{quad} .\n".encode() for quad in found if quad.graph_name != _DEFAULT)

    def stated_once(self, rows: Iterable[bytes]) -> list[bytes]:
        """Return those of these rows whose triple no source states in another graph than those of these rows."""
        kept = list(rows)
        quads = list(_parsed(kept))
        among = set(quads)
        return [row for row, quad in zip(kept, quads, strict=True) if all(other in among for other in self._sources_of(quad))]

    def add(self, rows: Iterable[bytes]) -> list[bytes]:
        """Add N-Quads rows that are not in the store. Return those whose triple no source stated."""
        kept = list(rows)
        quads = list(_parsed(kept))
        new = [row for row, quad in zip(kept, quads, strict=True) if not any(True for _ in self._sources_of(quad))]
        self._native.extend(quads)
        triples = [_in_union(quad) for quad in quads]
        self._native.extend(triples)
        if self._union:
            self._union.extend(triples)
        return new

    def remove(self, rows: Iterable[bytes]) -> None:
        """Remove N-Quads rows."""
        quads = list(_parsed(rows))
        for quad in quads:
            self._native.remove(quad)
        for quad in quads:
            if not any(True for _ in self._stating(quad)):
                triple = _in_union(quad)
                self._native.remove(triple)
                if self._union:
                    self._union.remove(triple)

    def _sources_of(self, quad: ox.Quad) -> Iterator[ox.Quad]:
        return (other for other in self._stating(quad) if not str(other.graph_name).startswith(_INFERRED))

    def _stating(self, quad: ox.Quad) -> Iterator[ox.Quad]:
        """Yield the statements of a triple in named graphs."""
        found = self._native.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return (other for other in found if other.graph_name != _DEFAULT)


def _in_union(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)


def _named(term: str | None) -> ox.NamedNode | None:
    return None if term is None else ox.NamedNode(term[1:-1])


def _term(term: str | None) -> ox.NamedNode | ox.Literal | None:
    if term is None or term.startswith("<"):
        return _named(term)
    value = next(iter(ox.parse(f"<x:s> <x:p> {term} .", format=ox.RdfFormat.N_TRIPLES))).object
    assert isinstance(value, ox.Literal)
    return value


def _parsed(rows: Iterable[bytes]) -> Iterator[ox.Quad]:
    return iter(ox.parse(b"".join(rows), format=ox.RdfFormat.N_QUADS))
