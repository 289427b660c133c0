"""Draw boxes in columns, connected by arrows, as accessible SVG."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_HEAD, _GAP, _BETWEEN, _LINE, _PADDING, _FONT, _SMALL, _BASELINE = 26, 12, 26, 17, 9, 13, 11.5, 12.5
_ARROW = 7


@dataclass(frozen=True)
class Box:
    """Lines of text, the first the largest; link target (None: no link); `kind` is "", "end" (emphasised) or "gone" (not known)."""

    lines: tuple[str, ...]
    href: str | None = None
    kind: str = ""


Place = tuple[int, int]


def layered(
    name: str,
    heads: Sequence[str],
    columns: Sequence[Sequence[Box | None]],
    edges: Sequence[tuple[Place, Place]],
    rtl: bool,
    width: int = 132,
) -> Markup:
    """Return columns of boxes under their heads, and arrows between places (column, row); right to left with `rtl`.

    `name` is the accessible name. A box that is None leaves its place empty.
    """
    depth = max((len(column) for column in columns), default=0)
    tall = [_height(columns, row) for row in range(depth)]
    tops = [_HEAD + sum(tall[:row]) + _GAP * row for row in range(depth)]
    across = len(columns) * (width + _BETWEEN) - _BETWEEN + 2
    down = _HEAD + sum(tall) + _GAP * depth
    left = [1 + index * (width + _BETWEEN) for index in range(len(columns))]
    if rtl:
        left = [across - x - width for x in left]
    parts = [_head(head, x + width / 2, width) for x, head in zip(left, heads, strict=True)]
    parts += [_arrow(left, tops, tall, width, edge, rtl) for edge in edges]
    parts += [
        _box(box, left[at], tops[row], width, tall[row]) for at, column in enumerate(columns) for row, box in enumerate(column) if box
    ]
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}">{}</svg>'
    ).format(name, across, down, across, down, Markup("").join(parts))


def _height(columns: Sequence[Sequence[Box | None]], row: int) -> int:
    lines = max((len(box.lines) for column in columns if row < len(column) and (box := column[row])), default=1)
    return lines * _LINE + 2 * _PADDING - 3


def _arrow(left: Sequence[float], tops: Sequence[float], tall: Sequence[float], width: int, edge: tuple[Place, Place], rtl: bool) -> Markup:
    (from_column, from_row), (to_column, to_row) = edge
    side = -1 if rtl else 1
    start = left[from_column] + (0 if rtl else width)
    end = left[to_column] + (width if rtl else 0) - side * 1
    y1, y2 = tops[from_row] + tall[from_row] / 2, tops[to_row] + tall[to_row] / 2
    bend = side * (_BETWEEN / 2)
    path = f"M{start:g} {y1:g}C{start + bend:g} {y1:g} {end - bend:g} {y2:g} {end - side * _ARROW + 0:g} {y2:g}"
    tip = f"M{end:g} {y2:g}l{-side * _ARROW:g} -3.5v7z"
    return Markup('<path class="arrow" d="{}"/><path class="tip" d="{}"/>').format(path, tip)


def _head(head: str, x: float, width: int) -> Markup:
    shown = fit_width(head, width + _BETWEEN, _SMALL)
    return Markup('<text class="head" x="{:g}" y="14" font-size="{}" text-anchor="middle"{}>{}</text>').format(
        x, _SMALL, _language(head), shown
    )


def _box(box: Box, x: float, y: float, width: int, height: int) -> Markup:
    top = y + (height - _LINE * len(box.lines)) / 2 + _BASELINE
    first = Markup('<text x="{:g}" y="{:g}" font-size="{}" text-anchor="middle"{}>{}</text>')
    other = Markup('<text class="small" x="{:g}" y="{:g}" font-size="{}" text-anchor="middle"{}>{}</text>')
    texts = Markup("").join(
        form.format(x + width / 2, top + _LINE * index, size, _language(line), fit_width(line, width - 10, size))
        for index, line in enumerate(box.lines)
        for form, size in [(first, _FONT) if index == 0 else (other, _SMALL)]
    )
    shape = Markup('<rect class="box {}" x="{}" y="{}" width="{}" height="{}" rx="4"/>').format(box.kind, x, y, width, height)
    whole = Markup("<title>{}</title>").format(" · ".join(box.lines))
    drawn = Markup("<g>{}{}{}</g>").format(whole, shape, texts)
    return Markup('<a href="{}">{}</a>').format(box.href, drawn) if box.href else drawn


def _language(line: str) -> Markup:
    """Return the attribute with the language of a line, if the line has one."""
    tag = getattr(line, "language", None)
    return Markup(' lang="{}"').format(tag) if tag else Markup("")


def fit_width(text: str, width: float, size: float) -> Markup:
    """Return a text cut to a width in pixels, by approximate character widths, because there is no browser here to measure it."""
    room, taken = width / size, 0.0
    for index, character in enumerate(text):
        taken += 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.56
        if taken > room:
            return escape(text[: max(1, index - 1)] + "…")
    return escape(text)
