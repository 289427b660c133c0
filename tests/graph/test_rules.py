"""Rules: what follows from several sources, in graphs of its own that go when the rule goes."""

from pathlib import Path

import pytest

from sg17kg.errors import BuildError
from sg17kg.graph.build import Inputs, quads
from sg17kg.graph.inference import infer
from sg17kg.graph.ingest import lines
from sg17kg.queries.library import Query, QueryLibrary
from sg17kg.store.base import value
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT

INFERRED = b"<https://w3id.org/sg17kg/graph/inferred/"
RULES = list(QueryLibrary.read(ROOT / "queries").group("rules"))


def graphs(rows: bytes) -> set[str]:
    found = {row.rsplit(b" ", 2)[1].decode() for row in rows.splitlines() if INFERRED in row}
    return {graph.strip("<>").rsplit("/", 1)[-1] for graph in found}


@pytest.fixture(scope="module")
def stated(small_inputs: Inputs) -> list[bytes]:
    return lines(quads(small_inputs))


def test_each_rule_writes_a_graph_of_its_own(stated: list[bytes], dataset: Path) -> None:
    assert graphs((dataset / "dataset.nq").read_bytes()) <= {rule.name for rule in RULES}
    derived = infer(stated, RULES, EmbeddedStore.from_nquads)
    assert b"".join(sorted({*stated, *derived})) == (dataset / "dataset.nq").read_bytes()


@pytest.mark.parametrize("name", ["supersession", "ownership-through-names", "conflict-two-owners"])
def test_without_its_rule_a_graph_is_gone(name: str, stated: list[bytes]) -> None:
    others = [rule for rule in RULES if rule.name != name]
    assert name not in graphs(b"".join(infer(stated, others, EmbeddedStore.from_nquads)))


def test_without_rules_nothing_is_inferred(stated: list[bytes]) -> None:
    assert infer(stated, [], EmbeddedStore.from_nquads) == []
    assert graphs(b"".join(stated)) == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_states_itself_in_words(rule: Query) -> None:
    assert rule.header.summary
    assert len(rule.header.description) > 60
    assert rule.header.order


PROVENANCE = "PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>"


def found(store: EmbeddedStore, pattern: str, *columns: str) -> set[tuple[str | None, ...]]:
    """Different rows of a pattern: differences of sets take a hundredth of the time of NOT EXISTS over the whole graph."""
    rows = store.query(f"{PROVENANCE} SELECT DISTINCT {' '.join(f'?{name}' for name in columns)} {{ {pattern} }}").rows()
    return {tuple(value(row, name) for name in columns) for row in rows}


def test_everything_inferred_names_its_premises(whole_store: EmbeddedStore) -> None:
    basis = "?thing <https://w3id.org/sg17kg/ontology#basis> <https://w3id.org/sg17kg/vocabulary/basis/inferred>"
    inferred = found(whole_store, basis, "thing")
    assert inferred
    assert inferred - found(whole_store, "?thing prov:wasDerivedFrom ?premise . ?premise a ?class", "thing") == set()


def test_every_statement_of_a_rule_is_a_thing_or_a_statement_with_premises_or_the_inverse_of_one(whole_store: EmbeddedStore) -> None:
    of_rules = """GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), "https://w3id.org/sg17kg/graph/inferred/") && ?s != ?g)
      FILTER(?g != <https://w3id.org/sg17kg/graph/inferred/inverses>)"""
    concluded = found(whole_store, of_rules, "s", "p", "o")
    assert concluded
    things = {thing for (thing,) in found(whole_store, "?s prov:wasDerivedFrom ?premise", "s")}
    reasoned = found(
        whole_store, "?statement rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; prov:wasDerivedFrom ?reason", "s", "p", "o"
    )
    assert {row for row in concluded if row[0] not in things and row not in reasoned} == set()


def test_a_graph_of_inferences_says_its_rule_in_words(store: EmbeddedStore) -> None:
    graph = "https://w3id.org/sg17kg/graph/inferred/supersession"
    (row,) = store.query(f"SELECT ?d {{ <{graph}> <http://purl.org/dc/terms/description> ?d }}").rows()
    assert "replaces the one in force" in (value(row, "d") or "")


def test_one_number_in_two_study_periods_is_two_things(store: EmbeddedStore, catalogue: QueryLibrary) -> None:
    """By their IRIs, which hold the period: no statement says so of each pair, which would grow with the square of the periods."""
    rows = store.query(catalogue.get("recurring-numbers").bind({})).rows()
    pairs = {(value(row, "first_iri"), value(row, "second_iri")) for row in rows}
    report = "https://w3id.org/sg17kg/report/sg17/{}/R33"
    assert (report.format("2022-2024"), report.format("2025-2028")) in pairs
    assert all(first != second for first, second in pairs)
    assert not store.query("ASK { ?one <http://www.w3.org/2002/07/owl#differentFrom> ?other }").truth()


def test_a_curated_outcome_goes_before_a_rule_and_gives_its_reason(store: EmbeddedStore) -> None:
    query = """PREFIX sg17: <https://w3id.org/sg17kg/ontology#>
      SELECT ?reason ?text { ?o sg17:outcomeOf <https://w3id.org/sg17kg/draft/2022-2024/79/5> ;
      sg17:reason ?reason ; sg17:becameText ?text }"""
    (row,) = store.query(query).rows()
    assert value(row, "text") == "https://w3id.org/sg17kg/sup/X/39"
    assert value(row, "reason")


def test_without_the_catalogue_nothing_is_approved(stated: list[bytes]) -> None:
    rows = [row for row in stated if b"/graph/reference/" not in row]
    derived = b"".join(infer(rows, RULES, EmbeddedStore.from_nquads))
    assert b"vocabulary/outcome/approved" not in derived


def test_a_rule_that_is_no_construct_is_refused() -> None:
    select = QueryLibrary.read(ROOT / "queries").get("meetings")
    with pytest.raises(BuildError, match="a rule is a CONSTRUCT"):
        infer([], [select], EmbeddedStore.from_nquads)
