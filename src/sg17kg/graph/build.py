"""Build of the dataset from data/ and ontology/: dataset.nq in canonical order, and a manifest. The same input gives the same bytes."""

import hashlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from rdflib import Graph, URIRef
from rdflib.namespace import OWL

from sg17kg import __version__, facts_json
from sg17kg.errors import BuildError
from sg17kg.facts import Facts
from sg17kg.graph.curated import decisions, findings
from sg17kg.graph.inference import OpenStore, conclude
from sg17kg.graph.ingest import graph_name, lines, provenance
from sg17kg.graph.mapping import references
from sg17kg.graph.mapping.circulars import graph_of, statements
from sg17kg.graph.mapping.letters import letter_of
from sg17kg.graph.mapping.statements import Quad
from sg17kg.graph.rdf_terms import GRAPHS
from sg17kg.identifiers import StudyPeriod, iri
from sg17kg.namespaces import FIRST_LANGUAGE
from sg17kg.queries.library import Query
from sg17kg.store.base import Store


@dataclass(frozen=True)
class Inputs:
    """Inputs of a build: folders, study periods, rules, the store that runs the rules, and whether to include rows of third parties."""

    data: Path
    ontology: Path
    periods: tuple[StudyPeriod, ...]
    rules: tuple[Query, ...]
    open_store: OpenStore
    third_party: bool = False


class Built(NamedTuple):
    """The result of a build: its manifest, and a store with the dataset that was written."""

    manifest: dict[str, object]
    store: Store


def read_documents(folder: Path, periods: tuple[StudyPeriod, ...] = ()) -> list[Facts]:
    """Return the facts of all documents, ordered by file name.

    Raises BuildError if a file is broken, or if two files are of the same document in the same language.
    """
    documents: dict[str, Path] = {}
    all_facts = []
    for path in sorted(folder.glob("*.json")):
        facts = facts_json.read(path)
        graph = graph_of(facts, periods)
        if graph in documents:
            raise BuildError(f"{path}: the same circular in the same language as {documents[graph]}; remove one")
        documents[graph] = path
        all_facts.append(facts)
    return all_facts


def _remarked(documents: Iterable[Facts], periods: tuple[StudyPeriod, ...]) -> list[Facts]:
    """Return the version of each letter to whose lines remarks refer: that in the first language, else the first one."""
    chosen: dict[str, Facts] = {}
    for facts in sorted(documents, key=lambda version: version.document.language != FIRST_LANGUAGE):
        chosen.setdefault(letter_of(facts, periods).iri, facts)
    return list(chosen.values())


def quads(inputs: Inputs) -> Iterator[Quad]:
    """Yield every statement of the dataset, with its graph."""
    documents = read_documents(inputs.data / "documents", inputs.periods)
    numbering = references.numbering(inputs.data)
    for facts in documents:
        yield from statements(facts, inputs.periods, numbering).quads()
        yield from provenance(facts, inputs.periods)
    yield from findings.quads(inputs.data / "curated" / "remarks.yaml", _remarked(documents, inputs.periods))
    yield from references.quads(inputs.data, inputs.periods, numbering, third_party=inputs.third_party)
    yield from decisions.quads(inputs.data / "curated", inputs.periods, numbering)
    yield from _ontology(inputs.ontology)


def _ontology(folder: Path) -> Iterator[Quad]:
    for path in sorted([*folder.glob("*.ttl"), *folder.glob("vocabularies/*.ttl")]):
        graph = Graph()
        try:
            graph.parse(path, format="turtle")
        except Exception as error:  # the parser of rdflib raises many kinds of exceptions
            raise BuildError(f"{path}: not Turtle: {error}") from error
        for subject, predicate, value in graph:
            if not isinstance(subject, URIRef) or not isinstance(predicate, URIRef):
                raise BuildError(f"{path}: a blank node at {predicate}; give it an IRI")
            yield subject, predicate, value, GRAPHS.ontology


def _ontology_version(folder: Path) -> str | None:
    """Return the owl:versionIRI of the ontology."""
    version = Graph().parse(folder / "sg17.ttl").value(URIRef(iri("ontology")), OWL.versionIRI)
    return str(version) if version else None


def build(inputs: Inputs, out: Path) -> Built:
    """Write dataset.nq and manifest.json into `out`, each in full or not at all. Raises BuildError."""
    rows = lines(quads(inputs))
    store = inputs.open_store(b"".join(rows))
    rows.extend(conclude(store, inputs.rules))
    rows.sort()
    rows = [row for row, _ in groupby(rows)]
    graphs = Counter(map(graph_name, rows))
    digest, size = hashlib.sha256(), 0
    for row in rows:
        digest.update(row)
        size += len(row)
    manifest: dict[str, object] = {
        "version": __version__,
        "ontology": _ontology_version(inputs.ontology),
        "quads": len(rows),
        # rows of the same triple are adjacent, as they are sorted
        "triples": sum(1 for _ in groupby(rows, key=lambda row: row.rsplit(b" ", 2)[0])),
        "graphs": dict(sorted((name.decode().strip("<>"), count) for name, count in graphs.items())),
        "documents": [
            {"name": facts.document.name, "sha256": facts.document.sha256, "graph": graph_of(facts, inputs.periods)}
            for facts in read_documents(inputs.data / "documents", inputs.periods)
        ],
        "files": {"dataset.nq": {"bytes": size, "sha256": digest.hexdigest()}},
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False).encode() + b"\n"
    _write_whole(out, {"dataset.nq": rows, "manifest.json": [text]})
    return Built(manifest, store)


def _write_whole(out: Path, files: dict[str, list[bytes]]) -> None:
    """Write the files into a temporary folder, then move them into place, the manifest last. Raises BuildError if that fails."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".building-", dir=out))
        try:
            for name, content in files.items():
                with (beside / name).open("wb") as file:
                    file.writelines(content)
            for name in files:
                (beside / name).replace(out / name)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise BuildError(f"{out}: cannot be written ({error.strerror or error}); choose another --out") from error
