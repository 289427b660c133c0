"""Lists of REST: filters, order, pages, languages; one of each kind; history and evidence."""

import re
from datetime import date

import pytest
from starlette.testclient import TestClient

from sg17kg.queries.library import QueryLibrary
from sg17kg.search.tokens import natural
from sg17kg.store.base import Store, value

LISTS = ("recommendations", "work-items", "questions", "circulars", "meetings", "consultations", "conflicts", "search?q=x.12", "queries")
SORTED = {
    "recommendations": ("number", "title", "status", "since", "approved_on"),
    "work-items": ("name", "status", "since", "proposed_number"),
    "questions": ("question", "title"),
    "circulars": ("number", "issued", "reply_deadline"),
    "meetings": ("start", "group"),
    "consultations": ("reply_deadline", "issued", "circular"),
}


def items(client: TestClient, address: str) -> list[dict[str, object]]:
    """Every item of a list, page by page."""
    found: list[dict[str, object]] = []
    following: str | None = f"/api/v1/{address}"
    while following:
        page = client.get(following).json()
        found += page["items"]
        following = page["next"]
    assert len(found) == page["total"]
    return found


@pytest.mark.parametrize("name", [name for name in LISTS if name != "queries"])
def test_pages_follow_each_other_and_hold_everything_once(name: str, client: TestClient) -> None:
    glue = "&" if "?" in name else "?"
    whole, bit_by_bit = items(client, f"{name}{glue}limit=500"), items(client, f"{name}{glue}limit=3")
    assert bit_by_bit == whole
    assert len(whole) > 3


@pytest.mark.parametrize("name", LISTS)
def test_links_of_items_lead_somewhere(name: str, client: TestClient) -> None:
    for item in client.get(f"/api/v1/{name}").json()["items"][:5]:
        if "url" in item and "queries" not in name:
            assert client.get(str(item["url"])).status_code == 200


@pytest.mark.parametrize(("name", "key"), [(name, key) for name, keys in SORTED.items() for key in keys])
def test_a_list_is_sorted_both_ways_with_the_unknown_last(name: str, key: str, client: TestClient) -> None:
    up, down = items(client, f"{name}?sort={key}"), items(client, f"{name}?sort=-{key}")
    assert {str(item) for item in up} == {str(item) for item in down}
    assert up != down or len({str(item.get(key)) for item in up}) <= 1


def test_numbers_sort_as_numbers(client: TestClient) -> None:
    numbers = [str(item["number"]) for item in items(client, "recommendations?series=X")]
    plain = [int(found[1]) for number in numbers if (found := re.fullmatch(r"X\.(\d+)", number))]
    assert plain == sorted(plain)
    assert 509 in plain


def test_an_order_that_there_is_not_is_an_error(client: TestClient) -> None:
    assert client.get("/api/v1/recommendations?sort=colour").status_code == 400


def test_the_list_says_what_each_text_says_of_itself(client: TestClient) -> None:
    for item in items(client, "recommendations?on=2026-05-01&lang=zh&limit=500")[::7]:
        one = client.get(f"/api/v1/recommendations/{item['number']}?on=2026-05-01&lang=zh").json()
        assert (item["iri"], item["status"], item["url"]) == (one["iri"], one["status"], one["url"])
        assert item["questions"] == sorted({owner["question"] for owner in one["owners"]}, key=natural)


def test_texts_of_a_question_are_those_that_it_owns(client: TestClient) -> None:
    owned = items(client, "recommendations?question=Q10/17&limit=500")
    assert "X.1280" in [item["number"] for item in owned]
    assert all("Q10/17" in item["questions"] for item in owned)  # type: ignore[operator]
    assert items(client, "recommendations?question=Q10/17&on=2020-01-01") == []


def test_owners_of_all_texts_are_those_of_each(client: TestClient, store: Store, catalogue: QueryLibrary) -> None:
    """The list and the look-up choose the newest statement in Python, the query for consoles in SPARQL: they must agree."""
    for on in ("2025-12-11", "2026-09-01"):
        listed = {str(item["number"]): item["questions"] for item in items(client, f"recommendations?on={on}&limit=500")}
        for number, questions in listed.items():
            rows = store.query(catalogue.get("question-owning").bind({"number": number, "on": on})).rows()
            assert {value(row, "question") for row in rows} == set(questions), number  # type: ignore[call-overload]


@pytest.mark.parametrize("status", ["in-force", "unknown", "under-development"])
def test_texts_at_a_stage(status: str, client: TestClient) -> None:
    found = items(client, f"recommendations?status={status}&on=2026-01-15&limit=500")
    assert found
    assert {item["status"]["code"] for item in found} == {status}  # type: ignore[index]


def test_texts_by_words_of_their_titles(client: TestClient) -> None:
    assert "X.1280" in [item["number"] for item in items(client, "recommendations?q=带外认证")]
    assert items(client, "recommendations?q=zebra") == []
    # a list is narrowed by all words; what has one of them would widen it
    assert items(client, "recommendations?q=zebra%20security") == []
    assert items(client, "recommendations?q=security") != []


def test_titles_come_in_the_language_asked_for(client: TestClient) -> None:
    address = "/api/v1/recommendations/X.1280"
    by_parameter = client.get(f"{address}?lang=zh", headers={"Accept-Language": "en"}).json()["title"]
    by_header = client.get(address, headers={"Accept-Language": "fr;q=0.3, zh-CN, en;q=0.5"}).json()["title"]
    assert by_parameter == by_header
    assert by_parameter["lang"] == "zh"
    assert client.get(f"{address}?lang=fr").json()["title"]["lang"] == "en"
    assert "accept-language" in client.get(address).headers["vary"].lower()


def test_history_is_dated_in_order_and_has_its_lines(client: TestClient) -> None:
    events = client.get("/api/v1/recommendations/X.1280/history").json()["items"]
    days = [date.fromisoformat(event["date"]) for event in events]
    assert days == sorted(days)
    owned = next(event for event in events if event["event"] == "responsible-question")
    assert (owned["date"], owned["what"]["name"]) == ("2025-12-11", "Q10/17")
    assert owned["sources"] == [
        {"document": "TSB Circular 101 (2025-2028)", "iri": "https://w3id.org/sg17kg/circular/2025-2028/101", "lines": [122, 122]}
    ]
    assert {"put-to-member-states", "reply-deadline", "approval-meeting", "approved", "edition"} <= {event["event"] for event in events}


def test_history_ends_on_the_day_and_with_what_had_been_said(client: TestClient) -> None:
    address = "/api/v1/recommendations/X.1280/history"
    until = client.get(f"{address}?on=2024-02-29").json()["items"]
    assert {event["date"] for event in until} == {"2023-10-11", "2024-02-08", "2024-02-20"}
    said = client.get(f"{address}?said_by=2026-03-01").json()["items"]
    editions = [event for event in said if event["event"] == "edition"]
    assert [(event["what"]["name"], event["said_on"], event["said_not_before"], event["read_on"]) for event in editions] == [
        ("X.1280 (03/2024)", None, "2024-03-01", "2026-08-22")
    ]
    assert client.get("/api/v1/recommendations/X.9998/history").status_code == 404


def test_a_text_that_a_draft_became_names_the_draft(client: TestClient) -> None:
    events = client.get("/api/v1/recommendations/X Suppl. 39/history").json()["items"]
    (became,) = [event for event in events if event["event"] == "became-other"]
    assert became["what"]["iri"].endswith("draft/2022-2024/79/5")


def test_a_work_item_and_what_it_became(client: TestClient) -> None:
    became = client.get("/api/v1/work-items/x.ACCSADLT").json()
    assert (became["name"], became["proposed_number"], became["status"]["code"]) == ("X.accsadlt", "X.1286", "approved")
    assert (became["resulted_in"]["name"], [owner["question"] for owner in became["owners"]]) == ("X.1286", ["Q10/17"])
    before = client.get("/api/v1/work-items/X.accsadlt?on=2026-05-01").json()
    assert (before["status"]["code"], before["resulted_in"], before["drafts"][0]["outcome"]) == ("in-consultation", None, "pending")
    assert client.get("/api/v1/work-items/X.nothing").status_code == 404


def test_work_items_of_a_question_on_a_day(client: TestClient) -> None:
    found = items(client, "work-items?question=Q10/17&on=2026-05-01")
    assert "X.accsadlt" in [item["name"] for item in found]
    assert items(client, "work-items?question=Q10/17&on=2020-01-01") == []


def test_a_meeting_and_what_it_is_to_approve(client: TestClient) -> None:
    meeting = client.get("/api/v1/meetings/SG17/2026-06").json()
    assert (meeting["start"], meeting["end"], meeting["place"], meeting["virtual"]) == ("2026-06-01", "2026-06-10", "Geneva", False)
    assert [entry["iri"].rpartition("sg17kg/")[2] for entry in meeting["approves"]] == ["consultation/2025-2028/104"]
    assert client.get("/api/v1/meetings/sg17/1999-01").status_code == 404


def test_a_consultation_with_its_rules_rows_and_lines(client: TestClient) -> None:
    found = client.get("/api/v1/consultations/2025-2028/104?on=2026-05-01").json()
    assert (found["reply_deadline"], found["status"], found["rules"]["threshold_percent"]) == ("2026-05-20T23:59:00Z", "open", 70.0)
    assert len(found["items"]) == 11
    assert found["sources"]["replyDeadline"][0]["lines"] == [39, 39]
    assert client.get("/api/v1/consultations/2025-2028/9999").status_code == 404


def test_subjects_of_circulars_come_in_the_language_that_there_is(client: TestClient) -> None:
    assert client.get("/api/v1/circulars/2025-2028/104?lang=en").json()["subject"]["lang"] == "zh"
    assert {item["subject"]["lang"] for item in items(client, "circulars?lang=fr") if item["subject"]} == {"zh"}  # type: ignore[index]


def test_circulars_of_a_study_period(client: TestClient) -> None:
    found = items(client, "circulars?period=2025-2028&sort=-number")
    numbers = [int(str(item["number"])) for item in found]
    assert numbers == sorted(numbers, reverse=True)
    assert {101, 104} <= set(numbers)
    assert client.get("/api/v1/circulars?period=soon").status_code == 400


def test_evidence_of_a_triple_by_iris_names_and_paths(client: TestClient) -> None:
    full = "s=https://w3id.org/sg17kg/consultation/2025-2028/104&p=https://w3id.org/sg17kg/ontology%23replyDeadline"
    short = "s=consultation/2025-2028/104&p=sg17:replyDeadline&o=2026-05-20T23:59:00Z"
    one, other = (client.get(f"/api/v1/evidence?{query}").json() for query in (full, short))
    assert one == other
    assert [(entry["object"]["value"], entry["source"]["lines"]) for entry in one["items"]] == [("2026-05-20T23:59:00Z", [39, 39])]
    assert client.get("/api/v1/evidence?s=rec/X.1280&p=sg17:number&o=X.1281").json()["items"] == []
    assert client.get("/api/v1/evidence?s=foo:bar").status_code == 400


def test_what_people_type_is_resolved(client: TestClient) -> None:
    for typed in ("x1280", "ITU-T X.1280", "Ｘ．１２８０"):
        found = client.get("/api/v1/resolve", params={"id": typed}).json()
        assert (found["iri"], found["kind"]) == ("https://w3id.org/sg17kg/rec/X.1280", "Recommendation")
        assert client.get(found["url"]).json()["number"] == "X.1280"
    assert client.get("/api/v1/resolve?id=X.OOB-SA").json()["kind"] == "WorkItem"
    assert client.get("/api/v1/resolve?id=nothing").status_code == 404


def test_a_search_can_be_narrowed_to_a_kind(client: TestClient) -> None:
    kinds = {item["type"] for item in items(client, "search?q=SG17&kind=meeting")}
    assert kinds == {"Meeting"}


def test_a_series_is_the_beginning_of_a_number_or_its_hundred(client: TestClient) -> None:
    begun = {item["number"] for item in items(client, "recommendations?series=X.12&limit=200")}
    hundred = {item["number"] for item in items(client, "recommendations?series=X.1200&limit=200")}
    assert "X.1280" in hundred
    assert hundred <= begun


def test_a_circular_without_a_date_is_no_news(client: TestClient) -> None:
    circulars = {str(item["name"]) for item in items(client, "queries/news?kind=circular")}
    assert "TSB Circular 104 (2025-2028)" in circulars
    assert not [name for name in circulars if "101 (2025-2028)" in name]
    assert "30 Jan" not in client.get("/?on=2026-02-01", headers={"Accept": "text/html"}).text
