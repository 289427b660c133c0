"""Query limits, and an output that enforces the row limit."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sg17kg.errors import AnswerTooLarge


@dataclass(frozen=True)
class Limits:
    """Limits of queries. `seconds`: CPU seconds of a query or page. `at_once`: concurrent queries in a process. `memory`: bytes that a
    process may use beside the dataset. `rows`: rows (or triples) of a result. `answer`: bytes of a result. `spool`: bytes of all results
    together that clients have not read yet.
    """

    seconds: float = 10.0
    at_once: int = 64
    memory: int = 2 * 1024**3
    rows: int = 1_000_000
    answer: int = 64 * 1024**2
    spool: int = 512 * 1024**2


class Output(Protocol):
    """Output to which a result is written."""

    def write(self, content: bytes, /) -> int:
        """Write bytes. Return how many were written."""
        ...


# Marks that end a row, or separate two rows, in the results that pyoxigraph writes. A quote inside a JSON string is escaped, so no text in
# a string looks like the beginning of a row with a value. Line feeds in TSV and angle brackets in XML are escaped.
_BETWEEN_ROWS = {"json": re.compile(rb'\},\{(?:"[^,}\]]|\})'), "xml": re.compile(rb"</result>"), "tsv": re.compile(rb"\n")}
_LONGEST_MARK = 9
_BEFORE_ANY = {"json": 1, "csv": -1, "tsv": -1}  # no mark before the first row in JSON; the header is a line in CSV and TSV


class RowCounter:
    """Output that passes a result on and counts its rows. Raises AnswerTooLarge at the first row beyond the limit.

    A row takes at least one byte, so nothing is counted as long as there are no more bytes than rows allowed.
    """

    def __init__(self, output: Output, format_name: str, most: int) -> None:
        self._output = output
        self._count: Callable[[bytes], int] = self._csv if format_name == "csv" else self._marks
        self._mark = _BETWEEN_ROWS.get(format_name)
        self._tail = b""
        self._quoted = False
        self._rows = _BEFORE_ANY.get(format_name, 0)
        self._most = most
        self._room = most
        self._uncounted: list[bytes] = []

    def write(self, content: bytes) -> int:
        """See Output."""
        self._uncounted.append(content)
        self._room -= len(content)
        if self._room < 0:
            self._rows += sum(map(self._count, self._uncounted))
            self._uncounted.clear()
        if self._rows > self._most:
            raise AnswerTooLarge(f"the answer has more than {self._most:,} rows; add LIMIT and OFFSET, or take the dump")
        return self._output.write(content)

    def flush(self) -> None:
        """Do nothing: nothing is buffered."""

    def _marks(self, content: bytes) -> int:
        """Count the marks that end in this chunk; one may have begun in the previous chunk."""
        if self._mark is None:
            return 0
        seen = self._tail + content
        found = sum(match.end() > len(self._tail) for match in self._mark.finditer(seen))
        self._tail = seen[-(_LONGEST_MARK - 1) :]
        return found

    def _csv(self, content: bytes) -> int:
        """Count line feeds outside quotes, because RFC 4180 allows them in quoted fields."""
        outside = 0
        for position, part in enumerate(content.split(b'"')):
            if position:
                self._quoted = not self._quoted
            if not self._quoted:
                outside += part.count(b"\n")
        return outside
