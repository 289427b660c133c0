"""What a worker and the service say to each other over a socket: frames of a tag, a length and content.

To a worker goes a question, as JSON. Back come: that it is ready; kind and format of an answer, then its bytes in pieces, then its
end; or why there is none. JSON and bytes only: whatever happens in a worker, what it sends is never more than data.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sg17kg.store.base import GraphChoice

READY, START, PIECE, END, REFUSED, TOO_LARGE, FAILED = b"y", b"s", b"d", b"e", b"r", b"l", b"f"
_HEAD = struct.Struct(">cI")


@dataclass(frozen=True)
class Question:
    """A query, the graphs that it is asked of, and the format wanted for each kind of answer (None: none that is wanted fits)."""

    sparql: str
    graphs: GraphChoice
    formats: Mapping[str, str | None]

    def encoded(self) -> bytes:
        """As the content of a frame."""
        return json.dumps([self.sparql, self.graphs.default, self.graphs.named, dict(self.formats)]).encode()

    @classmethod
    def decoded(cls, content: bytes) -> "Question":
        """From the content of a frame."""
        sparql, default, named, formats = json.loads(content)
        return cls(sparql, GraphChoice(default, named), formats)


def frame(tag: bytes, content: bytes = b"") -> bytes:
    """A frame as bytes."""
    return _HEAD.pack(tag, len(content)) + content


class Frames:
    """Takes bytes as they come, and gives the frames that are whole."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, content: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Tag and content of each frame that these bytes complete."""
        self._bytes += content
        start = 0
        while len(self._bytes) - start >= _HEAD.size:
            tag, length = _HEAD.unpack_from(self._bytes, start)
            end = start + _HEAD.size + length
            if len(self._bytes) < end:
                break
            yield tag, bytes(self._bytes[start + _HEAD.size : end])
            start = end
        del self._bytes[:start]
