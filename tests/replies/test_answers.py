"""Answers out of a YAML file and out of the fields of the page: strict, and bounded."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sg17kg.errors import BadParameter, InputError, NotFound, UnreadableFile
from sg17kg.replies.answers import LARGEST, answers_of_fields, parse_answers, read_answers
from sg17kg.replies.consultation import Ask, Consultation
from sg17kg.store.base import Row
from tests.replies.making import consultation

GOOD = """\
consultation: TSB Circular 104 (2025-2028)
name: A. Example
title: Director
member_state: Exampleland
email: a@example.org
date: 2026-05-01
answers:
  X.1280: authorizes
  x.ACCSADLT: authorizes-with-comments
  X.2210: does-not-authorize
"""


def test_answers_are_read(ask: Ask, drafts: Consultation) -> None:
    found = parse_answers(GOOD, ask, drafts)
    assert (found.name, found.title, found.member_state, found.email, found.fax) == (
        "A. Example",
        "Director",
        "Exampleland",
        "a@example.org",
        None,
    )
    assert found.signed_on == date(2026, 5, 1)
    assert found.choices == {"X.1280": "authorizes", "X.1286": "authorizes-with-comments", "X.2210": "does-not-authorize"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("nmae: A\n", "line 1: unknown key 'nmae'; there are: consultation, name"),
        ("name: A\nname: B\n", "line 2: 'name' stands there twice"),
        ("name: [A]\n", "line 1: one value is needed"),
        ("- a\n", "line 1: keys and values are needed"),
        ("answers: yes\n", "line 1: keys and values are needed"),
        ("answers:\n  X.9999: authorizes\n", "line 2: answers: 'X.9999' is not in this consultation"),
        ("answers:\n  X.1280: approves\n", "line 2: answers: X.1280: 'approves' is no answer about X.1280; there are: authorizes"),
        ("answers:\n  X.1286: authorizes\n  X.accsadlt: authorizes\n", "line 3: answers: X.1286 is answered twice"),
        ("date: 1 May\n", "line 1: date: '1 May' is no date"),
        ("consultation: '101'\n", "line 1: consultation: these answers are to '101'"),
        (f"name: {'a' * 201}\n", "line 1: name is longer than 200"),
        ('name: "a\\u0007b"\n', "line 1: name holds a character"),
        ("name: [\n", "line 2:"),
        ("", "line 1: nothing stands there"),
        ("name: !!python/object:os.system x\nanswers: &a [*a]\n", "line 2: keys and values"),
        ("[" * 5000, "no YAML that could be read"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_with_its_line(content: str, complaint: str, ask: Ask, drafts: Consultation) -> None:
    with pytest.raises(BadParameter) as refused:
        parse_answers(content, ask, drafts)
    assert str(refused.value).startswith(complaint)


def test_a_file_that_is_too_large_or_not_there_is_refused(tmp_path: Path, ask: Ask, drafts: Consultation) -> None:
    large = tmp_path / "answers.yaml"
    large.write_bytes(b"#" * (LARGEST + 1))
    for path, complaint in ((large, "larger than 64 KiB"), (tmp_path / "none.yaml", "cannot be read"), (tmp_path, "cannot be read")):
        with pytest.raises(UnreadableFile, match=complaint):
            read_answers(path, ask, drafts)
    large.write_bytes(b"name: \xff\n")
    with pytest.raises(UnreadableFile, match="not UTF-8"):
        read_answers(large, ask, drafts)
    large.write_text("nmae: x\n")
    with pytest.raises(BadParameter, match=r"answers\.yaml: line 1: unknown key"):
        read_answers(large, ask, drafts)


def test_fields_of_the_page_are_answers(questions: Consultation) -> None:
    found = answers_of_fields({"answer-2": "approves", "answer-3": "", "name": "A", "title": ""}, questions)
    assert (found.choices, found.name, found.title) == ({"Q10/17": "approves"}, "A", None)


@pytest.mark.parametrize("fields", [{"answer-4": "approves"}, {"answer-1": "authorizes"}, {"date": "2026-01-01"}, {"name": "a" * 201}])
def test_other_fields_are_refused(fields: dict[str, str], questions: Consultation) -> None:
    with pytest.raises(BadParameter):
        answers_of_fields(fields, questions)


@given(
    st.text(max_size=200) | st.recursive(st.text(max_size=10), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=10), inner))
)
def test_whatever_is_in_a_file_it_is_read_or_refused(content: object) -> None:
    given_text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    try:
        found = parse_answers(given_text, _no_graph, consultation())
    except (InputError, NotFound):
        return
    assert set(found.choices) <= {"X.1"}


def _no_graph(_: str, /, **__: str | None) -> list[Row]:
    return []
