"""Mapping of the files that curators edit to triples: groups, bodies, study periods, outcomes, decisions, labels."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from sg17kg.graph.curated import editorial_texts
from sg17kg.graph.curated.yaml_lists import rows_of
from sg17kg.graph.mapping.statements import Quad
from sg17kg.graph.numbering import Numbering
from sg17kg.graph.rdf_terms import GRAPHS, KG, SG17, VOC
from sg17kg.identifiers import StudyPeriod, group_iri, iri, slug

GRAPH = GRAPHS.curated
_ORG_PART_OF = URIRef("http://www.w3.org/ns/org#subOrganizationOf")
_GROUP_CLASSES = {"study-group": SG17.StudyGroup, "advisory-group": SG17.AdvisoryGroup, "joint-coordination-activity": SG17.Group}


def quads(folder: Path, periods: tuple[StudyPeriod, ...], numbering: Numbering) -> Iterator[Quad]:
    """Yield all curated statements. `numbering` maps numbers to texts. Raises BuildError if an entry lacks a key."""
    for row in rows_of(folder / "groups.yaml", "key", "kind", "sector"):
        yield from _group(row)
    for row in rows_of(folder / "bodies.yaml", "name", "en"):
        yield from _body(row)
    for row in rows_of(folder / "outcomes.yaml", "draft", "became", "date", "decided", "reason"):
        yield from _outcome(row, numbering)
    for row in rows_of(folder / "decisions.yaml", "conflict", "decision", "decided", "reason"):
        yield from _decision(row)
    yield from editorial_texts.quads(folder)
    for period in periods:
        node = KG[f"period/{period.name}"]
        yield from _thing(node, SG17.StudyPeriod, [Literal(f"Study period {period.name}", lang="en")])
        yield node, SKOS.notation, Literal(period.name), GRAPH
        yield node, SG17.startDate, Literal(period.start.isoformat(), datatype=XSD.date), GRAPH
        yield node, SG17.endDate, Literal(period.end.isoformat(), datatype=XSD.date), GRAPH


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


def _outcome(row: dict[str, Any], numbering: Numbering) -> Iterator[Quad]:
    """Yield the outcome of a draft that became another text than the one proposed, with the reason for the statement."""
    draft = KG[f"draft/{row['draft']}"]
    node = URIRef(f"{draft}/outcome")
    yield from _thing(node, SG17.Outcome, [Literal(f"Outcome of draft {row['draft']}: {row['became']}", lang="en")])
    yield node, SG17.outcomeOf, draft, GRAPH
    yield node, SG17.outcome, VOC["outcome/became-other"], GRAPH
    yield node, SG17.becameText, URIRef(numbering.iri_of(row["became"])), GRAPH
    yield node, SG17.outcomeDate, Literal(str(row["date"]), datatype=XSD.date), GRAPH
    yield node, SG17.saidOn, Literal(str(row["decided"]), datatype=XSD.date), GRAPH
    yield node, SG17.basis, VOC["basis/curated"], GRAPH
    yield node, SG17.reason, Literal(" ".join(row["reason"].split()), lang="en"), GRAPH


def _decision(row: dict[str, Any]) -> Iterator[Quad]:
    """Yield the decision of a curator on a conflict. The conflicting statements stay."""
    node = KG[f"decision/{row['conflict']}"]
    yield from _thing(node, SG17.Decision, [Literal(f"Decision on {row['conflict']}", lang="en")])
    yield node, SG17.settles, KG[f"conflict/{row['conflict']}"], GRAPH
    yield node, SG17.decision, Literal(" ".join(row["decision"].split()), lang="en"), GRAPH
    yield node, SG17.reason, Literal(" ".join(row["reason"].split()), lang="en"), GRAPH
    yield node, SG17.saidOn, Literal(str(row["decided"]), datatype=XSD.date), GRAPH
    yield node, SG17.basis, VOC["basis/curated"], GRAPH


def _names(node: URIRef, predicate: URIRef, row: dict[str, Any]) -> Iterator[tuple[URIRef, URIRef, Node, URIRef]]:
    for language in ("en", "zh"):
        if row.get(language):
            yield node, predicate, Literal(row[language], lang=language), GRAPH
