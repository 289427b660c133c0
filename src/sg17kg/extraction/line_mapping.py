"""Map facts from the lines that the extractor used to the lines of the file."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain

from sg17kg.extraction.normalisation import SplitLines
from sg17kg.facts import Facts, Finding, Lines, QuestionFacts
from sg17kg.readers.document import Document


def in_file(facts: Facts, document: Document) -> Facts:
    """Return the facts with the format of the file, its number of lines, and the places in the file of the lines that they cite."""
    named = chain(*(range(first, last + 1) for first, last in facts.evidence.values()), *(finding.lines for finding in facts.findings))
    places = {number: place for number in sorted(set(named)) if (place := document.line(number).place)}
    return replace(facts, document=replace(facts.document, lines=len(document.lines)), format=document.format, places=places)


def stated(evidence: Mapping[str, Lines], facts: Facts) -> dict[str, Lines]:
    """Return the evidence of values that are in the facts. Values that were read and then dropped have none."""
    return {pointer: lines for pointer, lines in evidence.items() if _value(facts, pointer) is not None}


def _value(facts: Facts, pointer: str) -> object:
    """Return the value at a JSON pointer, or None."""
    value: object = facts
    for part in pointer.removeprefix("/").split("/"):
        value = _entry(value, int(part)) if isinstance(value, tuple) else getattr(value, part, None)
    return value


def _entry(values: tuple[object, ...], index: int) -> object:
    return values[index] if index < len(values) else None


def with_lines_of_file(facts: Facts, unfolded: SplitLines) -> Facts:
    """Return the facts with every line number converted to that of the file."""
    turn, origin = unfolded.lines, unfolded.origin

    def each(numbers: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted({origin[number - 1] for number in numbers}))

    def maybe(lines: Lines | None) -> Lines | None:
        return turn(lines) if lines else None

    drafts = tuple(
        replace(
            draft,
            lines=replace(
                draft.lines, heading=turn(draft.lines.heading), title=maybe(draft.lines.title), abstract=maybe(draft.lines.abstract)
            ),
        )
        for draft in facts.drafts
    )
    return replace(
        facts,
        drafts=drafts,
        questions=tuple(_question(question, unfolded) for question in facts.questions),
        decisions=tuple(replace(decision, lines=turn(decision.lines)) for decision in facts.decisions),
        corrections=tuple(replace(correction, lines=turn(correction.lines)) for correction in facts.corrections),
        deadlines=tuple(replace(deadline, lines=turn(deadline.lines)) for deadline in facts.deadlines),
        evidence={pointer: turn(lines) for pointer, lines in facts.evidence.items()},
        findings=tuple(Finding(one.code, one.severity, one.message, each(one.lines)) for one in facts.findings),
        unread=each(facts.unread),
    )


def _question(question: QuestionFacts, unfolded: SplitLines) -> QuestionFacts:
    held, work = question.responsible_for, question.under_development
    return replace(
        question,
        responsible_for=replace(held, lines=unfolded.lines(held.lines)) if held else None,
        under_development=replace(work, lines=unfolded.lines(work.lines)) if work else None,
        study_items=tuple(replace(item, lines=unfolded.lines(item.lines)) for item in question.study_items),
        tasks=tuple(replace(task, lines=unfolded.lines(task.lines)) for task in question.tasks),
    )
