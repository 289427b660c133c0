"""Read replies from a CSV file, with a line for each answer of a Member State about a text."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sg17kg.errors import BadIdentifier, BadParameter
from sg17kg.replies.circular_names import text_named, texts_by_key
from sg17kg.replies.consultation import Consultation, ConsultedText
from sg17kg.replies.text_files import text_of

LARGEST = 8 * 1024 * 1024
_LONGEST = 200
_COLUMNS = ("member_state", "text", "answer", "received")
_OPTIONAL = ("comments",)
# A spreadsheet pads a line with empty cells, and quotes it if it has a comma
_NAMED = re.compile(r"\"?#\s*consultation\s*:\s*(\S.*?)[\s\",;]*")
_DELIMITERS = (",", ";", "\t")
_EMPTY = " \t\r\n,;"
ABSTAINS = "abstains"
ON_DRAFTS = {"authorizes": True, "authorizes-with-comments": True, "does-not-authorize": False, ABSTAINS: None}
ON_QUESTIONS = {"approves": True, "does-not-approve": False, ABSTAINS: None}


@dataclass(frozen=True)
class RepliesFile:
    """A file of replies: the consultation named in a comment before the header, if any, and the rows with their line numbers."""

    name: str
    consultation: str | None
    named_on: int | None
    rows: tuple[tuple[int, dict[str, str]], ...]


@dataclass(frozen=True)
class Reply:
    """One answer; `says` is True in favour, False against, None for an abstention. `line` is its line in the file."""

    line: int
    member_state: str
    text: str
    answer: str
    says: bool | None
    received: datetime
    comments: str


def read_replies(path: Path) -> RepliesFile:
    """Return the rows of a file. Raises UnreadableFile if it cannot be read, and BadParameter with the line that is wrong."""
    return parse_replies(path.name, text_of(path, LARGEST, "a CSV file of replies"))


def parse_replies(name: str, text: str) -> RepliesFile:
    """Return the same from a text with values separated by commas, semicolons or tabs.

    Lines before the header that begin with # are comments.
    """
    lines = text.splitlines(keepends=True)
    above = next((place for place, line in enumerate(lines) if line.strip(_EMPTY) and not line.startswith(("#", '"#'))), len(lines))
    found = ((match[1], number) for number, line in enumerate(lines[:above], start=1) if (match := _NAMED.fullmatch(line.strip())))
    named, named_on = next(found, (None, None))
    rows = _records(name, lines[above:], above)
    _, header = next(rows, (above + 1, []))
    columns = [column.strip() for column in _unpadded(header)]
    _check_columns(name, above + 1, columns)
    return RepliesFile(name, named, named_on, tuple((number, _row(name, number, columns, cells)) for number, cells in rows if any(cells)))


def _unpadded(cells: list[str], least: int = 0) -> list[str]:
    """Return the cells without trailing empty ones, which spreadsheets add, but at least `least` cells."""
    filled = next((place for place in range(len(cells), 0, -1) if cells[place - 1].strip()), 0)
    return cells[: max(filled, least)]


def _delimiter(header: str) -> str:
    """Return the delimiter of the values; spreadsheets in many countries write semicolons."""
    return max(_DELIMITERS, key=header.count)


def _records(name: str, lines: list[str], above: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the records, each with the number of the line on which it begins."""
    reader = csv.reader(lines, delimiter=_delimiter(lines[0] if lines else ""), strict=True)
    begins = above + 1
    try:
        for cells in reader:
            yield begins, cells
            begins = above + reader.line_num + 1
    except csv.Error as error:
        raise BadParameter(f"{name}: line {begins}: no CSV ({error}); put values with commas, semicolons or quotes into quotes") from error


def _check_columns(name: str, number: int, columns: list[str]) -> None:
    shown = ", ".join(_COLUMNS)
    if missing := [column for column in _COLUMNS if column not in columns]:
        raise BadParameter(f"{name}: line {number}: column {missing[0]!r} is missing; the header is {shown} and, if you like, comments")
    if odd := [column for column in columns if column not in (*_COLUMNS, *_OPTIONAL)]:
        raise BadParameter(f"{name}: line {number}: unknown column {odd[0][:40]!r}; there are {shown} and comments")
    if len(set(columns)) < len(columns):
        raise BadParameter(f"{name}: line {number}: a column stands there twice; write each once")


def _row(name: str, number: int, columns: list[str], given: list[str]) -> dict[str, str]:
    cells = _unpadded(given, len(columns))
    if len(cells) != len(columns):
        raise BadParameter(
            f"{name}: line {number}: {len(cells)} values for {len(columns)} columns; quote values that hold commas or semicolons"
        )
    return {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}


def replies_to(consultation: Consultation, file: RepliesFile) -> list[Reply]:
    """Return the rows as replies to a consultation.

    Raises BadParameter with the line for an unknown text, an unknown answer, or a time without a time zone.
    """
    known = texts_by_key(consultation.texts)
    return [_reply(file.name, number, row, known) for number, row in file.rows]


def _reply(name: str, number: int, row: dict[str, str], known: dict[str, tuple[ConsultedText, ...]]) -> Reply:
    where = f"{name}: line {number}"
    state = " ".join(row["member_state"].split())
    if not state or len(state) > _LONGEST or not state.isprintable():
        raise BadParameter(f"{where}: member_state is empty, too long or cannot be printed; write the name of the Member State")
    try:
        text = text_named(known, row["text"])
    except BadIdentifier as error:
        raise BadParameter(f"{where}: text {error}") from error
    answers = ON_QUESTIONS if text.question else ON_DRAFTS
    answer = row["answer"].casefold()
    if answer not in answers:
        raise BadParameter(f"{where}: {row['answer'][:40]!r} is no answer about {text.name}; there are: {', '.join(answers)}")
    received = _received(where, row["received"])
    return Reply(number, state, text.name, answer, answers[answer], received, row.get("comments", ""))


def _received(where: str, given: str) -> datetime:
    """Return the time in UTC."""
    try:
        found = datetime.fromisoformat(given)
        moment = found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError) as error:
        raise BadParameter(f"{where}: received: {given[:40]!r} is no moment; write it like 2026-05-20T16:30:00Z") from error
    if moment is None:
        raise BadParameter(f"{where}: received: {given[:40]!r} has no time zone; write it like 2026-05-20T16:30:00Z or with +02:00")
    return moment
