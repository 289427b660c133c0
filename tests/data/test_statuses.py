"""Where texts stand: the table of the rule, every number against the catalogue, and that nothing is in two stages on a day."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sg17kg import facts_json
from sg17kg.facts import EditionFacts
from sg17kg.namespaces import PREFIXES
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import value
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.text_numbers import canonical_number, part_sort_key
from sg17kg.web.app import create_app
from tests import ROOT

DECLARED = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
TODAY = "2026-11-29"
API = "/api/v1/recommendations/"


@pytest.fixture(scope="module")
def whole(whole_store: EmbeddedStore, catalogue: QueryLibrary, whole_dataset: Path) -> Iterator[TestClient]:
    with TestClient(create_app(whole_store, catalogue, whole_dataset / "dataset.nq"), raise_server_exceptions=False) as client:
        yield client


def catalogued() -> dict[str, list[EditionFacts]]:
    """By number of a text the rows of the catalogue that are no parts, the newest first."""
    found: dict[str, list[EditionFacts]] = defaultdict(list)
    for row in facts_json.read_editions(ROOT / "data" / "reference" / "editions.json"):
        if not row.part:
            found[canonical_number((row.number, *row.also))].append(row)
    return {number: sorted(rows, key=lambda row: row.approved_on, reverse=True) for number, rows in found.items()}


def published(row: EditionFacts) -> bool:
    return row.publication in ("in-force", "prepublished")


def by_the_table(rows: list[EditionFacts]) -> tuple[str, str | None, str | None]:
    """Code, publication and edition to cite, by the table of the issue."""
    living = [row for row in rows if published(row)]
    if living:
        cited = next((row for row in living if row.publication == "prepublished"), living[0])
        return "in-force", cited.publication, cited.edition
    return ("superseded" if rows[0].publication == "superseded" else "withdrawn"), None, None


@pytest.mark.parametrize(
    ("number", "code", "publication", "cited"),
    [
        ("X.509", "in-force", "in-force", "10/2019"),
        ("X.1280", "in-force", "prepublished", "06/2026"),
        ("Z.130", "superseded", None, None),
        ("Z.100 Annex C1", "superseded", None, None),
        ("Z.600", "withdrawn", None, None),
    ],
)
def test_a_text_of_each_line_of_the_table(number: str, code: str, publication: str | None, cited: str | None, whole: TestClient) -> None:
    status = whole.get(f"{API}{number}?on={TODAY}").json()["status"]
    assert (status["code"], status["publication"]) == (code, publication)
    assert (status["cite"] and status["cite"]["name"]) == (f"{number} ({cited})" if cited else None)
    assert by_the_table(catalogued()[number])[:2] == (code, publication)


def test_a_text_of_which_the_catalogue_has_no_row_stands_where_circulars_say(whole: TestClient) -> None:
    assert "X.2210" not in catalogued()
    said = {day: whole.get(f"{API}X.2210?on={day}").json()["status"]["code"] for day in ("2026-05-01", "2026-05-25", TODAY)}
    assert said == {"2026-05-01": "in-consultation", "2026-05-25": "consultation-closed", TODAY: "unknown"}


def test_every_number_stands_where_the_catalogue_says(whole: TestClient) -> None:
    items: dict[str, dict[str, Any]] = {}
    address = f"{API.rstrip('/')}?limit=500&on={TODAY}"
    while address:
        answer = whole.get(address).json()
        items |= {item["number"]: item["status"] for item in answer["items"]}
        address = answer["next"]
    expected = {number: by_the_table(rows) for number, rows in catalogued().items()}
    assert len(expected) >= 610
    said = {
        number: (
            items[number]["code"],
            items[number]["publication"],
            items[number]["cite"]["name"].rpartition("(")[2].rstrip(")") if items[number]["cite"] else None,
        )
        for number in expected
    }
    assert {number: (said[number], expected[number]) for number in expected if said[number] != expected[number]} == {}


def test_a_text_that_ended_without_a_day_is_unknown_between_and_was_in_force_for_those_who_could_not_know(whole: TestClient) -> None:
    on_approval = whole.get(f"{API}Z.130?on=2003-07-22").json()["status"]
    between = whole.get(f"{API}Z.130?on=2015-01-01").json()["status"]
    then = whole.get(f"{API}Z.130?on=2015-01-01&said_by=2015-01-01").json()["status"]
    listed = whole.get(f"{API}Z.130?on=2026-08-22").json()["status"]
    assert [entry["code"] for entry in (on_approval, between, then, listed)] == ["in-force", "unknown", "in-force", "superseded"]
    assert (between["since"], between["ended_by"], between["cite"]) == (None, "2026-08-22", None)
    assert (then["said_on"], then["said_not_before"], then["read_on"]) == (None, "2003-07-22", "2026-08-22")
    assert (listed["since"], listed["said_on"], listed["said_not_before"], listed["read_on"]) == (None, None, None, "2026-08-22")
    assert listed["successor"] is None
    told = {day: whole.get(f"{API}Z.130?on={day}&said_by={day}").json()["status"]["code"] for day in ("2026-08-21", "2026-08-22")}
    assert told == {"2026-08-21": "in-force", "2026-08-22": "superseded"}


def test_an_edition_that_was_to_follow_is_not_known_before_it_was_said(whole: TestClient) -> None:
    """On a day after the approval of the next edition, by what had been said before it, the older one is in force."""
    status = whole.get(f"{API}X.1280?on=2026-07-01&said_by=2026-05-01").json()["status"]
    assert (status["code"], status["since"], status["cite"]["name"]) == ("in-force", "2024-03-01", "X.1280 (03/2024)")


def test_prepublished_beside_in_force_is_one_sentence_and_no_conflict(whole: TestClient) -> None:
    text = whole.get(f"{API}X.1280?on={TODAY}").json()
    assert text["status"]["note"] == "06/2026 prepublished, 03/2024 in force"
    assert text["conflicts"] == []
    page = whole.get(f"/rec/X.1280?on={TODAY}", headers={"Accept": "text/html"}).text
    assert "06/2026 prepublished, 03/2024 in force" in " ".join(page.split())


def test_a_revision_stands_beside_the_status(whole: TestClient) -> None:
    days = {"2026-01-01": None, "2026-05-01": "in-consultation", "2026-05-25": "consultation-closed", "2026-06-10": None}
    for day, code in days.items():
        status = whole.get(f"{API}X.1280?on={day}").json()["status"]
        assert status["code"] == "in-force"
        assert (status["revision"] and status["revision"]["code"]) == code


def test_a_part_ends_with_the_edition_that_it_changes(whole: TestClient, whole_store: EmbeddedStore) -> None:
    parts = whole.get(f"{API}X.509?on={TODAY}").json()["amendments"]
    of_1997 = [part for part in parts if "(1997)" in part["number"]]
    assert of_1997
    assert {(part["of_edition"], part["status"]["code"]) for part in of_1997} == {
        ("https://w3id.org/sg17kg/rec/X.509/1997-08", "superseded")
    }
    ends = """SELECT ?part ?end ?next { ?part sg17:amendsEdition|sg17:correctsEdition|sg17:changesEdition ?changed .
      ?later sg17:supersedes ?changed ; sg17:approvedOn ?next . ?edition sg17:editionOf ?part ; sg17:approvedOn ?day . FILTER(?day < ?next)
      ?state sg17:stateOf ?part ; sg17:status <https://w3id.org/sg17kg/vocabulary/status/in-force> .
      OPTIONAL { ?state sg17:endDate ?end } FILTER(!BOUND(?end) || ?end >= ?next) }"""
    assert whole_store.query(DECLARED + ends).rows() == []


def test_no_part_of_a_dead_edition_is_in_force(whole_store: EmbeddedStore) -> None:
    living = """SELECT ?number { ?state sg17:stateOf ?part ; sg17:status <https://w3id.org/sg17kg/vocabulary/status/in-force> .
      FILTER NOT EXISTS { ?state sg17:endDate ?end } FILTER NOT EXISTS { ?state sg17:endedBy ?by }
      ?part sg17:number ?number ; sg17:amends|sg17:corrects|sg17:changes ?text . ?edition sg17:editionOf ?part ; sg17:publication ?listed .
      FILTER NOT EXISTS { ?other sg17:editionOf ?part ; sg17:publication ?living FILTER(?living IN (
        <https://w3id.org/sg17kg/vocabulary/publication/in-force>, <https://w3id.org/sg17kg/vocabulary/publication/prepublished>)) } }"""
    assert whole_store.query(DECLARED + living).rows() == []


def test_parts_have_day_status_and_title_and_stand_in_the_order_of_numbers(whole: TestClient) -> None:
    parts = whole.get(f"{API}X.1500?on={TODAY}").json()["amendments"]
    assert [part["number"] for part in parts] == [f"X.1500 (2011) Amd.{number}" for number in range(1, 13)]
    assert all(part["approved_on"] and part["title"] and part["status"]["code"] != "unknown" for part in parts)
    for number in ("X.509", "Z.100", "X.680"):
        every = [part_sort_key(part["number"]) for part in whole.get(f"{API}{number}").json()["amendments"]]
        assert all(one <= other for one, other in pairwise(every))
    before = whole.get(f"{API}X.1500?on=2013-01-01").json()["amendments"]
    assert [part["number"] for part in before] == ["X.1500 (2011) Amd.1", "X.1500 (2011) Amd.2"]


@pytest.mark.parametrize(("name", "day"), [("X.1280-rev", "2026-06-10"), ("X.1250-rev", "2025-12-11")])
def test_a_revision_is_not_under_development_once_its_edition_is_there(name: str, day: str, whole: TestClient) -> None:
    status = whole.get(f"/api/v1/work-items/{name}?on={TODAY}").json()["status"]
    assert (status["code"], status["since"]) == ("approved", day)


def test_no_work_item_is_under_development_whose_text_has_a_newer_edition(whole_store: EmbeddedStore) -> None:
    late = """SELECT ?item { ?state sg17:stateOf ?item ; sg17:status <https://w3id.org/sg17kg/vocabulary/status/under-development> ;
      sg17:endDate ?end . ?item sg17:revises|sg17:resultedIn ?text .
      { SELECT ?item (MAX(?day) AS ?listed) { ?list sg17:deliverable ?item ; sg17:asOf ?day } GROUP BY ?item }
      ?edition sg17:editionOf ?text ; sg17:approvedOn ?approved . FILTER(?approved > ?listed && ?end >= ?approved) }"""
    assert whole_store.query(DECLARED + late).rows() == []


@pytest.mark.parametrize("name", ["store", "whole_store", "two_versions", "corrected"])
def test_nothing_is_in_two_stages_on_a_day(name: str, catalogue: QueryLibrary, request: pytest.FixtureRequest) -> None:
    store = request.getfixturevalue(name)
    assert store.query(catalogue.get("two-stages-on-a-day").bind({})).rows() == []


def test_the_check_finds_what_is_in_two_stages(catalogue: QueryLibrary) -> None:
    head = "<https://w3id.org/sg17kg/ontology#"
    status = "<https://w3id.org/sg17kg/vocabulary/status/"

    def state(name: str, code: str, start: str, end: str | None) -> str:
        node = f"<https://example.org/{name}>"
        day = "^^<http://www.w3.org/2001/XMLSchema#date>"
        rows = [
            f"{node} {head}stateOf> <https://example.org/text> .",
            f"{node} {head}status> {status}{code}> .",
            f'{node} <http://www.w3.org/2000/01/rdf-schema#label> "{code}"@en .',
            f'{node} {head}startDate> "{start}"{day} .',
        ]
        return "\n".join([*rows, f'{node} {head}endDate> "{end}"{day} .'] if end else rows)

    def found(first_ends: str | None) -> list[str | None]:
        text = f"{state('a', 'in-force', '2030-01-01', first_ends)}\n{state('b', 'withdrawn', '2031-01-01', None)}\n"
        rows = EmbeddedStore.from_nquads(text.encode()).query(catalogue.get("two-stages-on-a-day").bind({})).rows()
        return [value(row, "focus") for row in rows]

    assert found("2030-12-31") == []
    assert found("2031-01-01") == ["https://example.org/text"]
    assert found(None) == ["https://example.org/text"]


def test_what_replaced_a_text_is_named_where_a_source_names_it(whole_dataset: Path, catalogue: QueryLibrary) -> None:
    base = "https://w3id.org/sg17kg/"
    said = f"<{base}rec/Z.140> <http://purl.org/dc/terms/isReplacedBy> <{base}rec/Z.161> <{base}graph/curated> .\n"
    store = EmbeddedStore.from_nquads((whole_dataset / "dataset.nq").read_bytes() + said.encode())
    with TestClient(create_app(store, catalogue, whole_dataset / "dataset.nq")) as client:
        status = client.get(f"{API}Z.140?on={TODAY}").json()["status"]
        page = client.get("/rec/Z.140", headers={"Accept": "text/html"}).text
    assert (status["code"], status["successor"]["name"]) == ("superseded", "Z.161")
    assert "Replaced by" in page


def test_nothing_is_said_on_a_day_that_its_document_does_not_print(whole_store: EmbeddedStore) -> None:
    """Of a page that prints a month or a year alone, and of a letter without a date, no day is known."""
    rows = whole_store.query(
        DECLARED
        + """SELECT ?said ?day WHERE {
          ?said sg17:saidOn ?day .
          { ?said sg17:statedIn/dcterms:isPartOf ?document } UNION { ?said sg17:decidedIn ?document }
          UNION { ?said a sg17:Circular . BIND(?said AS ?document) FILTER EXISTS { ?said sg17:opens ?read } }
          FILTER NOT EXISTS { ?document dcterms:issued ?day }
          FILTER NOT EXISTS { ?said sg17:basis <https://w3id.org/sg17kg/vocabulary/basis/inferred> }
        }"""
    ).rows()
    assert [(value(row, "said"), value(row, "day")) for row in rows] == []


def test_no_stage_is_said_on_the_day_of_a_catalogue(whole_store: EmbeddedStore) -> None:
    """A catalogue is read on its day; only what follows from a letter is said on one."""
    rows = whole_store.query(
        DECLARED
        + """SELECT ?said ?day WHERE {
          ?said a ?class ; sg17:saidOn ?day .
          FILTER(?class IN (sg17:LifeCycleState, sg17:Edition, sg17:Responsibility))
          ?catalogue a sg17:Catalogue ; dcterms:issued ?day .
          # a bulletin can be of the day of a catalogue
          FILTER NOT EXISTS { ?document a ?kind ; dcterms:issued ?day . FILTER(?kind != sg17:Catalogue) }
        }"""
    ).rows()
    assert [(value(row, "said"), value(row, "day")) for row in rows] == []


def test_every_statement_has_the_day_on_which_it_was_said_or_the_first_on_which_it_can_have_been(whole_store: EmbeddedStore) -> None:
    rows = whole_store.query(
        DECLARED
        + """SELECT ?said ?on ?not_before ?read WHERE {
          ?said a ?class .
          FILTER(?class IN (sg17:Circular, sg17:Responsibility, sg17:LifeCycleState, sg17:Edition))
          OPTIONAL { ?said sg17:saidOn ?on } OPTIONAL { ?said sg17:saidNotBefore ?not_before } OPTIONAL { ?said sg17:readOn ?read }
        }"""
    ).rows()
    assert len(rows) > 4000
    days = {value(row, "said"): [value(row, name) for name in ("on", "not_before", "read")] for row in rows}
    neither = [said for said, (on, not_before, read) in days.items() if not on and not not_before and not read]
    both = [said for said, (on, not_before, _) in days.items() if on and not_before]
    too_late = [said for said, (_, not_before, read) in days.items() if not_before and read and read < not_before]
    assert (neither, both, too_late) == ([], [], [])


def test_an_owner_whom_a_page_of_a_year_names_is_marked_by_the_first_and_the_last_day(whole: TestClient) -> None:
    owner = whole.get(f"{API}X.1404/owner").json()["questions"][0]
    assert (owner["question"], owner["said_on"], owner["said_not_before"]) == ("Q14/17", None, "2025-01-01")
    assert owner["read_on"] > owner["said_not_before"]
    asked = {day: whole.get(f"{API}X.1404/owner?said_by={day}").json()["questions"] for day in ("2024-12-31", "2025-01-01")}
    assert [len(owners) for owners in asked.values()] == [0, 1]


def test_the_outcome_of_a_draft_says_when_it_was_said(whole: TestClient) -> None:
    drafts = whole.get(f"{API}X.1280").json()["drafts"]
    reported = [draft for draft in drafts if draft["outcome"] == "approved"]
    assert reported
    assert all(draft["said_on"] or draft["said_not_before"] for draft in reported)
    before = whole.get(f"{API}X.1280?on=2026-05-01").json()["drafts"]
    pending = [draft for draft in before if draft["outcome"] == "pending"]
    assert pending
    assert {(draft["said_on"], draft["said_not_before"], draft["read_on"]) for draft in pending} == {(None, None, None)}
