"""`sg17kg check`: formats, exit codes, and from which severity on."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sg17kg.checks.checker import CircularChecker
from sg17kg.cli import main
from tests import FIXTURES, ROOT

pytestmark = pytest.mark.usefixtures("commands_share_the_dataset")
SPOILED = FIXTURES / "12-contradictions.txt"
HEADLESS = FIXTURES / "05-no-header.txt"
SIXTH = ROOT / "tests" / "fixtures" / "consequences" / "sixth.txt"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


def test_a_pipe_gets_lines_that_grep_understands_and_a_report_on_demand() -> None:
    lines = run(SPOILED, "--alone")
    assert lines.stdout == run(SPOILED, "--alone", "--format", "lines").stdout
    assert f"{SPOILED}:33,41: error: " in lines.stdout
    report = run(SPOILED, "--alone", "--format", "report").stdout
    assert report.index("ERRORS") < report.index("WARNINGS") < report.index("NOTES")
    assert "\x1b[" not in report


def test_the_report_names_the_other_side() -> None:
    report = run(SIXTH, "--format", "report").stdout
    assert "against TSB Circular 104 (2025-2028), line 47" in report
    assert "not held against the graph" in run(SIXTH, "--alone", "--format", "report").stdout


def test_json_is_the_same_by_both_options_and_has_rule_source_and_other_side() -> None:
    result = run(SIXTH, "--json")
    assert result.stdout == run(SIXTH, "--against", "--format", "json").stdout
    found = {finding["code"]: finding for finding in json.loads(result.stdout)["findings"]}
    assert found["short-notice"]["source"] == "WTSA Resolution 1, clause 9.3"
    assert found["report-used-twice"]["others"][0]["lines"] == [47, 47]
    assert all(finding["rule"] and finding["remedy"] and finding["source"] for finding in found.values())


def test_what_the_extractor_says_with_its_lines_is_said_once(tmp_path: Path) -> None:
    silent = tmp_path / "circular.txt"
    silent.write_text(SPOILED.read_text("utf-8").replace("[R83]", ""), "utf-8")
    told_once = {"no-signatory", "not-stated", "no-text-reference", "deadline-after-meeting", "form-number-differs", "header-incomplete"}
    codes = [finding["code"] for path in (silent, HEADLESS) for finding in json.loads(run(path, "--json").stdout)["findings"]]
    assert told_once <= {*codes}
    told_again = ("quality-", "procedure-deadline", "form-against-heading")
    assert [code for code in codes if code.startswith(told_again)] == []


def test_several_files_are_json_lines() -> None:
    lines = run(SPOILED, SIXTH, "--alone", "--json").stdout.splitlines()
    assert [json.loads(line)["file"] for line in lines] == [str(SPOILED), str(SIXTH)]


def test_a_folder_is_checked_with_its_folders_and_what_is_no_letter_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("c.txt", "b/a.txt", "b/note.md"):
        (tmp_path / name).write_bytes(SPOILED.read_bytes())
    result = run(tmp_path, "--alone", "--json")
    assert [json.loads(line)["file"] for line in result.stdout.splitlines()] == [str(tmp_path / name) for name in ("c.txt", "b/a.txt")]
    assert result.exit_code == 1
    assert "files passed over: 1 (1 .md)" in result.stderr


def test_a_folder_without_a_letter_is_not_clean(tmp_path: Path) -> None:
    result = run(tmp_path, "--alone", "--format", "sarif")
    assert result.exit_code == 2
    assert "no file in it is named .txt, .docx" in result.stderr
    assert json.loads(result.stdout)["runs"][0]["invocations"][0]["executionSuccessful"] is False


@pytest.mark.parametrize(("severity", "code"), [("error", 0), ("warning", 1), ("info", 1)])
def test_the_severity_decides_the_exit_code_and_not_what_is_shown(severity: str, code: int) -> None:
    result = run(SIXTH, "--alone", "--severity", severity)
    assert result.exit_code == code
    assert "form-marks-differ" in result.stdout


def test_errors_count_at_every_severity() -> None:
    assert [run(SPOILED, "--alone", "--severity", severity).exit_code for severity in ("error", "warning", "info")] == [1, 1, 1]


def test_sarif_holds_all_files_in_one_run_and_says_which_could_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a letter.txt").write_bytes(SPOILED.read_bytes())
    (tmp_path / "b.txt").write_text("no circular", "utf-8")
    result = run(tmp_path / "letters" / "a letter.txt", "b.txt", "--alone", "--format", "sarif")
    assert result.exit_code == 2
    (sarif,) = json.loads(result.stdout)["runs"]
    uris = {entry["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for entry in sarif["results"]}
    assert uris == {"letters/a%20letter.txt"}
    (invocation,) = sarif["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "b.txt" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_help_says_what_is_the_default() -> None:
    told = " ".join(run("--help").stdout.split())
    assert "this is the default), or check it alone" in told
    assert "report on a terminal, else lines" in told


def test_a_terminal_gets_colours_unless_it_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from sg17kg.cli import check  # noqa: PLC0415 - what is patched

    shown = CircularChecker(None).check_file(SPOILED)
    monkeypatch.setattr(sys, "stdout", type("Terminal", (), {"isatty": lambda self: True})())
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[31mERRORS" in check.report(shown)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in check.report(shown)
