"""Full-text index of names and titles (SQLite FTS5).

Names are found by their key (search/tokens.py), titles by words. Things with the exact name come first, then those with a name that begins
with it, then the rest by BM25.
"""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from sg17kg.errors import StoreError
from sg17kg.search import records, texts
from sg17kg.search.records import Record
from sg17kg.search.texts import RowsOfTexts, Run, Shown, TextsOfDays
from sg17kg.search.tokens import folded, is_wide, key, natural, words
from sg17kg.store.base import Row

_MOST = 10_000
_DAYS_KEPT = 4
_FORMAT = 11  # of the file; one of another format is built again
_SCHEMA = """
CREATE TABLE about (dataset TEXT NOT NULL, format INTEGER NOT NULL);
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, type TEXT NOT NULL, label TEXT NOT NULL, place INTEGER NOT NULL);
CREATE TABLE name (key TEXT NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (key, thing)) WITHOUT ROWID;
CREATE TABLE in_languages (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE title (thing INTEGER NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX iri_of ON thing (iri COLLATE NOCASE);
CREATE INDEX title_of ON title (thing);
CREATE VIRTUAL TABLE text USING fts5(names, titles, content='', tokenize="porter unicode61 remove_diacritics 2");
"""
# Order of classes if several things have a name or a word: those that people ask for most come first
_RANKS = (
    "Recommendation", "Question", "WorkItem", "Supplement", "TechnicalReport", "Circular", "Meeting", "Consultation", "StudyGroup",
    "AdvisoryGroup", "Group", "Body", "Standard", "CircularCorrigendum", "CollectiveLetter", "Report", "TemporaryDocument", "Resolution",
    "Amendment", "Corrigendum", "Edition", "StudyPeriod", "QuestionVersion", "Draft",
)  # fmt: skip
# Found only by name, because they have the titles of the things to which they belong
_BY_NAME_ALONE = frozenset(("Edition", "Draft", "QuestionVersion", "Consultation"))
_PERIOD = re.compile(r" \(\d{4}-\d{4}\)$")  # numbers restart in each; a name without it may be ambiguous
_SHORT = re.compile(r"q(?:uestion)?\s*\.?\s*(\d{1,3})")


@dataclass(frozen=True)
class Named:
    """One name or title of a thing. `role` is "name" or "title"; `language` is None if the text has none."""

    iri: str
    type: str
    label: str
    text: str
    language: str | None
    role: str


@dataclass(frozen=True)
class Found:
    """A thing in a search result: IRI, class, English label."""

    iri: str
    type: str
    label: str


class SearchIndex:
    """A thread-safe index. `dataset` is the version of the dataset from which it was built."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = Lock()
        self._listed: list[Run] | None = None
        self._kept: list[TextsOfDays] = []
        row = connection.execute("SELECT dataset FROM about WHERE format = ?", (_FORMAT,)).fetchone()
        self.dataset: str = row[0] if row else ""
        # whether it has the records of all texts and work items; one that was built for a request has none
        self.has_records = bool(row and connection.execute("SELECT 1 FROM record LIMIT 1").fetchone())

    @classmethod
    def made(
        cls,
        rows: Iterable[Named],
        dataset: str,
        known: RowsOfTexts | None = None,
        recorded: Mapping[str, Record] = MappingProxyType({}),
        in_languages: Iterable[str] = (),
    ) -> "SearchIndex":  # fmt: skip
        """Build an index in memory. Titles of a thing in one language keep their order.

        `known` are the rows by which texts are listed, `recorded` the records of texts and work items by IRI, `in_languages` the
        documents that were read in several languages.
        """
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        _fill(connection, rows, dataset)
        if known:
            texts.fill(connection, known)
        records.fill(connection, recorded)
        connection.executemany("INSERT INTO in_languages VALUES (?)", [(iri,) for iri in sorted(in_languages)])
        connection.commit()
        return cls(connection)

    @classmethod
    def open(cls, path: Path) -> "SearchIndex":
        """Open an index in a file for reading. Raises StoreError if it is absent or broken."""
        try:
            connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            return cls(connection)
        except sqlite3.Error as error:
            raise StoreError(f"{path}: no search index ({error}); build the dataset anew with `sg17kg build`") from error

    def save(self, path: Path) -> None:
        """Write the index to a file, in full or not at all. The same rows give the same bytes."""
        beside = path.with_name(f".{path.name}.new")
        beside.unlink(missing_ok=True)
        with self._lock:
            self._connection.execute("VACUUM INTO ?", (str(beside),))
        beside.replace(path)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def resolve(self, typed: str) -> list[Found]:
        """Return the things with a name, however it is typed, ordered by class. A Question may be named without its group (Q10)."""
        rows = self._rows(
            "SELECT DISTINCT thing.* FROM name JOIN thing ON thing.id = name.thing WHERE key = ? ORDER BY place, iri", (key(typed),)
        )
        if not rows and (short := _SHORT.fullmatch(folded(typed).strip())):
            rows = self._rows(
                "SELECT DISTINCT thing.* FROM name JOIN thing ON thing.id = name.thing WHERE type = 'Question' AND key LIKE ? ORDER BY iri",
                (f"q{int(short[1])}/%",),
            )
        return [_found(row) for row in rows]

    def titles(self, iri: str) -> list[tuple[str, str]]:
        """Return (language, text) of the titles of a thing, the newest of a language first."""
        rows = self._rows(
            "SELECT language, text FROM title JOIN thing ON thing.id = title.thing WHERE iri = ? COLLATE NOCASE ORDER BY title.rowid",
            (iri,),
        )
        return [(language, text) for language, text in rows]

    def label(self, iri: str) -> str | None:
        """Return the English label of a thing, or None if it is not in the index."""
        return next((row[0] for row in self._rows("SELECT label FROM thing WHERE iri = ? COLLATE NOCASE", (iri,))), None)

    def any_case(self, iri: str) -> list[str]:
        """Return the IRIs that equal an IRI, ignoring case."""
        return [row[0] for row in self._rows("SELECT iri FROM thing WHERE iri = ? COLLATE NOCASE ORDER BY iri", (iri,))]

    def below(self, folder: str) -> list[Found]:
        """Return the things whose IRI is that of a folder, which ends in a slash, plus one segment."""
        rows = self._rows(
            "SELECT thing.* FROM thing WHERE iri > ? COLLATE NOCASE AND iri < ? COLLATE NOCASE ORDER BY iri",
            (folder, folder + "\U0010ffff"),
        )
        return [_found(row) for row in rows if "/" not in row[1][len(folder) :]]

    def texts_on(self, day: date) -> TextsOfDays:
        """Return every text as lists filter and sort it on a day, by number. The lists of a few days are cached."""
        wanted = day.isoformat()
        runs = self._runs()
        with self._lock:
            kept = next((texts for texts in self._kept if texts.first <= wanted <= texts.last), None)
        if kept is None:
            kept = texts.on_day(runs, wanted)
            with self._lock:
                self._kept = [kept, *self._kept][:_DAYS_KEPT]
        return kept

    def shown(self, iris: Iterable[str]) -> dict[str, Shown]:
        """Return by IRI what lists show of some texts: their editions and stages of all days. Unknown texts are left out."""
        with self._lock:
            return texts.read_shown(self._connection, iris)

    def record(self, iri: str) -> Record | None:
        """Return the record of a text or work item for all days, or None if the index has none."""
        with self._lock:
            return records.read(self._connection, iri)

    def recorded(self, folder: str, query: str) -> dict[str, list[Row]]:
        """Return the rows of one query in the records of all things of a folder, by IRI: …/work-item/."""
        with self._lock:
            return records.read_all(self._connection, folder, query)

    def number(self, iri: str) -> str | None:
        """Return the number of a text, or None if the index has none."""
        return next((row[0] for row in self._rows("SELECT number FROM listed WHERE iri = ?", (iri,))), None)

    def in_languages(self, document: str) -> bool:
        """Return whether a document was read in several languages."""
        return bool(self._rows("SELECT 1 FROM in_languages WHERE iri = ?", (document,)))

    def _runs(self) -> list[Run]:
        with self._lock:
            if self._listed is None:
                self._listed = texts.read(self._connection)
            return self._listed

    def prepare(self, day: date) -> None:
        """Read the rows for lists into memory and count their filter values on a day, so that the first request is fast."""
        self.texts_on(day).prepare()

    def search(self, typed: str, most: int = _MOST, *, all_words: bool = False) -> list[Found]:
        """Return things by name first: those with the exact name, then those with a name that begins with it.

        Next come things that contain the words as a phrase, then those that contain all words, of which the last may be unfinished.

        If there are none, things with any of the words are returned, unless `all_words` is set and blanks separate words (not Chinese).
        At most `most` things are returned (by default 10,000).
        """
        asked = words(typed)
        if not asked:
            return self.resolve(typed)
        rows = self._matching(_expression(asked, " AND "), most)
        if rows:  # a thing that contains the phrase contains all words
            in_a_row = {row[0] for row in self._rows("SELECT rowid FROM text WHERE text MATCH ?", (_phrase(asked),))}
            rows.sort(key=lambda row: row[0] not in in_a_row)
        by_name = [*self.resolve(typed), *self._beginning(key(typed), most)]
        if not rows and not by_name and (not all_words or all(map(is_wide, asked))):
            rows = self._matching(_expression(asked, " OR "), most)
        once = {found.iri: found for found in (*by_name, *(_found(row) for row in rows))}
        return list(once.values())[:most]

    def _beginning(self, begun: str, most: int) -> list[Found]:
        if not begun:
            return []
        rows = self._rows(
            "SELECT DISTINCT thing.* FROM name JOIN thing ON thing.id = name.thing WHERE key > ? AND key < ? ORDER BY thing.id LIMIT ?",
            (begun, begun + "\U0010ffff", most),
        )
        return [_found(row) for row in rows]

    def _matching(self, expression: str, most: int) -> list[sqlite3.Row]:
        return self._rows(
            "SELECT thing.* FROM text JOIN thing ON thing.id = text.rowid WHERE text MATCH ? "
            "ORDER BY bm25(text, 8.0, 1.0) + 0.3 * place, iri LIMIT ?",
            (expression, most),
        )

    def _rows(self, sql: str, parameters: tuple[object, ...]) -> list[sqlite3.Row]:
        with self._lock, closing(self._connection.execute(sql, parameters)) as cursor:
            return cursor.fetchall()


def _found(row: sqlite3.Row) -> Found:
    return Found(row[1], row[2], row[3])


def _phrase(asked: Sequence[str]) -> str:
    """Return an FTS5 phrase: the words next to each other, in their order."""
    return '"' + " ".join(asked) + '"'


def _expression(asked: Sequence[str], joined: str) -> str:
    """Return an FTS5 expression. Every word is quoted, so that no input is syntax."""
    *whole, last = (f'"{word}"' for word in asked)
    # the last word may be unfinished; a pair of Chinese characters is complete, a single one is the beginning of pairs
    unfinished = last if is_wide(asked[-1]) and len(asked[-1]) > 1 else f"{last} *"
    return joined.join((*whole, unfinished))


def _fill(connection: sqlite3.Connection, rows: Iterable[Named], dataset: str) -> None:
    connection.executescript(_SCHEMA + texts.SCHEMA + records.SCHEMA)
    connection.execute("INSERT INTO about VALUES (?, ?)", (dataset, _FORMAT))
    by_thing: dict[str, list[Named]] = {}
    for row in rows:
        by_thing.setdefault(row.iri, []).append(row)
    first_of = {iri: min(said, key=lambda row: _RANKS.index(row.type)) for iri, said in by_thing.items()}
    # identifiers are in the order in which things with the same prefix are shown
    in_order = sorted(by_thing, key=lambda iri: (_RANKS.index(first_of[iri].type), natural(first_of[iri].label), iri))
    for number, iri in enumerate(in_order, start=1):
        said, first = by_thing[iri], first_of[iri]
        connection.execute("INSERT INTO thing VALUES (?, ?, ?, ?, ?)", (number, iri, first.type, first.label, _RANKS.index(first.type)))
        names = [row.text for row in said if row.role == "name"]
        keys = sorted({made for name in names for printed in (name, _PERIOD.sub("", name)) if (made := key(printed))})
        connection.executemany("INSERT INTO name VALUES (?, ?)", [(made, number) for made in keys])
        titles = list(dict.fromkeys((row.language or "", row.text) for row in said if row.role == "title"))
        connection.executemany("INSERT INTO title VALUES (?, ?, ?)", [(number, *title) for title in titles])
        known = [] if first.type in _BY_NAME_ALONE else titles
        spoken = [re.sub(r"\W", "", made) for made in keys] + [word for name in names for word in words(name)]
        content = [" ".join(words(text)) for _, text in known]
        connection.execute("INSERT INTO text (rowid, names, titles) VALUES (?, ?, ?)", (number, " ".join(spoken), " ".join(content)))
    connection.execute("INSERT INTO text (text) VALUES ('optimize')")
    connection.commit()
