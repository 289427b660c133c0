"""Letters of kinds that are not known, of which little more than the header is read."""

from dataclasses import replace

from sg17kg.records import Facts
from sg17kg.sources.letter.frame import Frame
from sg17kg.sources.letter.reading import Reading
from sg17kg.sources.notice.mentions import read_references


def read_other(reading: Reading, facts: Facts, frame: Frame) -> Facts:
    """The facts with nothing but what the header says, and the circulars that the letter names."""
    return replace(facts, refers_to=read_references(reading, frame))
