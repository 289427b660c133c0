"""The day up to which the sources of each kind were read.

It is computed from the sources in the store, never from the clock.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from threading import Lock

from markupsafe import Markup

from sg17kg.queries.library import QueryLibrary
from sg17kg.rendering.i18n import Language, language_for
from sg17kg.store.base import Row, Store, value

QUERY = "known-until"
_LISTS = {"question-lists": "question_lists", "work-programme": "work_programme", "meetings": "meetings"}
_CATALOGUES = {"editions": "catalogue", "approvals": "bulletins", "twins": "twins"}


@dataclass(frozen=True)
class Circulars:
    """Circulars: how many were read, the day of the newest of them (YYYY-MM-DD), how many are known by number only, the newest of all."""

    read: int
    newest: str | None
    known_by_number: int
    newest_known: str | None
    complete: bool = False


@dataclass(frozen=True)
class UpTo:
    """The day (YYYY-MM-DD) up to which sources of a kind were read, and whether one of them lists everything of its kind up to that day."""

    day: str
    complete: bool = False


@dataclass(frozen=True)
class Known:
    """The state of each kind of source; None if no source of the kind was read."""

    circulars: Circulars | None
    catalogue: UpTo | None
    question_lists: UpTo | None
    work_programme: UpTo | None
    meetings: UpTo | None
    bulletins: UpTo | None
    twins: UpTo | None


def known_until(rows: Iterable[Row], said_by: date | None = None) -> Known:
    """Return a summary of the rows of the query known-until; with a day, only of those stated by that day.

    Rows without a day are left out if a day is given.
    """
    there = [row for row in rows if said_by is None or value(row, "kind") == "circular-read" or _said(row, said_by)]
    lists = {name: _newest(there, kind) for kind, name in _LISTS.items()}
    catalogues = {name: _catalogue(there, kind) for kind, name in _CATALOGUES.items()}
    return Known(circulars=_circulars(there), **lists, **catalogues)


def _said(row: Row, said_by: date) -> bool:
    said = value(row, "said")
    return said is not None and said <= said_by.isoformat()


def _circulars(rows: list[Row]) -> Circulars | None:
    known = {value(row, "iri"): row for row in rows if value(row, "kind") == "circular"}
    if not known:
        return None
    read = [known[iri] for row in rows if value(row, "kind") == "circular-read" and (iri := value(row, "iri")) in known]
    last = max(known.values(), key=lambda row: (value(row, "period") or "", int(value(row, "number") or 0)))
    return Circulars(
        read=len(read),
        newest=max((said for row in read if (said := value(row, "said"))), default=None),
        known_by_number=len(known) - len(read),
        newest_known=f"{value(last, 'number')} ({value(last, 'period')})",
    )


def _newest(rows: list[Row], kind: str) -> UpTo | None:
    days = [day for row in rows if value(row, "kind") == kind and (day := value(row, "day"))]
    return UpTo(max(days)) if days else None


def _catalogue(rows: list[Row], lists: str) -> UpTo | None:
    """Return the newest version of the catalogues of a kind. A complete catalogue takes precedence over an incomplete one."""
    found = [
        UpTo(value(row, "said") or "", complete=value(row, "complete") in ("true", "1"))
        for row in rows
        if value(row, "kind") == "catalogue" and value(row, "lists") == lists
    ]
    return max(found, key=lambda entry: (entry.complete, entry.day), default=None)


def in_words(known: Known, language: Language) -> dict[str, Markup]:
    """Return one clause in a language for each kind of source, by its name in Known."""
    clauses = {"circulars": _circulars_in_words(known.circulars, language)} if known.circulars else {}
    said: dict[str, Callable[[str], Markup]] = {
        "catalogue": lambda day: language.say("the catalogue of editions of SG17 as of %(day)s", day=day),
        "question_lists": lambda day: language.say("lists of Questions up to %(day)s", day=day),
        "work_programme": lambda day: language.say("lists of work items up to %(day)s", day=day),
        "meetings": lambda day: language.say("meetings up to %(day)s", day=day),
        "bulletins": lambda day: language.say("approvals in bulletins up to %(day)s", day=day),
    }
    up_to: dict[str, UpTo | None] = {name: getattr(known, name) for name in said}
    return clauses | {name: clause(language.day(entry.day)) for name, clause in said.items() if (entry := up_to[name])}


def in_a_sentence(known: Known) -> str:
    """Return the summary as one English sentence in plain text, for feeds, calendars and briefs."""
    return f"What was read: {'; '.join(clause.unescape() for clause in in_words(known, language_for(('en',))).values())}."


def _circulars_in_words(circulars: Circulars, language: Language) -> Markup:
    if not circulars.read:
        return language.say("no circular was read")
    read = language.count(circulars.read, "%(n)s circular read", "%(n)s circulars read")
    if circulars.newest:
        read = language.say("%(read)s, the newest of %(day)s", read=read, day=language.day(circulars.newest))
    if not circulars.known_by_number:
        return read
    more = language.count(circulars.known_by_number, "%(n)s more is known by number", "%(n)s more are known by number")
    return language.say("%(read)s (%(more)s, the newest %(number)s)", read=read, more=more, number=circulars.newest_known)


class CurrentSources:
    """The rows of the query known-until for the current content of a store, queried once per version of the store."""

    def __init__(self, store: Store, catalogue: QueryLibrary) -> None:
        self._store = store
        self._catalogue = catalogue
        self._lock = Lock()
        self._asked: tuple[str, list[Row], Known] | None = None

    def get(self) -> list[Row]:
        """Return the rows. Raises StoreError if the store cannot answer."""
        return self._current()[1]

    def known(self, said_by: date | None = None) -> Known:
        """Return a summary of the rows, with a day only of those stated by it. Raises StoreError if the store cannot answer."""
        _, rows, known = self._current()
        return known if said_by is None else known_until(rows, said_by)

    def _current(self) -> tuple[str, list[Row], Known]:
        with self._lock:
            version = self._store.version
            if self._asked is None or self._asked[0] != version:
                rows = self._store.query(self._catalogue.get(QUERY).bind({})).rows()
                self._asked = version, rows, known_until(rows)
            return self._asked
