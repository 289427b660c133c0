"""Where a document does not agree with itself. Every rule is general: none knows a document, a number or a language."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sg17kg.records import DraftFacts, Facts
from sg17kg.sources.body import Body
from sg17kg.sources.document import Stretch, is_wide
from sg17kg.sources.drafts import AnnexDraft, report_items
from sg17kg.sources.form import Form, Row, mark, marks_named
from sg17kg.sources.header import Header
from sg17kg.sources.mentions import Mention, mentions
from sg17kg.sources.notes import Note
from sg17kg.sources.pairing import pair_rows
from sg17kg.sources.question_agreement import report_questions
from sg17kg.sources.reading import Reading

_LOST_HYPHEN = re.compile(r"(?<![A-Za-z])ITU ?T(?![A-Za-z-])")
_DOUBLED = re.compile(r"([^\W\d_]{2,6})\1")
_NOTICE = timedelta(days=89)


@dataclass(frozen=True)
class Parts:
    """The parts of a document as they were read, before they are one record."""

    header: Header
    body: Body
    notes: tuple[Note, ...]
    annex_title: Stretch
    drafts: tuple[AnnexDraft, ...]
    form: Form
    number: int


def report(reading: Reading, facts: Facts, parts: Parts) -> None:
    """Add to `reading.findings` all that does not agree."""
    _header(reading, facts, parts)
    _dates(reading, facts, parts)
    if facts.document.kind == "tap-consultation":
        _drafts(reading, facts, parts)
        _notes(reading, parts)
        _marks(reading, parts.form)
    if facts.document.kind == "question-consultation":
        report_questions(reading, facts, parts.body, parts.form, parts.header.subject_text)
    _spelling(reading, parts)
    for line in reading.unread():
        reading.find("unread-line", "info", "no field reads this line", [line])


def _header(reading: Reading, facts: Facts, parts: Parts) -> None:
    first = next((line.number for line in reading.document.lines if line.text), 1)
    last = parts.header.subject_text.range[0] if parts.header.subject_text else first
    if parts.header.number is None:
        message = f"no number in the header; {parts.number} is the number that the reply form names"
        form_line = parts.form.number[1][0] if parts.form.number else first
        reading.find("number-not-in-header", "warning", message, [form_line])
    elif parts.form.number and parts.form.number[0] != parts.header.number[0]:
        message = f"the header says circular {parts.header.number[0]}, the reply form {parts.form.number[0]}"
        reading.find("circular-number-differs", "error", message, [parts.header.number[1], parts.form.number[1]])
    header = {"date": facts.circular.date, "reference": facts.circular.reference, "subject": facts.circular.subject}
    header |= {"addressees": facts.circular.addressees or None, "contact": facts.contact}
    missing = [field for field, value in header.items() if value is None]
    if missing:
        reading.find("header-incomplete", "warning", f"the header states no {', no '.join(missing)}", [first, last])
    _fax(reading, facts)
    if facts.circular.signatory is None:
        end = parts.body.paragraphs[-1].range[1] if parts.body.paragraphs else last
        reading.find("no-signatory", "info", "no name is printed below the letter", [end])
    if facts.circular.study_period is None and facts.circular.date:
        reading.find("unknown-study-period", "warning", "no study period of data/curated holds this date", [first])


def _fax(reading: Reading, facts: Facts) -> None:
    """One number printed in two ways: "+41 22 730 5853" and "+41-22-730-5853"."""
    one = facts.contact.fax if facts.contact else None
    other = facts.reply_address.fax if facts.reply_address else None
    if one and other and one != other and re.sub(r"\D", "", one) == re.sub(r"\D", "", other):
        lines = [reading.evidence["/contact/fax"], reading.evidence["/reply_address/fax"]]
        reading.find("phone-notation-differs", "info", f"one number is printed as {one} and as {other}", lines)


def _dates(reading: Reading, facts: Facts, parts: Parts) -> None:
    """Order of dates; three months' notice before the meeting (WTSA Resolution 1, clause 9.3)."""
    deadline = facts.consultation.reply_deadline if facts.consultation else None
    start = facts.meeting.start if facts.meeting else None
    lines = [reading.evidence[key] for key in ("/consultation/reply_deadline", "/meeting/start", "/circular/date") if key in reading.evidence]
    letter = facts.circular.date
    if deadline and start and deadline[:10] >= start:
        message = f"replies are due on {deadline[:10]}, not before the meeting that starts on {start}"
        reading.find("deadline-after-meeting", "error", message, lines[:2])
    if deadline and letter and deadline[:10] <= letter:
        reading.find("deadline-before-letter", "error", f"replies are due on {deadline[:10]}, the letter is of {letter}", lines)
    if letter and start and date.fromisoformat(start) - date.fromisoformat(letter) < _NOTICE:
        message = f"the letter of {letter} comes less than three months before the meeting of {start} (WTSA Resolution 1, clause 9.3)"
        reading.find("short-notice", "warning", message, lines[1:])
    months = parts.body.find(reading, "months_open")
    if months:
        reading.cover(months[1].range, "/consultation")
        count = reading.pack.number(months[0]["count"]) or 0
        where = [months[1].lines_of_match(months[0]), *lines[:1]]
        _months_open(reading, letter, deadline, count, where)


def _months_open(reading: Reading, letter: str | None, deadline: str | None, months: int, lines: list[tuple[int, int]]) -> None:
    if not letter:
        message = f"{months} months for replies cannot be checked: the letter bears no date"
        reading.find("period-not-checkable", "info", message, lines)
    elif deadline and date.fromisoformat(deadline[:10]) - date.fromisoformat(letter) < timedelta(days=30 * months - 2):
        message = f"from {letter} to {deadline[:10]} is less than the {months} months that the letter gives"
        reading.find("period-too-short", "error", message, lines)


def _drafts(reading: Reading, facts: Facts, parts: Parts) -> None:
    report_items(reading, parts.drafts)
    pairs = pair_rows(parts.drafts, parts.form.rows)
    for index, (annex, draft) in enumerate(zip(parts.drafts, facts.drafts, strict=True)):
        _draft(reading, annex, draft, pairs.get(index), parts)
    paired = {id(row) for row in pairs.values()}
    for row in parts.form.rows:
        if id(row) not in paired:
            reading.find("row-without-draft", "error", f"the form's row {row.row.label!r} means no draft of Annex 1", [row.lines])
    _lists(reading, parts)
    _locations(reading, facts)
    silent = [annex for annex in parts.drafts if annex.mention.kind is None]
    if silent:
        message = f"{len(silent)} headings do not say whether the text is new or revised; the form or the subject does"
        reading.find("kind-not-in-heading", "info", message, [annex.heading for annex in silent])
    count = parts.body.find(reading, "draft_count")
    if count and reading.pack.number(count[0]["count"]) != len(facts.drafts):
        message = f"the letter speaks of {count[0]['count']} drafts, Annex 1 has {len(facts.drafts)}"
        reading.find("draft-count-differs", "error", message, [count[1].lines_of_match(count[0])])


def _draft(reading: Reading, annex: AnnexDraft, draft: DraftFacts, row: Row | None, parts: Parts) -> None:
    called = draft.number or draft.provisional_name or f"item {draft.item}"
    if draft.kind is None:
        reading.find("kind-unknown", "warning", f"nothing says whether {called} is new or revised", [annex.heading])
    if draft.abstract is None:
        reading.find("no-abstract", "info", f"{called} has no summary", [annex.heading])
    if draft.title is None:
        reading.find("no-title", "warning", f"{called} has no title", [annex.heading])
    if row is None or row.mention is None:
        reading.find("draft-without-row", "error", f"no row of the form means {called} (item {draft.item})", [annex.heading])
        return
    both = [annex.heading, row.lines]
    if row.mention.restored != draft.number:
        message = f"the form has {row.mention.restored} where Annex 1 has {draft.number} ({draft.provisional_name})"
        reading.find("form-number-differs", "error", message, both)
    if row.mention.part != draft.part:
        message = f"the form says {row.mention.part or 'no part'} of {called}, Annex 1 {draft.part or 'no part'}"
        reading.find("form-part-differs", "warning", message, both)
    elif annex.mention.kind and row.mention.kind and row.mention.kind != annex.mention.kind:
        message = f"the form calls {called} {row.mention.kind}, its heading {annex.mention.kind}"
        reading.find("form-kind-differs", "error", message, both)
    if row.mention.name and draft.provisional_name and row.mention.name.casefold() != draft.provisional_name.casefold():
        message = f"the form calls {called} {row.mention.name}, Annex 1 {draft.provisional_name}"
        reading.find("form-name-differs", "error", message, both)


def _lists(reading: Reading, parts: Parts) -> None:
    """The drafts as the subject, the annex's title and the form's subject list them, against the annex itself."""
    for what, stretch in (("subject", parts.header.subject_text), ("title of Annex 1", parts.annex_title), ("form", parts.form.subject)):
        listed = mentions(stretch.text, reading.pack) if stretch else []
        listed = [mention for mention in listed if mention.number or mention.name]
        if not listed:
            continue
        for draft in parts.drafts:
            named = next((mention for mention in listed if _same(mention, draft.mention)), None)
            if named is None:
                message = f"the {what} does not name {draft.mention.restored or draft.mention.name}"
                reading.find("draft-not-listed", "warning", message, [stretch.range, draft.heading])
            elif named.kind and draft.mention.kind and named.kind != draft.mention.kind:
                message = f"the {what} calls {draft.mention.restored} {named.kind}, its heading {draft.mention.kind}"
                reading.find("kind-differs", "warning", message, [stretch.lines_of(named.start, named.end), draft.heading])
            elif named.part and named.governed_by == "new":
                message = f"the {what} counts {draft.mention.restored} {named.part} among new texts, its heading says {draft.mention.kind}"
                reading.find("kind-differs", "warning", message, [stretch.lines_of(named.start, named.end), draft.heading])
        for mention in listed:
            if not any(_same(mention, draft.mention) for draft in parts.drafts):
                message = f"the {what} names {mention.restored or mention.name}, which Annex 1 does not have"
                reading.find("listed-without-draft", "warning", message, [stretch.lines_of(mention.start, mention.end)])


def _same(one: Mention, other: Mention) -> bool:
    if one.restored and other.restored:
        return one.restored == other.restored and (not one.part or not other.part or one.part == other.part)
    return bool(one.name and other.name) and one.name == other.name


def _locations(reading: Reading, facts: Facts) -> None:
    by_document: dict[str, list[DraftFacts]] = defaultdict(list)
    for draft in facts.drafts:
        if draft.document:
            by_document[draft.document].append(draft)
    for document, drafts in by_document.items():
        if len(drafts) > 1:
            message = f"{document} is given as the text of {' and '.join(draft.number or '?' for draft in drafts)}"
            reading.find("report-used-twice", "error", message, [draft.lines.heading for draft in drafts])
    without = [draft for draft in facts.drafts if not draft.document]
    if without:
        message = f"where the text lies is not said for {', '.join(draft.number or f'item {draft.item}' for draft in without)}"
        reading.find("no-text-reference", "warning", message, [draft.lines.heading for draft in without])


def _notes(reading: Reading, parts: Parts) -> None:
    labels = [note.label(reading) for note in parts.notes]
    lines = [note.stretch.range for note in parts.notes]
    if len({label for label, _ in labels}) > 1:
        reading.find("note-labels-differ", "info", "notes by TSB go by different words in one document", lines)
    numbers = [int(number) for _, number in labels if number]
    if numbers != list(range(1, len(numbers) + 1)):
        reading.find("notes-out-of-order", "info", f"notes by TSB are numbered {numbers}", lines)
    for note in parts.notes:
        if note.under:
            message = f"a note by TSB stands under {note.under} in Annex 1, not in the letter"
            reading.find("note-in-annex", "info", message, [note.stretch.range])


def _marks(reading: Reading, form: Form) -> None:
    """Instructions that name a mark which no option bears: the reader cannot tell what to tick."""
    borne = {mark(line.text) for line in form.options}
    lines = [line.number for line in form.options if marks_named(line.text) - borne]
    if lines:
        reading.find("form-marks-differ", "info", "the form tells to choose among marks that its options do not bear", lines)


def _spelling(reading: Reading, parts: Parts) -> None:
    named = list(_all_mentions(reading, parts))
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
    for line in reading.document.lines:
        if _LOST_HYPHEN.search(line.text):
            reading.find("hyphen-lost", "info", "ITU-T is printed without its hyphen", [line.number])
        match = _DOUBLED.search(Stretch([line]).text) if line.text else None
        if match and is_wide(match[1][0]):
            reading.find("word-doubled", "info", f"{match[1]!r} is printed twice in a row", [line.number])


def _all_mentions(reading: Reading, parts: Parts) -> Iterable[tuple[Mention, int]]:
    stretches: Sequence[Stretch] = (
        parts.header.subject_text,
        *parts.body.paragraphs,
        parts.annex_title,
        *(Stretch([reading.document.line(draft.heading[0])]) for draft in parts.drafts),
        parts.form.subject,
        *(Stretch(reading.document.between(*row.lines)) for row in parts.form.rows),
    )
    for stretch in stretches:
        for mention in mentions(stretch.text, reading.pack) if stretch else ():
            yield mention, stretch.line_at(mention.start)


