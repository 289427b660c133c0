"""What a file starts with chooses its reader; what nobody reads is refused with what to do about it."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from sg17kg import readers
from sg17kg.errors import NotACircular, UnreadableFile
from tests.sources.readers.making import body_of, replaced

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
_TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
WORD = body_of("<w:p><w:r><w:t>text</w:t></w:r></w:p>")


def zipped(*names: str) -> bytes:
    """A zipped file with these parts and none of those of a Word file."""
    return replaced(body_of(""), {**dict.fromkeys(_parts(), None), **dict.fromkeys(names, b"<a/>")})


def typed(kind: bytes) -> bytes:
    """A Word file whose list of parts names this type alone."""
    return replaced(WORD, {"[Content_Types].xml": _TYPES + b"<!-- " + kind + b" -->"})


def _parts() -> list[str]:
    with ZipFile(BytesIO(WORD)) as archive:
        return archive.namelist()


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"plain", "text"),
        ("text".encode("utf-16"), "text"),
        (WORD, "docx"),
        (b"<!DOCTYPE html><p>text", "html"),
        (b'\xef\xbb\xbf\n<?xml version="1.0"?><!-- a --><!-- b --><HTML><p>text', "html"),
        ("<html><p>text".encode("utf-16"), "html"),
    ],
)
def test_the_content_chooses_the_reader_whatever_the_name(content: bytes, form: str, tmp_path: Path) -> None:
    path = tmp_path / "circular.pdf"
    path.write_bytes(content)
    assert readers.read(path).format == form
    assert readers.read_bytes("circular.doc", content).format == form


@pytest.mark.parametrize(
    ("content", "what", "mend"),
    [
        (_OLE, "old Word file", "soffice --headless --convert-to docx"),
        (_OLE + "EncryptedPackage".encode("utf-16-le"), "password", "without one"),
        (b"{\\rtf1\\ansi", "RTF", "soffice --headless --convert-to docx"),
        (b"MIME-Version: 1.0\r\n", "web archive", "soffice"),
        (b'<?xml version="1.0"?><w:wordDocument/>', "XML file", "soffice"),
        (b"PK\x05\x06" + bytes(18), "empty zipped", "anew"),
        (zipped("content.xml", "mimetype"), "OpenDocument", ".docx"),
        (zipped("xl/workbook.xml", "[Content_Types].xml"), "Excel", ".docx"),
        (zipped("ppt/presentation.xml"), "PowerPoint", ".docx"),
        (zipped("META-INF/container.xml"), "electronic book", ".docx"),
        (zipped("circular.docx"), "without a Word document", "unpack"),
        (replaced(WORD, {"word/vbaProject.bin": b"x"}), "macros", "without them"),
        (replaced(WORD, {"[Content_Types].xml": _TYPES}), "names no Word document", ".docx"),
        (typed(b"application/vnd.ms-word.document.macroEnabled.main+xml"), "macros", ".docx"),
        (typed(b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"), "template", ".docx"),
    ],
)  # fmt: skip
def test_what_nobody_reads_is_refused_with_the_mend(content: bytes, what: str, mend: str, tmp_path: Path) -> None:
    path = tmp_path / "circular.docx"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"circular\.docx: ") as error:
        readers.read(path)
    assert what in str(error.value)
    assert mend in str(error.value)
    with pytest.raises(UnreadableFile, match=f"sent.docx: .*{what}"):
        readers.read_bytes("sent.docx", content)


@pytest.mark.parametrize("name", ["a.txt", "a.docx", "a.pdf", "a.html"])
@pytest.mark.parametrize("content", [b"", b" \r\n\n"])
def test_an_empty_file_is_said_to_be_empty(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotACircular, match=rf"{name}: the file is empty; get it anew"):
        readers.read(tmp_path / name)


@pytest.mark.parametrize("content", [bytes(range(255, -1, -1)), b"caf\xe9", b"a\x1bb"])
@pytest.mark.parametrize(("name", "what"), [("a.PDF", "no PDF: it does not begin with %PDF-"), ("a.docx", "no Word file: .*PK")])
def test_what_is_neither_text_nor_what_its_name_says_is_told_by_the_name(name: str, what: str, content: bytes) -> None:
    with pytest.raises(UnreadableFile, match=f"{name}: this is {what}.*; get the file anew"):
        readers.read_bytes(name, content)


@pytest.mark.parametrize(("start", "limit"), [(b"text", 2), (b"PK\x03\x04", 20), (b"%PDF-1.7", 20), (b"<html>", 20)])
def test_a_file_beyond_the_limit_of_its_format_is_not_read(start: bytes, limit: int, tmp_path: Path) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.write(start)
        file.truncate(2**40)
    with pytest.raises(UnreadableFile, match=f"larger than {limit} MiB"):
        readers.read(path)
    with pytest.raises(UnreadableFile, match=f"larger than {limit} MiB"):
        readers.read_bytes("huge", start + bytes(limit * 2**20))


def test_many_comments_before_a_page_cost_no_more_than_their_length() -> None:
    assert readers.read_bytes("x", b"<!---->" * 500 + b"x").format == "text"


def test_lines_of_every_format_are_bounded_alike() -> None:
    long = "x" * 50_001
    for content in (body_of(f"<w:p><w:r><w:t>{long}</w:t></w:r></w:p>"), f"<html><p>{long}".encode()):
        with pytest.raises(UnreadableFile, match="paragraph 1: 50001 characters"):
            readers.read_bytes("x", content)
    for content in (body_of("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 20_001), b"<html>" + b"<p>x" * 20_001):
        with pytest.raises(UnreadableFile, match="more than 20000 lines"):
            readers.read_bytes("x", content)
