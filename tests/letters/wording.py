"""Words of a letter in one language: sentences with their variants, dates, places, names of groups and drafts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

import yaml

from tests import ROOT

LETTERS = ROOT / "tests" / "fixtures" / "letters"
Facts = Mapping[str, Any]


@cache
def _file(folder: str, lang: str) -> Facts:
    words = yaml.safe_load((LETTERS / folder / f"{lang}.yaml").read_text("utf-8"))
    assert isinstance(words, dict)
    return words


@dataclass(frozen=True)
class Wording:
    """The words of a language; `number` chooses among variants."""

    lang: str
    number: int

    def turned(self, by: int) -> "Wording":
        """The same words with other variants, so that not all sentences of a letter change together."""
        return replace(self, number=self.number // by)

    def pick(self, path: str) -> Any:
        """What stands at a path such as "tap.subject.one": of a list of variants the one of this letter."""
        found = self.at(path)
        return found[self.number % len(found)] if isinstance(found, list) else found

    def at(self, path: str) -> Any:
        """What stands at a path, variants and all."""
        found: Any = _file("wording", self.lang)
        for key in path.split("."):
            found = found[key] if key in found else found[int(key)]
        return found

    def say(self, path: str, **values: object) -> str:
        """A sentence with its gaps filled."""
        return str(self.pick(path)).format(**values)

    def prose(self, path: str, **values: object) -> str:
        """A title or a paragraph of the running text."""
        found: Any = _file("prose", self.lang)
        for key in path.split("."):
            found = found[key]
        return str(found).format(**values)

    def listed(self, names: Sequence[str]) -> str:
        """Names in a row, with comma and "and"."""
        if len(names) < 2:
            return "".join(names)
        return f"{self.at('comma').join(names[:-1])}{self.at('last')}{names[-1]}"

    def clause(self, number: str) -> str:
        """The number of a clause as it is printed: Arabic writes it from right to left."""
        return ".".join(reversed(number.split("."))) if "reversed_clauses" in _file("wording", self.lang) else number

    def day(self, iso: str) -> str:
        """A day, in full."""
        return str(self.at("dates.day")).format(**self._parts(iso, ""))

    def span(self, form: str, start: str, end: str) -> str:
        """Days from start to end; `form` is "spoken" (in a sentence) or "compact" (in brackets)."""
        width = _width(date.fromisoformat(start), date.fromisoformat(end))
        return str(self.at(f"dates.{form}.{width}")).format(**self._parts(start, "1"), **self._parts(end, "2"))

    def _parts(self, iso: str, suffix: str) -> dict[str, object]:
        moment = date.fromisoformat(iso)
        day = self.at("first_day") if moment.day == 1 else moment.day
        return {f"d{suffix}": day, f"m{suffix}": self.at("months")[moment.month - 1], f"y{suffix}": moment.year}

    def place(self, city: str | None, country: str | None, form: str) -> str:
        """City, country or both; `form` is "name" or "in"."""
        if city is None or country is None:
            return str(self._gazetteer(city, country)[form])
        return str(self.at(f"city_in_country.{form}")).format(
            city=self.at("cities")[city]["name"],
            city_in=self.at("cities")[city]["in"],
            country=self.at("countries")[country]["name"],
            country_in=self.at("countries")[country]["in"],
        )

    def _gazetteer(self, city: str | None, country: str | None) -> Facts:
        found = self.at("cities")[city] if city else self.at("countries")[country]
        assert isinstance(found, dict)
        return found

    def group(self, code: str, form: str) -> str:
        """A group ("SG17", "TSAG") in the form that the sentence needs."""
        kind = "tsag" if code == "TSAG" else "sg"
        return str(self.at(f"groups.{kind}.{form}")).format(n=code.removeprefix("SG"))

    def group_title(self, code: str) -> str:
        """What a Study Group, or the advisory group, deals with."""
        return str(self.at("group_titles")[code if code == "TSAG" else int(code.removeprefix("SG"))])

    def held(self, meeting: Facts) -> dict[str, str]:
        """The gaps that a meeting fills: its group in each form, its days and place in a sentence and in brackets."""
        virtual = "virtual" if meeting["virtual"] else "place"
        names = {} if meeting["virtual"] else self._venue(meeting)
        days = {form: self.span(form, meeting["start"], meeting["end"]) for form in ("spoken", "compact")}
        said = {form: self.say(f"meeting.{form}.{virtual}", range=days[form], **names) for form in days}
        return said | self.forms(meeting["group"])

    def met(self, meeting: Facts) -> str:
        """Days and place of a meeting that is over."""
        virtual = "virtual" if meeting["virtual"] else "place"
        names = {} if meeting["virtual"] else self._venue(meeting)
        return self.say(f"met.{virtual}", range=self.span("spoken", meeting["start"], meeting["end"]), **names)

    def bare(self, meeting: Facts) -> str:
        """Place and days of a meeting, without a verb."""
        virtual = "virtual" if meeting["virtual"] else "place"
        names = {} if meeting["virtual"] else self._venue(meeting)
        return self.say(f"bare.{virtual}", range=self.span("spoken", meeting["start"], meeting["end"]), **names)

    def circular(self, antecedent: Facts) -> str:
        """Another circular, with its date if the letter gives it."""
        if antecedent["date"] is None:
            return self.say("circular", number=antecedent["circular"])
        return self.say("circular_dated", number=antecedent["circular"], day=self.day(antecedent["date"]))

    def moment(self, iso: str) -> dict[str, str]:
        """The gaps that a moment (YYYY-MM-DDThh:mm:ssZ) fills: its day, and its time in several forms."""
        hour, minute = iso[11:13], iso[14:16]
        return {"hour": hour, "minute": minute, "time": hour + minute, "clock": f"{hour}:{minute}", "day": self.day(iso[:10])}

    def forms(self, code: str) -> dict[str, str]:
        """The gaps that a group fills."""
        forms = ("start", "name", "of", "by", "short", "short_of")
        return {form: self.group(code, form) for form in forms} | {"group": self.group(code, "name")}

    def _venue(self, meeting: Facts) -> dict[str, str]:
        city, country = meeting["city"], meeting["country"]
        return {"place": self.place(city, country, "name"), "in_place": self.place(city, country, "in")}

    def text_name(self, draft: Facts, former: bool) -> str:
        """Number and provisional name of a text, as sentences and headings print them."""
        if draft["provisional_name"] is None or draft["kind"] == "supplement":
            return str(draft["number"])
        return self.say("former_name" if former else "old_name", number=draft["number"], name=draft["provisional_name"])

    def draft(self, draft: Facts, form: str, former: bool) -> str:
        """One draft: `form` is "heading", "one" (in a sentence) or "label" (in the form)."""
        return self.say(f"drafts.{draft['kind']}.{form}", text=self.text_name(draft, former), **self._gaps(draft, former))

    def decided(self, text: Facts) -> str:
        """A text in a table of decisions; a Recommendation that is only named has no kind."""
        return self.say(f"texts.{text['kind'] or 'none'}", text=self.text_name(text, former=False), **self._gaps(text, former=False))

    def _gaps(self, draft: Facts, former: bool) -> dict[str, str]:
        number, name = str(draft["number"]), draft["provisional_name"]
        formerly = self.at("formerly")[former].format(name=name) if name else ""
        n = number.rsplit(" ", 1)[-1] if draft["kind"] == "supplement" else str(draft["part"]).rsplit(".", 1)[-1]
        return {"number": number, "n": n, "series": number[0], "formerly": formerly}

    def drafts(self, drafts: Iterable[Facts], former: bool) -> str:
        """All drafts in a sentence: neighbours that are new (or revised) share the words."""
        said: list[str] = []
        for kind, run in groupby(drafts, key=lambda draft: str(draft["kind"])):
            texts = list(run)
            if len(texts) > 1 and kind in {"new", "revised"}:
                names = self.listed([self.text_name(draft, former) for draft in texts])
                said.append(self.say(f"drafts.{kind}.many", text=names))
            else:
                said += [self.draft(draft, "one", former) for draft in texts]
        return self.listed(said)

    def standard(self, name: str) -> str:
        """A standard as an abstract names it: the sector has a name of its own in some languages."""
        return name.replace("ITU-T", str(self.at("itut")), 1)


def _width(start: date, end: date) -> str:
    if start == end:
        return "day"
    if start.year != end.year:
        return "years"
    return "month" if start.month == end.month else "year"
