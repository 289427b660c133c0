"""Header of a circular: everything before the salutation."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.dates import day_of
from sg17kg.extraction.letter.groups import group_of
from sg17kg.extraction.letter.labels import EMAIL, PHONE, Labelled, contacts, walk
from sg17kg.facts import Contact, LetterFacts, Lines
from sg17kg.readers.document import Line, TextSpan, fold, join

_LABELS = ("reference", "to", "copy", "phone", "fax", "email", "subject")
_CONTACTS = ("phone", "fax", "email")
_TURNED = ("reference", "subject", *_CONTACTS)
_REFERENCE = re.compile(
    r"(?:[A-Z]{2,4} ?)?\d+/[A-Z]{1,6}(?:/[A-Z]{1,6})*|TSB(?: [A-Z][a-z]+)?(?:/[A-Z]{1,6})+"
    r"|(?:SG\d+|TSAG|AAP|RevCom|COM ?\d+)(?:[-/][A-Za-z]{1,8})+"
)
_BULLET = re.compile(r"^[-\u2010-\u2015\u2022]\s*")
_LIST_END = "；;。，,. " + chr(0x061B) + chr(0x060C)


@dataclass(frozen=True)
class Header:
    """The values in the header. Each is None (for lists: empty) if it is not printed.

    `attached` means that the letter is an addendum to another letter, or a corrigendum to a collective letter, whose number is not its own.
    """

    number: tuple[int, Lines] | None
    attached: bool
    letter: LetterFacts | None
    corrigendum: tuple[int | None, Lines] | None
    announcement: str | None
    date: str | None
    place: str | None
    reference: str | None
    subject: str | None
    subject_text: TextSpan
    addressees: tuple[str, ...]
    copies: tuple[str, ...]
    contact: Contact | None


def read_header(reading: ExtractionContext, last: int) -> Header:
    """Return the header in the lines up to `last`."""
    lines = reading.document.between(1, last)
    if reading.pack.reversible:
        lines = _labels_before_values(reading, lines)
    _cover_letterhead(reading, lines)
    entries = list(walk(lines, reading.pack, _LABELS))
    for entry in entries:
        if entry.value is None:
            reading.cover(entry.lines, f"label {entry.label}")
    subject_text = _subject(reading, entries)
    date, place = _date_line(reading, lines)
    beside_subject = list(_pairs(lines, subject_text))
    attached = any(reading.search("letter_of_letter", pair) for pair in beside_subject)
    number = None if attached else _number(reading, lines)
    return Header(
        number=number,
        attached=attached,
        letter=None if number or attached else _letter(reading, lines, subject_text),
        corrigendum=_corrigendum(reading, beside_subject),
        announcement=None if number else _announcement(reading, lines),
        date=date,
        place=place,
        reference=_reference(reading, lines, entries),
        subject=join(line.text for line in _subject_lines(subject_text, entries)) or None,
        subject_text=subject_text,
        addressees=_list(reading, entries, "to", "addressees"),
        copies=_list(reading, entries, "copy", "copies"),
        contact=_contact(reading, entries),
    )


def _labels_before_values(reading: ExtractionContext, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines with each label before its value, where text from a right-to-left page has it after the value.

    This is the case if nothing follows the subject label, which is the last label in every header.
    """
    filled = [line for line in lines if line.text]
    if not filled or not reading.pack.is_label("subject", filled[-1].text):
        return lines
    turned: list[Line] = []
    for labels, run in groupby(filled, lambda line: _turned_label(reading, line) is not None):
        lines_of_run = list(run)
        values = _values_before(reading, turned, lines_of_run) if labels else 0
        turned[len(turned) - values : len(turned) - values] = lines_of_run
    return tuple(turned)


def _turned_label(reading: ExtractionContext, line: Line) -> str | None:
    return reading.pack.label_among(_TURNED, line.text)


def _values_before(reading: ExtractionContext, lines: list[Line], labels: list[Line]) -> int:
    """Return how many lines right before some labels are their values: one for each contact label, else all up to a label or list."""
    contacts_only = all(_turned_label(reading, line) in _CONTACTS for line in labels)
    count = 0
    for line in reversed(lines):
        if reading.pack.label_among(_LABELS, line.text) or _BULLET.match(line.text) or reading.pack.search("date_line", line.folded):
            break
        if contacts_only and count == len(labels):
            break
        count += 1
    return count


def _cover_letterhead(reading: ExtractionContext, lines: tuple[Line, ...]) -> None:
    for line in lines:
        if line.text and reading.pack.is_label("letterhead", line.text):
            reading.cover((line.number,) * 2, "letterhead")


def _pairs(lines: tuple[Line, ...], subject: TextSpan | None = None) -> Iterator[TextSpan]:
    """Yield each line of a header together with the next one, for words split over two lines. The subject is left out."""
    filled = [line for line in lines if line.text and not (subject and line in subject.lines)]
    for line, following in zip(filled, [*filled, None][1:], strict=True):
        yield TextSpan([line] if following is None else [line, following])


def _number(reading: ExtractionContext, lines: tuple[Line, ...]) -> tuple[int, Lines] | None:
    """Return the circular's own number. Its words may be split over two lines."""
    for stretch in _pairs(lines):
        if match := reading.search("circular_number", stretch):
            place = stretch.lines_of_match(match)
            reading.state("/circular/number", place)
            return int(match["number"]), place
    return None


def _letter(reading: ExtractionContext, lines: tuple[Line, ...], subject: TextSpan) -> LetterFacts | None:
    """Return the number of a collective letter, from a header without the number of a circular.

    Its group follows the number or is in the subject.
    """
    for line in lines:
        stretch = TextSpan([line])
        if line.text and stretch.text not in subject.text and (match := reading.search("collective_letter", stretch)):
            reading.state("/letter/number", stretch.range)
            group = re.search(r"/(\d{1,2})$", match["number"])
            named = reading.pack.expand("{group}").search(subject.text)
            return LetterFacts(match["number"], f"SG{int(group[1])}" if group else group_of(named) if named else None)
    return None


def _corrigendum(reading: ExtractionContext, pairs: Iterable[TextSpan]) -> tuple[int | None, Lines] | None:
    """Return the number of the corrigendum to a circular (None: not numbered), if the header gives one in place of a circular number."""
    for stretch in pairs:
        if match := reading.search("corrigendum_of", stretch):
            place = stretch.lines_of_match(match)
            reading.state("/corrigendum", place)
            printed = match.groupdict().get("corrigendum")
            return int(printed) if printed else None, place
    return None


def _announcement(reading: ExtractionContext, lines: tuple[Line, ...]) -> str | None:
    """Return the number of an announcement of the alternative approval process, from a header without the number of a circular."""
    for line in lines:
        stretch = TextSpan([line])
        if line.text and (match := reading.search("announcement", stretch)):
            reading.state("/announcement", stretch.range)
            return f"AAP-{match['number']}"
    return None


def _date_line(reading: ExtractionContext, lines: tuple[Line, ...]) -> tuple[str | None, str | None]:
    filled = [line for line in lines if line.text]
    pairs = ([line, following] for line, following in pairwise(filled))
    for part in (*([line] for line in filled), *pairs):
        stretch = TextSpan(part)
        if not (match := reading.search("date_line", stretch)):
            continue
        day = day_of(match, reading.pack.months)
        place = reading.reference.places.find(match["place"])
        if day is None:
            reading.find("impossible-date", "error", f"the date {match[0]!r} does not exist", [stretch.range])
        reading.state("/circular/date", stretch.range if day else None)
        reading.state("/circular/place", stretch.range if place and place.city else None)
        reading.cover(stretch.range, "date line")
        return day.isoformat() if day else None, place.city if place else None
    return None, None


def _reference(reading: ExtractionContext, lines: tuple[Line, ...], entries: list[Labelled]) -> str | None:
    """Return the file reference: on a line of its own, or after its label."""
    labelled = [(entry.value or "", entry.lines[0]) for entry in entries if entry.label == "reference"]
    for text, number in (*labelled, *((line.text, line.number) for line in lines)):
        if match := _REFERENCE.fullmatch(fold(text)):
            reading.state("/circular/reference", (number, number))
            return match[0]
    return _reference_beside_number(reading, lines)


def _reference_beside_number(reading: ExtractionContext, lines: tuple[Line, ...]) -> str | None:
    """Return the file reference right after the number of the circular, if the layout put both on one line."""
    for line in lines:
        number = reading.pack.search("circular_number", line.folded) if line.text else None
        if number and (match := re.match(rf"\W{{0,3}}({_REFERENCE.pattern})(?!\S)", line.folded[number.end() :])):
            reading.state("/circular/reference", (line.number,) * 2)
            return match[1]
    return None


def _subject(reading: ExtractionContext, entries: list[Labelled]) -> TextSpan:
    numbers = [entry.lines[0] for entry in entries if entry.label == "subject" and entry.value and not _is_contact(entry.value)]
    subject = TextSpan(reading.document.line(number) for number in numbers)
    if not subject and any(entry.label == "subject" for entry in entries):
        subject = TextSpan(reversed(list(_behind_all_labels(entries))))
    if subject:
        reading.state("/circular/subject", subject.range)
    return subject


def _is_contact(text: str) -> bool:
    return bool(PHONE.search(text) or EMAIL.search(text))


def _behind_all_labels(entries: list[Labelled]) -> Iterator[Line]:
    """Yield backwards the lines at the end of a header whose labels all come first, up to a list item, a contact or a label."""
    for entry in reversed(entries):
        value = entry.value or ""
        if not value or _BULLET.match(value) or _is_contact(value):
            break
        yield Line(entry.lines[0], value)


def _subject_lines(subject: TextSpan, entries: list[Labelled]) -> tuple[Line, ...]:
    """Return the lines of the subject, without the label if it is on the same line."""
    values = {entry.lines[0]: entry.value for entry in entries if entry.label == "subject" and entry.value}
    return tuple(Line(line.number, values.get(line.number) or line.text) for line in subject.lines)


def _list(reading: ExtractionContext, entries: list[Labelled], label: str, field: str) -> tuple[str, ...]:
    """Return the items of a list. A line without a dash continues the item before it."""
    items: list[tuple[str, Lines]] = []
    for entry in entries:
        if entry.label != label or not entry.value or reading.covered.get(entry.lines[0], "") not in ("", f"label {label}"):
            continue
        text = _BULLET.sub("", entry.value)
        if text == entry.value and items:
            items[-1] = (join([items[-1][0], text]), (items[-1][1][0], entry.lines[1]))
        else:
            items.append((text, entry.lines))
    for text, lines in items:
        reading.cover(lines, f"/circular/{field}")
        if text[-1:] in (":", "："):
            reading.find("unknown-label", "warning", f"{text!r} stands among the {field} and is no label that is known", [lines])
    if items:
        reading.state(f"/circular/{field}", (items[0][1][0], items[-1][1][1]))
    return tuple(text.rstrip(_LIST_END) for text, _ in items)


def _contact(reading: ExtractionContext, entries: list[Labelled]) -> Contact | None:
    found = contacts(entry for entry in entries if entry.value or entry.label in ("phone", "fax", "email"))
    for printed, lines in found.unlabelled:
        reading.find("contact-without-label", "warning", f"no label stands before {printed}", [lines])
    values = {"phone": found.phone, "fax": found.fax, "email": found.email}
    for name, value in values.items():
        reading.state(f"/contact/{name}", value[1] if value else None)
    if not any(values.values()):
        return None
    return Contact(**{name: value[0] if value else None for name, value in values.items()})
