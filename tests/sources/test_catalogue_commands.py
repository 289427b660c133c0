"""Commands that read catalogues: versions and what they are called, choice by group, warnings, the same bytes each time."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sg17kg.cli import main
from tests.sources.test_iso import record as iso_record
from tests.sources.test_relaton import RELATED, STATUS, record, thin

FULL = record("ITU-T X.1001 (01/2030)") + (STATUS % "Published").encode()
OTHER = record("ITU-T G.1001 (01/2030)").replace(b"Study Group 17", b"Study Group 15")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A newer version with a thin record, and the older one where it is whole."""
    for name, files in {"new": {"x": thin(FULL), "g": OTHER}, "old": {"x": FULL}}.items():
        (tmp_path / name).mkdir()
        for file, content in files.items():
            (tmp_path / name / f"{file}.yaml").write_bytes(content)
    return tmp_path / "new", tmp_path / "old"


def test_two_versions_make_one_file_each_row_with_its_version(folders: tuple[Path, Path]) -> None:
    command = ("editions", *folders, "--source-version", "v2", "--source-version", "v1", "--group", "SG17")
    result = run(*command)
    assert result.exit_code == 0
    rows = json.loads(result.stdout)
    assert [(row["number"], row["source_version"], row["group"]) for row in rows] == [("X.1001", "v1", "SG17"), ("X.1001", "v2", None)]
    assert run(*command).stdout_bytes == result.stdout_bytes


def test_without_a_choice_all_editions_are_given_and_no_version_is_made_up(folders: tuple[Path, Path]) -> None:
    rows = json.loads(run("editions", folders[0]).stdout)
    assert {row["number"] for row in rows} == {"X.1001", "G.1001"}
    assert not any("source_version" in row for row in rows)


def test_as_many_versions_as_paths(folders: tuple[Path, Path]) -> None:
    result = run("editions", *folders, "--source-version", "v2")
    assert result.exit_code == 2
    assert "--source-version 1 times for 2 paths" in result.stderr


def test_an_edition_that_is_named_and_absent_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(FULL + RELATED.encode())
    result = run("editions", tmp_path, "--group", "SG17")
    assert result.exit_code == 0
    assert result.stderr == "sg17kg: warning: x.yaml names the edition X.1001 (06/2031), of which no path has a record\n"
    assert run("editions", tmp_path, "--group", "SG15").stderr == ""


def test_standards_of_iso_and_a_record_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(iso_record("ISO/IEC 99594-8:2030"))
    (tmp_path / "b.yaml").write_bytes(b"[")
    result = run("twins", tmp_path)
    assert result.exit_code == 1
    assert [row["number"] for row in json.loads(result.stdout)] == ["ISO/IEC 99594-8"]
    assert "b.yaml: not YAML" in result.stderr


def test_approvals_of_the_texts_of_a_group(tmp_path: Path) -> None:
    approved = {"X.800": "01/2030", "G.711": "01/2030"}
    path = tmp_path / "lists.json"
    path.write_text(json.dumps([{"bulletin": 1, "date": "2030-02-01", "by": "AAP-1", "procedure": "A.8", "approved": approved}]), "utf-8")
    assert [row["number"] for row in json.loads(run("approvals", path, "--group", "SG17").stdout)] == ["X.800"]
    assert [row["number"] for row in json.loads(run("approvals", path).stdout)] == ["G.711", "X.800"]


@pytest.mark.parametrize("command", ["editions", "twins"])
def test_a_file_stays_where_no_record_can_be_read(command: str, tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes(b"[")
    out = tmp_path / "out.json"
    out.write_bytes(b"kept")
    result = run(command, tmp_path, "--out", out)
    assert result.exit_code == 1
    assert "nothing could be read" in result.stderr
    assert out.read_bytes() == b"kept"


def test_facts_without_what_they_need_are_named(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    row = {"period": "2005-2008", "source": "https://example.org/", "source_date": "2008-13", "seen": "verbatim", "authority": "itu page"}
    path.write_text(json.dumps({"questions": [row, {**row, "number": "1/17"}]}), "utf-8")
    result = run("facts", path)
    assert result.exit_code == 1
    assert ["row 1: " in result.stderr, "row 2: " in result.stderr, "source_date" in result.stderr] == [True, True, True]
