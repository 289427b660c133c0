"""Names that extractors need besides the document: places, bodies, study periods (data/curated/)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from sg17kg.errors import AssetError
from sg17kg.identifiers import StudyPeriod
from sg17kg.readers.document import fold, is_wide


@dataclass(frozen=True)
class Place:
    """A city, a country, or both if the text names both. The names are English; None where not named."""

    city: str | None
    country: str | None


@dataclass(frozen=True)
class Inflection:
    """How a language inflects names in a sentence: prefixes attached to them, the ending that is dropped, endings that are added."""

    before: str = ""
    dropped: str = ""
    after: str = ""

    def stem(self, name: str) -> str:
        """Return the part of a name with which all its forms begin."""
        return re.sub(f"(?:{self.dropped})$", "", name) if self.dropped and len(name) > _SHORTEST_INFLECTED else name


_SHORTEST_INFLECTED, _START = 3, 2


@dataclass(frozen=True)
class Gazetteer:
    """Names of cities and countries in one language, each with its English name."""

    cities: Mapping[str, str]
    countries: Mapping[str, str]
    inflection: Inflection = Inflection()

    def city(self, text: str) -> str | None:
        """Return the first city named in a text, even if its name is also that of its country; None if none is known."""
        return next((self.cities[name] for name in self._named(text) if name in self.cities), None)

    def find(self, text: str) -> Place | None:
        """Return the first city and the first country named in a text; None if neither is known.

        Of names that begin at the same place, the longest is meant. A name of both means the country, and the city if it occurs again.
        """
        city = country = None
        for name in self._named(text):
            if name in self.countries and not (name in self.cities and country):
                country = country or self.countries[name]
            else:
                city = city or self.cities[name]
        return Place(city, country) if city or country else None

    def _named(self, text: str) -> Iterator[str]:
        """Yield the names in a text, in their order, without those inside longer ones."""
        folded, end = fold(text), 0
        for match in self._word_starts.finditer(folded):
            if match.start() < end:
                continue
            for start in self._stem_starts(folded, match.start()):
                found = next((row for row in self._by_start.get(folded[start : start + _START], ()) if self._is(folded, start, *row)), None)
                if found:
                    end = start + len(found[0])
                    yield found[1]
                    break

    def _is(self, text: str, start: int, stem: str, name: str) -> bool:
        return text.startswith(stem, start) and self._ends(text, start + len(stem), name)

    def _stem_starts(self, text: str, start: int) -> Iterator[int]:
        """Yield where the stem of a name may begin in a word: at its start, or after an attached prefix."""
        yield start
        before = self._before.match(text, start) if self.inflection.before else None
        if before and before.end() > start:
            yield before.end()

    @cached_property
    def _before(self) -> re.Pattern[str]:
        return re.compile(self.inflection.before)

    def _ends(self, text: str, position: int, name: str) -> bool:
        """Return whether the word ends there, or has an ending of the language. Names in scripts without blanks end anywhere."""
        return is_wide(name[-1]) or self._ending.match(text, position) is not None

    @cached_property
    def _ending(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self.inflection.after})?(?!\w)" if self.inflection.after else r"(?!\w)")

    @cached_property
    def _by_start(self) -> dict[str, list[tuple[str, str]]]:
        """Stems and names by their first two characters, longest first."""
        names: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name in sorted({*self.cities, *self.countries}, key=lambda name: (-len(name), name)):
            stem = self.inflection.stem(fold(name))
            names[stem[:_START]].append((stem, name))
        return names

    @cached_property
    def _word_starts(self) -> re.Pattern[str]:
        """Pattern of the places where a name may begin: at the start of a word; in scripts without blanks, at its first character."""
        wide = "".join(sorted({re.escape(start[0]) for start in self._by_start if is_wide(start[0])}))
        return re.compile(rf"(?<!\w)(?=\w)|(?=[{wide}])" if wide else r"(?<!\w)(?=\w)")


@dataclass(frozen=True)
class BodyNames:
    """Bodies by the acronyms and names that a document may print, each with the name that facts use."""

    by_name: Mapping[str, str]
    by_acronym: Mapping[str, str]


@dataclass(frozen=True)
class Reference:
    """All curated data for one language."""

    periods: tuple[StudyPeriod, ...]
    places: Gazetteer
    bodies: BodyNames


def load(folder: Path, language: str, inflection: Inflection) -> Reference:
    """Return the curated data of a folder, with names in one language and in English.

    Raises AssetError for an invalid file.
    """
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
    """Return the names in one language, and those printed in letters of any language. The English name is a single string."""
    names = entry.get(language, ())
    return (*((names,) if isinstance(names, str) else names), *entry.get("also", ()))


def load_periods(folder: Path) -> tuple[StudyPeriod, ...]:
    """Return the study periods, oldest first."""
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
