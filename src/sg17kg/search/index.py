"""Full-text index of names and titles (SQLite FTS5).

Names are found by their key (search/tokens.py), titles by words: what bears the name comes first, then what bears a name that begins so,
then the rest by BM25.
"""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

from sg17kg.errors import StoreError
from sg17kg.search import texts
from sg17kg.search.texts import RowsOfTexts, Run, Shown, TextsOfDays
from sg17kg.search.tokens import folded, is_wide, key, natural, words

_MOST = 10_000
_DAYS_KEPT = 4
_FORMAT = 5  # of the file; one of another format is made anew
_SCHEMA = """
CREATE TABLE about (dataset TEXT NOT NULL, format INTEGER NOT NULL);
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, type TEXT NOT NULL, label TEXT NOT NULL, place INTEGER NOT NULL);
CREATE TABLE name (key TEXT NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (key, thing)) WITHOUT ROWID;
CREATE TABLE title (thing INTEGER NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX iri_of ON thing (iri COLLATE NOCASE);
CREATE INDEX title_of ON title (thing);
CREATE VIRTUAL TABLE text USING fts5(names, titles, content='', tokenize="porter unicode61 remove_diacritics 2");
"""
# Which kind is meant where several bear a name or a word: what people ask for most comes first
_RANKS = (
    "Recommendation", "Question", "WorkItem", "Supplement", "TechnicalReport", "Circular", "Meeting", "Consultation", "StudyGroup",
    "AdvisoryGroup", "Group", "Body", "Standard", "CircularCorrigendum", "CollectiveLetter", "Report", "TemporaryDocument", "Resolution",
    "Amendment", "Corrigendum", "Edition", "StudyPeriod", "QuestionVersion", "Draft",
)  # fmt: skip
# Found by name alone: their titles are those of what they belong to
_BY_NAME_ALONE = frozenset(("Edition", "Draft", "QuestionVersion", "Consultation"))
_PERIOD = re.compile(r" \(\d{4}-\d{4}\)$")  # numbers restart in each; a name without it may mean several
_SHORT = re.compile(r"q(?:uestion)?\s*\.?\s*(\d{1,3})")


@dataclass(frozen=True)
class Named:
    """One name or title of a thing. `role` is "name" or "title"; `language` is None for what has none."""

    iri: str
    type: str
    label: str
    text: str
    language: str | None
    role: str


@dataclass(frozen=True)
class Found:
    """A thing that was found: IRI, class, English label."""

    iri: str
    type: str
    label: str


class SearchIndex:
    """An index that can be asked from several threads. `dataset` is the version of the dataset that it was made of."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = Lock()
        self._listed: list[Run] | None = None
        self._kept: list[TextsOfDays] = []
        row = connection.execute("SELECT dataset FROM about WHERE format = ?", (_FORMAT,)).fetchone()
        self.dataset: str = row[0] if row else ""

    @classmethod
    def made(cls, rows: Iterable[Named], dataset: str, known: RowsOfTexts | None = None) -> "SearchIndex":
        """Make an index in memory; of a thing's titles in one language the first comes first. `known` is of what texts are listed by."""
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        _fill(connection, rows, dataset)
        if known:
            texts.fill(connection, known)
            connection.commit()
        return cls(connection)

    @classmethod
    def open(cls, path: Path) -> "SearchIndex":
        """Return an index in a file, for reading. Raises StoreError where there is none, or it is broken."""
        try:
            connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            return cls(connection)
        except sqlite3.Error as error:
            raise StoreError(f"{path}: no search index ({error}); build the dataset anew with `sg17kg build`") from error

    def save(self, path: Path) -> None:
        """Write it to a file, whole or not at all; the same rows give the same bytes."""
        beside = path.with_name(f".{path.name}.new")
        beside.unlink(missing_ok=True)
        with self._lock:
            self._connection.execute("VACUUM INTO ?", (str(beside),))
        beside.replace(path)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def resolve(self, typed: str) -> list[Found]:
        """Look a name up, however it is typed; the best kind first. A Question may be named without its group (Q10)."""
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
        """Language and text of the titles of a thing; the newest of a language first."""
        rows = self._rows(
            "SELECT language, text FROM title JOIN thing ON thing.id = title.thing WHERE iri = ? COLLATE NOCASE ORDER BY title.rowid",
            (iri,),
        )
        return [(language, text) for language, text in rows]

    def label(self, iri: str) -> str | None:
        """Return the English label of a thing; None where it has no name."""
        return next((row[0] for row in self._rows("SELECT label FROM thing WHERE iri = ? COLLATE NOCASE", (iri,))), None)

    def any_case(self, iri: str) -> list[str]:
        """Return the IRIs that differ from one in case alone."""
        return [row[0] for row in self._rows("SELECT iri FROM thing WHERE iri = ? COLLATE NOCASE ORDER BY iri", (iri,))]

    def below(self, folder: str) -> list[Found]:
        """Return the things whose IRI is that of a folder, ending in a stroke, and one segment more."""
        rows = self._rows(
            "SELECT thing.* FROM thing WHERE iri > ? COLLATE NOCASE AND iri < ? COLLATE NOCASE ORDER BY iri",
            (folder, folder + "\U0010ffff"),
        )
        return [_found(row) for row in rows if "/" not in row[1][len(folder) :]]

    def texts_on(self, day: date) -> TextsOfDays:
        """Return every text as lists narrow and order it on a day, by number. The lists of a few days are kept."""
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
        """By IRI what lists show of some texts: their editions and stages, of all days; a text that is not known is left out."""
        with self._lock:
            return texts.read_shown(self._connection, iris)

    def _runs(self) -> list[Run]:
        with self._lock:
            if self._listed is None:
                self._listed = texts.read(self._connection)
            return self._listed

    def prepare(self, day: date) -> None:
        """Read into memory what lists are chosen by, and count what they are narrowed by on a day, so that the first request need not."""
        self.texts_on(day).prepare()

    def search(self, typed: str, most: int = _MOST, *, all_words: bool = False) -> list[Found]:
        """Search names first: those that are typed, or begin so.

        Then what has the words in a row; then what has all, the last perhaps unfinished.

        Where nothing has all, what has one of them, unless `all_words` is asked for of words that blanks divide. Ten thousand at most.
        """
        asked = words(typed)
        if not asked:
            return self.resolve(typed)
        rows = self._matching(_expression(asked, " AND "), most)
        if rows:  # what has them in a row has all of them
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
    """Return the words next to each other, in their order."""
    return '"' + " ".join(asked) + '"'


def _expression(asked: Sequence[str], joined: str) -> str:
    """Return an FTS5 expression: every word quoted, so that nothing typed is syntax."""
    *whole, last = (f'"{word}"' for word in asked)
    # a last word may be unfinished; a pair of Chinese characters is whole, a lone one is the beginning of pairs
    unfinished = last if is_wide(asked[-1]) and len(asked[-1]) > 1 else f"{last} *"
    return joined.join((*whole, unfinished))


def _fill(connection: sqlite3.Connection, rows: Iterable[Named], dataset: str) -> None:
    connection.executescript(_SCHEMA + texts.SCHEMA)
    connection.execute("INSERT INTO about VALUES (?, ?)", (dataset, _FORMAT))
    by_thing: dict[str, list[Named]] = {}
    for row in rows:
        by_thing.setdefault(row.iri, []).append(row)
    first_of = {iri: min(said, key=lambda row: _RANKS.index(row.type)) for iri, said in by_thing.items()}
    # the identifiers are in the order in which things that begin alike are shown
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
