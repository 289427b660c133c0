"""Inconsistencies between the drafts of a circular and its form, subject and titles."""

from collections import defaultdict
from dataclasses import dataclass

from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.parts import LetterParts
from sg17kg.extraction.letter.reply_form import Form, Row, mark, marks_named
from sg17kg.extraction.letter.text_references import Mention
from sg17kg.extraction.tap.drafts import AnnexDraft, report_items
from sg17kg.extraction.tap.notes import Note
from sg17kg.extraction.tap.row_matching import pair_rows
from sg17kg.facts import DraftFacts, Facts
from sg17kg.readers.document import TextSpan


@dataclass(frozen=True)
class Annex:
    """Annex 1 as read: its title, its drafts, and all notes by TSB, including those in the letter."""

    title: TextSpan
    drafts: tuple[AnnexDraft, ...]
    notes: tuple[Note, ...]


def report_drafts(reading: ExtractionContext, facts: Facts, frame: LetterParts, annex_read: Annex) -> None:
    """Compare the drafts with the form, the subject, the titles and each other; check notes and check boxes."""
    report_items(reading, annex_read.drafts)
    pairs = pair_rows(annex_read.drafts, frame.form.rows)
    for index, (annex, draft) in enumerate(zip(annex_read.drafts, facts.drafts, strict=True)):
        _draft(reading, annex, draft, pairs.get(index))
    paired = {id(row) for row in pairs.values()}
    for row in frame.form.rows:
        if id(row) not in paired:
            reading.find("row-without-draft", "error", f"the form's row {row.row.label!r} means no draft of Annex 1", [row.lines])
    _lists(reading, frame, annex_read)
    _locations(reading, facts)
    _notes(reading, annex_read)
    _marks(reading, frame.form)
    silent = [annex for annex in annex_read.drafts if annex.mention.kind is None]
    if silent:
        items = ", ".join(str(annex.item) for annex in silent)
        message = f"no heading says whether the text is new or revised at item {items}; the form or the subject does"
        reading.find("kind-not-in-heading", "info", message, [annex.heading for annex in silent])
    count = frame.body.find(reading, "draft_count")
    if count and reading.pack.number(count[0]["count"]) != len(facts.drafts):
        message = f"the letter speaks of {count[0]['count']} drafts, Annex 1 has {len(facts.drafts)}"
        reading.find("draft-count-differs", "error", message, [count[1].lines_of_match(count[0])])


def _draft(reading: ExtractionContext, annex: AnnexDraft, draft: DraftFacts, row: Row | None) -> None:
    called = draft.number or draft.provisional_name or f"item {draft.item}"
    if draft.kind is None:
        reading.find("kind-unknown", "warning", f"nothing says whether {called} is new or revised", [annex.heading])
    if draft.abstract is None:
        reading.find("no-abstract", "info", f"{called} has no summary", [annex.heading])
    if draft.title is None:
        reading.find("no-title", "warning", f"{called} has no title", [annex.heading])
    if row is None or row.mention is None:
        reading.find("draft-without-row", "error", f"no row of the form means {called} (item {draft.item})", [annex.heading])
        return
    both = [annex.heading, row.lines]
    if row.mention.restored != draft.number:
        message = f"the form has {row.mention.restored} where Annex 1 has {draft.number} ({draft.provisional_name})"
        reading.find("form-number-differs", "error", message, both)
    if row.mention.part != draft.part:
        message = f"the form says {row.mention.part or 'no part'} of {called}, Annex 1 {draft.part or 'no part'}"
        reading.find("form-part-differs", "warning", message, both)
    elif annex.mention.kind and row.mention.kind and row.mention.kind != annex.mention.kind:
        message = f"the form calls {called} {row.mention.kind}, its heading {annex.mention.kind}"
        reading.find("form-kind-differs", "error", message, both)
    if row.mention.name and draft.provisional_name and row.mention.name.casefold() != draft.provisional_name.casefold():
        message = f"the form calls {called} {row.mention.name}, Annex 1 {draft.provisional_name}"
        reading.find("form-name-differs", "error", message, both)


def _lists(reading: ExtractionContext, frame: LetterParts, annex_read: Annex) -> None:
    """Compare the drafts that the subject, the annex's title and the form's subject list with the annex itself."""
    for what, stretch in (("subject", frame.header.subject_text), ("title of Annex 1", annex_read.title), ("form", frame.form.subject)):
        listed = reading.named(stretch.text) if stretch else []
        listed = [mention for mention in listed if mention.number or mention.name]
        if not listed:
            continue
        for draft in annex_read.drafts:
            named = next((mention for mention in listed if _same(mention, draft.mention)), None)
            if named is None:
                message = f"the {what} does not name {draft.mention.restored or draft.mention.name}"
                reading.find("draft-not-listed", "warning", message, [stretch.range, draft.heading])
            elif named.kind and draft.mention.kind and named.kind != draft.mention.kind:
                message = f"the {what} calls {draft.mention.restored} {named.kind}, its heading {draft.mention.kind}"
                reading.find("kind-differs", "warning", message, [stretch.lines_of(named.start, named.end), draft.heading])
            elif named.part and named.governed_by == "new":
                message = f"the {what} counts {draft.mention.restored} {named.part} among new texts, its heading says {draft.mention.kind}"
                reading.find("kind-differs", "warning", message, [stretch.lines_of(named.start, named.end), draft.heading])
        for mention in listed:
            if not any(_same(mention, draft.mention) for draft in annex_read.drafts):
                message = f"the {what} names {mention.restored or mention.name}, which Annex 1 does not have"
                reading.find("listed-without-draft", "warning", message, [stretch.lines_of(mention.start, mention.end)])


def _same(one: Mention, other: Mention) -> bool:
    if one.restored and other.restored:
        return one.restored == other.restored and (not one.part or not other.part or one.part == other.part)
    return bool(one.name and other.name) and one.name == other.name


def _locations(reading: ExtractionContext, facts: Facts) -> None:
    by_document: dict[str, list[DraftFacts]] = defaultdict(list)
    for draft in facts.drafts:
        if draft.document:
            by_document[draft.document].append(draft)
    for document, drafts in by_document.items():
        if len(drafts) > 1:
            message = f"{document} is given as the text of {' and '.join(draft.number or '?' for draft in drafts)}"
            reading.find("report-used-twice", "error", message, [draft.lines.heading for draft in drafts])
    without = [draft for draft in facts.drafts if not draft.document]
    if without:
        message = f"where the text lies is not said for {', '.join(draft.number or f'item {draft.item}' for draft in without)}"
        reading.find("no-text-reference", "warning", message, [draft.lines.heading for draft in without])


def _notes(reading: ExtractionContext, annex_read: Annex) -> None:
    labels = [note.label(reading) for note in annex_read.notes]
    lines = [note.stretch.range for note in annex_read.notes]
    if len({label for label, _ in labels}) > 1:
        reading.find("note-labels-differ", "info", "notes by TSB go by different words in one document", lines)
    numbers = [int(number) for _, number in labels if number]
    if numbers != list(range(1, len(numbers) + 1)):
        reading.find("notes-out-of-order", "info", f"notes by TSB are numbered {numbers}", lines)
    for note in annex_read.notes:
        if note.under:
            message = f"a note by TSB stands under {note.under} in Annex 1, not in the letter"
            reading.find("note-in-annex", "info", message, [note.stretch.range])


def _marks(reading: ExtractionContext, form: Form) -> None:
    """Report instructions that name a check box that no option has, so that the reader cannot tell what to tick."""
    borne = {mark(line.text) for line in form.options}
    lines = [line.number for line in form.options if marks_named(line.text) - borne]
    if lines:
        reading.find("form-marks-differ", "info", "the form tells to choose among marks that its options do not bear", lines)
