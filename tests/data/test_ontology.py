"""The ontology: every term is labelled and defined in two languages; the data uses no other, and uses each that is not reserved."""

from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from sg17kg.namespaces import ONTOLOGY
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT

GRAPH = Graph().parse(ROOT / "ontology" / "sg17.ttl")
TERMS = sorted({term for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty) for term in GRAPH.subjects(RDF.type, kind)}, key=str)
VOCABULARIES = sorted((ROOT / "ontology" / "vocabularies").glob("*.ttl"))


def languages(term: object, predicate: URIRef) -> set[str | None]:
    return {text.language for text in GRAPH.objects(URIRef(str(term)), predicate) if isinstance(text, Literal)}


@pytest.mark.parametrize("term", TERMS, ids=lambda term: str(term).rsplit("#")[-1])
def test_a_term_is_labelled_and_defined_in_english_and_chinese(term: URIRef) -> None:
    assert languages(term, RDFS.label) >= {"en", "zh"}
    assert languages(term, SKOS.definition) == {"en", "zh"}


@pytest.mark.parametrize("path", VOCABULARIES, ids=lambda path: path.stem)
def test_a_concept_has_a_scheme_a_notation_and_two_labels(path: Path) -> None:
    graph = Graph().parse(path)
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert concepts
    for concept in concepts:
        assert {text.language for text in graph.objects(concept, SKOS.prefLabel) if isinstance(text, Literal)} == {"en", "zh"}
        assert graph.value(concept, SKOS.notation)
        assert graph.value(concept, SKOS.inScheme)


def used(store: EmbeddedStore) -> set[str]:
    query = """SELECT DISTINCT ?t { GRAPH ?g { { ?s ?t ?o } UNION { ?s a ?t } }
      FILTER(STRSTARTS(STR(?t), "https://w3id.org/sg17kg/ontology#") && !STRSTARTS(STR(?g), "https://w3id.org/sg17kg/graph/ontology")) }"""
    return {term.value for row in store.query(query).rows() if (term := row["t"])}


def test_the_data_uses_only_terms_of_the_ontology(store: EmbeddedStore) -> None:
    assert used(store) - {str(term) for term in TERMS} == set()


def test_a_term_that_the_data_does_not_use_is_reserved_abstract_or_an_inverse(store: EmbeddedStore) -> None:
    reserved = {term for term in TERMS if (term, SKOS.editorialNote, Literal("reserved")) in GRAPH}
    abstract = {super_ for super_ in GRAPH.objects(None, RDFS.subClassOf) if str(super_).startswith(ONTOLOGY)}
    unused = {term for term in TERMS if str(term) not in used(store)}
    assert unused - reserved - abstract == set()


def test_reserved_terms_are_not_used(store: EmbeddedStore) -> None:
    reserved = {str(term) for term in TERMS if (term, SKOS.editorialNote, Literal("reserved")) in GRAPH}
    assert reserved & used(store) == set()
