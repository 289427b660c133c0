"""Consultation on new and revised Questions (WTSA Resolution 1, clause 7.3.2)."""

from dataclasses import replace

from sg17kg.extraction.letter.body import read_consultation, read_mention, read_procedure
from sg17kg.extraction.letter.consistency import report_dates, report_silence, report_spelling
from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.parts import LetterParts
from sg17kg.extraction.questions.consistency import report_questions
from sg17kg.extraction.questions.text import read_questions
from sg17kg.facts import Facts, MeetingMention
from sg17kg.readers.document import TextSpan


def read_question_consultation(reading: ExtractionContext, facts: Facts, frame: LetterParts) -> Facts:
    """Return the facts with the meeting that adopted the Questions, procedure, consultation and Questions."""
    adopted_at = _adopted_at(reading, frame.header.subject_text)
    facts = replace(
        facts,
        adopted_at=adopted_at,
        procedure=read_procedure(reading, frame.body, "Question consultation"),
        consultation=read_consultation(reading, frame.body, frame.number),
        questions=tuple(read_questions(reading, frame.annex_lines, adopted_at)),
    )
    report_dates(reading, facts, frame)
    report_silence(reading, facts, frame)
    report_questions(reading, facts, frame.body, frame.form, frame.header.subject_text)
    report_spelling(reading, [])
    return facts


def _adopted_at(reading: ExtractionContext, subject: TextSpan) -> MeetingMention | None:
    match = reading.pack.search("questions_adopted", subject.text)
    mention = read_mention(reading, match) if match else None
    if match and mention:
        for field in ("group", "start", "end", "city"):
            reading.state(f"/adopted_at/{field}", subject.lines_of_match(match) if getattr(mention, field) else None)
    return mention
