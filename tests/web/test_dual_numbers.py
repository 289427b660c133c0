"""A dual number is found under both of its numbers, and under the pair as printed: as a thing, by REST, by search, in lists."""

import csv
import io

import pytest
from starlette.testclient import TestClient

KG = "https://w3id.org/sg17kg/"
PRINTED = ("D.1140", "D.1140/X.1261", "D.1140%2FX.1261", "d1140", "d1140/x1261")


@pytest.mark.parametrize("printed", PRINTED)
@pytest.mark.parametrize("tail", ["", ".ttl", "?format=jsonld"])
def test_as_a_thing_they_lead_to_the_number_that_names_the_text(printed: str, tail: str, client: TestClient) -> None:
    answer = client.get(f"/rec/{printed}{tail}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, f"http://testserver/rec/X.1261{tail}")


@pytest.mark.parametrize("printed", ["D.1140", "D.1140/X.1261"])
def test_an_edition_is_found_under_them_too(printed: str, client: TestClient) -> None:
    answer = client.get(f"/rec/{printed}/2020-08.ttl", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, "http://testserver/rec/X.1261/2020-08.ttl")
    assert client.get(f"/rec/{printed}/1999-08", follow_redirects=False).status_code == 404


@pytest.mark.parametrize("printed", PRINTED)
@pytest.mark.parametrize("below", ["", "/owner", "/history"])
def test_rest_answers_the_same_for_all(printed: str, below: str, client: TestClient) -> None:
    named = client.get(f"/api/v1/recommendations/X.1261{below}")
    assert named.status_code == 200
    answer = client.get(f"/api/v1/recommendations/{printed}{below}")
    assert (answer.status_code, answer.json()) == (200, named.json())
    assert answer.headers["content-location"] == f"http://testserver/api/v1/recommendations/X.1261{below}"


def test_the_record_says_its_other_number(client: TestClient) -> None:
    record = client.get("/api/v1/recommendations/D.1140").json()
    assert (record["number"], record["other_numbers"]) == ("X.1261", ["D.1140"])
    assert client.get("/api/v1/recommendations/X.1280").json()["other_numbers"] == []


@pytest.mark.parametrize(
    "path", ["X.1261/D", "X.1261/nothing", "X.1261/owner/2", "X.1261/Y.1", "D.267", "D.267/X.1261", "A.1/B.2/C.3/D.4/E.5"]
)
def test_no_other_path_is_a_text(path: str, client: TestClient) -> None:
    assert client.get(f"/api/v1/recommendations/{path}").status_code in (400, 404)
    assert client.get(f"/rec/{path}").status_code == 404


@pytest.mark.parametrize("series", ["D", "X.12", "D.11"])
def test_a_list_by_series_has_it_once_under_both(series: str, client: TestClient) -> None:
    items = client.get("/api/v1/recommendations", params={"series": series, "limit": 500}).json()["items"]
    assert [item["other_numbers"] for item in items if item["number"] == "X.1261"] == [["D.1140"]]
    assert "D.1140" not in [item["number"] for item in items]


@pytest.mark.parametrize("series", ["D.1100", "X.1200"])
def test_the_page_of_a_series_has_it(series: str, client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/recommendations.csv", params={"series": series}).text)))
    assert [row["other_numbers"] for row in rows if row["number"] == "X.1261"] == ["D.1140"]


@pytest.mark.parametrize("typed", ["D.1140", "x1261", "ITU-T D.1140/X.1261", "Y.2066", "y4100/y2066"])
def test_search_and_resolve_find_the_one_text(typed: str, client: TestClient) -> None:
    iri = KG + ("rec/Y.4100" if "y" in typed.casefold() else "rec/X.1261")
    assert client.get("/api/v1/resolve", params={"id": typed}).json()["iri"] == iri
    assert client.get("/api/v1/search", params={"q": typed}).json()["items"][0]["iri"] == iri


@pytest.mark.parametrize("asked", ["question-owning", "status-of-text", "history-of-text", "editions-of-text", "life-of"])
def test_a_query_takes_every_number(asked: str, client: TestClient) -> None:
    def rows(number: str) -> list[dict[str, object]]:
        answer = client.get(f"/api/v1/queries/{asked}", params={"number": number})
        assert answer.status_code == 200
        return [{name: cell for name, cell in row.items() if name != "number"} for row in answer.json()["items"]]

    assert rows("X.1261") == rows("D.1140") == rows("D.1140/X.1261") != []


def test_the_page_shows_the_conflict_of_halves(client: TestClient) -> None:
    assert "D.267/X.1261" in client.get("/rec/X.1261", headers={"Accept": "text/html"}).text
