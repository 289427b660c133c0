"""Dates out of matches. Patterns name their groups year, month, day and, for a range, year2, month2, day2."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_FIRST_YEAR, _LAST_YEAR = 1956, 2200


@dataclass(frozen=True)
class Days:
    """First and last day, both included."""

    start: date
    end: date


def day_of(match: re.Match[str], months: Mapping[str, int]) -> date | None:
    """The day that a match names, or None for a day that the calendar does not have."""
    groups = match.groupdict()
    return _date(int(groups["year"]), _month(groups["month"], months), int(groups["day"]))


def days_of(match: re.Match[str], months: Mapping[str, int]) -> Days | None:
    """The range that a match names; what its end does not repeat is taken from its start."""
    groups = match.groupdict()
    start = day_of(match, months)
    if not start:
        return None
    if not groups.get("day2"):
        return Days(start, start)
    month = _month(groups["month2"], months) if groups.get("month2") else start.month
    end = _date(int(groups["year2"]) if groups.get("year2") else start.year, month, int(groups["day2"]))
    return Days(start, end) if end and end >= start else None


def moment_of(match: re.Match[str], months: Mapping[str, int]) -> str | None:
    """The moment that a match names (groups hour and minute besides the date) as YYYY-MM-DDThh:mm:ssZ.

    Hour 24 is midnight at the end of the day.
    """
    day = day_of(match, months)
    hour, minute = int(match["hour"]), int(match["minute"])
    if not day or hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _month(text: str, months: Mapping[str, int]) -> int:
    return int(text) if text.isdigit() else months.get(text.lower(), 0)


def _date(year: int, month: int, day: int) -> date | None:
    """A day of the time in which ITU-T has sent letters; any other is a misprint."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
