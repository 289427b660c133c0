"""The dataset: byte-stable, without blank nodes, one named graph a source, evidence for every statement."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Dataset, URIRef
from rdflib.namespace import PROV, RDF

from sg17kg import facts_json
from sg17kg.errors import BuildError
from sg17kg.graph.build import Inputs, build
from sg17kg.graph.mapping.circulars import statements
from sg17kg.graph.rdf_terms import SG17
from sg17kg.store.embedded import EmbeddedStore
from tests import FIXTURES, ROOT
from tests.built import build_inputs
from tests.reading import Read

Asked = Callable[[str], list[tuple[str | None, ...]]]
KG = "https://w3id.org/sg17kg/"


@pytest.fixture
def asked(store: EmbeddedStore) -> Asked:
    return _asking(store)


@pytest.fixture
def asked_whole(whole_store: EmbeddedStore) -> Asked:
    return _asking(whole_store)


def _asking(store: EmbeddedStore) -> Asked:
    prefixes = "PREFIX sg17: <https://w3id.org/sg17kg/ontology#> PREFIX kg: <https://w3id.org/sg17kg/> "

    def ask(query: str) -> list[tuple[str | None, ...]]:
        return [tuple(term.value if term else None for term in row.values()) for row in store.query(prefixes + query).rows()]

    return ask


def test_the_same_input_gives_the_same_bytes(small_inputs: Inputs, dataset: Path, tmp_path: Path) -> None:
    build(small_inputs, tmp_path)
    for name in ("dataset.nq", "manifest.json"):
        assert (tmp_path / name).read_bytes() == (dataset / name).read_bytes()


def test_the_manifest_tells_the_truth(whole_dataset: Path) -> None:
    content = (whole_dataset / "dataset.nq").read_bytes()
    manifest = json.loads((whole_dataset / "manifest.json").read_text("utf-8"))
    assert manifest["quads"] == content.count(b"\n") == sum(manifest["graphs"].values())
    assert manifest["files"]["dataset.nq"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert len(manifest["documents"]) == len(list((ROOT / "data" / "documents").glob("*.json")))


def test_statements_are_in_canonical_order_and_each_once(whole_dataset: Path) -> None:
    rows = (whole_dataset / "dataset.nq").read_bytes().splitlines()
    assert rows == sorted(set(rows))


def test_there_are_no_blank_nodes(whole_dataset: Path) -> None:
    assert not [row for row in (whole_dataset / "dataset.nq").read_text("utf-8").splitlines() if row.startswith("_:") or " _:" in row]


def test_another_library_reads_the_dataset(dataset: Path) -> None:
    parsed = Dataset()
    parsed.parse(dataset / "dataset.nq", format="nquads")
    assert (URIRef(KG + "rec/X.1280"), RDF.type, SG17.Recommendation, URIRef(KG + "graph/circular/2025-2028/104")) in parsed


def test_every_statement_of_a_source_is_quoted_from_lines(asked_whole: Asked) -> None:
    assert asked_whole("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), STR(kg:graph\\/circular))) }") != [("0",)]
    stated = """SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), "https://w3id.org/sg17kg/graph/circular/")) }"""
    quoted = """SELECT ?s ?p ?o { ?statement <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?s ;
      <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> ?p ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> ?o ;
      <http://www.w3.org/ns/prov#wasQuotedFrom> ?passage }"""
    assert set(asked_whole(stated)) - set(asked_whole(quoted)) == set()


def test_every_source_graph_names_its_file(asked_whole: Asked) -> None:
    rows = asked_whole(f"SELECT ?g ?sha {{ ?g <{PROV.wasDerivedFrom}> ?file . ?file sg17:sha256 ?sha }}")
    assert len({graph for graph, _ in rows}) == len(list((ROOT / "data" / "documents").glob("*.json")))


def test_ownership_is_a_statement_with_day_and_passage(asked: Asked) -> None:
    query = """SELECT ?question ?day ?line { ?r a sg17:Responsibility ; sg17:deliverable kg:rec\\/X.1280 ; sg17:asOf ?day ;
      sg17:responsibleQuestion/sg17:versionOf ?question ; sg17:statedIn/sg17:firstLine ?line }"""
    assert asked(query) == [(KG + "question/17/10", "2025-12-11", "122")]


def test_a_draft_of_a_new_text_is_of_its_work_item_and_not_of_the_number(asked: Asked) -> None:
    query = "SELECT ?of ?number { kg:draft\\/2022-2024\\/79\\/5 sg17:draftOf ?of ; sg17:proposedNumber ?number }"
    assert asked(query) == [(KG + "work-item/X.rdda", "X.1771")]


def test_the_identifiers_are_those_of_the_design(asked: Asked) -> None:
    for path, kind in {
        "rec/X.1277.2": "Recommendation",
        "rec/X.1352/amd1": "Amendment",
        "sup/X/39": "Supplement",
        "tr/XSTR.sgfdm": "TechnicalReport",
        "work-item/X.oob-sa": "WorkItem",
        "draft/2022-2024/142/5": "Draft",
        "question/17/10": "Question",
        "question/17/10/2026": "QuestionVersion",
        "question/17/10/2026/study-item/21": "StudyItem",
        "question/17/10/2026/task/3": "Task",
        "circular/2025-2028/104": "Circular",
        "collective-letter/sg17/2025-2028/8": "CollectiveLetter",
        "report/sg17/2025-2028/R25": "Report",
        "td/sg17/2017-2020/TD3326": "TemporaryDocument",
        "meeting/sg17/2026-06": "Meeting",
        "meeting/tsag/2026-01": "Meeting",
        "consultation/2025-2028/104": "Consultation",
        "sg/17": "StudyGroup",
        "body/etsi": "Body",
    }.items():
        assert asked(f"SELECT ?c {{ <{KG}{path}> a ?c FILTER(?c = sg17:{kind}) }}") == [(str(SG17[kind]),)], path


def test_report_numbers_of_two_study_periods_are_two_reports(asked: Asked) -> None:
    assert len(asked('SELECT ?r { ?r a sg17:Report ; <http://www.w3.org/2004/02/skos/core#notation> "SG17-R34" }')) == 2


@pytest.mark.parametrize("name", sorted(path.stem for path in FIXTURES.glob("*.txt")))
def test_every_invented_circular_can_be_mapped(name: str, read: Read) -> None:
    facts = read(FIXTURES / f"{name}.txt")
    graphs = {graph for *_, graph in statements(facts).quads()}
    assert {str(graph).removeprefix(KG + "graph/").split("/")[0] for graph in graphs} == {"circular", "evidence"}


def test_a_broken_file_of_facts_is_named(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text('{"document": {"name": 1}}')
    with pytest.raises(BuildError, match=r"facts\.json: .*sg17kg extract"):
        facts_json.read(path)


def test_two_files_of_one_document_are_refused(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    source = next((ROOT / "data" / "documents").glob("*.json")).read_bytes()
    for name in ("a.json", "b.json"):
        (documents / name).write_bytes(source)
    (tmp_path / "curated").symlink_to(ROOT / "data" / "curated")
    with pytest.raises(BuildError, match="the same circular"):
        build(build_inputs(tmp_path), tmp_path / "out")
    assert not (tmp_path / "out").exists()
