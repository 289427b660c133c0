"""Letters of unknown kind, of which little more than the header is read."""

from dataclasses import replace

from sg17kg.extraction.decisions.circular_references import read_references
from sg17kg.extraction.letter.context import ExtractionContext
from sg17kg.extraction.letter.parts import LetterParts
from sg17kg.facts import Facts


def read_other(reading: ExtractionContext, facts: Facts, frame: LetterParts) -> Facts:
    """Return the facts with only what the header states, and the circulars that the letter names."""
    return replace(facts, refers_to=read_references(reading, frame))
