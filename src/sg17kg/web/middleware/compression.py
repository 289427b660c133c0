"""Compress responses with brotli or gzip (RFC 9110, section 8.4)."""

import gzip
from dataclasses import dataclass

import brotli

_SMALLEST = 860
_LEVELS = {b"br": 5, b"gzip": 6}
_TEXTUAL = (b"text/", b"application/json", b"application/ld+json", b"application/problem+json", b"application/rdf+xml",
            b"application/n-triples", b"application/sparql-results", b"application/atom+xml", b"application/x-")  # fmt: skip


@dataclass(frozen=True)
class Coding:
    """A content coding: its name, and the mark that stands for it in an ETag."""

    name: bytes

    @property
    def mark(self) -> bytes:
        """The mark in an ETag: -br or -gzip."""
        return b"-" + self.name

    def pack(self, body: bytes) -> bytes:
        """Return the bytes in this coding; the same input gives the same output."""
        if self.name == b"br":
            return bytes(brotli.compress(body, quality=_LEVELS[b"br"]))
        return gzip.compress(body, compresslevel=_LEVELS[b"gzip"], mtime=0)


CODINGS = (Coding(b"br"), Coding(b"gzip"))


def coding_for(accepted: bytes) -> Coding | None:
    """Return the coding that Accept-Encoding ranks highest, brotli if several are equal; None for no coding. q=0 rules a coding out."""
    weights: dict[bytes, float] = {}
    for part in accepted.lower().split(b",")[:20]:
        name, _, parameter = part.partition(b";")
        weights[name.strip()] = _quality(parameter)
    best = max(CODINGS, key=lambda coding: weights.get(coding.name, weights.get(b"*", 0.0)))
    weight = weights.get(best.name, weights.get(b"*", 0.0))
    return best if weight > 0 and weight >= weights.get(b"identity", 0.0) else None


def _quality(parameter: bytes) -> float:
    name, _, given = parameter.strip().partition(b"=")
    if not name:
        return 1.0
    try:
        return float(given) if name.strip() == b"q" else 1.0
    except ValueError:
        return 0.0


def worth_it(content_type: bytes, size: int) -> bool:
    """Return whether a response is long enough to compress, and of a type that becomes shorter."""
    return size >= _SMALLEST and content_type.startswith(_TEXTUAL)


def without_mark(etag: bytes) -> bytes:
    """Return an entity tag without the mark of a coding."""
    for coding in CODINGS:
        if etag.endswith(coding.mark + b'"'):
            return etag[: -len(coding.mark) - 1] + b'"'
    return etag
