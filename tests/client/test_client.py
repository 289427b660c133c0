"""Every verb of the client against the running service."""

import hashlib
import http.client
import inspect
import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from sg17kg import assets
from sg17kg.client import BadArgument, BadRequest, Client, NotFound, RequestTimeout, Term
from tests import ROOT
from tests.patience import PATIENCE
from tests.test_serving import serving

KG = "https://w3id.org/sg17kg/"
OWNER: dict[str, object] = {
    "question": "Q10/17",
    "iri": KG + "question/17/10",
    "as_of": "2025-12-11",
    "basis": "stated",
    "joint_with": [],
    "sources": [{"document": "TSB Circular 101 (2025-2028)", "iri": KG + "circular/2025-2028/101", "lines": [122, 122]}],
    "version": KG + "question/17/10/2026",
    "version_name": "Q10/17 (2026)",
    "said_on": None,
    "said_not_before": "2026-01-30",
    "read_on": None,
}
VERBS: dict[str, Callable[..., object]] = {
    "/api/v1/recommendations": Client.recommendations,
    "/api/v1/recommendations/{number}": Client.recommendation,
    "/api/v1/recommendations/{number}/owner": Client.owner,
    "/api/v1/recommendations/{number}/history": Client.history,
    "/api/v1/work-items": Client.work_items,
    "/api/v1/work-items/{name}": Client.work_item,
    "/api/v1/questions": Client.questions,
    "/api/v1/questions/{sg}/{n}": Client.question,
    "/api/v1/circulars": Client.circulars,
    "/api/v1/circulars/{period}/{number}": Client.circular,
    "/api/v1/consultations": Client.consultations,
    "/api/v1/consultations/{period}/{number}": Client.consultation,
    "/api/v1/meetings": Client.meetings,
    "/api/v1/meetings/{group}/{month}": Client.meeting,
    "/api/v1/conflicts": Client.conflicts,
    "/api/v1/search": Client.search,
    "/api/v1/resolve": Client.resolve,
    "/api/v1/evidence": Client.evidence,
    "/api/v1/queries": Client.queries,
    "/api/v1/queries/{name}": Client.query,
    "/calendar.ics": Client.calendar,
    "/feed.atom": Client.feed,
}
POSTED = {"/api/v1/check": Client.check}
# The client does these itself: pages by `page_size`, the language by Accept-Language, Q10/17 in one piece, `id` as `printed`
_ITS_OWN = {"cursor", "lang", "id", "n"}


@pytest.fixture(scope="module")
def openapi(address: str) -> dict[str, Any]:
    link = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
    link.request("GET", "/openapi.json")
    found: dict[str, Any] = json.loads(link.getresponse().read())
    link.close()
    return found


def test_every_route_of_rest_has_its_verb(openapi: dict[str, Any]) -> None:
    assert {path for path in openapi["paths"] if path.startswith("/api/") or path in VERBS} == {*VERBS, *POSTED}


@pytest.mark.parametrize("path", VERBS)
def test_a_verb_takes_every_parameter_of_its_route(path: str, openapi: dict[str, Any]) -> None:
    declared = {entry["name"] for entry in openapi["paths"][path]["get"].get("parameters", ()) if entry.get("in") in ("path", "query")}
    assert declared or path == "/api/v1/queries"
    own = _ITS_OWN | ({"sg"} if "{sg}" in path else set()) | ({"limit"} if path.startswith("/api/") else set())
    taken = set(inspect.signature(VERBS[path]).parameters) - {"self"}
    assert declared - own <= taken


@pytest.mark.parametrize("path", POSTED)
def test_a_verb_that_sends_takes_every_parameter_of_its_route(path: str, openapi: dict[str, Any]) -> None:
    declared = {entry["name"] for entry in openapi["paths"][path]["post"]["parameters"]}
    assert declared == {*inspect.signature(POSTED[path]).parameters} - {"self", "circular"}


def test_a_circular_is_checked(address: str) -> None:
    with Client(address, timeout=PATIENCE) as client:
        held = client.check(ROOT / "tests" / "fixtures" / "consequences" / "sixth.txt")
        alone = client.check(ROOT / "tests" / "fixtures" / "consequences" / "sixth.txt", against=False)
        assert (held["file"], held["against"], alone["against"]) == ("sixth.txt", client.version(), None)
    assert "report-used-twice" in {finding["code"] for finding in held["findings"]} - {finding["code"] for finding in alone["findings"]}


def test_a_file_that_is_no_circular_is_refused(address: str, tmp_path: Path) -> None:
    odd = tmp_path / 'a "letter".txt'
    odd.write_bytes(b"hello")
    with Client(address, timeout=PATIENCE) as client, pytest.raises(BadRequest, match="no circular") as error:
        client.check(odd)
    assert error.value.status == 422


def test_who_owns_a_recommendation_and_which_line_says_so(asking: Client) -> None:
    owners = asking.owner("X.1280")
    assert (owners["number"], owners["on"], owners["questions"], owners["conflict"]) == ("X.1280", None, [OWNER], False)
    assert owners["known_until"]["question_lists"] == {"newest": "2025-12-11", "complete": False}


@pytest.mark.parametrize("day", [date(2025, 12, 10), "2025-12-10"])
def test_a_day_is_a_date_or_text(day: date | str, asking: Client) -> None:
    answer = asking.owner("X.1280", on=day)
    assert (answer["on"], answer["questions"]) == ("2025-12-10", [])


@pytest.mark.parametrize("day", ["20251210", "2025-13-01", "10.12.2025", "", datetime(2025, 12, 10, tzinfo=UTC), 20251210])
def test_what_is_no_day_is_not_asked(day: Any, asking: Client) -> None:
    with pytest.raises(BadArgument, match="day"):
        asking.owner("X.1280", on=day)


@pytest.mark.parametrize("typed", ["X.1280", "x1280", "ITU-T X.1280", "Ｘ．１２８０"])
def test_a_recommendation_by_any_printed_form(typed: str, asking: Client) -> None:
    status = asking.recommendation(typed, on="2026-05-01")["status"]
    assert (status["code"], status["since"]) == ("in-force", "2024-03-01")


def test_a_number_with_spaces_arrives_as_it_is(asking: Client) -> None:
    assert asking.recommendation("X Suppl. 39")["iri"] == KG + "sup/X/39"


def test_what_had_been_said_by_a_day(asking: Client) -> None:
    assert asking.owner("X.1280", said_by="2025-12-10")["questions"] == []


def test_labels_come_in_the_language_of_the_client(address: str) -> None:
    titles = [client.recommendation("X.1280")["title"] for client in (Client(address), Client(address, lang="zh"))]
    assert [title and title["lang"] for title in titles] == ["en", "zh"]


def test_lists_go_on_over_their_pages(address: str) -> None:
    with Client(address, page_size=10) as small, Client(address, page_size=500) as large:
        few, many = small.recommendations(), large.recommendations()
        assert len(few) == few.total > 20
        assert [item["iri"] for item in few] == [item["iri"] for item in many]
        assert len(list(few)) == few.total


def test_lists_are_filtered_and_sorted_by_the_service(asking: Client) -> None:
    found = asking.recommendations(question="Q10/17", status="in-force", series="X", on="2026-11-01", sort="-number")
    numbers = [item["number"] for item in found]
    assert "X.1280" in numbers
    every = [item["number"] for item in asking.recommendations(question="Q10/17", status="in-force", on="2026-11-01")]
    assert numbers == [number for number in reversed(every) if number.startswith("X")]
    assert all("Q10/17" in item["questions"] and item["status"]["code"] == "in-force" for item in found)
    assert {"X.1280"} <= {item["number"] for item in asking.recommendations(q="out-of-band mutual authentication")} < {*numbers, "X.1268"}


def test_what_happened_to_a_text(asking: Client) -> None:
    events = list(asking.history("X.1280"))
    assert [event["date"] for event in events] == sorted(event["date"] for event in events)
    assert {"put-to-member-states", "approved", "edition"} <= {event["event"] for event in events}


def test_work_items(asking: Client) -> None:
    assert asking.work_item("x.OOB-sa")["name"] == "X.oob-sa"
    listed = asking.work_items(question="Q10/17", on="2026-05-01", sort="name")
    assert listed.total > 0
    assert all("Q10/17" in item["questions"] for item in listed)


@pytest.mark.parametrize("name", ["Q10/17", "q10/17", "10/17", "Question 10/17", "Ｑ１０／１７"])
def test_a_question_by_its_name(name: str, asking: Client) -> None:
    assert asking.question(name)["iri"] == KG + "question/17/10"


def test_questions_of_a_group(asking: Client) -> None:
    assert "Q10/17" in [item["question"] for item in asking.questions(sg=17)]
    assert asking.questions(sg=99).total == 0


def test_circulars_and_consultations(asking: Client) -> None:
    assert asking.circular("2025-2028", 104)["circular"] == "TSB Circular 104 (2025-2028)"
    assert asking.consultation("2025-2028", 104, on="2026-05-01")["reply_deadline"] == "2026-05-20T23:59:00Z"
    assert [item["circular"] for item in asking.consultations(status="open", on="2026-05-01")] == ["TSB Circular 104 (2025-2028)"]
    assert {item["period"] for item in asking.circulars(period="2025-2028")} == {"2025-2028"}


def test_meetings(asking: Client) -> None:
    assert asking.meeting("sg17", "2026-06")["meeting"] == "SG17 2026-06"
    assert {item["group"] for item in asking.meetings(group="SG17")} == {"SG17"}


def test_conflicts_settled_and_not(asking: Client) -> None:
    settled, left, every = (asking.conflicts(settled=choice) for choice in (True, False, None))
    assert settled.total + left.total == every.total
    assert all(item["settled"] for item in settled)
    assert not any(item["settled"] for item in left)


def test_search_and_resolve(asking: Client) -> None:
    assert "X.1280" in [found["label"] for found in islice(asking.search("out-of-band", kind="Recommendation"), 5)]
    assert asking.resolve("Q10/17")["iri"] == KG + "question/17/10"
    with pytest.raises(NotFound, match="nothing bears"):
        asking.resolve("no such thing?&id=x1280#/")


def test_the_passages_that_state_a_triple(asking: Client) -> None:
    stated = asking.evidence("consultation/2025-2028/104", "sg17:replyDeadline")
    assert {entry["source"]["document"] for entry in stated} == {"TSB Circular 104 (2025-2028)"}
    assert all(len(entry["source"]["lines"]) == 2 for entry in stated)


def test_queries_of_the_catalogue(asking: Client) -> None:
    assert "question-owning" in {query["name"] for query in asking.queries()}
    (row,) = asking.query("question-owning", number="X.1280", on=date(2026, 5, 1))
    assert (row["question"], row["first_line"], row["joint_with"]) == ("Q10/17", "122", None)
    with pytest.raises(BadRequest, match="number"):
        asking.query("question-owning")


def test_sparql_gives_rows_of_terms(asking: Client) -> None:
    rows = asking.sparql('SELECT ?x ?y ?z ?none { VALUES (?x ?y ?z) { (<http://x> "a"@en 3) } }')
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert rows == [{"x": Term("http://x", "uri"), "y": Term("a", "literal", lang="en"), "z": Term("3", "literal", datatype=integer)}]


def test_sparql_gives_true_false_and_turtle(asking: Client) -> None:
    assert asking.sparql("ASK {}") is True
    assert asking.sparql("ASK { FILTER(false) }") is False
    turtle = asking.sparql("CONSTRUCT { <http://x> <http://y> <http://z> } WHERE {}")
    assert isinstance(turtle, bytes)
    assert b"<http://x> <http://y> <http://z>" in turtle


def test_a_long_query_is_answered_like_a_short_one(asking: Client) -> None:
    assert asking.sparql("ASK {} # " + "ü" * 9000) is True


def test_a_query_that_changes_is_refused(asking: Client) -> None:
    with pytest.raises(BadRequest, match="read-only") as refused:
        asking.sparql("DELETE WHERE { ?s ?p ?o }")
    assert (refused.value.status, refused.value.title, refused.value.instance) == (400, "Bad Request", "/sparql")


def test_a_query_that_runs_away_times_out(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sg17kg.cli", "serve", "--query-seconds", "1.5", "--log", "none"]
    with serving(command, dict(os.environ), tmp_path) as (address, _), Client(address) as asking, pytest.raises(RequestTimeout) as ended:
        asking.sparql("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert ended.value.status == 504


def test_a_thing_in_the_format_that_is_wanted(asking: Client) -> None:
    assert b"@prefix" in asking.thing("rec/X.1280")
    assert json.loads(asking.thing(KG + "rec/X.1280", "json"))["id"] == KG + "rec/X.1280"
    assert b"@techreport" in asking.thing("rec/X.1280", "bib")
    assert KG.encode() + b"ontology#Recommendation" in asking.thing(KG + "ontology#Recommendation", "nt")


def test_another_printed_form_of_a_thing_leads_to_it(asking: Client) -> None:
    assert asking.thing("rec/x1280", "nt") == asking.thing("rec/X.1280", "nt")


def test_the_calendar_and_the_feed_are_whole(asking: Client) -> None:
    assert asking.calendar(question="Q10/17", remind="7").rstrip().endswith(b"END:VCALENDAR")
    assert len(ET.fromstring(asking.feed(kind="circular", limit=2)).findall("{http://www.w3.org/2005/Atom}entry")) == 2


def test_the_version_is_that_of_the_dataset(asking: Client) -> None:
    assert asking.version() == hashlib.sha256((assets.dataset() / "dataset.nq").read_bytes()).hexdigest()


def test_what_is_not_known_says_so_where_it_is_asked(asking: Client) -> None:
    with pytest.raises(NotFound, match=r"no text X\.9999") as missing:
        asking.history("X.9999")
    assert (missing.value.status, missing.value.instance) == (404, "/api/v1/recommendations/X.9999/history")
    with pytest.raises(BadRequest, match="write it like"):
        asking.recommendation("nonsense")


def test_threads_share_a_client(address: str) -> None:
    with Client(address) as client, ThreadPoolExecutor(8) as threads:
        asked = ["X.1280", "X.1282"] * 40
        assert [answer["number"] for answer in threads.map(client.owner, asked)] == asked


def test_a_closed_client_can_be_asked_again(address: str) -> None:
    client = Client(address)
    before = client.version()
    client.close()
    client.close()
    assert client.version() == before
    client.close()


@pytest.mark.parametrize("name", ["sg17kg.nq", "sg17kg.ttl.gz", "SHA256SUMS"])
def test_a_dump_lies_there_whole(name: str, asking: Client, tmp_path: Path) -> None:
    announced = {file.name: file for file in asking.dumps()}[name]
    path = asking.dump(name, tmp_path)
    assert path == tmp_path / name
    assert hashlib.sha256(path.read_bytes()).hexdigest() == announced.sha256
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_dump_under_a_name_of_ones_own(asking: Client, tmp_path: Path) -> None:
    assert asking.dump("SHA256SUMS", to=str(tmp_path / "sums.txt")) == tmp_path / "sums.txt"
    assert b"sg17kg.nq" in (tmp_path / "sums.txt").read_bytes()


def test_a_dump_that_there_is_not(asking: Client, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="SHA256SUMS"):
        asking.dump("../secret", tmp_path)
    assert list(tmp_path.iterdir()) == []
