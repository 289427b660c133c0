"""From a document to its facts: which kind of letter it is, its parts, and what they say together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sg17kg.errors import NotACircular
from sg17kg.identifiers import study_period_of
from sg17kg.records import (
    CircularFacts,
    DocumentFacts,
    DocumentKind,
    DraftFacts,
    DraftLines,
    Facts,
    Kind,
    Lines,
    MeetingMention,
)
from sg17kg.sources import agreement, reference
from sg17kg.sources.agreement import Parts
from sg17kg.sources.body import (
    Body,
    read_collective_letter,
    read_consultation,
    read_meeting,
    read_mention,
    read_paragraphs,
    read_procedure,
    read_signature,
)
from sg17kg.sources.document import Document, Line, Stretch
from sg17kg.sources.drafts import AnnexDraft, read_drafts
from sg17kg.sources.footer import cover_footer
from sg17kg.sources.form import Form, Row, read_form
from sg17kg.sources.header import Header, read_header
from sg17kg.sources.language import LanguagePack, choose
from sg17kg.sources.mentions import Mention, mentions
from sg17kg.sources.notes import Note, a5_justifications, ipr_statements
from sg17kg.sources.pairing import pair_rows
from sg17kg.sources.questions import read_questions
from sg17kg.sources.reading import Reading


@dataclass(frozen=True)
class Outline:
    """Where the parts lie: last line of the header, first of each annex. Line numbers from 1; 0 means absent."""

    header_end: int
    annexes: tuple[tuple[int, int], ...]
    last: int

    def annex(self, number: int) -> tuple[int, int] | None:
        """First and last line of an annex, its heading left out."""
        for index, (found, line) in enumerate(self.annexes):
            if found == number:
                end = self.annexes[index + 1][1] - 1 if index + 1 < len(self.annexes) else self.last
                return line + 1, end
        return None

    @property
    def body(self) -> tuple[int, int]:
        """First and last line of the letter itself."""
        return self.header_end + 1, self.annexes[0][1] - 1 if self.annexes else self.last


def extract(document: Document, packs: tuple[LanguagePack, ...], curated: Path) -> Facts:
    """What the document says. Raises NotACircular where it is no TSB Circular, or only a part of one."""
    pack = choose(document, packs)
    if pack is None:
        raise NotACircular(f"{document.name}: no circular in a language that is known ({', '.join(p.language for p in packs)})")
    reading = Reading(document, pack, reference.load(curated, pack.language))
    outline = _outline(reading)
    header = read_header(reading, max(outline.header_end - 1, 0))
    body_lines = document.between(*outline.body)
    body = read_paragraphs(reading, _before_closing(reading, body_lines))
    form = read_form(reading, *(outline.annex(2) or (outline.last + 1, outline.last)))
    kind = _kind(header, body, reading)
    number = header.number or form.number
    if number is None:
        raise NotACircular(f"{document.name}: no TSB Circular: its number stands neither in a header nor in a reply form")
    _check_whole(reading, kind, outline, body, form)
    return _facts(reading, kind, outline, header, body, form, number)


def _outline(reading: Reading) -> Outline:
    header_end, annexes = 0, []
    for line in reading.document.lines:
        text = Stretch([line]).text if line.text else ""
        if not text:
            continue
        if not header_end and reading.pack.search("salutation", text):
            header_end = line.number
            reading.cover((line.number, line.number), "salutation")
        match = reading.pack.search("annex_heading", text)
        if match and int(match["number"]) == len(annexes) + 1:
            annexes.append((int(match["number"]), line.number))
            reading.cover((line.number, line.number), "annex heading")
        elif reading.pack.search("salutation", text):
            reading.cover((line.number, line.number), "salutation")
    last = cover_footer(reading, annexes[-1][1] if annexes else header_end)
    return Outline(header_end, tuple(annexes), last)


def _before_closing(reading: Reading, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The letter up to its signature, which is read on its own."""
    for index, line in enumerate(lines):
        if line.text and reading.pack.search("closing", Stretch([line]).text):
            return lines[:index]
    return lines


def _kind(header: Header, body: Body, reading: Reading) -> DocumentKind:
    if body.find(reading, "tap"):
        return "tap-consultation"
    if header.subject_text and reading.pack.search("questions_adopted", header.subject_text.text):
        return "question-consultation"
    return "other"


def _check_whole(reading: Reading, kind: DocumentKind, outline: Outline, body: Body, form: Form) -> None:
    """A consultation that breaks off is refused: half of its facts would look like all of them."""
    if kind == "other":
        return
    last = max((line.number for line in reading.document.lines if line.text), default=0)
    mend = "get the whole file and try again"
    for paragraph in body.paragraphs:
        for match in reading.pack.find_all("annex_reference", paragraph.text):
            reading.cover(paragraph.range, "annex reference")
            if not outline.annex(int(match["number"])):
                told = paragraph.line_at(match.start())
                message = f"line {last}: the circular breaks off: annex {match['number']}, named in line {told}, is missing; {mend}"
                raise NotACircular(f"{reading.document.name}: {message}")
    if not form.closed and outline.annex(2) and not form.rows:
        raise NotACircular(f"{reading.document.name}: line {last}: the circular breaks off: its reply form has no rows; {mend}")


def _facts(
    reading: Reading, kind: DocumentKind, outline: Outline, header: Header, body: Body, form: Form, number: tuple[int, Lines]
) -> Facts:
    document = reading.document
    reading.state("/circular/number", number[1])
    questions_kind = kind == "question-consultation"
    meeting = read_meeting(reading, header.subject_text, body) if kind == "tap-consultation" else None
    adopted_at = _adopted_at(reading, header.subject_text) if questions_kind else None
    procedure = read_procedure(reading, body, "Question consultation" if questions_kind else "TAP") if kind != "other" else None
    consultation = read_consultation(reading, body) if kind != "other" else None
    signature = read_signature(reading, document.between(*outline.body)[len(_before_closing(reading, document.between(*outline.body))) :])
    annex = outline.annex(1)
    annex_lines = document.between(*annex) if annex else ()
    group = meeting.group if meeting else None
    annex_drafts, annex_notes = read_drafts(reading, annex_lines, group) if kind == "tap-consultation" else ([], [])
    parts = Parts(
        header=header,
        body=body,
        notes=tuple(_notes(reading, body)) + tuple(annex_notes),
        annex_title=_annex_title(annex_lines, annex_drafts),
        drafts=tuple(annex_drafts),
        form=form,
        number=number[0],
    )
    pairs = pair_rows(parts.drafts, form.rows)
    drafts = _drafts(reading, parts, pairs)
    a5, ipr = _statements(reading, parts, drafts)
    facts = Facts(
        document=DocumentFacts(document.name, document.sha256, reading.pack.language, len(document.lines), kind),
        circular=CircularFacts(
            number=number[0],
            study_period=_study_period(reading, header.date, meeting.start if meeting else adopted_at.start if adopted_at else None),
            date=header.date,
            place=header.place,
            reference=header.reference,
            subject=header.subject,
            signatory=signature.name,
            annexes=_annexes(reading, outline, signature.annexes),
            addressees=header.addressees,
            copies=header.copies,
        ),
        contact=header.contact,
        reply_address=form.reply_address,
        procedure=procedure,
        meeting=meeting,
        adopted_at=adopted_at,
        collective_letter=read_collective_letter(reading, body),
        consultation=consultation,
        a5_justification=a5,
        ipr_statements=ipr,
        drafts=tuple(drafts),
        questions=tuple(read_questions(reading, annex_lines, adopted_at)) if questions_kind else (),
        form_rows=tuple(row.row for row in form.rows),
        row_items={row.row.row: parts.drafts[index].item for index, row in pairs.items()},
    )
    agreement.report(reading, facts, parts)
    return replace(facts, evidence=_ordered(reading.evidence), findings=tuple(reading.findings), unread=reading.unread())


def _adopted_at(reading: Reading, subject: Stretch) -> MeetingMention | None:
    match = reading.pack.search("questions_adopted", subject.text)
    mention = read_mention(reading, match) if match else None
    if match and mention:
        for field in ("group", "start", "end", "city"):
            reading.state(f"/adopted_at/{field}", subject.lines_of_match(match) if getattr(mention, field) else None)
    return mention


def _notes(reading: Reading, body: Body) -> list[Note]:
    return [Note(paragraph, None) for paragraph in body.paragraphs if reading.pack.search("note", paragraph.text)]


def _annex_title(annex_lines: tuple[Line, ...], drafts: Sequence[AnnexDraft]) -> Stretch:
    first = drafts[0].heading[0] if drafts else 0
    return Stretch(line for line in annex_lines if line.number < first)


def _study_period(reading: Reading, letter: str | None, meeting: str | None) -> str | None:
    """The study period of the letter's date, or of its meeting where no date is printed (INTERFACES §4)."""
    pointer = "/circular/date" if letter else "/meeting/start" if "/meeting/start" in reading.evidence else "/adopted_at/start"
    day = letter or meeting
    if not day:
        return None
    reading.state("/circular/study_period", reading.evidence.get(pointer))
    return study_period_of(date.fromisoformat(day), reading.reference.periods)


def _annexes(reading: Reading, outline: Outline, announced: int | None) -> int | None:
    """How many annexes the document has; a count below the signature that differs is reported."""
    have = len(outline.annexes)
    enclosed = next((line for line, by in reading.covered.items() if by == "enclosed"), None)
    if announced is not None and announced != have and enclosed:
        message = f"the letter announces {announced} annexes and has {have}"
        reading.find("annexes-differ", "warning", message, [enclosed, *(line for _, line in outline.annexes)])
    place = enclosed if enclosed and announced == have else outline.annexes[-1][1] if have else None
    reading.state("/circular/annexes", (place, place) if place else None)
    return have or None


def _drafts(reading: Reading, parts: Parts, rows: dict[int, Row]) -> list[DraftFacts]:
    """Drafts with the kind that the form or the subject gives where the heading is silent."""
    subject = mentions(parts.header.subject_text.text, reading.pack) if parts.header.subject_text else []
    return [_draft(reading, index, draft, rows.get(index), subject) for index, draft in enumerate(parts.drafts)]


def _draft(reading: Reading, index: int, draft: AnnexDraft, row: Row | None, subject: Sequence[Mention]) -> DraftFacts:
    kind, where = _draft_kind(draft, row, subject)
    lines = {"kind": row.lines if row and where == "form" else draft.heading}
    at = f"/drafts/{index}"
    for field in ("item", "number", "provisional_name", "part", "kind"):
        stated = {"number": draft.mention.restored, "provisional_name": draft.mention.name, "part": draft.mention.part, "kind": kind, "item": 1}
        if where == "subject" and field == "kind":
            reading.state(f"{at}/kind", reading.evidence.get("/circular/subject"))
        elif stated[field]:
            reading.state(f"{at}/{field}", lines.get(field, draft.heading))
    reading.state(f"{at}/title", draft.title_lines)
    reading.state(f"{at}/abstract", draft.abstract_lines)
    reading.state(f"{at}/document", draft.document[1] if draft.document else None)
    return DraftFacts(
        item=draft.item,
        number=draft.mention.restored,
        provisional_name=draft.mention.name,
        kind=kind,
        part=draft.mention.part,
        document=draft.document[0] if draft.document else None,
        title=draft.title,
        abstract=draft.abstract,
        references=draft.references,
        lines=DraftLines(draft.heading, draft.title_lines, draft.abstract_lines),
    )


def _draft_kind(draft: AnnexDraft, row: Row | None, subject: Sequence[Mention]) -> tuple[Kind | None, str]:
    """(kind, where it is said): the heading first, then the form's row, then the subject."""
    if draft.mention.kind:
        return draft.mention.kind, "heading"
    if row and row.mention and row.mention.kind:
        return row.mention.kind, "form"
    named = next((mention for mention in subject if mention.restored == draft.mention.restored), None)
    return (named.kind, "subject") if named and named.kind else (None, "")


def _statements(
    reading: Reading, parts: Parts, drafts: Sequence[DraftFacts]
) -> tuple[tuple[str, ...] | None, dict[str, int] | None]:
    by_name = {draft.provisional_name.casefold(): draft.number for draft in drafts if draft.provisional_name}
    numbers = [draft.number for draft in drafts if draft.number]

    def resolve(mention: Mention) -> str | None:
        if mention.restored in numbers:
            return mention.restored
        return by_name.get(mention.name.casefold()) if mention.name else None

    for note in parts.notes:
        reading.cover(note.stretch.range, "note")
    a5 = a5_justifications(reading, parts.notes, numbers, resolve)
    return a5, ipr_statements(reading, parts.notes, resolve)


_ORDER = (
    "circular contact reply_address procedure meeting adopted_at collective_letter consultation a5_justification "
    "ipr_statements drafts questions form_rows"
).split()


def _ordered(evidence: dict[str, Lines]) -> dict[str, Lines]:
    """Evidence in the order of the facts; pointers of one part keep the order in which they were read."""
    return dict(sorted(evidence.items(), key=lambda entry: _ORDER.index(entry[0].split("/")[1])))
