"""Names of WordprocessingML elements, and small helpers for them."""

from typing import Any

Element = Any
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_OFF = ("0", "false", "off")


def tag(name: str) -> str:
    """Return the qualified name of an element or attribute of the main vocabulary."""
    return f"{{{MAIN}}}{name}"


def child(element: Element | None, name: str) -> Element | None:
    """Return the first child of that name."""
    return element.find(tag(name)) if element is not None else None


def value(element: Element, name: str) -> str | None:
    """Return an attribute of the main vocabulary."""
    found = element.get(tag(name))
    return str(found) if found is not None else None


def path_value(element: Element | None, name: str) -> str | None:
    """Return the w:val of the child of that name."""
    found = child(element, name)
    return value(found, "val") if found is not None else None


def is_on(element: Element | None, name: str) -> bool | None:
    """Return whether a switch such as w:vanish is on; None if it is not set."""
    found = child(element, name)
    return None if found is None else is_true(value(found, "val"))


def is_true(text: str | None) -> bool:
    """Return whether the value of a switch means on. A switch without a value is on."""
    return text is None or text.lower() not in _OFF
