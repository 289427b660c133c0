"""Embedded store (pyoxigraph): in memory from N-Quads, or at rest in a folder.

Named graphs stay as they are. Their union is copied into the default graph once, when the store is filled. If pyoxigraph built the union
at query time, it would return and count a triple once for every graph that states it.
"""

import gzip
import hashlib
import io
import shutil
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, Self

import pyoxigraph as ox

from sg17kg.errors import NotFound, QueryRefused, StoreError
from sg17kg.namespaces import BASE, GRAPH, PREFIXES
from sg17kg.store.base import GraphChoice
from sg17kg.store.computing import enter_current
from sg17kg.store.embedded_results import RDF, EmbeddedResult, as_binary, translated
from sg17kg.store.sorted_nquads import Original, Sorter
from sg17kg.store.versions import Versions, check_files, has_sums

_BLANK_NODES = "ASK { GRAPH ?g { ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) } }"
_UNION = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
# Bytes of N-Quads; below that there are too few files for compaction to be worth the time
_COMPACTED_BEYOND = 64 * 1024**2
_STORE_GRAPH = f"{GRAPH}store".encode()
_VERSION = "http://purl.org/dc/terms/hasVersion"
_ALL_GRAPHS = GraphChoice()
_KNOWN_BESIDE = tuple(f"<{GRAPH}{name}> .".encode() for name in ("ontology", "curated"))


def _graph(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise NotFound(f"{iri!r} is no IRI of a graph; write it in full, https://w3id.org/sg17kg/graph/…") from error


def _chosen(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QueryRefused(f"{iri[:200]!r} is no IRI of a graph; write it in full, https://w3id.org/sg17kg/graph/…") from error


def _opened(path: Path) -> ox.Store:
    try:
        return ox.Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        raise StoreError(f"{path}: the store cannot be opened: {error}; restore a backup") from error


def _bulk_load(native: ox.Store, path: Path, original: Original) -> None:
    """Load the named graphs, their union, and the version into an empty store. Raises ValueError for a statement without a graph."""
    with ThreadPoolExecutor(1) as beside:
        triples = original.triples()
        sha256 = beside.submit(lambda: original.sha256)
        native.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
        if next(native.quads_for_pattern(None, None, None, ox.DefaultGraph()), None):
            raise ValueError("there are statements without a graph; give each a graph")
        native.bulk_load(triples, format=ox.RdfFormat.N_TRIPLES)
    notes = ox.NamedNode(_STORE_GRAPH.decode())
    native.add(ox.Quad(notes, ox.NamedNode(_VERSION), ox.Literal(sha256.result()), notes))
    native.flush()
    if path.stat().st_size > _COMPACTED_BEYOND:
        # a bulk load leaves many files; once they are compacted, one of ten million statements is found several times as fast
        native.optimize()


def _may_name_graphs(sparql: str) -> bool:
    """Return whether GRAPH or FROM occurs anywhere in a query, even in names and strings. pyoxigraph accepts neither with escapes."""
    lowered = sparql.lower()
    return "graph" in lowered or "from" in lowered


def _triple(row: bytes) -> bytes:
    return row.rsplit(b" ", 2)[0]


def _data(verb: str, quads: Iterable[bytes], union: Iterable[bytes]) -> str:
    """Return an INSERT DATA or DELETE DATA update of N-Quads rows and of triples in the default graph."""
    named: dict[bytes, list[bytes]] = {}
    for row in quads:
        triple, graph, _ = row.rsplit(b" ", 2)
        named.setdefault(graph, []).append(triple)
    parts = [b" GRAPH " + graph + b" {\n" + b" .\n".join(triples) + b" }" for graph, triples in named.items()]
    return f"{verb} DATA {{\n" + (b" .\n".join(union) + b"\n" + b"\n".join(parts)).decode() + "\n}"


class EmbeddedStore:
    """A dataset in memory or at rest in a folder. Queries are thread-safe.

    `held` is the folder of the version that is read, for a store at rest. `is_new` is true if a store opened for writing was just created.
    """

    def __init__(self, native: ox.Store, version: str) -> None:
        self._native = native
        self._version = version
        self._versions: Versions | None = None
        self._union: ox.Store | None = None
        self._hold: BinaryIO | None = None
        self._original: Original | None = None
        self.held: Path | None = None
        self.is_new = False

    @classmethod
    def from_nquads(cls, content: bytes) -> Self:
        """Return a store with the statements of N-Quads content. Raises StoreError if it is malformed."""
        native = ox.Store()
        try:
            native.bulk_load(content, format=ox.RdfFormat.N_QUADS)
            native.update(_UNION)
        except (SyntaxError, OSError, ValueError) as error:
            raise StoreError(f"the dataset cannot be read: {error}; build it anew with `sg17kg build`") from error
        return cls(native, hashlib.sha256(content).hexdigest() if len(native) else "")

    def extend(self, rows: Iterable[bytes]) -> None:
        """Add statements in N-Quads to a store in memory. Raises StoreError if they are malformed."""
        content = b"".join(kept := list(rows))
        try:
            self._native.bulk_load(content, format=ox.RdfFormat.N_QUADS)
            self._native.bulk_load(b"".join(_triple(row) + b" .\n" for row in kept), format=ox.RdfFormat.N_TRIPLES)
        except (SyntaxError, OSError, ValueError) as error:
            raise StoreError(f"statements cannot be read: {error}") from error
        self._union = None
        self._version, self._original = hashlib.sha256(self._version.encode() + content).hexdigest(), None

    def copy_union(self) -> None:
        """Copy the union of a store in memory into a separate store, which answers the queries that name no graph.

        pyoxigraph keeps the statements of all graphs in one chain per term. Without those of named graphs, a filter over the values of a
        property takes two thirds of the time.
        """
        union = ox.Store()
        union.bulk_extend(self._native.quads_for_pattern(None, None, None, ox.DefaultGraph()))
        self._union = union

    @classmethod
    def from_file(cls, path: Path) -> "EmbeddedStore":
        """Return a store with the statements of an N-Quads file. Raises StoreError if it is absent or malformed."""
        try:
            file = path.open("rb")
            content = gzip.decompress(file.read()) if path.suffix == ".gz" else file.read()
        except (OSError, EOFError, zlib.error) as error:
            raise StoreError(f"{path}: no dataset ({error}); build one with `sg17kg build`") from error
        store = cls.from_nquads(content)
        if path.suffix != ".gz":
            store._original = Original(file)
        return store

    @classmethod
    def at(cls, folder: Path, *, write: bool = False, start: Path | None = None) -> "EmbeddedStore":
        """Open the store at rest in a folder, for reading or writing. A new store is filled with the N-Quads of the file `start`.

        A reader sees the version that was current when it opened the store. Raises StoreError if there is no store to read, if another
        program writes to it, or if it is broken.
        """
        versions = Versions(folder)
        if not write:
            path, hold = versions.read()
            store = cls(_opened(path), "")
            store._hold, store.held = hold, path
        else:
            versions.lock()
            store = cls(ox.Store(), "")
            store._versions = versions
            try:
                store._reopen()
            except StoreError:
                versions.close()
                raise
            store.is_new = not store.version
            if start is not None and store.is_new:
                store._fill(start)
        store._version = store._stored_version()
        return store

    @classmethod
    def version_at(cls, version: Path) -> "EmbeddedStore":
        """Open one version of a store at rest, which another process holds. Raises StoreError."""
        store = cls(_opened(version), "")
        store._version = store._stored_version()
        return store

    def _fill(self, path: Path) -> None:
        """Load an N-Quads file into an empty store, in bulk if its lines are in order.

        Raises StoreError if the file is absent, malformed, or has statements without a graph.
        """
        assert self._versions
        try:
            with path.open("rb") as file:
                original = Original(file)
                if path.suffix == ".gz" or not original.in_order:
                    self.replace(self.from_file(path).rows())
                    return
                following = self._versions.begin()
                _bulk_load(ox.Store(str(following)), path, original)
        except (OSError, SyntaxError, ValueError) as error:
            raise StoreError(f"{path}: cannot be loaded: {error}") from error
        try:
            self._versions.commit(following)
        finally:
            self._reopen()

    def _reopen(self) -> None:
        """Reopen the current version of the folder to which this store writes, if there is one."""
        assert self._versions
        if (self._versions.folder / "CURRENT").exists():
            path, hold = self._versions.read()
            self._native, self._hold = _opened(path), hold
            self._version = self._stored_version()

    @staticmethod
    def verify(folder: Path) -> int:
        """Compare the SHA-256 of every file of the current version of a store at rest. Return the number of files.

        Raises StoreError if a file differs from what was written, or if there are no checksums.
        """
        version, hold = Versions(folder).read()
        with hold:
            return check_files(version)

    @staticmethod
    def copy(folder: Path, target: Path) -> None:
        """Copy a consistent snapshot of a store at rest into a folder that does not exist yet.

        Raises StoreError, also if the store has checksums and its files do not match them.
        """
        if target.exists():
            raise StoreError(f"{target}: is there already; name a new folder")
        source = EmbeddedStore.at(folder)
        if source.held and has_sums(source.held):
            check_files(source.held)
        beside = target.with_name(f".{target.name}.copying")
        try:
            shutil.rmtree(beside, ignore_errors=True)
            copy = EmbeddedStore.at(beside, write=True)
            copy.replace(source.rows())
            copy.close()
            beside.rename(target)
        except OSError as error:
            raise StoreError(f"{target}: cannot be written ({error.strerror or error}); choose another folder") from error
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    @classmethod
    def from_rdf_files(cls, paths: Sequence[Path], base: Path) -> "EmbeddedStore":
        """Return a store with RDF files (format by extension), plus the ontology and curated graphs of the dataset `base`.

        Raises StoreError, naming the file, if one is absent, malformed, without statements, or has an unknown extension.
        """
        native = ox.Store()
        for path in paths:
            format_ = ox.RdfFormat.from_extension(path.suffix.lstrip("."))
            if format_ is None:
                raise StoreError(f"{path}: unknown extension; RDF files end in .nq, .trig, .ttl, .nt, .jsonld or .rdf")
            before = len(native)
            try:
                native.load(path.read_bytes(), format=format_)
            except (SyntaxError, OSError, ValueError) as error:
                raise StoreError(f"{path}: cannot be read: {error}") from error
            if len(native) == before:
                raise StoreError(f"{path}: no RDF statements in it; facts JSON goes through `sg17kg build` first")
        content = base.read_bytes() if base.exists() else b""
        known = [row for row in content.splitlines(keepends=True) if row.rstrip().endswith(_KNOWN_BESIDE)]
        native.bulk_load(b"".join(known), format=ox.RdfFormat.N_QUADS)
        native.update(_UNION)
        return cls(native, "")

    def close(self) -> None:
        """Release the folder, so that another program can write to it."""
        self._native, self._union = ox.Store(), None
        if self._hold:
            self._hold.close()
        if self._versions:
            self._versions.close()

    def discard(self) -> None:
        """Remove the store at rest to which this one writes, if it was just created and nothing is to be kept in it."""
        versions, self._versions = self._versions, None
        self.close()
        if versions:
            versions.discard()

    @property
    def version(self) -> str:
        """SHA-256 of the N-Quads that filled the store."""
        return self._version

    def rows(self) -> list[bytes]:
        """Return all statements as sorted N-Quads rows, without the union in the default graph."""
        output = io.BytesIO()
        self.dump(output, "nq")
        return output.getvalue().splitlines(keepends=True)

    def replace(self, rows: Iterable[bytes]) -> int:
        """Replace the content of the store by these rows, in one transaction. Return the number of rows removed and added.

        Raises StoreError if the store cannot be written; its content is then unchanged.
        """
        self._original = None
        new = sorted(set(rows))
        old = self.rows()
        gone, come = set(old) - set(new), set(new) - set(old)
        version = hashlib.sha256(b"".join(new)).hexdigest()
        if version == self._stored_version():
            return 0
        old_union, new_union = {_triple(row) for row in old}, {_triple(row) for row in new}
        update = (
            f"{_data('DELETE', gone, old_union - new_union)} ;\n"
            f"CLEAR SILENT GRAPH <{_STORE_GRAPH.decode()}> ;\n"
            f"{_data('INSERT', come, new_union - old_union)} ;\n"
            f'INSERT DATA {{ GRAPH <{_STORE_GRAPH.decode()}> {{ <{_STORE_GRAPH.decode()}> <{_VERSION}> "{version}" }} }}'
        )
        try:
            self._write(update)
        except (OSError, RuntimeError, SyntaxError, ValueError) as error:
            raise StoreError(f"the store cannot be written: {error}; it holds what it held before") from error
        return len(gone) + len(come)

    def _write(self, update: str) -> None:
        """Run an update, in memory or in a new version of the folder, which then becomes the current one."""
        if self._versions is None:
            self._union = None
            self._native.update(update)
            self._version = self._stored_version()
            return
        following = self._versions.begin()
        native = ox.Store(str(following))
        native.update(update)
        native.flush()
        del native
        try:
            if self._hold:  # the version that this store read until now may be removed
                self._native = ox.Store()
                self._hold.close()
            self._versions.commit(following)
        finally:
            self._reopen()

    def _stored_version(self) -> str:
        graph = ox.NamedNode(_STORE_GRAPH.decode())
        found = next(self._native.quads_for_pattern(None, ox.NamedNode(_VERSION), None, graph), None)
        return found.object.value if found and isinstance(found.object, ox.Literal) else ""

    def query(self, sparql: str, graphs: GraphChoice | None = None) -> EmbeddedResult:
        """See base.Store. Untrusted queries must have passed guard.reject_unsafe."""
        enter_current()
        chosen = graphs or GraphChoice()
        named: list[ox.NamedNode | ox.BlankNode] | None = None if chosen.named is None else [_chosen(iri) for iri in chosen.named]
        default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = (
            None if chosen.default is None else [_chosen(iri) for iri in chosen.default]
        )
        if named is not None and default is None:
            default = []
        # a query without BASE has the base IRI of the service (SPARQL 1.1, section 4.1.1.2), the same under every host
        asked = self._union if self._union and chosen == _ALL_GRAPHS and not _may_name_graphs(sparql) else self._native
        native = translated(lambda: asked.query(sparql, base_iri=BASE, default_graph=default, named_graphs=named))
        return EmbeddedResult(native)

    def dump(self, output: BinaryIO, format_name: str, graph: str | None = None) -> None:
        """See base.Store."""
        rdf = RDF[format_name]
        if graph is not None and not self._native.contains_named_graph(_graph(graph)):
            raise NotFound(f"no graph {graph}; `sg17kg sparql 'SELECT DISTINCT ?g {{ GRAPH ?g {{}} }}'` lists them")
        if rdf == ox.RdfFormat.N_QUADS and graph is None and self._original and self._original.in_order:
            self._original.copy_to(output)
        elif rdf == ox.RdfFormat.N_QUADS and graph is None:
            output.writelines(self._quads().lines())
        elif rdf in (ox.RdfFormat.N_QUADS, ox.RdfFormat.N_TRIPLES):
            output.writelines(self._triples(graph).lines())
        elif graph is None and rdf.supports_datasets:
            quads = (quad for name in self._names() for quad in _parsed(self._triples(name), ox.NamedNode(name)))
            ox.serialize(quads, output, format=rdf, prefixes=PREFIXES)
        else:
            triples = (quad.triple for quad in _parsed(self._triples(graph)))
            ox.serialize(triples, output, format=rdf, prefixes=PREFIXES)

    def fingerprint(self) -> str:
        """See base.Store."""
        if self.query(_BLANK_NODES).truth():
            graphs = (quad for name in self._names() for quad in self._native.quads_for_pattern(None, None, None, ox.NamedNode(name)))
            dataset = ox.Dataset(graphs)
            dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
            lines = Sorter()
            ox.serialize(dataset, as_binary(lines), format=ox.RdfFormat.N_QUADS)
        else:
            lines = self._quads()
        digest = hashlib.sha256()
        for block in lines.lines():
            digest.update(block)
        return digest.hexdigest()

    def _names(self) -> list[str]:
        """Return the sorted IRIs of the named graphs, without the graph of the store's own notes."""
        names = (node.value for node in self._native.named_graphs() if isinstance(node, ox.NamedNode))
        return sorted(name for name in names if name.encode() != _STORE_GRAPH)

    def _quads(self) -> Sorter:
        """Return the N-Quads lines of all named graphs.

        Each graph is written as triples, because that is faster than leaving out the default graph in Python.
        """
        sorter = Sorter()
        for name in self._names():
            sorter.ending = f" <{name}> .\n".encode()
            self._native.dump(as_binary(sorter), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(name))
        return sorter

    def _triples(self, graph: str | None) -> Sorter:
        """Return the N-Triples lines of one named graph, or of the union."""
        sorter = Sorter()
        node = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        self._native.dump(as_binary(sorter), format=ox.RdfFormat.N_TRIPLES, from_graph=node)
        return sorter


def _parsed(lines: Sorter, graph: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
    """Yield the statements of N-Triples lines in order, as statements of a graph if one is given."""
    for block in lines.lines():
        for quad in ox.parse(block, format=ox.RdfFormat.N_TRIPLES):
            yield quad if graph is None else ox.Quad(quad.subject, quad.predicate, quad.object, graph)
