"""How catalogues and bulletins print the name of a text: "G.8013/Y.1731 (2011) Amd 1", "X.1352 (2022) Amd. 1"."""

import re
from dataclasses import dataclass

from sg17kg.identifiers import halves_of

_PART = re.compile(r"(?P<base>.+?)(?: \((?P<of>\d{4})\))?(?P<parts>(?:,? ?/?(?:Amd|Cor|Err|Add|Technical Cor)\.? ?\d+)+)")
_PART_OF_EDITION = re.compile(r"(?P<base>.+?) \((?P<of>\d{4})\)(?P<rest> .+)?")
_WORD = re.compile(r"(Amd|Cor|Err|Add)\.? ?(?=\d)")


@dataclass(frozen=True)
class TextName:
    """The number of a text, the other halves of a dual number, and what part of which edition it is, if it is a part."""

    number: str
    also: tuple[str, ...]
    of_edition: str | None
    part: str | None


def parse_text_name(text: str) -> TextName:
    """The parts of a printed name: "X.1352 (2022) Amd. 1" gives number X.1352, of_edition 2022, part Amd.1."""
    base, of_edition, part = _parts(text)
    numbers = halves_of(base)
    return TextName(numbers[0], numbers[1:], of_edition, part)


def _parts(text: str) -> tuple[str, str | None, str | None]:
    if match := _PART.fullmatch(text):
        return match["base"], match["of"], _WORD.sub(r"\1.", match["parts"].replace(",", "").strip())
    if match := _PART_OF_EDITION.fullmatch(text):
        return match["base"] + (match["rest"] or ""), match["of"], None
    return text, None, None
