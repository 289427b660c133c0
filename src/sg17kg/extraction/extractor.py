"""Extract the facts of a document: find the kind of letter, read its parts, and combine them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sg17kg.errors import NotACircular
from sg17kg.extraction import gazetteer
from sg17kg.extraction.decisions.corrigendum import read_corrigendum
from sg17kg.extraction.decisions.decisions import read_decisions
from sg17kg.extraction.decisions.invitation import read_invitation
from sg17kg.extraction.decisions.other import read_other
from sg17kg.extraction.gazetteer import Reference
from sg17kg.extraction.language import LanguagePack, choose, load_all
from sg17kg.extraction.letter.body import Body, read_collective_letter, read_paragraphs, read_signature
from sg17kg.extraction.letter.consistency import report_header
from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.footer import cover_footer
from sg17kg.extraction.letter.header import Header, read_header
from sg17kg.extraction.letter.parts import LetterParts
from sg17kg.extraction.letter.reply_form import Form, read_form
from sg17kg.extraction.line_mapping import in_file, stated, with_lines_of_file
from sg17kg.extraction.normalisation import normalise_characters, split_merged_lines
from sg17kg.extraction.questions.consultation import read_question_consultation
from sg17kg.extraction.tap.consultation import read_tap
from sg17kg.facts import CircularFacts, DocumentFacts, DocumentKind, Facts, Lines
from sg17kg.identifiers import study_period_of
from sg17kg.readers.document import Document, Line, TextSpan


@dataclass(frozen=True)
class Outline:
    """Positions of the parts: last line of the header (without its salutation), first line of each annex; lines from 1."""

    header_end: int
    annexes: tuple[tuple[int, int], ...]
    last: int

    def annex(self, number: int) -> tuple[int, int] | None:
        """Return the first and the last line of an annex, without its heading; None if there is no such annex."""
        for index, (found, line) in enumerate(self.annexes):
            if found == number:
                end = self.annexes[index + 1][1] - 1 if index + 1 < len(self.annexes) else self.last
                return line + 1, end
        return None

    @property
    def body(self) -> tuple[int, int]:
        """First and last line of the letter itself."""
        return self.header_end + 1, self.annexes[0][1] - 1 if self.annexes else self.last


@dataclass(frozen=True)
class Extractor:
    """Language packs and, for each language, the curated reference data. Loaded once, used for any number of documents."""

    packs: tuple[LanguagePack, ...]
    references: Mapping[str, Reference]

    @classmethod
    def load(cls, packs: Path, curated: Path) -> "Extractor":
        """Load the folders of the language packs and of data/curated. Raises AssetError for an invalid file."""
        loaded = load_all(packs)
        return cls(loaded, {pack.language: gazetteer.load(curated, pack.language, pack.names_in_text) for pack in loaded})

    def extract(self, document: Document) -> Facts:
        """Return the facts of a document. Raises NotACircular if it is not a letter of TSB, or only a part of one."""
        plain = normalise_characters(document)
        choice = choose(plain, self.packs)
        if choice is None:
            known = ", ".join(pack.language for pack in self.packs)
            raise NotACircular(f"{document.name}: no circular in a language that is known ({known})")
        pack = choice.pack
        parted = split_merged_lines(plain, pack)
        reading = ExtractionContext(parted.document if parted else plain, pack, self.references[pack.language])
        if choice.tied:
            message = f"{pack.language} and {', '.join(choice.tied)} fit the document just as well; it is read as {pack.language}"
            reading.find("language-tied", "warning", message, [1])
        facts = _extract(reading)
        return in_file(with_lines_of_file(facts, parted) if parted else facts, document)


def _extract(reading: ExtractionContext) -> Facts:
    document = reading.document
    outline = _outline(reading)
    header = read_header(reading, outline.header_end)
    body_lines = document.between(*outline.body)
    body = read_paragraphs(reading, _before_closing(reading, body_lines))
    form = read_form(reading, *(outline.annex(2) or (outline.last + 1, outline.last)))
    kind = _kind(header, body, reading, outline)
    number = None if header.corrigendum or header.attached else header.number or form.number
    if number is None and not (header.letter or header.corrigendum or header.announcement or header.attached):
        raise NotACircular(f"{document.name}: no TSB Circular: its number stands neither in a header nor in a reply form")
    _check_whole(reading, kind, outline, body)
    if number:
        reading.state("/circular/number", number[1])
    frame = LetterParts(header, body, _annex_lines(reading, kind, outline), form, number[0] if number else None)
    return _facts(reading, kind, outline, frame)


def _annex_lines(reading: ExtractionContext, kind: DocumentKind, outline: Outline) -> tuple[Line, ...]:
    """Return Annex 1 of a consultation; for other letters, all enclosures."""
    if kind in _CONSULTATIONS:
        annex = outline.annex(1)
        return reading.document.between(*annex) if annex else ()
    first = outline.annexes[0][1] + 1 if outline.annexes else outline.last + 1
    return reading.document.between(first, outline.last)


def _outline(reading: ExtractionContext) -> Outline:
    header_end = 0
    annexes: list[tuple[int, int]] = []
    for line in reading.document.lines:
        text = line.folded if line.text else ""
        if not text:
            continue
        salutation = reading.pack.search("salutation", text)
        if salutation and not header_end and not annexes:
            header_end = line.number - 1
        match = reading.pack.search("annex_heading", text)
        if match and _annex_number(match) == len(annexes) + 1:
            annexes.append((len(annexes) + 1, line.number))
            reading.cover((line.number, line.number), "annex heading")
        elif salutation:
            reading.cover((line.number, line.number), "salutation")
    header_end = header_end or _before_first_paragraph(reading, annexes[0][1] if annexes else len(reading.document.lines))
    last = cover_footer(reading, annexes[-1][1] if annexes else header_end)
    return Outline(header_end, tuple(annexes), last)


def _annex_number(match: re.Match[str]) -> int:
    """Return the position of an annex among the annexes: 1 for Annex 1 and for Annex A."""
    printed = match["number"]
    return int(printed) if printed.isdigit() else ord(printed.upper()) - ord("A") + 1


def _before_first_paragraph(reading: ExtractionContext, last: int) -> int:
    """Return the last line of the header if no salutation marks it: the line before the paragraph numbered 1."""
    first = next((line.number for line in reading.document.between(1, last) if _FIRST_PARAGRAPH.match(line.text)), 1)
    reading.find("no-salutation", "warning", "no salutation ends the header; it is taken to end before paragraph 1", [first])
    return first - 1


def _before_closing(reading: ExtractionContext, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the letter up to its signature, which is read separately."""
    for index, line in enumerate(lines):
        if line.text and reading.pack.search("closing", line.folded):
            return lines[:index]
    return lines


def _kind(header: Header, body: Body, reading: ExtractionContext, outline: Outline) -> DocumentKind:
    """Return the kind of a letter, judged by its number, its subject, and whether it asks for replies."""
    if header.letter and not header.number:
        return "collective-letter"
    if header.corrigendum:
        return "corrigendum"
    subject = header.subject_text
    kind = None if header.attached else _announced(reading, subject, body, _asks(reading, body, outline))
    if kind is None:
        message = "the letter is of no kind that is read; only its header and form are"
        reading.find("kind-not-known", "warning", message, [subject.range] if subject else [1])
    return kind or "other"


def _announced(reading: ExtractionContext, subject: TextSpan, body: Body, asks: bool) -> DocumentKind | None:
    """Return the kind that the subject announces, else that of the procedure that the letter follows."""
    for kind, pattern in reading.pack.kind_patterns:
        # a letter that asks for nothing reports the result of a consultation
        if subject and (asks or kind not in _CONSULTATIONS) and pattern.search(subject.text):
            return kind
    clause = body.find(reading, "consultation_clause")
    if clause and clause[0]["clause"] in _APPROVING:
        return "approval"
    return "tap-consultation" if asks and (clause or body.find(reading, "tap")) else None


def _asks(reading: ExtractionContext, body: Body, outline: Outline) -> bool:
    """Return whether a letter sets a deadline, or encloses or names an annex, because a consultation has drafts and a form."""
    return bool(outline.annexes or any(body.find(reading, slot) for slot in ("deadline", "annex_reference")))


def _check_whole(reading: ExtractionContext, kind: DocumentKind, outline: Outline, body: Body) -> None:
    """Raise NotACircular for a consultation that breaks off, because half of its facts would look complete."""
    if kind not in _CONSULTATIONS:
        return
    last = max((line.number for line in reading.document.lines if line.text), default=0)
    for paragraph in body.paragraphs:
        for match in reading.pack.find_all("annex_reference", paragraph.text):
            reading.cover(paragraph.range, "annex reference")
            if not outline.annex(_annex_number(match)):
                told = paragraph.line_at(match.start())
                message = f"line {last}: the circular breaks off: annex {match['number']}, named in line {told}, is missing; {_ADVICE}"
                raise NotACircular(f"{reading.document.name}: {message}")


def _facts(reading: ExtractionContext, kind: DocumentKind, outline: Outline, frame: LetterParts) -> Facts:
    facts = _READERS.get(kind, read_other)(reading, _common(reading, kind, outline, frame), frame)
    if kind in _CONSULTATIONS:
        _check_form_whole(reading, facts, frame.form)
    facts = replace(facts, circular=replace(facts.circular, study_period=_study_period(reading, facts)))
    report_header(reading, facts, frame)
    return replace(facts, evidence=_ordered(stated(reading.evidence, facts)), findings=tuple(reading.findings), unread=reading.unread())


def _check_form_whole(reading: ExtractionContext, facts: Facts, form: Form) -> None:
    """Raise NotACircular for a form that breaks off: without its closing formula, and with fewer rows than there are texts."""
    texts = len(facts.drafts) or len(facts.questions)
    if not form.closed and len(form.rows) < texts:
        last = max(line.number for line in reading.document.lines if line.text)
        message = (
            f"line {last}: the circular breaks off: its reply form has {len(form.rows)} rows for {texts} texts, and no closing formula"
        )
        raise NotACircular(f"{reading.document.name}: {message}; {_ADVICE}")


def _common(reading: ExtractionContext, kind: DocumentKind, outline: Outline, frame: LetterParts) -> Facts:
    """Return the facts common to every kind of letter: header, address for replies, signature and annexes."""
    document, header = reading.document, frame.header
    letter = document.between(*outline.body)
    signature = read_signature(reading, letter[len(_before_closing(reading, letter)) :])
    return Facts(
        document=DocumentFacts(document.name, document.sha256, reading.pack.language, len(document.lines), kind),
        circular=CircularFacts(
            number=frame.number,
            study_period=None,
            date=header.date,
            place=header.place,
            reference=header.reference,
            subject=header.subject,
            signatory=signature.name,
            annexes=_annexes(reading, outline, signature.annexes),
            addressees=header.addressees,
            copies=header.copies,
        ),
        contact=header.contact,
        reply_address=frame.form.reply_address,
        procedure=None,
        meeting=None,
        adopted_at=None,
        collective_letter=None if header.letter else read_collective_letter(reading, frame.body),
        consultation=None,
        a5_justification=None,
        ipr_statements=None,
        drafts=(),
        questions=(),
        form_rows=tuple(row.row for row in frame.form.rows),
        letter=header.letter,
        announcement=header.announcement,
    )


def _study_period(reading: ExtractionContext, facts: Facts) -> str | None:
    """Return the study period of the letter's date, or of its meeting if no date is printed (docs/reference/facts-json.md)."""
    meeting = facts.meeting.start if facts.meeting else facts.adopted_at.start if facts.adopted_at else None
    day = facts.circular.date or meeting
    pointer = "/circular/date" if facts.circular.date else "/meeting/start" if facts.meeting else "/adopted_at/start"
    if not day:
        return None
    reading.state("/circular/study_period", reading.evidence.get(pointer))
    return study_period_of(date.fromisoformat(day), reading.reference.periods)


def _annexes(reading: ExtractionContext, outline: Outline, announced: int | None) -> int | None:
    """Return the number of annexes in the document. A different number below the signature is reported."""
    have = len(outline.annexes)
    enclosed = next((line for line, by in reading.covered.items() if by == "enclosed"), None)
    if announced is not None and announced != have and enclosed:
        message = f"the letter announces {announced} annexes and has {have}"
        reading.find("annexes-differ", "warning", message, [enclosed, *(line for _, line in outline.annexes)])
    place = enclosed if enclosed and announced == have else outline.annexes[-1][1] if have else None
    reading.state("/circular/annexes", (place, place) if place else None)
    return have or None


_FIRST_PARAGRAPH = re.compile(r"1[\t .]\s*\S")
_ADVICE = "get the whole file and try again"
# clause 9.5 of WTSA Resolution 1 is about the decision at the meeting; right-to-left text may reverse it
_APPROVING = ("9.5", "5.9")
_CONSULTATIONS = ("tap-consultation", "question-consultation")
_READERS: Mapping[DocumentKind, Callable[[ExtractionContext, Facts, LetterParts], Facts]] = {
    "tap-consultation": read_tap,
    "question-consultation": read_question_consultation,
    "approval": read_decisions,
    "deletion": read_decisions,
    "aap": read_decisions,
    "corrigendum": read_corrigendum,
    "collective-letter": read_invitation,
}
_ORDER = (
    "circular", "contact", "reply_address", "procedure", "meeting", "adopted_at", "collective_letter", "consultation",
    "a5_justification", "ipr_statements", "drafts", "questions", "form_rows", "letter", "announcement", "corrigendum",
    "refers_to", "decisions", "agenda", "deadlines", "corrections",
)  # fmt: skip


def _ordered(evidence: dict[str, Lines]) -> dict[str, Lines]:
    """Return the evidence in the order of the facts. Pointers of one part keep the order in which they were read."""
    return dict(sorted(evidence.items(), key=lambda entry: _ORDER.index(entry[0].split("/")[1])))
