"""Editions out of Relaton YAML: every form of an identifier, archives, and records that cannot be read."""

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from sg17kg.errors import UnreadableFile
from sg17kg.facts import EditionFacts, Unread
from sg17kg.reference_data import relaton


def record(identifier: str, link: str = "https://example.org/T-REC-X.1001-203001-I", title: str = "A title") -> bytes:
    return f"""
docidentifier:
- {{content: "{identifier}", type: ITU, primary: true}}
title:
- {{language: en, content: "{title}"}}
source:
- {{type: src, content: "{link}"}}
date:
- {{type: published, at: '2030-01-31'}}
contributor:
- organization: {{subdivision: [{{name: [{{content: ITU-T Study Group 17}}]}}]}}
""".encode()


STATUS = """
edition: {content: '2'}
status: {stage: {content: %s}}
"""
RELATED = """
relation:
- type: complementOf
  bibitem: {docidentifier: [{content: X Suppl. 91 (02/2030), type: ITU}]}
- type: complementOf
  bibitem: {docidentifier: [{content: X Suppl. 91 (03/2031), type: ITU}]}
- type: hasEdition
  bibitem: {docidentifier: [{content: "X.1001  (06/2031)", type: ITU}]}
"""
NO_LETTER = "https://example.org/other"


def thin(content: bytes) -> bytes:
    """What a failed crawl leaves of a record."""
    return content[: content.index(b"contributor:")]


def facts_in(content: bytes) -> EditionFacts:
    facts = relaton.edition("x.yaml", content)
    assert isinstance(facts, EditionFacts)
    return facts


def read(identifier: str, **more: str) -> EditionFacts:
    facts = relaton.edition("x.yaml", record(identifier, **more))
    assert isinstance(facts, EditionFacts)
    return facts


@pytest.mark.parametrize(
    ("identifier", "number", "also", "part", "of_edition", "edition"),
    [
        ("ITU-T X.1001 (01/2030)", "X.1001", (), None, None, "01/2030"),
        ("ITU-T X.1001.2 (01/2030)", "X.1001.2", (), None, None, "01/2030"),
        ("ITU-T D.1001/X.1002 (01/2030)", "D.1001", ("X.1002",), None, None, "01/2030"),
        ("ITU-T X.1001 (2028) Amd. 1 (01/2030)", "X.1001", (), "Amd.1", "2028", "01/2030"),
        ("ITU-T X.1001 (2028) Cor. 2 (01/2030)", "X.1001", (), "Cor.2", "2028", "01/2030"),
        ("ITU-T X.1001 (2028) Amd. 1/Technical Cor. 1 (01/2030)", "X.1001", (), "Amd.1/Technical Cor.1", "2028", "01/2030"),
        ("ITU-T X Suppl. 91 (01/2030)", "X Suppl. 91", (), None, None, "01/2030"),
        ("ITU-T G.1001 Annex B (01/2030)", "G.1001 Annex B", (), None, None, "01/2030"),
    ],
)
def test_identifiers(identifier: str, number: str, also: tuple[str, ...], part: str | None, of_edition: str | None, edition: str) -> None:
    facts = read(identifier)
    assert (facts.number, facts.also, facts.part, facts.of_edition, facts.edition) == (number, also, part, of_edition, edition)
    assert (facts.approved_on, facts.title, facts.group) == ("2030-01-31", "A title", "SG17")


@pytest.mark.parametrize(
    ("link", "publication"),
    [
        ("https://example.org/T-REC-X.1001-203001-I", "in-force"),
        ("https://example.org/T-REC-X.1001-203001-P", "prepublished"),
        ("https://example.org/T-REC-X.1001-203001-S!Amd1", "superseded"),
        ("https://example.org/T-REC-X.1001-203001-W", "withdrawn"),
        ("https://example.org/other", None),
    ],
)
def test_the_last_letter_of_the_link_says_how_it_is_published(link: str, publication: str | None) -> None:
    assert read("ITU-T X.1001 (01/2030)", link=link).publication == publication


@pytest.mark.parametrize(
    ("link", "status", "stage", "publication"),
    [
        ("https://example.org/T-REC-X.1001-203001-I", "Published", "published", "in-force"),
        ("https://example.org/T-REC-X.1001-203001-I", "Withdrawal", "withdrawn", "in-force"),
        (NO_LETTER, "Withdrawal", "withdrawn", "not-in-force"),
        (NO_LETTER, "Published", "published", None),
        (NO_LETTER, "Other", None, None),
    ],
)
def test_the_status_says_what_the_link_leaves_open_and_no_more(link: str, status: str, stage: str | None, publication: str | None) -> None:
    facts = facts_in(record("ITU-T X.1001 (01/2030)", link) + (STATUS % status).encode())
    assert (facts.stage, facts.publication, facts.edition_number) == (stage, publication, "2")


def test_a_record_without_contributor_says_nothing_of_group_and_status() -> None:
    content = thin(record("ITU-T X.1001 (01/2030)", NO_LETTER))
    for more in (b"", (STATUS % "Withdrawal").encode()):
        facts = facts_in(content + more)
        assert (facts.group, facts.stage, facts.publication) == (None, None, None)


def test_a_text_names_its_supplements_and_the_other_editions() -> None:
    row = relaton.record("x.yaml", record("ITU-T X.1001 (01/2030)") + RELATED.encode())
    assert isinstance(row, relaton.CatalogueRecord)
    assert row.facts.complemented_by == ("X Suppl. 91",)
    assert (row.name, row.editions) == ("X.1001 (01/2030)", ("X.1001 (06/2031)",))


def test_a_part_repeats_the_supplements_of_its_text_and_does_not_have_them() -> None:
    assert facts_in(record("ITU-T X.1001 (2028) Amd. 1 (01/2030)") + RELATED.encode()).complemented_by == ()


IMPOSSIBLE = (record("ITU-T X.1001 (13/2030)"), record("ITU-T X.1001 (01/2030)").replace(b"2030-01-31", b"2030-13-45"))
DEEP = (b"a: " + b"[" * 100_000, b"- " * 100_000, b"{a: " * 100_000, b"".join(b" " * n + b"- \n" for n in range(1_000)))


@pytest.mark.parametrize("content", [b"[", b"{}", b"- 1", b"", record("X.1001"), *IMPOSSIBLE, *DEEP])
def test_a_record_that_cannot_be_read_is_named_with_its_reason(content: bytes) -> None:
    unread = relaton.edition("broken.yaml", content)
    assert isinstance(unread, Unread)
    assert unread.name == "broken.yaml"
    assert unread.reason


def archive(path: Path, records: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as file:
        for name, content in records.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return path


def test_files_folders_and_archives_give_the_same(tmp_path: Path) -> None:
    content = record("ITU-T X.1001 (01/2030)")
    (tmp_path / "one.yaml").write_bytes(content)
    packed = archive(tmp_path / "all.tar.gz", {"../../one.yaml": content, "readme.txt": b"no record"})
    found = [list(relaton.read(path)) for path in (tmp_path / "one.yaml", tmp_path, packed)]
    assert found[0] == found[1] == found[2]
    assert relaton.count(packed) == 1


def test_one_broken_record_does_not_stop_the_rest(tmp_path: Path) -> None:
    packed = archive(tmp_path / "all.tar.gz", {"a.yaml": b"[", "b.yaml": record("ITU-T X.1001 (01/2030)")})
    assert [type(row).__name__ for row in relaton.read(packed)] == ["Unread", "EditionFacts"]


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00broken"])
def test_a_broken_archive_is_an_error_that_names_it(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.tar.gz"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"broken\.tar\.gz: broken archive"):
        list(relaton.read(path))


def test_an_archive_with_a_wrong_byte_or_without_its_end_is_an_error(tmp_path: Path) -> None:
    records = {f"{n}.yaml": record("ITU-T X.1001 (01/2030)", title=str(n) * 40) for n in range(100)}
    whole = archive(tmp_path / "whole.tar.gz", records).read_bytes()
    plain = gzip.decompress(whole)
    header = plain.index(b"50.yaml")
    content = {
        "byte": whole[:-6] + bytes((whole[-6] ^ 1,)) + whole[-5:],
        "end": whole[:-20],
        "header": gzip.compress(plain[:header] + b"\xff" * 100 + plain[header + 100 :]),
    }
    for name, broken in content.items():
        path = tmp_path / f"{name}.tar.gz"
        path.write_bytes(broken)
        with pytest.raises(UnreadableFile, match="broken archive"):
            list(relaton.read(path))


def test_what_is_no_relaton_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"\.tar\.gz"):
        list(relaton.read(tmp_path / "x.txt"))
