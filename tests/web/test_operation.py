"""What stands around the routes: kept answers, identifiers, logs, figures."""

import asyncio
import json
import logging
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import Store
from sg17kg.web.app import create_app
from sg17kg.web.middleware import json_logs
from sg17kg.web.middleware.response_cache import CachedResponse, ResponseCache
from sg17kg.web.serving import Settings

LOG: list[Mapping[str, object]] = []


@pytest.fixture
def own(store: Store, catalogue: QueryLibrary, dataset: Path) -> Iterator[TestClient]:
    """A service whose figures nobody else changes."""
    LOG.clear()
    app = create_app(store, catalogue, dataset / "dataset.nq", Settings(log=LOG.append))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def figures(client: TestClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample of /metrics, read by Prometheus's own parser."""
    text = client.get("/metrics").text
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in samples}


def kept(client: TestClient) -> tuple[float, float]:
    found = figures(client)
    return found["sg17kg_response_cache_requests_total", (("result", "hit"),)], found[
        "sg17kg_response_cache_requests_total", (("result", "miss"),)
    ]


def test_the_same_address_is_answered_from_what_is_kept(own: TestClient) -> None:
    first, second = own.get("/api/v1/recommendations/X.1280"), own.get("/api/v1/recommendations/X.1280")
    assert first.content == second.content
    assert {name: value for name, value in first.headers.items() if name != "x-request-id"} == {
        name: value for name, value in second.headers.items() if name != "x-request-id"
    }
    assert kept(own) == (1, 1)


@pytest.mark.parametrize(
    "other",
    [{"Accept": "text/turtle"}, {"Host": "portal.example"}, {"Accept-Language": "zh"}],
    ids=lambda header: next(iter(header)),
)
def test_what_an_answer_depends_on_is_another_answer(other: dict[str, str], own: TestClient) -> None:
    own.get("/rec/X.1280")
    own.get("/rec/X.1280", headers=other)
    assert kept(own) == (0, 2)


def test_links_name_the_host_that_was_asked(own: TestClient) -> None:
    one = own.get("/dumps/", headers={"Host": "one.example"}).json()["items"][0]["url"]
    two = own.get("/dumps/", headers={"Host": "two.example"}).json()["items"][0]["url"]
    assert (one.split("/")[2], two.split("/")[2]) == ("one.example", "two.example")


def test_kept_answers_know_validators_and_head(own: TestClient) -> None:
    first = own.get("/rec/X.1280.ttl")
    assert own.get("/rec/X.1280.ttl", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    head = own.head("/rec/X.1280.ttl", headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(first.content)))
    assert own.get("/rec/X.1280.ttl", headers={"If-None-Match": '"another"'}).content == first.content


def test_sparql_that_is_asked_again_is_kept_by_get_and_by_post(own: TestClient) -> None:
    query = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3"
    answers = [own.get("/sparql", params={"query": query}) for _ in range(3)] + [
        own.post("/sparql", data={"query": query}) for _ in range(3)
    ]
    assert len({answer.content for answer in answers}) == 1
    assert kept(own) == (2, 4)
    assert answers[5].headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()", "bnode()"])
def test_what_changes_by_itself_is_not_kept(function: str, own: TestClient) -> None:
    answers = [own.get("/sparql", params={"query": f"SELECT ({function} AS ?x) {{}}"}) for _ in range(2)]
    assert [answer.headers["cache-control"] for answer in answers] == ["no-store"] * 2
    assert kept(own)[0] == 0


def test_errors_are_not_kept(own: TestClient) -> None:
    assert [own.get("/rec/X.999999").status_code for _ in range(2)] == [404, 404]
    assert kept(own)[0] == 0


def test_queries_that_are_asked_once_push_nothing_out(own: TestClient) -> None:
    own.get("/rec/X.1280")
    for number in range(5):
        own.get("/sparql", params={"query": f"SELECT ({number} AS ?n) {{}}"})
    assert figures(own)["sg17kg_response_cache_entries", ()] == 1


def test_what_was_asked_once_is_remembered_for_a_while_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sg17kg.web.middleware.response_cache._REMEMBERED", 2)
    answers = ResponseCache()
    assert [answers.again(key) for key in ("a", "b", "a", "c", "b")] == [False, False, True, False, True]
    assert [answers.again(key) for key in ("d", "e", "a")] == [False, False, False]


def test_what_was_used_last_stays() -> None:
    beside = CachedResponse([], b"").size
    assert beside >= 1000  # what is kept about an answer counts, too
    answers = ResponseCache(most=100 + 2 * beside + 2, largest=60)
    for name in ("a", "b"):
        answers.put(name, CachedResponse([], b"x" * 50))
    assert answers.get("a")
    answers.put("c", CachedResponse([], b"x" * 50))
    answers.put("too large", CachedResponse([], b"x" * 61))
    assert [bool(answers.get(name)) for name in ("a", "b", "c", "too large")] == [True, False, True, False]
    assert (answers.size, len(answers)) == (100 + 2 * beside + 2, 2)
    answers.put("a", CachedResponse([], b"x"))
    assert answers.size == 51 + 2 * beside + 2


def test_keys_and_headers_count_and_a_long_key_is_not_kept() -> None:
    answers = ResponseCache(most=10_000)
    for number in range(100):
        answers.put(("http", f"/{number}", b"x" * 1000, (b"accept", b"y" * 500)), CachedResponse([(b"etag", b"z" * 100)], b"ASK"))
    assert 3 <= len(answers) <= 4
    answers.put(("http", "/", b"x" * 3000), CachedResponse([], b""))
    assert answers.get(("http", "/", b"x" * 3000)) is None
    answers.empty()
    assert answers.size == 0


def test_an_answer_in_another_coding_counts_once_however_many_asked_for_it_at_once() -> None:
    answers = ResponseCache(most=20_000)
    kept = CachedResponse([(b"content-type", b"text/plain"), (b"etag", b'"x"')], b"y" * 5000)
    answers.put("a", kept)

    async def several() -> None:
        async def ask() -> None:
            await kept.coded(b"gzip")
            answers.measure("a")

        await asyncio.gather(*(ask() for _ in range(10)))

    asyncio.run(several())
    assert answers.size == kept.size + len("a")
    answers.put("b", CachedResponse([], b"z" * 19_500))  # larger than all that may be kept
    assert (answers.size, len(answers)) == (0, 0)
    answers.put("c", CachedResponse([], b"z"))
    assert len(answers) == 1


def test_a_new_day_is_a_new_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ResponseCache()
    answers.get("a")
    answers.put("a", CachedResponse([], b"what is open today"))
    assert answers.get("a")
    tomorrow = time.time() + 86_400
    monkeypatch.setattr("sg17kg.web.middleware.response_cache.time.time", lambda: tomorrow)
    assert answers.get("a") is None


def test_each_request_has_an_identifier_and_a_line(own: TestClient) -> None:
    given = own.get("/health", headers={"X-Request-ID": "portal-42"})
    assert given.headers["x-request-id"] == "portal-42"
    for strange in ("a b", "x" * 65, 'é"', ""):
        made = own.get("/health", headers={b"X-Request-ID": strange.encode()})
        assert made.headers["x-request-id"] not in (strange, "")
    own.get("/sparql", params={"query": "SELECT ?private {"})
    entries = [json.loads(json_logs.line(entry)) for entry in LOG]
    assert [entry["status"] for entry in entries] == [200] * 5 + [400]
    assert entries[0] | {"time": "", "ms": 0} == {
        "time": "", "level": "info", "logger": "sg17kg.access", "request_id": "portal-42", "method": "GET", "path": "/health",
        "status": 200, "ms": 0, "bytes": len(given.content), "client": "testclient",
    }  # fmt: skip
    assert "private" not in json.dumps(entries)


def test_a_log_line_is_one_line_whatever_it_holds() -> None:
    record = logging.LogRecord("sg17kg", logging.ERROR, "", 0, "bad\nthings: %s", ('"\r\n{"level": "info"}',), None)
    record.query = "SELECT\n\u2028*"
    written = json_logs.JsonLines().format(record)
    assert len(written.splitlines()) == 1
    assert json.loads(written)["query"] == "SELECT\n\u2028*"
    assert json.loads(written)["level"] == "error"


def test_figures_count_by_route_and_not_by_address(own: TestClient) -> None:
    for number in range(5):
        own.get(f"/rec/X.{number}")
        own.get(f"/no/such/{number}")
    found = figures(own)
    assert not [labels for name, labels in found if name == "sg17kg_http_requests_total" and "such" in str(labels)]
    assert found["sg17kg_http_requests_total", (("method", "GET"), ("route", "/rec"), ("status", "404"))] == 5
    assert found["sg17kg_http_requests_total", (("method", "GET"), ("route", "other"), ("status", "404"))] == 5
    assert found["sg17kg_http_request_duration_seconds_count", (("route", "/rec"),)] == 5


def test_figures_tell_of_processes_and_dataset(own: TestClient, store: Store) -> None:
    own.get("/sparql", params={"query": "ASK {}"})
    found = figures(own)
    assert found["sg17kg_server_processes", (("state", "serving"),)] == 1
    assert found["sg17kg_queries", ()] == 0
    assert found["sg17kg_computations_ended_total", (("reason", "deadline"),)] == 0
    assert [dict(labels)["sha256"] for name, labels in found if name == "sg17kg_dataset"] == [store.version]


def test_an_answer_tells_its_limits(own: TestClient) -> None:
    assert own.get("/sparql", params={"query": "ASK {}"}).headers["sg17kg-limits"] == "seconds=10, rows=1000000, bytes=67108864"


def test_methods_that_are_no_way_to_ask(own: TestClient) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        answer = own.request(method, "/sparql", params={"query": "ASK {}"})
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
