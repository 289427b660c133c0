"""Identifiers of ITU-T: parsers, printed forms, and IRIs.

The grammar of numbers and names of texts is in text_numbers.py. Numbers are stored as ITU prints them ("X.1280", "X Suppl. 39", "Q10/17");
the parsers also accept variants that people type.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from sg17kg.errors import BadIdentifier
from sg17kg.namespaces import BASE, GRAPH
from sg17kg.text_numbers import (
    NUMBER,
    NUMBER_WITHOUT_DOT,
    PROVISIONAL_NAME,
    parse_number,
    path_of_number,
    restore_dot,
    restore_name,
    type_of_name,
)

# numbers and names of texts are imported from text_numbers, and exported here with the other identifiers
__all__ = [
    "NUMBER", "NUMBER_WITHOUT_DOT", "PROVISIONAL_NAME", "StudyPeriod", "circular_iri", "deliverable_iri", "graph_iri", "group_iri",
    "group_of", "iri", "meeting_iri", "parse_number", "parse_question", "parse_study_period", "part_iri", "question_iri", "restore_dot",
    "restore_name", "slug", "study_period_of", "type_of_name", "work_item_iri",
]  # fmt: skip

# the unreserved characters of RFC 3986
_NEEDS_NO_ENCODING = re.compile(r"[A-Za-z0-9._~-]*")
_PERIOD = re.compile(r"([0-9]{4})-([0-9]{4})")
_QUESTION = re.compile(r"(?:Q(?:UESTION)?\.?\s*)?(\d{1,3})/(\d{1,2})")


@dataclass(frozen=True, order=True)
class StudyPeriod:
    """A study period: its name ("2025-2028") and its first and last day."""

    name: str
    start: date
    end: date


def study_period_of(day: date, periods: tuple[StudyPeriod, ...]) -> str | None:
    """Return the name of the study period of a day, or None if no period in the list contains it."""
    return next((period.name for period in periods if period.start <= day <= period.end), None)


def parse_study_period(text: str) -> str:
    """Return the name of a study period as given ("2025-2028"). Raises BadIdentifier for anything else."""
    match = _PERIOD.fullmatch(text.strip())
    if not match or int(match[1]) > int(match[2]):
        raise BadIdentifier(f"{text!r} is no study period; write it like 2025-2028")
    return match[0]


def parse_question(text: str) -> tuple[int, int]:
    """Return (study group, number) of a Question: "Q10/17", "10/17" and "question 10/17" give (17, 10).

    Raises BadIdentifier if the text has another form.
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    match = _QUESTION.fullmatch(folded)
    if not match:
        raise BadIdentifier(f"{text!r} is no Question; write it like Q10/17")
    return int(match[2]), int(match[1])


def _path(*parts: object) -> str:
    return "/".join(_encoded(str(part)) for part in parts)


def _encoded(part: str) -> str:
    # most parts need no encoding, and quoting every part took a third of the time of a build
    return part if _NEEDS_NO_ENCODING.fullmatch(part) else quote(part.replace(" ", "-"), safe="")


def iri(*parts: object) -> str:
    """Return an IRI below the base, with each part percent-encoded and blanks as hyphens."""
    return BASE + _path(*parts)


def graph_iri(*parts: object) -> str:
    """Return the IRI of a named graph."""
    return GRAPH + _path(*parts)


def deliverable_iri(number: str) -> str:
    """Return the IRI of the published text with a number: rec/X.1280, sup/X/39, tr/XSTR.sgfdm."""
    return iri(*path_of_number(number))


def part_iri(number: str, part: str) -> str:
    """Return the IRI of an amendment or corrigendum of an unknown edition: rec/X.1352/amd1."""
    return deliverable_iri(number) + "/" + slug(part).replace("-", "")


def work_item_iri(name: str) -> str:
    """Return the IRI of the work item with a provisional name."""
    return iri("work-item", name)


def group_iri(group: str) -> str:
    """Return the IRI of a group: sg/17 for SG17 (ITU-T), sg/d/1 for ITU-D SG1, group/tsag for TSAG."""
    sector, _, name = group.rpartition(" ")
    if match := re.fullmatch(r"SG(\d+)", name):
        return iri("sg", match[1]) if sector in ("", "ITU-T") else iri("sg", sector[-1].lower(), match[1])
    return iri("group", slug(name))


def group_of(iri_: str) -> str:
    """Return the name of the group with an IRI: SG17 for sg/17, ITU-D SG1 for sg/d/1, TSAG for group/tsag."""
    kind, _, tail = iri_.removeprefix(BASE).partition("/")
    sector, _, number = tail.rpartition("/")
    if kind != "sg":
        return tail.upper()
    return f"ITU-{sector.upper()} SG{number}" if sector else f"SG{number}"


def question_iri(group: str, number: int | str) -> str:
    """Return the IRI of the number of a Question of an ITU-T study group ("SG17", 10): question/17/10.

    Versions have the number, because numbers are assigned again in each study period.
    """
    return iri("question", group.removeprefix("SG"), number)


def question_version_iri(group: str, number: int | str, version: str) -> str:
    """Return the IRI of a version of a Question, named by the year of its text ("2026") or by its study period ("2009-2012")."""
    return f"{question_iri(group, number)}/{version}"


def period_of_year(year: int, periods: tuple[StudyPeriod, ...]) -> str | None:
    """Return the study period that contains a whole year, or None if an Assembly divides the year."""
    first, last = (study_period_of(day, periods) for day in (date(year, 1, 1), date(year, 12, 31)))
    return first if first == last else None


def responsibility_iri(version: str, text: str, document: str, as_of: str | None) -> str:
    """Return the IRI of the statement of one document about one text on one day: …/responsibility/X.1280/2025-12-11/circular/2025-2028/101.

    `version` and `document` are IRIs, `text` is a number or provisional name, `as_of` a day or None if none is given.
    """
    return f"{version}/responsibility/{_path(text, as_of or 'unknown')}/{document.removeprefix(BASE)}"


def circular_iri(period: str, number: int) -> str:
    """Return the IRI of a TSB Circular. Numbering restarts each study period."""
    return iri("circular", period, number)


def meeting_iri(group: str, start: str) -> str:
    """Return the IRI of a meeting, based on its group and the month of its first day."""
    return iri("meeting", group.lower(), start[:7])


def slug(text: str) -> str:
    """Return a text in lower case, with a hyphen for everything but letters and digits: "iso-iec-jtc-1-sc-27" for "ISO/IEC JTC 1/SC 27"."""
    return re.sub(r"[^0-9a-z]+", "-", unicodedata.normalize("NFKD", text).lower()).strip("-")
