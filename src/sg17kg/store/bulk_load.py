"""Loading of a remote store: graph by graph, in batches, resumable, verified by hash.

Each graph is emptied, filled, read back and compared before the next one. Its SHA-256 is recorded in a graph of the loader's own, so that
a second run can skip the graph. The union of all graphs is loaded last: into the default graph if the server keeps a separate one, else
into a named graph, which queries then use.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sg17kg.errors import QueryRefused, StoreError, UpstreamError
from sg17kg.store.base import GraphChoice, value
from sg17kg.store.remote import STORE_GRAPH, UNION, RemoteStore

_BATCH = 1000
_HASH = "https://w3id.org/sg17kg/ontology#sha256"
_VERSION = "http://purl.org/dc/terms/hasVersion"
_PROBE = f'<{STORE_GRAPH}/probe> <{_HASH}> "probe"'


@dataclass(frozen=True)
class Loaded:
    """Result of a load: graphs written, graphs that were already loaded, the total of statements, and the version of the dataset."""

    written: int
    kept: int
    statements: int
    version: str


def load(rows: Iterable[bytes], store: RemoteStore, progress: Callable[[int], None] = lambda _: None) -> Loaded:
    """Replace the named graphs of a store by those of these N-Quads rows. `progress` is called with the number of rows of each graph.

    Raises StoreError if the statements read back differ from those written, and what RemoteStore raises.
    """
    ordered = sorted(set(rows), key=lambda row: (_graph(row), row))
    graphs = {name: list(group) for name, group in groupby(ordered, key=_graph)}
    known = _notes(store)
    written = 0
    for name, own in graphs.items():
        digest = _sha256(own)
        if known.get(name) != digest:
            _replace(store, name, own, digest)
            written += 1
        progress(len(own))
    for name in sorted(set(known) - set(graphs) - {UNION}):
        store.update(f"DROP SILENT GRAPH <{name}>")
        _forget(store, name)
    _replace_union(store, ordered, known)
    version = _sha256(sorted(ordered))
    store.update(f"DELETE WHERE {{ GRAPH <{STORE_GRAPH}> {{ <{STORE_GRAPH}> <{_VERSION}> ?v }} }}")
    store.update(f'INSERT DATA {{ GRAPH <{STORE_GRAPH}> {{ <{STORE_GRAPH}> <{_VERSION}> "{version}" }} }}')
    return Loaded(written, len(graphs) - written, len(ordered), version)


def _graph(row: bytes) -> str:
    return row.rsplit(b" ", 2)[1].decode().strip("<>")


def _triple(row: bytes) -> bytes:
    return row.rsplit(b" ", 2)[0]


def _sha256(rows: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(rows)).hexdigest()


def _notes(store: RemoteStore) -> Mapping[str, str]:
    """Return the SHA-256 of each graph that earlier runs loaded completely."""
    found = store.query(f"SELECT ?g ?h {{ GRAPH <{STORE_GRAPH}> {{ ?g <{_HASH}> ?h }} }}", GraphChoice()).rows()
    return {value(row, "g") or "": value(row, "h") or "" for row in found}


def _forget(store: RemoteStore, graph: str) -> None:
    store.update(f"DELETE WHERE {{ GRAPH <{STORE_GRAPH}> {{ <{graph}> <{_HASH}> ?h }} }}")


def _note(store: RemoteStore, graph: str, digest: str) -> None:
    store.update(f'INSERT DATA {{ GRAPH <{STORE_GRAPH}> {{ <{graph}> <{_HASH}> "{digest}" }} }}')


def _replace(store: RemoteStore, graph: str, rows: Sequence[bytes], digest: str) -> None:
    """Empty a graph, fill it, read it back, and record its hash. The old record is removed first, so that an aborted run leaves none."""
    _forget(store, graph)
    store.update(f"DROP SILENT GRAPH <{graph}>")
    for batch in _batches([_triple(row) for row in rows]):
        store.update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{batch}\n}} }}")
    back = store.graph_rows(graph)
    if _sha256(back) != digest:
        raise StoreError(f"{graph}: {len(rows)} statements were written, {len(back)} read back, and they differ: {_difference(rows, back)}")
    _note(store, graph, digest)


def _difference(written: Sequence[bytes], back: Sequence[bytes]) -> str:
    """Return one statement that was read back although it was not written, and one that is missing."""
    lost, new = sorted(set(written) - set(back)), sorted(set(back) - set(written))
    return " instead of ".join(rows[0].decode().strip() if rows else "nothing" for rows in (new, lost))


def _replace_union(store: RemoteStore, rows: Sequence[bytes], known: Mapping[str, str]) -> None:
    """Load the union of all graphs, each triple once."""
    triples = sorted({_triple(row) for row in rows})
    digest = _sha256(triples)
    if known.get(UNION) == digest:
        return
    own = _has_default_graph(store)
    _forget(store, UNION)
    store.update("CLEAR SILENT DEFAULT" if own else f"DROP SILENT GRAPH <{UNION}>")
    for batch in _batches(triples):
        store.update(f"INSERT DATA {{\n{batch}\n}}" if own else f"INSERT DATA {{ GRAPH <{UNION}> {{\n{batch}\n}} }}")
    _note(store, UNION, digest)


def _has_default_graph(store: RemoteStore) -> bool:
    """Return whether the server has a default graph of its own; some servers use the union of the named graphs instead."""
    try:
        store.update(f"INSERT DATA {{ {_PROBE} }}")
    except (QueryRefused, UpstreamError):
        return False
    named = store.query(f"ASK {{ GRAPH ?g {{ {_PROBE} }} }}", GraphChoice()).truth()
    found = store.query(f"ASK {{ {_PROBE} }}", GraphChoice()).truth()
    store.update(f"DELETE DATA {{ {_PROBE} }}")
    return found and not named


def _batches(triples: Sequence[bytes]) -> Iterator[str]:
    for start in range(0, len(triples), _BATCH):
        yield " .\n".join(triple.decode() for triple in triples[start : start + _BATCH]) + " ."
