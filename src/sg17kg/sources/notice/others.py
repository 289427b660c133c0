"""Letters of which little more than the header is read: corrigenda to circulars, and kinds that are not known."""

from dataclasses import replace

from sg17kg.records import CircularMention, Facts
from sg17kg.sources.document import Stretch
from sg17kg.sources.letter.frame import Frame
from sg17kg.sources.letter.reading import Reading
from sg17kg.sources.notice.mentions import read_references


def read_corrigendum(reading: Reading, facts: Facts, frame: Frame) -> Facts:
    """The facts with the circular that is corrected, first among those to which the letter goes back.

    What is put in the place of what stays in the letter: a corrigendum quotes running text.
    """
    corrected = _corrected(reading, frame)
    ordinal = frame.header.corrigendum[0] if frame.header.corrigendum else None
    others = tuple(mention for mention in read_references(reading, frame) if mention.circular != corrected)
    named = next((mention for mention in read_references(reading, frame) if mention.circular == corrected), None)
    if corrected is None:
        return replace(facts, refers_to=others, corrigendum=ordinal)
    return replace(facts, refers_to=(named or CircularMention(corrected, None), *others), corrigendum=ordinal)


def _corrected(reading: Reading, frame: Frame) -> int | None:
    header = [Stretch(reading.document.between(*frame.header.corrigendum[1]))] if frame.header.corrigendum else []
    for stretch in (*header, frame.header.subject_text, *frame.body.paragraphs):
        match = reading.search("corrigendum_of", stretch) if stretch else None
        if match:
            reading.state("/refers_to/0", stretch.lines_of_match(match))
            return int(match["number"])
    return None


def read_other(reading: Reading, facts: Facts, frame: Frame) -> Facts:
    """The facts with nothing but what the header says, and the circulars that the letter names."""
    return replace(facts, refers_to=read_references(reading, frame))
