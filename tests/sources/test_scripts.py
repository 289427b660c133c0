"""writing_systems.yaml: keys are closed, pairs are whole, and a mistake is named."""

import unicodedata
from pathlib import Path

import pytest
import yaml

from sg17kg.errors import AssetError
from sg17kg.readers import writing_systems

WRITTEN = yaml.safe_load(writing_systems.FILE.read_text("utf-8"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"surplus": 1}, "surplus"),
        ({"chinese": {"digits": "01", "ten": "x"}}, "chinese.digits"),
        ({"lookalikes": {"latin": "AB", "cyrillic": "A"}}, "2 letters in latin, 1 in cyrillic"),
        ({"broken_fields": ["("]}, "unterminated"),
        ({"page_numbers": []}, "page_numbers"),
    ],
)
def test_a_wrong_key_is_refused_by_name(change: dict[str, object], message: str, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(yaml.safe_dump(WRITTEN | change, allow_unicode=True), "utf-8")
    with pytest.raises(AssetError, match=message) as error:
        writing_systems.load(path)
    assert "other.yaml" in str(error.value)


def test_what_is_no_yaml_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text("a: [", "utf-8")
    with pytest.raises(AssetError, match=r"other\.yaml"):
        writing_systems.load(path)


@pytest.mark.parametrize(("name", "script"), [("russian", "CYRILLIC SMALL"), ("arabic", "ARABIC LETTER"), ("abjad", "ARABIC LETTER")])
def test_an_alphabet_holds_letters_of_its_script_each_once(name: str, script: str) -> None:
    alphabet = getattr(writing_systems.load().alphabets, name)
    assert all(unicodedata.name(letter).startswith(script) for letter in alphabet)
    assert len(set(alphabet)) == len(alphabet)


def test_both_arabic_orders_hold_the_same_letters() -> None:
    alphabets = writing_systems.load().alphabets
    assert sorted(alphabets.arabic) == sorted(alphabets.abjad)


def test_pairs_of_one_look_are_latin_and_cyrillic() -> None:
    for latin, cyrillic in writing_systems.load().cyrillic_for_latin.items():
        assert unicodedata.name(chr(latin)).startswith("LATIN")
        assert unicodedata.name(chr(cyrillic)).startswith("CYRILLIC")


@pytest.mark.parametrize(
    "text", ["Error! Bookmark not defined.", "ошибка! Закладка не определена.", "错误！未找到引用源。", "Erreur ! Signet non défini."]
)
def test_what_a_word_processor_prints_for_a_lost_reference_is_known(text: str) -> None:
    assert writing_systems.load().broken_field.fullmatch(text)


@pytest.mark.parametrize(
    ("text", "is_number"), [("- 12 -", True), ("第3页", True), ("Page 2 of 7", True), ("12 May", False), ("1234", False)]
)
def test_numbers_of_pages(text: str, is_number: bool) -> None:
    assert bool(writing_systems.load().page_number.fullmatch(text)) is is_number
