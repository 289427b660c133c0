"""Page of the ontology: each term with its definition, its relations, and an example from the data."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import Response
from markupsafe import Markup

from sg17kg.namespaces import BASE, ONTOLOGY
from sg17kg.rendering.code_labels import N_
from sg17kg.rendering.svg_diagram import Box, layered
from sg17kg.store.base import Row, value
from sg17kg.web import models
from sg17kg.web.pages.page_context import PageContext
from sg17kg.web.texts import titles_of

_HEADINGS = {
    "Class": N_("Classes"),
    "ObjectProperty": N_("Properties that lead to things"),
    "DatatypeProperty": N_("Properties with plain values"),
}
_FORMATS = (
    ("Turtle", "ttl", "text/turtle"),
    ("JSON-LD", "jsonld", "application/ld+json"),
    ("N-Triples", "nt", "application/n-triples"),
    ("RDF/XML", "rdf", "application/rdf+xml"),
)
# Class at which the diagram begins; most boxes in a column, and most columns
_FIRST, _TALLEST, _COLUMNS = "Circular", 9, 7


@dataclass(frozen=True)
class Term:
    """A term: its labels and definitions by language, its related terms by kind of relation, and an example."""

    name: str
    iri: str
    labels: list[models.Title]
    definitions: list[models.Title]
    note: str | None
    joints: dict[str, list[str]]
    example: Markup


def ontology_page(v: PageContext) -> Response:
    """Return the page of the ontology; the anchor of a term is its name."""
    joints: dict[str, dict[str, list[str]]] = {}
    for row in v.served.rows("ontology-joints"):
        joints.setdefault(value(row, "term") or "", {}).setdefault(value(row, "joint") or "", []).append(value(row, "other") or "")
    groups = []
    for kind, rows in groupby(v.served.rows("ontology-terms"), key=lambda row: value(row, "type")):
        terms = [_term(v, list(said), joints, kind or "") for _, said in groupby(rows, key=lambda row: value(row, "term"))]
        groups.append((v.language.say(_HEADINGS[str(kind)]), kind, terms))
    del v.served.asked[2:]  # the page does not show the queries for examples, one for each term
    return v.page(
        "ontology",
        groups=groups,
        picture=_picture(v, groups),
        data=[(name, f"/ontology.{extension}", media_type) for name, extension, media_type in _FORMATS],
        canonical=BASE + "ontology",
    )


def _term(v: PageContext, rows: list[Row], joints: dict[str, dict[str, list[str]]], kind: str) -> Term:
    iri = value(rows[0], "term") or ""
    return Term(
        name=iri.removeprefix(ONTOLOGY),
        iri=iri,
        labels=titles_of((row, "label") for row in rows),
        definitions=titles_of((row, "definition") for row in rows),
        note=next((note for row in rows if (note := value(row, "note"))), None),
        joints=joints.get(iri, {}),
        example=_example(v, iri, kind),
    )


def _example(v: PageContext, iri: str, kind: str) -> Markup:
    if kind == "Class":
        rows = v.served.rows("example-of-class", **{"class": iri})
        return v.link(value(rows[0], "thing") or "", value(rows[0], "name")) if rows else Markup("")
    rows = v.served.rows("example-of-property", property=iri)
    if not rows:
        return Markup("")
    thing, given = v.link(value(rows[0], "thing") or "", value(rows[0], "name")), value(rows[0], "value") or ""
    shown = (
        v.link(given, value(rows[0], "value_name") or given)
        if given.startswith(BASE)
        else v.of_term(rows[0].get("value")) or Markup("{}").format(given)
    )
    return Markup("{} → {}").format(thing, shown)


def _picture(v: PageContext, groups: list[Any]) -> Markup:
    """Return a diagram of the classes that properties connect, in columns by their distance from Circular."""
    labels = {term.iri: v.best(term.labels) for _, _, terms in groups for term in terms}
    pairs = [
        (domain, other)
        for _, kind, terms in groups if kind == "ObjectProperty"
        for term in terms
        for domain in term.joints.get("domain", []) for other in term.joints.get("range", [])
        if domain.startswith(ONTOLOGY) and other.startswith(ONTOLOGY) and domain != other
    ]  # fmt: skip
    distance = _distances(ONTOLOGY + _FIRST, pairs)
    columns: list[list[str]] = []
    for iri in sorted(distance, key=lambda entry: (distance[entry], entry)):
        if not columns or distance[iri] != distance[columns[-1][0]] or len(columns[-1]) >= _TALLEST:
            columns.append([])
        columns[-1].append(iri)
    columns = columns[:_COLUMNS]
    place = {iri: (at, row) for at, column in enumerate(columns) for row, iri in enumerate(column)}
    edges = sorted({(min(place[one], place[other]), max(place[one], place[other])) for one, other in pairs
                    if one in place and other in place and place[one][0] != place[other][0]})  # fmt: skip
    boxes = [
        [
            Box(((label.value if (label := labels.get(iri)) else iri), iri.removeprefix(ONTOLOGY)), f"#{iri.removeprefix(ONTOLOGY)}")
            for iri in column
        ]
        for column in columns
    ]
    return layered(
        v.language.plain("Classes and how properties join them"), [""] * len(columns), boxes, edges, v.language.direction == "rtl", 150
    )


def _distances(first: str, pairs: list[tuple[str, str]]) -> dict[str, int]:
    """Return the number of steps from a class to each class that properties connect it with, in either direction."""
    found, edge = {first: 0}, [first]
    while edge:
        following = []
        for iri in edge:
            for one, other in pairs:
                near = other if one == iri else one if other == iri else None
                if near and near not in found:
                    found[near] = found[iri] + 1
                    following.append(near)
        edge = following
    return found
