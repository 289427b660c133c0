"""Annex 1 of a TAP consultation: drafts with heading, title, summary and location of the text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.text_references import Mention
from sg17kg.extraction.tap.notes import Note
from sg17kg.facts import Lines
from sg17kg.identifiers import NUMBER
from sg17kg.readers.document import Line, TextSpan, join

_HEADING = re.compile(r"(\d{1,3})(?:[\t.\u3001\uff0e][\t ]*| +)(\S.*)")
_LONGEST_HEADING = 160
# how far into its heading a text may be named: after "ITU-T", or after "draft new Recommendation ITU-T"
_ISSUER_BEFORE, _WORDS_BEFORE = 8, 90
_LOCATION = re.compile(
    r"[\[\u3010(\uff08] ?(?:(?P<group>SG\d+|TSAG) ?[-\u2013] ?)?(?P<kind>R|TD) ?(?P<number>\d+)"
    r"(?:/[A-Z]{2,6})?(?: ?-?(?P<revision>Rev\.? ?\d+))? ?[\]\u3011)\uff09]"
)
_STANDARDS = (
    (re.compile(rf"(?:ITU-T ?|(?<![A-Za-z0-9./-]))({NUMBER})(?![\d-]|\.\d)"), "ITU-T {0}"),
    (re.compile(r"(?<![A-Za-z/])((?:ISO|IEC)(?:/(?:IEC|IEEE))*)((?: (?:TR|TS|Guide|DIS))?) ?(\d{3,5}(?:-\d+)*)"), "{0}{1} {2}"),
    (re.compile(r"(?:IETF )?RFC ?(\d{3,5})"), "IETF RFC {0}"),
    (re.compile(r"(?<![A-Za-z])IEEE (\d{3,4}(?:\.\w+)*)"), "IEEE {0}"),
    (re.compile(r"ETSI ((?:TS|TR|EN|GS|GR|ES) (?:[A-Z]{2,6} )?\d{3}(?: ?\d{3})?(?:-\d+)?)"), "ETSI {0}"),
    (re.compile(r"3GPP ((?:TS|TR) ?\d{2}\.\d{3})"), "3GPP {0}"),
    (re.compile(r"NIST (SP ?\d{3}-\d+\w*|FIPS ?\d+(?:-\d)?)"), "NIST {0}"),
    (re.compile(r"OASIS ([A-Z][A-Za-z]{2,})(?: ?v\.? ?| )(\d+\.\d+)"), "OASIS {0} {1}"),
    (re.compile(r"(?<![A-Z])([A-Z]{3,12}) ?v\.? ?(\d+\.\d+)[^\[\]\s,;]{0,2}(?: ?\[[^\]]*\])? ?OASIS"), "OASIS {0} {1}"),
)


# every standard has a number, and most summaries name none
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class AnnexDraft:
    """A draft as given in Annex 1. Its mention has a kind only if the heading states one."""

    item: int
    mention: Mention
    heading: Lines
    title: str | None
    title_lines: Lines | None
    abstract: str | None
    abstract_lines: Lines | None
    document: tuple[str, Lines] | None
    references: tuple[str, ...]


def read_drafts(reading: ExtractionContext, lines: tuple[Line, ...], group: str | None) -> tuple[list[AnnexDraft], list[Note]]:
    """Return the drafts of Annex 1 and the notes in it. `group` completes report numbers ("R34" → "SG17-R34")."""
    starts = [index for index, line in enumerate(lines) if _heading(reading, line)]
    _cover_title(reading, lines[: starts[0] if starts else len(lines)])
    drafts: list[AnnexDraft] = []
    notes: list[Note] = []
    for start, end in zip(starts, [*starts, len(lines)][1:], strict=True):
        draft, own_notes = _draft(reading, lines[start:end], group)
        drafts.append(draft)
        notes += [Note(TextSpan([line]), draft.mention.restored) for line in own_notes]
    return drafts, notes


def _heading(reading: ExtractionContext, line: Line) -> tuple[int, Mention] | None:
    """Return (item, text named) if a line is a heading: an item number, a text, a word for a draft, and not a sentence."""
    match = _HEADING.fullmatch(line.text)
    if not match or len(line.text) > _LONGEST_HEADING or line.text[-1] in "。.;；":
        return None
    rest = TextSpan([Line(line.number, match[2])]).text
    found = reading.named(rest)
    words = reading.pack.drafts
    is_draft = found and (found[0].kind or any(pattern.search(rest) for _, pattern in words.kind_words))
    reach = _WORDS_BEFORE if words.govern == "before" else _ISSUER_BEFORE
    return (int(match[1]), found[0]) if is_draft and found[0].start <= reach else None


def _cover_title(reading: ExtractionContext, lines: tuple[Line, ...]) -> None:
    title = TextSpan(lines)
    if title and reading.pack.search("annex_title", title.text):
        reading.cover(title.range, "annex title")


def _draft(reading: ExtractionContext, lines: tuple[Line, ...], group: str | None) -> tuple[AnnexDraft, list[Line]]:
    head = lines[0]
    found = _heading(reading, head)
    assert found, "lines[0] was chosen as a heading"
    item, mention = found
    notes = [line for line in lines[1:] if line.text and reading.pack.search("note", line.folded)]
    rest = [line for line in lines[1:] if line.text and line not in notes]
    label = next((index for index, line in enumerate(rest) if reading.pack.is_label("summary", line.text)), None)
    title = rest[:1] if label is None else rest[:label]
    labels = [line for line in rest if reading.pack.is_label("summary", line.text)]  # one may be printed twice
    summary = [] if label is None else [line for line in rest[label + 1 :] if line not in labels]
    for line in labels:
        reading.cover((line.number,) * 2, "summary label")
    if notes and (behind := [line for line in summary if line.number > notes[-1].number]):
        message = f"a summary goes on behind a note by TSB, with {len(behind)} lines: they may belong elsewhere"
        reading.find("summary-behind-note", "info", message, [(behind[0].number, behind[-1].number)])
    abstract = TextSpan(summary)
    draft = AnnexDraft(
        item=item,
        mention=mention,
        heading=(head.number, head.number),
        title=join(line.text for line in title) or None,
        title_lines=(title[0].number, title[-1].number) if title else None,
        abstract="\n".join(line.text for line in summary) or None,
        abstract_lines=abstract.range if abstract else None,
        document=_location(reading, TextSpan([head]), abstract, group),
        references=references(reading.pack.with_known_issuers(abstract.text), mention.restored),
    )
    return draft, notes


def _location(reading: ExtractionContext, heading: TextSpan, abstract: TextSpan, group: str | None) -> tuple[str, Lines] | None:
    """Return the document that contains the text, from brackets in the heading, else from the summary."""
    if match := _LOCATION.search(heading.text):
        revision = f" {match['revision']}" if match["revision"] else ""
        if not (match["group"] or group):
            return None
        return f"{match['group'] or group}-{match['kind']}{match['number']}{revision}", heading.range
    if match := reading.pack.search("text_location", abstract.text):
        sg = match.groupdict().get("sg")
        holder = f"SG{int(sg)}" if sg else group
        return (f"{holder}-{match['document'].replace(' ', '')}", abstract.lines_of_match(match)) if holder else None
    return None


def references(text: str, own: str | None) -> tuple[str, ...]:
    """Return the standards that a summary names, issuer first, in the order of the text, without itself and ITU-T A.5."""
    found: list[tuple[int, str]] = []
    for pattern, form in _STANDARDS if _DIGIT.search(text) else ():
        found += [(match.start(), form.format(*match.groups())) for match in pattern.finditer(text)]
    excluded = {"ITU-T A.5", f"ITU-T {own}"}
    return tuple(dict.fromkeys(name for _, name in sorted(found) if name not in excluded))


def report_items(reading: ExtractionContext, drafts: Iterable[AnnexDraft]) -> None:
    """Report items that are not numbered 1, 2, 3 …"""
    for expected, draft in enumerate(drafts, start=1):
        if draft.item != expected:
            message = f"item {draft.item} stands where item {expected} is expected"
            reading.find("item-out-of-order", "warning", message, [draft.heading])
