"""What stands below a circular: the rule, ITU's postal footer."""

import re

from sg17kg.sources.document import fold
from sg17kg.sources.letter.reading import Reading

_RULE = re.compile(r"[_\u2014\u2500*=-]{4,}")
_POSTAL = re.compile(r"International Telecommunication Union\b.*Place des Nations.*|Tel: ?\+41 22 730 5111.*|.*itumail@itu\.int.*")


def cover_footer(reading: Reading, after: int) -> int:
    """Mark the footer below line `after` as read; gives the last line before it."""
    first = len(reading.document.lines)
    for line in reversed(reading.document.lines):
        if line.number <= after:
            break
        text = fold(line.text)
        if _RULE.fullmatch(text) or _POSTAL.fullmatch(text):
            reading.cover((line.number, line.number), "footer")
            first = line.number - 1
    return first
