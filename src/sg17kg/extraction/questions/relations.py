"""Last section of a Question: related Recommendations, groups and bodies.

Lists of committees are shortened ("SC 6, 17 and 27"). A body may be given by its acronym, its name, or both in either order.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.groups import sector_of
from sg17kg.extraction.questions.text_lists import split
from sg17kg.facts import Relations
from sg17kg.readers.document import Line
from sg17kg.text_numbers import NUMBER, restore_dot

_BULLET = re.compile(r"^[-\u2010-\u2015\u2022] ?")
_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")
_COMMITTEE = re.compile(r"(?:[A-Z]{2,5}(?:/[A-Z]{2,5})*(?:-[A-Z]+)?)(?:[ /](?:JTC|TC|SC|JWG|WG|SG) ?\d+)+")
_LAST_NUMBER = re.compile(r"(.*?)(\d+)")
_JOINT_ACTIVITY = re.compile(r"(?:JCA|FG|CG|IRG)-[\w/-]+")
_SECTIONS = {
    "related_recommendations": "recommendations",
    "related_questions": "questions",
    "related_groups": "groups",
    "standards_bodies": "standards_bodies",
    "other_bodies": "other_bodies",
    "wsis": "wsis_action_lines",
    "sdgs": "sdgs",
}


@dataclass
class _Found:
    recommendations: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    standards_bodies: list[str] = field(default_factory=list)
    other_bodies: list[str] = field(default_factory=list)
    wsis_action_lines: list[str] = field(default_factory=list)
    sdgs: list[int] = field(default_factory=list)


def read_relations(reading: ExtractionContext, lines: tuple[Line, ...], pointer: str) -> Relations | None:
    """Return the relations in the lines of the section. `pointer` is where evidence is recorded (/questions/0/relations)."""
    found, current = _Found(), ""
    first: dict[str, int] = {}
    for line in lines:
        text = line.folded
        label = reading.pack.label_among(_SECTIONS, text)
        if label:
            current = _SECTIONS[label]
            reading.cover((line.number,) * 2, f"{pointer}/{current}")
        elif text and current:
            if text[-1] in ":：":
                reading.find(
                    "unknown-label", "warning", f"{text!r} stands among the relations and is no label that is known", [line.number]
                )
            _read(reading, found, current, _BULLET.sub("", text), line.number)
            first.setdefault(current, line.number)
            reading.cover((first[current], line.number), f"{pointer}/{current}")
            reading.evidence[f"{pointer}/{current}"] = (first[current], line.number)
    if not first:
        return None
    _report_missing(reading, lines, first)
    return Relations(**{name: tuple(dict.fromkeys(values)) for name, values in vars(found).items()})


def _report_missing(reading: ExtractionContext, lines: tuple[Line, ...], have: Iterable[str]) -> None:
    """Report lists that the section usually has and this one lacks: without its label, a list is taken as part of the one before."""
    missing = [
        name for name in ("recommendations", "groups", "standards_bodies", "other_bodies", "wsis_action_lines", "sdgs") if name not in have
    ]
    if missing:
        names = ", ".join(name.replace("_", " ") for name in missing)
        reading.find("relations-incomplete", "info", f"the relations name no {names}", [(lines[0].number, lines[-1].number)])


def _read(reading: ExtractionContext, found: _Found, section: str, text: str, line: int) -> None:
    if section == "recommendations":
        found.recommendations += _recommendations(reading, text)
    elif section == "groups":
        found.groups += _groups(reading, text)
    elif section == "wsis_action_lines":
        found.wsis_action_lines += re.findall(r"C\d{1,2}", text)
    elif section == "sdgs":
        found.sdgs += [int(number) for number in re.findall(r"\d{1,2}", text)]
    elif section in ("standards_bodies", "other_bodies"):
        getattr(found, section).extend(bodies(reading, text, line))


def _recommendations(reading: ExtractionContext, text: str) -> list[str]:
    series = [(match.start("series"), f"{match['series']} series") for match in re.finditer(reading.pack.series, text)]
    taken = {start for start, _ in series}
    numbers = [(match.start(), restore_dot(match[0])) for match in re.finditer(NUMBER, text) if match.start() not in taken]
    return [name for _, name in sorted(series + numbers)]


def _groups(reading: ExtractionContext, text: str) -> list[str]:
    """Return groups with their sector. A sector applies until another is named."""
    found: list[str] = []
    sector = "ITU-T"
    for match in reading.pack.expand("{group}").finditer(text):
        sector = sector_of(match) or sector
        found.append("TSAG" if match["tsag"] else f"{sector} SG{int(match['sg'])}")
    return found + _JOINT_ACTIVITY.findall(text)


def bodies(reading: ExtractionContext, text: str, line: int) -> list[str]:
    """Return the bodies that one line names, by the names of data/curated/bodies.yaml. An unknown body is kept as printed."""
    found: list[str] = []
    for entry in split(_latin_committees(reading, text), reading.pack.list_marks):
        for part in _separate(reading, entry.strip(), found):
            name = _elided(part, found) or _body(reading, part, line)
            if name:
                found.append(name)
            elif part:
                found.append(part)
                message = f"the body {part!r} is not known; add it to data/curated/bodies.yaml"
                reading.find("unknown-body", "info", message, [line])
    return found


def _separate(reading: ExtractionContext, entry: str, before: list[str]) -> list[str]:
    """Return the whole entry if it is known or none of its parts is, else its parts ("40和42"), because names may contain "and"."""
    if _body(reading, entry, 0):
        return [entry]
    parts = [part.strip() for part in split(entry, reading.pack.separators)]
    known = [part for part in parts if _elided(part, before) or _body(reading, part, 0)]
    return parts if known else [entry]


def _elided(entry: str, before: list[str]) -> str | None:
    """Complete a bare number from the entry before it: after "ISO/TC 12", the entry "68" is "ISO/TC 68"."""
    match = _LAST_NUMBER.fullmatch(before[-1]) if before and entry.isdigit() else None
    return f"{match[1]}{entry}" if match else None


def _body(reading: ExtractionContext, entry: str, line: int) -> str | None:
    """Return the name of a body; None if neither its name nor its acronym is known. `line` 0: look it up without recording it."""
    if _COMMITTEE.fullmatch(entry):
        return entry
    names = reading.reference.bodies
    resolved: str | None = None
    for text, acronym in _parts(entry):
        name = names.by_acronym.get(acronym) or names.by_name.get(text) or names.by_acronym.get(text) or names.by_name.get(acronym)
        if resolved is None:
            resolved = name or (acronym if _COMMITTEE.fullmatch(acronym) else None)
        elif acronym and not name:
            resolved += f"/{acronym}" if "/" in resolved else f" {acronym}"
        if name and line:
            reading.body_names.setdefault(name, {}).setdefault(text, line)
    return resolved


def _parts(entry: str) -> list[tuple[str, str]]:
    """Return (name, acronym) pairs: "A（X）B（Y）" gives (A, X) and (B, Y). Text after the last bracket is dropped."""
    parts: list[tuple[str, str]] = []
    end = 0
    for match in _BRACKETS.finditer(entry):
        parts.append((entry[end : match.start()].strip(), match[1].strip()))
        end = match.end()
    return parts or [(entry, "")]


def _latin_committees(reading: ExtractionContext, text: str) -> str:
    """Return the text with committees abbreviated: "第12、68技术委员会" after the name of ISO gives "ISO/TC 12、68"."""
    for abbreviation, pattern in reading.pack.committee_patterns:
        text = pattern.sub(rf"/{abbreviation} \g<n>", text)
    for name, body in reading.reference.bodies.by_name.items() if "/" in text else ():
        text = text.replace(f"{name}/", f"{body}/")
    return text
