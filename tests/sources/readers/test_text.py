"""Text as it comes: marks of word processors are taken out, and what is no text is refused in one clear line."""

import os
from pathlib import Path

import pytest

from sg17kg import readers
from sg17kg.errors import UnreadableFile
from sg17kg.readers import text


def lines(content: str) -> list[str]:
    return [line.text for line in text.read("x.txt", content.encode()).lines]


def test_marks_are_taken_out() -> None:
    assert lines("[bookmark: _Hlk1][bookmark: a]one\nError! Bookmark not defined.\nError! Bookmark not defined.two") == ["one", "", "two"]


def test_a_picture_ends_with_its_bracket_even_lines_below() -> None:
    assert lines("[image: Icon\n\nDescription generated]主任") == ["", "", "主任"]


def test_a_picture_that_never_closes_ends_with_its_line() -> None:
    assert lines("[image: Icon\n 姓名\nmore") == ["", "姓名", "more"]


def test_names_of_picture_files_are_no_text() -> None:
    assert lines("image1.png\nimage2.PNG\nimage of x") == ["", "", "image of x"]


def test_footnotes_are_kept_aside() -> None:
    line = text.read("x.txt", b"one[footnoteRef:2] two [2: \tnote [a] end.] ").lines[0]
    assert (line.text, line.footnotes) == ("one two", ("note [a] end.",))


def test_many_footnotes_cost_no_more_than_their_length() -> None:
    document = text.read("x.txt", b"[1: x]" * 8_000)
    assert len(document.lines[0].footnotes) == 8_000


@pytest.mark.parametrize("content", ["a\nb", "a\nb\n"])
def test_a_last_line_feed_makes_no_line(content: str) -> None:
    assert len(text.read("x.txt", content.encode()).lines) == 2


def test_other_unicode_encodings_are_told_by_their_mark() -> None:
    assert text.read("x.txt", "通函".encode("utf-16")).lines[0].text == "通函"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("binary.txt", bytes(range(256)), "binary"),
        ("gb.txt", "通函第一号".encode("gb18030"), "UTF-8"),
        ("control.txt", b"a\x1bb", r"line 1: control character U\+001B"),
    ],
)
def test_what_is_no_text_is_refused(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=message) as error:
        readers.read(path)
    assert name in str(error.value)


@pytest.mark.parametrize(
    ("content", "encoding", "told"),
    [
        ("Réponse à donner après l'été, où qu'elle naisse", "latin-1", r"be WINDOWS-1252 or ISO-8859-1 \(iconv -f ENCODING"),
        ("通函第一号：X.1280 (X.oob-sa) 新建议书草案", "gb18030", r"be GB18030 \(iconv -f GB18030 -t UTF-8\)"),
        ("Циркуляр 5 от 3 мая", "cp1251", "be WINDOWS-1251 or "),
        ("رسالة معممة رقم", "cp1256", "WINDOWS-1256"),
    ],
)
def test_only_encodings_that_fit_the_bytes_are_named(content: str, encoding: str, told: str) -> None:
    with pytest.raises(UnreadableFile, match=f"line 1: not UTF-8 text; save it as UTF-8; its encoding .*{told}") as error:
        text.read("x.txt", content.encode(encoding))
    assert encoding == "gb18030" or "GB18030" not in str(error.value)


def test_a_text_that_bears_the_mark_of_utf_16_and_is_broken_is_said_to_be_that() -> None:
    with pytest.raises(UnreadableFile, match=r"line 1: not UTF-16 text; save it as UTF-8$"):
        text.read("x.txt", b"\xff\xfea\x00b")


def test_a_folder_and_an_absent_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="folder"):
        readers.read(tmp_path)
    with pytest.raises(UnreadableFile, match="no such file"):
        readers.read(tmp_path / "absent.txt")


def test_a_huge_file_is_refused_without_reading_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    with pytest.raises(UnreadableFile, match="2 MiB"):
        readers.read(path)


@pytest.mark.parametrize(("content", "message"), [(b"x\n" * 20_001, "20001 lines"), (b"\n" + b"x" * 50_001, "line 2: 50001 characters")])
def test_what_is_far_beyond_a_circular_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        text.read("x.txt", content)


def test_a_file_name_that_is_no_unicode_is_written_out(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"circular\xff.txt")
    path.write_text("x", "utf-8")
    assert readers.read(path).name == "circular\\udcff.txt"
