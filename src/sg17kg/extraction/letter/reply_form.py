"""Reply form (Annex 2): the circular's number, the address for replies, and the rows.

A row is a label followed by check boxes. Nothing else separates rows, so neither wording nor numbers are relied on.
"""

import re
from dataclasses import dataclass

from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.labels import contacts, walk
from sg17kg.extraction.letter.text_references import Mention
from sg17kg.facts import FormRow, Lines, ReplyAddress
from sg17kg.readers.document import Line, TextSpan, join

_CHECK_BOX = re.compile(r"\|_\||[\u20dd\u2610\u2611\u2612\u25a1\u25a2\u25cb\u25ef\uf0a8]")


def mark(text: str) -> str | None:
    """Return the check box at the start of a line; None if there is none."""
    match = _CHECK_BOX.match(text)
    return match[0] if match else None


def marks_named(text: str) -> set[str]:
    """Return the check boxes in a line after its own."""
    return set(_CHECK_BOX.findall(text)[1:])


@dataclass(frozen=True)
class Row:
    """A row with the lines of its label and the text that it names, if any."""

    row: FormRow
    lines: Lines
    mention: Mention | None


@dataclass(frozen=True)
class Form:
    """The form. `number` is the circular's own number as the form repeats it; `closed` means that the closing formula is present.

    `options` are the lines with check boxes.
    """

    number: tuple[int, Lines] | None
    subject: TextSpan
    reply_address: ReplyAddress | None
    rows: tuple[Row, ...]
    closed: bool
    options: tuple[Line, ...]


def read_form(reading: ExtractionContext, first: int, last: int) -> Form:
    """Return the form in lines first to last."""
    lines = reading.document.between(first, last)
    start = next((index for index, line in enumerate(lines) if _is(reading, "salutation", line)), None)
    end = next((index for index, line in enumerate(lines) if index > (start or 0) and _is(reading, "closing", line)), len(lines))
    head, table = lines[: start or 0], lines[start or 0 : end]
    reading.cover((lines[end].number, last) if end < len(lines) else None, "form closing")
    number, subject = _subject(reading, head)
    options = tuple(line for line in table if _CHECK_BOX.match(line.text))
    return Form(number, subject, _reply_address(reading, head), _rows(reading, table), end < len(lines), options)


def _is(reading: ExtractionContext, slot: str, line: Line) -> bool:
    return reading.pack.search(slot, line.folded) is not None


def _subject(reading: ExtractionContext, head: tuple[Line, ...]) -> tuple[tuple[int, Lines] | None, TextSpan]:
    """Return the number of the circular to which the form replies, and the subject as the form repeats it."""
    address = next((i for i, line in enumerate(head) if reading.pack.is_label("to", line.text) and line.text), len(head))
    subject = TextSpan(head[:address])
    if not subject:
        return None, subject
    reading.cover(subject.range, "form subject")
    match = reading.pack.search("reply_form", subject.text) or reading.pack.search("circular_number", subject.text)
    return (int(match["number"]), subject.lines_of_match(match, "number")) if match else None, subject


def _reply_address(reading: ExtractionContext, head: tuple[Line, ...]) -> ReplyAddress | None:
    entries = list(walk(head, reading.pack, ("to", "from", "fax", "email", "date")))
    found = contacts(entries)
    first = next((entry.lines[0] for entry in entries if entry.label == "to"), None)
    if first:
        reading.cover((first, head[-1].number), "form addresses")
    if not found.fax and not found.email:
        return None
    for name, value in (("fax", found.fax), ("email", found.email)):
        reading.state(f"/reply_address/{name}", value[1] if value else None)
    return ReplyAddress(found.fax[0] if found.fax else None, found.email[0] if found.email else None)


def _rows(reading: ExtractionContext, table: tuple[Line, ...]) -> tuple[Row, ...]:
    """Return the rows of the table. The text between the check boxes of one row and those of the next is the next row's label."""
    filled = [line for line in table if line.text]
    boxes = [bool(_CHECK_BOX.match(line.text)) for line in filled]
    first_box = next((index for index, box in enumerate(boxes) if box), len(filled))
    label_start = _after_instructions(reading, filled[:first_box])
    reading.cover((filled[0].number, filled[label_start - 1].number) if label_start else None, "form instructions")
    rows: list[Row] = []
    label: list[Line] = []
    for line, box in list(zip(filled, boxes, strict=True))[label_start:]:
        if not box:
            label.append(line)
            continue
        reading.cover((line.number, line.number), "form options")
        if label:
            rows.append(_row(reading, len(rows) + 1, label))
            label = []
    return tuple(rows)


def _after_instructions(reading: ExtractionContext, lines: list[Line]) -> int:
    """Return where the first label starts: after the line that says to choose, else after the last sentence."""
    chooses = [_is(reading, "choice", line) for line in lines]
    if lines and not any(chooses):
        message = "no line of the form tells to choose a box; what stands before the first row may not belong to its label"
        reading.find("no-choice-instruction", "info", message, [(lines[0].number, lines[-1].number)])
    for index in range(len(lines) - 1, -1, -1):
        if chooses[index] or lines[index].text[-1] in ".。:：":
            return index + 1
    return 0


def _row(reading: ExtractionContext, ordinal: int, label: list[Line]) -> Row:
    text = TextSpan(label).text
    question = reading.pack.search("question", text)
    mention = None if question else next(iter(reading.named(text)), None)
    printed = join(line.text for line in label)
    row = FormRow(
        row=ordinal,
        label=printed,
        number=mention.number if mention else None,
        provisional_name=mention.name if mention else None,
        question=f"Q{question['number']}/{question['sg']}" if question else None,
    )
    lines = (label[0].number, label[-1].number)
    reading.state(f"/form_rows/{ordinal - 1}", lines)
    return Row(row, lines, mention)
