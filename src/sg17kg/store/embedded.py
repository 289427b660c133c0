"""The embedded store: pyoxigraph, in memory from a dataset in N-Quads, or at rest in a folder.

Named graphs stay as they are; their union is laid into the default graph once, when the store is filled. Asking
pyoxigraph to take the union at query time would repeat a triple for every graph that states it, and count it so.
"""

import gzip
import hashlib
import io
import shutil
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Literal, TypeVar

import pyoxigraph as ox

from sg17kg.errors import NotFound, QueryRefused, StoreError
from sg17kg.namespaces import GRAPH, PREFIXES
from sg17kg.store.at_rest import Versions
from sg17kg.store.base import Blank, GraphChoice, Iri, Row, Term, Text

_UNION = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
_STORE_GRAPH = f"{GRAPH}store".encode()
_VERSION = "http://purl.org/dc/terms/hasVersion"
_KNOWN_BESIDE = tuple(f"<{GRAPH}{name}> .".encode() for name in ("ontology", "curated"))
_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_RDF = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
}
_T = TypeVar("_T")
_Native = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class EmbeddedAnswer:
    """An answer of pyoxigraph; serialised by pyoxigraph itself."""

    def __init__(self, native: _Native) -> None:
        self._native = native

    @property
    def kind(self) -> Literal["solutions", "boolean", "triples"]:
        """See base.Answer."""
        if isinstance(self._native, ox.QuerySolutions):
            return "solutions"
        return "boolean" if isinstance(self._native, ox.QueryBoolean) else "triples"

    @property
    def variables(self) -> tuple[str, ...]:
        """See base.Answer."""
        return tuple(variable.value for variable in self._native.variables) if isinstance(self._native, ox.QuerySolutions) else ()

    def rows(self) -> list[Row]:
        """See base.Answer."""
        if not isinstance(self._native, ox.QuerySolutions):
            raise StoreError("this answer has no rows; ask with SELECT")
        names = self.variables
        return [_row(names, solution) for solution in _translated(lambda: list(_solutions(self._native)))]

    def truth(self) -> bool:
        """See base.Answer."""
        if not isinstance(self._native, ox.QueryBoolean):
            raise StoreError("this answer has no truth value; ask with ASK")
        return bool(self._native)

    def serialize(self, format_name: str) -> bytes:
        """See base.Answer."""
        native = self._native
        if isinstance(native, ox.QueryTriples):
            return _written(native, format_name)
        results = _RESULTS.get(format_name)
        if results is None or (isinstance(native, ox.QueryBoolean) and format_name in ("csv", "tsv")):
            raise StoreError(f"this answer cannot be written as {format_name}")
        return _translated(lambda: native.serialize(format=results) or b"")


class _Triples(EmbeddedAnswer):
    """Triples that came from elsewhere."""

    def __init__(self, triples: Sequence[ox.Triple]) -> None:
        self._triples = triples

    @property
    def kind(self) -> Literal["solutions", "boolean", "triples"]:
        """See base.Answer."""
        return "triples"

    @property
    def variables(self) -> tuple[str, ...]:
        """See base.Answer."""
        return ()

    def rows(self) -> list[Row]:
        """See base.Answer."""
        raise StoreError("this answer has no rows; ask with SELECT")

    def truth(self) -> bool:
        """See base.Answer."""
        raise StoreError("this answer has no truth value; ask with ASK")

    def serialize(self, format_name: str) -> bytes:
        """See base.Answer."""
        return _written(self._triples, format_name)


def answer_from(content: bytes, format_name: Literal["json", "nt"]) -> EmbeddedAnswer:
    """The answer that another store wrote: SPARQL JSON results, or triples in N-Triples. Raises ValueError where it is neither."""
    try:
        if format_name == "json":
            return EmbeddedAnswer(ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON))
        return _Triples([quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES)])
    except (SyntaxError, OSError) as error:
        raise ValueError(str(error)) from error


def _written(triples: Iterable[ox.Triple], format_name: str) -> bytes:
    rdf = _RDF.get(format_name)
    if rdf is None:
        raise StoreError(f"triples cannot be written as {format_name}")
    return _translated(lambda: ox.serialize(dict.fromkeys(triples), format=rdf, prefixes=PREFIXES) or b"")


def _solutions(native: _Native) -> Sequence[ox.QuerySolution]:
    return list(native) if isinstance(native, ox.QuerySolutions) else []


def _row(names: Sequence[str], solution: ox.QuerySolution) -> Mapping[str, Term | None]:
    return {name: _term(solution[name]) for name in names}


def _term(node: object) -> Term | None:
    if isinstance(node, ox.NamedNode):
        return Iri(node.value)
    if isinstance(node, ox.Literal):
        return Text(node.value, node.datatype.value, node.language)
    return Blank(node.value) if isinstance(node, ox.BlankNode) else None


def _translated(action: Callable[[], _T]) -> _T:
    """pyoxigraph raises SyntaxError for malformed queries and OSError or RuntimeError for the rest."""
    try:
        return action()
    except SyntaxError as error:
        first = str(error).splitlines()[0]
        raise QueryRefused(f"malformed SPARQL: {first}") from error
    except (OSError, RuntimeError, ValueError) as error:
        if "custom function" in str(error):
            raise QueryRefused(f"malformed SPARQL: {error}; use functions of SPARQL 1.1") from error
        raise StoreError(f"the store could not answer: {error}") from error


def _graph(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise NotFound(f"{iri!r} is no IRI of a graph; write it in full, https://w3id.org/sg17kg/graph/…") from error


def _opened(path: Path) -> ox.Store:
    try:
        return ox.Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        raise StoreError(f"{path}: the store cannot be opened: {error}; restore a backup") from error


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
    """A dataset in memory or at rest in a folder; safe to ask from several threads."""

    def __init__(self, native: ox.Store, version: str) -> None:
        self._native = native
        self._version = version
        self._versions: Versions | None = None
        self._hold: BinaryIO | None = None

    @classmethod
    def from_nquads(cls, content: bytes) -> "EmbeddedStore":
        """A store with the statements of an N-Quads text. Raises StoreError where it is malformed."""
        native = ox.Store()
        try:
            native.bulk_load(content, format=ox.RdfFormat.N_QUADS)
            native.update(_UNION)
        except (SyntaxError, OSError, ValueError) as error:
            raise StoreError(f"the dataset cannot be read: {error}; build it anew with `sg17kg build`") from error
        return cls(native, hashlib.sha256(content).hexdigest())

    @classmethod
    def from_file(cls, path: Path) -> "EmbeddedStore":
        """A store with the statements of an N-Quads file. Raises StoreError where it is absent or malformed."""
        try:
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        except (OSError, EOFError, zlib.error) as error:
            raise StoreError(f"{path}: no dataset ({error}); build one with `sg17kg build`") from error
        return cls.from_nquads(content)

    @classmethod
    def at(cls, folder: Path, *, write: bool = False, start: Path | None = None) -> "EmbeddedStore":
        """The store at rest in a folder: to read, or to write; a new one is filled with the N-Quads of `start`.

        A reader sees the version that was the current one when it opened the store. Raises StoreError where there is none to
        read, where another program writes to it, or where it is broken.
        """
        versions = Versions(folder)
        if not write:
            path, hold = versions.read()
            store = cls(_opened(path), "")
            store._hold = hold
        else:
            versions.lock()
            store = cls(ox.Store(), "")
            store._versions = versions
            try:
                store._reopen()
            except StoreError:
                versions.close()
                raise
            if start is not None and not store.version:
                store.replace(cls.from_file(start).rows())
        store._version = store._stored_version()
        return store

    def _reopen(self) -> None:
        """Read the current version of the folder to which this store writes, if there is one."""
        assert self._versions
        if (self._versions.folder / "CURRENT").exists():
            path, hold = self._versions.read()
            self._native, self._hold = _opened(path), hold
            self._version = self._stored_version()

    @staticmethod
    def copy(folder: Path, target: Path) -> None:
        """Copy a store at rest, as it is at one moment, into a folder that is not there yet. Raises StoreError."""
        if target.exists():
            raise StoreError(f"{target}: is there already; name a new folder")
        source = EmbeddedStore.at(folder)
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
        """A store with RDF files (format by extension) and, beside them, the ontology and curated graphs of a dataset.

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
        self._native = ox.Store()
        if self._hold:
            self._hold.close()
        if self._versions:
            self._versions.close()

    @property
    def version(self) -> str:
        """The SHA-256 of the N-Quads that filled the store."""
        return self._version

    def rows(self) -> list[bytes]:
        """All statements with their graphs as rows of N-Quads, sorted; the union in the default graph is left out."""
        output = io.BytesIO()
        self.dump(output, "nq")
        return output.getvalue().splitlines(keepends=True)

    def replace(self, rows: Iterable[bytes]) -> int:
        """Make these rows the content of the store, in one transaction: all or nothing. Gives how many changed.

        Raises StoreError where it cannot be written; the store then holds what it held before.
        """
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

    def query(self, sparql: str, graphs: GraphChoice | None = None) -> EmbeddedAnswer:
        """See base.Store. Queries of strangers must have passed guard.check."""
        chosen = graphs or GraphChoice()
        default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
        named: list[ox.NamedNode | ox.BlankNode] | None = None
        if chosen.default is not None:
            default = [ox.NamedNode(iri) for iri in chosen.default]
        if chosen.named is not None:
            named = [ox.NamedNode(iri) for iri in chosen.named]
        if named is not None and default is None:
            default = []
        native = _translated(lambda: self._native.query(sparql, default_graph=default, named_graphs=named))
        return EmbeddedAnswer(native)

    def dump(self, output: BinaryIO, format_name: str, graph: str | None = None) -> None:
        """See base.Store."""
        rdf = _RDF[format_name]
        if format_name in ("nq", "nt"):
            plain = io.BytesIO()
            self._dump(plain, rdf, graph)
            output.writelines(sorted(plain.getvalue().splitlines(keepends=True)))
        else:
            self._dump(output, rdf, graph)

    def _dump(self, output: BinaryIO, rdf: ox.RdfFormat, graph: str | None) -> None:
        if graph is not None:
            node = _graph(graph)
            if not self._native.contains_named_graph(node):
                raise NotFound(f"no graph {graph}; `sg17kg sparql 'SELECT DISTINCT ?g {{ GRAPH ?g {{}} }}'` lists them")
            self._native.dump(output, format=rdf, from_graph=node, prefixes=PREFIXES)
        elif rdf.supports_datasets:
            aside = (ox.DefaultGraph(), ox.NamedNode(_STORE_GRAPH.decode()))
            named = (quad for quad in self._native if quad.graph_name not in aside)
            ox.serialize(named, output, format=rdf, prefixes=PREFIXES)
        else:
            self._native.dump(output, format=rdf, from_graph=ox.DefaultGraph(), prefixes=PREFIXES)
