"""Languages are data: examples of each pack hold, keys are closed, and code knows no language."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from sg17kg import assets
from sg17kg.errors import AssetError
from sg17kg.extraction import language
from sg17kg.readers.document import Document, Line, fold
from tests import ROOT

PACKS = language.load_all(assets.language_packs())
EXAMPLES = [(pack, name, example) for pack in PACKS for name, slot in pack.slots.items() for example in slot.examples]
REJECTS = [(pack, name, text) for pack in PACKS for name, slot in pack.slots.items() for text in slot.rejects]


@pytest.mark.parametrize(("pack", "slot", "example"), EXAMPLES, ids=[f"{pack.language}-{name}" for pack, name, _ in EXAMPLES])
def test_examples_of_a_pack_are_matched(pack: language.LanguagePack, slot: str, example: language.Example) -> None:
    match = pack.search(slot, fold(example.text.strip()))
    assert match
    assert {name: match[name] for name in example.gives} == example.gives


@pytest.mark.parametrize(("pack", "slot", "text"), REJECTS)
def test_texts_that_a_slot_must_not_match(pack: language.LanguagePack, slot: str, text: str) -> None:
    assert pack.search(slot, fold(text.strip())) is None


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.language)
def test_every_slot_has_an_example(pack: language.LanguagePack) -> None:
    assert [name for name, slot in pack.slots.items() if not slot.examples] == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"surplus": 1}, "surplus"),
        ({"slots": {}}, "missing"),
        ({"months": {"a": "b"}}, "months"),
    ],
)
def test_a_pack_with_other_keys_is_refused_by_name(change: dict[str, object], message: str, tmp_path: Path) -> None:
    content = yaml.safe_load((assets.language_packs() / "zh.yaml").read_text("utf-8"))
    path = tmp_path / "xx.yaml"
    path.write_text(yaml.safe_dump(content | change, allow_unicode=True), "utf-8")
    with pytest.raises(AssetError, match=message) as error:
        language.load(path)
    assert "xx.yaml" in str(error.value)


def test_a_pattern_that_does_not_compile_is_refused_by_name(tmp_path: Path) -> None:
    content = yaml.safe_load((assets.language_packs() / "zh.yaml").read_text("utf-8"))
    content["slots"]["utc"]["patterns"] = ["("]
    path = tmp_path / "xx.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    with pytest.raises(AssetError, match=r"xx\.yaml"):
        language.load(path)


def strings_of_code(path: Path) -> list[str]:
    """String constants of a module that are no docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [str(node.value) for node in constants if id(node) not in docstrings]


def test_code_knows_no_language() -> None:
    words = {
        f"{path.relative_to(ROOT)}: {text}"
        for path in (ROOT / "src").rglob("*.py")
        for text in strings_of_code(path)
        if re.search(r"[\u3400-\u9fff\u0400-\u04ff\u0600-\u06ff]", text)
    }
    assert words == set()


def test_no_rule_names_a_document_a_circular_or_a_recommendation() -> None:
    named = {
        f"{path.relative_to(ROOT)}: {text}"
        for name in ("readers", "extraction", "reference_data")
        for path in (ROOT / "src" / "sg17kg" / name).rglob("*.py")
        for text in strings_of_code(path)
        if re.search(r"\b[A-Z]\.\d{3,4}\b|\b(?:101|104|142|268)\b", text)
    }
    assert named == set()


def lines_of(*texts: str, language: str = "") -> Document:
    return Document("x", "", tuple(Line(number, text) for number, text in enumerate(texts, start=1)), language=language)


def test_the_language_that_most_anchors_speak_for_is_chosen() -> None:
    choice = language.choose(lines_of("Circulaire TSB 37", "Objet: Recommandation", "Commission d'études 13"), PACKS)
    assert choice
    assert (choice.pack.language, choice.tied) == ("fr", ())


def test_a_document_that_says_its_language_is_read_in_it() -> None:
    texts = ("Circulaire TSB 37, Commission d'études 13, Recommandation", "TSB Circular 37, Study Group 13")
    said = language.choose(lines_of(*texts, language="en"), PACKS)
    guessed = language.choose(lines_of(*texts), PACKS)
    assert said
    assert guessed
    assert (said.pack.language, guessed.pack.language) == ("en", "fr")


def test_a_language_that_the_document_says_but_does_not_speak_is_passed_over() -> None:
    choice = language.choose(lines_of("Circulaire TSB 37", "Commission d'études 13", language="zh"), PACKS)
    assert choice
    assert choice.pack.language == "fr"


def test_languages_that_fit_just_as_well_are_told() -> None:
    english = next(pack for pack in PACKS if pack.language == "en")
    twin = english.model_copy(update={"language": "xx"})
    choice = language.choose(lines_of("TSB Circular 37", "Study Group 13"), (english, twin))
    assert choice
    assert choice.tied == ("xx",)


def test_a_text_without_anchors_is_in_no_language() -> None:
    assert language.choose(lines_of("lorem ipsum"), PACKS) is None
