"""Read the lists of approved texts in the ITU Operational Bulletin, from JSON of its issues.

A list gives the issue that printed it and its date, the source of the approval (an announcement of the alternative approval
process, "AAP-33", or a TSB Circular under the traditional one), and the edition of each text.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sg17kg.errors import BadIdentifier, UnreadableFile
from sg17kg.facts import ApprovalFacts, Unread
from sg17kg.text_numbers import TextName, parse_text

_LARGEST = 64 * 1024 * 1024
_EDITION = re.compile(r"(?:0[1-9]|1[0-2])/(?:19|20)\d{2}")
_ANNOUNCEMENT = re.compile(r"AAP-(\d+)")
_CIRCULAR = re.compile(r"(?:TSB Circular |CIR-)(\d+)")


def read(path: Path) -> Iterator[ApprovalFacts | Unread]:
    """Yield the approvals in a file of lists; an entry that cannot be read is yielded as Unread.

    Raises UnreadableFile if the file is not a JSON list of such lists.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise UnreadableFile(f"{path}: larger than {_LARGEST // 1024 // 1024} MiB; split it")
        lists = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableFile(f"{path}: cannot be read as JSON ({error}); name a file of approval lists") from error
    if not isinstance(lists, list):
        raise UnreadableFile(f"{path}: no list of approval lists; each has bulletin, date, by, procedure, approved")
    for position, entry in enumerate(lists):
        yield from _list(entry, position)


def _list(entry: Any, position: int) -> Iterator[ApprovalFacts | Unread]:
    try:
        issue, day, announced = int(entry["bulletin"]), str(entry["date"]), str(entry["by"])
        under, approved = str(entry["procedure"]), dict(entry["approved"])
    except (KeyError, TypeError, ValueError) as error:
        yield Unread(f"list {position + 1}", f"{type(error).__name__}: {error}")
        return
    announcement, circular = _ANNOUNCEMENT.search(announced), _CIRCULAR.search(announced)
    for printed, edition in approved.items():
        text = _text(printed)
        if text is None or not isinstance(edition, str) or not _EDITION.fullmatch(edition):
            yield Unread(f"bulletin {issue}, {announced}", f"{printed!r}: {edition!r} is no text with an edition MM/YYYY")
            continue
        yield ApprovalFacts(
            number=text.number,
            also=text.also,
            part=text.part,
            of_edition=text.of_edition,
            edition=edition,
            bulletin=issue,
            date=day,
            announcement=f"AAP-{announcement[1]}" if announcement else None,
            circular=int(circular[1]) if circular else None,
            procedure="AAP" if "A.8" in under else "TAP" if "Resolution 1" in under else None,
        )


def _text(printed: str) -> TextName | None:
    try:
        return parse_text(printed)
    except BadIdentifier:
        return None
