"""One line of a good circular dropped, doubled or moved: nothing breaks, and no part goes without a word."""

import pytest

from sg17kg import assets
from sg17kg.errors import Sg17kgError
from sg17kg.records import Facts
from sg17kg.sources.circular import Extractor
from sg17kg.sources.readers import text
from tests import FIXTURES, ROOT

EXTRACTOR = Extractor.load(assets.language_packs(), ROOT / "data" / "curated")
PARTS = (
    "procedure",
    "meeting",
    "consultation",
    "collective_letter",
    "a5_justification",
    "ipr_statements",
    "reply_address",
    "drafts",
    "questions",
)


def mutations(lines: list[str]) -> list[list[str]]:
    found = []
    for index, line in enumerate(lines):
        if line.strip():
            found.append([*lines[:index], *lines[index + 1 :]])
            found.append([*lines[:index], line, *lines[index:]])
            found.append([*lines[:index], *lines[index + 1 : index + 2], line, *lines[index + 2 :]])
    return found


def lost(before: Facts, after: Facts) -> list[str]:
    """Parts that the good circular has and the spoiled one lacks."""
    return [part for part in PARTS if getattr(before, part) and getattr(after, part) in (None, ())]


@pytest.mark.parametrize("name", ["01-single-draft", "08-question-new", "11-study-group-13"])
def test_a_part_that_a_mutation_takes_away_is_reported_or_refused(name: str) -> None:
    source = (FIXTURES / f"{name}.txt").read_bytes()
    before = EXTRACTOR.extract(text.read(name, source))
    known = {(finding.code, finding.message) for finding in before.findings}
    silent = []
    for lines in mutations(source.decode().split("\n")):
        try:
            after = EXTRACTOR.extract(text.read(name, "\n".join(lines).encode()))
        except Sg17kgError:
            continue
        found = {(finding.code, finding.message) for finding in after.findings}
        if lost(before, after) and not found - known:
            silent.append(lost(before, after))
    assert silent == []
