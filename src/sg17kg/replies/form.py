"""Write the reply form (Annex 2) as a document: addresses, deadline, and one row for each text with its choices."""

import re
from datetime import date, datetime

from sg17kg.rendering.document_model import Block, Cell, Document, Heading, Line, Paragraph, Span, Table, line
from sg17kg.rendering.i18n import direction_of, language_for
from sg17kg.replies.answers import ON_QUESTIONS, Answers
from sg17kg.replies.consultation import Consultation, ConsultedText, Title
from sg17kg.replies.phrases import Words, words_in

_BOXES = {False: "☐", True: "☒"}
_CIRCLES = {False: "○", True: "●"}
_KINDS = ("new", "revised", "amendment", "corrigendum", "supplement")
_GAP = "…………………………"
# ITU-T and the number after it stay on one line; in Arabic text they have their own direction
_TOGETHER = re.compile(r"-([T\u0422]) ")
_LATIN = re.compile(r"(ITU\u2011T\u00a0[^\s()]+|[A-Z]{1,4}\.[A-Za-z0-9.\u2011]+)")
# Widths that keep the number on the line of the words before it (Arabic), and a choice on one line (Chinese)
_WIDTHS = {"ar": (8, 10), "zh": (6, 12)}
_UNDATED = date(2000, 1, 1)


def reply_form(consultation: Consultation, language: str, answers: Answers | None = None) -> Document:
    """Return the form in one of the six languages (ar, en, es, fr, ru, zh). Raises BadParameter for any other language.

    The form says "not stated" where the circular states nothing. If no text of ITU confirms one of the phrases, a note says so.
    """
    words = words_in(language)
    given = answers or Answers()
    circular = words.form("circular", number=consultation.number)
    heading = words.form("heading", circular=circular)
    blocks: list[Block] = [
        Heading(1, line(heading)),
        Paragraph(line(Span(words.form("period", period=consultation.period), quiet=True))),
        *_subject(consultation, language),
        _addresses(consultation, words, given),
        Paragraph(line(words.form("opening")), keep=True),
        _table(consultation, words, given),
        _signature(words, given),
    ]
    notes = [words.note("form_prevails", circular=circular)]
    notes += [words.note("unconfirmed")] if words.unconfirmed else []
    notes += [words.note("own_translation")] if any(_translated(text, language) for text in consultation.texts) else []
    blocks.append(Paragraph(line(Span(("" if language == "zh" else " ").join(notes), quiet=True))))
    return Document(heading, language, _bearing(consultation), tuple(blocks))


def _bearing(consultation: Consultation) -> date:
    """Return the date in the file's properties: that of the circular, so that the same form gives the same bytes."""
    said = consultation.issued or consultation.said_on
    return date.fromisoformat(said) if said else _UNDATED


def _subject(consultation: Consultation, language: str) -> list[Block]:
    """Return the subject of the letter, if it is known in the language of the form."""
    found = next((title for title in consultation.subjects if title.language == language), None)
    return [Paragraph(line(Span(found.text, quiet=True)))] if found else []


def _addresses(consultation: Consultation, words: Words, answers: Answers) -> Table:
    sender = [answers.name or words.form("name"), answers.title or words.form("title"), _administration(words, answers)]
    deadline = _moment(consultation.deadline, words) if consultation.deadline else words.form("not_stated")
    signed = language_for((words.language,)).day(answers.signed_on) if answers.signed_on else _GAP
    fax, email = words.form("fax"), words.form("email")
    rows = (
        (words.form("to"), (line(words.form("director")),), words.form("from"), tuple(line(part) for part in sender)),
        (fax, _address(consultation.fax, words), fax, (line(_latin(answers.fax or _GAP)),)),
        (email, _address(consultation.email, words), email, (line(_latin(answers.email or _GAP)),)),
        (words.form("deadline"), (line(Span(deadline, bold=True)),), words.form("date"), (line(signed),)),
    )
    cells = [(_label(ours), theirs, _label(label), own) for ours, theirs, label, own in rows]
    return Table((), cells, (3, 6, 3, 6))


def _label(text: str) -> Cell:
    return (line(Span(text, bold=True)),)


def _address(given: str | None, words: Words) -> Cell:
    return (line(_latin(given)),) if given else (line(words.form("not_stated")),)


def _latin(text: str) -> Span:
    """Return a span for a number, name or address, which reads from left to right in every language."""
    return Span(text, language="en")


def _administration(words: Words, answers: Answers) -> str:
    return words.form("administration", member_state=answers.member_state or words.form("member_state"))


def _moment(moment: datetime, words: Words) -> str:
    return language_for((words.language,)).moment(moment.isoformat())


def _table(consultation: Consultation, words: Words, answers: Answers) -> Table:
    rows = [(_text(text, words), _choices(text, consultation, words, answers.choices.get(text.name))) for text in consultation.texts]
    return Table((line(words.form("text")), line(words.form("choose"))), rows, _WIDTHS.get(words.language, (7, 11)), keep=True)


def _text(text: ConsultedText, words: Words) -> Cell:
    lines = [_named(designation(text, words), text, words, bold=True)]
    if text.provisional_name and text.number:
        lines.append(_named(words.form("provisional_name", name=text.provisional_name), text, words))
    if title := _title(text, words.language):
        marks = ("" if title.language == words.language else f" [{title.language}]") + (" *" if title.translated else "")
        lines.append(line(Span(title.text + marks, quiet=True, language=title.language)))
    return (*lines, *(line(Span(note, quiet=True)) for note in doubts(text, words)))


def _named(phrase: str, text: ConsultedText, words: Words, bold: bool = False) -> Line:
    """Return a phrase with a number or name. Names do not break at their hyphens, and read from left to right in Arabic text."""
    name = text.provisional_name or ""
    whole = phrase.replace(name, name.replace("-", "\u2011")) if name else phrase
    if direction_of(words.language) == "ltr":
        return line(Span(whole, bold))
    pieces = ((piece, place % 2 == 1) for place, piece in enumerate(_LATIN.split(whole)) if piece)
    return tuple(Span(piece, bold, language="en" if latin else None) for piece, latin in pieces)


def designation(text: ConsultedText, words: Words) -> str:
    """Return what the form calls a text, by the number in Annex 1 (Draft revised Recommendation ITU-T X.1280).

    A row for no known draft is returned as printed.
    """
    if text.iri is None:
        return text.label or text.name
    if text.question:
        key = f"question_{text.kind}" if text.kind in ("new", "revised") else "question"
        return words.form(key, number=text.question.removeprefix("Q"))
    kind = text.kind if text.kind in _KINDS else None
    if kind in ("amendment", "corrigendum") and not text.part:
        kind = None
    part = (text.part or "").rpartition(".")[2]
    called = words.form(f"draft_{kind}" if kind else "draft", number=text.number or text.name, **({"part": part} if part and kind else {}))
    return _TOGETHER.sub("\u2011\\1\u00a0", called)


def _title(text: ConsultedText, language: str) -> Title | None:
    """Return the title in the language of the form, else in English, else as printed."""
    wanted = {title.language: title for title in reversed(text.titles)}
    return wanted.get(language) or wanted.get("en") or next(iter(text.titles), None)


def _translated(text: ConsultedText, language: str) -> bool:
    """Return whether the title that the form shows is this project's translation."""
    title = _title(text, language)
    return title is not None and title.translated


def doubts(text: ConsultedText, words: Words) -> list[str]:
    """Return the notes on a text about which the circular is not clear: its number, kind or part, or a missing row."""
    if text.iri is None:
        return [words.note("meaning_unknown")]
    found = [] if text.number or text.question else [words.note("no_number")]
    if text.printed_otherwise:
        found.append(words.note("printed_otherwise", printed=text.printed_number, number=text.number))
    found += [words.note(f"{what}_differs") for what in ("kind", "part") if what in text.disputed]
    return found if text.row is not None else [*found, words.note("not_in_form")]


def choice_words(choice: str, consultation: Consultation, words: Words) -> str:
    """Return the words of the form for a choice (answers.ON_DRAFTS, answers.ON_QUESTIONS), on one line."""
    group = (consultation.group or "").removeprefix("SG") or "…"
    if choice.startswith("authorizes"):
        comments = words.form("with_comments" if choice == "authorizes-with-comments" else "without_comments")
        return words.note("aside", text=words.form("authorizes", group=group), aside=comments)
    if choice == "does-not-authorize":
        return words.note("aside", text=words.form("refuses", group=group), aside=words.form("reasons_and_changes"))
    if choice == "approves":
        return words.form("approves")
    return words.note("aside", text=words.form("does_not_approve"), aside=words.form("reasons"))


def _choices(text: ConsultedText, consultation: Consultation, words: Words, choice: str | None) -> Cell:
    """Return the boxes of a row, with the chosen one ticked."""
    if text.question:
        return tuple(line(_box(choice == offered), choice_words(offered, consultation, words)) for offered in ON_QUESTIONS)
    group = (consultation.group or "").removeprefix("SG") or "…"
    authorizes = words.note("aside", text=words.form("authorizes", group=group), aside=words.form("one_of_two"))
    return (
        line(_box(choice in ("authorizes", "authorizes-with-comments")), authorizes),
        line(_circle(choice == "authorizes"), words.form("without_comments")),
        line(_circle(choice == "authorizes-with-comments"), words.form("with_comments")),
        line(_box(choice == "does-not-authorize"), choice_words("does-not-authorize", consultation, words)),
    )


def _box(ticked: bool) -> str:
    return f"{_BOXES[ticked]} "


def _circle(ticked: bool) -> str:
    return f"      {_CIRCLES[ticked]} "


def _signature(words: Words, answers: Answers) -> Table:
    """Return who signs, and beside it the line for the signature, on one page with the last row of the texts."""
    signs = (answers.name or words.form("name"), answers.title or words.form("title"), _administration(words, answers))
    signature = (line(words.form("signature"), _GAP),)
    return Table((), [(tuple(line(text) for text in signs), signature)], (9, 9), grid=False, keep=True)
