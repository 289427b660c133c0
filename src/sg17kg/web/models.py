"""The JSON of REST (INTERFACES §3), as types: OpenAPI says just what comes."""

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

Item = TypeVar("Item")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Source(_Model):
    """A passage: document, its IRI, first and last line."""

    document: str
    iri: str
    lines: tuple[int, int]


class Title(_Model):
    """A title in one language."""

    lang: str
    value: str


StatusCode = Literal[
    "under-development", "determined", "in-consultation", "consultation-closed", "approved", "became-other", "in-force", "superseded",
    "withdrawn", "unknown",
]  # fmt: skip


class Status(_Model):
    """Where a text stands; `approved` and `became-other` are ends of a work item. `unknown` where no source says it."""

    code: StatusCode
    since: str | None


class Owner(_Model):
    """A Question that is responsible, as of a day, by which passages."""

    question: str
    iri: str
    as_of: str
    basis: str
    joint_with: list[str]
    sources: list[Source]


class Owners(_Model):
    """Who is responsible for a text. `conflict`: the sources name more than one Question."""

    number: str
    on: str | None
    questions: list[Owner]
    conflict: bool


class ProvisionalName(_Model):
    """A name of the text before it had its number."""

    name: str
    sources: list[Source]


OutcomeCode = Literal["pending", "approved", "approved-later", "became-other", "unknown"]


class Draft(_Model):
    """A draft that a circular put to Member States. `outcome` is as of the day asked for, `became` the edition or text.

    `scope` is a note in this project's own words, not ITU's.
    """

    iri: str
    circular: str
    kind: str | None
    part: str | None
    document: str | None
    meeting: str | None
    reply_deadline: str | None
    outcome: OutcomeCode
    became: str | None
    scope: list[Title]


class Edition(_Model):
    """A published edition."""

    iri: str
    edition: str
    approved_on: str | None
    title: str | None
    url: str | None


class Part(_Model):
    """An amendment or corrigendum."""

    iri: str
    number: str
    type: str


class Statement(_Model):
    """One of the statements of a conflict: what it is, and the letter or catalogue (with its record) that states it."""

    statement: str
    iri: str
    source: str | None
    record: str | None


class Decision(_Model):
    """What a curator holds of a conflict, why, and since when."""

    decision: str
    reason: str
    decided: str


class Conflict(_Model):
    """What the sources disagree on: the statements, the passages of letters, and the decision, if a curator settled it."""

    iri: str
    type: str
    message: str
    sources: list[Source]
    statements: list[Statement]
    settled: Decision | None


class Recommendation(_Model):
    """One Recommendation, Supplement or Technical Report.

    `titles` are ITU's; `translated_titles` this project's translations, where ITU has published none in that language.
    """

    iri: str
    number: str
    titles: list[Title]
    status: Status
    owners: list[Owner]
    provisional_names: list[ProvisionalName]
    editions: list[Edition]
    drafts: list[Draft]
    amendments: list[Part]
    conflicts: list[Conflict]
    translated_titles: list[Title]
    title: Title | None
    url: str
    links: dict[str, str]


class Task(_Model):
    """A task and the study items that it addresses; `labels` in this project's own words."""

    ordinal: int
    study_items: list[int]
    labels: list[Title]


class StudyItem(_Model):
    """A study item; `labels` in this project's own words."""

    ordinal: int
    labels: list[Title]


class QuestionVersion(_Model):
    """One version of a Question. Texts of study items and tasks are ITU's and not given.

    `purpose`, `translated_titles` and the labels are this project's own words, not ITU's.
    """

    iri: str
    year: str
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


class QuestionText(_Model):
    """A text of a Question: published, or under development."""

    text: str
    iri: str
    type: str
    proposed_number: str | None
    joint_with: str | None
    as_of: str
    source: Source


class Relation(_Model):
    """Something with which a Question has relations."""

    type: str
    name: str
    iri: str


class Question(_Model):
    """One Question."""

    iri: str
    question: str
    versions: list[QuestionVersion]
    texts: list[QuestionText]
    relations: list[Relation]
    title: Title | None
    url: str
    links: dict[str, str]


class Consultation(_Model):
    """A consultation: until when, and how replies count."""

    iri: str
    circular: str
    circular_iri: str
    issued: str | None
    reply_deadline: str | None
    status: Literal["open", "closed", "unknown"]
    url: str


class Rules(_Model):
    """How replies count, and what follows."""

    threshold_percent: float | None
    counted: str | None
    if_met: str | None
    if_not_met: str | None
    if_no_replies: str | None
    resolution: str | None
    clause: str | None


class CircularDraft(_Model):
    """A draft of a circular."""

    item: int
    iri: str
    number: str | None
    part: str | None
    provisional_name: str | None
    kind: str | None
    title: str | None
    document: str | None


class Finding(_Model):
    """What does not agree in a document."""

    code: str
    severity: str
    message: str
    lines: list[int]


class Circular(_Model):
    """One circular."""

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
    url: str
    links: dict[str, str]


class Reference(_Model):
    """Another thing: its name, its IRI, and its address here."""

    name: str
    iri: str
    url: str


class RecommendationSummary(_Model):
    """A text in a list. `title` is in the language asked for, if a source has it; `questions` are those responsible on the day."""

    iri: str
    url: str
    number: str
    type: Literal["Recommendation", "Supplement", "TechnicalReport"]
    title: Title | None
    status: Status
    questions: list[str]
    edition: str | None
    approved_on: str | None


class Event(_Model):
    """What happened to a text on a day; `what` is the Question, draft, consultation, meeting, edition or part concerned.

    A source that has no lines (a catalogue, an outcome that was inferred) is named in `said_in`.
    """

    date: str
    event: Literal[
        "responsible-question", "put-to-member-states", "reply-deadline", "approval-meeting", "approved", "approved-later",
        "became-other", "edition", "part",
    ]  # fmt: skip
    what: Reference
    said_on: str | None
    said_in: str | None
    sources: list[Source]


class WorkItemSummary(_Model):
    """A work item in a list. `resulted_in` is null until the day on which its text was approved."""

    iri: str
    url: str
    name: str
    status: Status
    questions: list[str]
    proposed_number: str | None
    resulted_in: str | None


class WorkItem(_Model):
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
    drafts: list[Draft]
    resulted_in: Reference | None
    links: dict[str, str]


class QuestionSummary(_Model):
    """A Question in a list; `versions` are the years of its texts, `title` that of the newest."""

    iri: str
    url: str
    question: str
    title: Title | None
    versions: list[str]


class CircularSummary(_Model):
    """A circular in a list."""

    iri: str
    url: str
    circular: str
    number: int
    period: str
    issued: str | None
    subject: Title | None
    reply_deadline: str | None
    status: Literal["open", "closed", "unknown"]


class Meeting(_Model):
    """A meeting of a group; days are the first and the last. `approves` are consultations whose texts it is to approve."""

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


class FormRow(_Model):
    """A row of the reply form: what it prints, and the draft or Question that it means."""

    row: int
    label: str | None
    number: str | None
    provisional_name: str | None
    concerns: Reference | None


class ConsultationDetail(_Model):
    """One consultation: deadline, how replies count, where they go, and the rows of the form."""

    iri: str
    url: str
    circular: str
    circular_iri: str
    issued: str | None
    reply_deadline: str | None
    status: Literal["open", "closed", "unknown"]
    rules: Rules
    meeting: str | None
    reply_email: str | None
    reply_fax: str | None
    items: list[FormRow]
    sources: dict[str, list[Source]]
    links: dict[str, str]


class Found(_Model):
    """A thing that a search found; `title` in the language asked for, if it has one."""

    iri: str
    url: str
    type: str
    label: str
    title: Title | None


class Resolved(_Model):
    """The thing that a printed form means; `kind` is its class. `others` bear that name too, but are of another kind."""

    id: str
    iri: str
    kind: str
    label: str
    url: str
    others: list[Found]


class Candidates(_Model):
    """Several things of one kind bear the printed form: it must say more, a study period or a group."""

    id: str
    candidates: list[Found]


class Value(_Model):
    """The object of a triple: an IRI, or a literal with its language or datatype."""

    value: str
    lang: str | None
    datatype: str | None


class Stated(_Model):
    """A triple and the passage that states it."""

    subject: str
    property: str
    object: Value
    source: Source


class Page(_Model, Generic[Item]):
    """A page of a list: items, the address of the next page or null, and how many there are in all."""

    items: list[Item]
    next: str | None
    total: int


class QueryParameter(_Model):
    """A parameter of a catalogue query."""

    name: str
    type: str
    description: str
    required: bool


class QueryDescription(_Model):
    """A query of the catalogue."""

    name: str
    summary: str
    description: str
    url: str
    parameters: list[QueryParameter]
    columns: dict[str, str]
    example: dict[str, str]
    sparql: str


class Health(_Model):
    """That the service answers, and from which dataset (SHA-256 of its N-Quads)."""

    status: Literal["ok"]
    dataset: str


class Ready(_Model):
    """That the store answers, which dataset it holds (SHA-256 of its N-Quads), and how many workers for ad-hoc SPARQL have read it."""

    status: Literal["ready"]
    dataset: str
    workers: int
