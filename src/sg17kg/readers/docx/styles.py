"""Styles of a Word file that affect numbering and hidden text."""

from typing import Any, NamedTuple

from sg17kg.readers.docx.xml import child, is_on, path_value, tag, value

Element = Any


class Numbered(NamedTuple):
    """The list and the level (from 0) that a paragraph or a style sets; None where it sets none."""

    list: str | None
    level: int | None


class Styles:
    """The styles of a file, each with the styles that it is based on."""

    def __init__(self, styles: Element) -> None:
        self._styles = {value(style, "styleId") or "": style for style in styles.iterchildren(tag("style"))}
        self._defaults = {
            value(style, "type"): identifier for identifier, style in self._styles.items() if value(style, "default") in ("1", "true", "on")
        }
        self._numbered: dict[str, Numbered] = {}
        self._hidden: dict[str, bool] = {}

    def of_paragraph(self, properties: Element | None) -> str:
        """Return the style of a paragraph from its properties, or the default style; "" if there is neither."""
        return path_value(properties, "pStyle") or self._defaults.get("paragraph", "")

    def numbered(self, style: str) -> Numbered:
        """Return the list and the level of a style, set by itself or by a style that it is based on."""
        if style not in self._numbered:
            lists, level = None, None
            for element in self._chain(style):
                own = numbered(child(element, "pPr"))
                lists = own.list if lists is None else lists
                level = own.level if level is None else level
            self._numbered[style] = Numbered(lists, level)
        return self._numbered[style]

    def is_hidden(self, style: str) -> bool:
        """Return whether a style hides its text."""
        if style not in self._hidden:
            said = (is_on(child(element, "rPr"), "vanish") for element in self._chain(style))
            self._hidden[style] = next((hidden for hidden in said if hidden is not None), False)
        return self._hidden[style]

    def _chain(self, style: str) -> list[Element]:
        """Return a style and the styles that it is based on; a cycle ends where it closes."""
        chain: dict[str, Element] = {}
        while style in self._styles and style not in chain:
            chain[style] = self._styles[style]
            style = path_value(chain[style], "basedOn") or ""
        return list(chain.values())


def numbered(properties: Element | None) -> Numbered:
    """Return the list and the level that a w:pPr element sets."""
    found = child(properties, "numPr")
    level = path_value(found, "ilvl")
    return Numbered(path_value(found, "numId"), min(int(level), 8) if level and level.isdecimal() else None)
