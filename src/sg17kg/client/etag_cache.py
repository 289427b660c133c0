"""Cache of responses with their ETags, for conditional requests."""

import re
from collections import OrderedDict
from threading import Lock

from sg17kg.client.answers import Answer

_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"')
_LARGEST = 64 * 1024**2


class ETagCache:
    """Cache of the responses used last, limited in number and to 64 MiB of bodies. Threads can share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._lock = Lock()
        self._answers: OrderedDict[tuple[str, str], Answer] = OrderedDict()

    def get(self, target: str, accept: str) -> Answer | None:
        """Return the last response to a request, if it is cached."""
        with self._lock:
            found = self._answers.get((target, accept))
            if found:
                self._answers.move_to_end((target, accept))
            return found

    def put(self, target: str, accept: str, answer: Answer) -> None:
        """Cache a response that has an ETag and may be stored. The least recently used responses are dropped."""
        if not _ETAG.fullmatch(answer.headers.get("etag", "")) or "no-store" in answer.headers.get("cache-control", "").lower():
            return
        with self._lock:
            self._drop((target, accept))
            self._answers[target, accept] = answer
            self._size += len(answer.body)
            while len(self._answers) > self._most or self._size > _LARGEST:
                self._drop(next(iter(self._answers)))

    def _drop(self, key: tuple[str, str]) -> None:
        gone = self._answers.pop(key, None)
        self._size -= len(gone.body) if gone else 0
