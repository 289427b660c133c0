"""Frozen models of the facts of a document: the facts JSON of `sg17kg extract`, and the input of the graph.

A field that the document does not state is None, never a guess. Dates are ISO (YYYY-MM-DD), times are UTC (YYYY-MM-DDThh:mm:ssZ), line
ranges are (first, last), counted from 1, both included.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

Lines = tuple[int, int]

Kind = Literal["new", "revised", "amendment", "corrigendum", "supplement"]
TextType = Literal["recommendation", "supplement", "technical-report"]
LetterKind = Literal["corrigendum", "deletion", "approval", "collective-letter", "aap", "question-consultation", "tap-consultation"]
DocumentKind = LetterKind | Literal["other"]
DecisionWord = Literal[
    "not-approved",
    "deferred",
    "not-deleted",
    "proposed-for-deletion",
    "deleted",
    "additional-review",
    "last-call",
    "consented",
    "approved",
]
DeadlinePurpose = Literal["contributions", "registration", "fellowship", "visa", "translation", "other"]
CorrectedThing = Literal["reply-deadline", "title"]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class DocumentFacts:
    """The file: its name, SHA-256 of its bytes, language code, number of lines, and kind of letter."""

    name: str
    sha256: str
    language: str
    lines: int
    kind: DocumentKind


@dataclass(frozen=True)
class CircularFacts:
    """The header of a TSB Circular."""

    number: int | None
    study_period: str | None
    date: str | None
    place: str | None
    reference: str | None
    subject: str | None
    signatory: str | None
    annexes: int | None
    addressees: tuple[str, ...]
    copies: tuple[str, ...]


@dataclass(frozen=True)
class Contact:
    """Contact at TSB."""

    phone: str | None
    fax: str | None
    email: str | None


@dataclass(frozen=True)
class ReplyAddress:
    """Address to which the reply form is sent."""

    fax: str | None
    email: str | None


@dataclass(frozen=True)
class Procedure:
    """The procedure that the letter invokes. `revision` is place and year of the WTSA that revised the Resolution."""

    name: str
    resolution: str | None
    revision: str | None
    clause: str | None
    consultation_clause: str | None


@dataclass(frozen=True)
class MeetingFacts:
    """The meeting that a letter names, for example to approve drafts. A meeting of one day has the same `start` and `end`."""

    group: str | None
    start: str | None
    end: str | None
    city: str | None
    country: str | None
    virtual: bool


@dataclass(frozen=True)
class MeetingMention:
    """A meeting that prepared or adopted the text of a Question."""

    group: str
    start: str
    end: str
    city: str | None


@dataclass(frozen=True)
class ConsultationFacts:
    """The deadline for replies of Member States, and how replies are counted (WTSA Resolution 1, clauses 7.3.2 and 9.4)."""

    reply_deadline: str | None
    threshold_percent: int | None
    counted: Literal["replies", "explicit-replies"] | None
    if_no_replies: Literal["approved"] | None
    effect_if_met: Literal["procedure-applied", "approved"] | None
    effect_if_not_met: Literal["returned-to-study-group"] | None


@dataclass(frozen=True)
class DraftLines:
    """Lines of a draft in Annex 1."""

    heading: Lines
    title: Lines | None
    abstract: Lines | None


@dataclass(frozen=True)
class DraftFacts:
    """One item of Annex 1. `number` is a proposal; `part` is Amd.n or Cor.n of the text `number`."""

    item: int
    number: str | None
    provisional_name: str | None
    kind: Kind | None
    part: str | None
    document: str | None
    title: str | None
    abstract: str | None
    references: tuple[str, ...]
    lines: DraftLines


@dataclass(frozen=True)
class ListedText:
    """A published text in the list of texts for which a Question is responsible."""

    printed: str
    id: str
    type: TextType
    joint_with: str | None


@dataclass(frozen=True)
class ListedWork:
    """A text under development. `target` is the text that it revises, amends or corrects."""

    printed: str
    number: str | None
    provisional_name: str | None
    kind: Kind
    target: str | None
    type: TextType


@dataclass(frozen=True)
class Responsibilities:
    """Published texts of a Question as of a day."""

    as_of: str | None
    items: tuple[ListedText, ...]
    lines: Lines


@dataclass(frozen=True)
class WorkInProgress:
    """Texts under development in a Question as of a day."""

    as_of: str | None
    items: tuple[ListedWork, ...]
    lines: Lines


@dataclass(frozen=True)
class StudyItemFacts:
    """One study item; `text` is ITU's wording and stays out of data/."""

    ordinal: int
    text: str | None
    lines: Lines


@dataclass(frozen=True)
class TaskFacts:
    """One task, with the ordinals of the study items that it addresses according to its text."""

    ordinal: int
    text: str | None
    study_items: tuple[int, ...]
    lines: Lines


@dataclass(frozen=True)
class Relations:
    """The last section of a Question: related Recommendations, groups, bodies, WSIS action lines and SDGs."""

    recommendations: tuple[str, ...]
    groups: tuple[str, ...]
    standards_bodies: tuple[str, ...]
    other_bodies: tuple[str, ...]
    wsis_action_lines: tuple[str, ...]
    sdgs: tuple[int, ...]


@dataclass(frozen=True)
class QuestionFacts:
    """The text of one Question. `continues` names versions as "Q3/17 (2025)"."""

    number: int
    group: str
    title: str | None
    status: Literal["new", "revised"] | None
    continues: tuple[str, ...]
    prepared_at: MeetingMention | None
    adopted_at: MeetingMention | None
    responsible_for: Responsibilities | None
    under_development: WorkInProgress | None
    study_items: tuple[StudyItemFacts, ...]
    tasks: tuple[TaskFacts, ...]
    work_programme: str | None
    relations: Relations | None


@dataclass(frozen=True)
class FormRow:
    """One row of the form, as printed: a draft (number, provisional name) or a Question.

    `label` is None in data/: see `without_running_text`.
    """

    row: int
    label: str | None
    number: str | None
    provisional_name: str | None
    question: str | None


@dataclass(frozen=True)
class Decision:
    """A decision on one text, taken at a meeting or by a procedure as a letter reports it, and its day."""

    number: str | None
    provisional_name: str | None
    kind: Kind | None
    part: str | None
    title: str | None
    decision: DecisionWord | None
    on: str | None
    lines: Lines


@dataclass(frozen=True)
class CircularMention:
    """Another TSB Circular to which a letter refers, by its number, with its date if the letter gives it."""

    circular: int
    date: str | None


@dataclass(frozen=True)
class LetterFacts:
    """The number of a collective letter, and the group that sent it. The group restarts numbering each study period."""

    number: str
    group: str | None


@dataclass(frozen=True)
class MeetingDeadline:
    """A deadline that a letter of invitation sets, and its purpose. It is never the deadline of a consultation."""

    what: DeadlinePurpose
    on: str
    lines: Lines


@dataclass(frozen=True)
class Correction:
    """One change that a corrigendum makes: the value in the circular (`replaced`), and the value that replaces it (`by`).

    Values are facts: a day, a time, first and last day of a meeting ("2031-05-06/2031-05-09"), a number or provisional name, or the title
    of the text `text`. Both are None if other words are replaced, which are on the lines. `what` is None if the letter does not say what is
    changed; `replaced` is None if the letter does not give the old value.
    """

    what: CorrectedThing | None
    text: str | None
    replaced: str | None
    by: str | None
    lines: Lines


@dataclass(frozen=True)
class Finding:
    """Something in a document that is inconsistent, misprinted or missing. `lines` are all lines on which the finding is based."""

    code: str
    severity: Severity
    message: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Facts:
    """All facts of one document. `row_items` maps each row of the form to the item of Annex 1 that it means.

    `letter` is the number of a collective letter, `announcement` that of an announcement of the alternative approval process ("AAP-33"),
    `corrigendum` the number of a corrigendum to the circular `refers_to[0]`: these letters have no circular number of their own. `agenda`
    is the place of the draft agenda in a letter of invitation ("SG17-TD202", "Annex A"). `format` is that of the file (text, docx, pdf,
    html). `places` gives, for each line that evidence or a finding names, its place in the file for people ("page 2, line 14"); it is empty
    for text.
    """

    document: DocumentFacts
    circular: CircularFacts
    contact: Contact | None
    reply_address: ReplyAddress | None
    procedure: Procedure | None
    meeting: MeetingFacts | None
    adopted_at: MeetingMention | None
    collective_letter: str | None
    consultation: ConsultationFacts | None
    a5_justification: tuple[str, ...] | None
    ipr_statements: dict[str, int] | None
    drafts: tuple[DraftFacts, ...]
    questions: tuple[QuestionFacts, ...]
    form_rows: tuple[FormRow, ...]
    row_items: dict[int, int] = field(default_factory=dict)
    evidence: dict[str, Lines] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    unread: tuple[int, ...] = ()
    letter: LetterFacts | None = None
    announcement: str | None = None
    corrigendum: int | None = None
    agenda: str | None = None
    refers_to: tuple[CircularMention, ...] = ()
    decisions: tuple[Decision, ...] = ()
    deadlines: tuple[MeetingDeadline, ...] = ()
    corrections: tuple[Correction, ...] = ()
    format: str = "text"
    places: dict[int, str] = field(default_factory=dict)


Publication = Literal["in-force", "prepublished", "superseded", "withdrawn", "not-in-force"]
ListedStage = Literal["published", "withdrawn"]


@dataclass(frozen=True)
class EditionFacts:
    """One dated edition of a text, as a catalogue of editions lists it.

    `number` is that of the text ("X.1280", "X Suppl. 39"), `also` the other halves of a dual number. `part` is Amd.n, Cor.n … of the
    edition of the year `of_edition`. `edition` is MM/YYYY. `publication` is the status in the catalogue's link when it was read, which may
    change; without one, it is what the stage leaves open ("not-in-force"), else None. `twins` are standards with the same text. `group`
    owns the number on the day of the catalogue, regardless of the day of the edition. `edition_number` is that of the catalogue ("2", "2.1"
    for a part), `stage` its status there. `complemented_by` are the numbers of the Supplements that the catalogue relates to the text.
    `source` is the record, `source_version` the version of the catalogue that contains it; None in a file made from one version.
    """

    number: str
    also: tuple[str, ...]
    part: str | None
    of_edition: str | None
    edition: str
    approved_on: str
    title: str | None
    url: str | None
    publication: Publication | None
    twins: tuple[str, ...]
    group: str | None
    source: str
    edition_number: str | None = None
    stage: ListedStage | None = None
    complemented_by: tuple[str, ...] = ()
    source_version: str | None = None


@dataclass(frozen=True)
class TwinFacts:
    """One edition of a standard of ISO or ISO/IEC, or an amendment, corrigendum or addendum of one, as its catalogue lists it.

    `number` is that of the standard ("ISO/IEC 9594-8"). `year` is that of the edition, None if the record has none. `change` is the
    document that changes the edition, as printed ("Cor 1:2021", "Amd 1:1997/Cor 1:1999", "DAM 1"), None for the edition itself. `stage` is
    the harmonized stage code ("60.60"), `published` is YYYY-MM or YYYY, `committee` maintains the standard, `ics` are subject codes.
    `title_fr` is None if the catalogue repeats the English title in its place.
    """

    number: str
    year: str | None
    change: str | None
    stage: str | None
    published: str | None
    committee: str | None
    ics: tuple[str, ...]
    edition_number: str | None
    title: str | None
    title_fr: str | None
    url: str | None
    source: str


@dataclass(frozen=True)
class ApprovalFacts:
    """One approval that a bulletin reports: the edition of a text, and the issue of the bulletin with its date.

    Number, part and edition are as in EditionFacts. `announcement` is that of the alternative approval process ("AAP-33"), `circular` the
    number of the TSB Circular of the traditional one, whose study period follows from `date`.
    """

    number: str
    also: tuple[str, ...]
    part: str | None
    of_edition: str | None
    edition: str
    bulletin: int
    date: str
    announcement: str | None
    circular: int | None
    procedure: Literal["TAP", "AAP"] | None


@dataclass(frozen=True)
class Unread:
    """A record of a catalogue or bulletin that could not be read, and the reason."""

    name: str
    reason: str


def texts_named(facts: Facts) -> set[str]:
    """Return the numbers of all ITU-T texts that a document names: in drafts, lists of Questions, relations, references."""
    numbers = {draft.number for draft in facts.drafts}
    for draft in facts.drafts:
        numbers |= {name.removeprefix("ITU-T ") for name in draft.references if name.startswith("ITU-T ")}
    for question in facts.questions:
        numbers |= {item.id for item in question.responsible_for.items} if question.responsible_for else set()
        for work in question.under_development.items if question.under_development else ():
            numbers |= {work.number, work.target}
        if question.relations:
            numbers |= {name for name in question.relations.recommendations if not name.endswith(" series")}
    return {number for number in numbers if number}


def without_running_text(facts: Facts) -> Facts:
    """Return the facts without the text of abstracts, study items and tasks, which is ITU's and is not shipped.

    Labels of rows for Questions are also left out: they repeat a clause of the letter, and number and title give the same information.
    """
    questions = tuple(
        replace(
            question,
            study_items=tuple(replace(item, text=None) for item in question.study_items),
            tasks=tuple(replace(task, text=None) for task in question.tasks),
        )
        for question in facts.questions
    )
    drafts = tuple(replace(draft, abstract=None) for draft in facts.drafts)
    rows = tuple(replace(row, label=None) if row.question else row for row in facts.form_rows)
    return replace(facts, drafts=drafts, questions=questions, form_rows=rows)
