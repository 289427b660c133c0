"""What is no circular, or only a part of one, gives an error that says so, never half of its facts."""

from pathlib import Path

import pytest

from sg17kg.errors import NotACircular
from tests import FIXTURES
from tests.reading import Read


@pytest.mark.parametrize(
    "content", ["", "\n\n \n", "\ufeff\n", "Dear all,\nplease find the minutes attached.\n", "电信标准化局 通函\n没有编号\n"]
)
def test_a_text_that_is_no_circular_is_refused(content: str, tmp_path: Path, read: Read) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(content, "utf-8")
    with pytest.raises(NotACircular, match=r"letter\.txt: (?:no|the file is empty)"):
        read(path)


@pytest.mark.parametrize("name", ["01-single-draft", "08-question-new", "12-contradictions"])
@pytest.mark.parametrize("share", [0.35, 0.5, 0.6])
def test_a_circular_cut_off_in_the_middle_is_refused(name: str, share: float, tmp_path: Path, read: Read) -> None:
    lines = (FIXTURES / f"{name}.txt").read_text("utf-8").split("\n")
    first_annex = next(index for index, line in enumerate(lines) if line.strip().startswith("附件1"))
    last_annex = next(index for index, line in enumerate(lines) if line.strip().startswith("附件2"))
    cut = first_annex + int((last_annex - first_annex) * share)
    path = tmp_path / "cut.txt"
    path.write_text("\n".join(lines[:cut]), "utf-8")
    with pytest.raises(NotACircular, match=r"breaks off: annex 2.*get the whole file"):
        read(path)


def test_a_form_cut_off_after_some_rows_is_refused(tmp_path: Path, circular_text: str, read: Read) -> None:
    lines = circular_text.split("\n")
    boxes = [index for index, line in enumerate(lines) if "|_|" in line]
    path = tmp_path / "cut.txt"
    path.write_text("\n".join(lines[: boxes[2]]), "utf-8")
    with pytest.raises(NotACircular, match="breaks off"):
        read(path)
