"""Build of the search index of a store from queries, in a file beside the dataset or in memory."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from threading import Lock

from sg17kg.days import Period, stage_on
from sg17kg.errors import StoreError
from sg17kg.queries.library import QueryLibrary
from sg17kg.search.index import Named, SearchIndex
from sg17kg.search.records import Ask, records
from sg17kg.search.texts import ListedText, RowsOfTexts, in_order, listed_on
from sg17kg.store.base import RdfLiteral, Row, Store, value

FILE = "search.sqlite"
_QUERY = "names"


def index_of(store: Store, catalogue: QueryLibrary, dataset: str | None = None, *, with_records: bool = True) -> SearchIndex:
    """Return an index in memory of the current content of a store.

    `dataset` is the version recorded in the index, by default that of the store. Without records, what is known of one text is queried.
    """
    if not with_records:
        return SearchIndex.made(_names(store, catalogue), dataset or store.version, _rows_of_texts(store, catalogue))
    ask = asking(store, catalogue)
    return SearchIndex.made(
        _names(store, catalogue), dataset or store.version, _rows_of_texts(store, catalogue), records(ask), _in_languages(ask)
    )


def _in_languages(ask: Ask) -> Iterator[str]:
    """Yield the documents that were read in several languages."""
    for document, rows in groupby(ask("files-of-document", {}), key=lambda row: value(row, "document_iri") or ""):
        if len({value(row, "language") for row in rows}) > 1:
            yield document


def asking(store: Store, catalogue: QueryLibrary) -> Ask:
    """Return a function that runs a library query in a store."""
    return lambda name, arguments: store.query(catalogue.get(name).bind(arguments)).rows()


def write_index(store: Store, catalogue: QueryLibrary, folder: Path, dataset: str | None = None) -> Path:
    """Write the index of a store beside its dataset, and return the file. The same dataset gives the same bytes.

    `dataset` is the version recorded in the index, by default that of the store.
    """
    path = folder / FILE
    index = index_of(store, catalogue, dataset)
    index.save(path)
    index.close()
    return path


class CurrentIndex:
    """The index of the current content of a store: that in the file if it is of the same dataset, else one built at the first request."""

    def __init__(self, store: Store, catalogue: QueryLibrary, file: Path | None = None) -> None:
        self._store = store
        self._catalogue = catalogue
        self._file = file
        self._lock = Lock()
        self._index: SearchIndex | None = None

    def prepare(self, day: date) -> None:
        """Read the index in the file and compute the list of a day in advance, if the file is of the same dataset.

        An index that has to be built is built at the first request.
        """
        with self._lock:
            found = _opened(self._file) if self._file else None
            if found and found.dataset == self._store.version:
                found.prepare(day)
                self._index = found

    @property
    def prepared(self) -> SearchIndex | None:
        """The index; None if it has not been read."""
        return self._index

    def get(self) -> SearchIndex:
        """Return the index. Raises StoreError if the store cannot answer."""
        with self._lock:
            version = self._store.version
            if self._index is None and self._file:
                self._index = _opened(self._file)
            if self._index is None or self._index.dataset != version:
                # records take seconds, and minutes over an endpoint: too long for a request
                self._index = index_of(self._store, self._catalogue, with_records=False)
            return self._index

    def with_records(self) -> SearchIndex | None:
        """Return the index in the file if it is of the current content of the store, or None. No index is built."""
        with self._lock:
            if self._index is None and self._file:
                self._index = _opened(self._file)
            found = self._index
        return found if found and found.has_records and found.dataset == self._store.version else None


def _opened(file: Path) -> SearchIndex | None:
    try:
        return SearchIndex.open(file)
    except StoreError:  # the file only saves time
        return None


def _names(store: Store, catalogue: QueryLibrary) -> Iterator[Named]:
    for row in store.query(catalogue.get(_QUERY).bind({})).rows():
        text = row.get("text")
        if isinstance(text, RdfLiteral):
            iri, type_, label, role = (value(row, name) or "" for name in ("iri", "type", "label", "role"))
            yield Named(iri, type_, label, text.value, text.language, role)


def texts_said_by(store: Store, catalogue: QueryLibrary, on: date, said_by: date) -> list[ListedText]:
    """Return the texts as listed on the day `on`, by number, of which something had been stated by the day `said_by`."""
    known = _rows_of_texts(store, catalogue, said_by)
    sent_by = min(on, said_by).isoformat()
    drafted = {value(row, "iri") for row in store.query(catalogue.get("draft-titles").bind({"on": sent_by})).rows()}
    there = [(listed_on(known, iri, on.isoformat(), said_by.isoformat()), iri) for iri in in_order(known)]
    staged = {iri for iri, rows in known.stages.items() if stage_on(rows, on.isoformat(), said_by.isoformat())}
    return [text for text, iri in there if text.approved_on or text.questions or iri in drafted or iri in staged]


def _rows_of_texts(store: Store, catalogue: QueryLibrary, said_by: date | None = None) -> RowsOfTexts:
    """Query the rows by which texts are listed on any day; responsibilities only as stated by the day `said_by`, if given."""

    def by_text(name: str, **arguments: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in store.query(catalogue.get(name).bind(arguments)).rows():
            found.setdefault(value(row, "iri") or "", []).append(row)
        return found

    periods = store.query(catalogue.get("study-periods").bind({})).rows()
    return RowsOfTexts(
        texts=by_text("texts"),
        editions=by_text("editions-of-texts"),
        stages=by_text("text-stages"),
        questions=by_text("questions-of-texts", **({"said_by": said_by.isoformat()} if said_by else {})),
        groups=by_text("text-groups"),
        subseries=by_text("text-subseries"),
        other_numbers=by_text("other-numbers"),
        periods=[Period(*(value(row, name) or "" for name in ("start", "end", "period"))) for row in periods],
    )
