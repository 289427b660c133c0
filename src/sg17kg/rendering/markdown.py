"""Render a document (document_model.py) as Markdown: CommonMark, with GitHub tables."""

import re

from sg17kg.rendering.document_model import Block, Cell, Document, Heading, Item, Line, Paragraph, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")


def markdown(document: Document) -> bytes:
    """Return a document as Markdown in UTF-8. Markup characters in its texts are escaped."""
    return ("\n".join(_joined(document.blocks)) + "\n").encode()


def _joined(blocks: tuple[Block, ...]) -> list[str]:
    """Return the lines of all blocks, with an empty line between blocks, but not between the items of a list."""
    lines: list[str] = []
    for before, block in zip((None, *blocks), blocks, strict=False):
        if before is not None and not (isinstance(before, Item) and isinstance(block, Item)):
            lines.append("")
        lines += _block(block)
    return lines


def _block(block: Block) -> list[str]:
    match block:
        case Heading():
            return [f"{'#' * block.level} {_line(block.line)}"]
        case Paragraph():
            return [_line(block.line)]
        case Item():
            return [f"- {_line(block.line)}"]
        case Table():
            return _table(block)


def _table(table: Table) -> list[str]:
    head = [_line(cell) for cell in table.head] or [""] * len(table.widths)
    rows = [head, ["---"] * len(head), *([_cell(cell) for cell in row] for row in table.rows)]
    return [f"| {' | '.join(row)} |" for row in rows]


def _cell(cell: Cell) -> str:
    return "<br>".join(_line(line) for line in cell)


def _line(line: Line) -> str:
    return "".join(_span(span.text, span.bold, span.link) for span in line)


def _span(text: str, bold: bool, link: str | None) -> str:
    escaped = _SPECIAL.sub(r"\\\1", " ".join(text.split("\n")))
    inner = escaped.strip()
    if not inner:
        return escaped
    marked = f"**{inner}**" if bold else inner
    linked = f"[{marked}](<{link}>)" if link else marked
    return escaped.replace(inner, linked, 1)
