"""One line of a good letter dropped, doubled, swapped or misspelt: facts change only where they must, and nothing is lost in silence.

Without SG17KG_ALL_MUTATIONS, one letter of each kind and language is tried, beside the circulars.
"""

import os
import random
from pathlib import Path

import pytest

from sg17kg import assets
from sg17kg.extraction.extractor import Extractor
from tests import FIXTURES, ROOT
from tests.letters.composing import LANGUAGES, as_text, compose, numbers
from tests.sources.mutating import Judge, Mutation, leaves, misspelt, mutations

ALL = bool(os.environ.get("SG17KG_ALL_MUTATIONS"))
KINDS = ("tap-consultation", "question-consultation")


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.load(assets.language_packs(), ROOT / "data" / "curated")


def chosen(kind: str, place: int) -> list[int]:
    """The letters of a kind that are tried in the language at that place: each language has another one."""
    known = numbers(kind)
    return known if ALL else [known[place % len(known)]]


LETTERS = [(kind, number, lang) for kind in KINDS for place, lang in enumerate(LANGUAGES) for number in chosen(kind, place)]


def lost(judge: Judge, seed: str) -> list[str]:
    lines = judge.source.split("\n")
    tried = mutations(judge.source, seed)
    return [f"{loss} | {lines[loss.mutation.line - 1].strip()}" for mutation in tried if (loss := judge.loss(mutation))]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "number", "lang"), LETTERS)
def test_a_mutation_of_a_letter_changes_what_its_line_states_or_is_told(kind: str, number: int, lang: str, extractor: Extractor) -> None:
    judge = Judge(extractor, "letter", as_text(compose(kind, number, lang)))
    assert lost(judge, f"{kind} {number} {lang}") == []


@pytest.mark.parametrize(
    "name", ["01-single-draft", *(pytest.param(name, marks=pytest.mark.slow) for name in ("08-question-new", "11-study-group-13"))]
)
def test_a_mutation_of_an_invented_circular_changes_what_its_line_states_or_is_told(name: str, extractor: Extractor) -> None:
    assert lost(Judge(extractor, name, (FIXTURES / f"{name}.txt").read_text("utf-8")), name) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_a_mutation_of_a_real_circular_changes_what_its_line_states_or_is_told(name: str, seeds: Path, extractor: Extractor) -> None:
    (path,) = seeds.glob(f"{name}_*.txt")
    assert lost(Judge(extractor, name, path.read_text("utf-8")), name) == []


def test_each_line_is_dropped_doubled_swapped_and_misspelt() -> None:
    made = {(mutation.name, mutation.line): mutation.text for mutation in mutations("first\n\nsecond\n12", "seed")}
    assert {key: text for key, text in made.items() if key[0] != "misspell"} == {
        ("drop", 1): "\nsecond\n12",
        ("drop", 3): "first\n\n12",
        ("drop", 4): "first\n\nsecond",
        ("double", 1): "first\nfirst\n\nsecond\n12",
        ("double", 3): "first\n\nsecond\nsecond\n12",
        ("double", 4): "first\n\nsecond\n12\n12",
        ("swap", 1): "second\n\nfirst\n12",
        ("swap", 3): "first\n\n12\nsecond",
    }
    assert sorted(key for key in made if key[0] == "misspell") == [("misspell", 1), ("misspell", 3)]


@pytest.mark.parametrize("seed", range(20))
def test_one_letter_is_misspelt(seed: int) -> None:
    line = "1. Согласовать terms (2026)"
    wrong = misspelt(line, random.Random(seed))
    assert sum(one != other for one, other in zip(line, wrong, strict=True)) == 1
    assert "2026" in wrong


def _judge(extractor: Extractor) -> tuple[Judge, list[str]]:
    source = as_text(compose("tap-consultation", 1, "en"))
    return Judge(extractor, "letter", source), source.split("\n")


def test_a_value_that_goes_with_another_line_is_a_loss(extractor: Extractor) -> None:
    judge, lines = _judge(extractor)
    first, last = judge.good.evidence["/contact/email"]
    silent = "\n".join(line.replace("tsbsg17@itu.int", "tsbsg71@itu.int") for line in lines)
    loss = judge.loss(Mutation("misspell", 2, (2,), silent))
    assert loss is not None
    assert loss.changed == ("/contact/email",)
    assert judge.loss(Mutation("misspell", first, (first,), silent)) is None
    assert first == last


def test_leaves_are_what_is_stated_and_not_where() -> None:
    assert leaves({"a": [1, {"lines": [1, 2], "b": None}], "unread": [3], "document": {"lines": 9, "kind": "x"}}) == {
        "/a/0": 1,
        "/document/kind": "x",
    }
