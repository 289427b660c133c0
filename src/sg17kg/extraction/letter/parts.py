"""Parts of a circular as read, before they are combined into one record."""

from dataclasses import dataclass

from sg17kg.extraction.letter.body import Body
from sg17kg.extraction.letter.header import Header
from sg17kg.extraction.letter.reply_form import Form
from sg17kg.readers.document import Line


@dataclass(frozen=True)
class LetterParts:
    """Header, letter, lines of Annex 1 (of all annexes if the letter opens no consultation) and form.

    `number` is the circular's own; None for a collective letter.
    """

    header: Header
    body: Body
    annex_lines: tuple[Line, ...]
    form: Form
    number: int | None
