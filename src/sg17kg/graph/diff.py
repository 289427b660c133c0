"""Comparison of two datasets: statements added and removed for each thing, or an RDF patch."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sg17kg.namespaces import GRAPH

_LABEL = b"<http://www.w3.org/2000/01/rdf-schema#label>"
_ASIDE = (f"<{GRAPH}evidence/".encode(), f"<{GRAPH}provenance>".encode())


@dataclass(frozen=True, order=True)
class Change:
    """Change of one thing: its kind (`added`, `removed` or `changed`), its label, and the triples (N-Triples, no dot) added and removed."""

    iri: str
    kind: str
    label: str
    came: tuple[str, ...]
    went: tuple[str, ...]


def changes(before: Collection[bytes], after: Collection[bytes]) -> list[Change]:
    """Return the changes between two datasets in N-Quads rows, ordered by IRI. Graphs of evidence and provenance are left out."""
    old, new = set(_triples(before)), set(_triples(after))
    was, now = {subject for subject, _ in old}, {subject for subject, _ in new}
    labels = {**_labels(old), **_labels(new)}
    came, went = _by_subject(new - old), _by_subject(old - new)
    found = []
    for subject in sorted({*came, *went}):
        kind = "changed" if subject in was and subject in now else "added" if subject in now else "removed"
        iri = subject.decode().strip("<>")
        found.append(Change(iri, kind, labels.get(subject, iri), came.get(subject, ()), went.get(subject, ())))
    return found


def patch(before: Iterable[bytes], after: Iterable[bytes]) -> Iterator[bytes]:
    """Yield an RDF patch: removals (D), then additions (A), of quads, in one transaction. Source: RDF Patch, Apache Jena."""
    old, new = set(before), set(after)
    yield b"TX .\n"
    yield from (b"D " + row for row in sorted(old - new))
    yield from (b"A " + row for row in sorted(new - old))
    yield b"TC .\n"


def _triples(rows: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield (subject, triple) of each row outside the graphs of evidence and provenance."""
    for row in rows:
        triple, graph, _ = row.rsplit(b" ", 2)
        if not graph.startswith(_ASIDE):
            yield triple.split(b" ", 1)[0], triple


def _by_subject(triples: Iterable[tuple[bytes, bytes]]) -> dict[bytes, tuple[str, ...]]:
    found: dict[bytes, list[str]] = {}
    for subject, triple in sorted(triples):
        found.setdefault(subject, []).append(triple.decode())
    return {subject: tuple(texts) for subject, texts in found.items()}


def _labels(triples: Iterable[tuple[bytes, bytes]]) -> dict[bytes, str]:
    found = {}
    for subject, triple in sorted(triples, reverse=True):
        _, predicate, value = triple.split(b" ", 2)
        if predicate == _LABEL and value.endswith(b"@en"):
            found[subject] = value.decode().rsplit('"', 1)[0].lstrip('"')
    return found
