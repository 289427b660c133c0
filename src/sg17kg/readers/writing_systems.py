"""Characters and phrases of scripts that readers need in every language (writing_systems.yaml)."""

import re
from functools import cache, cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sg17kg.errors import AssetError

FILE = Path(__file__).with_name("writing_systems.yaml")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Alphabets(_Part):
    """Letters that number paragraphs, each alphabet in its order."""

    russian: str = Field(min_length=2)
    arabic: str = Field(min_length=2)
    abjad: str = Field(min_length=2)


class Chinese(_Part):
    """The ten digits from 0, and the sign for ten."""

    digits: str = Field(min_length=10, max_length=10)
    ten: str = Field(min_length=1, max_length=1)


class Lookalikes(_Part):
    """Letters of the same look, at the same place in both."""

    latin: str
    cyrillic: str

    @model_validator(mode="after")
    def _pairs(self) -> "Lookalikes":
        if len(self.latin) != len(self.cyrillic):
            raise ValueError(f"{len(self.latin)} letters in latin, {len(self.cyrillic)} in cyrillic; each needs its pair")
        return self


class Scripts(_Part):
    """The content of writing_systems.yaml, and patterns made of it."""

    alphabets: Alphabets
    chinese: Chinese
    lookalikes: Lookalikes
    broken_fields: tuple[str, ...] = Field(min_length=1)
    page_numbers: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _compiles(self) -> "Scripts":
        for pattern in (*self.broken_fields, *self.page_numbers):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern}: {error}") from error
        return self

    @cached_property
    def broken_field(self) -> re.Pattern[str]:
        """Pattern of the messages that word processors print for broken references, in any language."""
        return re.compile("|".join(self.broken_fields), re.IGNORECASE)

    @cached_property
    def page_number(self) -> re.Pattern[str]:
        """Pattern of a page number, with or without dashes around it."""
        return re.compile(rf"[-–— ]*(?:{'|'.join(self.page_numbers)})[-–— ]*")

    @cached_property
    def cyrillic_for_latin(self) -> dict[int, int]:
        """Table for `str.translate` from Latin letters to the Cyrillic letters that look the same."""
        return str.maketrans(self.lookalikes.latin, self.lookalikes.cyrillic)


@cache
def load(path: Path = FILE) -> Scripts:
    """Return the letters and phrases of a file. Raises AssetError, naming the key, if one is missing, unknown or invalid."""
    try:
        return Scripts.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise AssetError(f"{path.name}: no YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise AssetError(f"{path.name}: {where}: {first['msg']}; put the key right") from error
