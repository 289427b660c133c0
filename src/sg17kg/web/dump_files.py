"""The dumps that a service offers, each measured once."""

import hashlib
import io
from threading import Lock

from sg17kg import formats
from sg17kg.store.base import Store


class DumpFiles:
    """Files of the whole dataset, by name (sg17kg.nq). Sizes and SHA-256 are computed at the first request."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._measured: dict[str, tuple[int, str]] = {}
        self._lock = Lock()
        self.names = {f"sg17kg.{entry.extension}": entry for entry in formats.RDF}

    def content(self, name: str) -> bytes:
        """The bytes of a file. Raises KeyError for a name that is not offered."""
        output = io.BytesIO()
        self._store.dump(output, self.names[name].name)
        return output.getvalue()

    def measures(self, name: str) -> tuple[int, str]:
        """Size in bytes and SHA-256 of a file."""
        with self._lock:
            if name not in self._measured:
                content = self.content(name)
                self._measured[name] = len(content), hashlib.sha256(content).hexdigest()
            return self._measured[name]
