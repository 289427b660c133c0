"""What corrigenda change, over HTTP: deadlines that are in force, and both sides with their passages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sg17kg.queries.library import QueryLibrary
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web.app import create_app

API = "/api/v1"
CONSULTATION = f"{API}/consultations/2025-2028/301"


@pytest.fixture(scope="module")
def service(corrected: EmbeddedStore, catalogue: QueryLibrary, dataset: Path) -> Iterator[TestClient]:
    with TestClient(create_app(corrected, catalogue, dataset / "dataset.nq"), raise_server_exceptions=False) as client:
        yield client


def test_a_consultation_has_the_deadline_in_force_and_the_one_that_was_stated(service: TestClient) -> None:
    found = service.get(CONSULTATION).json()
    assert (found["reply_deadline"], found["stated_deadline"]) == ("2026-05-27T23:59:00Z", "2026-05-20T23:59:00Z")
    [change] = found["corrections"]
    assert (change["replaced"], change["corrected"], change["in_force"], change["issued"]) == (
        "2026-05-20",
        "2026-05-27",
        True,
        "2026-03-02",
    )
    [source] = change["sources"]
    assert source["document"] == change["corrigendum"]["name"] == "Corrigendum 1 to TSB Circular 301 (2025-2028)"
    assert service.get(change["corrigendum"]["url"]).status_code == 200


@pytest.mark.parametrize(("day", "status"), [("2026-05-20", "open"), ("2026-05-27", "open"), ("2026-05-28", "closed")])
def test_it_is_open_until_the_deadline_in_force(day: str, status: str, service: TestClient) -> None:
    assert service.get(CONSULTATION, params={"on": day}).json()["status"] == status
    listed = service.get(f"{API}/consultations", params={"on": day, "limit": 200}).json()["items"]
    assert [entry["status"] for entry in listed if entry["iri"].endswith("/301")] == [status]


@pytest.mark.parametrize("path", ["consultations", "circulars"])
@pytest.mark.parametrize(("said_by", "deadline"), [("2026-03-01", "2026-05-20T23:59:00Z"), ("2026-03-02", "2026-05-27T23:59:00Z")])
def test_what_had_been_said_by_a_day_is_the_deadline_of_then(path: str, said_by: str, deadline: str, service: TestClient) -> None:
    listed = service.get(f"{API}/{path}", params={"on": "2026-05-01", "said_by": said_by, "limit": 200}).json()["items"]
    assert [entry["reply_deadline"] for entry in listed if entry["iri"].endswith("2025-2028/301")] == [deadline]


def test_a_circular_lists_what_was_changed_in_it(service: TestClient) -> None:
    changes = service.get(f"{API}/circulars/2025-2028/302").json()["corrections"]
    assert [(change["replaced"], change["corrected"], change["in_force"]) for change in changes] == [
        ("2026-08-24/2026-09-04", "2026-08-31/2026-09-11", False),
        ("X.9312", "X.9321", False),
    ]


def test_history_and_conflicts_of_a_text_tell_of_the_corrigendum(service: TestClient) -> None:
    events = service.get(f"{API}/recommendations/X.9353/history").json()["items"]
    dated = {event["event"]: event["date"] for event in events}
    assert (dated["corrigendum"], dated["reply-deadline"]) == ("2026-03-02", "2026-05-27")
    [conflict] = service.get(f"{API}/recommendations/X.9312").json()["conflicts"]
    assert conflict["type"] == "corrected"
    assert conflict["settled"]["decided"] == "2026-05-04"


def test_a_number_that_only_the_corrigendum_has_leads_to_the_draft(service: TestClient) -> None:
    assert service.get(f"{API}/resolve", params={"id": "X.9321"}).json()["iri"].endswith("/draft/2025-2028/302/4")
    found = service.get(f"{API}/search", params={"q": "corrigendum 1 circular 301"}).json()["items"]
    assert found[0]["iri"].endswith("/circular/2025-2028/301/corrigendum/1")


def test_a_calendar_and_a_feed_have_it(service: TestClient) -> None:
    calendar = service.get("/calendar.ics?consultation=2025-2028/301").text
    assert "20260527" in calendar
    assert "20260520" not in calendar
    assert "Corrigendum 1 to TSB Circular 301" in service.get("/feed.atom?limit=200").text


@pytest.mark.parametrize(
    ("lang", "until", "before"),
    [
        ("en", "27 May 2026", "In the circular itself: <time"),
        ("zh", "2026年5月27日", "通函原文： <time"),
        ("ar", "27 مايو 2026", "في الرسالة المعممة نفسها: <time"),
    ],
)
def test_the_page_of_the_consultation_has_both_with_their_lines(lang: str, until: str, before: str, service: TestClient) -> None:
    page = service.get("/consultation/2025-2028/301", params={"lang": lang, "on": "2026-05-21"}, headers={"Accept": "text/html"}).text
    until_row = page.partition("<dl")[2].partition("</dd>")[0]
    assert until in until_row
    assert before in until_row
    assert until_row.count('class="ev"') == 2
    assert 'id="corrections"' in page


def test_the_pages_of_circular_draft_and_meeting_show_what_was_changed(service: TestClient) -> None:
    html = {"Accept": "text/html"}
    assert "31 August 2026 – 11 September 2026" in service.get("/circular/2025-2028/302?lang=en", headers=html).text
    assert "corrected: 31 August 2026 – 11 September 2026" in service.get("/consultation/2025-2028/302?lang=en", headers=html).text
    assert "corrected: X.9321" in service.get("/draft/2025-2028/302/4?lang=en", headers=html).text
    assert 'id="corrections"' not in service.get("/draft/2025-2028/302/3?lang=en", headers=html).text
    assert "Settled by a corrigendum, 4 May 2026:" in service.get("/rec/X.9312?lang=en", headers=html).text
    assert 'id="corrections"' not in service.get("/circular/2025-2028/104?lang=en", headers=html).text
