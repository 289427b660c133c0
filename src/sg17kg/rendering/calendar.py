"""Render deadlines and meetings as iCalendar (RFC 5545, RFC 7986, RFC 9253)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

import icalendar
from icalendar.prop import vDuration, vText, vUri

_PRODUCT = "-//sg17kg//ITU-T SG17 knowledge graph//EN"
_REFRESH = timedelta(days=1)
_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_URI_CHARACTERS = ":/?#[]@!$&'()*+,;=%~"


@dataclass(frozen=True)
class Event:
    """A deadline or a meeting. A deadline is a point in time; a meeting lasts whole days, including the last.

    Raises ValueError if a point in time has no time zone or has an end, or if the last day is before the first.
    """

    iri: str
    """Of the thing. The UID is made of it alone, so it stays when the date moves."""
    summary: str
    description: str
    url: str
    """Where a person reads about it."""
    start: date | datetime
    """A date for whole days, a datetime with its time zone for a moment."""
    end: date | None = None
    """The last day, included; None where one day is all, and for a moment."""
    place: str | None = None
    categories: tuple[str, ...] = ()
    """Such as "deadline" or "meeting". A deadline never makes a person busy."""
    remind_days: tuple[int, ...] = ()
    """Reminders, so many days before the start."""
    related: tuple[str, ...] = ()
    """IRIs of what it is about."""
    tentative: bool = False
    """True where a plan alone speaks of it."""

    def __post_init__(self) -> None:
        if isinstance(self.start, datetime):
            if self.start.tzinfo is None:
                raise ValueError(f"{self.iri}: the moment {self.start} has no time zone; give it in UTC")
            if self.end is not None:
                raise ValueError(f"{self.iri}: a moment has no last day; leave the end {self.end} out")
        elif self.end is not None and self.end < self.start:
            raise ValueError(f"{self.iri}: the last day {self.end} is before the first, {self.start}")

    @property
    def uid(self) -> str:
        """The UID: a UUID of the IRI, as RFC 7986, section 5.3 recommends."""
        return str(uuid5(NAMESPACE_URL, self.iri))

    @property
    def takes_time(self) -> bool:
        """Whether people are busy during the event: in meetings, not at deadlines."""
        return not isinstance(self.start, datetime) and "deadline" not in self.categories


def calendar(name: str, events: Iterable[Event], stamp: datetime, url: str, description: str = "") -> bytes:
    """Return the calendar, in order of start; the same events give the same bytes, whatever their order.

    `stamp` is when the dataset was made. `url` is the address of this calendar itself, which readers fetch again every day. `description`
    says what the calendar is based on.

    Raises ValueError if two events have the same IRI (a reader would keep only one of them), or if the stamp has no time zone.
    """
    if stamp.tzinfo is None:
        raise ValueError(f"the stamp {stamp} has no time zone; give it in UTC")
    ordered = sorted(events, key=_order)
    _check_distinct(ordered)
    # No METHOD: it would make each event an invitation from an ORGANIZER (RFC 5546, section 3.2.1), and this is a snapshot.
    whole = icalendar.Calendar()
    whole.add("PRODID", _PRODUCT)
    whole.add("VERSION", "2.0")
    whole.add("NAME", _Text(name))
    whole.add("X-WR-CALNAME", _Text(name))
    if description:
        whole.add("DESCRIPTION", _Text(description))
        whole.add("X-WR-CALDESC", _Text(description))
    # RFC 7986 wants these two types written out; the library's own setters leave them out. X-PUBLISHED-TTL is for Outlook.
    whole.add("REFRESH-INTERVAL", vDuration(_REFRESH, params={"VALUE": "DURATION"}))
    whole.add("X-PUBLISHED-TTL", vDuration(_REFRESH))
    whole.add("SOURCE", vUri(_uri(url), params={"VALUE": "URI"}))
    for event in ordered:
        whole.add_component(_component(event, stamp))
    content: bytes = whole.to_ical()
    return content


class _Text(vText):
    """TEXT (RFC 5545, section 3.3.11), made from any text; the library's own class reads a backslash before N as a line break."""

    __slots__ = ()

    def __new__(cls, text: str) -> "_Text":
        return super().__new__(cls, _CONTROL.sub("", _LINE_BREAK.sub("\n", text)))

    def to_ical(self) -> bytes:
        return re.sub(r"([\\;,])", r"\\\1", str(self)).replace("\n", "\\n").encode()


def _order(event: Event) -> tuple[str, str]:
    return (_utc(event.start) if isinstance(event.start, datetime) else event.start).isoformat(), event.iri


def _check_distinct(ordered: list[Event]) -> None:
    seen: set[str] = set()
    for event in ordered:
        if event.iri in seen:
            raise ValueError(f"two events have the IRI {event.iri}; give each its own, for example with a fragment")
        seen.add(event.iri)


def _component(event: Event, stamp: datetime) -> icalendar.Event:
    component = icalendar.Event()
    component.add("UID", event.uid)
    component.add("DTSTAMP", _utc(stamp))
    _add_time(component, event)
    component.add("SUMMARY", _Text(event.summary))
    if event.description:
        component.add("DESCRIPTION", _Text(event.description))
    if event.tentative:
        component.add("STATUS", "TENTATIVE")
    if event.place:
        component.add("LOCATION", _Text(event.place))
    if event.categories:
        component.add("CATEGORIES", [_Text(category) for category in event.categories])
    component.add("URL", vUri(_uri(event.url)))
    for iri in event.related:
        component.add("LINK", vUri(_uri(iri), params={"VALUE": "URI", "LINKREL": "related"}))
    for days in sorted(set(event.remind_days), reverse=True):
        component.add_component(_reminder(event, days))
    return component


def _add_time(component: icalendar.Event, event: Event) -> None:
    if isinstance(event.start, datetime):
        # A start alone ends when it begins (RFC 5545, section 3.6.1): calendars show a point, not an hour.
        component.add("DTSTART", _utc(event.start))
    else:
        component.add("DTSTART", event.start)
        component.add("DTEND", (event.end or event.start) + timedelta(days=1))
    component.add("TRANSP", "OPAQUE" if event.takes_time else "TRANSPARENT")


def _reminder(event: Event, days: int) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", _Text(event.summary))
    alarm.add("TRIGGER", timedelta(days=-days))
    return alarm


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _uri(iri: str) -> str:
    """Return the IRI as a URI (RFC 3987, section 3.1); no character in it can end the line."""
    return quote(iri, safe=_URI_CHARACTERS, errors="replace")
