"""Stage, responsible Questions and study group of a text on a day, computed from rows of queries.

Lists query all rows of many texts at once and select the day here, because SPARQL engines search the whole graph for newer statements.
Days are YYYY-MM-DD. `said_by` leaves out what had not been stated by that day (docs/reference/graph.md, two kinds of time).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sg17kg.store.base import Row, value

BEFORE_2001 = "before 2001"  # SG17 was founded in 2001; texts approved before belong to none of its study periods


class Stage(NamedTuple):
    """The stage of a text on a day. `since` is None if no source gives its first day. `ended_by` is the day by which it had ended, None if
    its last day is known or it has no end.
    """

    code: str
    since: str | None
    ended_by: str | None
    said_on: str | None
    said_not_before: str | None
    read_on: str | None


class Period(NamedTuple):
    """A study period: its first and last day, and its name (2025-2028)."""

    first: str
    last: str
    name: str


def stage_on(rows: Iterable[Row], day: str, said_by: str | None = None) -> Stage | None:
    """Return the newest stage that holds on a day, or None if no source covers the day.

    `rows` are those of the query text-stages for one text. A stage without a first day counts from the day on which it was stated or read.
    With `said_by`, catalogues of a later day do not count, nor does the end of a stage by a later edition: the newest stage stated by then
    holds.
    Between the first day of a stage and the day by which it had ended, the stage is unknown.
    """
    found: list[tuple[str, Stage]] = []
    for row in rows:
        since, until, listed, said_on, not_before, read_on = (
            value(row, name) for name in ("since", "until", "ended_by", "said_on", "said_not_before", "read_on")
        )
        first = since or said_on or read_on or not_before or ""
        stage = value(row, "stage") or ""
        ended_by = None if listed and said_by and listed > said_by else listed
        ended = until and day > until and not (said_by and stage == "in-force")
        said = not said_by or (said_on or not_before or read_on or "9999") <= said_by
        if first <= day and not ended and said and (not ended_by or day < ended_by):
            code = "unknown" if ended_by and first < day else stage
            # the first day of an unknown stage has no meaning
            found.append((first, Stage(code, since if code != "unknown" else None, ended_by, said_on, not_before, read_on)))
    newest = max((first for first, _ in found), default="")
    return min((stage for first, stage in found if first == newest), key=lambda stage: stage.code, default=None)


def days_of_stages(rows: Iterable[Row]) -> set[str]:
    """Return the days on which the stage of a text can change; a day with a plus means the day after it."""
    found: set[str] = set()
    for row in rows:
        first = next((day for name in ("since", "said_on", "read_on", "said_not_before") if (day := value(row, name))), None)
        until, ended_by = value(row, "until"), value(row, "ended_by")
        found |= {day for day in (first, first and f"{first}+", until and f"{until}+", ended_by) if day}
    return found


def responsible_on(rows: Sequence[Row], day: str) -> tuple[list[Row], list[Row]]:
    """Return the newest statements about one text that hold on a day, and the newest of those whose study period had ended by then.

    A version has its number in one study period, so a statement about it holds until the last day of that period.
    """
    holding = [row for row in rows if (value(row, "holds_until") or "") >= day]
    return _newest(holding), _newest([row for row in rows if row not in holding])


def _newest(rows: list[Row]) -> list[Row]:
    """Return the statements about one text that no newer one replaces. Only a newer one in another document replaces a statement."""
    return [row for row in rows if not any(_replaces(newer, row) for newer in rows)]


def _replaces(newer: Row, row: Row) -> bool:
    return stated_since(newer) > stated_since(row) and value(newer, "document_iri") != value(row, "document_iri")


def stated_since(row: Row) -> str:
    """Return the day of a statement of responsibility; if no source gives one, the first day of the study period."""
    return value(row, "as_of") or value(row, "bears_from") or ""


def group_on(rows: Sequence[Row], day: str, said_by: str | None = None) -> str | None:
    """Return the study group in the newest catalogue up to the day, else in the oldest after it, or None if there is no catalogue.

    `rows` are those of the query text-groups for one text, the newest first.
    """
    said = [row for row in rows if said_by is None or (value(row, "as_of") or "") <= said_by]
    by_then = [row for row in said if (value(row, "as_of") or "") <= day]
    chosen = by_then[:1] or said[-1:]
    return value(chosen[0], "group") if chosen else None


def period_of(day: str | None, periods: Iterable[Period]) -> str | None:
    """Return the name of the study period of a day, or `before 2001`. Return None without a day, or if the period is unknown."""
    if not day:
        return None
    return next((period.name for period in periods if period.first <= day <= period.last), BEFORE_2001 if day < "2001" else None)
