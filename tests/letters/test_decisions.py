"""What a table of decisions leaves out, or says in a word that is misspelt, is not known: never another decision."""

from collections.abc import Iterator

import pytest

from sg17kg import readers
from sg17kg.extraction.extractor import Extractor
from sg17kg.facts import Decision, Facts
from tests.letters.blocks import as_text
from tests.letters.composing import LANGUAGES, compose, facts_of, numbers

KINDS = ("approval", "deletion", "aap")
TABLES = [
    (kind, number, lang) for kind in KINDS for number in numbers(kind) if len(facts_of(kind, number)["decisions"]) > 1 for lang in LANGUAGES
]


def read(extractor: Extractor, lines: list[str]) -> Facts:
    return extractor.extract(readers.read_bytes("letter.txt", "\n".join(lines).encode()))


def cells(facts: Facts, lines: list[str]) -> Iterator[tuple[Decision, int]]:
    """Each decision, and the line of its table that holds its word: the last filled one but for a cell with a day."""
    for decision in facts.decisions:
        filled = [number for number in range(decision.lines[0], decision.lines[1] + 1) if lines[number - 1].strip()]
        word = [number for number in filled[2:] if not any(letter.isdigit() for letter in lines[number - 1])]
        yield decision, word[-1] - 1


def swapped(word: str) -> Iterator[str]:
    """The word with two neighbouring letters changed over, at every place where that makes another word."""
    for index in range(len(word) - 1):
        if word[index].isalpha() and word[index + 1].isalpha() and word[index] != word[index + 1]:
            yield word[:index] + word[index + 1] + word[index] + word[index + 2 :]


def decided(facts: Facts) -> dict[tuple[str | None, str | None], str | None]:
    return {(decision.number, decision.part): decision.decision for decision in facts.decisions}


@pytest.mark.parametrize(("kind", "number", "lang"), TABLES)
def test_a_cell_that_is_dropped_leaves_its_text_undecided(kind: str, number: int, lang: str, extractor: Extractor) -> None:
    lines = as_text(compose(kind, number, lang)).split("\n")
    good = read(extractor, lines)
    for decision, place in cells(good, lines):
        facts = read(extractor, [*lines[:place], "", *lines[place + 1 :]])
        assert decided(facts) == decided(good) | {(decision.number, decision.part): None}, lines[place]
        assert "decision-missing" in {finding.code for finding in facts.findings}


@pytest.mark.parametrize(("kind", "number", "lang"), TABLES)
def test_a_misspelt_decision_is_the_same_or_none(kind: str, number: int, lang: str, extractor: Extractor) -> None:
    lines = as_text(compose(kind, number, lang)).split("\n")
    good = read(extractor, lines)
    for decision, place in cells(good, lines):
        for word in swapped(lines[place]):
            facts = read(extractor, [*lines[:place], word, *lines[place + 1 :]])
            found = decided(facts).get((decision.number, decision.part))
            assert found in (decision.decision, None), word
            assert found or "decision-missing" in {finding.code for finding in facts.findings}, word
