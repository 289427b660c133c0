"""Ingestion of one language version of a document, or of one file of editions, into a dataset, with the statements that follow from it.

An addition replaces the graphs that it contains, and the rules run again over all sources. So adding it twice changes nothing, and a newer
version of a document replaces the older one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD
from rdflib.plugins.serializers.nt import _nt_row as nt_row

from sg17kg import __version__
from sg17kg.facts import EditionFacts, Facts
from sg17kg.graph.inference import OpenStore, Premises, conclude
from sg17kg.graph.joining import no_other_numbers, one_text
from sg17kg.graph.maintenance import ChangingStore
from sg17kg.graph.mapping import editions
from sg17kg.graph.mapping.circulars import graph_of, source_iri, statements
from sg17kg.graph.mapping.statements import Quad
from sg17kg.graph.numbering import Numbering, numbering_of
from sg17kg.graph.rdf_terms import GRAPHS, SG17
from sg17kg.identifiers import StudyPeriod, graph_iri, iri, slug
from sg17kg.namespaces import FIRST_LANGUAGE, GRAPH
from sg17kg.queries.library import Query

_INFERRED = f"<{GRAPH}inferred/".encode()
_SOURCE_FILE = f" <{SG17.sourceFile}> ".encode()
_PROVENANCE = f"<{GRAPHS.provenance}>".encode()


@dataclass(frozen=True)
class Patch:
    """The N-Quads rows of one source, the graphs that they replace, and a label for people.

    `joined` maps each other number that it adds to the number that names the text: statements about the former become statements about the
    text. `parted` are numbers that were other numbers of a text but are no longer, because a second pair has them.
    """

    label: str
    graphs: frozenset[str]
    rows: tuple[bytes, ...]
    joined: Mapping[str, str] = field(default_factory=dict)
    parted: frozenset[str] = frozenset()

    def known_to(self, known: Iterable[bytes]) -> bool:
        """Return whether these rows already contain its graphs unchanged."""
        names = {f"<{graph}>".encode() for graph in self.graphs}
        return {row for row in known if graph_name(row) in names} == {row for row in self.rows if graph_name(row) in names}


def of_document(facts: Facts, periods: tuple[StudyPeriod, ...] = (), numbering: Numbering | None = None) -> Patch:
    """Return the patch for one language version of a document: statements, evidence and provenance. Other versions stay unchanged.

    `periods` give the study period of a circular that the document mentions with its date; `numbering` maps numbers to texts. Raises
    BuildError if nothing identifies the document.
    """
    said = statements(facts, periods, numbering)
    rows = lines([*said.quads(), *provenance(facts, periods)])
    language = facts.document.language
    label = said.label if language == FIRST_LANGUAGE else f"{said.label}, {language}"
    return Patch(label, frozenset({str(said.graph), str(said.evidence_graph)}), tuple(rows))


def of_editions(
    name: str,
    sha256: str,
    found: Sequence[EditionFacts],
    read_on: date,
    known: Numbering | None = None,
    everything: Sequence[EditionFacts] | None = None,
) -> Patch:
    """Return the patch for editions from a file, folder or archive of Relaton YAML. A newer one of the same name replaces the older one.

    `known` is the numbering of other catalogues; `everything` are all editions that are added together with these ones.
    """
    numbering = numbering_of(found if everything is None else everything, known)
    graph, source = URIRef(graph_iri("reference", "relaton", slug(name))), URIRef(iri("source", sha256))
    provenance_rows: tuple[Quad, ...] = (
        (graph, RDF.type, PROV.Entity, GRAPHS.provenance),
        (graph, PROV.wasDerivedFrom, source, GRAPHS.provenance),
        (source, RDF.type, SG17.Catalogue, GRAPHS.provenance),
        (source, RDFS.label, Literal(f"Relaton YAML {name}", lang="en"), GRAPHS.provenance),
        (source, DCTERMS.issued, Literal(read_on.isoformat(), datatype=XSD.date), GRAPHS.provenance),
    )
    rows = lines([*((*triple, graph) for triple in editions.triples(found, numbering, everything)), *provenance_rows])
    parted = frozenset(known.canonical.keys() - numbering.canonical.keys()) if known else frozenset()
    return Patch(name, frozenset({str(graph)}), tuple(rows), numbering.canonical, parted)


def together(label: str, parts: Sequence[Patch]) -> Patch:
    """Return several patches as one, under one label."""
    joined = {other: number for part in parts for other, number in part.joined.items()}
    graphs = frozenset(graph for part in parts for graph in part.graphs)
    parted = frozenset(number for part in parts for number in part.parted)
    return Patch(label, graphs, tuple(row for part in parts for row in part.rows), joined, parted)


def provenance(facts: Facts, periods: tuple[StudyPeriod, ...] = ()) -> Iterator[Quad]:
    """Yield the file from which a graph was made, and the version of the extractor."""
    graph, source = URIRef(graph_of(facts, periods)), URIRef(source_iri(facts))
    document = facts.document
    rows = (
        (graph, RDF.type, PROV.Entity),
        (graph, PROV.wasDerivedFrom, source),
        (graph, SG17.extractorVersion, Literal(__version__)),
        (source, RDF.type, SG17.SourceFile),
        (source, RDFS.label, Literal(f"File {document.name}", lang="en")),
        (source, SG17.fileName, Literal(document.name)),
        (source, SG17.sha256, Literal(document.sha256)),
        (source, SG17.lineCount, Literal(document.lines, datatype=XSD.integer)),
        (source, DCTERMS.language, Literal(document.language)),
    )
    for subject, predicate, value in rows:
        yield subject, predicate, value, GRAPHS.provenance


def lines(quads: Iterable[Quad]) -> list[bytes]:
    """Return the quads as distinct N-Quads lines, sorted by their bytes."""
    rows = {f"{nt_row((s, p, o))[:-3]} {g.n3()} .\n".encode() for s, p, o, g in quads}
    return sorted(rows)


def graph_name(row: bytes) -> bytes:
    """Return the graph of a row of N-Quads, in angle brackets."""
    return row.rsplit(b" ", 2)[1]


def apply_patch(known: Iterable[bytes], addition: Patch, rules: Sequence[Query], open_store: OpenStore) -> list[bytes]:
    """Return all rows of the dataset with the addition, sorted and distinct: the sources and the statements inferred from them."""
    return store_with(known, addition, rules, open_store)[0]


def store_with(known: Iterable[bytes], addition: Patch, rules: Sequence[Query], open_store: OpenStore) -> tuple[list[bytes], Premises]:
    """Return the same rows as `apply_patch`, and a store that contains them."""
    replaced = {f"<{graph}>".encode() for graph in addition.graphs}
    files = _files_of(known_rows := list(known), replaced)
    files -= {row.split(b" ", 3)[2] for row in known_rows if _SOURCE_FILE in row and graph_name(row) not in replaced}
    known_rows = list(no_other_numbers(known_rows, addition.parted))
    kept = [row for row in one_text(known_rows, addition.joined) if _stays(row, replaced, files)]
    stated = sorted({*kept, *addition.rows})
    store = open_store(b"".join(stated))
    return sorted({*stated, *conclude(store, rules)}), store


def replaced_by(addition: Patch, store: ChangingStore) -> set[bytes]:
    """Return the rows of a store that an addition replaces: those of its graphs, and their provenance.

    A file stays described as long as another graph has passages of it, such as remarks of a curator.
    """
    rows = {row for graph in addition.graphs for row in store.match(None, None, None, f"<{graph}>")}
    provenance_rows = {row for graph in addition.graphs for row in store.match(f"<{graph}>", None, None, _PROVENANCE.decode())}
    files = _files_of(provenance_rows, {f"<{graph}>".encode() for graph in addition.graphs})
    of_files = {
        row
        for file in files
        if all(row in rows for row in store.match(None, f"<{SG17.sourceFile}>", file.decode(), None))
        for row in store.match(file.decode(), None, None, _PROVENANCE.decode())
    }
    return rows | provenance_rows | of_files


def _files_of(rows: Iterable[bytes], graphs: set[bytes]) -> set[bytes]:
    """Return the source files from which the graphs were made."""
    derived = f" <{PROV.wasDerivedFrom}> ".encode()
    return {row.split(b" ", 3)[2] for row in rows if derived in row and row.split(b" ", 1)[0] in graphs}


def _stays(row: bytes, replaced: set[bytes], files: set[bytes]) -> bool:
    """Return whether a row is kept when graphs are replaced. Inferred rows and the provenance of replaced graphs are not."""
    graph = graph_name(row)
    if graph in replaced or graph.startswith(_INFERRED):
        return False
    subject = row.split(b" ", 1)[0]
    return not (graph == _PROVENANCE and (subject in replaced or subject in files))
