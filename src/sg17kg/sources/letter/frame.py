"""The parts of a circular as they were read, before they are one record."""

from dataclasses import dataclass

from sg17kg.sources.document import Line
from sg17kg.sources.letter.body import Body
from sg17kg.sources.letter.form import Form
from sg17kg.sources.letter.header import Header


@dataclass(frozen=True)
class Frame:
    """Header, letter, lines of Annex 1 (of letters that open no consultation: of all annexes) and form.

    `number` is the circular's own; None for a collective letter.
    """

    header: Header
    body: Body
    annex_lines: tuple[Line, ...]
    form: Form
    number: int | None
