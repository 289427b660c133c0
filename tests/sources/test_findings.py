"""What does not agree within a document is reported, with its lines."""

from pathlib import Path

import pytest

from sg17kg.facts import Facts
from tests import FIXTURES
from tests.reading import Read


def found(facts: Facts) -> set[tuple[str, tuple[int, ...]]]:
    return {(finding.code, finding.lines) for finding in facts.findings}


def test_planted_contradictions_are_found(read: Read) -> None:
    assert found(read(FIXTURES / "12-contradictions.txt")) >= {
        ("deadline-after-meeting", (33, 41)),
        ("form-number-differs", (53, 113, 114, 115)),
        ("form-kind-differs", (57, 123, 124)),
        ("report-used-twice", (48, 65)),
        ("number-without-dot", (33, 47, 73, 132)),
    }
    assert found(read(FIXTURES / "11-study-group-13.txt")) >= {
        ("circular-number-differs", (9, 73)),
        ("form-name-differs", (57, 116, 117)),
    }


def test_a_circular_without_contradictions_has_no_error(read: Read) -> None:
    assert [finding for finding in read(FIXTURES / "01-single-draft.txt").findings if finding.severity == "error"] == []


REAL = {
    "001": {
        ("form-number-differs", (72, 162, 163, 164)),
        ("form-part-differs", (76, 172)),
        ("kind-differs", (32, 86)),
        ("number-without-dot", (32, 47, 95)),
        ("note-labels-differ", (38, 39)),
    },
    "002": {("kind-differs", (34, 53)), ("no-abstract", (53,)), ("hyphen-lost", (50,))},
    "003": {
        ("form-kind-differs", (54, 114, 115)),
        ("ipr-stated-twice", (43, 76)),
        ("name-spelling-differs", (34, 40, 43, 53, 72, 83, 143)),
        ("no-text-reference", (61, 67, 72)),
    },
    "004": {
        ("two-owners", (30, 122)),
        ("as-of-differs", (30, 31)),
        ("name-without-dot", (123,)),
        ("list-interrupted", (122,)),
        ("number-not-in-header", (325,)),
        ("adopting-group-differs", (2, 6, 23, 85, 236)),
        ("merger-not-announced", (85,)),
        ("question-title-differs", (6, 235)),
        ("item-unfinished", (187,)),
        ("word-doubled", (329,)),
        ("body-name-differs", (65, 307)),
    },
}


@pytest.mark.parametrize("number", sorted(REAL))
def test_contradictions_of_the_real_circulars_are_found(number: str, seeds: Path, read: Read) -> None:
    facts = read(next(seeds.glob(f"{number}_*.txt")))
    assert REAL[number] - found(facts) == set()


def spoiled(tmp_path: Path, text: str, old: str, new: str) -> Path:
    assert old in text
    path = tmp_path / "spoiled.txt"
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_a_place_that_nobody_knows_is_reported_and_not_guessed(tmp_path: Path, read: Read) -> None:
    text = (FIXTURES / "02-thirty-drafts.txt").read_text("utf-8")
    before = read(FIXTURES / "02-thirty-drafts.txt").meeting
    assert before is not None
    assert before.city is not None
    printed = next(name for name in ("内罗毕", "东京", "首尔", "日内瓦", "迪拜", "新德里") if f"在{name}" in text or f"，{name}）" in text)
    facts = read(spoiled(tmp_path, text, printed, "某某"))
    assert facts.meeting is not None
    assert facts.meeting.city is None
    assert "unknown-place" in {finding.code for finding in facts.findings}


def test_a_date_that_does_not_exist_is_reported_and_not_guessed(tmp_path: Path, circular_text: str, read: Read) -> None:
    facts = read(spoiled(tmp_path, circular_text, "9月20日23时59分", "9月31日23时59分"))
    assert facts.consultation is not None
    assert facts.consultation.reply_deadline is None
    assert "impossible-date" in {finding.code for finding in facts.findings}


def test_a_deadline_without_a_time_zone_is_not_taken_as_utc(tmp_path: Path, circular_text: str, read: Read) -> None:
    line = next(line for line in circular_text.split("\n") if "23时59分" in line)
    without = line.replace("协调世界时（UTC）", "").replace("协调世界时", "").replace("（UTC）", "").replace("(UTC)", "")
    facts = read(spoiled(tmp_path, circular_text, line, without))
    assert facts.consultation is not None
    assert facts.consultation.reply_deadline is None
    assert "deadline-without-zone" in {finding.code for finding in facts.findings}
