"""The ontology is consistent under an OWL reasoner, and every class can have instances."""

import os
import shutil
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import RDFS, XSD

from tests import ROOT


@pytest.fixture
def java() -> None:
    """HermiT, which owlready2 carries, runs on Java."""
    if not shutil.which("java"):
        assert "java" not in os.environ.get("SG17KG_REQUIRE", ""), "SG17KG_REQUIRE asks for java"
        pytest.skip("Java is not installed")


def reason(triples: Graph, tmp_path: Path) -> list[object]:
    """Unsatisfiable classes. Raises OwlReadyInconsistentOntologyError for an ontology that contradicts itself."""
    import owlready2  # noqa: PLC0415 - starts a store of its own when imported

    path = tmp_path / "ontology.nt"
    triples.serialize(path, format="nt", encoding="utf-8")
    world = owlready2.World()
    world.get_ontology(path.as_uri()).load()
    owlready2.sync_reasoner(world, debug=0)
    return [entry for entry in world.inconsistent_classes() if entry is not owlready2.Nothing]


def ontology() -> Graph:
    """The ontology without ranges of xsd:date, a datatype that OWL 2 does not have and HermiT refuses."""
    graph = Graph()
    for path in (ROOT / "ontology").glob("*.ttl"):
        graph.parse(path)
    graph.remove((None, RDFS.range, XSD.date))
    return graph


@pytest.mark.usefixtures("java")
def test_the_ontology_is_consistent_and_every_class_satisfiable(tmp_path: Path) -> None:
    assert reason(ontology(), tmp_path) == []


@pytest.mark.usefixtures("java")
def test_a_class_that_cannot_have_instances_would_be_found(tmp_path: Path) -> None:
    broken = ontology().parse(
        data="""
        @prefix sg17: <https://w3id.org/sg17kg/ontology#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        sg17:Draft owl:disjointWith sg17:Report . sg17:Broken a owl:Class ; rdfs:subClassOf sg17:Draft, sg17:Report .""",
        format="turtle",
    )
    assert [getattr(entry, "name", entry) for entry in reason(broken, tmp_path)] == ["Broken"]
