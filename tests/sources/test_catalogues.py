"""Versions of one catalogue as one list, and all texts of SG17 out of the two that the project has."""

from dataclasses import replace
from pathlib import Path

import pytest

from sg17kg import assets, facts_json, outside
from sg17kg.facts import EditionFacts, texts_named
from sg17kg.reference_data import catalogues, relaton, relaton_files
from sg17kg.reference_data.catalogues import Version
from sg17kg.reference_data.relaton import CatalogueRecord
from tests import ROOT

FULL = EditionFacts(
    number="X.1001",
    also=(),
    part=None,
    of_edition=None,
    edition="01/2030",
    approved_on="2030-01-31",
    title="A title",
    url="https://example.org/T-REC-X.1001-203001-I",
    publication="in-force",
    twins=(),
    group="SG17",
    source="x-1001.yaml",
    edition_number="1",
    stage="published",
)
THIN = replace(FULL, group=None, edition_number=None, stage=None)
OTHER = replace(FULL, number="G.1001", group="SG15", source="g-1001.yaml")


def version(name: str, *rows: EditionFacts, editions: tuple[str, ...] = ()) -> Version:
    return Version(name, tuple(CatalogueRecord(row, f"{row.number} ({row.edition})", editions) for row in rows))


def test_an_older_version_says_only_what_the_newer_leaves_out() -> None:
    newer, older = catalogues.merged([version("new", THIN), version("old", FULL)], "SG17", None)
    assert newer == replace(THIN, source_version="new")
    assert (older.source_version, older.group, older.edition_number, older.stage) == ("old", "SG17", "1", "published")
    assert (older.title, older.url, older.publication) == (None, None, None)


def test_the_newer_version_is_the_one_that_counts() -> None:
    changed = replace(FULL, title="Another title", publication="prepublished", group="SG2")
    (row,) = catalogues.merged([version("new", FULL), version("old", changed)], None, None)
    assert row == replace(FULL, source_version="new")


def test_a_record_that_only_the_older_version_has_is_kept_whole() -> None:
    rows = catalogues.merged([version("new", OTHER), version("old", FULL)], None, None)
    assert rows[1] == replace(FULL, source_version="old")


@pytest.mark.parametrize(
    ("group", "named", "numbers"),
    [("SG17", None, {"X.1001"}), ("SG15", None, {"G.1001"}), (None, {"G.1001"}, {"G.1001"}), ("SG17", {"G.1001"}, {"X.1001", "G.1001"}),
     (None, set(), set()), (None, None, {"X.1001", "G.1001"})],
)  # fmt: skip
def test_texts_are_chosen_by_the_group_that_any_version_names_and_by_number(
    group: str | None, named: set[str] | None, numbers: set[str]
) -> None:
    rows = catalogues.merged([version("new", THIN, OTHER), version("old", FULL)], group, named)
    assert {row.number for row in rows} == numbers


def test_an_edition_that_is_named_and_has_no_record_is_missing() -> None:
    versions = [version("new", FULL, editions=("X.1001 (01/2030)", "X.1001 (02/2031)"))]
    assert catalogues.missing(versions, [FULL]) == [("X.1001 (02/2031)", "x-1001.yaml")]
    assert catalogues.missing(versions, [OTHER]) == []


def test_editions_go_into_the_file_and_come_back(tmp_path: Path) -> None:
    rows = catalogues.merged([version("new", THIN), version("old", FULL)], None, None)
    content = facts_json.editions_to_bytes(rows)
    (tmp_path / "editions.json").write_bytes(content)
    assert set(facts_json.read_editions(tmp_path / "editions.json")) == set(rows)
    assert facts_json.editions_to_bytes(list(reversed(rows))) == content


ARCHIVES = (("daa9deb2", "relaton-itu-t-all.tar.gz"), ("680809ad", "relaton-itu-t-sg17-repaired.tar.gz"))


def named() -> set[str]:
    documents = [facts_json.read(path) for path in sorted((ROOT / "data" / "documents").glob("*.json"))]
    rows = outside.read_rows(ROOT / "data" / "reference" / "sg17-facts.jsonl")
    return set().union(*(texts_named(facts) for facts in documents), outside.texts_named(rows))


@pytest.fixture(scope="module")
def versions(seeds: Path) -> list[Version]:
    """Both versions; of the large one what may matter: records of SG17, thin ones, and those of texts that circulars or rows name."""
    wanted = [form.format(number).encode() for number in named() for form in ("ITU-T {} (", "ITU-T {}/", "/{} (")]
    found = []
    for name, file in ARCHIVES:
        path = seeds.parent / "reference" / file
        if not path.is_file():
            pytest.skip(f"the catalogue is not at hand: {path} is absent")
        read = [relaton.record(source, content) for source, content in relaton_files.records(path) if _may_matter(content, wanted)]
        found.append(Version(name, tuple(row for row in read if isinstance(row, CatalogueRecord))))
        assert len(found[-1].records) == len(read)
    return found


def _may_matter(content: bytes, wanted: list[bytes]) -> bool:
    identifier = next(line for line in content.splitlines() if b": ITU-T " in line and line.endswith(b")"))
    return b"Study Group 17" in content or b"contributor:" not in content or any(number in identifier for number in wanted)


def test_all_texts_of_sg17_are_there(versions: list[Version]) -> None:
    rows = catalogues.merged(versions, "SG17", None)
    editions = {(row.number, row.part, row.of_edition, row.edition) for row in rows}
    numbers = {row.number for row in rows}
    series = {letter: sum(number[0] == letter for number in numbers) for letter in "XZFE"}
    assert (len(editions), len(numbers)) == (1420, 610)
    assert series == {"X": 529, "Z": 63, "F": 15, "E": 3}
    assert sum(number.startswith("X Suppl. ") for number in numbers) == 45
    assert sum(row.source_version == "680809ad" for row in rows) == 227


def test_every_edition_that_a_record_names_has_a_record(versions: list[Version]) -> None:
    kept = catalogues.merged(versions, "SG17", None)
    assert any(record.editions for version in versions for record in version.records)
    assert catalogues.missing(versions, kept) == []


def test_texts_and_supplements_are_paired(versions: list[Version]) -> None:
    pairs = {(row.number, name) for row in catalogues.merged(versions[:1], "SG17", None) for name in row.complemented_by}
    all_pairs = {(row.number, name) for row in catalogues.merged(versions, "SG17", None) for name in row.complemented_by}
    assert pairs < all_pairs
    assert (len(all_pairs), len({name for _, name in all_pairs})) == (322, 53)


def test_the_committed_file_is_what_the_command_makes(versions: list[Version]) -> None:
    rows = catalogues.merged(versions, "SG17", named())
    assert facts_json.editions_to_bytes(rows) == (assets.folder("data") / "reference" / "editions.json").read_bytes()
