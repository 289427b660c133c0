"""Models of circulars, consultations and meetings."""

from typing import Literal

from sg17kg.web.models.common import Absent, Closed, KnownUntil, Reference, Source, Title, VersionLanguage


class Consultation(Closed):
    """A consultation: until when, and how replies count.

    `reply_deadline` takes corrigenda into account, `stated_deadline` is what the circular itself says.
    """

    iri: str
    circular: str
    circular_iri: str
    issued: str | None
    reply_deadline: str | None
    stated_deadline: str | None
    status: Literal["open", "closed", "unknown"]
    url: str


class Rules(Closed):
    """How replies count, and what follows."""

    threshold_percent: float | None
    counted: str | None
    if_met: str | None
    if_not_met: str | None
    if_no_replies: str | None
    resolution: str | None
    clause: str | None


class Correction(Closed):
    """One change that a corrigendum makes in a circular: what the circular said, and what holds in its place.

    Values are a day, a moment (UTC), the first and last day of a meeting ("2031-05-06/2031-05-09"), or a number; `title` is the new
    title of the text `text`. All are null where words are changed: `sources` has their lines. `what` is known where the
    corrigendum says it; `in_force` tells whether the deadline for replies follows from this change.
    """

    iri: str
    corrigendum: Reference
    issued: str | None
    what: Literal["reply-deadline", "title"] | None
    text: str | None
    replaced: str | None
    corrected: str | None
    title: Title | None
    in_force: bool
    sources: list[Source]


class CircularDraft(Closed):
    """A draft of a circular."""

    item: int
    iri: str
    number: str | None
    part: str | None
    provisional_name: str | None
    kind: str | None
    title: str | None
    document: str | None


class Finding(Closed):
    """What does not agree in a document; `language` is that of the version that has the lines; none is Chinese."""

    code: str
    severity: str
    message: str
    lines: list[int]
    language: VersionLanguage = None


class Circular(Closed):
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


class CircularSummary(Closed):
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


class Meeting(Closed):
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
    known_until: KnownUntil | None = Absent


class FormRow(Closed):
    """A row of the reply form: what it prints, and the draft or Question that it means."""

    row: int
    label: str | None
    number: str | None
    provisional_name: str | None
    concerns: Reference | None


class ConsultationDetail(Closed):
    """One consultation: deadline, how replies count, where they go, the rows of the form, and what corrigenda change."""

    iri: str
    url: str
    circular: str
    circular_iri: str
    issued: str | None
    reply_deadline: str | None
    stated_deadline: str | None
    status: Literal["open", "closed", "unknown"]
    rules: Rules
    meeting: str | None
    reply_email: str | None
    reply_fax: str | None
    items: list[FormRow]
    corrections: list[Correction]
    sources: dict[str, list[Source]]
    links: dict[str, str]
    known_until: KnownUntil
