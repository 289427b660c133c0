"""What extractors must know beyond the document: places, bodies, study periods. People edit it, in data/curated/."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from sg17kg.errors import AssetError
from sg17kg.identifiers import StudyPeriod


@dataclass(frozen=True)
class Place:
    """A city or a country, or both where the text names both; English names, None where not named."""

    city: str | None
    country: str | None


@dataclass(frozen=True)
class Gazetteer:
    """Names of cities and countries in one language, each with its English name."""

    cities: Mapping[str, str]
    countries: Mapping[str, str]

    def find(self, text: str) -> Place | None:
        """The city and the country named in a text (the longest name of each), or None where neither is known."""
        city = country = None
        rest = text
        while name := _longest(rest, (self.cities, self.countries)):
            if name in self.countries:
                country = country or self.countries[name]
            else:
                city = city or self.cities[name]
            rest = rest.replace(name, "\n")
        return Place(city, country) if city or country else None


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


def _longest(text: str, gazetteers: Iterable[Mapping[str, str]]) -> str | None:
    """The longest name in a text, of equal ones the first: a name inside a longer one is not meant."""
    found = (name for names in gazetteers for name in names if name in text)
    return max(found, key=lambda name: (len(name), -text.index(name)), default=None)


def load(folder: Path, language: str) -> Reference:
    """The curated data of a folder with the names of one language. Raises AssetError where a file does not fit."""
    try:
        places = _yaml(folder / "places.yaml")
        bodies = _yaml(folder / "bodies.yaml")
        periods = load_periods(folder)
        gazetteer = Gazetteer(
            {name: place["en"] for place in places["cities"] for name in place.get(language, ())},
            {name: place["en"] for place in places["countries"] for name in place.get(language, ())},
        )
        names = BodyNames(
            {name: body["name"] for body in bodies for name in (body["name"], body["en"], *body.get(language, ()))},
            {acronym: body["name"] for body in bodies for acronym in (body["name"], *body.get("aliases", ()))},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise AssetError(f"{folder}: places, bodies or study periods lack a key ({error}); compare with their neighbours") from error
    return Reference(periods, gazetteer, names)


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
