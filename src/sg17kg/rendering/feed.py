"""Render news as Atom (RFC 4287)."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sg17kg.namespaces import BASE

_ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = "sg17kg"


@dataclass(frozen=True)
class Entry:
    """One news item. Raises ValueError if `updated` has no time zone."""

    id: str
    """IRI of the thing."""
    title: str
    updated: datetime
    """UTC."""
    url: str
    """Where a person reads about it."""
    summary: str
    category: str
    """Such as "circular", "edition" or "conflict"."""
    language: str = "en"
    """Language of the title (BCP 47)."""

    def __post_init__(self) -> None:
        _check_zone(self.updated, self.id)


def feed(
    title: str, identifier: str, own_url: str, home_url: str, entries: Iterable[Entry], updated: datetime, subtitle: str = ""
) -> bytes:
    """Return the feed, newest entry first; the same entries give the same bytes, whatever their order.

    `identifier` is the IRI of the feed; `subtitle` says what the feed is based on. The feed has the time of its newest entry; without
    entries, it has the time `updated`. Raises ValueError if `updated` has no time zone.
    """
    _check_zone(updated, identifier)
    newest_first = sorted(sorted(entries, key=lambda entry: entry.id), key=lambda entry: entry.updated, reverse=True)
    root = ET.Element("feed", {"xmlns": _ATOM})
    _add(root, "id", identifier)
    _add(root, "title", title)
    if subtitle:
        _add(root, "subtitle", subtitle)
    _add(root, "updated", _timestamp(newest_first[0].updated if newest_first else updated))
    _add(_add(root, "author"), "name", _NAME)
    _add(root, "link", rel="self", type="application/atom+xml", href=own_url)
    _add(root, "link", rel="alternate", type="text/html", href=home_url)
    _add(root, "generator", _NAME, uri=BASE)
    for entry in newest_first:
        _add_entry(root, entry)
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _add_entry(root: ET.Element, entry: Entry) -> None:
    element = _add(root, "entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title).set(_LANGUAGE, _clean(entry.language))
    _add(element, "updated", _timestamp(entry.updated))
    _add(element, "link", rel="alternate", type="text/html", href=entry.url)
    _add(element, "category", term=entry.category)
    _add(element, "summary", entry.summary)


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, {name: _clean(value) for name, value in attributes.items()})
    element.text = None if text is None else _clean(text)
    return element


def _clean(text: str) -> str:
    """Return the text without characters that XML 1.0 forbids (section 2.2), with line breaks normalised as by a parser (section 2.11)."""
    return _FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def _timestamp(moment: datetime) -> str:
    """Return a time as RFC 3339, to the second, in UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _check_zone(moment: datetime, iri: str) -> None:
    if moment.tzinfo is None:
        raise ValueError(f"{iri}: the moment {moment} has no time zone; give it in UTC")
