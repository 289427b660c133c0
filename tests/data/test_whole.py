"""Rules over the whole dataset: every, none, at least. How much of something there is, is asserted on the small one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sg17kg import facts_json, outside
from sg17kg.graph.validation import at_least, validate
from sg17kg.identifiers import deliverable_iri
from sg17kg.namespaces import BASE, PREFIXES
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import Row, value
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.text_numbers import canonical_number
from sg17kg.web.app import create_app
from tests import ROOT

DECLARED = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
EDITIONS = ROOT / "data" / "reference" / "editions.json"
ROWS = ROOT / "data" / "reference" / "sg17-facts.jsonl"


def numbers_of_sg17() -> list[str]:
    """The numbers of the texts that one of the two versions of the catalogue puts under SG17."""
    rows = [row for row in facts_json.read_editions(EDITIONS) if row.group == "SG17"]
    return sorted({canonical_number((row.number, *row.also)) for row in rows})


@pytest.fixture(scope="module")
def client(whole_store: EmbeddedStore, catalogue: QueryLibrary, whole_dataset: Path) -> Iterator[TestClient]:
    with TestClient(create_app(whole_store, catalogue, whole_dataset / "dataset.nq"), raise_server_exceptions=False) as client:
        yield client


def asked(store: EmbeddedStore, query: str) -> list[Row]:
    return store.query(DECLARED + query).rows()


def test_the_catalogue_holds_all_of_sg17() -> None:
    listed = {row.number for row in facts_json.read_editions(EDITIONS) if row.group == "SG17"}
    assert len(listed) >= 610


@pytest.mark.slow
def test_every_number_of_sg17_answers_as_page_json_and_turtle(client: TestClient) -> None:
    refused = []
    for number in numbers_of_sg17():
        path = "/" + deliverable_iri(number).removeprefix(BASE)
        answers = [
            client.get(path, headers={"Accept": "text/html"}),
            client.get(f"/api/v1/recommendations/{number}"),
            client.get(path, headers={"Accept": "text/turtle"}),
        ]
        right = answers[1].status_code == 200 and answers[1].json()["number"] == number
        refused += [] if right and all(answer.status_code == 200 for answer in answers) else [number]
    assert refused == []


@pytest.mark.slow
def test_the_whole_dataset_conforms(whole_store: EmbeddedStore, catalogue: QueryLibrary) -> None:
    results = validate(whole_store, ROOT / "shapes", ROOT / "ontology" / "sg17.ttl", list(catalogue.group("checks")))
    assert at_least(results, "violation") == []


def test_no_edition_is_said_to_be_of_a_group_and_none_before_2001_was_approved_by_sg17(whole_store: EmbeddedStore) -> None:
    assert asked(whole_store, "SELECT ?e { ?e a sg17:Edition ; sg17:ofGroup ?g } LIMIT 1") == []
    old = """SELECT ?e { ?e a sg17:Edition ; sg17:groupAtApproval <https://w3id.org/sg17kg/sg/17> ; sg17:approvedOn ?day
      FILTER(?day < "2001-09-17"^^xsd:date) }"""
    assert asked(whole_store, old) == []


def test_every_text_that_the_catalogue_puts_under_sg17_is_of_it_as_of_the_day_of_the_crawl(whole_store: EmbeddedStore) -> None:
    rows = asked(
        whole_store,
        """SELECT DISTINCT ?number ?day { GRAPH ?graph { ?text sg17:ofGroup <https://w3id.org/sg17kg/sg/17> }
        ?graph prov:wasDerivedFrom/dcterms:issued ?day . ?text sg17:number ?number }""",
    )
    assert {value(row, "number") for row in rows} >= set(numbers_of_sg17())
    assert {value(row, "day") for row in rows} <= {"2026-08-22", "2026-08-12"}


@pytest.mark.parametrize(
    ("kind", "at_least_of_it"),
    [
        ("sg17:Recommendation", 560), ("sg17:Supplement", 45), ("sg17:Edition", 1_420), ("sg17:ApprovalNotice", 467),
        ("sg17:QuestionVersion", 110), ("sg17:MeetingStatement", 40), ("sg17:DecisionOnText", 85), ("sg17:WorkItemRecord", 40),
        ("sg17:WorkingParty", 12), ("sg17:Subseries", 100), ("sg17:Circular", 14),
    ],
)  # fmt: skip
def test_there_is_at_least_so_much_of_each_kind(kind: str, at_least_of_it: int, whole_store: EmbeddedStore) -> None:
    (row,) = asked(whole_store, f"SELECT (COUNT(DISTINCT ?thing) AS ?n) {{ ?thing a {kind} }}")
    assert int(value(row, "n") or 0) >= at_least_of_it


def test_every_outside_statement_leads_to_its_row(whole_store: EmbeddedStore) -> None:
    lines = ROWS.read_bytes().splitlines()
    rows = asked(
        whole_store,
        """SELECT ?thing ?line ?address { VALUES ?kind { sg17:MeetingStatement sg17:WorkItemRecord }
        ?thing a ?kind .
        OPTIONAL { ?thing sg17:statedIn ?passage . ?passage sg17:firstLine ?line ; dcterms:isPartOf/sg17:link ?address } }""",
    )
    assert rows
    for row in rows:
        source = json.loads(lines[int(value(row, "line") or 0) - 1])["source"]
        assert source.startswith((value(row, "address") or "no address")[:20]), value(row, "thing")


def test_every_statement_of_a_row_has_its_evidence(whole_store: EmbeddedStore) -> None:
    rows = asked(
        whole_store,
        """SELECT ?s ?p { GRAPH <https://w3id.org/sg17kg/graph/reference/sg17-facts/2026-11-29> { ?s ?p ?o }
        FILTER(?p NOT IN (sg17:inSubseries, skos:broader) && ?s != <https://w3id.org/sg17kg/vocabulary/subseries>)
        MINUS { ?statement rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; prov:wasQuotedFrom ?row } } LIMIT 5""",
    )
    assert rows == []


def test_what_is_named_in_a_motivation_is_no_responsibility(whole_store: EmbeddedStore) -> None:
    relations = ("responsible", "maintenance", "under development", "work item of", "completed in")
    listed = outside.read_rows(ROWS)
    own = [
        row
        for row in listed
        if isinstance(row, outside.ResponsibilityRow) and row.authority not in outside.CHECK_ONLY | outside.THIRD_PARTY
    ]
    motivated = {(row.question, row.period, row.text) for row in own if row.relation == "named in motivation"}
    only_named = motivated - {(row.question, row.period, row.text) for row in own if row.relation in relations}
    rows = asked(
        whole_store,
        """SELECT DISTINCT ?question ?period ?number {
        ?r a sg17:Responsibility ; sg17:responsibleQuestion ?v ; sg17:deliverable/sg17:number ?number ;
          sg17:basis <https://w3id.org/sg17kg/vocabulary/basis/stated> .
        ?v sg17:versionOf/skos:notation ?question ; sg17:studyPeriod/skos:notation ?period }""",
    )
    stated = {((value(row, "question") or "").removeprefix("Q"), value(row, "period"), value(row, "number")) for row in rows}
    circular_101 = {entry for entry in stated if entry[1] == "2025-2028"}
    assert only_named
    assert (stated - circular_101) & only_named == set()


def test_rows_of_third_parties_and_of_the_circulars_are_not_there(whole_store: EmbeddedStore) -> None:
    rows = asked(whole_store, "SELECT DISTINCT ?who { ?document sg17:authority/skos:notation ?who }")
    assert {value(row, "who") for row in rows} & {"third-party", "national-body", "project-document"} == set()


def test_a_number_that_was_not_approved_before_its_first_edition_is_that_of_a_draft(client: TestClient, whole_store: EmbeddedStore) -> None:
    rows = asked(
        whole_store,
        """SELECT ?what ?kind { ?decision sg17:decisionOn ?what ; sg17:takenAt <https://w3id.org/sg17kg/meeting/sg17/2012-02> ;
        sg17:decisionTaken/skos:notation "not-approved" . ?what sg17:proposedNumber "X.1261" ; a ?kind }""",
    )
    assert [value(row, "kind") for row in rows] == [PREFIXES["sg17"] + "Draft"]
    events = client.get("/api/v1/recommendations/X.1261/history").json()["items"]
    assert "not-approved" not in {event["event"] for event in events}


def test_x_660_of_2008_is_not_owned_by_the_question_that_bears_its_number_today(client: TestClient) -> None:
    answer = client.get("/api/v1/recommendations/X.660/owner?on=2026-06-01").json()
    assert "Q10/17" not in {owner["question"] for owner in answer["questions"]}
    assert "Q10/17" in {owner["question"] for owner in client.get("/api/v1/recommendations/X.660/owner?on=2008-09-15").json()["questions"]}
    today = client.get("/api/v1/questions/17/10").json()
    assert "X.660" not in {text["text"] for text in today["texts"]}
    assert {version["period"] for version in today["versions"]} == {"2025-2028"}
    assert {"2005-2008", "2009-2012"} <= {version["period"] for version in today["other_versions"]}


@pytest.mark.parametrize(
    ("meeting", "values"), [("meeting/sg17/2023-08", {"2023-08-28", "2023-08-29"}), ("meeting/sg17/2024-02", {"South Africa", "Geneva"})]
)
def test_letters_and_reports_that_differ_on_a_meeting_are_a_conflict(meeting: str, values: set[str], client: TestClient) -> None:
    found = client.get("/api/v1/conflicts?limit=500").json()["items"]
    assert any(conflict["type"] == "meeting" and all(text in conflict["message"] for text in values) for conflict in found), meeting


def test_lists_have_no_column_in_which_every_row_is_empty(client: TestClient) -> None:
    for path in ("recommendations", "work-items", "questions", "circulars", "meetings"):
        html = client.get(f"/{path}", headers={"Accept": "text/html"}).text
        table = html[html.index("<table>") : html.index("</table>")]
        body = [row.split("<td>")[1:] for row in table.split("<tr>")[2:]]
        for place in range(len(body[0])):
            assert any(cells[place].partition("</td>")[0].strip() for cells in body), f"{path}: column {place + 2}"


def test_rows_that_their_collector_inferred_are_marked_and_no_others(whole_store: EmbeddedStore) -> None:
    own = [row.authority not in outside.CHECK_ONLY | outside.THIRD_PARTY and row.seen == "inferred" for row in outside.read_rows(ROWS)]
    inferred = {str(place) for place, is_inferred in enumerate(own, start=1) if is_inferred}
    marked = "?row a sg17:Passage ; sg17:basis <https://w3id.org/sg17kg/vocabulary/basis/inferred> ; sg17:firstLine ?place"
    said = {value(row, "place") for row in asked(whole_store, f"SELECT DISTINCT ?place {{ {marked} }}")}
    assert said
    assert said <= inferred
    unmarked = f"?row sg17:firstLine ?place ; sg17:sourceFile ?file FILTER NOT EXISTS {{ {marked} }} ?file rdfs:label ?name"
    facts = f'{unmarked} FILTER(STRSTARTS(STR(?row), "https://w3id.org/sg17kg/source/page/"))'
    assert not inferred & {value(row, "place") for row in asked(whole_store, f"SELECT DISTINCT ?place {{ {facts} }}")}
