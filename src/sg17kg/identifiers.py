"""The identifiers of the field: how they are printed, and the IRIs made of them (DESIGN §4).

Numbers are kept as ITU prints them ("X.1280", "X Suppl. 39", "Q10/17"); the parsers forgive what people type.
"""

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import quote

from sg17kg.errors import BadIdentifier
from sg17kg.namespaces import BASE, GRAPH

# a Recommendation of a regional group bears an R behind its number ("D.608R")
NUMBER = r"[A-Z]\.\d{1,4}(?:\.\d{1,3})*(?:R(?![A-Za-z0-9]))?"
NUMBER_WITHOUT_DOT = r"[A-Z]\d{3,4}(?:\.\d{1,3})*"
_NAME_TAIL = r"(?=[A-Za-z0-9.-]*[A-Za-z])[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*"
PROVISIONAL_NAME = rf"(?:[A-Z]{{1,4}}\.|[A-Z]-(?!T\b|mail\b)){_NAME_TAIL}"

_MOST_HALVES = 4
_HALF = re.compile(r"/(?=[A-Z]\.\d)")
_PERIOD = re.compile(r"([0-9]{4})-([0-9]{4})")
_LOOSE_NUMBER = re.compile(r"(?:ITU-?T\s*)?(?:REC(?:OMMENDATION)?\.?\s*)?(?:ITU-?T\s*)?([A-Z])[\s.]*(\d{1,4}(?:\.\d{1,3})*R?)")
_SUPPLEMENT = re.compile(r"(?:ITU-?T\s*)?([A-Z])(?:[\s-]SERIES)?[\s.]+SUPP?L?(?:EMENT)?\.?\s*(\d{1,3})")
_QUESTION = re.compile(r"(?:Q(?:UESTION)?\.?\s*)?(\d{1,3})/(\d{1,2})")
_TECHNICAL_REPORT = re.compile(r"(?:[A-Z]?STR|TR|[A-Z]\.(?:STR|TR))\.")
_TECHNICAL_REPORT_NAME = re.compile(r"(?:[A-Z]?STR|TR|[A-Z]\.S?TR)\.[A-Za-z0-9.-]{1,40}")
_SUPPLEMENT_NAME = re.compile(r"[A-Z][.-](?:(?:sup|suppl|Sup[a-z]?)(?=-|\.|$)|.+-sup(?:pl)?(?=-|\.|$))")


@dataclass(frozen=True, order=True)
class StudyPeriod:
    """A study period: its name ("2025-2028") and its first and last day."""

    name: str
    start: date
    end: date


def study_period_of(day: date, periods: tuple[StudyPeriod, ...]) -> str | None:
    """The name of the study period in which a day falls, or None where the list of periods does not reach it."""
    return next((period.name for period in periods if period.start <= day <= period.end), None)


def parse_study_period(text: str) -> str:
    """ "2025-2028" as given. Raises BadIdentifier for anything else."""
    match = _PERIOD.fullmatch(text.strip())
    if not match or int(match[1]) > int(match[2]):
        raise BadIdentifier(f"{text!r} is no study period; write it like 2025-2028")
    return match[0]


def parse_number(text: str) -> str:
    """The printed form of a text's number: "x1280", "ITU-T X 1280" give "X.1280"; names of Technical Reports stay.

    A dual number stays one: "f400/x400" gives "F.400/X.400".

    Raises BadIdentifier where the text has no such form.
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    if match := _SUPPLEMENT.fullmatch(folded):
        return f"{match[1]} Suppl. {int(match[2])}"
    if match := _LOOSE_NUMBER.fullmatch(folded):
        return f"{match[1]}.{match[2]}"
    if _TECHNICAL_REPORT_NAME.fullmatch(text.strip()):
        return text.strip()
    if "/" in text and len(halves := text.split("/")) <= _MOST_HALVES:
        with suppress(BadIdentifier):
            return "/".join(parse_number(half) for half in halves)
    raise BadIdentifier(f"{text!r} is no number of an ITU-T text; write it like X.1280 or X Suppl. 39")


def parse_question(text: str) -> tuple[int, int]:
    """(study group, number) of a Question: "Q10/17", "10/17" and "question 10/17" give (17, 10).

    Raises BadIdentifier where the text has no such form.
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    match = _QUESTION.fullmatch(folded)
    if not match:
        raise BadIdentifier(f"{text!r} is no Question; write it like Q10/17")
    return int(match[2]), int(match[1])


def restore_dot(number: str) -> str:
    """The number with its dot: "X1373" gives "X.1373"."""
    return number if number[1] == "." else f"{number[0]}.{number[1:]}"


def restore_name(name: str) -> str:
    """The provisional name with its dot: "X-srm-sup" gives "X.srm-sup"."""
    return f"{name[0]}.{name[2:]}" if name[1] == "-" else name


def type_of_name(name: str) -> Literal["recommendation", "supplement", "technical-report"]:
    """What a provisional name says of the text: names of Supplements bear "sup", of Technical Reports "TR" or "STR"."""
    if _TECHNICAL_REPORT.match(name):
        return "technical-report"
    return "supplement" if _SUPPLEMENT_NAME.match(name) else "recommendation"


def _path(*parts: object) -> str:
    return "/".join(quote(str(part).replace(" ", "-"), safe="") for part in parts)


def iri(*parts: object) -> str:
    """An IRI below the base, each part percent-encoded, blanks as hyphens."""
    return BASE + _path(*parts)


def graph_iri(*parts: object) -> str:
    """The IRI of a named graph."""
    return GRAPH + _path(*parts)


def halves_of(printed: str) -> tuple[str, ...]:
    """The numbers of a dual number as printed: F.400 and X.400 of F.400/X.400; of any other number itself."""
    return tuple(_HALF.split(printed))


def canonical_number(halves: Sequence[str]) -> str:
    """Of the halves of a dual number the one that names the text: that in series X or Z, else the one printed first (DESIGN §4)."""
    return next((half for half in halves if half[:2] in ("X.", "Z.")), halves[0])


def deliverable_iri(number: str) -> str:
    """The IRI of a published text by its number: rec/X.1280, sup/X/39, tr/XSTR.sgfdm."""
    if match := re.fullmatch(r"([A-Z]) Suppl\. (\d+)", number):
        return iri("sup", match[1], match[2])
    if type_of_name(number) == "technical-report":
        return iri("tr", number)
    return iri("rec", number)


def part_iri(number: str, part: str) -> str:
    """The IRI of an amendment or corrigendum whose edition is not known: rec/X.1352/amd1."""
    return deliverable_iri(number) + "/" + part.lower().replace(".", "")


def work_item_iri(name: str) -> str:
    """The IRI of a work item by its provisional name."""
    return iri("work-item", name)


def group_iri(group: str) -> str:
    """The IRI of a group: sg/17 for SG17 (ITU-T), sg/d/1 for ITU-D SG1, group/tsag for TSAG."""
    sector, _, name = group.rpartition(" ")
    if match := re.fullmatch(r"SG(\d+)", name):
        return iri("sg", match[1]) if sector in ("", "ITU-T") else iri("sg", sector[-1].lower(), match[1])
    return iri("group", slug(name))


def group_of(iri_: str) -> str:
    """The name of a group by its IRI: SG17 for sg/17, ITU-D SG1 for sg/d/1, TSAG for group/tsag."""
    kind, _, tail = iri_.removeprefix(BASE).partition("/")
    sector, _, number = tail.rpartition("/")
    if kind != "sg":
        return tail.upper()
    return f"ITU-{sector.upper()} SG{number}" if sector else f"SG{number}"


def question_iri(group: str, number: int) -> str:
    """The IRI of a Question of an ITU-T study group ("SG17", 10): question/17/10."""
    return iri("question", group.removeprefix("SG"), number)


def circular_iri(period: str, number: int) -> str:
    """The IRI of a TSB Circular; numbering restarts each study period."""
    return iri("circular", period, number)


def meeting_iri(group: str, start: str) -> str:
    """The IRI of a meeting by its group and first day."""
    return iri("meeting", group.lower(), start[:7])


def slug(text: str) -> str:
    """Lower case, letters and digits, hyphens between: "ISO/IEC JTC 1/SC 27" gives "iso-iec-jtc-1-sc-27"."""
    return re.sub(r"[^0-9a-z]+", "-", unicodedata.normalize("NFKD", text).lower()).strip("-")
