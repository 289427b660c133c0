"""Inconsistencies within a document: header, dates, spelling.

Every rule here and in the two other consistency modules is general: none depends on a document, a number or a language.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.parts import LetterParts
from sg17kg.facts import Facts
from sg17kg.readers.document import TextSpan, has_wide, is_wide

# the lookbehind comes after the three letters, because `re` searches fast for a literal prefix
_LOST_HYPHEN = re.compile(r"ITU(?<![A-Za-z]ITU) ?T(?![A-Za-z-])")
_DOUBLED = re.compile(r"([^\W\d_]{2,6})\1")
_REPEATED = re.compile(r"(.{2,6})\1")  # the same for any characters: twice as fast, and most lines contain none
_EXPECTED = {
    "procedure": ("resolution", "revision", "clause"),
    "consultation": ("reply_deadline", "threshold_percent", "counted", "effect_if_met"),
    "reply_address": ("fax", "email"),
    "meeting": ("group", "start", "end"),
}
_NOTICE = timedelta(days=89)


def report_header(reading: ExtractionContext, facts: Facts, frame: LetterParts) -> None:
    """Report what the header lacks or states differently from the form, and the lines that no field reads."""
    first = next((line.number for line in reading.document.lines if line.text), 1)
    last = frame.header.subject_text.range[0] if frame.header.subject_text else first
    number = frame.header.number
    if number is None and frame.number is not None:
        message = f"no number in the header; {frame.number} is the number that the reply form names"
        form_line = frame.form.number[1][0] if frame.form.number else first
        reading.find("number-not-in-header", "warning", message, [form_line])
    elif number and frame.form.number and frame.form.number[0] != number[0]:
        message = f"the header says circular {number[0]}, the reply form {frame.form.number[0]}"
        reading.find("circular-number-differs", "error", message, [number[1], frame.form.number[1]])
    header: dict[str, object] = {"date": facts.circular.date, "reference": facts.circular.reference, "subject": facts.circular.subject}
    header |= {"addressees": facts.circular.addressees or None, "copies": facts.circular.copies or None, "contact": facts.contact}
    if facts.contact:
        header |= {"telephone": facts.contact.phone, "fax": facts.contact.fax, "e-mail": facts.contact.email}
    missing = [field for field, value in header.items() if value is None]
    if missing:
        reading.find("header-incomplete", "warning", f"the header states no {', no '.join(missing)}", [first, last])
    _fax(reading, facts)
    if facts.circular.signatory is None:
        end = frame.body.paragraphs[-1].range[1] if frame.body.paragraphs else last
        reading.find("no-signatory", "info", "no name is printed below the letter", [end])
    if facts.circular.study_period is None and facts.circular.date:
        reading.find("unknown-study-period", "warning", "no study period of data/curated holds this date", [first])
    _unconfirmed(reading)
    for line in reading.unread():
        reading.find("unread-line", "info", "no field reads this line", [line])


def _unconfirmed(reading: ExtractionContext) -> None:
    """Report values that rest on phrases that no real letter in the language has confirmed."""
    if reading.unconfirmed:
        slots = ", ".join(sorted(slot.replace("_", " ") for slot in reading.unconfirmed))
        lines = {line for numbers in reading.unconfirmed.values() for line in numbers}
        message = f"no real letter in this language ({reading.pack.language}) has confirmed the phrases read as: {slots}"
        reading.find("phrase-unconfirmed", "info", message, lines)


def report_silence(reading: ExtractionContext, facts: Facts, frame: LetterParts) -> None:
    """Report what a consultation should state (WTSA Resolution 1) and this one does not."""
    said: dict[str, object] = {"procedure": facts.procedure, "address for replies": facts.reply_address}
    for part in ("procedure", "consultation", "reply_address", "meeting"):
        said |= {f"{part} {name}": value for name, value in _values(facts, part) if name in _EXPECTED[part]}
    if facts.document.kind == "tap-consultation":
        said |= {"meeting": facts.meeting, "collective letter": facts.collective_letter, "drafts": facts.drafts or None}
        said |= {"A.5 justification": facts.a5_justification, "IPR statements": facts.ipr_statements}
        said |= {"consultation clause": facts.procedure.consultation_clause if facts.procedure else None}
        if facts.meeting and not facts.meeting.virtual:
            said |= {"city of the meeting": facts.meeting.city}
    else:
        said |= {"meeting that adopted the Questions": facts.adopted_at, "Questions": facts.questions or None}
    said |= {"deadline": facts.consultation} if facts.consultation is None else {}
    missing = [name.replace("_", " ") for name, value in said.items() if value is None]
    if missing and frame.body.paragraphs:
        lines = [frame.body.paragraphs[0].range[0], frame.body.paragraphs[-1].range[1]]
        reading.find("not-stated", "warning", f"the letter does not state: {', '.join(missing)}", lines)


def _values(facts: Facts, part: str) -> Iterable[tuple[str, object]]:
    record = getattr(facts, part)
    return vars(record).items() if record else ()


def _fax(reading: ExtractionContext, facts: Facts) -> None:
    """Report a fax number that is printed in two ways: "+41 22 730 5853" and "+41-22-730-5853"."""
    one = facts.contact.fax if facts.contact else None
    other = facts.reply_address.fax if facts.reply_address else None
    if one and other and one != other and re.sub(r"\D", "", one) == re.sub(r"\D", "", other):
        lines = [reading.evidence["/contact/fax"], reading.evidence["/reply_address/fax"]]
        reading.find("phone-notation-differs", "info", f"one number is printed as {one} and as {other}", lines)


def report_dates(reading: ExtractionContext, facts: Facts, frame: LetterParts) -> None:
    """Report dates in the wrong order, and less than three months' notice before the meeting (WTSA Resolution 1, clause 9.3)."""
    deadline = facts.consultation.reply_deadline if facts.consultation else None
    start = facts.meeting.start if facts.meeting else None
    lines = [
        reading.evidence[key] for key in ("/consultation/reply_deadline", "/meeting/start", "/circular/date") if key in reading.evidence
    ]
    letter = facts.circular.date
    if deadline and start and deadline[:10] >= start:
        message = f"replies are due on {deadline[:10]}, not before the meeting that starts on {start}"
        reading.find("deadline-after-meeting", "error", message, lines[:2])
    if deadline and letter and deadline[:10] <= letter:
        reading.find("deadline-before-letter", "error", f"replies are due on {deadline[:10]}, the letter is of {letter}", lines)
    if letter and start and date.fromisoformat(start) - date.fromisoformat(letter) < _NOTICE:
        message = f"the letter of {letter} comes less than three months before the meeting of {start} (WTSA Resolution 1, clause 9.3)"
        reading.find("short-notice", "warning", message, lines[1:])
    months = frame.body.find(reading, "months_open")
    if months:
        reading.cover(months[1].range, "/consultation")
        count = reading.pack.number(months[0]["count"]) or 0
        where = [months[1].lines_of_match(months[0]), *lines[:1]]
        _months_open(reading, letter, deadline, count, where)


def _months_open(reading: ExtractionContext, letter: str | None, deadline: str | None, months: int, lines: list[tuple[int, int]]) -> None:
    if not letter:
        message = f"{months} months for replies cannot be checked: the letter bears no date"
        reading.find("period-not-checkable", "info", message, lines)
    elif deadline and date.fromisoformat(deadline[:10]) - date.fromisoformat(letter) < timedelta(days=30 * months - 2):
        message = f"from {letter} to {deadline[:10]} is less than the {months} months that the letter gives"
        reading.find("period-too-short", "error", message, lines)


def report_spelling(reading: ExtractionContext, stretches: Iterable[TextSpan]) -> None:
    """Report numbers without their dot and names in several spellings, within these spans; report misprints in the whole document."""
    named = [(mention, part.line_at(mention.start)) for part in stretches for mention in reading.named(part.text)]
    without_dot: dict[str, list[int]] = defaultdict(list)
    names: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for mention, line in named:
        if mention.lacks_dot and mention.number:
            without_dot[mention.number].append(line)
        if mention.name:
            names[mention.name.casefold()][mention.name].append(line)
    for number, lines in without_dot.items():
        reading.find("number-without-dot", "warning", f"{number} lacks its dot", lines)
    for spellings in names.values():
        if len(spellings) > 1:
            message = f"one provisional name in {len(spellings)} spellings: {', '.join(spellings)}"
            reading.find("name-spelling-differs", "warning", message, [line for lines in spellings.values() for line in lines])
    for printed in reading.document.lines:
        if _LOST_HYPHEN.search(printed.text):
            reading.find("hyphen-lost", "info", "ITU-T is printed without its hyphen", [printed.number])
        match = _DOUBLED.search(printed.folded) if has_wide(printed.text) and _REPEATED.search(printed.folded) else None
        if match and is_wide(match[1][0]):
            reading.find("word-doubled", "info", f"{match[1]!r} is printed twice in a row", [printed.number])
