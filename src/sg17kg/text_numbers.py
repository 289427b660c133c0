r"""Grammar of numbers and names of ITU-T texts, shared by parsers, catalogues, language packs and shapes.

Grammar of texts as catalogues print them (with blanks as shown; a number in exactly this form is canonical):

    text           = dual, [ " " version ], [ " (" year ")" ], [ " " part ]
                   | recommendation-less-section, " (" year ")", section                (* X.692 (2002) Annex E *)
    dual           = recommendation, { "/", recommendation }                            (* F.400/X.400 *)
                   | supplement | range | report | publication
    recommendation = plain, [ "R" ], [ " ", times ], [ " ", capital ], [ section ]
    plain          = letter, ".", 1*4 digit, { ".", 1*3 digit }, [ small | "-", 1*3 digit ]
    times          = "bis" | "ter" | "quater"                                           (* X.1303 bis *)
    capital        = "A" … "F"                                                          (* Q.2931 B *)
    small          = "a" … "c"                                                          (* I.256.2a *)
    section        = ( " Annex ", letter, [ 1*2 digit ], [ "+" ] | " App. ", roman ), [ extra ] | extra
    extra          = " attachment" | " test vectors" | " Software"
    supplement     = whole, " Suppl. ", 1*3 digit, [ ".", 1*2 digit ]                   (* X Suppl. 26, M Suppl. 1.1 *)
    whole          = letter | letter, "-", digits, " series"                            (* E-100 series Suppl. 1 *)
                   | range, " series" | recommendation                                  (* E.164 Suppl. 3 *)
    range          = plain, "-", plain                                                  (* Q.120-Q.139 *)
    report         = ( [ letter ], "ST", ( "R" | "P" ) | "T", ( "R" | "P" ) | letter, ".", [ "S" ], "TR" ), ".", name
    publication    = ( "EMC" | "IMPL" | "MES" | "QOS" ), "-", digit | "SEC-QKD"
    version        = "(V" digits ")" | "v." digits                                      (* of the edition: no part of the number *)
    part           = change, { ( " " | "/" ), change }                                  (* Amd.1 Err.1, Amd.1/Technical Cor.1 *)
    change         = ( "Amd" | "Cor" | "Err" | "Add" | "Technical Cor" ), ".", digits
    series         = range, " series"                                                   (* X.800-X.849 series: no text *)
    provisional    = 1*4 letter, ".", name with a letter                                (* X.oob-sa, X.sup-divs *)

Parsers accept input without the dot after the letter, blanks and capitals, with hyphens for blanks (as in IRIs), and with "Appendix" and
"Supplement". Forms of old catalogues (E-100 Suppl. 2, D.608 R, F.80bis, App.I, E100-300 Suppl. 3, a letter l for a 1) give the canonical
form. A range is a number only if ITU published it as one text; a range of a series never is.
"""

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from sg17kg.errors import BadIdentifier

Kind = Literal["recommendation", "supplement", "technical-report", "range"]

_DIGITS = r"[0-9]{1,4}(?:\.[0-9]{1,3})*"
_TIMES = "bis|ter|quater"
_ANNEX = r"Annex [A-Z][0-9]{0,2}"
_APPENDIX = r"App\. [IVX]{1,6}"
_REPORT = r"(?:[A-Z]?ST[RP]|T[RP]|[A-Z]\.S?TR)"
_PUBLICATION = "(?:EMC|IMPL|MES|QOS)-[0-9]|SEC-QKD"
_NO_MORE = "(?![A-Za-z0-9])"
_EXTRA = "attachment|test vectors|Software"
_CHANGE_PRINTED = "Technical Cor|Technical Corrigendum|Amd|Amendment|Cor|Corrigendum|Err|Erratum|Add|Addendum"
_CHANGE = "Technical Cor|Amd|Cor|Err|Add"
_NAME_TAIL = r"(?=[A-Za-z0-9.-]*[A-Za-z])[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*"

# in running text, the lookahead distinguishes an Annex or a word from the end of the number itself
NUMBER = rf"[A-Z]\.{_DIGITS}(?: ?R{_NO_MORE})?(?: ?(?:{_TIMES}){_NO_MORE})?(?: (?:{_ANNEX}|{_APPENDIX}){_NO_MORE})?"
NUMBER_WITHOUT_DOT = r"[A-Z][0-9]{3,4}(?:\.[0-9]{1,3})*"
# the part of the name of a Supplement before "Suppl.": a series, a subseries, a range of Recommendations, or a Recommendation
WHOLE = rf"[A-Z](?:-[0-9]{{1,4}}(?: series)?|\.{_DIGITS}(?:-[A-Z]\.{_DIGITS})?(?: series)?)?"
SUPPLEMENT = rf"{WHOLE} Suppl\. [0-9]{{1,3}}(?:\.[0-9]{{1,2}})?"
TECHNICAL_REPORT = rf"{_REPORT}\.[A-Za-z0-9.-]{{1,40}}"
# a range of numbers also has letters, but is no name
PROVISIONAL_NAME = rf"(?:[A-Z]{{1,4}}\.(?!{_DIGITS}[-\u2013][A-Z]\.[0-9])|[A-Z]-(?!T\b|mail\b)){_NAME_TAIL}"
MORE_PARTS = rf"(?:[ /](?:{_CHANGE})\.? ?[0-9]+)+"
PART = rf"(?:{_CHANGE})\.[0-9]+(?:[ /](?:{_CHANGE})\.[0-9]+)*"


def _plain(pattern: str) -> str:
    """Return a pattern with capturing groups only, for SHACL (XPath regular expressions)."""
    return pattern.replace("(?:", "(")


_RECOMMENDATION_SHAPE = (
    rf"[A-Z]\.{_DIGITS}([a-c]|-[0-9]{{1,3}})?R?( ({_TIMES}))?( [A-F])?( ({_ANNEX}[+]?|{_APPENDIX}))?( ({_EXTRA}))?|"
    rf"[A-Z]\.{_DIGITS}-[A-Z]\.{_DIGITS}"
)
_SUPPLEMENT_SHAPE = (
    rf"([A-Z]|[A-Z]-[0-9]{{1,4}} series|[A-Z]\.{_DIGITS}(-[A-Z]\.{_DIGITS} series|( ({_TIMES}))?)) Suppl\. [0-9]{{1,3}}(\.[0-9]{{1,2}})?"
)
_REPORT_SHAPE = rf"{_REPORT}\.[A-Za-z0-9.-]+|{_PUBLICATION}"
_TEXT_SHAPE = _plain(rf"^({_RECOMMENDATION_SHAPE}|{_SUPPLEMENT_SHAPE}|{_REPORT_SHAPE})(( \([0-9]{{4}}\))? {PART})?$")
_PROVISIONAL_SHAPE = r"^[A-Z]{1,4}\.[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9.-]*$"
# required values of sh:pattern in shapes/data.ttl, by name of the property shape
SHAPE_PATTERNS: dict[str, str] = {
    "Deliverable-number": _TEXT_SHAPE,
    "Recommendation-number": _plain(rf"^({_RECOMMENDATION_SHAPE})$"),
    "Supplement-number": _plain(rf"^({_SUPPLEMENT_SHAPE})$"),
    "TechnicalReport-number": _plain(rf"^({_REPORT_SHAPE})$"),
    "WorkItem-proposedNumber": _TEXT_SHAPE,
    "Draft-proposedNumber": _TEXT_SHAPE,
    "WorkItem-provisionalName": _PROVISIONAL_SHAPE,
    "Draft-provisionalName": _PROVISIONAL_SHAPE,
    "DecisionOnText-provisionalName": _PROVISIONAL_SHAPE,
    "Draft-part": _plain(rf"^{PART}$"),
}

_GAP = "[ .-]*"
_LOOSE_RECOMMENDATION = (
    rf"(?P<letter>[A-Z]){_GAP}(?P<digits>{_DIGITS})(?:(?P<small>[a-c])|(?<=\.[0-9])-(?P<upto>[0-9]{{1,3}}))?(?![0-9])"
    rf"(?P<regional>[ -]?R(?![A-Za-z0-9]))?(?:[ -]?(?P<times>bis|ter|quater|quarter)(?![A-Za-z0-9]))?"
    r"(?:[ -](?P<capital>[A-F])(?![A-Za-z0-9]))?"
)
_LOOSE_SECTION = (
    rf"(?:,?{_GAP}(?:Annex{_GAP}(?P<annex>[A-Z][0-9]{{0,2}}\+?)|App(?:endix)?{_GAP}(?P<appendix>[IVX]{{1,6}}))(?![A-Za-z0-9]))?"
    r"(?:[ -](?P<extra>attachment|test[ -]vectors|[Ss]oftware))?"
)
_LOOSE_SUPPLEMENT = rf"{_GAP}Supp?l?(?:ement)?{_GAP}(?P<supplement>[0-9]{{1,3}})(?P<point>\.[0-9]{{1,2}})?"
_LOOSE_RANGE = rf"(?P<letter>[A-Z])[ .]?(?P<digits>{_DIGITS})[-\u2013](?:(?P<last_letter>[A-Z])[ .]?)%s(?P<last>{_DIGITS})"
_SERIES = "(?:[ -]?series)"
_FLAGS = re.ASCII
_FORMS = (
    rf"(?P<letter>[A-Z])(?:{_SERIES})?{_LOOSE_SUPPLEMENT}",
    rf"(?P<letter>[A-Z])(?:-(?P<of_series>[0-9]{{1,4}}){_SERIES}?|[. ]?(?P<of_dotted>[0-9]{{1,4}}){_SERIES}){_LOOSE_SUPPLEMENT}",
    rf"{_LOOSE_RANGE % ''}(?:{_SERIES}?{_LOOSE_SUPPLEMENT})?",
    rf"{_LOOSE_RANGE % '?'}{_SERIES}?{_LOOSE_SUPPLEMENT}",
    rf"{_LOOSE_RECOMMENDATION}{_LOOSE_SUPPLEMENT}",
    rf"{_LOOSE_RECOMMENDATION}{_LOOSE_SECTION}",
)
_PRINTED = tuple(re.compile(form, _FLAGS) for form in _FORMS)
_TYPED = tuple(re.compile(form, _FLAGS | re.IGNORECASE) for form in _FORMS)
_NAMED = re.compile(rf"{TECHNICAL_REPORT}|{_PUBLICATION}", _FLAGS)
_PREFIX = re.compile(r"(?:ITU[ -]?T[ -]*)?(?:Rec(?:ommendation)?\b\.?[ -]*)?(?:ITU[ -]?T[ -]*)?(?=[A-Z])", _FLAGS | re.IGNORECASE)
_ONE_MISREAD = re.compile(r"(?<=[0-9])l(?![A-Za-z0-9])")
_HALF = re.compile(r"/(?=[A-Z]\.[0-9])")
_TAIL_OF_DUAL = re.compile(rf" ?(?:{_ANNEX}|App\. ?[IVX]+)$")
_SECTION = re.compile(r" (?:Annex|App\.) .+$")
_VERSION = re.compile(r" (?:\([Vv]\.?(?P<bracketed>[0-9]+)\)|[Vv]\.?(?P<bare>[0-9]+))(?= |$)", _FLAGS)
_YEAR = re.compile(r" \((?P<year>[0-9]{4})\)(?= |$)", _FLAGS)
_PARTS = re.compile(rf"(?P<base>.+?)(?P<part>(?:(?:, ?| ?/ ?| )(?:{_CHANGE_PRINTED})\.? ?[0-9]+)+)", _FLAGS)
_CHANGE_NUMBERED = re.compile(rf"(?P<before>[ ,/]*)(?P<change>{_CHANGE_PRINTED})\.? ?(?P<ordinal>[0-9]+)", _FLAGS)
_TECHNICAL = re.compile(rf"{_REPORT}\.|(?:{_PUBLICATION})$", _FLAGS)
_SUPPLEMENT_NAME = re.compile(r"[A-Z][.-](?:(?:sup|suppl|Sup[a-z]?)(?=-|\.|$)|.+-sup(?:pl)?(?=-|\.|$))")
_SERIES_OF_TEXTS = re.compile(rf"(?P<first>[A-Z]\.{_DIGITS})[-\u2013](?P<last>[A-Z]\.{_DIGITS})(?P<series>[ -]series)?", _FLAGS)
_MOST_HALVES = 4
_LONGEST = 200
_WORDS = {"Technical Corrigendum": "Technical Cor", "Amendment": "Amd", "Corrigendum": "Cor", "Erratum": "Err", "Addendum": "Add"}
_CHANGES = ("Amd", "Add", "Cor", "Technical Cor", "Err")


@dataclass(frozen=True)
class TextName:
    """A printed name: the number, the other halves of a dual number, and, for a part, the part and the edition that it changes.

    `version` is that of the edition ("9" of "H.264 (V9)"); `of_edition` is a year.
    """

    number: str
    also: tuple[str, ...] = ()
    of_edition: str | None = None
    part: str | None = None
    version: str | None = None


def parse_text(printed: str) -> TextName:
    """Parse a name as catalogues print it: "X.1352 (2022) Amd. 1" gives number X.1352, of_edition 2022, part Amd.1.

    Raises BadIdentifier if it is not the name of a text.
    """
    base, part = printed, None
    if match := _PARTS.fullmatch(printed[:_LONGEST]):
        base, part = match["base"], canonical_part(match["part"])
    year, version = _YEAR.search(base), _VERSION.search(base)
    for found in (year, version):
        base = base.replace(found[0], "", 1) if found else base
    first, *also = (_number(half, _PRINTED) for half in split_halves(base))
    return TextName(first, tuple(also), year["year"] if year else None, part, version["bracketed"] or version["bare"] if version else None)


def canonical_part(printed: str) -> str:
    """Return the canonical form of a part: "Amd.1/Technical Cor.1" for "Amd. 1/Technical Cor. 1". A comma separates like a blank."""
    found = _CHANGE_NUMBERED.finditer(printed)
    return "".join(f"{'/' if '/' in match['before'] else ' '}{_change(match)}.{match['ordinal']}" for match in found).strip()


def _change(match: re.Match[str]) -> str:
    return _WORDS.get(match["change"], match["change"])


def last_change(part: str) -> str:
    """Return the kind of the last change of a part: "Err" for "Amd.1 Err.1", "Technical Cor" for "Amd.1/Technical Cor.1"."""
    return re.split("[ /](?=[A-Z])", part.replace("Technical Cor", "Technical_Cor"))[-1].partition(".")[0].replace("_", " ")


def format_text(name: TextName) -> str:
    """Return the canonical printed form of a name, the inverse of `parse_text`."""
    number = "/".join((name.number, *name.also))
    version = f" (V{name.version})" if name.version else ""
    year = f" ({name.of_edition})" if name.of_edition else ""
    if name.part:
        return f"{number}{version}{year} {name.part}"
    section = _SECTION.search(number)
    whole = number[: section.start()] if section else number
    return f"{whole}{version}{year}{section[0] if section else ''}"


def split_halves(printed: str) -> tuple[str, ...]:
    """Return the numbers of a dual text: F.400 and X.400 for "F.400/X.400"; else the only number. An Annex belongs to each half."""
    halves = _HALF.split(printed)
    section = _TAIL_OF_DUAL.search(halves[-1]) if len(halves) > 1 else None
    return tuple(half if not section or half.endswith(section[0]) else half + section[0] for half in halves)


def canonical_number(halves: Sequence[str]) -> str:
    """Return the half of a dual number that names the text: the first in series X or Z, else the first one (docs/reference/iris.md)."""
    return next((half for half in halves if half[:2] in ("X.", "Z.")), halves[0])


def parse_number(text: str) -> str:
    """Return the canonical form of the number of a text: "x1280" and "ITU-T X 1280" give "X.1280", "X.1303-bis" gives "X.1303 bis".

    A dual number stays dual: "f400/x400" gives "F.400/X.400". Raises BadIdentifier if the input has no such form.
    """
    halves = text[: _LONGEST + 1].split("/", _MOST_HALVES)
    if 1 < len(halves) <= _MOST_HALVES:
        with suppress(BadIdentifier):
            return "/".join(_parse_single(half) for half in halves)
    return _parse_single(text)


def _parse_single(text: str) -> str:
    folded = " ".join(unicodedata.normalize("NFKC", text[:_LONGEST]).split())
    if len(text) <= _LONGEST and (prefix := _PREFIX.match(folded)):
        return _number(_VERSION.sub("", folded[prefix.end() :], count=1), _TYPED, text)
    raise _bad(text)


def _bad(text: str) -> BadIdentifier:
    return BadIdentifier(f"{text[:_LONGEST]!r} is no number of an ITU-T text; write it like X.1280 or X Suppl. 39")


def _number(text: str, forms: tuple[re.Pattern[str], ...], given: str | None = None) -> str:
    text = _ONE_MISREAD.sub("1", text)
    if named := _NAMED.fullmatch(text if forms is _PRINTED or "." in text else text.upper()):
        return named[0]
    for form in forms:
        if match := form.fullmatch(text):
            return _canonical({name: value for name, value in match.groupdict().items() if value})
    raise _bad(given or text)


def _canonical(found: dict[str, str]) -> str:
    """Return the canonical number from the groups of a loose form."""
    letter = found["letter"].upper()
    if "last" in found:
        number = f"{letter}.{found['digits']}-{found.get('last_letter', letter)[0].upper()}.{found['last']}"
        number += " series" if "supplement" in found else ""
    elif of_series := found.get("of_series") or found.get("of_dotted"):
        number = f"{letter}-{of_series} series"
    elif "digits" in found:
        number = _recommendation(letter, found)
    else:
        number = letter
    return f"{number} Suppl. {int(found['supplement'])}{found.get('point', '')}" if "supplement" in found else number + _section(found)


def _recommendation(letter: str, found: dict[str, str]) -> str:
    own = found.get("small", "").lower() or (f"-{found['upto']}" if "upto" in found else "")
    times = found.get("times", "").lower().replace("quarter", "quater")
    number = f"{letter}.{found['digits']}{own}" + ("R" if "regional" in found else "")
    return " ".join(filter(None, (number, times, found.get("capital", "").upper())))


def _section(found: dict[str, str]) -> str:
    annex = f" Annex {found['annex'].upper()}" if "annex" in found else ""
    appendix = f" App. {found['appendix'].upper()}" if "appendix" in found else ""
    extra = found.get("extra", "").lower().replace("-", " ").replace("software", "Software")
    return annex + appendix + (f" {extra}" if extra else "")


def parse_series(text: str) -> tuple[str, str]:
    """Return the first and last number of a range or series of texts: "X.800-X.849 series". Raises BadIdentifier for anything else."""
    match = _SERIES_OF_TEXTS.fullmatch(" ".join(text[:_LONGEST].split()))
    if not match:
        raise BadIdentifier(f"{text[:_LONGEST]!r} is no range of ITU-T texts; write it like X.800-X.849 series")
    return match["first"], match["last"]


def restore_dot(number: str) -> str:
    """Return a number from running text in canonical form: X.1373 for "X1373", X.1303 bis for "X.1303bis", D.608R for "D.608 R"."""
    dotted = f"{number[0]}.{number[1:]}" if number[1].isdigit() else number
    return re.sub(rf"(?<=[0-9]) R{_NO_MORE}", "R", re.sub(rf"(?<=[0-9R])(?={_TIMES})", " ", dotted))


def restore_name(name: str) -> str:
    """Return a provisional name with its dot: "X-srm-sup" gives "X.srm-sup"."""
    return f"{name[0]}.{name[2:]}" if name[1] == "-" else name


def type_of_name(name: str) -> Literal["recommendation", "supplement", "technical-report"]:
    """Return the type of text that a name implies: names of Supplements contain "sup", those of Technical Reports "TR" or "STR"."""
    if _TECHNICAL.match(name):
        return "technical-report"
    return "supplement" if _SUPPLEMENT_NAME.match(name) else "recommendation"


def kind_of_number(number: str) -> Kind:
    """Return the kind of text of a canonical number: a range if ITU published a range as one text."""
    if " Suppl. " in number:
        return "supplement"
    if _TECHNICAL.match(number):
        return "technical-report"
    return "range" if _SERIES_OF_TEXTS.fullmatch(number) else "recommendation"


def hundred_of(number: str) -> str:
    """Return the hundred of a number, as ITU-T groups its X series: X.1200 for X.1280, X.1300 for X.1303 bis, X Suppl. for X Suppl. 39."""
    head, _, tail = number.partition(".")
    if "Suppl" in number:
        return head.split(" ")[0] + " Suppl."
    digits = re.split("[^0-9]", tail, maxsplit=1)[0]
    if not digits:
        return head
    return f"{head}.{digits[:-2]}00" if len(digits) > 2 else f"{head}.1-99"


def path_of_number(number: str) -> tuple[str, ...]:
    """Return the path segments of the IRI of a text by canonical number: rec/X.1303-bis, sup/X/39, sup/E-100-series/1, tr/XSTR.sgfdm."""
    kind = kind_of_number(number)
    if kind == "supplement":
        whole, _, ordinal = number.partition(" Suppl. ")
        return "sup", whole, ordinal
    return ("tr" if kind == "technical-report" else "rec"), number


def number_of_path(path: str) -> str:
    """Return the canonical number of the text at an IRI path, percent-encoded or not: the inverse of `path_of_number`.

    Raises BadIdentifier if no text has such a path.
    """
    kind, _, tail = unquote(path).partition("/")
    if kind == "sup":
        whole, _, ordinal = tail.partition("/")
        tail = f"{whole} Suppl. {ordinal}"
    number = parse_number(tail)
    if path_of_number(number)[0] != kind:
        raise BadIdentifier(f"{path[:_LONGEST]!r} is no path of a text; a text stands at rec/X.1280, sup/X/39 or tr/XSTR.sgfdm")
    return number


SortKey = tuple[tuple[int, int, str], ...]


def number_sort_key(number: str) -> SortKey:
    """Return a key that sorts numbers as ITU lists them: X.509 before X.1051, X.1303 before X.1303 bis, X Suppl. 2 before X Suppl. 10."""
    pieces = re.split(r"([0-9]+)", number.casefold())
    return tuple((0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces if piece)


def part_sort_key(name: str) -> tuple[SortKey, str, tuple[tuple[int, int], ...]]:
    """Return a key that sorts parts by text, edition, kind (Amd, Add, Cor, Err) and number: Amd.2 before Amd.10, before its own Err.1."""
    chain = tuple((_CHANGES.index(match["change"]), int(match["ordinal"])) for match in _CHANGE_NUMBERED.finditer(name))
    year = _YEAR.search(name)
    first = _CHANGE_NUMBERED.search(name)
    base = name[: first.start()] if first else name
    return number_sort_key(_YEAR.sub("", base).strip()), year["year"] if year else "", chain
