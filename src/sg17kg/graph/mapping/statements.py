"""Triples with the lines that state them: one named graph for the statements of a source, one for the evidence."""

import hashlib
from collections.abc import Iterator

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD
from rdflib.plugins.serializers.nt import _nt_row as nt_row
from rdflib.term import Node

from sg17kg.errors import BuildError
from sg17kg.facts import Lines
from sg17kg.graph.numbering import Numbering
from sg17kg.graph.rdf_terms import SG17
from sg17kg.identifiers import graph_iri, iri
from sg17kg.namespaces import FIRST_LANGUAGE

Triple = tuple[URIRef, URIRef, Node]
Quad = tuple[URIRef, URIRef, Node, URIRef]


def graph_path(source: str, language: str) -> list[str]:
    """Return the path of the graph of a language version of a document: that of the document, plus the language unless it is the first."""
    path = source.removeprefix(iri()).split("/")
    return path if language == FIRST_LANGUAGE else [*path, language]


class Statements:
    """Collector of the statements of one source. Every triple needs its lines: there is no statement without evidence."""

    def __init__(self, source: str, language: str, label: str, file: URIRef, numbering: Numbering | None = None) -> None:
        """Create a collector. `source` is the IRI of the document, `label` its name, `file` the IRI of the source file.

        `numbering` maps numbers to texts.
        """
        path = graph_path(source, language)
        self.source = URIRef(source)
        self.graph = URIRef(graph_iri(*path))
        self.evidence_graph = URIRef(graph_iri("evidence", *path))
        self.label = label
        self.numbering = numbering or Numbering()
        self._language, self._file = language, file
        self._lines: dict[Triple, set[Lines]] = {}

    def add(self, subject: str, predicate: URIRef, value: Node | str | None, lines: Lines | None) -> None:
        """Add one triple. A str value is an IRI; None adds nothing. Raises BuildError if the lines are missing."""
        if value is None:
            return
        if lines is None:
            raise BuildError(f"{self.label}: no lines for {predicate} of {subject}; extract the document anew")
        node = value if isinstance(value, Node) else URIRef(value)
        self._lines.setdefault((URIRef(subject), predicate, node), set()).add(lines)

    def describe(self, subject: str, kind: URIRef, label: str, lines: Lines | None) -> None:
        """Add class and English label of a thing."""
        self.add(subject, RDF.type, kind, lines)
        self.add(subject, RDFS.label, Literal(label, lang="en"), lines)

    def describe_text(self, number: str, kind: URIRef, lines: Lines | None) -> str:
        """Add class and number of the text that a number identifies, another number of the text as such. Return its IRI."""
        text = self.numbering.number_of(number)
        node = self.numbering.iri_of(number)
        if number in self.numbering.canonical:
            self.add(node, RDF.type, kind, lines)
            self.add(node, SG17.otherNumber, Literal(number), lines)
        else:
            self.describe(node, kind, text, lines)
            self.add(node, SG17.number, Literal(text), lines)
        return node

    def text(self, value: str | None) -> Literal | None:
        """Return a literal in the language of the document; None for None."""
        return None if value is None else Literal(value, lang=self._language)

    def version(self, name: str) -> str:
        """Return the IRI of a thing that belongs to this language version, such as finding/2.

        The IRI contains the language unless it is the first one.
        """
        return "/".join((iri(*graph_path(str(self.source), self._language)), name))

    def passage(self, lines: Lines) -> URIRef:
        """Return the IRI of a passage of the document in this language: …/zh/lines/47-51."""
        span = str(lines[0]) if lines[0] == lines[1] else f"{lines[0]}-{lines[1]}"
        return URIRef(f"{self.source}/{self._language}/lines/{span}")

    def quads(self) -> Iterator[Quad]:
        """Yield all triples, and for each one an rdf:Statement quoted from its passages."""
        for triple, places in self._lines.items():
            yield (*triple, self.graph)
            digest = hashlib.sha256(f"{nt_row(triple)}{self.graph}".encode()).hexdigest()
            statement = URIRef(iri("evidence", digest[:24]))
            yield statement, RDF.type, RDF.Statement, self.evidence_graph
            for part, value in zip((RDF.subject, RDF.predicate, RDF.object), triple, strict=True):
                yield statement, part, value, self.evidence_graph
            for lines in places:
                yield statement, PROV.wasQuotedFrom, self.passage(lines), self.evidence_graph
        cited = {lines for places in self._lines.values() for lines in places}
        for passage in {node for (_, _, node) in self._lines if isinstance(node, URIRef) and "/lines/" in node}:
            first, _, last = passage.rsplit("/", 1)[1].partition("-")
            cited.add((int(first), int(last or first)))
        for lines in sorted(cited):
            yield from self.describe_passage(lines, self.evidence_graph)

    def describe_passage(self, lines: Lines, graph: URIRef) -> Iterator[Quad]:
        """Yield the description of a passage: its document, file, first and last line."""
        passage = self.passage(lines)
        where = f"line {lines[0]}" if lines[0] == lines[1] else f"lines {lines[0]} to {lines[1]}"
        rows: list[tuple[URIRef, Node]] = [
            (RDF.type, SG17.Passage),
            (RDFS.label, Literal(f"{self.label}, {self._language}, {where}", lang="en")),
            (DCTERMS.isPartOf, self.source),
            (SG17.sourceFile, self._file),
            (SG17.firstLine, Literal(lines[0], datatype=XSD.integer)),
            (SG17.lastLine, Literal(lines[1], datatype=XSD.integer)),
        ]
        for predicate, value in rows:
            yield passage, predicate, value, graph
