"""Words that stand for something else in the field, or for nothing, are not used in docstrings, comments, documents and query headers.

CONTRIBUTING.md ("Rules for English") refers to the list: a word comes into it with the word that is used instead.
"""

import re
from pathlib import Path

import pytest

from tests import ROOT

INSTEAD = {
    r"strangers?": "untrusted, client",
    r"mend(?:s|ed|ing)?": "correct, fix",
    r"nurser(?:y|ies)": "pool of processes",
    r"un(?:spoiled|folded document)": "normalised",
    r"hangs? together": "is related to",
    r"goes without saying": "is clear",
    r"giv(?:e|es|ing) way": "is replaced by, lowers its priority",
    r"room of the house": "package",
    r"told to bear": "asked to fork",
    r"lest": "so that … not",
    r"whilst|amongst|thereof|wherein|whereby|henceforth": "the short word",
    r"simply|easily|just works|obviously": "(leave it out)",
}
WORDS = re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in INSTEAD), re.IGNORECASE)
FILES = sorted(
    path
    for folder, ending in (("src", "*.py"), ("docs", "*.md"), ("queries", "*.rq"), ("ontology", "*.ttl"), ("shapes", "*.ttl"))
    for path in (ROOT / folder).rglob(ending)
    if "research" not in path.parts
) + sorted(ROOT.glob("*.md"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_word_of_the_list_is_used(path: Path) -> None:
    text = path.read_text("utf-8")
    found = [(text.count("\n", 0, match.start()) + 1, match[0]) for match in WORDS.finditer(text)]
    better = [next(word for pattern, word in INSTEAD.items() if re.fullmatch(pattern, each, re.IGNORECASE)) for _, each in found]
    assert found == [], f"use {better}"
