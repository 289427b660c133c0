"""Phrases of the reply form in the six languages of ITU (words/*.yaml), each with its degree of certainty."""

import string
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from sg17kg.errors import AssetError, BadParameter

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
_MODEL = "en"
_FOLDER = resources.files("sg17kg.replies") / "words"


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Phrase(_Closed):
    """A phrase with its blanks; `seen` was read in a text of ITU in that language, `memory` in none."""

    text: str
    confidence: Literal["seen", "memory"]


class Vocabulary(_Closed):
    """The words of one language: those of the form, and notes of this project."""

    form: dict[str, Phrase]
    notes: dict[str, str]


@dataclass
class Words:
    """The words of one language in use; `unconfirmed` holds the phrases used so far that no text of ITU confirms."""

    language: str
    vocabulary: Vocabulary
    unconfirmed: set[str] = field(default_factory=set)

    def form(self, key: str, **blanks: object) -> str:
        """Return a phrase of the form, filled in."""
        phrase = self.vocabulary.form[key]
        if phrase.confidence == "memory":
            self.unconfirmed.add(key)
        return phrase.text.format(**blanks)

    def note(self, key: str, **blanks: object) -> str:
        """Return a note of this project, filled in."""
        return self.vocabulary.notes[key].format(**blanks)


def words_in(language: str) -> Words:
    """Return the words of a language, with none used yet. Raises BadParameter for a language that the form does not have."""
    if language not in LANGUAGES:
        raise BadParameter(f"no reply form in {language[:20]!r}; there are: {', '.join(LANGUAGES)}")
    return Words(language, vocabulary(language))


@cache
def vocabulary(language: str) -> Vocabulary:
    """Return the words of a language. Raises AssetError if the keys or blanks differ from those of the English words."""
    found = read_vocabulary(f"words/{language}.yaml", (_FOLDER / f"{language}.yaml").read_text("utf-8"))
    if language != _MODEL:
        check_against(f"words/{language}.yaml", found, vocabulary(_MODEL))
    return found


def read_vocabulary(name: str, text: str) -> Vocabulary:
    """Return the words in a file. Raises AssetError if the file is not valid."""
    try:
        return Vocabulary.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise AssetError(f"{name}: no YAML ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise AssetError(f"{name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def check_against(name: str, found: Vocabulary, model: Vocabulary) -> None:
    """Raise AssetError for a phrase that is missing or unknown, or whose blanks differ from those of the model."""
    texts = {key: phrase.text for key, phrase in found.form.items()} | found.notes
    wanted = {key: phrase.text for key, phrase in model.form.items()} | model.notes
    if odd := sorted(texts.keys() ^ wanted.keys()):
        raise AssetError(f"{name}: {odd[0]!r} is missing here or unknown in English; all languages have the same phrases")
    for key, text in texts.items():
        if blanks_of(text) != blanks_of(wanted[key]):
            raise AssetError(f"{name}: {key}: its blanks are not those of the English phrase")


def blanks_of(text: str) -> list[str]:
    """Return the names of the blanks of a phrase, sorted."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)
