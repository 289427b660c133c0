"""Definition of a list: columns, facets, order. Page and CSV use the same one."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote_plus

from markupsafe import Markup

from sg17kg.errors import BadParameter
from sg17kg.search.texts import TextsOfDays
from sg17kg.search.tokens import natural
from sg17kg.web.pages.page_context import PageContext

Entry = TypeVar("Entry")
SIZE = 100
# A spreadsheet runs a cell that begins with one of these as a formula (OWASP, CSV injection)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column(Generic[Entry]):
    """A column: its name in URLs and CSV, its heading, its plain value, and how pages show it (None: as it is)."""

    name: str
    heading: str
    plain: Callable[[Entry], str | None]
    shown: Callable[[PageContext, Entry], Markup] | None = None
    sortable: bool = True
    csv_only: bool = False

    def cell(self, v: PageContext, entry: Entry) -> Markup:
        """Return the value as pages show it."""
        return self.shown(v, entry) if self.shown else Markup("{}").format(self.plain(entry) or "")


def _as_it_is(_: PageContext, value: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(value)


@dataclass(frozen=True)
class Facet(Generic[Entry]):
    """A facet: its name in URLs, its heading, the values of an entry, and the label of a value.

    `cell` names an attribute of the entries, if they have one with the values; `values` then reads that attribute, because many entries
    have few distinct cells.
    """

    name: str
    heading: str
    values: Callable[[Any], Iterable[str]]
    label: Callable[[PageContext, str], Markup] = _as_it_is
    newest_first: bool = False
    cell: str = ""

    def left(self, entries: Sequence[Entry], wanted: str) -> Sequence[Entry]:
        """Return the entries that have a value."""
        fitting = {given for given in self._cells(entries) if wanted in self._values(given)}
        if self.cell and isinstance(entries, TextsOfDays):
            return cast("Sequence[Entry]", entries.having(self.cell, fitting))
        return [entry for entry, given in zip(entries, map(self._cell(), entries), strict=True) if given in fitting]

    def counted(self, entries: Sequence[Entry]) -> Counter[str]:
        """Return the number of entries for each value."""
        found: Counter[str] = Counter()
        for given, number in self._cells(entries).items():
            for value in set(self._values(given)):
                found[value] += number
        return found

    def _cells(self, entries: Sequence[Entry]) -> Counter[Any]:
        if self.cell and isinstance(entries, TextsOfDays):
            return entries.cells(self.cell)
        return Counter(map(self._cell(), entries))

    def _cell(self) -> Callable[[Entry], Any]:
        return attrgetter(self.cell) if self.cell else self._of_values

    def _of_values(self, entry: Entry) -> tuple[str, ...]:
        return tuple(self.values(entry))

    def _values(self, cell: Any) -> Iterable[str]:
        return self.values(cell) if self.cell else cell


def _iri(entry: Any) -> str | None:
    return str(entry.iri) if hasattr(entry, "iri") else None


@dataclass(frozen=True)
class Listing(Generic[Entry]):
    """A list: path, heading, entries on the day, columns (the first names the entry), facets; `sort` is the default order.

    If entries have `details`, facets read only the entries, and columns read the details, which are fetched for the entries shown. `keys`
    holds the sort keys of the entries themselves, by column; the entries come in the order of `sort`.

    `searched`: whether words filter the list. `rests_on`: the kinds of source that the list is based on, by their names in
    known_until.Known.
    """

    path: str
    heading: str
    entries: Callable[[PageContext], Sequence[Entry]]
    columns: tuple[Column[Entry], ...]
    facets: tuple[Facet[Entry], ...] = ()
    sort: str = ""
    note: str = ""
    rests_on: tuple[str, ...] = ()
    searched: bool = False
    iri: Callable[[Entry], str | None] = _iri
    details: Callable[[PageContext, Sequence[Any]], Sequence[Entry]] | None = None
    keys: Mapping[str, Callable[[Any], str | None]] = field(default_factory=dict)

    def detailed(self, v: PageContext, entries: Sequence[Any]) -> Sequence[Entry]:
        """Return the details of entries, in order; if the list has no details, return the entries."""
        return self.details(v, entries) if self.details else entries

    @property
    def shown(self) -> tuple[Column[Entry], ...]:
        """The columns that pages show."""
        return tuple(column for column in self.columns if not column.csv_only)


@dataclass(frozen=True)
class Choice:
    """One value of a facet: its label, its number of entries, its link, and whether it is chosen."""

    label: Markup
    entries: int
    href: str
    chosen: bool


def chosen(listing: Listing[Any], v: PageContext, every: Sequence[Any], asked: dict[str, str], sort: str | None) -> Sequence[Any]:
    """Return the entries that have the requested values, in order. Raises BadParameter for an unknown facet or order."""
    known = {facet.name: facet for facet in listing.facets}
    for name in asked:
        if name not in known:
            raise BadParameter(f"{listing.path} has no facet {name!r}; it has: {', '.join(known) or 'none'}")
    order = sort or listing.sort or listing.columns[0].name
    return _ordered(listing, v, _left(every, [(known[name], value) for name, value in asked.items()]), order)


def _left(every: Sequence[Any], asked: Sequence[tuple[Facet[Any], str]]) -> Sequence[Any]:
    """Return the entries that have the requested value of each facet."""
    left = every
    for facet, wanted in asked:
        left = facet.left(left, wanted)
    return left


def _ordered(listing: Listing[Any], v: PageContext, entries: Sequence[Any], sort: str) -> Sequence[Any]:
    name = sort.removeprefix("-")
    column = next((column for column in listing.columns if column.name == name and column.sortable), None)
    if column is None:
        names = [column.name for column in listing.columns if column.sortable]
        raise BadParameter(f"cannot sort by {sort[:60]!r}; sort by one of: {', '.join(names)}, with - before it for backwards")
    if listing.details and sort == listing.sort:
        return entries
    if key := listing.keys.get(name):
        keyed = [(key(entry), entry) for entry in entries]
    else:
        keyed = [(column.plain(shown), entry) for shown, entry in zip(listing.detailed(v, entries), entries, strict=True)]
    with_value = [(text, entry) for text, entry in keyed if text]
    without = [entry for text, entry in keyed if not text]
    with_value.sort(key=lambda pair: natural(pair[0]), reverse=sort.startswith("-"))
    return [entry for _, entry in with_value] + without


def filled(listing: Listing[Any], v: PageContext, entries: Sequence[Any]) -> tuple[Column[Any], ...]:
    """Return the columns that pages show, without those that are empty for all of these entries.

    The first column names the entry and always stays.
    """
    first, *others = listing.shown
    return (first, *(column for column in others if not entries or any(column.cell(v, entry).striptags() for entry in entries)))


def choices(listing: Listing[Any], v: PageContext, every: Sequence[Any], asked: dict[str, str]) -> list[tuple[Markup, list[Choice]]]:
    """Return the values of each facet, with the number of their entries among those that the other facets leave."""
    known = {facet.name: facet for facet in listing.facets}
    by_all = _left(every, [(known[name], value) for name, value in asked.items()])
    found = []
    for facet in listing.facets:
        others = [(known[name], value) for name, value in asked.items() if name != facet.name]
        counted = facet.counted(_left(every, others) if facet.name in asked else by_all)
        order = sorted(counted, key=natural, reverse=facet.newest_first)
        without = v.again(**{facet.name: None, "offset": None})
        begun = f"{without}{'&' if '?' in without else '?'}{facet.name}="
        values = []
        for value in order:
            is_chosen = asked.get(facet.name) == value
            href = without if is_chosen else begun + quote_plus(value)
            values.append(Choice(facet.label(v, value), counted[value], href, is_chosen))
        if values:
            found.append((v.language.say(facet.heading), values))
    return found


def as_csv(listing: Listing[Any], entries: Iterable[Any]) -> bytes:
    """Return the entries as CSV (RFC 4180), in UTF-8, with a header row.

    A cell that a spreadsheet would run as a formula gets an apostrophe.
    """
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(["iri", *(column.name for column in listing.columns)])
    for entry in entries:
        writer.writerow([listing.iri(entry) or "", *(_safe(column.plain(entry) or "") for column in listing.columns)])
    return output.getvalue().encode()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
