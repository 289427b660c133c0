"""Models of outside facts about a study group: rows of data/reference/sg17-facts.jsonl.

A row has its source (`source`, an address), the date of the source (`source_date`: a day, month or year, or None), how the fact was seen
(`verbatim` or `inferred`), and who states it (`authority`). Days are ISO dates; a date may be a month or a year if the source gives no
more. Numbers are as ITU prints them, Questions as "10/17". One row is one line, so a row is cited by its line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError

from sg17kg.errors import BuildError
from sg17kg.text_numbers import parse_text

Authority = Literal[
    "itu page", "copy of an ITU document", "repository", "history table", "third party", "national body", "project document"
]  # fmt: skip
# the extractor reads the five circulars of the project, so their rows only serve as a check
CHECK_ONLY: frozenset[Authority] = frozenset(("project document",))
THIRD_PARTY: frozenset[Authority] = frozenset(("third party", "national body"))
_Strict = ConfigDict(extra="forbid")


def _of_calendar(text: str) -> str:
    """Return a date, month or year unchanged. Raises ValueError if it is not in the calendar."""
    date.fromisoformat(f"{text}{'-01-01'[len(text) - len('2008') :]}")
    return text


Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_of_calendar)]
PartialDate = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"), AfterValidator(_of_calendar)]
Month = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$"), AfterValidator(_of_calendar)]
Period = Annotated[str, Field(pattern=r"^\d{4}-\d{4}$")]
QuestionName = Annotated[str, Field(pattern=r"^(\d{1,2}|[A-Z])/\d{1,2}$")]
Relation = Literal["responsible", "maintenance", "under development", "work item of", "completed in", "named in motivation"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """Fields of all rows."""

    __pydantic_config__ = _Strict
    source: str
    source_date: PartialDate | None
    seen: Literal["verbatim", "inferred"]
    authority: Authority


@dataclass(frozen=True, kw_only=True)
class QuestionRow(Row):
    """A Question of a study period: its title in one language, its predecessors, its working party."""

    table: Literal["questions"]
    group: str
    number: QuestionName
    period: Period
    title: str | None = None
    lang: str | None = None
    status: Literal["continued", "proposed", "new", "merged", "revised"] | None = None
    predecessors: tuple[str, ...] = ()
    working_party: str | None = None
    short_label: bool = False


@dataclass(frozen=True, kw_only=True)
class ResponsibilityRow(Row):
    """A text or work item of a Question as of a date, which may be unknown."""

    table: Literal["responsibilities"]
    question: QuestionName
    period: Period
    text: str
    kind: Literal["recommendation", "supplement", "work item"]
    relation: Relation
    as_of: PartialDate | None = None
    provisional: str | None = None


@dataclass(frozen=True, kw_only=True)
class MeetingRow(Row):
    """The statement of one source about a meeting. `planned` is true for a future meeting."""

    table: Literal["meetings"]
    group: str
    period: Period
    basis: Literal["report", "announcement", "invitation"]
    first_day: Day | None = None
    last_day: Day | None = None
    month: Month | None = None
    place: str | None = None
    virtual: bool | None = None
    planned: bool = False
    collective_letter: str | None = None
    letter_date: Day | None = None


@dataclass(frozen=True, kw_only=True)
class OutcomeRow(Row):
    """An outcome of texts, at a meeting or on a day."""

    table: Literal["outcomes"]
    action: str
    texts: tuple[str, ...]
    meeting: str | None = None
    action_date: PartialDate | None = None
    question: QuestionName | None = None
    period: Period | None = None
    provisional: str | None = None
    title: str | None = None


@dataclass(frozen=True, kw_only=True)
class SubseriesRow(Row):
    """A name of a range of numbers, with the months of the oldest and the newest edition known to print it."""

    table: Literal["subseries"]
    series: str
    first: int
    name: str
    first_seen: Month
    last_seen: Month
    last: int | None = None
    parent: str | None = None
    level: Literal["group", "subseries"] | None = None
    editions_seen: int | None = None
    example: str | None = None


@dataclass(frozen=True, kw_only=True)
class CircularRow(Row):
    """A TSB Circular of which only number and subject are known."""

    table: Literal["circulars"]
    number: int
    period: Period | None
    subject: str
    date: Day | None = None


@dataclass(frozen=True, kw_only=True)
class WorkingPartyRow(Row):
    """A working party of a study period and its Questions."""

    table: Literal["working_parties"]
    group: str
    period: Period
    working_party: str | None = None
    name: str | None = None
    questions: tuple[QuestionName, ...] = ()
    valid_from: PartialDate | None = None


@dataclass(frozen=True, kw_only=True)
class WorkItemRow(Row):
    """A record of the work programme. `isn` is its number there, `timing` the target date as printed."""

    table: Literal["work_items"]
    title: str
    type: str
    isn: int | None = None
    period: Period | None = None
    question: QuestionName | None = None
    number: str | None = None
    provisional: str | None = None
    status: str | None = None
    status_date: Day | None = None
    process: Literal["TAP", "AAP", "Agreement"] | None = None
    version: Literal["New", "Rev."] | None = None
    timing: str | None = None
    started: PartialDate | None = None


@dataclass(frozen=True, kw_only=True)
class EditionGroupRow(Row):
    """The study group at the approval of an edition, and the handle of the edition, from its History table."""

    table: Literal["edition_groups"]
    text: str
    edition: str
    approved: Day | None
    group: str
    handle: str | None = None


AnyRow = (
    QuestionRow | ResponsibilityRow | MeetingRow | OutcomeRow | SubseriesRow | CircularRow | WorkingPartyRow | WorkItemRow | EditionGroupRow
)
TABLES: dict[str, type[AnyRow]] = {
    get_args(row.__annotations__["table"])[0]: row
    for row in (
        QuestionRow, ResponsibilityRow, MeetingRow, OutcomeRow, SubseriesRow, CircularRow, WorkingPartyRow, WorkItemRow, EditionGroupRow,
    )
}  # fmt: skip


@cache
def _adapter() -> TypeAdapter[AnyRow]:
    return TypeAdapter(Annotated[AnyRow, Field(discriminator="table")])


def parse_row(table: str, values: dict[str, object]) -> AnyRow:
    """Return a row of a table from its values. Raises ValueError, naming the field, if a value is invalid."""
    try:
        return _adapter().validate_python({"table": table, **values})
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'/'.join(str(part) for part in first['loc'])}: {first['msg']}") from error


def rows_to_bytes(rows: Iterable[AnyRow]) -> bytes:
    """Return rows as UTF-8 JSON Lines in the given order, without absent fields; the same rows give the same bytes."""
    return b"".join(_adapter().dump_json(row, exclude_defaults=True) + b"\n" for row in rows)


def read_rows(path: Path) -> Sequence[AnyRow]:
    """Return the rows of a file, one per line. Raises BuildError, naming file and line, if one is invalid."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise BuildError(f"{path}: cannot be read ({error.strerror})") from error
    return [_row(path, position, line) for position, line in enumerate(lines, start=1)]


def _row(path: Path, position: int, line: bytes) -> AnyRow:
    try:
        return _adapter().validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(str(part) for part in first["loc"])
        raise BuildError(f"{path}: line {position}: {place}: {first['msg']}; make the file anew with `sg17kg facts`") from error


def texts_named(rows: Iterable[AnyRow]) -> set[str]:
    """Return the numbers of the texts for which rows name a Question; a part counts as the text that it changes."""
    named = (row for row in rows if isinstance(row, ResponsibilityRow) and row.kind != "work item" and row.authority not in CHECK_ONLY)
    return {parse_text(row.text).number for row in named}
