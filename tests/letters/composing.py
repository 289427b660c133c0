"""Letters composed from facts: `compose` makes one, `as_text` and `as_docx` write it, `expected` says what must be read.

The facts are tests/fixtures/letters/KIND/NN.yaml, the words tests/fixtures/letters/wording/LANG.yaml and prose/LANG.yaml.
Words follow what TSB is known to print, not what an extractor happens to read: the letters are its judge.
"""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from functools import cache
from types import ModuleType
from typing import Any

import yaml

from tests.letters import consultations, decisions, notices, questions
from tests.letters.blocks import Letter, as_text
from tests.letters.word_files import as_docx
from tests.letters.wording import LETTERS, Facts, Wording

__all__ = ["KINDS", "LANGUAGES", "Letter", "as_docx", "as_text", "compose", "every_letter", "expected", "facts_of", "numbers"]

LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")
_MAKERS: dict[str, ModuleType] = {
    "tap-consultation": consultations,
    "question-consultation": questions,
    "approval": decisions,
    "deletion": decisions,
    "corrigendum": notices,
    "collective-letter": notices,
    "aap": decisions,
    "other": notices,
}
KINDS = tuple(_MAKERS)


def numbers(kind: str) -> list[int]:
    """Numbers of the letters of a kind."""
    return sorted(int(path.stem) for path in (LETTERS / kind).glob("*.yaml"))


def every_letter() -> Iterator[tuple[str, int, str]]:
    """Kind, number and language of every letter."""
    for kind in KINDS:
        for number in numbers(kind):
            for lang in LANGUAGES:
                yield kind, number, lang


@cache
def facts_of(kind: str, number: int) -> Facts:
    """The facts of a letter, dates as ISO strings."""
    facts = _plain(yaml.safe_load((LETTERS / kind / f"{number:02}.yaml").read_text("utf-8")))
    assert isinstance(facts, dict)
    return facts | {"kind": kind}


def compose(kind: str, number: int, lang: str) -> Letter:
    """The letter of a kind and number in a language."""
    blocks = _MAKERS[kind].blocks(Wording(lang, number), facts_of(kind, number))
    return Letter(kind, number, lang, tuple(blocks), legacy_boxes=number % 2 == 1)


def expected(kind: str, number: int, lang: str) -> dict[str, Any]:
    """The parts of the facts JSON that must be read from the letter: no line numbers, hash, findings or evidence."""
    facts: dict[str, Any] = _MAKERS[kind].expected(Wording(lang, number), facts_of(kind, number))
    return {"document": {"kind": kind, "language": lang}} | deepcopy(facts)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
