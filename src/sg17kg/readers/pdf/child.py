"""Child process that reads one PDF: bytes on standard input, lines as JSON on standard output.

The answer is {"lines": [[text, place, [footnote…]]…]} or {"refused": [reason, figure]}, with the reasons of reader.py. Scripts, forms
and attachments of the PDF are never run or opened.
"""

import json
import sys
from typing import Any

from sg17kg.readers.lines import LARGEST_FILE
from sg17kg.readers.pdf.characters import MOST_CHARACTERS, Refused, pages
from sg17kg.readers.pdf.paragraphs import pieces

MEMORY = 2**30
SECONDS = 20


def answer(content: bytes) -> dict[str, Any]:
    """Return the answer for the bytes of a PDF."""
    try:
        return {"lines": [list(piece) for piece in _named(pieces(pages(content)))]}
    except Refused as error:
        return {"refused": [error.reason, error.figure]}
    except MemoryError:
        return {"refused": ["memory", 0]}


def _named(found: list[Any]) -> list[tuple[str, str, tuple[str, ...]]]:
    if sum(len(piece.text) for piece in found) > MOST_CHARACTERS * 2:
        raise Refused("characters", MOST_CHARACTERS)
    return [(piece.text, piece.place, piece.footnotes) for piece in found]


def main() -> None:
    """Read standard input up to the size limit and write the answer."""
    _bound()
    content = sys.stdin.buffer.read(LARGEST_FILE + 1)
    json.dump(answer(content), sys.stdout)


def _bound() -> None:
    """Limit memory and processor time where the system supports it; elsewhere only the timeout of the parent process applies."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    for kind, soft, hard in (
        (resource.RLIMIT_AS, MEMORY, MEMORY),
        (resource.RLIMIT_CPU, SECONDS, SECONDS + 1),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, given = resource.getrlimit(kind)  # the machine may allow less
        most = hard if given == resource.RLIM_INFINITY else min(hard, given)
        resource.setrlimit(kind, (min(soft, most), most))


if __name__ == "__main__":
    main()
