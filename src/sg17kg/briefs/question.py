"""Brief of a Question: its title and tasks, open consultations, texts, history, conflicts."""

from collections.abc import Iterable, Sequence

from sg17kg.briefs.published_work import published
from sg17kg.briefs.statements import (
    MOST_CONFLICTS,
    MOST_EVENTS,
    CatalogueQuery,
    Stated,
    by_corrigendum,
    conflicts,
    cut,
    document,
    in_words,
    merged,
    newest_first,
    section,
    told,
)
from sg17kg.errors import NotFound
from sg17kg.identifiers import parse_question
from sg17kg.rendering.document_model import Block, Cell, Document, Heading, Item, Paragraph, Span, Table, line
from sg17kg.rendering.i18n import language_for
from sg17kg.replies.consultation import Consultation, ConsultedText, consultation_of, sources_of
from sg17kg.store.base import RdfLiteral, Row, value

_MOST_WORK, _MOST_JOINT = 14, 6


_Before = list[tuple[Consultation, list[ConsultedText]]]


def question_brief(asking: CatalogueQuery, typed: str) -> Document:
    """Return the brief of a Question (Q10/17).

    Raises BadIdentifier, and NotFound if the graph has no such Question on the day.
    """
    group, number = parse_question(typed)
    question = f"Q{number}/{group}"
    versions = [row for row in asking.ask("question-versions", question=question, on=asking.day) if value(row, "bears") == "yes"]
    if not versions:
        raise NotFound(f"{question} is not in the graph on {asking.day}; `sg17kg query questions` lists what is")
    listed = asking.ask("texts-of-question", question=question, on=asking.day, said_by=asking.day)
    newest = [row for row in listed if value(row, "as_of") and value(row, "as_of") == _newest(listed, value(row, "type") == "WorkItem")]
    before = _before_members(asking, question)
    disagree = conflicts(asking, lambda row: _concerned(row, newest))
    return document(
        question,
        asking,
        [
            *section(
                "What is at stake", [*_identity(asking, question, versions), *_asked(asking, before)], "Nothing is known of it on this day."
            ),
            *section("Owners", _owned(asking, question, newest), "No list of its texts was read."),
            *_work(asking, newest, before),
            *section("History", _history(asking, question), "Nothing is known of its past."),
            *section("Deadlines", _deadlines(asking, before), "No circular that was read has an open consultation on it or its texts."),
            *section("Conflicts", cut(disagree, MOST_CONFLICTS, "conflict"), "No source that was read disagrees."),
        ],
    )


def _newest(listed: Sequence[Row], work: bool) -> str | None:
    """Return the newest day of a list, of work items or of published texts."""
    return max((value(row, "as_of") or "" for row in listed if (value(row, "type") == "WorkItem") == work), default=None)


def _identity(asking: CatalogueQuery, question: str, versions: Sequence[Row]) -> Iterable[Stated]:
    current = versions[0]
    iri = value(current, "version_iri") or ""
    passages = sources_of(asking.ask, iri)
    year = value(current, "year")
    title = next((row.get("title") for row in versions if row.get("title") and value(row, "year") == year), None)
    if isinstance(title, RdfLiteral):
        own = [value(row, "text") or "" for row in asking.ask("question-own-words", question=question)
               if value(row, "says") == "translatedTitle" and value(row, "year") == year and _language(row) == "en"]  # fmt: skip
        called = f"{own[0]} (this project's translation of {title.value})" if own else title.value
        yield Stated(f"{question}: {called}.", merged(passages.get("title", ())))
    if status := value(current, "status"):
        continued = dict.fromkeys(value(row, "continues") for row in versions if value(row, "year") == year and value(row, "continues"))
        tail = f"; it continues {' and '.join(map(str, continued))}" if continued else ""
        sources = merged([*passages.get("versionStatus", ()), *passages.get("continues", ())])
        yield Stated(f"Its text of {year} is {status}{tail}.", sources)


def _language(row: Row) -> str | None:
    term = row.get("text")
    return term.language if isinstance(term, RdfLiteral) else None


def _before_members(asking: CatalogueQuery, question: str) -> _Before:
    """Return the consultations open on the day that concern the Question, each with its texts of the Question."""
    open_now = {value(row, "document_iri") or "" for row in asking.ask("open-consultations", on=asking.day, said_by=asking.day)}
    concerned = dict.fromkeys(
        value(row, "document_iri") or "" for row in asking.ask("deadlines") if value(row, "question") == question
    )  # fmt: skip
    found = []
    for circular in concerned:
        if circular in open_now:
            consultation = consultation_of(asking.ask, circular)
            found.append((consultation, _of_question(asking, question, consultation)))
    return found


def _of_question(asking: CatalogueQuery, question: str, consultation: Consultation) -> list[ConsultedText]:
    return [
        text
        for text in consultation.texts
        if text.question == question
        or any(
            value(row, "question") == question
            for row in (asking.ask("question-owning", number=text.number, on=asking.day, said_by=asking.day) if text.number else ())
        )
    ]


def _asked(asking: CatalogueQuery, before: _Before) -> Iterable[Stated]:
    for consultation, texts in before:
        naming = [sources_of(asking.ask, text.iri) for text in texts if text.iri]
        sources = [source for found in naming for source in found.get("proposedNumber", found.get("type", ()))[:1]]
        names = ", ".join(text.name for text in texts)
        yield Stated(f"{consultation.circular} asks Member States about {names}.", tuple(sources) or (consultation.circular,))


def _owned(asking: CatalogueQuery, question: str, newest: Sequence[Row]) -> Iterable[Stated]:
    for work, what in ((False, "published text"), (True, "text under development")):
        rows = [row for row in newest if (value(row, "type") == "WorkItem") == work]
        once = dict.fromkeys(value(row, "text") for row in rows)
        if rows:
            sources = asking.sources(rows)
            yield Stated(f"{question} is responsible for {_many(len(once), what)} as of {in_words(value(rows[0], 'as_of'))}.", sources)
    for text, rows in list(_by_text(row for row in newest if value(row, "joint_with")).items())[:_MOST_JOINT]:
        yield Stated(f"{text}: jointly with {value(rows[0], 'joint_with')}.", asking.sources(rows)[:1])


def _by_text(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return rows by text; a letter in several languages lists each text once for each version."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(value(row, "text") or "", []).append(row)
    return found


def _work(asking: CatalogueQuery, newest: Sequence[Row], before: _Before) -> list[Block]:
    """Return a table of the texts under development: first those before Member States, then those with a proposed number."""
    listed = _by_text(row for row in newest if value(row, "type") == "WorkItem")
    ended = published(asking, listed)
    once = {name: rows for name, rows in listed.items() if name not in ended}
    if not listed:
        return []
    day = in_words(max(value(rows[0], "as_of") or "" for rows in listed.values()))
    asked = {text.provisional_name: consultation for consultation, _ in before for text in consultation.texts if text.provisional_name}
    rows = sorted(once.items(), key=lambda entry: (entry[0] not in asked, value(entry[1][0], "proposed_number") is None, entry[0]))
    cells = [_work_row(asking, name, said, asked.get(name)) for name, said in rows[:_MOST_WORK]]
    left = len(rows) - len(cells)
    note = [Paragraph(line(Span(f"{left} more left out here; the graph has {'it' if left == 1 else 'them'}.", quiet=True)))] if left else []
    head = tuple(line(name) for name in (f"Listed as of {day}", "Number proposed", "Source"))
    since = [Item(stated.line()) for stated in ended.values()]
    table = [Table(head, cells, (6, 8, 12))] if cells else []
    return [Heading(2, line("Texts under development")), *table, *note, *since]


def _many(number: int, what: str) -> str:
    first, _, rest = what.partition("text")
    return f"{number} {first}text{'' if number == 1 else 's'}{rest}"


def _work_row(asking: CatalogueQuery, name: str, said: Sequence[Row], asked: Consultation | None) -> tuple[Cell, ...]:
    text = next((text for text in asked.texts if text.provisional_name == name), None) if asked else None
    number = f"{text.number}, before Member States" if text and asked else value(said[0], "proposed_number") or "—"
    stating = sources_of(asking.ask, text.iri).get("proposedNumber", ()) if text and text.iri else ()
    return (line(name),), (line(number),), tuple(line(Span(source, quiet=True)) for source in told((*asking.sources(said)[:1], *stating)))


def _history(asking: CatalogueQuery, question: str) -> list[Stated]:
    """Return the adopted versions of a Question and the editions of its texts, newest first."""
    dated = []
    for row in asking.ask("question-adoptions"):
        day = value(row, "adopted_on") or ""
        if value(row, "question") == question and day <= asking.day:
            sources = merged(sources_of(asking.ask, value(row, "version_iri") or "").get("adoptedAt", ()))
            dated.append((day, Stated(f"{in_words(day)}: {value(row, 'version')} adopted.", sources)))
    for row in asking.ask("question-editions", question=question, on=asking.day):
        day = value(row, "approved_on") or ""
        dated.append((day, Stated(f"{in_words(day)}: {value(row, 'edition')} approved.", (asking.source(row),))))
    return cut(newest_first(dated), MOST_EVENTS, "earlier event")


def _deadlines(asking: CatalogueQuery, before: _Before) -> Iterable[Stated]:
    for consultation, _ in before:
        if consultation.deadline:
            moment = language_for(("en",)).moment(consultation.deadline.isoformat())
            sources = consultation.sources.get("replyDeadline", ())
            yield Stated(f"Replies to {consultation.circular}: {moment}{by_corrigendum(consultation)}.", sources)
        meeting = consultation.meeting
        if meeting and meeting.start and meeting.end and meeting.end >= asking.day:
            sources = consultation.sources.get("approvalMeeting", ())
            yield Stated(
                f"Meeting that is to approve: {consultation.group}, {in_words(meeting.start)} to {in_words(meeting.end)}.", sources
            )


def _concerned(row: Row, newest: Sequence[Row]) -> bool:
    """Return whether a conflict is about a text of the Question."""
    return value(row, "about_iri") in {value(text, "text_iri") for text in newest}
