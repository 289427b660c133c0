"""Up to when anything is known: in REST, on pages, in feeds and calendars; and what is said of what is not there."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sg17kg.known_until import Circulars, UpTo, in_a_sentence, in_words, known_until
from sg17kg.queries.library import QueryLibrary
from sg17kg.rendering.i18n import language_for
from sg17kg.store.base import NamedNode, RdfLiteral, Row
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web.app import create_app
from tests.patience import PATIENT

WORDS = "5 circulars read, the newest of 13 February 2026"


@pytest.mark.parametrize(
    "path",
    [
        "recommendations", "recommendations/X.1280", "recommendations/X.1280/owner", "recommendations/X.1280/history", "work-items",
        "work-items/X.ig-dw", "questions", "questions/17/10", "circulars", "circulars/2025-2028/104", "meetings", "meetings/sg17/2026-06",
        "consultations", "consultations/2025-2028/104", "conflicts",
    ],
)  # fmt: skip
def test_every_answer_that_rests_on_sources_says_up_to_when_they_go(path: str, client: TestClient) -> None:
    known = client.get(f"/api/v1/{path}").json()["known_until"]
    assert known["circulars"]["read"] == 5
    assert known["circulars"]["newest"] == "2026-02-13"
    assert known["circulars"]["complete"] is False
    assert known["catalogue"] == {"as_of": "2026-08-22", "complete": False}  # the small dataset holds a choice of its rows
    assert known["question_lists"] == {"newest": "2025-12-11", "complete": False}
    assert known["bulletins"] == {"as_of": "2026-06-01", "complete": False}


def test_the_whole_dataset_is_known_as_the_contract_shows_it(
    whole_store: EmbeddedStore, catalogue: QueryLibrary, whole_dataset: Path
) -> None:
    with TestClient(create_app(whole_store, catalogue, whole_dataset / "dataset.nq")) as whole:
        known = whole.get("/api/v1/recommendations/X.1280").json()["known_until"]
    assert known["circulars"] == {
        "read": 5, "newest": "2026-02-13", "complete": False, "known_by_number": 17, "newest_known": "107 (2025-2028)",
    }  # fmt: skip
    assert known["catalogue"] == {"as_of": "2026-08-22", "complete": True}
    assert known["bulletins"] == {"as_of": "2026-06-01", "complete": True}
    assert known["twins"]["complete"] is False


def test_what_had_been_said_by_a_day_restricts_it(client: TestClient) -> None:
    known = client.get("/api/v1/recommendations?said_by=2024-01-01").json()["known_until"]
    assert (known["circulars"]["read"], known["circulars"]["newest"]) == (3, "2023-10-11")
    assert not {"catalogue", "bulletins", "question_lists"} & set(known)
    assert client.get("/api/v1/recommendations?said_by=2026-07-01").json()["known_until"]["bulletins"]["as_of"] == "2026-06-01"


def test_a_day_that_is_asked_for_changes_nothing_of_what_was_read(client: TestClient) -> None:
    plain, earlier = (client.get(f"/api/v1/consultations{day}").json()["known_until"] for day in ("", "?on=2021-01-01"))
    assert plain == earlier


def test_a_store_with_another_circular_knows_it(two_versions: EmbeddedStore, catalogue: QueryLibrary, dataset: Path) -> None:
    with TestClient(create_app(two_versions, catalogue, dataset / "dataset.nq", PATIENT)) as client:
        known = client.get("/api/v1/circulars").json()["known_until"]["circulars"]
    assert known["read"] == 6
    assert known["newest"] > "2026-02-13"


def test_an_empty_store_knows_of_nothing(catalogue: QueryLibrary, dataset: Path) -> None:
    with TestClient(create_app(EmbeddedStore.from_nquads(b""), catalogue, dataset / "dataset.nq", PATIENT)) as client:
        assert client.get("/api/v1/consultations").json()["known_until"] == {}
        home = client.get("/", headers={"Accept": "text/html"}).text
    assert "No circular was read that opens a consultation." in home


@pytest.mark.parametrize(
    "path",
    ["/", "/rec/X.1280", "/consultations", "/work-items?status=under-development", "/meetings", "/question/17/10", "/body/etsi",
     "/find?q=identity"],
)  # fmt: skip
def test_every_page_says_what_was_read(path: str, client: TestClient) -> None:
    assert WORDS in client.get(path, headers={"Accept": "text/html"}).text


def test_pages_say_it_in_their_language(client: TestClient) -> None:
    assert "已读取5份通函，最新一份为2026年2月13日" in client.get("/consultations?lang=zh", headers={"Accept": "text/html"}).text


def test_feed_and_calendar_say_it(client: TestClient) -> None:
    assert WORDS in client.get("/feed.atom").text
    assert "5 circulars read" in client.get("/calendar.ics").text.replace("\r\n ", "")


@pytest.mark.parametrize(
    ("path", "nearest", "at_itu"),
    [
        ("/rec/X.1287", "X.1286", "https://www.itu.int/rec/T-REC-X.1287"),
        ("/api/v1/recommendations/X.1287", "X.1286", "https://www.itu.int/rec/T-REC-X.1287"),
        ("/api/v1/questions/17/98", "Q10/17", "https://www.itu.int/en/ITU-T/studygroups/2025-2028/17/Pages/default.aspx"),
        ("/api/v1/circulars/2025-2028/109", "TSB Circular 104 (2025-2028)", "https://www.itu.int/md/T25-TSB-CIR/en"),
        ("/api/v1/work-items/X.ig-dx", "X.ig-dw", "https://www.itu.int/ITU-T/workprog/wp_search.aspx?sg=17"),
        ("/rec/X.1280/2030-01", "X.1280 (06/2026)", None),
    ],
)
def test_what_is_not_there_leads_on(path: str, nearest: str, at_itu: str | None, client: TestClient) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = json.loads(answer.text)
    near = {entry["name"]: entry["url"] for entry in problem["nearest"]}
    assert nearest in near
    assert client.get(near[nearest].removeprefix("http://testserver")).status_code == 200
    assert at_itu is None or problem["at_itu"] == at_itu
    assert problem["known_until"]["circulars"]["read"] == 5


def test_a_number_that_is_not_there_is_a_page_for_people(client: TestClient) -> None:
    answer = client.get("/rec/X.1287", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert all(said in answer.text for said in ("Nearest to it here", "X.1286", "https://www.itu.int/rec/T-REC-X.1287", WORDS))
    assert "此处与之最接近的" in client.get("/rec/X.1287?lang=zh", headers={"Accept": "text/html"}).text
    assert client.get("/rec/X.1287?lang=<x>", headers={"Accept": "text/html"}).status_code in (400, 404)


@pytest.mark.parametrize(
    "path", ["/rec/%00", "/rec/" + "9" * 500, "/rec/%F0%9F%98%80", "/question/17/999999999999", "/rec/../rec/x", "/work-item/%25"]
)
def test_an_odd_name_that_is_not_there_is_an_error_of_the_client(path: str, client: TestClient) -> None:
    for wanted in ("text/html", "application/json"):
        assert 400 <= client.get(path, headers={"Accept": wanted}).status_code < 500


def test_a_path_that_is_longer_than_any_name_is_refused_and_not_repeated(client: TestClient) -> None:
    for wanted in ("text/html", "application/json"):
        answer = client.get("/rec/X." + "9" * 60_000, headers={"Accept": wanted})
        assert answer.status_code == 414
        assert len(answer.content) < 20_000
    assert client.get("/rec/X." + "9" * 900).status_code == 404


def test_a_circular_that_was_not_read_is_known_by_the_day_of_what_names_it(
    whole_store: EmbeddedStore, catalogue: QueryLibrary, whole_dataset: Path
) -> None:
    with TestClient(create_app(whole_store, catalogue, whole_dataset / "dataset.nq")) as whole:
        circular = whole.get("/api/v1/circulars/2025-2028/107").json()
        page = whole.get("/circular/2025-2028/107", headers={"Accept": "text/html"}).text
        before, after = (whole.get(f"/api/v1/circulars?said_by={day}&limit=500").json()["items"] for day in ("2026-05-31", "2026-06-01"))
    assert circular["read"] is False
    assert "It was not read: only its number, and what names it, are known." in page
    assert "TSB Circular 107 (2025-2028)" not in {item["circular"] for item in before}
    assert "TSB Circular 107 (2025-2028)" in {item["circular"] for item in after}


def test_what_had_been_said_by_a_day_names_nothing_of_later(
    whole_store: EmbeddedStore, catalogue: QueryLibrary, whole_dataset: Path
) -> None:
    with TestClient(create_app(whole_store, catalogue, whole_dataset / "dataset.nq")) as whole:
        texts = whole.get("/api/v1/recommendations?said_by=2003-07-22&limit=500").json()
        old = whole.get("/api/v1/recommendations/X.680?said_by=2001-01-01").json()
        items = whole.get("/api/v1/work-items?said_by=2003-07-22").json()
        listed = whole.get("/api/v1/recommendations?said_by=2026-08-21&limit=500").json()["items"]
    assert texts["total"] < 400
    assert "X.1280" not in {item["number"] for item in texts["items"]}
    assert (old["groups"], {edition["publication"] for edition in old["editions"]}) == ([], {None})
    assert items["total"] == 0
    assert {item["status"]["publication"] for item in listed} == {None}


# In words


def row(**columns: str) -> Row:
    return {
        name: NamedNode(text) if name == "iri" else RdfLiteral(text, "http://www.w3.org/2001/XMLSchema#string")
        for name, text in columns.items()
    }


CIRCULARS = [
    row(kind="circular", iri="https://example.org/1", said="2030-01-01", number="9", period="2030-2033"),
    row(kind="circular", iri="https://example.org/2", said="2030-05-01", number="10", period="2030-2033"),
    row(kind="circular-read", iri="https://example.org/1"),
]


def test_the_newest_circular_is_that_of_the_highest_number_of_the_newest_period() -> None:
    known = known_until(CIRCULARS)
    assert known.circulars == Circulars(read=1, newest="2030-01-01", known_by_number=1, newest_known="10 (2030-2033)")
    assert known.catalogue is None


def test_of_two_versions_of_a_catalogue_the_one_that_lists_all_counts() -> None:
    versions = [
        row(kind="catalogue", iri="https://example.org/a", said="2030-01-01", lists="editions", complete="true"),
        row(kind="catalogue", iri="https://example.org/b", said="2030-02-01", lists="editions", complete="false"),
    ]
    assert known_until(versions).catalogue == UpTo("2030-01-01", complete=True)
    assert known_until(versions[1:]).catalogue == UpTo("2030-02-01", complete=False)


def test_words_name_no_more_than_there_is() -> None:
    assert in_words(known_until([]), language_for(("en",))) == {}
    assert in_a_sentence(known_until(CIRCULARS[:1])) == "What was read: no circular was read."
    assert in_a_sentence(known_until(CIRCULARS)) == (
        "What was read: 1 circular read, the newest of 1 January 2030 (1 more is known by number, the newest 10 (2030-2033))."
    )
