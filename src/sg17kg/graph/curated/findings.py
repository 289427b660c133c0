"""Mapping of findings of human readers that no rule can find (data/curated/remarks.yaml), with their lines."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS

from sg17kg.errors import BuildError
from sg17kg.facts import Facts
from sg17kg.graph.curated.yaml_lists import rows_of
from sg17kg.graph.mapping.circulars import statements
from sg17kg.graph.mapping.statements import Quad, Statements
from sg17kg.graph.rdf_terms import GRAPHS, SG17, VOC
from sg17kg.identifiers import iri

GRAPH = GRAPHS.curated


def quads(path: Path, documents: Iterable[Facts]) -> Iterator[Quad]:
    """Yield findings of human readers, with their lines as passages of the document. Raises BuildError for an unknown document."""
    said = {str(document.source): document for document in map(statements, documents)}
    numbers: dict[str, int] = {}
    for row in rows_of(path, "document", "lines", "code", "severity", "message"):
        source = iri("circular", *row["document"].split("/"))
        if source not in said:
            raise BuildError(f"{path}: no document {row['document']} in data/documents; correct its study period and number")
        numbers[source] = numbers.get(source, 0) + 1
        yield from _remark(URIRef(f"{source}/remark/{numbers[source]}"), row, said[source])


def _remark(node: URIRef, row: dict[str, Any], document: Statements) -> Iterator[Quad]:
    message = " ".join(str(row["message"]).split())
    yield node, RDF.type, SG17.Finding, GRAPH
    yield node, RDFS.label, Literal(f"{row['code']}: {message}", lang="en"), GRAPH
    yield node, SG17.findingIn, document.source, GRAPH
    yield node, SG17.findingCode, Literal(row["code"]), GRAPH
    yield node, SG17.severity, VOC[f"severity/{row['severity']}"], GRAPH
    yield node, SG17.message, Literal(message, lang="en"), GRAPH
    yield node, SG17.basis, VOC["basis/curated"], GRAPH
    lines = row["lines"] if isinstance(row["lines"], list) else [row["lines"]]
    for number in lines:
        yield node, SG17.statedIn, document.passage((number, number)), GRAPH
        yield from document.describe_passage((number, number), GRAPH)
