"""Approvals out of the lists of the bulletin: every form of a name, both procedures, entries that cannot be read."""

import json
from pathlib import Path
from typing import Any

import pytest

from sg17kg import facts_json
from sg17kg.errors import UnreadableFile
from sg17kg.facts import ApprovalFacts, Unread
from sg17kg.reference_data import bulletin, catalogues
from tests import ROOT


def read(tmp_path: Path, approved: dict[str, Any], **more: object) -> list[ApprovalFacts | Unread]:
    entry = {"bulletin": 2001, "date": "2031-05-15", "by": "AAP-7", "procedure": "Recommendation ITU-T A.8", "approved": approved, **more}
    path = tmp_path / "lists.json"
    path.write_text(json.dumps([entry]), "utf-8")
    return list(bulletin.read(path))


@pytest.mark.parametrize(
    ("printed", "number", "also", "of_edition", "part"),
    [
        ("X.1001", "X.1001", (), None, None),
        ("G.1001/Y.1002", "G.1001", ("Y.1002",), None, None),
        ("G.1001.1/Y.1002.1 (2028) Amd. 3", "G.1001.1", ("Y.1002.1",), "2028", "Amd.3"),
        ("X.1001 (2028) Cor 2", "X.1001", (), "2028", "Cor.2"),
        ("X.1001 (2028) Amd 1, Cor 2", "X.1001", (), "2028", "Amd.1 Cor.2"),
        ("H.1001 (V9)", "H.1001", (), None, None),
        ("Q.1001.1 v2", "Q.1001.1", (), None, None),
        ("X.1001 bis", "X.1001 bis", (), None, None),
    ],
)
def test_names(printed: str, number: str, also: tuple[str, ...], of_edition: str | None, part: str | None, tmp_path: Path) -> None:
    (facts,) = read(tmp_path, {printed: "05/2031"})
    assert isinstance(facts, ApprovalFacts)
    assert (facts.number, facts.also, facts.of_edition, facts.part, facts.edition) == (number, also, of_edition, part, "05/2031")


@pytest.mark.parametrize(
    ("by", "under", "announcement", "circular", "procedure"),
    [
        ("AAP-33", "Recommendation ITU-T A.8", "AAP-33", None, "AAP"),
        ("By AAP-33,", "ITU-T A.8", "AAP-33", None, "AAP"),
        ("TSB Circular 153 of 11 March 2019", "Resolution 1", None, 153, "TAP"),
        ("CIR-107", "Resolution 1", None, 107, "TAP"),
        ("something else", "something else", None, None, None),
    ],
)
def test_by_what_a_text_was_approved(
    by: str, under: str, announcement: str | None, circular: int | None, procedure: str | None, tmp_path: Path
) -> None:
    (facts,) = read(tmp_path, {"X.1001": "05/2031"}, by=by, procedure=under)
    assert isinstance(facts, ApprovalFacts)
    assert (facts.announcement, facts.circular, facts.procedure) == (announcement, circular, procedure)


@pytest.mark.parametrize(
    "approved", [{"TEST": "05/2031"}, {"X.1001": "2031"}, {"X.1001": "13/2031"}, {"X.1001 (2028) Amd.": "05/2031"}, {"X.1001": 5}]
)
def test_an_entry_that_cannot_be_read_is_named(approved: dict[str, Any], tmp_path: Path) -> None:
    (unread,) = read(tmp_path, approved)
    assert isinstance(unread, Unread)
    assert unread.name == "bulletin 2001, AAP-7"
    assert next(iter(approved)) in unread.reason


def test_a_list_without_a_key_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lists.json"
    path.write_text('[{"bulletin": 2001}, 5]', "utf-8")
    assert [entry.name for entry in bulletin.read(path) if isinstance(entry, Unread)] == ["list 1", "list 2"]


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"\xff", b"[" * 100_000])
def test_a_file_that_is_no_list_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "lists.json"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"lists\.json"):
        list(bulletin.read(path))


def test_the_approvals_of_the_dataset_come_out_of_the_bulletin(seeds: Path) -> None:
    source = seeds.parent / "reference" / "bulletin-approvals.json"
    if not source.exists():
        pytest.skip(f"{source} is absent")
    found = [row for row in bulletin.read(source) if isinstance(row, ApprovalFacts)]
    kept = facts_json.read_approvals(ROOT / "data" / "reference" / "approvals.json")
    assert len(found) > 4000
    assert set(kept) <= set(found)


def test_every_approval_of_a_text_of_sg17_is_in_the_dataset(seeds: Path) -> None:
    source = seeds.parent / "reference" / "bulletin-approvals.json"
    if not source.exists():
        pytest.skip(f"{source} is absent")
    of_sg17 = set(catalogues.numbers_of(facts_json.read_editions(ROOT / "data" / "reference" / "editions.json"), "SG17"))
    found = {row for row in bulletin.read(source) if isinstance(row, ApprovalFacts) and of_sg17 & {row.number, *row.also}}
    assert len({(row.number, row.part, row.of_edition, row.edition) for row in found}) == 467
    assert found <= set(facts_json.read_approvals(ROOT / "data" / "reference" / "approvals.json"))
