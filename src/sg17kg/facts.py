"""Frozen models of what a document says: the facts JSON of `sg17kg extract`, and the input of the graph.

A field that the document does not state is None, never a guess. Dates are ISO (YYYY-MM-DD), moments are UTC
(YYYY-MM-DDThh:mm:ssZ), line ranges are (first, last), counted from 1, both included.
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
    """The file: its name, SHA-256 of its bytes, language code, number of lines, and what kind of letter it is."""

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
    """Whom to ask at TSB."""

    phone: str | None
    fax: str | None
    email: str | None


@dataclass(frozen=True)
class ReplyAddress:
    """Where the form goes."""

    fax: str | None
    email: str | None


@dataclass(frozen=True)
class Procedure:
    """The rule that the letter invokes; `revision` is place and year of the WTSA that revised the Resolution."""

    name: str
    resolution: str | None
    revision: str | None
    clause: str | None
    consultation_clause: str | None


@dataclass(frozen=True)
class MeetingFacts:
    """The meeting that is to approve; a meeting of one day starts and ends on it."""

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
    """Until when Member States may answer, and how their answers count (WTSA Resolution 1, clauses 7.3.2 and 9.4)."""

    reply_deadline: str | None
    threshold_percent: int | None
    counted: Literal["replies", "explicit-replies"] | None
    if_no_replies: Literal["approved"] | None
    effect_if_met: Literal["procedure-applied", "approved"] | None
    effect_if_not_met: Literal["returned-to-study-group"] | None


@dataclass(frozen=True)
class DraftLines:
    """Where a draft stands in Annex 1."""

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
    """A published text in the list of those for which a Question is responsible."""

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
    """One task, with the ordinals of the study items that it says it addresses."""

    ordinal: int
    text: str | None
    study_items: tuple[int, ...]
    lines: Lines


@dataclass(frozen=True)
class Relations:
    """The last section of a Question: what it works with."""

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
    """What became of one text: the decision that a letter reports of a meeting or of a procedure, and its day."""

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
    """Another TSB Circular to which a letter goes back, by its number; its day where the letter gives it."""

    circular: int
    date: str | None


@dataclass(frozen=True)
class LetterFacts:
    """The number of a collective letter and the group whose letter it is; the group restarts it each study period."""

    number: str
    group: str | None


@dataclass(frozen=True)
class MeetingDeadline:
    """A day that a letter of invitation sets, and what for. None of them is the deadline of a consultation."""

    what: DeadlinePurpose
    on: str
    lines: Lines


@dataclass(frozen=True)
class Correction:
    """One change that a corrigendum makes: what the circular said, and what holds in its place.

    Values are facts: a day, a moment, first and last day of a meeting ("2031-05-06/2031-05-09"), a number or provisional
    name, or the title of the text `text`. Both are None where other words are replaced: those are to be read on the lines.
    `what` is known where the letter says what is changed; `replaced` is None where it does not say from what.
    """

    what: CorrectedThing | None
    text: str | None
    replaced: str | None
    by: str | None
    lines: Lines


@dataclass(frozen=True)
class Finding:
    """Something in a document that does not agree, is misprinted, or is missing; `lines` are all that it rests on."""

    code: str
    severity: Severity
    message: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Facts:
    """Everything that one document says; `row_items` tells for each row of the form which item of Annex 1 it means.

    `letter` is the number of a collective letter, `announcement` that of the alternative approval process ("AAP-33"),
    `corrigendum` which corrigendum to the circular `refers_to[0]` the letter is: these have no number of a circular of their
    own. `agenda` is where a letter of invitation has the draft agenda ("SG17-TD202", "Annex A").
    `format` is that of the file (text, docx, pdf, html); `places` says of each line that evidence or a finding names where
    a person finds it in the file ("page 2, line 14"), and is empty for text.
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
    """One dated issue of a text, as a catalogue of editions gives it.

    `number` is the text's own ("X.1280", "X Suppl. 39"), `also` the other halves of a dual number; `part` is Amd.n, Cor.n
    … of the edition of the year `of_edition`. `edition` is MM/YYYY, `publication` what the catalogue's link said when it
    was read: it changes; where the link says nothing, what the stage leaves open ("not-in-force"), else None. `twins` are
    standards with the same text. `group` owns the number on the day of the catalogue, whatever the day of the edition.
    `edition_number` is the catalogue's own ("2", "2.1" for a part), `stage` its status; `complemented_by` are the numbers of
    the Supplements that it relates to the text. `source` is the record, `source_version` the version of the catalogue that
    says all this of the edition; None in a file made of one version.
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

    `number` is the standard's own ("ISO/IEC 9594-8"); `year` that of the edition, None where the record bears none; `change` what
    changes the edition, as printed ("Cor 1:2021", "Amd 1:1997/Cor 1:1999", "DAM 1"), None for the edition itself. `stage` is the
    harmonized stage code ("60.60"), `published` YYYY-MM or YYYY, `committee` who keeps it, `ics` subject codes. `title_fr` is None
    where the catalogue repeats the English title in its place.
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
    """One approval that a bulletin reports: which edition a text got, printed in which issue on which day.

    Number, part and edition as in EditionFacts. `announcement` is that of the alternative approval process ("AAP-33"),
    `circular` the number of the TSB Circular of the traditional one; its study period follows from `date`.
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
    """A record of a catalogue or bulletin that could not be read, and why."""

    name: str
    reason: str


def texts_named(facts: Facts) -> set[str]:
    """Numbers of all texts of ITU-T that a document names: drafts, lists of Questions, relations, references."""
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
    """Return the same facts without abstracts, study items and tasks: those texts are ITU's and are not shipped.

    Labels of rows that mean a Question go too: they repeat a clause of the letter; number and title say the same.
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
