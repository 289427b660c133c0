"""Read a consultation from the graph: texts, deadline, counting rule, and the lines that say so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Literal, Protocol

from sg17kg.errors import NotFound
from sg17kg.store.base import RdfLiteral, Row, value

LANGUAGE = "en"
"""The language of briefs and tallies: of a document in several, this version is cited where it says the same."""


class Ask(Protocol):
    """A function that runs a catalogue query by name, with its arguments; None omits an argument."""

    def __call__(self, name: str, /, **arguments: str | None) -> list[Row]:
        """Return the rows of the result."""
        ...


@dataclass(frozen=True)
class Source:
    """A passage: document, first and last line, and the language of the version that has these lines."""

    document: str
    first: int
    last: int
    language: str | None

    def __str__(self) -> str:
        lines = f"line {self.first}" if self.first == self.last else f"lines {self.first}–{self.last}"
        return f"{self.document}, {lines}" + (f" ({self.language})" if self.language else "")


def printed(sources: Iterable[Source]) -> tuple[str, ...]:
    """Return sources as text, one for each version of a document: TSB Circular 104 (2025-2028), lines 7, 12–14 and 39 (zh)."""
    by_document: dict[tuple[str, str | None], set[tuple[int, int]]] = {}
    for source in sources:
        by_document.setdefault((source.document, source.language), set()).add((source.first, source.last))
    return tuple(_printed(document, language, sorted(lines)) for (document, language), lines in by_document.items())


def _printed(document: str, language: str | None, lines: Sequence[tuple[int, int]]) -> str:
    if len(lines) == 1:
        return str(Source(document, *lines[0], language))
    told = [str(first) if first == last else f"{first}–{last}" for first, last in lines]
    return f"{document}, lines {', '.join(told[:-1])} and {told[-1]}" + (f" ({language})" if language else "")


@dataclass(frozen=True)
class Title:
    """A title; `translated` says whether it is a translation by this project."""

    language: str
    text: str
    translated: bool


@dataclass(frozen=True)
class ConsultedText:
    """A draft or Question that a consultation asks about. `row` is its row in the circular's form, or None.

    `number` is the number in Annex 1, `printed_number` the number in the row of the form. A row for no known draft has only its label.
    """

    row: int | None
    label: str | None
    printed_number: str | None
    printed_name: str | None
    iri: str | None
    number: str | None
    part: str | None
    provisional_name: str | None
    kind: str | None
    question: str | None
    titles: tuple[Title, ...]
    disputed: frozenset[Literal["kind", "part"]] = frozenset()
    """On what of the text the circular does not agree with itself; what stands here is that of its heading in Annex 1."""

    @property
    def name(self) -> str:
        """The name of the text: its Question, its number with the part, its provisional name, or the row as printed."""
        numbered = " ".join(part for part in (self.number, self.part) if part) if self.number else None
        return self.question or numbered or self.provisional_name or self.label or f"row {self.row}"

    @property
    def printed_otherwise(self) -> bool:
        """Whether the form prints another number than Annex 1."""
        return bool(self.iri and self.number and self.printed_number and self.printed_number != self.number)


@dataclass(frozen=True)
class Meeting:
    """The meeting that is to approve; `start` and `end` are its first and last day."""

    iri: str
    name: str
    start: str | None
    end: str | None
    place: str | None
    country: str | None


@dataclass(frozen=True)
class Consultation:
    """One consultation. A value that the circular does not state is None. `sources` are the passages, by the property that they state.

    `deadline` includes corrigenda; `stated_deadline` is the deadline in the circular itself.
    """

    iri: str
    circular_iri: str
    circular: str
    period: str
    number: int
    issued: str | None
    said_on: str | None
    deadline: datetime | None
    threshold: Fraction | None
    counted: Literal["replies", "explicit-replies"] | None
    if_met: str | None
    if_not_met: str | None
    if_no_replies: str | None
    procedure: str | None
    resolution: str | None
    revision: str | None
    clause: str | None
    group: str | None
    email: str | None
    fax: str | None
    meeting: Meeting | None
    texts: tuple[ConsultedText, ...]
    subjects: tuple[Title, ...] = ()
    sources: dict[str, tuple[Source, ...]] = field(default_factory=dict)
    stated_deadline: datetime | None = None

    def closed_by(self, day: date) -> bool:
        """Return whether the deadline has passed on a day (UTC); False if none is stated."""
        return self.deadline is not None and self.deadline.date() < day

    @property
    def deadline_before(self) -> datetime | None:
        """The deadline in the circular itself, if a corrigendum replaced it."""
        return self.stated_deadline if self.stated_deadline != self.deadline else None

    @property
    def standing(self) -> str | None:
        """The rule in the Resolution, for example WTSA Resolution 1 (Geneva, 2022), clause 9.4."""
        if not self.resolution:
            return None
        revised = f"{self.resolution} ({self.revision})" if self.revision else self.resolution
        return f"{revised}, clause {self.clause}" if self.clause else revised


def consultation_of(ask: Ask, circular: str) -> Consultation:
    """Return the consultation that a circular opens, by the IRI of the circular. Raises NotFound if it opens none."""
    rows = ask("circular", iri=circular)
    if not rows:
        raise NotFound(f"{circular.rpartition('sg17kg/')[2]} is not in the graph; `sg17kg query consultation-deadlines` lists what is")
    first = rows[0]
    iri = value(first, "consultation_iri")
    if not iri:
        raise NotFound(f"{value(first, 'document')} opens no consultation; `sg17kg query consultation-deadlines` lists those that do")
    procedure = next(iter(ask("consultation-procedure", consultation=iri)), {})
    _, period, number = circular.rsplit("/", 2)
    return Consultation(
        iri=iri,
        circular_iri=circular,
        circular=value(first, "document") or "",
        period=period,
        number=int(number),
        issued=value(first, "issued"),
        said_on=value(procedure, "said_on"),
        deadline=_moment(value(first, "reply_deadline")),
        threshold=_fraction(value(first, "threshold_percent")),
        counted=_counted(value(first, "counted")),
        if_met=value(first, "if_met") or None,
        if_not_met=value(first, "if_not_met") or None,
        if_no_replies=value(first, "if_no_replies") or None,
        procedure=value(procedure, "procedure") or None,
        resolution=value(first, "resolution"),
        revision=value(procedure, "revision"),
        clause=value(procedure, "consultation_clause") or value(first, "clause"),
        group=value(procedure, "group"),
        email=value(first, "reply_email"),
        fax=value(first, "reply_fax"),
        meeting=_meeting(first, procedure),
        texts=_texts(ask, iri),
        subjects=tuple(_titles(rows, "subject")),
        sources=_sources(ask, iri, circular),
        stated_deadline=_moment(value(first, "stated_deadline")),
    )


def _sources(ask: Ask, iri: str, circular: str) -> dict[str, tuple[Source, ...]]:
    """Return the passages by property; those of a corrigendum that changed the deadline come first."""
    sources = sources_of(ask, iri)
    changing = [source_in(row) for row in ask("corrections", circular=circular) if value(row, "in_force") == "yes"]
    return sources | {"replyDeadline": (*in_one_version(changing), *sources.get("replyDeadline", ()))}


def sources_of(ask: Ask, iri: str) -> dict[str, tuple[Source, ...]]:
    """Return the passages that state something about a thing, by the local name of the property, in one version of each document."""
    found: dict[str, list[Source]] = {}
    for row in ask("evidence", s=iri):
        name = (value(row, "property") or "").rpartition("#")[2].rpartition("/")[2]
        found.setdefault(name, []).append(source_in(row))
    return {name: in_one_version(passages) for name, passages in found.items()}


def source_in(row: Row) -> Source:
    """Return the passage of a row with document, first_line, last_line if it differs, and the language of the version with these lines."""
    first = int(value(row, "first_line") or 0)
    return Source(value(row, "document") or "", first, int(value(row, "last_line") or first), value(row, "language") or None)


def in_one_version(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return the passages that say the same, without duplicates, in one version of each document: LANGUAGE, else the first."""
    once = tuple(dict.fromkeys(sources))
    chosen: dict[str, str | None] = {}
    for source in sorted(once, key=lambda source: (source.language != LANGUAGE, source.language or "")):
        chosen.setdefault(source.document, source.language)
    return tuple(source for source in once if source.language == chosen[source.document])


_DISPUTES: dict[str, Literal["kind", "part"]] = {"kind-differs": "kind", "form-kind-differs": "kind", "form-part-differs": "part"}


def _texts(ask: Ask, consultation: str) -> tuple[ConsultedText, ...]:
    """Return the rows of the form in order, then the texts without a row."""
    disputed: dict[str, set[Literal["kind", "part"]]] = {}
    for row in ask("consulted-disputes", consultation=consultation):
        disputed.setdefault(value(row, "concerned_iri") or "", set()).add(_DISPUTES[value(row, "code") or ""])
    titles: dict[str, list[Row]] = {}
    for row in ask("consulted-titles", consultation=consultation):
        titles.setdefault(value(row, "concerned_iri") or "", []).append(row)
    once: dict[tuple[str | None, str | None], Row] = {}
    for row in ask("consulted-texts", consultation=consultation):
        once.setdefault((value(row, "row"), value(row, "concerned_iri")), row)
    found = []
    for (_, concerned), row in once.items():
        found.append(_text(row, titles.get(concerned or "", []), frozenset(disputed.get(concerned or "", ()))))
    return tuple(sorted(found, key=lambda text: (text.row is None, text.row or 0)))


def _text(row: Row, titles: Sequence[Row], disputed: frozenset[Literal["kind", "part"]]) -> ConsultedText:
    ordinal = value(row, "row")
    return ConsultedText(
        row=int(ordinal) if ordinal else None,
        label=value(row, "label"),
        printed_number=value(row, "printed_number"),
        printed_name=value(row, "printed_name"),
        iri=value(row, "concerned_iri"),
        number=value(row, "number"),
        part=value(row, "part"),
        provisional_name=value(row, "provisional_name"),
        kind=value(row, "kind"),
        question=value(row, "question"),
        titles=tuple(_titles(titles, "title")),
        disputed=disputed,
    )


def _titles(rows: Sequence[Row], column: str) -> list[Title]:
    found = []
    for row in rows:
        term = row.get(column)
        if isinstance(term, RdfLiteral):
            found.append(Title(term.language or "", term.value, value(row, "by") == "project"))
    return found


def _meeting(circular: Row, procedure: Row) -> Meeting | None:
    iri = value(circular, "meeting_iri")
    if not iri:
        return None
    days_and_place = (value(procedure, f"meeting_{name}") for name in ("start", "end", "place", "country"))
    return Meeting(iri, value(circular, "meeting") or "", *days_and_place)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _fraction(text: str | None) -> Fraction | None:
    return Fraction(text) if text else None


def _counted(code: str | None) -> Literal["replies", "explicit-replies"] | None:
    """Return how replies are counted; None for a rule that this program does not know."""
    return "replies" if code == "replies" else "explicit-replies" if code == "explicit-replies" else None
