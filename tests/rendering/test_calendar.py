"""The calendar of deadlines and meetings, read back by two parsers that know nothing of us."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from sg17kg.rendering.calendar import Event, calendar

STAMP = datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)
ADDRESS = "https://kg.example/calendar.ics"
DEADLINE = Event(
    iri="https://kg.example/consultation/1",
    summary="Comments on X.9999 (draft)",
    description="Administrations reply",
    url="https://kg.example/circular/1",
    start=datetime(2031, 3, 1, 23, 59, tzinfo=UTC),
    categories=("deadline",),
    remind_days=(1, 7),
)
MEETING = Event(
    iri="https://kg.example/meeting/1",
    summary="第17研究组会议，يجتمع فريق الدراسات " * 8,
    description="十天的会议" * 40,
    url="https://kg.example/meeting/1",
    start=date(2031, 4, 8),
    end=date(2031, 4, 17),
    place="Genève, Palais; salle 3",
    categories=("meeting",),
    related=("https://kg.example/question/1/17", "https://kg.example/question/2/17"),
)
LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
PRINTABLE = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=LINE_BREAKS))
ANYTHING = st.text(st.characters())


def written(*events: Event, name: str = "SG17") -> bytes:
    return calendar(name, events, STAMP, ADDRESS)


# Any: the library gives each property a union of thirty types
def read(*events: Event, name: str = "SG17") -> Any:
    return icalendar.Calendar.from_ical(written(*events, name=name))


def only(event: Event) -> Any:
    (found,) = read(event).events
    return found


def with_texts(text: str) -> Event:
    return Event(
        "https://kg.example/1", text, text, text, date(2031, 3, 1), place=text, categories=(text,), remind_days=(7,), related=(text,)
    )


def test_the_calendar_names_itself_and_when_to_come_back() -> None:
    content = written(DEADLINE, name="SG17: 截止日期")
    whole = read(DEADLINE, name="SG17: 截止日期")
    assert (whole["VERSION"], whole["NAME"], whole["X-WR-CALNAME"]) == ("2.0", "SG17: 截止日期", "SG17: 截止日期")
    assert "sg17kg" in whole["PRODID"]
    lines = content.split(b"\r\n")
    assert b"REFRESH-INTERVAL;VALUE=DURATION:P1D" in lines
    assert b"SOURCE;VALUE=URI:https://kg.example/calendar.ics" in lines


def test_the_calendar_invites_nobody() -> None:
    assert "METHOD" not in read(DEADLINE, MEETING)


def test_a_deadline_is_a_moment_in_utc_without_length() -> None:
    content = written(DEADLINE)
    assert b"\r\nDTSTART:20310301T235900Z\r\n" in content
    found = only(DEADLINE)
    assert found["DTSTART"].dt == DEADLINE.start
    assert "DTEND" not in found
    assert "DURATION" not in found


def test_a_moment_of_another_zone_is_written_in_utc() -> None:
    beijing = timezone(timedelta(hours=8))
    event = Event("https://kg.example/1", "s", "", "https://kg.example/1", datetime(2031, 3, 2, 7, 59, 30, 500, beijing))
    assert b"\r\nDTSTART:20310301T235930Z\r\n" in written(event)


def test_the_last_day_of_a_meeting_is_included() -> None:
    content = written(MEETING)
    assert b"\r\nDTSTART;VALUE=DATE:20310408\r\n" in content
    assert b"\r\nDTEND;VALUE=DATE:20310418\r\n" in content


def test_a_day_without_an_end_is_one_day() -> None:
    found = only(Event("https://kg.example/1", "s", "", "https://kg.example/1", date(2031, 12, 31)))
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (date(2031, 12, 31), date(2032, 1, 1))


def test_a_meeting_makes_busy_and_a_deadline_does_not() -> None:
    day = Event("https://kg.example/1", "s", "", "https://kg.example/1", date(2031, 3, 1), categories=("deadline",))
    assert only(MEETING)["TRANSP"] == "OPAQUE"
    assert only(DEADLINE)["TRANSP"] == "TRANSPARENT"
    assert only(day)["TRANSP"] == "TRANSPARENT"


def test_reminders_come_the_days_before() -> None:
    alarms = only(DEADLINE).walk("VALARM")
    assert [alarm["TRIGGER"].dt for alarm in alarms] == [timedelta(days=-7), timedelta(days=-1)]
    assert {(alarm["ACTION"], alarm["DESCRIPTION"]) for alarm in alarms} == {("DISPLAY", DEADLINE.summary)}
    assert b"\r\nTRIGGER:-P7D\r\n" in written(DEADLINE)
    assert only(MEETING).walk("VALARM") == []


def test_the_uid_stays_when_all_but_the_iri_changes() -> None:
    moved = Event(DEADLINE.iri, "Moved", "", "https://kg.example/other", date(2032, 1, 1))
    assert only(moved)["UID"] == only(DEADLINE)["UID"] == "a72a9932-8239-519a-a926-e2b0d568a802"
    assert only(MEETING)["UID"] != only(DEADLINE)["UID"]


def test_the_stamp_is_the_given_moment() -> None:
    assert {event["DTSTAMP"].dt for event in read(DEADLINE, MEETING).events} == {STAMP}


def test_place_categories_address_and_what_it_is_about_are_read_back() -> None:
    found = only(MEETING)
    assert found["LOCATION"] == MEETING.place
    assert [str(category) for category in found["CATEGORIES"].cats] == ["meeting"]
    assert found["URL"] == MEETING.url
    assert [str(link) for link in found["LINK"]] == list(MEETING.related)
    assert {link.params["LINKREL"] for link in found["LINK"]} == {"related"}


def test_what_is_not_known_is_left_out() -> None:
    found = only(Event("https://kg.example/1", "s", "", "https://kg.example/1", date(2031, 3, 1)))
    assert not {"DESCRIPTION", "LOCATION", "CATEGORIES", "LINK"} & set(found)


def test_the_same_events_in_another_order_give_the_same_bytes() -> None:
    assert written(DEADLINE, MEETING) == written(MEETING, DEADLINE)
    assert [event["UID"] for event in read(MEETING, DEADLINE).events] == [DEADLINE.uid, MEETING.uid]


def test_moments_of_several_zones_stand_in_their_true_order() -> None:
    beijing = timezone(timedelta(hours=8))
    first = Event("https://kg.example/z", "first", "", ADDRESS, datetime(2031, 3, 2, 1, tzinfo=beijing))
    second = Event("https://kg.example/a", "second", "", ADDRESS, datetime(2031, 3, 1, 18, tzinfo=UTC))
    for events in ((first, second), (second, first)):
        assert [event["SUMMARY"] for event in read(*events).events] == ["first", "second"]


def test_another_parser_reads_the_same() -> None:
    whole = vobject.readOne(written(DEADLINE, MEETING).decode())
    deadline, meeting = whole.vevent_list
    assert deadline.dtstart.value == DEADLINE.start
    assert [alarm.trigger.value for alarm in deadline.valarm_list] == [timedelta(days=-7), timedelta(days=-1)]
    assert (meeting.dtstart.value, meeting.dtend.value) == (date(2031, 4, 8), date(2031, 4, 18))
    assert (meeting.summary.value, meeting.description.value, meeting.location.value) == (
        MEETING.summary,
        MEETING.description,
        MEETING.place,
    )


def test_a_calendar_without_events_is_still_a_calendar() -> None:
    assert read().events == []


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (datetime(2031, 3, 1, 12), None, "no time zone"),
        (datetime(2031, 3, 1, 12, tzinfo=UTC), date(2031, 3, 2), "no last day"),
        (date(2031, 3, 2), date(2031, 3, 1), "before the first"),
    ],
)
def test_an_impossible_time_is_refused(start: date, end: date | None, message: str) -> None:
    with pytest.raises(ValueError, match=f"https://kg.example/1: .*{message}"):
        Event("https://kg.example/1", "s", "", "https://kg.example/1", start, end)


def test_two_events_of_one_iri_are_refused() -> None:
    with pytest.raises(ValueError, match=r"two events have the IRI https://kg\.example/consultation/1"):
        written(DEADLINE, MEETING, DEADLINE)


def test_a_stamp_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the stamp .* has no time zone"):
        calendar("SG17", [], STAMP.replace(tzinfo=None), ADDRESS)


@pytest.mark.parametrize("text", ["C:\\New", "a\\nb", "a\\", "a\\,b;c", ' "quoted": x ', "tab\there", "line\nbreak", "", "会" * 500])
def test_awkward_text_comes_back_as_it_was(text: str) -> None:
    found = only(with_texts(text))
    assert str(found["SUMMARY"]) == text
    assert vobject.readOne(written(with_texts(text)).decode()).vevent.summary.value == text


@pytest.mark.parametrize("line_break", ["\r\n", *LINE_BREAKS])
def test_every_kind_of_line_break_stays_inside_its_text(line_break: str) -> None:
    hostile = f"a{line_break}END:VEVENT{line_break}BEGIN:VEVENT"
    content = written(with_texts(hostile)).decode()
    assert len([line for line in content.splitlines() if line == "BEGIN:VEVENT"]) == 1
    assert str(only(with_texts(hostile))["SUMMARY"]) == "a\nEND:VEVENT\nBEGIN:VEVENT"


def test_an_address_with_spaces_and_other_scripts_becomes_a_uri() -> None:
    found = only(Event("https://kg.example/1", "s", "", "https://kg.example/会 议?a=%20&b=1,2#c", date(2031, 3, 1)))
    assert found["URL"] == "https://kg.example/%E4%BC%9A%20%E8%AE%AE?a=%20&b=1,2#c"


@given(PRINTABLE)
def test_any_printable_text_comes_back(text: str) -> None:
    found = only(with_texts(text))
    assert str(found["SUMMARY"]) == text
    assert str(found.get("DESCRIPTION", "")) == text
    assert str(found.get("LOCATION", "")) == text


@given(ANYTHING)
def test_no_text_adds_a_line_or_a_control_character(text: str) -> None:
    event = with_texts(f"x{text}")
    content = calendar(text, [event], STAMP, text).decode()
    unfolded = re.sub("\r\n[ \t]", "", content)
    names = [re.split("[;:]", line)[0] for line in unfolded.splitlines()]
    assert names == [re.split("[;:]", line)[0] for line in written(with_texts("x")).decode().splitlines()]
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", content)


@given(st.text(st.characters(min_codepoint=0x20)) | st.text("会议\\,;é😀", min_size=20))
def test_no_physical_line_is_longer_than_75_octets_and_none_is_cut_inside_a_character(text: str) -> None:
    content = written(with_texts(text), MEETING)
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert [line.decode() for line in lines] == content.decode().split("\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
