"""Dates from matches. Patterns name their groups year, month, day and, for a range, year2, month2, day2.

If a language prints month and year once, after the last day ("6-15 December 2006"), the first day takes them from there.
If it prints them once, before the first day ("2026年6月1-10日"), the last day takes them from there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_FIRST_YEAR, _LAST_YEAR = 1956, 2200
_LONGEST = timedelta(days=60)


@dataclass(frozen=True)
class Days:
    """First and last day, both included."""

    start: date
    end: date


def day_of(match: re.Match[str], months: Mapping[str, int]) -> date | None:
    """Return the day that a match names; None for a day that is not in the calendar."""
    groups = match.groupdict()
    year, month = groups.get("year") or groups.get("year2"), groups.get("month") or groups.get("month2")
    return _date(int(year or 0), _month(month or "", months), int(groups["day"]))


def days_of(match: re.Match[str], months: Mapping[str, int], reversible: bool = False) -> Days | None:
    """Return the range that a match names. What one end omits is taken from the other.

    `reversible`: text in the language may have the days of a range in visual order ("27-23"), which is then corrected.
    """
    groups = match.groupdict()
    start = day_of(match, months)
    if not groups.get("day2"):
        return Days(start, start) if start else None
    end_month = _month(groups.get("month2") or groups.get("month") or "", months)
    end = _date(int(groups.get("year2") or groups.get("year") or 0), end_month, int(groups["day2"]))
    if not start or not end:
        return None
    if end < start and not groups.get("year") and (before := _date(start.year - 1, start.month, start.day)) and end - before < _LONGEST:
        start = before
    elif end < start and reversible and end.month == start.month:
        start, end = end, start
    return Days(start, end) if start <= end else None


def moment_of(match: re.Match[str], months: Mapping[str, int]) -> str | None:
    """Return the moment that a match names (groups hour and minute in addition to the date) as YYYY-MM-DDThh:mm:ssZ.

    Hour 24 is midnight at the end of the day.
    """
    day = day_of(match, months)
    hour, minute = int(match["hour"]), int(match["minute"])
    if not day or hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _month(text: str, months: Mapping[str, int]) -> int:
    return int(text) if text.isdigit() else months.get(text.casefold(), 0)


def _date(year: int, month: int, day: int) -> date | None:
    """Return a day in the years in which ITU-T can have sent letters; any other is a misprint and gives None."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
