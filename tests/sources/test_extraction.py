"""The facts of whole documents: the real circulars against gold, and circulars with invented numbers."""

import re
from pathlib import Path

import pytest

from sg17kg import facts_json
from tests import FIXTURES
from tests.reading import Read, differences, expected

FIXTURE_NAMES = sorted(path.stem for path in FIXTURES.glob("*.txt"))


@pytest.mark.parametrize("name", ["000_e0313d252bc16e1b", "004_23f5ae43e409c7e4"])
def test_gold_facts_of_a_real_circular_come_out(name: str, seeds: Path, gold: Path, read: Read) -> None:
    facts = facts_json.to_object(read(seeds / f"{name}.txt"))
    assert differences(facts, expected(gold / f"{name}.json")) == []


@pytest.mark.parametrize("name", FIXTURE_NAMES)
def test_facts_of_an_invented_circular_come_out(name: str, read: Read) -> None:
    facts = facts_json.to_object(read(FIXTURES / f"{name}.txt"))
    assert differences(facts, expected(FIXTURES / f"{name}.json")) == []


def test_there_are_invented_circulars_of_every_kind() -> None:
    wanted = ("single", "thirty", "supplement", "amendments", "no-header", "virtual", "turn-of-year", "question-new", "merged")
    assert [word for word in wanted if not any(word in name for name in FIXTURE_NAMES)] == []


@pytest.mark.parametrize("name", FIXTURE_NAMES)
def test_every_value_of_the_header_has_its_lines(name: str, read: Read) -> None:
    facts = read(FIXTURES / f"{name}.txt")
    missing = []
    for part in ("circular", "contact", "reply_address", "procedure", "meeting", "consultation", "adopted_at"):
        for field, value in vars(getattr(facts, part) or object.__new__(type("Nothing", (), {}))).items():
            if value not in (None, (), False) and f"/{part}/{field}" not in facts.evidence:
                missing.append(f"/{part}/{field}")
    assert missing == []


@pytest.mark.parametrize("name", FIXTURE_NAMES)
def test_evidence_lies_within_the_document(name: str, read: Read) -> None:
    facts = read(FIXTURES / f"{name}.txt")
    assert facts.evidence
    assert all(1 <= first <= last <= facts.document.lines for first, last in facts.evidence.values())


def test_evidence_of_a_deadline_is_the_line_that_prints_it(read: Read) -> None:
    path = FIXTURES / "01-single-draft.txt"
    facts = read(path)
    first, last = facts.evidence["/consultation/reply_deadline"]
    printed = "".join(path.read_text("utf-8").split("\n")[first - 1 : last])
    assert facts.consultation is not None
    assert facts.consultation.reply_deadline is not None
    year, month, day = facts.consultation.reply_deadline[:10].split("-")
    assert re.search(rf"{year}年{int(month)}月{int(day)}日", printed)


@pytest.mark.parametrize("name", FIXTURE_NAMES)
def test_every_unread_line_is_explained_by_a_finding(name: str, read: Read) -> None:
    facts = read(FIXTURES / f"{name}.txt")
    explained = {line for finding in facts.findings if finding.code == "unread-line" for line in finding.lines}
    assert set(facts.unread) == explained


def test_unread_lines_of_the_real_circulars_are_none_but_one_scrap(seeds: Path, read: Read) -> None:
    unread = {path.name[:3]: read(path).unread for path in sorted(seeds.glob("*.txt"))}
    assert unread == {"000": (), "001": (), "002": (), "003": (168,), "004": ()}


def test_a_line_that_no_field_knows_is_unread(tmp_path: Path, circular_text: str, read: Read) -> None:
    lines = circular_text.split("\n")
    stray = next(index for index, line in enumerate(lines) if line.startswith("抄送"))
    path = tmp_path / "stray.txt"
    path.write_text("\n".join(["这一行谁也不读", *lines[:stray], *lines[stray:]]), "utf-8")
    assert read(path).unread[0] == 1


def test_facts_survive_json(read: Read, tmp_path: Path) -> None:
    facts = read(FIXTURES / "09-questions-revised-merged.txt")
    path = tmp_path / "facts.json"
    path.write_bytes(facts_json.to_bytes(facts))
    assert facts_json.read(path) == facts
