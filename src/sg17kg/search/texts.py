"""Tables of the index that filter, sort and show lists of texts, for every day.

Each text has one row for each run of days on which it does not change. These rows are in memory, so that the list of a day needs no query
to the store for every text. The rows of editions and stages, which a list shows of each text, are stored as the queries returned them.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from threading import Lock
from typing import NamedTuple

from sg17kg.days import Period, days_of_stages, group_on, period_of, responsible_on, stage_on, stated_since
from sg17kg.search.stored_rows import rows_in, written
from sg17kg.search.tokens import natural
from sg17kg.store.base import Row, value
from sg17kg.text_numbers import hundred_of

SCHEMA = """
CREATE TABLE listed (place INTEGER PRIMARY KEY, iri TEXT UNIQUE, number TEXT, others TEXT, type TEXT, series TEXT, subseries TEXT);
CREATE TABLE listed_on (
  place INTEGER, first TEXT, last TEXT, status TEXT, since TEXT, approved_on TEXT, grp TEXT, period TEXT, questions TEXT,
  PRIMARY KEY (place, first)
) WITHOUT ROWID;
CREATE TABLE shown (place INTEGER PRIMARY KEY, editions TEXT NOT NULL, stages TEXT NOT NULL);
"""
_NARROWED_KEPT = 64  # cached filtered lists of one day
_NARROWED_FIRST = ("group", "type", "status", "period")
_ALWAYS, _NEVER = "0001-01-01", "9999-12-31"
_STROKE = "\x1f"  # separates the values of a cell; no name contains a control character


class ListedText(NamedTuple):
    """A text as a list of a day filters and sorts it: strings as printed, days YYYY-MM-DD.

    The last four are cells of several values (Q7/17, Q10/17), which `several` splits only if needed: thousands of texts are read, few are
    shown.
    """

    iri: str
    number: str
    type: str
    status: str
    since: str | None
    approved_on: str | None
    group: str | None
    period: str | None
    other_numbers: str
    series: str
    subseries: str
    questions: str


def several(cell: str) -> tuple[str, ...]:
    """Split a cell into its values."""
    return tuple(cell.split(_STROKE)) if cell else ()


def _cell(values: Iterable[str]) -> str:
    return _STROKE.join(values)


@dataclass(frozen=True)
class RowsOfTexts:
    """Rows of library queries about all texts, by IRI, and the study periods."""

    texts: Mapping[str, Sequence[Row]]
    editions: Mapping[str, Sequence[Row]]
    stages: Mapping[str, Sequence[Row]]
    questions: Mapping[str, Sequence[Row]]
    groups: Mapping[str, Sequence[Row]]
    subseries: Mapping[str, Sequence[Row]]
    other_numbers: Mapping[str, Sequence[Row]]
    periods: Sequence[Period]


class Shown(NamedTuple):
    """The rows that a list shows of a text but does not filter by: those of the queries editions-of-texts and text-stages."""

    editions: list[Row]
    stages: list[Row]


class Run(NamedTuple):
    """A run of days, from the first to the last, on which a text is the same in lists."""

    first: str
    last: str
    text: ListedText


class TextsOfDays(list[ListedText]):
    """The texts of a list, by number, as they are on each day from the first to the last.

    Filtered lists and counts of cells are cached, so the list must not be changed.
    """

    def __init__(self, found: Iterable[ListedText], first: str, last: str) -> None:
        super().__init__(found)
        self.first, self.last = first, last
        self._cells: dict[str, Counter[str | None]] = {}
        self._narrowed: dict[tuple[str, frozenset[str | None]], TextsOfDays] = {}
        self._lock = Lock()

    def cells(self, name: str) -> Counter[str | None]:
        """Return how many texts have each value in a column of ListedText."""
        if name not in self._cells:
            self._cells[name] = Counter(map(_column(name), self))
        return self._cells[name]

    def having(self, name: str, cells: Iterable[str | None]) -> "TextsOfDays":
        """Return the texts that have one of some values in a column of ListedText."""
        wanted = frozenset(cells)
        with self._lock:
            kept = self._narrowed.get((name, wanted))
        if kept is None:
            column = _column(name)
            kept = TextsOfDays([text for text in self if column(text) in wanted], self.first, self.last)
            with self._lock:
                if len(self._narrowed) >= _NARROWED_KEPT:
                    self._narrowed.pop(next(iter(self._narrowed)))
                self._narrowed[name, wanted] = kept
        return kept

    def prepare(self) -> None:
        """Count the filter values in advance: for all texts, and for each value of the columns with few values."""
        for name in ListedText._fields:
            self.cells(name)
        for name in _NARROWED_FIRST:
            for cell in self.cells(name):
                narrowed = self.having(name, (cell,))
                for other in ListedText._fields:
                    narrowed.cells(other)


def _column(name: str) -> Callable[[ListedText], str | None]:
    return itemgetter(ListedText._fields.index(name))


def on_day(every: Iterable[Run], day: str) -> TextsOfDays:
    """Return the texts of a day, with the first and last day around it on which they are the same."""
    found, first, last = [], _ALWAYS, _NEVER
    for run in every:
        if run.first <= day <= run.last:
            found.append(run.text)
            first, last = max(first, run.first), min(last, run.last)
    return TextsOfDays(found, first, last)


def runs(known: RowsOfTexts) -> Iterator[tuple[str, list[Run]]]:
    """Yield the IRI of each text, by number, with its days divided into runs."""
    for iri in in_order(known):
        days = sorted({_ALWAYS} | {day for said in _days(known, iri) if (day := _plain(said))})
        found: list[Run] = []
        for first, following in zip(days, [*days[1:], None], strict=True):
            text = listed_on(known, iri, first)
            last = _day_before(following) if following else _NEVER
            found = [*found[:-1], found[-1]._replace(last=last)] if found and found[-1].text == text else [*found, Run(first, last, text)]
        yield iri, found


def in_order(known: RowsOfTexts) -> list[str]:
    """Return the IRIs of texts, ordered by number."""
    return sorted(known.texts, key=lambda iri: (natural(value(known.texts[iri][0], "number") or ""), iri))


def _days(known: RowsOfTexts, iri: str) -> set[str]:
    """Return the days on which a text can change in lists; a day with a plus means the day after it."""
    editions = {value(row, "approved_on") or "" for row in known.editions.get(iri, ())}
    groups = {value(row, "as_of") or "" for row in known.groups.get(iri, ())}
    stated = known.questions.get(iri, ())
    ends = {f"{last}+" for row in stated if (last := value(row, "holds_until"))}
    return editions | groups | ends | {stated_since(row) for row in stated} | days_of_stages(known.stages.get(iri, ()))


def _plain(day: str) -> str:
    return (date.fromisoformat(day[:-1]) + timedelta(days=1)).isoformat() if day.endswith("+") else day


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def listed_on(known: RowsOfTexts, iri: str, day: str, said_by: str | None = None) -> ListedText:
    """Return a text as in the list of a day, using only statements made by `said_by`; `known` must hold only responsibilities of then."""
    row = known.texts[iri][0]
    number = value(row, "number") or ""
    others = tuple(value(row, "number") or "" for row in known.other_numbers.get(iri, ()))
    stage = stage_on(known.stages.get(iri, ()), day, said_by)
    said = [row for row in known.editions.get(iri, ()) if said_by is None or (value(row, "said") or "") <= said_by]
    approved = max((approved for row in said if (approved := value(row, "approved_on") or "") and approved <= day), default=None)
    stated = [row for row in known.questions.get(iri, ()) if stated_since(row) <= day]
    return ListedText(
        iri=iri,
        number=number,
        type=value(row, "type") or "",
        status=stage.code if stage else "unknown",
        since=stage.since if stage else None,
        approved_on=approved,
        group=group_on(known.groups.get(iri, ()), day, said_by),
        period=period_of(approved, known.periods),
        other_numbers=_cell(others),
        series=_cell(dict.fromkeys(map(hundred_of, (number, *others)))),
        subseries=_cell(f"{value(row, 'range')} {value(row, 'name')}" for row in known.subseries.get(iri, ())),
        questions=_cell(sorted({value(row, "question") or "" for row in responsible_on(stated, day)[0]}, key=natural)),
    )


def fill(connection: sqlite3.Connection, known: RowsOfTexts) -> None:
    """Fill the tables of SCHEMA."""
    for place, (iri, found) in enumerate(runs(known)):
        text = found[0].text
        row = (place, iri, text.number, text.other_numbers, text.type, text.series, text.subseries)
        connection.execute("INSERT INTO listed VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        connection.executemany(
            "INSERT INTO listed_on VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(place, first, last, at.status, at.since, at.approved_on, at.group, at.period, at.questions) for first, last, at in found],
        )
        kept = (written(known.editions.get(iri, ())), written(known.stages.get(iri, ())))
        connection.execute("INSERT INTO shown VALUES (?, ?, ?)", (place, *kept))


def read(connection: sqlite3.Connection) -> list[Run]:
    """Return all runs, by number of the text."""
    rows = connection.execute(
        "SELECT first, last, iri, number, type, status, since, approved_on, grp, period, others, series, subseries, questions "
        "FROM listed JOIN listed_on USING (place) ORDER BY place, first"
    )
    return [Run(row[0], row[1], ListedText._make(row[2:])) for row in rows]


def read_shown(connection: sqlite3.Connection, iris: Iterable[str]) -> dict[str, Shown]:
    """Return by IRI what lists show of some texts. Unknown texts are left out."""
    rows = connection.execute(
        "SELECT iri, editions, stages FROM json_each(?) JOIN listed ON iri = value JOIN shown USING (place)", (json.dumps(list(iris)),)
    )
    return {iri: Shown(rows_in(editions), rows_in(stages)) for iri, editions, stages in rows}
