"""Notes by TSB: drafts with an A.5 justification, and drafts with IPR statements.

Circulars number these notes in different ways, and state A.5 by exception ("except X.1217, none"). A note is recognised by its
topic, never by its number.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.text_references import Mention
from sg17kg.facts import Lines
from sg17kg.readers.document import TextSpan

Resolve = Callable[[Mention], str | None]


@dataclass(frozen=True)
class Note:
    """A note, and the number of the draft below which it is printed; None in the letter itself."""

    stretch: TextSpan
    under: str | None

    def label(self, reading: ExtractionContext) -> tuple[str, str]:
        """Return its label word and its number, as printed."""
        match = reading.pack.search("note", self.stretch.text)
        return (match["label"], match["number"]) if match else ("", "")


def a5_justifications(
    reading: ExtractionContext, notes: Sequence[Note], all_numbers: Sequence[str], resolve: Resolve
) -> tuple[str, ...] | None:
    """Return the numbers of the drafts that have a justification (ITU-T A.5); None if no note mentions it."""
    have: list[str] | None = None
    for note in notes:
        text = note.stretch.text
        if not reading.pack.search("a5", text):
            continue
        reading.state("/a5_justification", note.stretch.range)
        excepted = reading.pack.search("except", text)
        listed = _numbers(reading, excepted["list"] if excepted else "", resolve)
        rest = text[: excepted.start()] + text[excepted.end() :] if excepted else text
        if excepted and reading.pack.search("negative", rest):
            stated = listed
        elif excepted:
            stated = [number for number in all_numbers if number not in listed]
        else:
            clauses = re.split(reading.pack.clause_end, rest)
            positive = [clause for clause in clauses if not reading.pack.search("negative", clause)]
            denied = len(positive) < len(clauses)
            named = _numbers(reading, "，".join(positive), resolve)
            everything = not denied and reading.pack.search("all_texts", rest)
            stated = named or (list(all_numbers) if everything else [])
        have = [*(have or []), *(number for number in stated if number not in (have or []))]
    return None if have is None else tuple(have)


def ipr_statements(reading: ExtractionContext, notes: Sequence[Note], resolve: Resolve) -> dict[str, int] | None:
    """Return the number of statements received, by draft number; None if no note mentions IPR.

    The same statement given twice is one statement: counts for a draft are compared, never added.
    """
    told: dict[str, tuple[int, Lines]] = {}
    spoken = False
    for note in notes:
        if not reading.pack.search("ipr", note.stretch.text):
            continue
        spoken = True
        reading.state("/ipr_statements", note.stretch.range)
        for number, count in _counts(reading, note, resolve):
            if number in told:
                _report_twice(reading, number, told[number], (count, note.stretch.range))
            told.setdefault(number, (count, note.stretch.range))
    return {number: count for number, (count, _) in told.items()} if spoken else None


def _report_twice(reading: ExtractionContext, number: str, one: tuple[int, Lines], other: tuple[int, Lines]) -> None:
    if one[0] == other[0]:
        message = f"the IPR statement on {number} is told twice; it is counted once"
        reading.find("ipr-stated-twice", "info", message, [one[1], other[1]])
    else:
        message = f"IPR statements on {number}: {one[0]} in one place, {other[0]} in another"
        reading.find("ipr-counts-differ", "error", message, [one[1], other[1]])


def _counts(reading: ExtractionContext, note: Note, resolve: Resolve) -> list[tuple[str, int]]:
    """Return pairs of draft number and count. A count applies to the drafts named up to the next count.

    If a draft is named before the first count ("on X.1001 one statement, on X.1002 two"), a count applies to the drafts
    named since the count before it.
    """
    text = note.stretch.text
    counts = reading.pack.find_all("statement_count", text)
    before = bool(counts) and bool(_numbers(reading, text[: counts[0].start()], resolve))
    starts = [0, *(match.end() for match in counts)]
    ends = [*(match.start() for match in counts), len(text)]
    found: list[tuple[str, int]] = []
    for index, match in enumerate(counts):
        place = index if before else index + 1
        named = _numbers(reading, _before_denial(reading, text[starts[place] : ends[place]]), resolve)
        if not named and note.under:
            named = [note.under]
        found += [(number, reading.pack.number(match["count"]) or 0) for number in named]
    return found


def _before_denial(reading: ExtractionContext, span: str) -> str:
    """Return the text to which a count applies: nothing after a word that denies ("one on X.1001 and none on X.1002")."""
    denial = reading.pack.search("negative", span)
    return span[: denial.start()] if denial else span


def _numbers(reading: ExtractionContext, text: str, resolve: Resolve) -> list[str]:
    """Return the numbers of the drafts that a text names, in its order."""
    numbers = [resolve(mention) for mention in reading.named(text)]
    return list(dict.fromkeys(number for number in numbers if number))
