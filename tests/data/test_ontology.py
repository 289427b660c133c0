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


CLASSES_OF_THE_DESIGN = [
    "Recommendation",
    "Edition",
    "Amendment",
    "Corrigendum",
    "Supplement",
    "TechnicalReport",
    "Deliverable",
    "WorkItem",
    "Draft",
    "Question",
    "QuestionVersion",
    "StudyItem",
    "Task",
    "StudyGroup",
    "AdvisoryGroup",
    "Body",
    "StudyPeriod",
    "Meeting",
    "Circular",
    "CollectiveLetter",
    "Report",
    "TemporaryDocument",
    "Resolution",
    "Consultation",
    "ConsultationItem",
    "Responsibility",
    "IPRStatement",
    "A5Statement",
    "Conflict",
    "Passage",
]
PROPERTIES_OF_THE_DESIGN = [
    "number",
    "provisionalName",
    "proposedNumber",
    "draftOf",
    "resultedIn",
    "kind",
    "announcedIn",
    "textReference",
    "opens",
    "concerns",
    "hasItem",
    "replyDeadline",
    "threshold",
    "countingRule",
    "effectIfMet",
    "approvalMeeting",
    "agendaIn",
    "responsibleQuestion",
    "deliverable",
    "asOf",
    "jointWith",
    "basis",
    "statedIn",
    "versionOf",
    "continues",
    "preparedAt",
    "adoptedAt",
    "hasStudyItem",
    "hasTask",
    "addresses",
    "ordinal",
    "relatesTo",
    "editionOf",
    "approvedOn",
    "supersedes",
    "amends",
    "corrects",
    "revises",
    "equivalentTo",
    "startDate",
    "endDate",
    "place",
    "hostCountry",
    "virtual",
]


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


def test_the_data_uses_only_terms_of_the_ontology(whole_store: EmbeddedStore) -> None:
    assert used(whole_store) - {str(term) for term in TERMS} == set()


def test_every_statement_keeps_to_domain_and_range(whole_store: EmbeddedStore) -> None:
    """Subjects and objects are of the class that the ontology says, or of one below it."""
    of_class = "FILTER NOT EXISTS { %s a/rdfs:subClassOf* ?class }"
    query = """PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
      SELECT DISTINCT ?p ?class ?x { ?p a ?kind ; %s ?class . FILTER(?kind IN (owl:ObjectProperty, owl:DatatypeProperty))
      FILTER(STRSTARTS(STR(?class), "https://w3id.org/sg17kg/ontology#")) ?s ?p ?o . BIND(%s AS ?x) %s } LIMIT 20"""
    assert whole_store.query(query % ("rdfs:domain", "?s", of_class % "?s")).rows() == []
    assert whole_store.query(query % ("rdfs:range", "?o", of_class % "?o")).rows() == []


@pytest.mark.parametrize("name", CLASSES_OF_THE_DESIGN)
def test_a_class_of_the_design_is_there(name: str) -> None:
    assert URIRef(ONTOLOGY + name) in TERMS


@pytest.mark.parametrize("name", PROPERTIES_OF_THE_DESIGN)
def test_a_property_of_the_design_is_there(name: str) -> None:
    assert URIRef(ONTOLOGY + name) in TERMS


def test_the_version_of_the_ontology_is_that_of_the_newest_entry_of_its_changelog() -> None:
    version = GRAPH.value(URIRef(ONTOLOGY.rstrip("#")), OWL.versionInfo)
    newest = next(line for line in (ROOT / "ontology" / "CHANGELOG.md").read_text("utf-8").splitlines() if line.startswith("## "))
    assert str(version) == newest.removeprefix("## ").split()[0]
    assert GRAPH.value(URIRef(ONTOLOGY.rstrip("#")), OWL.versionIRI) == URIRef(f"{ONTOLOGY.rstrip('#')}/{version}")
