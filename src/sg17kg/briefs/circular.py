"""Brief of a circular: what it asks, who owns the texts, their history, deadlines, conflicts."""

from collections import Counter
from collections.abc import Iterable

from sg17kg.briefs.statements import (
    MOST_CONFLICTS,
    MOST_EVENTS,
    CatalogueQuery,
    Stated,
    by_corrigendum,
    conflicts,
    cut,
    document,
    events,
    in_words,
    merged,
    section,
    told,
)
from sg17kg.errors import NotFound
from sg17kg.rendering.code_labels import TERMS
from sg17kg.rendering.document_model import Block, Cell, Document, Heading, Paragraph, Span, Table, line
from sg17kg.rendering.i18n import language_for
from sg17kg.replies.consultation import Consultation, ConsultedText, Source, consultation_of, sources_of
from sg17kg.store.base import Row, value

_MOST_TEXTS, _MOST_DOUBTS = 12, 4
_NONE = "No source that was read says anything."
_COUNTED = {"replies": "of the replies, abstentions among them,", "explicit-replies": "of the replies that say yes or no"}
_EFFECTS = (
    ("if_met", "effectIfMet", "If it is reached"),
    ("if_not_met", "effectIfNotMet", "If it is not reached"),
    ("if_no_replies", "effectIfNoReplies", "If nobody replies"),
)


def circular_brief(asking: CatalogueQuery, circular: str) -> Document:
    """Return the brief of the circular with this IRI.

    Raises NotFound if the circular opens no consultation, or had not been sent by the day.
    """
    consultation = consultation_of(asking.ask, circular)
    if (consultation.said_on or "") > asking.day:
        raise NotFound(f"{consultation.circular} had not been sent on {asking.day}; ask for a later day")
    texts = consultation.texts
    numbers = [text.number for text in texts if text.number]
    own = {text.iri for text in texts}
    past = events(asking, numbers, lambda row: value(row, "what_iri") not in own)
    disagree = conflicts(asking, lambda row: _concerned(row, consultation))
    return document(
        consultation.circular,
        asking,
        [
            *section("What is at stake", _stake(consultation), _NONE),
            *_texts(asking, consultation),
            *section(
                "History",
                [*_unknown(asking, consultation), *cut(past, MOST_EVENTS, "earlier event")],
                "Nothing is known of these texts before this circular.",
            ),
            *section("Deadlines", _deadlines(asking, consultation), "The circular states neither a deadline nor a meeting."),
            *section(
                "Conflicts and doubts",
                [*cut(disagree, MOST_CONFLICTS, "conflict"), *cut(_doubts(asking, consultation), _MOST_DOUBTS, "doubt")],
                "No source that was read disagrees.",
            ),
        ],
    )


def _unknown(asking: CatalogueQuery, consultation: Consultation) -> Iterable[Stated]:
    """Yield a statement about the drafts whose outcome no source reports after the meeting; a list of approvals alone would hide them."""
    drafts = {text.iri: text.name for text in consultation.texts if text.iri}
    names = [drafts[iri] for row in asking.ask("outcomes", outcome="unknown", on=asking.day)
             if (iri := value(row, "draft_iri") or "") in drafts]  # fmt: skip
    if names:
        yield Stated(f"What became of {', '.join(names)} is not known; no source that was read says it.", (consultation.circular,))


def _behind(consultation: Consultation, *properties: str) -> tuple[Source | str, ...]:
    """Return the passages for properties of the consultation; the circular as a whole if there are none."""
    found = [source for name in properties for source in consultation.sources.get(name, ())]
    return tuple(found) or (consultation.circular,)


def _stake(consultation: Consultation) -> Iterable[Stated]:
    kinds = Counter(text.kind or "of a kind not stated" for text in consultation.texts)
    what = "Question" if any(text.question for text in consultation.texts) else "text"
    many = f"{len(consultation.texts)} {what}{'' if len(consultation.texts) == 1 else 's'}"
    counted = ", ".join(f"{number} {TERMS['kind'].get(kind, kind)}" for kind, number in kinds.items())
    yield Stated(f"{many} put to Member States: {counted}.", merged(consultation.sources.get("concerns", ())) or (consultation.circular,))
    if consultation.standing:
        yield Stated(f"Rule: {consultation.standing}.", _behind(consultation, "resolution", "consultationClause"))
    if consultation.threshold is not None and consultation.counted:
        share = f"At least {consultation.threshold} per cent {_COUNTED[consultation.counted]} must be in favour."
        yield Stated(share, _behind(consultation, "threshold", "countingRule"))
    else:
        yield Stated("How replies count, the circular does not state.", (consultation.circular,))
    for name, property_, condition in _EFFECTS:
        if effect := getattr(consultation, name):
            yield Stated(f"{condition}: {TERMS['effect'].get(effect, effect)}.", _behind(consultation, property_))
        elif name == "if_not_met":
            yield Stated("What follows if it is not reached, the circular does not say.", (consultation.circular,))
    addresses = [address for address in (consultation.email, consultation.fax and f"fax {consultation.fax}") if address]
    if addresses:
        yield Stated(f"Replies go to {', '.join(addresses)}.", _behind(consultation, "replyEmail", "replyFax"))


def _texts(asking: CatalogueQuery, consultation: Consultation) -> list[Block]:
    shown = consultation.texts[:_MOST_TEXTS]
    rows = [_row(asking, text) for text in shown]
    left = len(consultation.texts) - len(shown)
    note = (
        [
            Paragraph(
                line(
                    Span(
                        f"{left} more {'text' if left == 1 else 'texts'} left out here; the graph has {'it' if left == 1 else 'them'}.",
                        quiet=True,
                    )
                )
            )
        ]
        if left
        else []
    )
    head = tuple(line(name) for name in ("Text", "Title", "Owner", "Source"))
    return [Heading(2, line("Texts and owners")), Table(head, rows, (4, 9, 4, 8)), *note]


def _row(asking: CatalogueQuery, text: ConsultedText) -> tuple[Cell, ...]:
    sources = merged(_sources(asking, text))
    owners = _owners(asking, text)
    name = [line(Span(text.name, bold=True))]
    if text.provisional_name and text.number:
        name.append(line(Span(text.provisional_name, quiet=True)))
    title = next((title for title in text.titles if title.language == "en"), next(iter(text.titles), None))
    kind = f"{TERMS['kind'].get(text.kind or '', text.kind or 'kind not stated')}"
    titled = [line(Span(title.text, language=title.language), Span(f" ({kind})", quiet=True)) if title else line(kind)]
    behind = told((*sources, *(source for owner in owners for source in owner.sources)))
    return (
        tuple(name),
        tuple(titled),
        tuple(line(owner.text) for owner in owners),
        tuple(line(Span(source, quiet=True)) for source in behind),
    )


def _sources(asking: CatalogueQuery, text: ConsultedText) -> list[Source]:
    """Return where the letter names the text: its number or its name, and its title."""
    found = sources_of(asking.ask, text.iri) if text.iri else {}
    return [source for name in ("type", "title") for source in found.get(name, ())[:1]]


def _owners(asking: CatalogueQuery, text: ConsultedText) -> list[Stated]:
    """Return the Questions responsible for a text on the day, by its number, else by its provisional name; a dash for a Question."""
    if text.question:
        return [Stated("—", ())]
    rows: list[Row] = []
    if text.number:
        rows = asking.ask("question-owning", number=text.number, on=asking.day, said_by=asking.day)
    if not rows and text.provisional_name:
        rows = asking.ask("question-developing", name=text.provisional_name, on=asking.day, said_by=asking.day)
    found: dict[str, list[Row]] = {}
    for row in rows:
        inferred = ", inferred" if value(row, "basis") == "inferred" else ""
        found.setdefault(f"{value(row, 'question')} (as of {value(row, 'as_of')}{inferred})", []).append(row)
    return [Stated(owner, asking.sources(said)[:1]) for owner, said in found.items()] or [Stated("not known", ())]


def _deadlines(asking: CatalogueQuery, consultation: Consultation) -> Iterable[Stated]:
    if consultation.deadline:
        moment = language_for(("en",)).moment(consultation.deadline.isoformat())
        left = (consultation.deadline.date() - asking.on).days
        when = f"{left} days left" if left > 1 else "1 day left" if left == 1 else "today" if left == 0 else f"closed {-left} days ago"
        yield Stated(f"Replies: {moment} ({when}){by_corrigendum(consultation)}.", _behind(consultation, "replyDeadline"))
    else:
        yield Stated("No deadline for replies is stated.", (consultation.circular,))
    meeting = consultation.meeting
    if meeting:
        place = ", ".join(part for part in (meeting.place, meeting.country) if part)
        days = f"{in_words(meeting.start)} to {in_words(meeting.end)}" if meeting.start and meeting.end else "days not known"
        where = f" in {place}" if place else ""
        over = meeting.end is not None and meeting.end < asking.day
        yield Stated(
            f"Meeting that {'was' if over else 'is'} to approve: {consultation.group}, {days}{where}.",
            _behind(consultation, "approvalMeeting"),
        )


def _concerned(row: Row, consultation: Consultation) -> bool:
    """Return whether a conflict concerns the circular's texts, or is based on a passage of the circular."""
    about = (value(row, "about_iri") or "").rpartition("/")[2]
    drafts = {text.iri for text in consultation.texts}
    names = {name for text in consultation.texts for name in (text.number, text.provisional_name) if name}
    return value(row, "document_iri") == consultation.circular_iri or value(row, "about_iri") in drafts or about in names


def _doubts(asking: CatalogueQuery, consultation: Consultation) -> list[Stated]:
    """Return the inconsistencies within the circular, most severe first, without mere notes."""
    lines: dict[tuple[str, str, str], list[Source]] = {}
    for row in asking.ask("circular-findings", iri=consultation.circular_iri):
        severity, message, number = value(row, "severity") or "", value(row, "message") or "", value(row, "line")
        passages = lines.setdefault((severity, message, value(row, "finding_iri") or ""), [])
        if number:
            passages.append(Source(consultation.circular, int(number), int(number), value(row, "language")))
    return [
        Stated(f"{severity.capitalize()}: {message}.", tuple(passages[:4]) or (consultation.circular,))
        for (severity, message, _), passages in lines.items()
        if severity != "info"
    ]
