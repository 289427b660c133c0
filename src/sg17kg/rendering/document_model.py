"""Model of a document: headings, paragraphs, items, tables, links.

docx.py renders it as .docx, markdown.py as Markdown; both have the same content.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Span:
    """A piece of text. `language` is its tag if it differs from that of the document; `quiet` text is smaller and grey."""

    text: str
    bold: bool = False
    quiet: bool = False
    link: str | None = None
    language: str | None = None


Line = tuple[Span, ...]
Cell = tuple[Line, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title."""

    level: int
    line: Line


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `keep` keeps it on one page with what follows."""

    line: Line
    keep: bool = False


@dataclass(frozen=True)
class Item:
    """An item of a list."""

    line: Line


@dataclass(frozen=True)
class Table:
    """A table: head (can be empty), rows of cells, and the relative width of each column; `grid` draws its lines.

    `keep` keeps the last row on one page with what follows.
    """

    head: Sequence[Line]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    grid: bool = True
    keep: bool = False


Block = Heading | Paragraph | Item | Table


@dataclass(frozen=True)
class Document:
    """A document in one language; `day` is the date in its properties, `small` selects smaller type."""

    title: str
    language: str
    day: date
    blocks: tuple[Block, ...]
    small: bool = False


def line(*pieces: str | Span) -> Line:
    """Return a line made of plain texts and spans."""
    return tuple(Span(piece) if isinstance(piece, str) else piece for piece in pieces)
