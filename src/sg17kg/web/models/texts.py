"""Models of texts, work items and Questions."""

from typing import Literal

from sg17kg.web.models.common import Closed, KnownUntil, Reference, Source, Title

StatusCode = Literal[
    "under-development", "determined", "in-consultation", "consultation-closed", "approved", "became-other", "in-force", "superseded",
    "withdrawn", "not-approved", "unknown",
]  # fmt: skip


class Status(Closed):
    """The status of a text or work item; `approved` and `became-other` are ends of a work item. `unknown` where no source says it.

    `said_on` is the day on which a source said it. Where no source tells that day it is null, `said_not_before` the first day on which
    it can have been said, and `read_on` the day on which it was read: known since then at the latest.
    """

    code: StatusCode
    since: str | None
    said_on: str | None
    said_not_before: str | None
    read_on: str | None


class Revision(Closed):
    """A draft of a revision before Member States, or between their replies and the meeting."""

    code: Literal["determined", "in-consultation", "consultation-closed"]
    since: str | None
    draft: Reference


class TextStatus(Status):
    """The status of a text on the day.

    `publication` is how the catalogue lists the edition that is in force (`prepublished`: approved, not yet in its final form; null on
    days before the catalogue), `cite` the edition to cite on the day, `revision` a draft that is to revise it, `successor` what replaced
    it, if a source names it. `ended_by`: no source says when it ceased to be in force; it had by that day, and `unknown` is its status on
    days between. `note` says in a sentence what two editions are listed as.
    """

    publication: str | None
    cite: Reference | None
    revision: Revision | None
    successor: Reference | None
    ended_by: str | None
    note: str | None


class Owner(Closed):
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


class Owners(Closed):
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


class ProvisionalName(Closed):
    """A name of the text before it had its number."""

    name: str
    sources: list[Source]


OutcomeCode = Literal["pending", "approved", "approved-later", "became-other", "not-approved", "deferred", "unknown"]


class Draft(Closed):
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
    outcome: OutcomeCode
    became: str | None
    said_on: str | None
    said_not_before: str | None
    read_on: str | None
    scope: list[Title]


class Edition(Closed):
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


class GroupOnDay(Closed):
    """The study group that owned the number of a text on the day of a catalogue, which may not have made its old editions."""

    group: str
    iri: str
    as_of: str
    source: str


class Subseries(Closed):
    """A range of numbers of a series, under the name that the newest edition prints."""

    range: str
    name: str
    iri: str


class Part(Closed):
    """An amendment, corrigendum or other part, as of the day: of its newest edition the day of approval, title and address."""

    iri: str
    number: str
    type: str
    title: str | None
    approved_on: str | None
    of_edition: str | None
    status: Status
    url: str | None


class Statement(Closed):
    """One of the statements of a conflict: what it is, and the letter or catalogue (with its record) that states it."""

    statement: str
    iri: str
    source: str | None
    record: str | None


class Decision(Closed):
    """What a curator holds of a conflict, why, and since when."""

    decision: str
    reason: str
    decided: str


class Conflict(Closed):
    """What the sources disagree on: the statements, the passages of letters, and the decision, if a curator settled it."""

    iri: str
    type: str
    message: str
    sources: list[Source]
    statements: list[Statement]
    settled: Decision | None


class Recommendation(Closed):
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


class Task(Closed):
    """A task and the study items that it addresses; `labels` in this project's own words."""

    ordinal: int
    study_items: list[int]
    labels: list[Title]


class StudyItem(Closed):
    """A study item; `labels` in this project's own words."""

    ordinal: int
    labels: list[Title]


class QuestionVersion(Closed):
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


class QuestionText(Closed):
    """A text of a Question: published, or under development."""

    text: str
    iri: str
    type: str
    proposed_number: str | None
    joint_with: str | None
    as_of: str | None
    source: Source
    version: str


class Relation(Closed):
    """Something with which a Question has relations."""

    type: str
    name: str
    iri: str


class Question(Closed):
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


class RecommendationSummary(Closed):
    """A text in a list. `title` is in the language asked for, if a source has it; `questions` are those responsible on the day.

    `group` is the study group that a catalogue names for its number, `period` the study period of its newest edition on the day, or
    `before 2001`.
    """

    iri: str
    url: str
    number: str
    other_numbers: list[str]
    type: Literal["Recommendation", "Supplement", "TechnicalReport"]
    title: Title | None
    status: TextStatus
    questions: list[str]
    edition: str | None
    approved_on: str | None
    subseries: list[str]
    group: str | None
    period: str | None


class Event(Closed):
    """What happened to a text on a day; `what` is the Question, draft, consultation, meeting, edition or part concerned.

    A source that has no lines (a catalogue, an outcome that was inferred) is named in `said_in`.
    """

    date: str
    event: Literal[
        "responsible-question", "put-to-member-states", "reply-deadline", "corrigendum", "approval-meeting", "approved",
        "approved-later", "became-other", "not-approved", "deferred", "edition", "part", "determined", "consented", "agreed", "started",
        "discontinued",
    ]  # fmt: skip
    what: Reference
    said_on: str | None
    said_not_before: str | None
    read_on: str | None
    said_in: str | None
    sources: list[Source]


class WorkItemSummary(Closed):
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


class WorkItemRecord(Closed):
    """What the work programme says of a work item: status, its day, procedure (tap, aap, agreement), and timing as printed."""

    status: str | None
    status_date: str | None
    procedure: str | None
    timing: str | None
    source: Source


class WorkItem(Closed):
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


class QuestionSummary(Closed):
    """The number of a Question in a list; `versions` are the years of texts, or study periods, of all who bore it.

    `title` and `period` are those of who bears it in the newest study period that a source names.
    """

    iri: str
    url: str
    question: str
    title: Title | None
    versions: list[str]
    period: str | None
