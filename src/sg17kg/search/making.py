"""The search index of a store, from the catalogue query `names`; in a file beside the dataset, or in memory."""

from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from sg17kg.catalogue.catalogue import Catalogue
from sg17kg.errors import StoreError
from sg17kg.search.index import Named, SearchIndex
from sg17kg.store.base import Store, Text, value

FILE = "search.sqlite"
_QUERY = "names"


def index_of(store: Store, catalogue: Catalogue, dataset: str | None = None) -> SearchIndex:
    """The index of what a store holds now, in memory; `dataset` is the version by which it is known, that of the store unless given."""
    return SearchIndex.made(_names(store, catalogue), dataset or store.version)


def write_index(store: Store, catalogue: Catalogue, folder: Path, dataset: str | None = None) -> Path:
    """Write the index of a store beside its dataset; the same dataset gives the same bytes. Gives the file.

    `dataset` is the version by which the index is known, that of the store unless given.
    """
    path = folder / FILE
    index = index_of(store, catalogue, dataset)
    index.save(path)
    index.close()
    return path


class CurrentIndex:
    """The index of a store, whatever it holds: the one in the file if it was made of the same dataset, else one made when first asked."""

    def __init__(self, store: Store, catalogue: Catalogue, file: Path | None = None) -> None:
        self._store = store
        self._catalogue = catalogue
        self._file = file
        self._lock = Lock()
        self._index: SearchIndex | None = None

    def get(self) -> SearchIndex:
        """The index. Raises StoreError where the store cannot answer."""
        with self._lock:
            version = self._store.version
            if self._index is None and self._file:
                self._index = _opened(self._file)
            if self._index is None or self._index.dataset != version:
                self._index = index_of(self._store, self._catalogue)
            return self._index


def _opened(file: Path) -> SearchIndex | None:
    try:
        return SearchIndex.open(file)
    except StoreError:  # an index is never more than a saving of time
        return None


def _names(store: Store, catalogue: Catalogue) -> Iterator[Named]:
    for row in store.query(catalogue.get(_QUERY).bind({})).rows():
        text = row.get("text")
        if isinstance(text, Text):
            iri, type_, label, role = (value(row, name) or "" for name in ("iri", "type", "label", "role"))
            yield Named(iri, type_, label, text.value, text.language, role)
