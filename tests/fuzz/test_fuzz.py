"""A fixed budget of fuzzing for each run of the tests, and properties of whatever is read. `make fuzz` goes on for longer."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import ROOT
from tests.fuzz import letters
from tests.fuzz.__main__ import NAMES
from tests.fuzz.targets import TARGETS, check_days, value_at

RUNS = {"text": 20_000, "docx": 600, "html": 10_000, "pdf": 10_000, "file": 10_000, "extractor": 2_000}
_SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.fuzz
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed: it has wheels for Linux and macOS alone")
@pytest.mark.parametrize("target", NAMES)
def test_a_fixed_budget_of_fuzzing_finds_nothing(target: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", target, "--runs", str(RUNS[target]), "--seed", "17", "--corpus", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=3600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "stat::number_of_executed_units" in done.stderr
    assert not list(tmp_path.glob("found-*"))


def test_every_target_is_run_and_has_a_corpus() -> None:
    assert set(NAMES) == set(TARGETS) == set(RUNS)
    for name in NAMES:
        assert all(isinstance(content, bytes) and content for content in letters.corpus(name))
        for content in letters.corpus(name):
            TARGETS[name](content)


@pytest.mark.parametrize("target", ["text", "html", "docx", "pdf", "file"])
@_SOME
@given(data=st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(target: str, data: bytes) -> None:
    TARGETS[target](data)


_STARTS = st.sampled_from(
    [b"", b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"<html>", b"<!doctype html>", b"{\\rtf", b"\xd0\xcf\x11\xe0"]
)


@_SOME
@given(start=_STARTS, data=st.text(max_size=2000))
def test_any_text_behind_the_start_of_a_format_is_read_or_refused(start: bytes, data: str) -> None:
    wide = "utf-16-le" if start == b"\xff\xfe" else "utf-16-be" if start == b"\xfe\xff" else "utf-8"
    TARGETS["file"](start + data.encode(wide, "replace"))


_LINES = st.sampled_from(sorted({line for letter in letters.letters() for line in letter.split("\n")} | set(letters.words())))


@_SOME
@given(lines=st.lists(_LINES, max_size=120))
def test_any_composition_of_lines_gives_facts_or_is_refused(lines: list[str]) -> None:
    TARGETS["extractor"]("\n".join(lines).encode())


@_SOME
@given(letter=st.sampled_from(letters.letters()), seeds=st.lists(st.integers(0, 2**32), max_size=6))
def test_a_letter_with_lines_moved_about_gives_facts_or_is_refused(letter: str, seeds: list[int]) -> None:
    content = letter.encode()
    for seed in seeds:
        content = letters.mutated(content, seed)
    TARGETS["extractor"](content)


def test_a_mutation_follows_from_its_seed() -> None:
    letter = letters.letters()[0].encode()
    assert letters.mutated(letter, 3) == letters.mutated(letter, 3)
    assert len({letters.mutated(letter, seed) for seed in range(20)}) > 15


@pytest.mark.parametrize(
    "wrong", [{"date": "2026-02-30"}, {"on": "2026-1-1"}, {"reply_deadline": "2026-05-20"}, {"x": [{"start": "20260101"}]}]
)
def test_days_that_are_none_are_found(wrong: object) -> None:
    with pytest.raises((AssertionError, ValueError)):
        check_days(wrong)


def test_a_pointer_leads_to_its_value_or_nowhere() -> None:
    stated = {"a": [{"b": 1}], "c": None}
    assert value_at(stated, "/a/0/b") == 1
    assert [value_at(stated, pointer) for pointer in ("/c", "/a/1", "/a/x", "/a/0/b/c", "/d")] == [None] * 5
