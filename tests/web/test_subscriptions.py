"""Calendar and feed over HTTP, read by real parsers."""

from typing import Any

import feedparser  # type: ignore[import-untyped]
import icalendar
import pytest
from starlette.testclient import TestClient


def events(client: TestClient, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/calendar.ics{query}")
    assert answer.headers["content-type"].startswith("text/calendar")
    found: list[Any] = list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))
    return {f"{event['SUMMARY']} {event['DTSTART'].dt}": event for event in found}


def summaries(client: TestClient, query: str = "") -> set[str]:
    return {str(event["SUMMARY"]) for event in events(client, query).values()}


def test_deadlines_and_meetings_are_in_the_calendar(client: TestClient) -> None:
    (deadline,) = [event for event in events(client).values() if event["SUMMARY"] == "Replies due: TSB Circular 104 (2025-2028)"]
    assert deadline["DTSTART"].dt.isoformat() == "2026-05-20T23:59:00+00:00"
    assert len(deadline.walk("VALARM")) == 2
    assert {"Meeting of SG17", "Meeting of TSAG"} <= summaries(client)
    assert client.get(str(deadline["URL"])).status_code == 200


def test_identifiers_stay_the_same(client: TestClient) -> None:
    assert {event["UID"] for event in events(client).values()} >= {event["UID"] for event in events(client, "?question=Q7/17").values()}


def test_a_calendar_of_a_question_holds_what_concerns_it(client: TestClient) -> None:
    mine = summaries(client, "?question=Q7/17")
    assert "Replies due: TSB Circular 104 (2025-2028)" in mine
    assert "Replies due: TSB Circular 268 (2017-2020)" not in mine
    assert "Meeting of TSAG" not in mine


@pytest.mark.parametrize("group", ["TSAG", "tsag"])
def test_a_calendar_of_a_group_holds_its_meetings(group: str, client: TestClient) -> None:
    assert summaries(client, f"?sg={group}") == {"Meeting of TSAG"}
    assert summaries(client, "?sg=17") == summaries(client, "?sg=SG17")


def test_reminders_are_a_matter_of_taste(client: TestClient) -> None:
    one = next(event for event in events(client, "?remind=7").values() if "Replies" in event["SUMMARY"])
    assert [alarm["TRIGGER"].to_ical() for alarm in one.walk("VALARM")] == [b"-P7D"]
    assert all(not event.walk("VALARM") for event in events(client, "?remind=").values())
    assert client.get("/calendar.ics?remind=soon").status_code == 400


def test_the_feed_tells_what_is_new(client: TestClient) -> None:
    answer = client.get("/feed.atom?limit=500")
    found = feedparser.parse(answer.content)
    assert not found.bozo
    kinds = {entry.category for entry in found.entries}
    assert kinds == {"circular", "edition", "conflict"}
    days = [entry.updated for entry in found.entries]
    assert days == sorted(days, reverse=True)
    assert {entry.category for entry in feedparser.parse(client.get("/feed.atom?kind=circular").content).entries} == {"circular"}
    assert len(feedparser.parse(client.get("/feed.atom?limit=3").content).entries) == 3
    assert client.get(found.entries[0].link).status_code == 200
