"""What a letter is made of, and the letter as plain text."""

from collections.abc import Iterator
from dataclasses import dataclass

Cell = tuple[str, ...]


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; a footnote stands at its end."""

    text: str
    footnote: str | None = None


@dataclass(frozen=True)
class Heading:
    """A heading: of an annex, or of an item or section in it."""

    text: str


@dataclass(frozen=True)
class Note:
    """A note by TSB, with its label."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows of cells; a cell is its paragraphs."""

    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class CheckRow:
    """What a Member State ticks for one text: `yes` or `no`, and under `yes` one of the options, if there are any."""

    label: Cell
    yes: str
    options: tuple[str, ...]
    no: str


@dataclass(frozen=True)
class Form:
    """The table of check boxes, with the line that says how to choose."""

    choose: str
    rows: tuple[CheckRow, ...]


Block = Paragraph | Heading | Note | Table | Form


@dataclass(frozen=True)
class Letter:
    """One letter in one language; `legacy_boxes` says that its boxes are form fields of old Word files."""

    kind: str
    number: int
    lang: str
    blocks: tuple[Block, ...]
    legacy_boxes: bool = False


def as_text(letter: Letter) -> str:
    """The letter as the plain text that is made from a Word file: a line a paragraph, cells on lines of their own."""
    box = "|_|" if letter.legacy_boxes else "☐"
    lines: list[str] = []
    notes = 1
    for block in letter.blocks:
        if isinstance(block, Paragraph) and block.footnote is not None:
            notes += 1
            lines.append(f"{block.text}[footnoteRef:{notes}] [{notes}: \t{block.footnote}]")
        elif isinstance(block, Table):
            lines += _table_lines(block.rows)
        elif isinstance(block, Form):
            lines += _table_lines(form_cells(block, box))
        else:
            lines.append(block.text)
    return "\n".join(lines) + "\n"


def form_cells(form: Form, box: str) -> tuple[tuple[Cell, ...], ...]:
    """The form as rows of cells, `box` standing for each check box."""
    rows: list[tuple[Cell, ...]] = [(("",), (form.choose,))]
    for row in form.rows:
        rows.append((row.label, (f"{box}\t{row.yes}", *(f"⃝\t{option}" for option in row.options))))
        rows.append((("",), (f"{box}\t{row.no}",)))
    return tuple(rows)


def _table_lines(rows: tuple[tuple[Cell, ...], ...]) -> Iterator[str]:
    for row in rows:
        for cell in row:
            yield "\t" + cell[0]
            yield from cell[1:]
        yield ""
