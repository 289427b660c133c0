"""Footer of a circular: the rule and ITU's postal address."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.normalisation import PAGE_FOOT
from sg17kg.readers.document import Line

_RULE = re.compile(r"[_\u2014\u2500*=-]{4,}")
_POSTAL = re.compile(r"International Telecommunication Union\b.*Place des Nations.*|Tel: ?\+41 22 730 5111.*|.*itumail@itu\.int.*")


_PAGE_MARK = re.compile(r"^-\s?\d{1,3}\s?-\s?(?=\S)")


def without_page_feet(reading: ExtractionContext, lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines of a letter without page footers, and without the page numbers that interrupt a paragraph."""
    for line in lines:
        if line.text and PAGE_FOOT.fullmatch(line.folded):
            reading.cover((line.number,) * 2, "footer")
        elif _PAGE_MARK.match(line.text):
            yield replace(line, text=_PAGE_MARK.sub("", line.text))
        else:
            yield line


def cover_footer(reading: ExtractionContext, after: int) -> int:
    """Mark the footer below line `after` as read, and return the last line before it."""
    first = len(reading.document.lines)
    for line in reversed(reading.document.lines):
        if line.number <= after:
            break
        text = line.folded
        if _RULE.fullmatch(text) or _POSTAL.fullmatch(text):
            reading.cover((line.number, line.number), "footer")
            first = line.number - 1
    return first
