"""Embedded store (pyoxigraph): in memory from N-Quads, or at rest in a folder.

Named graphs stay as they are; their union is laid into the default graph once, when the store is filled. Asking
pyoxigraph to take the union at query time would repeat a triple for every graph that states it, and count it so.
"""

import gzip
import hashlib
import io
import shutil
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

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
# Bytes of N-Quads: below that there are too few files for it to be worth the time
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
    """Named graphs, their union, and the version, into a store that is empty."""
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
        # what was loaded in bulk lies in many files; compacted, a statement of ten million is found several times as fast
        native.optimize()


def _may_name_graphs(sparql: str) -> bool:
    """Tell whether GRAPH or FROM occurs anywhere in a query, in names and strings too. pyoxigraph takes neither with escapes."""
    lowered = sparql.lower()
    return "graph" in lowered or "from" in lowered


def _triple(row: bytes) -> bytes:
    return row.rsplit(b" ", 2)[0]


def _data(verb: str, quads: Iterable[bytes], union: Iterable[bytes]) -> str:
    """INSERT DATA or DELETE DATA of rows of N-Quads, and of triples in the default graph."""
    named: dict[bytes, list[bytes]] = {}
    for row in quads:
        triple, graph, _ = row.rsplit(b" ", 2)
        named.setdefault(graph, []).append(triple)
    parts = [b" GRAPH " + graph + b" {\n" + b" .\n".join(triples) + b" }" for graph, triples in named.items()]
    return f"{verb} DATA {{\n" + (b" .\n".join(union) + b"\n" + b"\n".join(parts)).decode() + "\n}"


class EmbeddedStore:
    """A dataset in memory or at rest in a folder; safe to ask from several threads.

    `held` is the folder of the version of a store at rest that it reads; `is_new` says of one to write whether it was made just now.
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
    def from_nquads(cls, content: bytes) -> "EmbeddedStore":
        """Return a store with the statements of an N-Quads text. Raises StoreError where it is malformed."""
        native = ox.Store()
        try:
            native.bulk_load(content, format=ox.RdfFormat.N_QUADS)
            native.update(_UNION)
        except (SyntaxError, OSError, ValueError) as error:
            raise StoreError(f"the dataset cannot be read: {error}; build it anew with `sg17kg build`") from error
        return cls(native, hashlib.sha256(content).hexdigest() if len(native) else "")

    def extend(self, rows: Iterable[bytes]) -> None:
        """Add statements in N-Quads to a store in memory. Raises StoreError where they are malformed."""
        content = b"".join(kept := list(rows))
        try:
            self._native.bulk_load(content, format=ox.RdfFormat.N_QUADS)
            self._native.bulk_load(b"".join(_triple(row) + b" .\n" for row in kept), format=ox.RdfFormat.N_TRIPLES)
        except (SyntaxError, OSError, ValueError) as error:
            raise StoreError(f"statements cannot be read: {error}") from error
        self._union = None
        self._version, self._original = hashlib.sha256(self._version.encode() + content).hexdigest(), None

    def copy_union(self) -> None:
        """Copy the union of a store in memory into a store of its own, which answers the queries that name no graph.

        pyoxigraph keeps the statements of all graphs in one chain for each term: without those of named graphs a filter over the values of
        a property takes two thirds of the time.
        """
        union = ox.Store()
        union.bulk_extend(self._native.quads_for_pattern(None, None, None, ox.DefaultGraph()))
        self._union = union

    @classmethod
    def from_file(cls, path: Path) -> "EmbeddedStore":
        """Return a store with the statements of an N-Quads file. Raises StoreError where it is absent or malformed."""
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
        """Return the store at rest in a folder: to read, or to write; a new one is filled with the N-Quads of `start`.

        A reader sees the version that was the current one when it opened the store. Raises StoreError where there is none to
        read, where another program writes to it, or where it is broken.
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
        """Return one version of a store at rest, which somebody else holds. Raises StoreError."""
        store = cls(_opened(version), "")
        store._version = store._stored_version()
        return store

    def _fill(self, path: Path) -> None:
        """Make the statements of an N-Quads file the content of an empty store; in bulk, if its lines are in order.

        Raises StoreError where the file is absent, malformed, or has statements without a graph.
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
        """Read the current version of the folder to which this store writes, if there is one."""
        assert self._versions
        if (self._versions.folder / "CURRENT").exists():
            path, hold = self._versions.read()
            self._native, self._hold = _opened(path), hold
            self._version = self._stored_version()

    @staticmethod
    def verify(folder: Path) -> int:
        """Read every file of the current version of a store at rest and compare its SHA-256; gives how many files there are.

        Raises StoreError where one has other bytes than were written, or there are no checksums.
        """
        version, hold = Versions(folder).read()
        with hold:
            return check_files(version)

    @staticmethod
    def copy(folder: Path, target: Path) -> None:
        """Copy a store at rest, as it is at one moment, into a folder that is not there yet.

        Raises StoreError, and where the store has checksums, where its files are not those that were written.
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
        """Return a store with RDF files (format by extension) and, beside them, the ontology and curated graphs of a dataset.

        Raises StoreError, naming the file, for one that is absent, of an unknown extension, or malformed.
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
        """Let go of the folder; another program can write to it then."""
        self._native, self._union = ox.Store(), None
        if self._hold:
            self._hold.close()
        if self._versions:
            self._versions.close()

    def discard(self) -> None:
        """Remove a store at rest to which this one writes: one that was made just now, and in which nothing came to be kept."""
        versions, self._versions = self._versions, None
        self.close()
        if versions:
            versions.discard()

    @property
    def version(self) -> str:
        """The SHA-256 of the N-Quads that filled the store."""
        return self._version

    def rows(self) -> list[bytes]:
        """Return all statements with their graphs as rows of N-Quads, sorted; the union in the default graph is left out."""
        output = io.BytesIO()
        self.dump(output, "nq")
        return output.getvalue().splitlines(keepends=True)

    def replace(self, rows: Iterable[bytes]) -> int:
        """Make these rows the content of the store, in one transaction: all or nothing. Gives how many changed.

        Raises StoreError where it cannot be written; the store then holds what it held before.
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
        """Carry out an update: in a new version of the folder, which then becomes the current one, or in memory."""
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
            if self._hold:  # what this store read until now may go
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
        # a query without BASE has that of the service (SPARQL 1.1, section 4.1.1.2); the same under every host
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
        """IRIs of the named graphs, without the one in which a store keeps its notes, in order."""
        names = (node.value for node in self._native.named_graphs() if isinstance(node, ox.NamedNode))
        return sorted(name for name in names if name.encode() != _STORE_GRAPH)

    def _quads(self) -> Sorter:
        """Return the lines of all named graphs.

        Pyoxigraph writes a graph as triples faster than Python could leave out the default graph.
        """
        sorter = Sorter()
        for name in self._names():
            sorter.ending = f" <{name}> .\n".encode()
            self._native.dump(as_binary(sorter), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(name))
        return sorter

    def _triples(self, graph: str | None) -> Sorter:
        """Return the lines of one named graph, or of the union."""
        sorter = Sorter()
        node = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        self._native.dump(as_binary(sorter), format=ox.RdfFormat.N_TRIPLES, from_graph=node)
        return sorter


def _parsed(lines: Sorter, graph: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
    """Yield the statements of lines of N-Triples, in their order, as those of a graph."""
    for block in lines.lines():
        for quad in ox.parse(block, format=ox.RdfFormat.N_TRIPLES):
            yield quad if graph is None else ox.Quad(quad.subject, quad.predicate, quad.object, graph)
