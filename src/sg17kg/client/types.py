"""The JSON of REST as types: each has just the keys that come. Made by `python docs/client_types.py` from the OpenAPI document.

Days are ISO dates, moments UTC. None is what no source says. `lines` are the first and the last.
"""

from typing import Literal, NotRequired, TypedDict

CheckedFindingFoundBy = Literal["extraction", "conflict", "shape", "check"]
CheckedFindingSeverity = Literal["error", "warning", "info"]
ConsultationStatus = Literal["open", "closed", "unknown"]
CorrectionWhat = Literal["reply-deadline", "title"]
DraftOutcome = Literal["pending", "approved", "approved-later", "became-other", "not-approved", "deferred", "unknown"]
EventKind = Literal[
    "responsible-question",
    "put-to-member-states",
    "reply-deadline",
    "corrigendum",
    "approval-meeting",
    "approved",
    "approved-later",
    "became-other",
    "not-approved",
    "deferred",
    "edition",
    "part",
    "determined",
    "consented",
    "agreed",
    "started",
    "discontinued",
]
RecommendationSummaryType = Literal["Recommendation", "Supplement", "TechnicalReport"]
RevisionCode = Literal["determined", "in-consultation", "consultation-closed"]
StatusCode = Literal[
    "under-development",
    "determined",
    "in-consultation",
    "consultation-closed",
    "approved",
    "became-other",
    "in-force",
    "superseded",
    "withdrawn",
    "not-approved",
    "unknown",
]


class AsOf(TypedDict):
    """The day of a catalogue, and whether it lists everything of its kind up to that day."""

    as_of: str
    complete: bool


class Title(TypedDict):
    """A title in one language."""

    lang: str
    value: str


class Found(TypedDict):
    """A thing that a search found; `title` in the language asked for, if it has one."""

    iri: str
    url: str
    type: str
    label: str
    title: Title | None


class Candidates(TypedDict):
    """Several things of one kind bear the printed form: it must say more, a study period or a group."""

    id: str
    candidates: list[Found]


class OtherSide(TypedDict):
    """Who says otherwise: the document or record, the IRI of it or of the statement, the lines (null: it has none), what it says."""

    document: str
    iri: str
    lines: list[int] | None
    statement: str


class CheckedFinding(TypedDict):
    """One thing that does not agree: where it stands, how grave it is, the rule and its source, what to do, the other side.

    `place` is page or paragraph, or the line; `found_by` says whether the document alone shows it, or the graph.
    """

    lines: list[int]
    place: str | None
    severity: CheckedFindingSeverity
    code: str
    message: str
    found_by: CheckedFindingFoundBy
    rule: str
    remedy: str
    source: str
    url: str | None
    others: list[OtherSide]


class CheckReport(TypedDict):
    """A file that was checked; `against` is the dataset that it was held against (SHA-256 of its N-Quads), null where it was not."""

    file: str
    kind: str
    language: str
    format: str
    against: str | None
    findings: list[CheckedFinding]


class CircularDraft(TypedDict):
    """A draft of a circular."""

    item: int
    iri: str
    number: str | None
    part: str | None
    provisional_name: str | None
    kind: str | None
    title: str | None
    document: str | None


class Consultation(TypedDict):
    """A consultation: until when, and how replies count.

    `reply_deadline` takes corrigenda into account, `stated_deadline` is what the circular itself says.
    """

    iri: str
    circular: str
    circular_iri: str
    issued: str | None
    reply_deadline: str | None
    stated_deadline: str | None
    status: ConsultationStatus
    url: str


class Reference(TypedDict):
    """Another thing: its name, its IRI, and its address here."""

    name: str
    iri: str
    url: str


class Source(TypedDict):
    """A passage: document, its IRI, first and last line, and the language of the version that has these lines; none is Chinese."""

    document: str
    iri: str
    lines: list[int]
    language: NotRequired[str | None]


class Correction(TypedDict):
    """One change that a corrigendum makes in a circular: what the circular said, and what holds in its place.

    Values are a day, a moment (UTC), the first and last day of a meeting ("2031-05-06/2031-05-09"), or a number; `title` is the new
    title of the text `text`. All are null where words are changed: `sources` has their lines. `what` is known where the
    corrigendum says it; `in_force` tells whether the deadline for replies follows from this change.
    """

    iri: str
    corrigendum: Reference
    issued: str | None
    what: CorrectionWhat | None
    text: str | None
    replaced: str | None
    corrected: str | None
    title: Title | None
    in_force: bool
    sources: list[Source]


class Finding(TypedDict):
    """What does not agree in a document; `language` is that of the version that has the lines; none is Chinese."""

    code: str
    severity: str
    message: str
    lines: list[int]
    language: NotRequired[str | None]


class CircularsKnown(TypedDict):
    """Circulars: the number that were read, the newest of them, the number known by number alone, and the newest of all by number."""

    read: int
    newest: str | None
    complete: bool
    known_by_number: int
    newest_known: str | None


class Newest(TypedDict):
    """The newest day of which lists of a kind speak, and whether one of them lists everything up to that day."""

    newest: str
    complete: bool


class KnownUntil(TypedDict):
    """Up to when anything is known, by kind of source, made from the sources that were loaded. Kinds of which none was read are absent."""

    circulars: NotRequired[CircularsKnown | None]
    catalogue: NotRequired[AsOf | None]
    question_lists: NotRequired[Newest | None]
    work_programme: NotRequired[Newest | None]
    meetings: NotRequired[Newest | None]
    bulletins: NotRequired[AsOf | None]
    twins: NotRequired[AsOf | None]


class Rules(TypedDict):
    """How replies count, and what follows."""

    threshold_percent: float | None
    counted: str | None
    if_met: str | None
    if_not_met: str | None
    if_no_replies: str | None
    resolution: str | None
    clause: str | None


class Circular(TypedDict):
    """One circular. `read`: whether it was read itself; of others only what names them is known."""

    iri: str
    circular: str
    issued: str | None
    place: str | None
    reference: str | None
    subject: Title | None
    signatory: str | None
    annexes: int | None
    consultation: Consultation | None
    rules: Rules | None
    meeting: str | None
    reply_email: str | None
    reply_fax: str | None
    drafts: list[CircularDraft]
    findings: list[Finding]
    corrections: list[Correction]
    url: str
    links: dict[str, str]
    read: bool
    known_until: KnownUntil


class CircularSummary(TypedDict):
    """A circular in a list."""

    iri: str
    url: str
    circular: str
    number: int
    period: str
    issued: str | None
    subject: Title | None
    reply_deadline: str | None
    status: ConsultationStatus


class Decision(TypedDict):
    """What a curator holds of a conflict, why, and since when."""

    decision: str
    reason: str
    decided: str


class Statement(TypedDict):
    """One of the statements of a conflict: what it is, and the letter or catalogue (with its record) that states it."""

    statement: str
    iri: str
    source: str | None
    record: str | None


class Conflict(TypedDict):
    """What the sources disagree on: the statements, the passages of letters, and the decision, if a curator settled it."""

    iri: str
    type: str
    message: str
    sources: list[Source]
    statements: list[Statement]
    settled: Decision | None


class FormRow(TypedDict):
    """A row of the reply form: what it prints, and the draft or Question that it means."""

    row: int
    label: str | None
    number: str | None
    provisional_name: str | None
    concerns: Reference | None


class ConsultationDetail(TypedDict):
    """One consultation: deadline, how replies count, where they go, the rows of the form, and what corrigenda change."""

    iri: str
    url: str
    circular: str
    circular_iri: str
    issued: str | None
    reply_deadline: str | None
    stated_deadline: str | None
    status: ConsultationStatus
    rules: Rules
    meeting: str | None
    reply_email: str | None
    reply_fax: str | None
    items: list[FormRow]
    corrections: list[Correction]
    sources: dict[str, list[Source]]
    links: dict[str, str]
    known_until: KnownUntil


class Draft(TypedDict):
    """A draft that a circular put to Member States. `outcome` is as of the day asked for, `became` the edition or text.

    `said_on`, `said_not_before` and `read_on` are those of its outcome, as in Status: null where none was reported.
    `scope` is a note in this project's own words, not ITU's.
    """

    iri: str
    circular: str
    kind: str | None
    part: str | None
    document: str | None
    meeting: str | None
    reply_deadline: str | None
    outcome: DraftOutcome
    became: str | None
    said_on: str | None
    said_not_before: str | None
    read_on: str | None
    scope: list[Title]


class Edition(TypedDict):
    """A published edition.

    `group` is the study group that approved it and `handle` its persistent identifier, as its History table prints them; `record` is the
    address of the catalogue's record, `publication` how the catalogue listed it. `said_on` is the day on which a bulletin reported it; else
    `said_not_before` and `read_on`, as in Status.
    """

    iri: str
    edition: str
    approved_on: str | None
    title: str | None
    url: str | None
    group: str | None
    handle: str | None
    record: str | None
    publication: str | None
    said_on: str | None
    said_not_before: str | None
    read_on: str | None


class Event(TypedDict):
    """What happened to a text on a day; `what` is the Question, draft, consultation, meeting, edition or part concerned.

    A source that has no lines (a catalogue, an outcome that was inferred) is named in `said_in`.
    """

    date: str
    event: EventKind
    what: Reference
    said_on: str | None
    said_not_before: str | None
    read_on: str | None
    said_in: str | None
    sources: list[Source]


class GroupOnDay(TypedDict):
    """The study group that owned the number of a text on the day of a catalogue, which may not have made its old editions."""

    group: str
    iri: str
    as_of: str
    source: str


class Health(TypedDict):
    """That the service answers, and from which dataset (SHA-256 of its N-Quads); null where another server holds it."""

    status: Literal["ok"]
    dataset: str | None


class Meeting(TypedDict):
    """A meeting of a group; days are the first and the last. `approves` are consultations whose texts it is to approve.

    `decided` is what outside documents and letters say was decided there; `planned`: nothing but a plan speaks of the meeting.
    """

    iri: str
    url: str
    meeting: str
    group: str
    start: str | None
    end: str | None
    place: str | None
    country: str | None
    virtual: bool | None
    collective_letter: Reference | None
    approves: list[Reference]
    prepared: list[Reference]
    adopted: list[Reference]
    decided: list[Reference]
    planned: bool
    known_until: NotRequired[KnownUntil | None]


class Owner(TypedDict):
    """A Question that is responsible, as of a day, by which passages; `as_of` is null where no source gives the day.

    `question` and `iri` are those of the number, which is given anew in each study period; `version` is who bears it. `said_on` is the
    first day on which a source said it; where no source tells one, `said_not_before` and `read_on`, as in Status.
    """

    question: str
    iri: str
    as_of: str | None
    basis: str
    joint_with: list[str]
    sources: list[Source]
    version: str
    version_name: str
    said_on: str | None
    said_not_before: str | None
    read_on: str | None


class Owners(TypedDict):
    """Who is responsible for a text. `conflict`: the sources name more than one Question.

    Where no source says who was on the day, `earlier` are the last that are known to have been before, in a study period that had ended,
    and `later` the first that are known to have been after.
    """

    number: str
    on: str | None
    questions: list[Owner]
    conflict: bool
    earlier: list[Owner]
    later: list[Owner]
    known_until: KnownUntil


class Status(TypedDict):
    """The status of a text or work item; `approved` and `became-other` are ends of a work item. `unknown` where no source says it.

    `said_on` is the day on which a source said it. Where no source tells that day it is null, `said_not_before` the first day on which
    it can have been said, and `read_on` the day on which it was read: known since then at the latest.
    """

    code: StatusCode
    since: str | None
    said_on: str | None
    said_not_before: str | None
    read_on: str | None


class Part(TypedDict):
    """An amendment, corrigendum or other part, as of the day: of its newest edition the day of approval, title and address."""

    iri: str
    number: str
    type: str
    title: str | None
    approved_on: str | None
    of_edition: str | None
    status: Status
    url: str | None


class ProvisionalName(TypedDict):
    """A name of the text before it had its number."""

    name: str
    sources: list[Source]


class QueryParameter(TypedDict):
    """A parameter of a catalogue query."""

    name: str
    type: str
    description: str
    required: bool


class QueryDescription(TypedDict):
    """A query of the catalogue."""

    name: str
    summary: str
    description: str
    url: str
    parameters: list[QueryParameter]
    columns: dict[str, str]
    example: dict[str, str]
    sparql: str


class QuestionText(TypedDict):
    """A text of a Question: published, or under development."""

    text: str
    iri: str
    type: str
    proposed_number: str | None
    joint_with: str | None
    as_of: str | None
    source: Source
    version: str


class StudyItem(TypedDict):
    """A study item; `labels` in this project's own words."""

    ordinal: int
    labels: list[Title]


class Task(TypedDict):
    """A task and the study items that it addresses; `labels` in this project's own words."""

    ordinal: int
    study_items: list[int]
    labels: list[Title]


class QuestionVersion(TypedDict):
    """One version of a Question. Texts of study items and tasks are ITU's and not given.

    `year` is that of its text or, where only the study period is known, the period; `period` is that in which it bears its number.

    `purpose`, `translated_titles` and the labels are this project's own words, not ITU's.
    """

    iri: str
    year: str
    period: str | None
    titles: list[Title]
    translated_titles: list[Title]
    purpose: list[Title]
    status: str | None
    continues: list[str]
    prepared_at: str | None
    adopted_at: str | None
    study_items: int
    study_item_labels: list[StudyItem]
    tasks: list[Task]
    work_programme: str | None


class Relation(TypedDict):
    """Something with which a Question has relations."""

    type: str
    name: str
    iri: str


class Question(TypedDict):
    """One number of a Question, who bears it on the day, and who bore it in other study periods.

    `versions` are those that bear the number, and what they continue under it, the newest first; `texts` and `relations` are theirs.
    `other_versions` bear the number in other study periods: equal numbers do not make one Question.
    """

    iri: str
    question: str
    versions: list[QuestionVersion]
    other_versions: list[QuestionVersion]
    texts: list[QuestionText]
    relations: list[Relation]
    title: Title | None
    url: str
    links: dict[str, str]
    known_until: KnownUntil


class QuestionSummary(TypedDict):
    """The number of a Question in a list; `versions` are the years of texts, or study periods, of all who bore it.

    `title` and `period` are those of who bears it in the newest study period that a source names.
    """

    iri: str
    url: str
    question: str
    title: Title | None
    versions: list[str]
    period: str | None


class Ready(TypedDict):
    """That the store answers, which dataset it holds (SHA-256 of its N-Quads), and how many processes serve it.

    `failure` says why the last process that could not begin did not; null where all began.
    """

    status: Literal["ready"]
    dataset: str
    workers: int
    failure: str | None


class Subseries(TypedDict):
    """A range of numbers of a series, under the name that the newest edition prints."""

    range: str
    name: str
    iri: str


class Revision(TypedDict):
    """A draft of a revision before Member States, or between their replies and the meeting."""

    code: RevisionCode
    since: str | None
    draft: Reference


class TextStatus(TypedDict):
    """The status of a text on the day.

    `publication` is how the catalogue lists the edition that is in force (`prepublished`: approved, not yet in its final form; null on
    days before the catalogue), `cite` the edition to cite on the day, `revision` a draft that is to revise it, `successor` what replaced
    it, if a source names it. `ended_by`: no source says when it ceased to be in force; it had by that day, and `unknown` is its status on
    days between. `note` says in a sentence what two editions are listed as.
    """

    code: StatusCode
    since: str | None
    said_on: str | None
    said_not_before: str | None
    read_on: str | None
    publication: str | None
    cite: Reference | None
    revision: Revision | None
    successor: Reference | None
    ended_by: str | None
    note: str | None


class Recommendation(TypedDict):
    """One Recommendation, Supplement or Technical Report.

    `titles` are ITU's; `translated_titles` this project's translations, where ITU has published none in that language.
    `other_numbers` are the other halves of a dual number.
    """

    iri: str
    number: str
    titles: list[Title]
    status: TextStatus
    owners: list[Owner]
    provisional_names: list[ProvisionalName]
    editions: list[Edition]
    drafts: list[Draft]
    amendments: list[Part]
    conflicts: list[Conflict]
    other_numbers: list[str]
    translated_titles: list[Title]
    earlier_owners: list[Owner]
    later_owners: list[Owner]
    groups: list[GroupOnDay]
    subseries: list[Subseries]
    title: Title | None
    url: str
    links: dict[str, str]
    known_until: KnownUntil


class RecommendationSummary(TypedDict):
    """A text in a list. `title` is in the language asked for, if a source has it; `questions` are those responsible on the day.

    `group` is the study group that a catalogue names for its number, `period` the study period of its newest edition on the day, or
    `before 2001`.
    """

    iri: str
    url: str
    number: str
    other_numbers: list[str]
    type: RecommendationSummaryType
    title: Title | None
    status: TextStatus
    questions: list[str]
    edition: str | None
    approved_on: str | None
    subseries: list[str]
    group: str | None
    period: str | None


class Resolved(TypedDict):
    """The thing that a printed form means; `kind` is its class. `others` bear that name too, but are of another kind."""

    id: str
    iri: str
    kind: str
    label: str
    url: str
    others: list[Found]


class Value(TypedDict):
    """The object of a triple: an IRI, or a literal with its language or datatype."""

    value: str
    lang: str | None
    datatype: str | None


class Stated(TypedDict):
    """A triple and the passage that states it."""

    subject: str
    property: str
    object: Value
    source: Source


class WorkItemRecord(TypedDict):
    """What the work programme says of a work item: status, its day, procedure (tap, aap, agreement), and timing as printed."""

    status: str | None
    status_date: str | None
    procedure: str | None
    timing: str | None
    source: Source


class WorkItem(TypedDict):
    """One work item: the Questions that develop it, its drafts, and the text that it became, as of a day."""

    iri: str
    url: str
    name: str
    title: Title | None
    titles: list[Title]
    status: Status
    kind: str | None
    changes: Reference | None
    proposed_number: str | None
    owners: list[Owner]
    earlier_owners: list[Owner]
    programme: list[WorkItemRecord]
    drafts: list[Draft]
    resulted_in: Reference | None
    links: dict[str, str]
    known_until: KnownUntil


class WorkItemSummary(TypedDict):
    """A work item in a list; `title` in the language asked for, if a draft has one.

    `resulted_in` is null until the day on which its text was approved.
    """

    iri: str
    url: str
    name: str
    title: Title | None
    status: Status
    questions: list[str]
    proposed_number: str | None
    resulted_in: str | None
