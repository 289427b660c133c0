"""Build REST models from rows about texts and work items: owners, titles, names, editions, drafts, stages."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple, TypedDict

from sg17kg.days import responsible_on, stated_since
from sg17kg.identifiers import group_of
from sg17kg.queries.binding import Argument
from sg17kg.store.base import RdfLiteral, Row, value
from sg17kg.web import models
from sg17kg.web.api.parameters import iso, today
from sg17kg.web.dependencies import DatasetContext
from sg17kg.web.passages import sources_of

_OUTCOMES: dict[str, models.OutcomeCode] = {
    "approved": "approved",
    "approved-later": "approved-later",
    "became-other": "became-other",
    "not-approved": "not-approved",
    "deferred": "deferred",
}


class _Said(TypedDict):
    said_on: str | None
    said_not_before: str | None
    read_on: str | None


def until(rows: list[Row], day: date, said_by: date | None, true_from: str, said_on: str) -> list[Row]:
    """Return the rows that are true on `day` and were stated by `said_by`; rows without such dates are kept."""
    there = [row for row in rows if (value(row, true_from) or "") <= day.isoformat()]
    return [row for row in there if said_by is None or (value(row, said_on) or "") <= said_by.isoformat()]


def by_text(served: DatasetContext, query: str, texts: Argument | None, **arguments: str | None) -> dict[str, list[Row]]:
    """Return the rows of a query by IRI of the text; for one text, several or all."""
    found: dict[str, list[Row]] = {}
    for row in served.rows(query, text=texts, **arguments):
        found.setdefault(value(row, "iri") or "", []).append(row)
    return found


class OwnersOnDay(NamedTuple):
    """The Questions responsible for a text on a day, newest statement first.

    If no source names one for the day, `earlier` has the last known before it, whose study period had ended, and `later` the first known
    after it.
    """

    holding: list[models.Owner]
    earlier: list[models.Owner]
    later: list[models.Owner]


def owners_of(every: list[Row], on: date | None, said_by: date | None) -> OwnersOnDay:
    """Return who is responsible for a text on a day; without a day, by the newest statement that holds today.

    `every` are the rows of the query statements-of-owners for the text.
    """
    rows = [row for row in every if was_said(row, said_by)]
    by_then = [row for row in rows if on is None or stated_since(row) <= on.isoformat()]
    holding, ended = responsible_on(by_then, (on or today()).isoformat())
    if holding:
        return OwnersOnDay(owners_out_of(holding), [], [])
    after = [row for row in rows if row not in by_then]
    first = min((stated_since(row) for row in after), default="")
    return OwnersOnDay([], owners_out_of(ended), owners_out_of([row for row in after if stated_since(row) == first]))


def was_said(row: Row, by: date | None) -> bool:
    """Return whether a source can have stated a row by a day; always without a day, never if no source tells when it stated it."""
    return by is None or (value(row, "said_on") or value(row, "said_not_before") or "9999") <= by.isoformat()


def owners_out_of(rows: list[Row]) -> list[models.Owner]:
    """Return the owners in rows with one passage each."""
    by_statement = groupby(rows, key=lambda row: tuple(value(row, name) for name in ("version_iri", "as_of", "basis")))
    return [_owner(as_of, basis or "", list(said)) for (_, as_of, basis), said in by_statement]


def questions_of(served: DatasetContext, on: date, said_by: date | None, texts: Argument | None = None) -> dict[str, set[str]]:
    """Return the Questions responsible for texts on a day, by IRI of the text; for one text, several or all."""
    stated = by_text(served, "questions-of-texts", texts, on=iso(on), said_by=iso(said_by))
    return {iri: {value(row, "question") or "" for row in responsible_on(rows, on.isoformat())[0]} for iri, rows in stated.items()}


def _owner(as_of: str | None, basis: str, said: list[Row]) -> models.Owner:
    return models.Owner(
        question=value(said[0], "question") or "",
        iri=value(said[0], "question_iri") or "",
        as_of=as_of,
        basis=basis,
        joint_with=sorted({group_of(joint) for row in said if (joint := value(row, "joint_with_iri"))}),
        sources=sources_of(said),
        version=value(said[0], "version_iri") or "",
        version_name=value(said[0], "version") or "",
        **_said(said),
    )


def _said(rows: list[Row]) -> _Said:
    """Return the day on which the content of rows was first stated.

    If no row gives it, return since when it can have been stated and by when it was read.
    """
    days = {
        name: min((day for row in rows if (day := value(row, name))), default=None) for name in ("said_on", "said_not_before", "read_on")
    }
    if days["said_on"]:
        return _Said(said_on=days["said_on"], said_not_before=None, read_on=None)
    return _Said(said_on=None, said_not_before=days["said_not_before"], read_on=days["read_on"])


def titles_of(texts: Iterable[tuple[Row, str]]) -> list[models.Title]:
    """Return one text for each language, the first of each: for titles, that of the newest edition, else of the newest draft."""
    titles: dict[str, str] = {}
    for row, column in texts:
        term = row.get(column)
        if isinstance(term, RdfLiteral):
            titles.setdefault(term.language or "", term.value)
    return [models.Title(lang=language, value=text) for language, text in sorted(titles.items())]


def names_of(rows: list[Row]) -> list[models.ProvisionalName]:
    """Return the provisional names, each with its passages."""
    return [
        models.ProvisionalName(name=name or "", sources=sources_of(group))
        for name, group in groupby(rows, key=lambda row: value(row, "name"))
    ]


def edition_of(row: Row, *, listed: bool = True) -> models.Edition:
    """Return an edition; `listed` says whether the catalogue that lists it had been made."""
    return models.Edition(
        iri=value(row, "edition_iri") or "",
        edition=value(row, "edition") or "",
        approved_on=value(row, "approved_on"),
        title=value(row, "title"),
        url=value(row, "url"),
        group=value(row, "group"),
        handle=value(row, "handle"),
        record=value(row, "record_address"),
        publication=value(row, "publication") if listed else None,
        said_on=value(row, "said_on"),
        said_not_before=value(row, "said_not_before"),
        read_on=value(row, "read_on"),
    )


def subseries_of(rows: list[Row]) -> list[models.Subseries]:
    """Return the subseries that contain a text."""
    return [
        models.Subseries(range=value(row, "range") or "", name=value(row, "name") or "", iri=value(row, "subseries_iri") or "")
        for row in rows
    ]


def groups_of(every: list[Row], on: date, said_by: date | None) -> list[models.GroupOnDay]:
    """Return the study group of a text from the newest catalogue up to a day, else from the oldest after it (days.group_on).

    `every` are the rows of the query text-groups for the text.
    """
    rows = [row for row in every if said_by is None or (value(row, "as_of") or "") <= said_by.isoformat()]
    by_then = [row for row in rows if (value(row, "as_of") or "") <= on.isoformat()]
    return [
        models.GroupOnDay(
            group=value(row, "group") or "",
            iri=value(row, "group_iri") or "",
            as_of=value(row, "as_of") or "",
            source=value(row, "source") or "",
        )
        for row in by_then[:1] or rows[-1:]
    ]


def outcome_of(row: Row, came: Row, on: date, said_by: date | None) -> models.OutcomeCode:
    """Return the outcome of a draft as of a day.

    That is the outcome known by then; else `pending` up to the day on which the meeting starts; else `unknown`. `row` is of the draft,
    `came` of its outcome.
    """
    outcome, since, said = value(came, "outcome"), value(came, "outcome_date"), value(came, "said_on") or value(came, "said_not_before")
    known = said_by is None or (said or "") <= said_by.isoformat()
    if since and since <= on.isoformat() and known and outcome in _OUTCOMES:
        return _OUTCOMES[outcome]
    meeting = value(row, "meeting_start")
    return "pending" if meeting and meeting >= on.isoformat() else "unknown"


def drafts_of(rows: Sequence[Row], outcomes: Sequence[Row], on: date, said_by: date | None) -> list[models.Draft]:
    """Return the drafts in rows with one scope note each; rows of the same draft must be adjacent."""
    grouped = {iri or "": list(group) for iri, group in groupby(rows, key=lambda row: value(row, "draft_iri"))}
    came: dict[str, Row] = {}
    for row in outcomes:
        came.setdefault(value(row, "draft_iri") or "", row)
    return [_draft_of(iri, group, came.get(iri, {}), on, said_by) for iri, group in grouped.items()]


def _draft_of(iri: str, rows: list[Row], came: Row, on: date, said_by: date | None) -> models.Draft:
    row = rows[0]
    outcome = outcome_of(row, came, on, said_by)
    return models.Draft(
        iri=iri,
        circular=value(row, "document") or "",
        kind=value(row, "kind"),
        part=value(row, "part"),
        document=value(row, "text_in"),
        meeting=value(row, "meeting"),
        reply_deadline=value(row, "reply_deadline"),
        outcome=outcome,
        became=value(came, "became") if outcome in _OUTCOMES else None,
        **_said([came] if outcome in _OUTCOMES else []),
        scope=titles_of((row, "scope") for row in rows),
    )
