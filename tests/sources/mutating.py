"""One line of a good letter dropped, doubled, swapped with the next or misspelt; and whether the facts tell.

A mutation may change nothing, change what the line states, or raise a finding (an unread line is one, a refusal another).
Whatever else it changes was lost in silence.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sg17kg import facts_json
from sg17kg.errors import NotACircular
from sg17kg.extraction.extractor import Extractor
from sg17kg.facts import Facts
from sg17kg.readers import text

_WORD = re.compile(r"[^\W\d_]{4,}")
_MARK = re.compile(r"\[(?:bookmark|image|footnoteRef):[^\]]*\]")  # of the conversion, not of the letter
_COLONS = (":", "：")
_NUMBER = re.compile(r"\d+")
_ENTRY = re.compile(r"(?P<list>.*)/(?P<index>\d+)$")
_PLACES = ("lines", "evidence", "places", "findings", "unread", "sha256", "row_items")
# what follows from a value, and is not stated on its own
_FOLLOWS = {
    "/circular/date": ("/circular/study_period",),
    "/circular/subject": ("/document/kind", "/meeting"),
    "/document/kind": ("/document/kind",),
}


@dataclass(frozen=True)
class Mutation:
    """A mutation of one line (from 1): its name, the text that comes of it, and the lines that it touches."""

    name: str
    line: int
    lines: tuple[int, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.name} line {self.line}"


@dataclass(frozen=True)
class Loss:
    """A mutation after which facts differ that its lines do not state, and nothing is said about it."""

    mutation: Mutation
    changed: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.mutation}: {', '.join(self.changed)}"


def mutations(source: str, seed: str) -> Iterator[Mutation]:
    """All mutations of a text; what is misspelt, and how, follows from the seed and the line."""
    lines = source.split("\n")
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for index, following in zip(filled, [*filled[1:], None], strict=True):
        line, number = lines[index], index + 1
        before, after = lines[:index], lines[index + 1 :]
        yield Mutation("drop", number, (number,), "\n".join([*before, *after]))
        yield Mutation("double", number, (number,), "\n".join([*before, line, line, *after]))
        if following is not None:
            swapped = [*before, lines[following], *lines[index + 1 : following], line, *lines[following + 1 :]]
            yield Mutation("swap", number, (number, following + 1), "\n".join(swapped))
        if (wrong := misspelt(line, random.Random(f"{seed} {number}"))) != line:
            yield Mutation("misspell", number, (number,), "\n".join([*before, wrong, *after]))


def misspelt(line: str, chance: random.Random) -> str:
    """The line with one letter of one word taken for another letter of the line; the same where it has no word."""
    words = list(_WORD.finditer(_MARK.sub(lambda mark: " " * len(mark[0]), line)))
    if not words:
        return line
    word = chance.choice(words)
    at = chance.randrange(word.start() + 1, word.end())
    others = sorted({letter for letter in "".join(found[0] for found in words) if letter != line[at]}) or ["x"]
    return line[:at] + chance.choice(others) + line[at + 1 :]


class Judge:
    """Compares mutations with the good letter, whose facts are read once."""

    def __init__(self, extractor: Extractor, name: str, source: str) -> None:
        self._extractor, self._name = extractor, name
        self.source = source
        self.good = self._facts(source)
        self._leaves = leaves(facts_json.to_object(self.good))
        self._said = said(self.good, source)
        self._stated = stated(self.good)

    def loss(self, mutation: Mutation) -> Loss | None:
        """What a mutation takes away in silence, if it does."""
        try:
            facts = self._facts(mutation.text)
        except NotACircular:
            return None
        now = leaves(facts_json.to_object(facts))
        changed = {path for path in self._leaves.keys() | now.keys() if self._leaves.get(path) != now.get(path)}
        if not changed or said(facts, mutation.text) - self._said:
            return None
        allowed = {prefix for line in self._touched(mutation) for prefix in self._concerned(line)}
        silent = sorted(path for path in changed if not any(_within(path, prefix) for prefix in allowed))
        return Loss(mutation, tuple(silent)) if silent else None

    def _touched(self, mutation: Mutation) -> tuple[int, ...]:
        """The lines of a mutation; two that change places meet other neighbours."""
        filled = [number for number, line in enumerate(self.source.split("\n"), start=1) if line.strip()]
        if mutation.name != "swap":
            return mutation.lines
        first, last = (filled.index(number) for number in mutation.lines)
        return tuple(filled[max(0, first - 1) : last + 2])

    def _concerned(self, line: int) -> set[str]:
        """What a line states; one that states nothing is the label of the next, and in a stack of labels that of the value in its row."""
        if found := self._stated.get(line) or self._stated.get(line + 1):
            return found
        lines = self.source.split("\n")
        first = last = line
        while first > 1 and lines[first - 2].rstrip().endswith(_COLONS):
            first -= 1
        while last < len(lines) and lines[last].rstrip().endswith(_COLONS):
            last += 1
        stacked = lines[line - 1].rstrip().endswith(_COLONS)
        return self._stated.get(last + 1 + line - first, set()) if stacked else set()

    def _facts(self, source: str) -> Facts:
        return self._extractor.extract(text.read(self._name, source.encode()))


def _within(path: str, prefix: str) -> bool:
    """Whether a pointer is the other or lies below it; what follows an entry of a list may move up or down with it."""
    if path == prefix or path.startswith(f"{prefix}/"):
        return True
    entries = _ENTRY.match(prefix)
    following = entries and re.match(rf"{re.escape(entries['list'])}/(\d+)(/|$)", path)
    return bool(entries and following and int(following[1]) > int(entries["index"]))


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """JSON pointer → value of all that is stated, without where it stands; what is null is not there."""
    if isinstance(value, Mapping):
        inner = ((f"{path}/{key}", entry) for key, entry in value.items() if key not in _PLACES and f"{path}/{key}" != "/document/lines")
    elif isinstance(value, list):
        inner = ((f"{path}/{index}", entry) for index, entry in enumerate(value))
    else:
        return {} if value is None else {path: value}
    return {pointer: leaf for key, entry in inner for pointer, leaf in leaves(entry, key).items()}


def said(facts: Facts, source: str) -> Counter[tuple[str, str]]:
    """Findings and unread lines, without the numbers of lines, which a mutation moves."""
    lines = source.split("\n")
    found = Counter((finding.code, _NUMBER.sub("0", finding.message)) for finding in facts.findings if finding.code != "unread-line")
    return found + Counter(("unread-line", lines[number - 1].strip()) for number in facts.unread)


def stated(facts: Facts) -> dict[int, set[str]]:
    """Line → pointers of what it states: by the evidence, and by the lines that drafts, Questions and decisions name."""
    places: dict[int, set[str]] = {}
    for pointer, lines in facts.evidence.items():
        for follows in (pointer, *_FOLLOWS.get(pointer, ())):
            _note(places, lines, follows)
    for pointer, lines in _named_lines(facts_json.to_object(facts)):
        _note(places, lines, pointer)
    for index, draft in enumerate(facts.drafts):
        for part in ("references", "document", "abstract"):
            if draft.lines.abstract:
                _note(places, draft.lines.abstract, f"/drafts/{index}/{part}")
    return places


def _note(places: dict[int, set[str]], lines: tuple[int, int], pointer: str) -> None:
    for number in range(lines[0], lines[1] + 1):
        places.setdefault(number, set()).add(pointer)


def _named_lines(value: Any, path: str = "") -> Iterator[tuple[str, tuple[int, int]]]:
    """Pointer and lines of everything that has `lines` of its own."""
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _named_lines(entry, f"{path}/{index}")
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            if key == "lines" and isinstance(entry, list):
                yield path, (entry[0], entry[1])
            elif key == "lines" and isinstance(entry, Mapping):
                yield from ((path if part == "heading" else f"{path}/{part}", (at[0], at[1])) for part, at in entry.items() if at)
            elif key not in _PLACES:
                yield from _named_lines(entry, f"{path}/{key}")
