"""What extractors must know beyond the document: places, bodies, study periods. People edit it, in data/curated/."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from sg17kg.errors import AssetError
from sg17kg.identifiers import StudyPeriod
from sg17kg.sources.document import fold, is_wide


@dataclass(frozen=True)
class Place:
    """A city or a country, or both where the text names both; English names, None where not named."""

    city: str | None
    country: str | None


@dataclass(frozen=True)
class Inflection:
    """How a language changes names in a sentence: what may stand glued before them, which ending falls off, which may come."""

    before: str = ""
    dropped: str = ""
    after: str = ""

    def pattern(self, name: str) -> str:
        """A pattern of the forms of a name; in scripts with blanks it is a word of its own."""
        if is_wide(name[0]):
            return re.escape(name)
        stem = re.sub(f"(?:{self.dropped})$", "", name) if self.dropped and len(name) > _SHORTEST_INFLECTED else name
        ending = f"(?:{self.after})?" if self.after else ""
        return rf"(?<!\w)(?:{self.before})?{re.escape(stem)}{ending}(?!\w)"


_SHORTEST_INFLECTED = 3


@dataclass(frozen=True)
class Gazetteer:
    """Names of cities and countries in one language, each with its English name."""

    cities: Mapping[str, str]
    countries: Mapping[str, str]
    inflection: Inflection = Inflection()

    def city(self, text: str) -> str | None:
        """The first city named in a text, also where its name is that of its country; None where none is known."""
        named = (self._names[match.lastindex or 0] for match in self._pattern.finditer(fold(text)))
        return next((self.cities[name] for name in named if name in self.cities), None)

    def find(self, text: str) -> Place | None:
        """The first city and the first country named in a text, or None where neither is known.

        Of names that begin at one place the longest is meant; a name of both is the country's, and the city's if it comes
        again.
        """
        city = country = None
        for match in self._pattern.finditer(fold(text)):
            name = self._names[match.lastindex or 0]
            if name in self.countries and not (name in self.cities and country):
                country = country or self.countries[name]
            else:
                city = city or self.cities[name]
        return Place(city, country) if city or country else None

    @cached_property
    def _names(self) -> list[str]:
        """Names, longest first; the first entry stands for no group."""
        return ["", *sorted({*self.cities, *self.countries}, key=lambda name: (-len(name), name))]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(f"({self.inflection.pattern(fold(name))})" for name in self._names[1:]))


@dataclass(frozen=True)
class BodyNames:
    """Bodies by what a document may print: acronyms and names, each with the name that facts use."""

    by_name: Mapping[str, str]
    by_acronym: Mapping[str, str]


@dataclass(frozen=True)
class Reference:
    """All of it, for one language."""

    periods: tuple[StudyPeriod, ...]
    places: Gazetteer
    bodies: BodyNames


def load(folder: Path, language: str, inflection: Inflection) -> Reference:
    """The curated data of a folder with the names of one language, and the English ones. Raises AssetError where a file does not fit."""
    try:
        places = _yaml(folder / "places.yaml")
        bodies = _yaml(folder / "bodies.yaml")
        periods = load_periods(folder)
        gazetteer = Gazetteer(
            {name: place["en"] for place in places["cities"] for name in (place["en"], *_names(place, language))},
            {name: place["en"] for place in places["countries"] for name in (place["en"], *_names(place, language))},
            inflection,
        )
        names = BodyNames(
            {name: body["name"] for body in bodies for name in (body["name"], body["en"], *_names(body, language))},
            {acronym: body["name"] for body in bodies for acronym in (body["name"], *body.get("aliases", ()))},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise AssetError(f"{folder}: places, bodies or study periods lack a key ({error}); compare with their neighbours") from error
    return Reference(periods, gazetteer, names)


def _names(entry: Mapping[str, Any], language: str) -> Iterable[str]:
    """Names in one language, and those that letters in any language print; the English one is a single name."""
    names = entry.get(language, ())
    return (*((names,) if isinstance(names, str) else names), *entry.get("also", ()))


def load_periods(folder: Path) -> tuple[StudyPeriod, ...]:
    """The study periods, oldest first."""
    rows = _yaml(folder / "study-periods.yaml")
    for row in rows:
        if not isinstance(row.get("start"), date) or not isinstance(row.get("end"), date):
            raise AssetError(f"{folder / 'study-periods.yaml'}: {row.get('name')}: start and end must be dates (YYYY-MM-DD)")
    return tuple(StudyPeriod(row["name"], row["start"], row["end"]) for row in rows)


def _yaml(path: Path) -> Any:
    try:
        return yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise AssetError(f"{path}: {error}") from error
