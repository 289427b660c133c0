"""What people edit in data/curated/ as triples: groups, bodies, study periods."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from sg17kg.errors import BuildError
from sg17kg.graph.statements import Quad
from sg17kg.graph.terms import GRAPHS, KG, SG17, VOC
from sg17kg.identifiers import StudyPeriod, deliverable_iri, group_iri, iri, slug

GRAPH = GRAPHS.curated
_ORG_PART_OF = URIRef("http://www.w3.org/ns/org#subOrganizationOf")
_GROUP_CLASSES = {"study-group": SG17.StudyGroup, "advisory-group": SG17.AdvisoryGroup, "joint-coordination-activity": SG17.Group}


def quads(folder: Path, periods: tuple[StudyPeriod, ...]) -> Iterator[Quad]:
    """All curated statements. Raises BuildError where a file lacks a key."""
    try:
        for row in _rows(folder / "groups.yaml"):
            yield from _group(row)
        for row in _rows(folder / "bodies.yaml"):
            yield from _body(row)
        for row in _rows(folder / "outcomes.yaml"):
            yield from _outcome(row)
    except (KeyError, TypeError) as error:
        raise BuildError(f"{folder}: groups.yaml, bodies.yaml or outcomes.yaml lacks {error}; compare with its neighbours") from error
    for period in periods:
        node = KG[f"period/{period.name}"]
        yield from _thing(node, SG17.StudyPeriod, [Literal(f"Study period {period.name}", lang="en")])
        yield node, SKOS.notation, Literal(period.name), GRAPH
        yield node, SG17.startDate, Literal(period.start.isoformat(), datatype=XSD.date), GRAPH
        yield node, SG17.endDate, Literal(period.end.isoformat(), datatype=XSD.date), GRAPH


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        return list(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise BuildError(f"{path}: {error}") from error


def _thing(node: URIRef, kind: URIRef, labels: list[Literal]) -> Iterator[Quad]:
    yield node, RDF.type, kind, GRAPH
    for label in labels:
        yield node, RDFS.label, label, GRAPH


def _group(row: dict[str, Any]) -> Iterator[Quad]:
    node = URIRef(group_iri(row["key"]))
    yield from _thing(node, _GROUP_CLASSES[row["kind"]], [Literal(row["key"], lang="en")])
    yield node, SKOS.notation, Literal(row["key"]), GRAPH
    yield node, SG17.sector, Literal(row["sector"]), GRAPH
    yield from _names(node, SKOS.prefLabel, row)


def _body(row: dict[str, Any]) -> Iterator[Quad]:
    node = URIRef(iri("body", slug(row["name"])))
    yield from _thing(node, SG17.Body, [Literal(row["name"], lang="en")])
    yield node, SKOS.prefLabel, Literal(row["en"], lang="en"), GRAPH
    for name in row.get("zh", ()):
        yield node, SKOS.altLabel, Literal(name, lang="zh"), GRAPH
    for alias in row.get("aliases", ()):
        yield node, SKOS.altLabel, Literal(alias, lang="en"), GRAPH
    if parent := row.get("partOf"):
        yield node, _ORG_PART_OF, URIRef(iri("body", slug(parent))), GRAPH


def _outcome(row: dict[str, Any]) -> Iterator[Quad]:
    """A draft that became another text than the one proposed, with the reason for saying so."""
    draft = KG[f"draft/{row['draft']}"]
    node = URIRef(f"{draft}/outcome")
    yield from _thing(node, SG17.Outcome, [Literal(f"Outcome of draft {row['draft']}: {row['became']}", lang="en")])
    yield node, SG17.outcomeOf, draft, GRAPH
    yield node, SG17.outcome, VOC["outcome/became-other"], GRAPH
    yield node, SG17.becameText, URIRef(deliverable_iri(row["became"])), GRAPH
    yield node, SG17.outcomeDate, Literal(str(row["date"]), datatype=XSD.date), GRAPH
    yield node, SG17.basis, VOC["basis/curated"], GRAPH
    yield node, SG17.reason, Literal(" ".join(row["reason"].split()), lang="en"), GRAPH


def _names(node: URIRef, predicate: URIRef, row: dict[str, Any]) -> Iterator[tuple[URIRef, URIRef, Node, URIRef]]:
    for language in ("en", "zh"):
        if row.get(language):
            yield node, predicate, Literal(row[language], lang=language), GRAPH
