"""Render the citation of an edition as BibTeX, CSL-JSON, RIS or Relaton YAML.

A title is external text: in each style it stays on one line, and none of its characters ends its field.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import yaml

_AUTHOR = "ITU-T"
_PUBLISHER = "International Telecommunication Union"
_PLACE = "Geneva"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# Each escape is a group of its own: `\{` would count as an opening brace in BibTeX, `\&` before a letter would need a blank,
# and a title that starts with `\` would be a "special character", whose case styles change. "@" starts an entry for some readers.
_LATEX = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        "@": "{@}",
        **{character: rf"{{\{character}}}" for character in "&%$#_"},
    }
)
_LIGATURE = re.compile(r"(?<=[-`',<>])(?=[-`',<>])|(?<=[?!])(?=`)")
_URL_CHARACTERS = "%/:?#[]@!$&'()*+,;=~"

_SCRIPTS = {"ar": "Arab", "en": "Latn", "es": "Latn", "fr": "Latn", "ru": "Cyrl", "zh": "Hans"}
_DOCTYPES = {"Recommendation": "recommendation", "Supplement": "recommendation-supplement", "TechnicalReport": "technical-report"}
_PARTS = {"Amd": "recommendation-amendment", "Cor": "recommendation-corrigendum"}
_PART = re.compile(r"\b(Amd|Cor)\b")
_STAGES = {"in-force": "Published", "prepublished": "Published"} | dict.fromkeys(("superseded", "withdrawn", "not-in-force"), "Withdrawal")
_MONTH_IN_NAME = re.compile(r"\((\d{4})-(\d{2})\)")


@dataclass(frozen=True)
class Cited:
    """An edition (or a text, if no edition is known) in the form that citations need; unknown values are None and are left out.

    `number` is as ITU prints it ("X.1280", "X Suppl. 39", "X.1352 (2022) Amd. 1"), `language` the language code of the title ("en"), `type`
    the class of the text ("Recommendation", "Supplement", "TechnicalReport"). `edition` is YYYY-MM, `approved_on` YYYY-MM-DD, `url` the
    page at ITU, `status` a notation ("in-force", "superseded"). `supersedes` holds the printed names of earlier editions: "X.1280
    (2020-03)".
    """

    iri: str
    number: str
    title: str
    language: str
    type: str
    edition: str | None
    approved_on: str | None
    url: str | None
    status: str | None
    supersedes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CitationStyle:
    """A citation format: its name, file extension, media type, and the function that writes it (UTF-8)."""

    name: str
    extension: str
    media_type: str
    write: Callable[[Cited], bytes]


def key(cited: Cited) -> str:
    """Return the citation key for BibTeX and CSL-JSON, made of a-z, 0-9, dots and hyphens: itu-t-x.1280-2024-03."""
    printed = " ".join(filter(None, (_AUTHOR, cited.number, cited.edition))).lower()
    return re.sub(r"\.?[^a-z0-9.]+|\.$", "-", printed).strip("-")


def bibtex(cited: Cited) -> bytes:
    """Return one BibTeX entry; characters special to LaTeX are escaped, all others stay in UTF-8."""
    year, _, month = (_date(cited) or "").partition("-")
    fields = {
        "title": f"{{{{{_latex(cited.title)}}}}}",  # braced twice: styles keep its case
        "author": f"{{{{{_AUTHOR}}}}}",
        "institution": f"{{{_PUBLISHER}}}",
        "type": f"{{{_latex(_genre(cited))}}}",
        "number": f"{{{_latex(cited.number)}}}",
        "year": f"{{{year}}}" if year else None,
        "month": _MONTHS[int(month[:2]) - 1] if month else None,
        "url": f"{{{_address(cited.url)}}}" if cited.url else None,
        "note": f"{{{_latex(_address(cited.iri))}}}",
    }
    lines = [f"  {name} = {value},\n" for name, value in fields.items() if value]
    # @techreport, not biblatex's @standard or @report: every BibTeX style knows it, and biblatex reads it as @report.
    return f"@techreport{{{key(cited)},\n{''.join(lines)}}}\n".encode()


def csl_json(cited: Cited) -> bytes:
    """Return a CSL-JSON list of one item."""
    date = _date(cited)
    item = {
        "id": key(cited),
        "type": "standard",
        "title": _one_line(cited.title),
        "number": _one_line(cited.number),
        "genre": _genre(cited),
        "author": [{"literal": _AUTHOR}],
        "publisher": _PUBLISHER,
        "publisher-place": _PLACE,
        "issued": {"date-parts": [[int(part) for part in date.split("-")]]} if date else None,
        "URL": _address(cited.url) if cited.url else None,
        "language": cited.language,
        "status": cited.status,
        "note": _address(cited.iri),
    }
    return (json.dumps([_known(item)], ensure_ascii=False, indent=2) + "\n").encode()


def ris(cited: Cited) -> bytes:
    """Return one RIS record; lines end in CRLF, as the format requires."""
    date = _date(cited)
    tags = {
        "TY": "STAND",
        "TI": cited.title,
        "AU": _AUTHOR,
        "PB": _PUBLISHER,
        "CY": _PLACE,
        "PY": date[:4] if date else None,
        "DA": "/".join([*date.split("-"), ""][:3]) if date else None,
        "ET": _itu_month(cited.edition) if cited.edition else None,
        "SN": cited.number,  # of a STAND it is the document number; M1 would land in Zotero's "Extra"
        "M3": _genre(cited),
        "LA": cited.language,
        "UR": _address(cited.url) if cited.url else None,
        "N1": _address(cited.iri),
    }
    lines = [f"{tag}  - {_one_line(value)}\r\n" for tag, value in tags.items() if value is not None]
    return "".join([*lines, "ER  - \r\n"]).encode()


def relaton(cited: Cited) -> bytes:
    """Return a record in the form of Relaton's own catalogue of ITU (relaton-data-itu); `sg17kg editions` reads it back.

    As in that catalogue, the date of type `published` is the day of approval; it is left out if it is not known.
    """
    edition = _itu_month(cited.edition) if cited.edition else None
    number = _one_line(cited.number)
    script = _SCRIPTS.get(cited.language)
    stage = _STAGES.get(cited.status or "")
    record = {
        "id": re.sub(r"[^A-Za-z0-9]", "", f"{_AUTHOR}{number}{edition or ''}"),
        "schema_version": "v1.5.6",
        "type": "standard",
        "title": [_known({"language": cited.language, "script": script, "content": _one_line(cited.title), "type": "main"})],
        "source": [{"type": "src", "content": _address(cited.url)}] if cited.url else None,
        "docidentifier": [_identifier(f"{_AUTHOR} {number} ({edition})" if edition else f"{_AUTHOR} {number}")],
        "date": [{"type": "published", "at": cited.approved_on}] if cited.approved_on else None,
        "contributor": [_publisher()],
        "language": [cited.language],
        "script": [script] if script else None,
        "status": {"stage": {"content": stage}} if stage else None,
        "relation": [_superseded(name) for name in cited.supersedes] or None,
        "place": [{"city": _PLACE}],
        "ext": _known({"schema_version": "v1.1.3", "doctype": _doctype(cited), "flavor": "itu"}),
    }
    text: str = yaml.safe_dump(_known(record), sort_keys=False, allow_unicode=True, explicit_start=True, width=120)
    return text.encode()


STYLES: tuple[CitationStyle, ...] = (
    CitationStyle("BibTeX", "bib", "application/x-bibtex", bibtex),
    CitationStyle("CSL-JSON", "csl", "application/vnd.citationstyles.csl+json", csl_json),
    CitationStyle("RIS", "ris", "application/x-research-info-systems", ris),
    CitationStyle("Relaton", "relaton", "application/x-relaton+yaml", relaton),
)


def _date(cited: Cited) -> str | None:
    """Return the day of approval if it is known, else the month of the edition."""
    return cited.approved_on or cited.edition


def _itu_month(edition: str) -> str:
    """Return the month as ITU prints it: 03/2024 for 2024-03."""
    return "/".join(reversed(edition.split("-")))


def _genre(cited: Cited) -> str:
    """Return "ITU-T Technical Report" for TechnicalReport."""
    return f"{_AUTHOR} " + re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cited.type)


def _one_line(text: str) -> str:
    """Return the text without control characters, and with each run of blanks replaced by one blank."""
    return " ".join("".join(" " if unicodedata.category(character) in ("Cc", "Cs") else character for character in text).split())


def _latex(text: str) -> str:
    """Return the text escaped for LaTeX; an empty group separates what TeX would join to a dash or a quotation mark."""
    return _LIGATURE.sub("{}", _one_line(text).translate(_LATEX))


def _address(url: str) -> str:
    """Return the URL with all characters that a URL cannot hold percent-encoded: braces, blanks, quotation marks, line breaks."""
    return quote(url, safe=_URL_CHARACTERS)


def _known(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


def _identifier(content: str) -> dict[str, object]:
    return {"content": content, "type": "ITU", "primary": True}


def _publisher() -> dict[str, object]:
    organization = {"name": [{"content": _PUBLISHER}], "abbreviation": {"content": "ITU"}}
    return {"role": [{"type": "publisher"}], "organization": organization}


def _superseded(name: str) -> dict[str, object]:
    printed = _MONTH_IN_NAME.sub(r"(\2/\1)", _one_line(name))
    return {"type": "supersedes", "bibitem": {"docidentifier": [_identifier(printed)]}}


def _doctype(cited: Cited) -> dict[str, str] | None:
    part = _PART.search(cited.number)
    doctype = _PARTS[part[1]] if part else _DOCTYPES.get(cited.type)
    return {"content": doctype} if doctype else None
