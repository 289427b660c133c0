"""The words of the form: whole in six languages, with how sure each is."""

import pytest

from sg17kg.errors import AssetError, BadParameter
from sg17kg.replies.phrases import LANGUAGES, blanks_of, check_against, read_vocabulary, vocabulary, words_in


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_phrase_with_its_blanks(language: str) -> None:
    found, model = vocabulary(language), vocabulary("en")
    assert {key: blanks_of(phrase.text) for key, phrase in found.form.items()} == {
        key: blanks_of(phrase.text) for key, phrase in model.form.items()
    }
    assert found.notes.keys() == model.notes.keys()


def test_chinese_alone_was_seen_in_circulars() -> None:
    seen = {language: sum(phrase.confidence == "seen" for phrase in vocabulary(language).form.values()) for language in LANGUAGES}
    assert max(seen, key=seen.__getitem__) == "zh"
    assert vocabulary("ar").form["authorizes"].confidence == "memory"


def test_a_phrase_from_memory_is_noted_once_it_is_used() -> None:
    words = words_in("zh")
    words.form("fax")
    assert words.unconfirmed == set()
    words.form("deadline")
    assert words.unconfirmed == {"deadline"}


def test_another_language_is_refused() -> None:
    with pytest.raises(BadParameter, match="no reply form in 'de'; there are: ar, en, es, fr, ru, zh"):
        words_in("de")


ONE = "form: {a: {text: 'x {n}', confidence: seen}}\nnotes: {}\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("form: {a: {text: x, confidence: seen}}\nnotes: {}\n", "a: its blanks"),
        ("form: {}\nnotes: {}\n", "'a' is missing"),
        ("form: {a: {text: 'x {n}', confidence: seen}}\nnotes: {b: y}\n", "'b' is missing here or unknown"),
    ],
)
def test_a_file_that_differs_from_english_is_an_error(text: str, complaint: str) -> None:
    with pytest.raises(AssetError, match=complaint):
        check_against("words/xx.yaml", read_vocabulary("words/xx.yaml", text), read_vocabulary("en", ONE))


@pytest.mark.parametrize("text", ["form: [", "form: {a: {text: x, confidence: sure}}\nnotes: {}\n", "other: {}\n"])
def test_a_broken_file_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(AssetError, match=r"words/xx\.yaml"):
        read_vocabulary("words/xx.yaml", text)
