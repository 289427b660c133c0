"""Consultation under the traditional approval procedure (TAP): drafts that a meeting is to approve.

WTSA Resolution 1, section 9; Member States are consulted under its clause 9.4.
"""

from collections.abc import Sequence
from dataclasses import replace

from sg17kg.extraction.letter.body import Body, read_consultation, read_meeting, read_procedure
from sg17kg.extraction.letter.consistency import report_dates, report_silence, report_spelling
from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.parts import LetterParts
from sg17kg.extraction.letter.reply_form import Row
from sg17kg.extraction.letter.text_references import Mention
from sg17kg.extraction.tap.consistency import Annex, report_drafts
from sg17kg.extraction.tap.drafts import AnnexDraft, read_drafts
from sg17kg.extraction.tap.notes import Note, a5_justifications, ipr_statements
from sg17kg.extraction.tap.row_matching import pair_rows
from sg17kg.facts import DraftFacts, DraftLines, Facts, Kind
from sg17kg.readers.document import Line, TextSpan


def read_tap(reading: ExtractionContext, facts: Facts, frame: LetterParts) -> Facts:
    """Return the facts with meeting, procedure, consultation, drafts and notes."""
    meeting = read_meeting(reading, frame.header.subject_text, frame.body, frame.header.date)
    procedure = read_procedure(reading, frame.body, "TAP")
    consultation = read_consultation(reading, frame.body, frame.number)
    found, notes = read_drafts(reading, frame.annex_lines, meeting.group if meeting else None)
    annex = Annex(_annex_title(frame.annex_lines, found), tuple(found), (*_notes(reading, frame.body), *notes))
    pairs = pair_rows(annex.drafts, frame.form.rows)
    drafts = _drafts(reading, frame, annex, pairs)
    a5, ipr = _statements(reading, annex, drafts)
    facts = replace(
        facts,
        meeting=meeting,
        procedure=procedure,
        consultation=consultation,
        a5_justification=a5,
        ipr_statements=ipr,
        drafts=tuple(drafts),
        row_items={row.row.row: annex.drafts[index].item for index, row in pairs.items()},
    )
    report_dates(reading, facts, frame)
    report_silence(reading, facts, frame)
    report_drafts(reading, facts, frame, annex)
    report_spelling(reading, _named_in(reading, frame, annex))
    return facts


def _notes(reading: ExtractionContext, body: Body) -> list[Note]:
    return [Note(paragraph, None) for paragraph in body.paragraphs if reading.pack.search("note", paragraph.text)]


def _annex_title(annex_lines: tuple[Line, ...], drafts: Sequence[AnnexDraft]) -> TextSpan:
    first = drafts[0].heading[0] if drafts else 0
    return TextSpan(line for line in annex_lines if line.number < first)


def _drafts(reading: ExtractionContext, frame: LetterParts, annex: Annex, rows: dict[int, Row]) -> list[DraftFacts]:
    """Return the drafts. Where the heading states no kind, it is taken from the form or the subject."""
    subject = reading.named(frame.header.subject_text.text)
    return [_draft(reading, index, draft, rows.get(index), subject) for index, draft in enumerate(annex.drafts)]


def _draft(reading: ExtractionContext, index: int, draft: AnnexDraft, row: Row | None, subject: Sequence[Mention]) -> DraftFacts:
    kind, where = _draft_kind(draft, row, subject)
    lines = {"kind": row.lines if row and where == "form" else draft.heading}
    at = f"/drafts/{index}"
    for field in ("item", "number", "provisional_name", "part", "kind"):
        stated = {
            "number": draft.mention.restored,
            "provisional_name": draft.mention.name,
            "part": draft.mention.part,
            "kind": kind,
            "item": 1,
        }
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
    """Return (kind, where it is stated): the heading first, then the form's row, then the subject."""
    if draft.mention.kind:
        return draft.mention.kind, "heading"
    if row and row.mention and row.mention.kind:
        return row.mention.kind, "form"
    named = next((mention for mention in subject if mention.restored == draft.mention.restored), None)
    return (named.kind, "subject") if named and named.kind else (None, "")


def _statements(
    reading: ExtractionContext, annex: Annex, drafts: Sequence[DraftFacts]
) -> tuple[tuple[str, ...] | None, dict[str, int] | None]:
    by_name = {draft.provisional_name.casefold(): draft.number for draft in drafts if draft.provisional_name}
    numbers = [draft.number for draft in drafts if draft.number]

    def resolve(mention: Mention) -> str | None:
        if mention.restored in numbers:
            return mention.restored
        return by_name.get(mention.name.casefold()) if mention.name else None

    for note in annex.notes:
        reading.cover(note.stretch.range, "note")
    a5 = a5_justifications(reading, annex.notes, numbers, resolve)
    return a5, ipr_statements(reading, annex.notes, resolve)


def _named_in(reading: ExtractionContext, frame: LetterParts, annex: Annex) -> list[TextSpan]:
    """Return every part that names drafts."""
    headings = (TextSpan([reading.document.line(draft.heading[0])]) for draft in annex.drafts)
    rows = (TextSpan(reading.document.between(*row.lines)) for row in frame.form.rows)
    return [frame.header.subject_text, *frame.body.paragraphs, annex.title, *headings, frame.form.subject, *rows]
