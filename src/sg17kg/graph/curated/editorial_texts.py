"""Mapping of this project's own descriptions of texts and Questions to triples; ITU's running text is not shipped."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS

from sg17kg.graph.curated.yaml_lists import rows_of
from sg17kg.graph.mapping.statements import Quad
from sg17kg.graph.rdf_terms import GRAPHS, KG, SG17, VOC
from sg17kg.identifiers import work_item_iri

GRAPH = GRAPHS.curated


def quads(folder: Path) -> Iterator[Quad]:
    """Yield scope notes, short labels, purposes, translated titles and subjects. Raises BuildError if an entry lacks a key."""
    for row in rows_of(folder / "drafts.yaml", "draft", "title", "scope", "subjects"):
        yield from _draft(row)
    for row in rows_of(folder / "questions.yaml", "question", "title", "purpose", "study_items", "tasks", "work_items"):
        yield from _question(row)


def _draft(row: Mapping[str, Any]) -> Iterator[Quad]:
    node = KG[f"draft/{row['draft']}"]
    yield node, SG17.translatedTitle, Literal(row["title"], lang="en"), GRAPH
    yield from _texts(node, SG17.scopeNote, row["scope"])
    yield from _subjects(node, row["subjects"])
    if note := row.get("title_note"):
        yield node, SG17.titleNote, Literal(note, lang="en"), GRAPH


def _question(row: Mapping[str, Any]) -> Iterator[Quad]:
    version = KG[f"question/{row['question']}"]
    yield version, SG17.translatedTitle, Literal(row["title"], lang="en"), GRAPH
    yield from _texts(version, SG17.purpose, row["purpose"])
    for kind in ("study_items", "tasks"):
        for entry in row[kind]:
            node = URIRef(f"{version}/{kind.removesuffix('s').replace('_', '-')}/{entry['ordinal']}")
            yield from _texts(node, SG17.shortLabel, entry)
            yield from _subjects(node, entry["subjects"])
    for entry in row["work_items"]:
        yield from _work_item(version, entry)


def _work_item(version: URIRef, entry: Mapping[str, Any]) -> Iterator[Quad]:
    node = URIRef(work_item_iri(entry["name"]))
    yield from _subjects(node, entry["subjects"])
    yield node, SG17.reason, Literal(entry["reason"], lang="en"), GRAPH
    for ordinal in entry["tasks"]:
        yield node, SG17.carriesOut, URIRef(f"{version}/task/{ordinal}"), GRAPH


def _texts(node: URIRef, predicate: URIRef, texts: Mapping[str, str]) -> Iterator[Quad]:
    for language in ("en", "zh"):
        if text := texts.get(language):
            yield node, predicate, Literal(text, lang=language), GRAPH


def _subjects(node: URIRef, codes: list[str]) -> Iterator[Quad]:
    for code in codes:
        yield node, DCTERMS.subject, VOC[f"subject/{code}"], GRAPH
