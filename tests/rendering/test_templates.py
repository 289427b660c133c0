"""Templates have short lines, and compile."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests import ROOT

FOLDER = ROOT / "src" / "sg17kg" / "rendering" / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
LONGEST = 140
# A message cannot be broken: it is the key of its translations
MESSAGE = re.compile(r"""\b(?:say|plain|_)\("[^"]*\"""")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_lines_are_short_but_for_a_message(path: Path) -> None:
    long = [line for line in path.read_text("utf-8").splitlines() if len(MESSAGE.sub('say("…"', line)) > LONGEST]
    assert long == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_compiles_and_has_no_tabs_or_blanks_at_line_ends(path: Path) -> None:
    text = path.read_text("utf-8")
    Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined).parse(text)
    assert [line for line in text.splitlines() if "\t" in line or line != line.rstrip()] == []
