"""Model of a document to be written: headings, paragraphs, items, tables, links.

word.py writes it as .docx, markdown.py as Markdown; both say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Span:
    """A piece of text. `language` is its tag where it is not that of the document; `quiet` is smaller and grey."""

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
    """A paragraph; `keep` holds it on one page with what follows."""

    line: Line
    keep: bool = False


@dataclass(frozen=True)
class Item:
    """An item of a list."""

    line: Line


@dataclass(frozen=True)
class Table:
    """A table: head (may be empty), rows of cells, and the share of the width that each column takes; `grid` draws its lines.

    `keep` holds the last row on one page with what follows.
    """

    head: Sequence[Line]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    grid: bool = True
    keep: bool = False


Block = Heading | Paragraph | Item | Table


@dataclass(frozen=True)
class Document:
    """A document in one language; `day` is the day that it bears in its properties, `small` sets it in smaller type."""

    title: str
    language: str
    day: date
    blocks: tuple[Block, ...]
    small: bool = False


def line(*pieces: str | Span) -> Line:
    """Return a line out of plain texts and spans."""
    return tuple(Span(piece) if isinstance(piece, str) else piece for piece in pieces)
