"""Limits on a document and numbering of its lines, shared by all readers."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sg17kg.errors import UnreadableFile
from sg17kg.readers.document import Document, Line
from sg17kg.readers.writing_systems import load as scripts

LARGEST_TEXT = 2 * 2**20
LARGEST_FILE = 20 * 2**20
MOST_LINES = 20_000
LONGEST_LINE = 50_000
# invisible characters: direction marks, soft hyphens, joiners that allow or forbid a line break, byte order marks
_UNSEEN = re.compile("[\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?![a-z])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def language_code(tag: str | None) -> str:
    """Return the primary language of a language tag: "fr" for "fr-CH"; "" if there is none."""
    match = _LANGUAGE.match((tag or "").strip().lower())
    return match[0] if match else ""


class Piece(NamedTuple):
    """A line before it is numbered: its text, its place in the file for a human reader, and its footnotes."""

    text: str
    place: str
    footnotes: tuple[str, ...] = ()


def number(name: str, content: bytes, form: str, pieces: Iterable[Piece]) -> Document:
    """Return the document made of the pieces, in their order. A piece without text or footnotes gets no line.

    Raises UnreadableFile as soon as the number or the length of lines exceeds what a circular can have.
    """
    lines: list[Line] = []
    for piece in pieces:
        text = clean(piece.text)
        if not text and not piece.footnotes:
            continue
        footnotes = tuple(clean(note) for note in piece.footnotes)
        _check(name, len(lines) + 1, piece.place, len(text) + sum(map(len, footnotes)))
        lines.append(Line(len(lines) + 1, text, footnotes, piece.place))
    return Document(name, hashlib.sha256(content).hexdigest(), tuple(lines), form)


def clean(text: str) -> str:
    """Return the text without invisible characters and without the messages that word processors print for broken references."""
    return without_broken_fields(_CONTROL.sub("", _UNSEEN.sub("", text.replace("\xa0", " ")))).strip()


def without_broken_fields(text: str) -> str:
    """Return the text without the messages that word processors print for broken references, in any language."""
    return scripts().broken_field.sub("", text)


def check_size(name: str, lines: Sequence[str]) -> None:
    """Check the number and the length of lines against the limits for a circular. Raises UnreadableFile."""
    if len(lines) > MOST_LINES:
        raise UnreadableFile(f"{name}: {len(lines)} lines; a circular has some hundreds, check that this is one")
    count, longest = max(enumerate(map(len, lines), start=1), key=lambda row: row[1], default=(0, 0))
    if longest > LONGEST_LINE:
        raise UnreadableFile(f"{name}: line {count}: {longest} characters; save the document with its paragraphs on lines of their own")


def _check(name: str, count: int, place: str, length: int) -> None:
    if count > MOST_LINES:
        raise UnreadableFile(f"{name}: more than {MOST_LINES} lines; a circular has some hundreds, check that this is one")
    if length > LONGEST_LINE:
        raise UnreadableFile(f"{name}: {place}: {length} characters in one line; a circular has some thousand, check that this is one")
