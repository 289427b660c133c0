"""Files that are broken, or made to do harm: each is refused in one line, within little memory and time."""

import random
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from io import BytesIO
from warnings import catch_warnings
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from sg17kg import readers
from sg17kg.errors import UnreadableFile
from tests.patience import PATIENCE
from tests.sources.readers.making import NAMESPACES, body_of, replaced, word_of

WORD = body_of("<w:p><w:r><w:t>text</w:t></w:r></w:p>")
_DOCUMENT = f"<w:document {NAMESPACES}><w:body>{{}}</w:body></w:document>"
_LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
_BOUNDED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (600 * 2**20,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (10, 11))
from sg17kg.errors import UnreadableFile
from sg17kg import readers
try:
    print("read", len(readers.read_bytes("x", sys.stdin.buffer.read()).lines))
except UnreadableFile as error:
    print("refused", error)
"""


def within_bounds(content: bytes) -> str:
    """What a process of 600 MiB and 10 seconds says about a file."""
    done = subprocess.run([sys.executable, "-c", _BOUNDED], input=content, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr.decode()[-500:]
    return done.stdout.decode().strip()


def document(xml: str | bytes) -> bytes:
    return replaced(WORD, {"word/document.xml": xml.encode() if isinstance(xml, str) else xml})


def with_entries(*names: str) -> bytes:
    buffer = BytesIO(WORD)
    with ZipFile(buffer, "a", ZIP_DEFLATED) as archive, catch_warnings(action="ignore"):
        for name in names:
            archive.writestr(name, b"<a/>")
    return buffer.getvalue()


def with_wrong_checksum() -> bytes:
    start = WORD.rfind(b"PK\x01\x02")
    return WORD[: start + 16] + b"\0\0\0\1" + WORD[start + 20 :]


def locked() -> bytes:
    content = bytearray(WORD)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        content[at + offset] |= 1
    return bytes(content)


def chained(length: int) -> bytes:
    """Parts of which each refers to the next."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    rels = f'<Relationships xmlns="{namespace}">' + '<Relationship Id="r" Type="{}" Target="{}"/></Relationships>'
    parts: dict[str, bytes | None] = {"word/_rels/document.xml.rels": rels.format(relation, "c0.xml").encode()}
    for index in range(length):
        parts[f"word/c{index}.xml"] = b"<a/>"
        parts[f"word/_rels/c{index}.xml.rels"] = rels.format(relation, f"c{index + 1}.xml").encode()
    parts[f"word/c{length}.xml"] = b"<a/>"
    return replaced(WORD, parts)


HEX = random.Random(17).randbytes(14 * 2**20).hex()
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "ratio": (lambda: replaced(WORD, {"word/media/a.bin": bytes(50 * 2**20)}), "over 200 times its size"),
    "sum": (lambda: replaced(WORD, {f"word/media/{n}.bin": bytes(2**20) for n in range(101)}), "100 MiB"),
    "entries": (lambda: with_entries(*(f"word/{n}.xml" for n in range(2_001))), "more than 2000 parts"),
    "twice": (lambda: with_entries("word/a.xml", "word/a.xml"), "'word/a.xml' twice"),
    "twice but for case": (lambda: with_entries("WORD/Document.xml"), "'word/document.xml' twice"),
    "truncated": (lambda: WORD[: len(WORD) // 2], "broken"),
    "checksum": (with_wrong_checksum, "broken .*CRC"),
    "locked": (locked, "password"),
    "no document": (lambda: replaced(WORD, {"word/document.xml": None}), "broken"),
    "no body": (lambda: document(f"<w:document {NAMESPACES}/>"), "no body"),
    "no xml": (lambda: document(b"\xff\xd8\xff"), "no XML"),
    "half an xml": (lambda: document(_DOCUMENT[:-20]), "broken"),
    "laughs": (lambda: document(_LAUGHS + _DOCUMENT.format("<w:p><w:r><w:t>&i;</w:t></w:r></w:p>")), "declares a document type"),
    "laughs in utf-16": (lambda: document((_LAUGHS + _DOCUMENT.format("")).encode("utf-16")), "declares a document type"),
    "laughs in utf-7": (lambda: document("<?xml version='1.0' encoding='UTF-7'?>" + _DOCUMENT.format("")), "written in UTF-7"),
    "laughs elsewhere": (lambda: replaced(WORD, {"word/styles.xml": _LAUGHS.encode() + b"<a/>"}), "declares a document type"),
    "laughs by another name": (lambda: replaced(WORD, {"word/a.bin": _LAUGHS.encode() + b"<a/>"}), "declares a document type"),
    "outside": (
        lambda: document(
            "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + _DOCUMENT.format("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>")
        ),
        "declares a document type",
    ),
    "nested tables": (lambda: document(_DOCUMENT.format("<w:tbl><w:tr><w:tc>" * 10_000 + "</w:tc></w:tr></w:tbl>" * 10_000)), "broken"),
    "endless paragraph": (lambda: document(_DOCUMENT.format(f"<w:p><w:r><w:t>{HEX}</w:t></w:r></w:p>")), "broken"),
    "paragraph of many runs": (
        lambda: document(_DOCUMENT.format("<w:p>" + f"<w:r><w:t>{HEX[:1000]}</w:t></w:r>" * 5_000 + "</w:p>")),
        "over 200 times its size|5000000 characters",
    ),
    "too much text": (
        lambda: replaced(document(_DOCUMENT.format(HEX[: 17 * 10**6])), {"word/more.xml": b"<a>" + HEX[-17 * 10**6 :].encode() + b"</a>"}),
        "32 MiB",
    ),
    "chain of parts": (lambda: chained(900), "broken|read 1"),
    "inserted document": (lambda: document(_DOCUMENT.format("<w:altChunk/>")), "another format"),
    "zip in a zip": (lambda: replaced(WORD, {"word/embeddings/a.docx": replaced(WORD, {"word/media/a.bin": bytes(2**28)})}), "read 1"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_word_file_costs_little_and_is_refused(name: str) -> None:
    make, message = HOSTILE[name]
    said = within_bounds(make())
    assert said.startswith(("refused x: ", "read 1")), said
    assert re.search(message, said), said
    assert "\n" not in said


def test_what_stands_outside_a_file_is_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a file was fetched")

    relation = '<Relationship Id="rOut" Type="{}/{}" Target="http://127.0.0.1:9/x" TargetMode="External"/></Relationships>'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with ZipFile(BytesIO(WORD)) as archive:
        rels = archive.read("word/_rels/document.xml.rels").decode()
    for kind in ("attachedTemplate", "image", "footnotes", "oleObject"):
        changed = rels.replace("</Relationships>", relation.format(office, kind))
        monkeypatch.setattr("socket.socket.connect", refuse)
        content = replaced(WORD, {"word/_rels/document.xml.rels": changed.encode()})
        assert [line.text for line in readers.read_bytes("x", content).lines] == ["text"]


def test_ten_thousand_fields_and_notes_that_refer_to_themselves_end() -> None:
    begins = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>" * 10_000
    assert [line.text for line in readers.read_bytes("x", body_of(f"<w:p>{begins}</w:p><w:p><w:r><w:t>a</w:t></w:r></w:p>")).lines] == ["a"]


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_word_file_is_read_or_refused_but_never_falls(seed: int) -> None:
    source = random.Random(seed)
    with ZipFile(BytesIO(word_of("\ta\n\tb\n\n\nx[1: y]\n–\tz\n|_|\tno\n"))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = source.choice([part for part in parts if part.endswith((".xml", ".rels"))])
    content = bytearray(parts[name])
    for _ in range(source.randint(1, 8)):
        at = source.randrange(len(content))
        content[at : at + source.randint(0, 30)] = source.randbytes(source.randint(0, 4)) if seed % 2 else b""
    assert _is_read_or_refused(replaced(WORD, {**parts, name: bytes(content)}))


def _is_read_or_refused(content: bytes) -> bool:
    """Whether a file gives numbered lines, or is refused in one line; whatever else is raised fails the test."""
    try:
        document = readers.read_bytes("x", content)
    except UnreadableFile as error:
        return str(error).startswith("x: ") and "\n" not in str(error)
    return [line.number for line in document.lines] == list(range(1, len(document.lines) + 1))


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_zip_is_read_or_refused_but_never_falls(seed: int) -> None:
    source = random.Random(seed)
    content = bytearray(WORD)
    for _ in range(source.randint(1, 6)):
        content[source.randrange(4, len(content))] = source.randrange(256)
    assert _is_read_or_refused(bytes(content))


def test_the_bomb_of_this_test_is_one() -> None:
    assert len(zlib.compress(bytes(50 * 2**20))) * 200 < 50 * 2**20
