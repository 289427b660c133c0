"""References in a letter to other circulars."""

from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.dates import day_of
from sg17kg.extraction.letter.parts import LetterParts
from sg17kg.facts import CircularMention


def read_references(reading: ExtractionContext, frame: LetterParts) -> tuple[CircularMention, ...]:
    """Return the circulars named in subject and letter, without the letter's own number, in the order of the text.

    A mention with a date counts more than one without.
    """
    found: dict[int, str | None] = {}
    for stretch in (frame.header.subject_text, *frame.body.paragraphs):
        matches = reading.pack.find_all("circular_mention", stretch.text) if stretch else []
        reading.cover(stretch.range if matches else None, "/refers_to")
        for match in matches:
            number = int(match["number"])
            day = day_of(match, reading.pack.months) if match.groupdict().get("day") else None
            if number == frame.number:
                continue
            reading.state(f"/refers_to/{len(found)}", stretch.lines_of_match(match) if number not in found else None)
            found[number] = found.get(number) or (day.isoformat() if day else None)
    return tuple(CircularMention(number, day) for number, day in found.items())
