"""The known dataset in memory, to which one document is added for the time of a check."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sg17kg import assets
from sg17kg.graph.ingest import Patch, replaced_by
from sg17kg.graph.maintenance import MaintainedRules
from sg17kg.graph.numbering import Numbering, numbering_in
from sg17kg.queries.library import Query, QueryLibrary
from sg17kg.store.changing import MutableStore
from sg17kg.store.source import Statements


class KnownDataset:
    """A dataset with everything that rules infer from it. `version` is that of its store, empty if it has none."""

    def __init__(self, rows: Iterable[bytes], rules: Iterable[Query], version: str = "") -> None:
        kept = list(rows)
        self.version = version
        self.numbering: Numbering = numbering_in(kept)
        self._rules = MaintainedRules(rules)
        self._store = MutableStore.from_nquads(b"".join(kept))

    @classmethod
    def of(cls, known: Statements) -> "KnownDataset":
        """Load the statements of a store, to which the rules of the package apply. Raises StoreError, AssetError."""
        return cls(known.rows, QueryLibrary.read(assets.folder("queries")).group("rules"), known.version)

    @contextmanager
    def extended(self, addition: Patch) -> Iterator[MutableStore]:
        """Give the store with the addition of a document, which replaces an older version of itself, and with what follows from it.

        Afterwards, the store contains what it contained before. The numbers of texts must be those that the dataset knows (`numbering`).
        """
        difference = self._rules.apply(self._store, replaced_by(addition, self._store), addition.rows)
        try:
            yield self._store
        finally:
            self._store.remove(difference.added)
            self._store.add(difference.removed)
