"""Sorting of N-Quads or N-Triples by code point, for any number of lines.

pyoxigraph writes canonical N-Quads (RDF 1.1 N-Quads, section 4), so the sorted lines of a dataset without blank nodes are its canonical
form by RDFC-1.0 (RDF Dataset Canonicalization), and their SHA-256 is its fingerprint.
"""

import hashlib
import heapq
import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from operator import lt
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from sg17kg.store.limits import Output

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MOST = 1_000_000
_JOINED = 20_000
_BLOCK = 8 * 1024 * 1024
_GRAPH = re.compile(rb" <[^<>]*> \.\n")


class Sorter:
    """Output that takes lines in chunks of any length and returns them in order. Beyond a million lines it sorts on disk.

    `ending` replaces the end of each line; with the name of a graph it turns triples into quads.
    """

    def __init__(self, most: int = _MOST) -> None:
        self.ending = b" .\n"
        self._most = most
        self._lines: list[bytes] = []
        self._rest = b""
        self._runs: list[BinaryIO] = []

    def write(self, content: bytes) -> int:
        """See limits.Output."""
        whole, newline, self._rest = (self._rest + content).rpartition(b"\n")
        if newline:
            text = whole + newline
            self._lines += (text if self.ending == b" .\n" else text.replace(b" .\n", self.ending)).splitlines(keepends=True)
        if len(self._lines) > self._most:
            self._spill()
        return len(content)

    def flush(self) -> None:
        """Do nothing: nothing needs to be flushed."""

    def lines(self) -> Iterator[bytes]:
        """Yield the lines in order, in blocks of whole lines. Can be called once."""
        self._lines.sort()
        ordered = heapq.merge(*self._runs, self._lines) if self._runs else iter(self._lines)
        for block in _blocks(ordered):
            yield b"".join(block)
        for run in self._runs:
            run.close()

    def _spill(self) -> None:
        self._lines.sort()
        run = cast("BinaryIO", tempfile.TemporaryFile(prefix="sg17kg-"))  # noqa: SIM115 - closed when its lines have been read
        run.writelines(self._lines)
        run.seek(0)
        self._runs.append(run)
        self._lines = []


def _blocks(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    for line in lines:
        block.append(line)
        if len(block) >= _JOINED:
            yield block
            block = []
    if block:
        yield block


class Original:
    """The file that a store was read from, kept open, because another file may replace it under the same name."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._in_order: bool | None = None

    @property
    def in_order(self) -> bool:
        """Whether its lines are sorted and distinct; computed once."""
        if self._in_order is None:
            self._in_order = all(_ordered(lines) for lines in self._lines())
        return self._in_order

    def copy_to(self, output: Output) -> None:
        """Write the file unchanged. Thread-safe."""
        for block in self._blocks():
            output.write(block)

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the file."""
        digest = hashlib.sha256()
        for block in self._blocks():
            digest.update(block)
        return digest.hexdigest()

    def triples(self) -> IO[bytes]:
        """Return its statements without their graphs, as a stream of N-Triples. A statement in two graphs occurs twice.

        A thread prepares the next part while the previous one is read.
        """
        return cast("IO[bytes]", io.BufferedReader(_Parts(_ahead(_without_graphs(self._blocks())))))

    def _lines(self) -> Iterator[list[bytes]]:
        """Yield its lines in parts, each of which begins with the last line of the previous part."""
        rest, last = b"", b""
        for block in self._blocks():
            whole, _, rest = (rest + block).rpartition(b"\n")
            lines = [last, *whole.splitlines()] if last else whole.splitlines()
            last = lines[-1] if lines else last
            yield lines
        yield [last, rest] if rest else []

    def _blocks(self) -> Iterator[bytes]:
        position = 0
        while block := os.pread(self._file.fileno(), _BLOCK, position):
            yield block
            position += len(block)


def _without_graphs(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield N-Quads lines as N-Triples lines. No literal contains a line feed, so the last term of a line is its graph."""
    rest = b""
    for block in blocks:
        whole, newline, rest = (rest + block).rpartition(b"\n")
        yield _GRAPH.sub(b" .\n", whole + newline)
    if rest:
        yield _GRAPH.sub(b" .\n", rest + b"\n")


def _ahead(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the parts. The first is computed at once, each following one while the previous one is in use."""
    beside = ThreadPoolExecutor(1)
    first = beside.submit(next, parts, None)

    def each() -> Iterator[bytes]:
        with beside:
            following = first
            while (part := following.result()) is not None:
                following = beside.submit(next, parts, None)
                yield part

    return each()


class _Parts(io.RawIOBase):
    """Raw stream that reads parts one after the other."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """See io.RawIOBase."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """See io.RawIOBase."""
        while not self._ready and (part := next(self._parts, None)) is not None:
            self._ready = memoryview(part)
        view = memoryview(buffer)
        piece, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(piece)] = piece
        return len(piece)


def _ordered(lines: list[bytes]) -> bool:
    return all(map(lt, lines, islice(lines, 1, None)))
