"""What catalogues say as triples: which version says it, the group of a text, Supplements, standards of ISO and their editions."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sg17kg import facts_json
from sg17kg.extraction.gazetteer import load_periods
from sg17kg.facts import EditionFacts, TwinFacts
from sg17kg.graph.inference import infer
from sg17kg.graph.ingest import lines
from sg17kg.graph.mapping import references
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import value
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT

FULL = EditionFacts(
    number="X.1001",
    also=(),
    part=None,
    of_edition=None,
    edition="01/2030",
    approved_on="2030-01-31",
    title="A title",
    url="https://example.org/T-REC-X.1001-203001-I",
    publication="in-force",
    twins=("ISO/IEC 99594-8",),
    group="SG17",
    source="x-1001.yaml",
    edition_number="2",
    stage="published",
    complemented_by=("X Suppl. 91", "Y Suppl. 92"),
)
SUPPLEMENT = replace(FULL, number="X Suppl. 91", twins=(), complemented_by=(), source="x-suppl-91.yaml")
ROWS = [
    replace(FULL, group=None, stage=None, edition_number=None, complemented_by=(), source_version="new"),
    replace(FULL, title=None, url=None, publication=None, twins=(), source_version="old"),
    replace(SUPPLEMENT, source_version="new"),
    replace(FULL, part="Amd.1", of_edition="2030", edition="05/2030", approved_on="2030-05-31", twins=(), source_version="new"),
]
TWIN = TwinFacts(
    number="ISO/IEC 99594-8",
    year="2031",
    change=None,
    stage="60.60",
    published="2031-02",
    committee="ISO/IEC JTC 1/SC 99",
    ics=("35.030",),
    edition_number="9",
    title="A title",
    title_fr="Un titre",
    url="https://example.org/standard/1.html",
    source="iso-iec-99594-8-2031.yaml",
)
TWINS = [
    TWIN,
    replace(TWIN, year="2030", stage="95.99", published="2030-02", source="iso-iec-99594-8-2030.yaml"),
    replace(TWIN, change="Cor 1:2032", published="2032", source="iso-iec-99594-8-2031-cor-1-2032.yaml"),
    replace(TWIN, year=None, stage="60.00", source="iso-iec-99594-8.yaml"),
]
SOURCES = """
- {name: list, title: A list, version: new, date: 2031-01-10, holds: editions, file: editions.json}
- {name: list, title: A list, version: old, date: 2031-01-01, holds: editions, file: editions.json}
- {name: iso, title: Another list, version: v1, date: 2031-06-01, holds: twins, file: twins.json}
"""
GRAPH, SG17, BASE = "https://w3id.org/sg17kg/graph/reference/", "https://w3id.org/sg17kg/ontology#", "https://w3id.org/sg17kg/"
PREFIXES = f"PREFIX sg17: <{SG17}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX prov: <http://www.w3.org/ns/prov#> "
PREFIXES += "PREFIX dcterms: <http://purl.org/dc/terms/> "


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    data = tmp_path_factory.mktemp("data")
    for folder in ("curated", "reference"):
        (data / folder).mkdir()
    (data / "curated" / "sources.yaml").write_text(SOURCES, "utf-8")
    (data / "reference" / "editions.json").write_bytes(facts_json.editions_to_bytes(ROWS))
    (data / "reference" / "twins.json").write_bytes(facts_json.twins_to_bytes(TWINS))
    said = references.quads(data, load_periods(ROOT / "data" / "curated"), references.numbering(data))
    return EmbeddedStore.from_nquads(b"".join(lines(said)))


def asked(store: EmbeddedStore, query: str) -> list[tuple[str | None, ...]]:
    answer = store.query(PREFIXES + query)
    return [tuple(value(row, name) for name in answer.variables) for row in answer.rows()]


def test_a_statement_stands_in_the_graph_of_the_newest_version_that_says_it(store: EmbeddedStore) -> None:
    edition = f"{BASE}rec/X.1001/2030-01"
    said = {
        predicate.removeprefix(SG17): graph
        for predicate, graph in asked(store, f"SELECT ?p ?g {{ GRAPH ?g {{ <{edition}> ?p ?o }} }}")
        if predicate and predicate.startswith(SG17)
    }
    assert {said[name] for name in ("editionOf", "approvedOn", "link", "publication", "equivalentTo")} == {f"{GRAPH}list/new"}
    assert {said[name] for name in ("listedStage", "editionNumber")} == {f"{GRAPH}list/old"}


def test_no_statement_stands_in_the_graphs_of_both_versions(store: EmbeddedStore) -> None:
    assert asked(store, f"SELECT ?s {{ GRAPH <{GRAPH}list/new> {{ ?s ?p ?o }} GRAPH <{GRAPH}list/old> {{ ?s ?p ?o }} }}") == []


def test_a_group_owns_a_text_on_the_day_of_the_catalogue_and_made_no_edition(store: EmbeddedStore) -> None:
    query = (
        "SELECT ?text ?group ?day { GRAPH ?g { ?text sg17:ofGroup ?group } ?g prov:wasDerivedFrom/dcterms:issued ?day } ORDER BY ?text ?day"
    )
    assert asked(store, query) == [
        (f"{BASE}rec/X.1001", f"{BASE}sg/17", "2031-01-10"),
        (f"{BASE}sup/X/91", f"{BASE}sg/17", "2031-01-10"),
    ]
    assert asked(store, "SELECT ?e { ?e a sg17:Edition ; sg17:ofGroup ?group }") == []


def test_a_supplement_complements_the_text_whose_record_says_so_if_it_is_listed_itself(store: EmbeddedStore) -> None:
    assert asked(store, "SELECT ?s ?t { ?s sg17:complements ?t }") == [(f"{BASE}sup/X/91", f"{BASE}rec/X.1001")]


def test_a_standard_has_dated_editions_and_what_changes_them(store: EmbeddedStore) -> None:
    standard = f"{BASE}standard/iso-iec-99594-8"
    query = f"""SELECT ?e ?name ?year ?stage {{ ?e sg17:standardEditionOf <{standard}> ; rdfs:label ?name ;
      sg17:standardYear ?year ; sg17:standardStage ?stage }} ORDER BY ?e"""
    assert asked(store, query) == [
        (f"{standard}/2030", "ISO/IEC 99594-8:2030", "2030", f"{BASE}vocabulary/iso-stage/95.99"),
        (f"{standard}/2031", "ISO/IEC 99594-8:2031", "2031", f"{BASE}vocabulary/iso-stage/60.60"),
    ]
    query = "SELECT ?c ?name ?of ?when { ?c sg17:changesStandard ?of ; rdfs:label ?name ; sg17:publishedIn ?when }"
    assert asked(store, query) == [(f"{standard}/2031/cor-1-2032", "ISO/IEC 99594-8:2031/Cor 1:2032", f"{standard}/2031", "2032")]
    assert asked(store, "SELECT ?e { ?e sg17:equivalentTo ?s }") == [(f"{BASE}rec/X.1001/2030-01",)]


def test_an_edition_of_a_standard_bears_what_the_catalogue_says(store: EmbeddedStore) -> None:
    said = "dcterms:title ?title ; sg17:ics ?ics ; sg17:committee ?committee ; sg17:publishedIn ?when ; sg17:catalogueRecord ?record"
    edition = f"<{BASE}standard/iso-iec-99594-8/2031>"
    query = f"SELECT ?title ?ics ?committee ?when ?record ?graph {{ GRAPH ?graph {{ {edition} {said} }} }} ORDER BY ?title"
    rest = ("35.030", f"{BASE}body/iso-iec-jtc-1-sc-99", "2031-02", "iso-iec-99594-8-2031.yaml", f"{GRAPH}iso/v1")
    assert asked(store, query) == [("A title", *rest), ("Un titre", *rest)]


RULES = (
    "supersession", "approval-notices", "conflict-edition-date", "standards-of-one-number", "newest-editions-of-standards",
    "conflict-twin-withdrawn", "conflict-twin-newer", "supplement-subjects",
)  # fmt: skip


@pytest.fixture(scope="module")
def concluded() -> EmbeddedStore:
    """What the catalogues of the project say, and what these rules conclude from it."""
    rules = [rule for rule in QueryLibrary.read(ROOT / "queries").group("rules") if rule.name in RULES]
    data = ROOT / "data"
    rows = [*lines(references.quads(data, load_periods(data / "curated"), references.numbering(data))), *_vocabularies()]
    return EmbeddedStore.from_nquads(b"".join([*rows, *infer(rows, rules, EmbeddedStore.from_nquads)]))


def _vocabularies() -> Iterator[bytes]:
    import rdflib  # noqa: PLC0415 - only here

    for name in ("iso-stage", "listed-stage"):
        graph = rdflib.Graph().parse(ROOT / "ontology" / "vocabularies" / f"{name}.ttl")
        yield from (
            f"{line[:-2]} <https://example.org/o> .\n".encode() for line in graph.serialize(format="nt").splitlines() if line.strip()
        )


def about(store: EmbeddedStore, kind: str) -> set[str | None]:
    query = f"SELECT ?number {{ ?c sg17:conflictType <{BASE}vocabulary/conflict/{kind}> ; sg17:conflictAbout/sg17:number ?number }}"
    return {row[0] for row in asked(store, query)}


def test_texts_in_force_whose_twin_is_withdrawn(concluded: EmbeddedStore) -> None:
    numbers = {"X.217", "X.219", "X.227", "X.229", "X.237", "X.460", "X.462", "X.467", "X.530", "X.642"}
    assert about(concluded, "twin-withdrawn") == numbers


def test_texts_whose_twin_has_a_newer_edition(concluded: EmbeddedStore) -> None:
    found = about(concluded, "twin-newer")
    assert len(found) == 14
    assert {"X.667", "X.841", "X.843", "X.891", "X.894"} <= found


def test_each_side_of_a_twin_conflict_has_its_source(concluded: EmbeddedStore) -> None:
    query = QueryLibrary.read(ROOT / "queries").get("conflict-sides")
    sides = concluded.query(query.bind({"conflict": f"{BASE}conflict/twin-withdrawn/X.530-ISO-IEC-9594-10-2008"})).rows()
    assert [(value(row, "statement"), value(row, "record")) for row in sides] == [
        ("ISO/IEC 9594-10:2008", "iso-iec-9594-10-2008.yaml"),
        ("X.530 (11/2008)", "itu-t-x-530-11-2008.yaml"),
    ]
    assert all("relaton-data-" in (value(row, "source") or "") for row in sides)


def test_a_bulletin_that_prints_another_month_than_the_catalogue(concluded: EmbeddedStore) -> None:
    ttcn = {f"Z.{number}" for number in ("161", "161.1", "164", "165", "165.1", "166", "167", "168", "169", "170")}
    assert about(concluded, "edition-date") == ttcn | {"X.675", "X.1101", "X.1149", "X.1451", "X.603", "Z.109 (2012) Amd.1"}


def test_ranges_that_titles_of_supplements_name(concluded: EmbeddedStore) -> None:
    found = {row[0]: row[1] for row in asked(concluded, "SELECT ?n ?range { ?s sg17:complementsRange ?range ; sg17:number ?n }")}
    assert (found["X Suppl. 3"], found["X Suppl. 4"], found["X Suppl. 6"]) == ("X.800-X.849", "X.290 series", "X.1240 series")
    assert "X Suppl. 39" not in found
