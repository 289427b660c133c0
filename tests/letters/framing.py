"""What every letter has: header, closing, annex headings, the address of the reply form. And what must be read of it."""

from collections.abc import Iterable
from typing import Any

from tests.letters.blocks import Block, Cell, CheckRow, Form, Heading, Paragraph, Table
from tests.letters.wording import Facts, Wording


def circular_name(words: Wording, facts: Facts) -> str:
    """The letter's own name as a circular."""
    return words.say("circular", number=facts["circular"]["number"])


def header(words: Wording, facts: Facts, name: str, subject: str) -> list[Block]:
    """From the letterhead to the salutation; `name` is what the letter calls itself."""
    circular = facts["circular"]
    date_line = words.say("date_line", place=words.place(circular["place"], None, "name"), day=words.day(circular["date"]))
    named = tuple(line for line in (name, circular["reference"]) if line)
    rows: list[tuple[Cell, ...]] = [((words.at("labels.reference"),), named, _recipients(words, facts))]
    rows += _contact_rows(words, facts["contact"])
    rows.append(((words.at("labels.subject"),), (subject,)))
    letterhead: Cell = tuple(words.at("letterhead"))
    if words.number % 2:
        return [Table(((letterhead, ("",)), (("",), (date_line,)), *rows)), Paragraph(words.at("salutation"))]
    return [*map(Paragraph, letterhead), Paragraph(date_line), Table(tuple(rows)), Paragraph(words.at("salutation"))]


def _recipients(words: Wording, facts: Facts) -> Cell:
    circular = facts["circular"]
    lines: list[str] = []
    for label, key in (("to", "addressees"), ("copy", "copies")):
        if circular[key]:
            lines.append(words.at(f"labels.{label}"))
            end = words.at("semicolon") if words.number % 3 else ""
            *most, last = _named(words, facts, key)
            lines += [f"-\t{name}{end}" for name in most] + [f"-\t{last}"]
    return tuple(lines)


def _named(words: Wording, facts: Facts, key: str) -> list[str]:
    group = str(facts.get("about_group") or facts["meeting"]["group"]).removeprefix("SG")
    return [words.say(f"addressees.{code}", n=group) for code in facts["circular"][key]]


def _contact_rows(words: Wording, contact: Facts) -> list[tuple[Cell, ...]]:
    present = [key for key in ("phone", "fax", "email") if contact[key]]
    labels = tuple(str(words.at(f"labels.{key}")) for key in present)
    values = tuple(str(contact[key]) for key in present)
    if words.number % 3 == 0:
        return [(labels, values, ("",))]
    return [((label,), (value,), ("",)) for label, value in zip(labels, values, strict=True)]


def closing(words: Wording, facts: Facts, annexes: int) -> list[Block]:
    """From the closing formula to the count of the annexes."""
    person = facts["circular"]["signatory"]
    signed = [words.at(f"people.{person}")] if person else []
    # the Chinese letters name the office before the person
    lines = [words.at("director"), *signed] if words.lang == "zh" else [*signed, words.at("director")]
    count = [words.say("annexes", count=annexes)] if annexes else []
    return [Paragraph(line) for line in (words.at("closing"), *lines, *count)]


def annex_heading(words: Wording, n: int, name: str) -> list[Block]:
    """The heading of an annex; in some letters the next line says whose annex it is."""
    whose = [Paragraph(words.say("annex_of", circular=name))] if words.number % 3 == 0 else []
    return [Heading(words.say("annex", n=n)), *whose]


def numbered(paragraphs: Iterable[str]) -> list[Block]:
    """The paragraphs of the body with their numbers."""
    return [Paragraph(f"{n}\t{text}") for n, text in enumerate(paragraphs, 1)]


def reply_address(words: Wording, facts: Facts) -> Table:
    """The head of the reply form: to, from, numbers, date."""
    address = facts["reply_address"]
    present = [key for key in ("fax", "email") if address[key]]
    labels: Cell = tuple(words.at(f"labels.{key}") for key in present)
    values: Cell = tuple(str(address[key]) for key in present)
    to: Cell = tuple(words.at("form.to"))
    sender: Cell = tuple(words.at("form.from"))
    return Table(
        (
            ((words.at("labels.to"),), to, (words.at("labels.from"),), sender),
            (labels, values, labels, ("",)),
            (("",), ("",), (words.at("labels.date"),), (words.at("form.date"),)),
        )
    )


def reply_form(words: Wording, facts: Facts, about: str, rows: tuple[CheckRow, ...]) -> list[Block]:
    """Annex 2: what it answers, the addresses, the check boxes, the closing."""
    name = circular_name(words, facts)
    last = [Paragraph(line) for line in (words.at("closing"), *words.at("form.close"))]
    return [
        *annex_heading(words, 2, name),
        Paragraph(f"{words.at('labels.subject')} {words.say('form.subject', circular=name)}"),
        Paragraph(about),
        reply_address(words, facts),
        Paragraph(words.at("salutation")),
        Paragraph(words.say("form.intro", circular=name)),
        Form(words.pick("form.choose"), rows),
        *last,
        Paragraph(words.at("footer")),
    ]


def label_lines(words: Wording, label: str) -> Cell:
    """A label of the form; narrow cells of some letters break it at a blank in the middle."""
    parts = label.split(" ")
    if words.number % 3 != 1 or len(parts) < 3:
        return (label,)
    half = len(parts) // 2
    return (" ".join(parts[:half]), " ".join(parts[half:]))


def expected_circular(words: Wording, facts: Facts, subject: str, annexes: int | None) -> dict[str, Any]:
    """The `circular` part of the facts."""
    circular = facts["circular"]
    person = circular["signatory"]
    kept = {key: circular[key] for key in ("number", "study_period", "date", "place", "reference")}
    return kept | {
        "subject": subject,
        "signatory": words.at(f"people.{person}") if person else None,
        "annexes": annexes,
        "addressees": _named(words, facts, "addressees"),
        "copies": _named(words, facts, "copies"),
    }


def expected_frame(words: Wording, facts: Facts, subject: str, annexes: int | None = None) -> dict[str, Any]:
    """The facts of a letter that is no consultation: its header, and nothing for what only consultations have."""
    return {
        "circular": expected_circular(words, facts, subject, annexes),
        "contact": dict(facts["contact"]),
        "reply_address": None,
        "adopted_at": None,
        "collective_letter": None,
        "consultation": None,
        "a5_justification": None,
        "ipr_statements": None,
        "drafts": [],
        "questions": [],
        "form_rows": [],
    }
