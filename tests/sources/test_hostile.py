"""Text that is made to be slow or deep costs no more than its length."""

import contextlib
from pathlib import Path

import pytest

from sg17kg.errors import NotACircular
from tests import FIXTURES
from tests.patience import processor_seconds
from tests.reading import Read

UNITS = [
    "1", "A", "a.", "X.1、", "X.", "(", "（", "除", "除外", "在", "+1 ", "[1: ", "[image: ", "Q1/1（2020年）", "2026年6月1日",
    "自2025年12月4日起由本课题负责的", "第1号决议（2022年，", "研究组（2026年6月1日，", "第7/17号课题", "电信标准化局第1", "附件1",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("anchor", ["事由：", "电信标准化局注1", "3\t"])
def test_a_line_of_repetitions_in_a_good_circular_is_read_in_seconds(unit: str, anchor: str, tmp_path: Path, read: Read) -> None:
    lines = (FIXTURES / "12-contradictions.txt").read_text("utf-8").split("\n")
    place = next(index for index, line in enumerate(lines) if line.strip().startswith(anchor))
    lines[place] += (unit * 40_000)[:40_000]
    path = tmp_path / "hostile.txt"
    path.write_text("\n".join(lines), "utf-8")
    with processor_seconds(20), contextlib.suppress(NotACircular):
        assert read(path).document.lines == len(lines) - (not lines[-1])
