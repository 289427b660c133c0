"""Statements with their sources, and the sections that all briefs share: heading, history, conflicts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sg17kg.known_until import QUERY, in_a_sentence, known_until
from sg17kg.rendering.document_model import Block, Document, Heading, Item, Line, Paragraph, Span, line
from sg17kg.rendering.i18n import language_for
from sg17kg.replies.consultation import LANGUAGE, Ask, Consultation, Source, in_one_version, printed, source_in
from sg17kg.store.base import Row, value

MOST_EVENTS, MOST_CONFLICTS = 10, 6
_EVENTS = {
    "put-to-member-states": "put to Member States ({what})",
    "corrigendum": "circular changed ({what})",
    "approved": "approved as {what}",
    "approved-later": "approved later, as {what}",
    "not-approved": "not approved",
    "deferred": "deferred to a later meeting",
    "became-other": "became another text, {what}",
    "edition": "edition {what}",
    "part": "amendment or corrigendum {what}",
}


@dataclass(frozen=True)
class Stated:
    """A statement and its sources: passages, or the names of records without lines. `sides` are statements that belong to it."""

    text: str
    sources: tuple[Source | str, ...]
    sides: tuple["Stated", ...] = ()

    def line(self) -> Line:
        """Return the statement followed by its sources: TSB Circular 104 (2025-2028), lines 12–14 (zh)."""
        named = told(self.sources)
        behind = (" ", Span(f"[{'; '.join(named)}]", quiet=True)) if named else ()
        return (*line(self.text, *behind), *(span for side in self.sides for span in line("  ", *side.line())))


def told(sources: Iterable[Source | str]) -> tuple[str, ...]:
    """Return the sources as text, without duplicates."""
    given = list(dict.fromkeys(sources))
    return (*printed(source for source in given if isinstance(source, Source)), *(name for name in given if isinstance(name, str)))


@dataclass
class CatalogueQuery:
    """The query catalogue as briefs use it, as of a day."""

    ask: Ask
    on: date

    @property
    def day(self) -> str:
        """The day as YYYY-MM-DD."""
        return self.on.isoformat()

    def source(self, row: Row) -> Source | str:
        """Return the source of a row: its passage, else its record, else the name of its document."""
        if value(row, "first_line"):
            return source_in(row)
        record, name = value(row, "record"), value(row, "document") or ""
        return f"catalogue record {record or name}" if record or name.endswith(".yaml") else name

    def sources(self, rows: Iterable[Row]) -> tuple[Source | str, ...]:
        """Return the sources of rows that say the same; one version of a document in several languages."""
        found = [self.source(row) for row in rows]
        return (
            *in_one_version(source for source in found if isinstance(source, Source)),
            *(name for name in found if isinstance(name, str)),
        )


def in_words(day: str | None) -> str:
    """Return a day in words: 20 May 2026."""
    return language_for((LANGUAGE,)).day(day)


def by_corrigendum(consultation: Consultation) -> str:
    """Return the words that follow a deadline changed by a corrigendum; "" if none changed it."""
    before = consultation.deadline_before
    return f", by a corrigendum; the circular says {language_for((LANGUAGE,)).moment(before.isoformat())}" if before else ""


def section(heading: str, stated: Iterable[Stated], none: str) -> list[Block]:
    """Return a heading and its statements; if there are none, the sentence `none`."""
    items: list[Block] = [Item(entry.line()) for entry in stated]
    return [Heading(2, line(heading)), *(items or [Paragraph(line(none))])]


def cut(stated: Sequence[Stated], most: int, what: str) -> list[Stated]:
    """Return the first statements; a last one says how many were left out. `what` names one of them: "earlier event"."""
    if len(stated) <= most:
        return list(stated)
    left = len(stated) - most
    return [
        *stated[:most],
        Stated(f"{left} more {what}{' is' if left == 1 else 's are'} left out here; the graph has {'it' if left == 1 else 'them'}.", ()),
    ]


def document(subject: str, asking: CatalogueQuery, blocks: Iterable[Block]) -> Document:
    """Return the complete brief, with its head."""
    title = f"Brief: {subject}"
    head = (
        f"As of {in_words(asking.day)}. Made by sg17kg; unofficial. Each statement is followed by the document and the lines that say so. "
        f"{in_a_sentence(known_until(asking.ask(QUERY), asking.on))}"
    )
    return Document(title, LANGUAGE, asking.on, (Heading(1, line(title)), Paragraph(line(Span(head, quiet=True))), *blocks), small=True)


def merged(sources: Sequence[Source]) -> tuple[Source, ...]:
    """Return the sources of one statement; passages of one version of a document are merged, from the first line to the last."""
    found: dict[tuple[str, str | None], tuple[int, int]] = {}
    for source in sources:
        first, last = found.get((source.document, source.language), (source.first, source.last))
        found[source.document, source.language] = min(first, source.first), max(last, source.last)
    return tuple(Source(name, first, last, language) for (name, language), (first, last) in found.items())


def events(asking: CatalogueQuery, numbers: Iterable[str], wanted: Callable[[Row], bool]) -> list[Stated]:
    """Return what happened to texts by the day, newest first. If an outcome names an edition, both are its sources."""
    found: dict[tuple[str, str, str], list[Row]] = {}
    for number in dict.fromkeys(numbers):
        for row in asking.ask("history-of-text", number=number, on=asking.day):
            if value(row, "event") in _EVENTS and wanted(row):
                found.setdefault((value(row, "date") or "", number, value(row, "what") or ""), []).append(row)
    dated = []
    for (day, number, what), rows in found.items():
        event = min((value(row, "event") or "" for row in rows), key=list(_EVENTS).index)
        text = f"{in_words(day)}: {number} {_EVENTS[event].format(what=what)}."
        dated.append((day, Stated(text, asking.sources(rows))))
    return newest_first(dated)


def newest_first(dated: Iterable[tuple[str, Stated]]) -> list[Stated]:
    """Return statements by day (YYYY-MM-DD), newest first; those of one day stay in order, without duplicates."""
    return list(dict.fromkeys(stated for _, stated in sorted(dated, key=lambda entry: entry[0], reverse=True)))


def conflicts(asking: CatalogueQuery, concerns: Callable[[Row], bool]) -> list[Stated]:
    """Return the conflicts that had arisen by the day, each with all its sides and, if it is settled, the decision."""
    sides: dict[str, list[Row]] = {}
    for row in asking.ask("conflict-sides"):
        sides.setdefault(value(row, "conflict_iri") or "", []).append(row)
    once = {value(row, "conflict_iri") or "": row for row in asking.ask("conflicts") if concerns(row)}
    stands = partial(_stood, day=asking.day)
    return [_conflict(asking, row, sides[iri]) for iri, row in once.items() if iri in sides and all(map(stands, sides[iri]))]


def _stood(side: Row, day: str) -> bool:
    return (value(side, "since") or "") <= day


def _conflict(asking: CatalogueQuery, row: Row, sides: Sequence[Row]) -> Stated:
    found: dict[str, list[Row]] = {}
    for side in sides:
        found.setdefault(value(side, "statement") or "", []).append({**side, "document": side.get("source")})
    stated = [Stated(f"Side {number}: {text}", asking.sources(rows)) for number, (text, rows) in enumerate(found.items(), start=1)]
    decided = value(row, "decided")
    if decided and decided <= asking.day:
        stated.append(Stated(f"Settled: {value(row, 'decision')}", (f"decision of a curator, {in_words(decided)}",)))
    return Stated(f"{(value(row, 'message') or '').rstrip('.')}.", (), tuple(stated))
