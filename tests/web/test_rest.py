"""REST: the routes of docs/reference/rest.md, and errors as problem documents."""

import html
import re

import pytest
from starlette.testclient import TestClient

KG = "https://w3id.org/sg17kg/"
PASSAGE = {"document": "TSB Circular 101 (2025-2028)", "iri": KG + "circular/2025-2028/101", "lines": [122, 122]}
OWNER = {
    "question": "Q10/17",
    "iri": KG + "question/17/10",
    "as_of": "2025-12-11",
    "basis": "stated",
    "joint_with": [],
    "sources": [PASSAGE],
    "version": KG + "question/17/10/2026",
    "version_name": "Q10/17 (2026)",
    "said_on": None,
    "said_not_before": "2026-01-30",
    "read_on": None,
}


def test_who_owns_a_recommendation_since_when_and_which_line_says_so(client: TestClient) -> None:
    answer = client.get("/api/v1/recommendations/X.1280/owner")
    assert answer.status_code == 200
    assert answer.json().pop("known_until")["question_lists"] == {"newest": "2025-12-11", "complete": False}
    said = {name: value for name, value in answer.json().items() if name != "known_until"}
    assert said == {"number": "X.1280", "on": None, "questions": [OWNER], "conflict": False, "earlier": [], "later": []}


def test_the_day_before_nobody_is_known(client: TestClient) -> None:
    answer = client.get("/api/v1/recommendations/X.1280/owner?on=2025-12-10").json()
    assert (answer["on"], answer["questions"], answer["conflict"], answer["earlier"]) == ("2025-12-10", [], False, [])
    assert [(owner["question"], owner["as_of"]) for owner in answer["later"]] == [("Q10/17", "2025-12-11")]


def test_days_before_the_first_statement_are_one_answer_and_days_after_the_newest_another(client: TestClient) -> None:
    def on(day: str) -> dict[str, object]:
        answer: dict[str, object] = client.get(f"/api/v1/recommendations/X.1280/owner?on={day}").json()
        return {name: said for name, said in answer.items() if name != "on"}

    assert on("1990-01-01") == on("2024-03-01") == on("2025-12-10")
    assert on("2025-12-11") == on("2026-06-10") == on("2028-12-31")
    assert on("2029-01-01") == on("2099-01-01")  # the study period of the newest list is over
    assert on("2029-01-01")["questions"] == on("2029-01-01")["later"] == []
    assert on("2029-01-01")["earlier"] == on("2026-01-01")["questions"]


def test_two_owners_are_a_conflict(client: TestClient) -> None:
    answer = client.get("/api/v1/recommendations/X.1282/owner").json()
    assert [entry["question"] for entry in answer["questions"]] == ["Q10/17", "Q7/17"]
    assert answer["conflict"] is True
    assert client.get("/api/v1/recommendations/X.1282").json()["conflicts"][0]["type"] == "two-owners"


@pytest.mark.parametrize("typed", ["X.1280", "x1280", "ITU-T X.1280", "x.1280"])
def test_a_recommendation_by_any_printed_form(typed: str, client: TestClient) -> None:
    answer = client.get(f"/api/v1/recommendations/{typed}?on=2026-05-01").json()
    assert (answer["iri"], answer["number"], answer["owners"]) == (KG + "rec/X.1280", "X.1280", [OWNER])
    assert (answer["status"]["code"], answer["status"]["since"]) == ("in-force", "2024-03-01")
    assert [(draft["kind"], draft["document"], draft["meeting"], draft["outcome"]) for draft in answer["drafts"]] == [
        ("revised", "SG17-R25", "SG17 2026-06", "pending"),
        ("new", "SG17-R51", "SG17 2024-02", "approved"),
    ]
    assert answer["provisional_names"][0]["name"] == "X.oob-sa"


def test_keys_of_a_recommendation_are_those_of_the_contract(client: TestClient) -> None:
    assert list(client.get("/api/v1/recommendations/X.1280").json()) == [
        "iri", "number", "titles", "status", "owners", "provisional_names", "editions", "drafts", "amendments", "conflicts",
        "other_numbers", "translated_titles", "earlier_owners", "later_owners", "groups", "subseries", "title", "url", "links",
        "known_until",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "on", "outcome"),
    [
        ("X.1221", "2026-11-01", "unknown"),
        ("X.1771", "2026-11-01", "became-other"),
        ("X.1811", "2026-11-01", "approved-later"),
        ("X.1811", "2021-02-01", "unknown"),
        ("X.1286", "2026-06-10", "approved"),
        ("X.1286", "2026-05-31", "pending"),
    ],
)
def test_the_outcome_of_a_draft_on_a_day(number: str, on: str, outcome: str, client: TestClient) -> None:
    drafts = client.get(f"/api/v1/recommendations/{number}?on={on}").json()["drafts"]
    assert [draft["outcome"] for draft in drafts] == [outcome]


@pytest.mark.parametrize(
    ("number", "on", "code", "since"),
    [
        ("X.1280", "2026-11-01", "in-force", "2026-06-10"),
        ("X.1286", "2026-05-01", "in-consultation", "2026-02-13"),
        ("X.1286", "2026-01-10", "under-development", "2025-12-11"),
        ("X.1286", "2025-01-10", "unknown", None),
        ("X.1771", "2023-07-01", "unknown", None),
        ("X.1286", "2026-05-25", "consultation-closed", "2026-05-21"),
        ("X.1286", "2026-06-10", "in-force", "2026-06-10"),
        ("X.2210", "2026-11-01", "unknown", None),
    ],
)
def test_the_status_of_a_text_on_a_day(number: str, on: str, code: str, since: str | None, client: TestClient) -> None:
    status = client.get(f"/api/v1/recommendations/{number}?on={on}").json()["status"]
    assert (status["code"], status["since"]) == (code, since)


def test_editions_with_titles_and_links(client: TestClient) -> None:
    answer = client.get("/api/v1/recommendations/X.1280").json()
    assert [(entry["edition"], entry["approved_on"]) for entry in answer["editions"]] == [
        ("03/2024", "2024-03-01"),
        ("06/2026", "2026-06-10"),
    ]
    assert answer["editions"][0]["iri"] == KG + "rec/X.1280/2024-03"
    assert answer["editions"][0]["url"] == "https://www.itu.int/rec/T-REC-X.1280-202403-I"
    assert {title["lang"] for title in answer["titles"]} == {"en", "zh"}


def test_every_conflict_has_its_passages(client: TestClient) -> None:
    listed = client.get("/api/v1/conflicts").json()
    found = {(entry["type"], entry["iri"].rsplit("/", 1)[-1]) for entry in listed["items"]}
    assert found >= {
        ("two-owners", "X.1282"),
        ("joint-group", "X.1261"),
        ("listed-before-first-edition", "X.1130"),
        ("revision-already-approved", "X.1250"),
        ("form-against-heading", "5"),
    }
    assert all(len(entry["statements"]) == 2 for entry in listed["items"])
    without_letters = ("edition-date", "other-half", "two-editions-in-force", "twin-newer", "twin-withdrawn")
    from_letters = [entry for entry in listed["items"] if entry["type"] not in without_letters]
    assert all(entry["sources"] for entry in from_letters)
    assert listed["total"] == len(listed["items"])


def test_amendments_of_a_recommendation(client: TestClient) -> None:
    parts = client.get("/api/v1/recommendations/X.1352").json()["amendments"]
    assert [(part["number"], part["type"]) for part in parts] == [("X.1352 (2022) Amd.1", "Amendment")]


def test_a_question_with_versions_texts_and_relations(client: TestClient) -> None:
    answer = client.get("/api/v1/questions/17/10").json()
    newest = answer["versions"][0]
    assert (newest["year"], newest["status"], newest["study_items"], len(newest["tasks"])) == ("2026", "revised", 31, 15)
    assert newest["continues"] == ["Q10/17 (2025)", "Q3/17 (2025)"]
    assert (newest["tasks"][0]["ordinal"], newest["tasks"][0]["study_items"]) == (1, [1, 2, 7, 8, 9, 10, 11])
    assert {label["lang"] for label in newest["tasks"][0]["labels"]} == {"en", "zh"}
    assert [item["ordinal"] for item in newest["study_item_labels"]] == list(range(1, 32))
    assert {entry["lang"] for entry in newest["purpose"]} == {"en", "zh"}
    assert {"type": "Body", "name": "ETSI", "iri": KG + "body/etsi"} in answer["relations"]
    assert any(text["text"] == "E.409" and text["joint_with"] == "SG2" for text in answer["texts"])


def test_a_circular_with_consultation_drafts_and_findings(client: TestClient) -> None:
    answer = client.get("/api/v1/circulars/2022-2024/142?on=2024-01-01").json()
    assert (answer["issued"], answer["reference"], answer["annexes"], answer["meeting"]) == ("2023-10-11", "SG17/XY", 2, "SG17 2024-02")
    assert answer["consultation"]["status"] == "open"
    assert answer["rules"]["threshold_percent"] == 70.0
    assert [draft["number"] for draft in answer["drafts"]][:2] == ["X.1150", "X.1221"]
    assert {"form-number-differs", "number-without-dot"} <= {finding["code"] for finding in answer["findings"]}


@pytest.mark.parametrize(
    ("query", "circulars"),
    [
        ("status=open&on=2026-05-01", ["TSB Circular 104 (2025-2028)"]),
        ("status=open&on=2026-11-01", []),
        ("status=closed&on=2023-09-01", ["TSB Circular 268 (2017-2020)", "TSB Circular 79 (2022-2024)"]),
    ],
)
def test_consultations_open_and_closed_on_a_day(query: str, circulars: list[str], client: TestClient) -> None:
    answer = client.get(f"/api/v1/consultations?{query}").json()
    assert [item["circular"] for item in answer["items"]] == circulars
    assert (answer["total"], answer["next"]) == (len(circulars), None)


def test_lists_go_on_with_a_cursor_to_their_end(client: TestClient) -> None:
    seen: list[str] = []
    url = "/api/v1/consultations?limit=2&on=2026-11-01"
    while url:
        page = client.get(url).json()
        assert page["total"] == 5
        seen += [item["circular"] for item in page["items"]]
        url = page["next"]
    assert len(seen) == len(set(seen)) == 5


def test_the_catalogue_as_routes(client: TestClient) -> None:
    listed = client.get("/api/v1/queries").json()
    assert listed["total"] == len(listed["items"]) >= 12
    answer = client.get("/api/v1/queries/question-owning?number=X.1280").json()
    assert (answer["items"][0]["question"], answer["items"][0]["first_line"]) == ("Q10/17", "122")


@pytest.mark.parametrize("media_type", ["text/csv", "application/sparql-results+json", "application/sparql-results+xml"])
def test_the_catalogue_in_other_formats(media_type: str, client: TestClient) -> None:
    answer = client.get("/api/v1/queries/became?name=X.accsadlt", headers={"Accept": media_type})
    assert answer.headers["content-type"].split(";")[0] == media_type
    assert "X.1286" in answer.text


def test_every_query_of_the_catalogue_answers_its_example(client: TestClient) -> None:
    for entry in client.get("/api/v1/queries").json()["items"]:
        assert client.get(entry["url"], params=entry["example"]).status_code == 200, entry["name"]


PROBLEMS = [
    ("/api/v1/recommendations/X.9999", 404, "no text X.9999"),
    ("/api/v1/recommendations/hello", 400, "no number"),
    ("/api/v1/recommendations/X.1280?lng=en", 400, "unknown parameter 'lng'"),
    ("/api/v1/recommendations/X.1280?on=2026-02-30", 400, "on"),
    ("/api/v1/recommendations/X.1280?on=1777593600", 400, "write it like 2026-06-10"),
    ("/api/v1/recommendations/X.1280?on=2026-01-01&on=2026-01-02", 400, "2 times"),
    ("/api/v1/questions/17/999", 404, "no Question Q999/17"),
    ("/api/v1/questions/x/y", 400, "sg"),
    ("/api/v1/circulars/2025-2028/9999", 404, "no TSB Circular 9999"),
    ("/api/v1/circulars/latest/104", 400, "no study period"),
    ("/api/v1/consultations?status=maybe", 400, "status"),
    ("/api/v1/consultations?limit=501", 400, "limit"),
    ("/api/v1/consultations?cursor=nonsense", 400, "cursor"),
    ("/api/v1/queries/nope", 404, "no query"),
    ("/api/v1/queries/circular?circular=104&period=2025-2028", 404, "no query"),
    ("/api/v1/queries/question-owning", 400, "'number' is missing"),
    ("/api/v1/queries/question-owning?number=X.1280&x=1", 400, "unknown parameter 'x'"),
    ("/dumps/nope.nq", 404, "no dump"),
    ("/rec/X.99999", 404, "nothing is known"),
    ("/rec/X.1280?format=docx", 400, "unknown format"),
    ("/nope", 404, "no such page"),
    ("/health?x=1", 400, "unknown parameter"),
]


@pytest.mark.parametrize(("path", "status", "detail"), PROBLEMS)
def test_errors_are_problem_documents_that_say_what_to_do(path: str, status: int, detail: str, client: TestClient) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert {"title", "detail", "instance", "status"} <= set(problem)
    assert detail in problem["detail"]
    assert "Traceback" not in answer.text


def test_a_method_that_is_not_allowed_is_a_problem_document(client: TestClient) -> None:
    answer = client.post("/api/v1/recommendations/X.1280")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")


def test_answers_carry_validators(client: TestClient) -> None:
    answer = client.get("/api/v1/recommendations/X.1280", headers={"Accept-Encoding": "identity"})
    assert re.fullmatch('"[0-9a-f]{32}"', answer.headers["etag"])
    assert {"cache-control", "last-modified", "vary"} <= set(answer.headers)
    assert answer.headers["access-control-allow-origin"] == "*"
    again = client.get("/api/v1/recommendations/X.1280", headers={"If-None-Match": answer.headers["etag"], "Accept-Encoding": "identity"})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head("/api/v1/recommendations/X.1280", headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", answer.headers["etag"])


def test_health_and_openapi(client: TestClient) -> None:
    assert client.get("/health").json()["status"] == "ok"
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/api/v1/recommendations/{number}/owner", "/api/v1/questions/{sg}/{n}", "/sparql"} <= set(paths)


def test_openapi_tells_of_the_errors_that_are_sent(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    told = [(path, set(operation["responses"])) for path, operations in document["paths"].items() for operation in operations.values()]
    assert [path for path, statuses in told if not {"400", "404"} <= statuses] == []
    # 422 is said of a file that is no circular, never of parameters
    assert [path for path, statuses in told if "422" in statuses] == ["/api/v1/check"]
    assert "Problem" in document["components"]["schemas"]
    assert document["paths"]["/sparql"]["post"]["requestBody"]["content"]


def test_browsers_of_other_sites_may_ask(client: TestClient) -> None:
    answer = client.options("/sparql", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "ETag" in client.get("/health").headers["access-control-expose-headers"]


def test_home_leads_on_and_holds_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/").text
    assert 'href="/rec/X.1280"' in page
    taken = re.findall(r"""<(?:script|link|img)[^>]*(?:src|href)=["']([^"']+)""", page)
    assert taken
    assert not re.search(r"<script(?![^>]*src=)|<style| style=| on[a-z]+=", page)


def test_a_question_on_a_day_has_the_versions_that_had_been_adopted(client: TestClient) -> None:
    before, after = (client.get(f"/api/v1/questions/17/10?on={day}").json()["versions"] for day in ("2026-01-29", "2026-01-30"))
    assert "2026" not in {version["year"] for version in before}
    assert "2026" in {version["year"] for version in after}


def test_the_reference_page_names_every_address_and_its_examples_work(client: TestClient) -> None:
    page = client.get("/docs", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for method in operations:
            assert f"<code>{method.upper()} {path}</code>" in page.text, path
    examples = re.findall(r'<p class="example"><a href="([^"]+)"', page.text)
    assert len(examples) > 25
    for address in examples:
        assert client.get(html.unescape(address)).status_code == 200, address
