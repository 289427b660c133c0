"""The commands reply, tally and brief: files, exit codes, one line for what is wrong."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sg17kg.cli import main, replies
from tests import ROOT
from tests.letters.composing import as_text, compose
from tests.replies.test_form import word_text

pytestmark = pytest.mark.usefixtures("commands_share_the_dataset")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


HEAD = "# consultation: circular/2025-2028/101\nmember_state,text,answer,received\n"
ROWS = "A,Q7/17,approves,2026-03-01T00:00Z\nA,Q10/17,approves,2026-03-01T00:00Z\nA,Q16/17,does-not-approve,2026-03-01T00:00Z\n"


def test_reply_writes_a_word_file_with_the_answers(tmp_path: Path) -> None:
    out, answers = tmp_path / "reply.docx", tmp_path / "answers.yaml"
    answers.write_text("name: A. Example\nanswers:\n  X.1280: authorizes\n")
    result = run("reply", "TSB Circular 104 (2025-2028)", "--lang", "fr", "--answers", answers, "-o", out)
    assert (result.exit_code, result.stdout) == (0, "")
    told = word_text(out.read_bytes())
    assert told.count("☒ autorise la Commission d'études 17") == 1
    assert "A. Example" in told


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("104", "-o", "reply.txt"), 2, "write a name that ends in .docx"),
        (("999", "-o", "reply.docx"), 1, "no consultation by '999'"),
        (("X.1280", "-o", "reply.docx"), 2, "is no circular"),
        (("104", "--answers", "none.yaml", "-o", "reply.docx"), 2, "none.yaml: cannot be read"),
    ],
)
def test_reply_says_what_is_wrong(
    arguments: tuple[str, ...], code: int, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("reply", *arguments)
    assert not list(tmp_path.iterdir())
    assert result.exit_code == code
    assert complaint in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(("day", "note"), [(date(2026, 5, 20), ""), (date(2026, 5, 21), "closed on 2026-05-20; a reply that is sent now")])
def test_reply_to_a_closed_consultation_notes_that_it_is_closed(
    day: date, note: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "_day", lambda _: day)
    result = run("reply", "104", "-o", tmp_path / "reply.docx")
    assert result.exit_code == 0
    assert len(result.stderr.splitlines()) == bool(note)
    assert note in result.stderr


@pytest.mark.parametrize("command", [("reply", "104"), ("brief", "Q10/17")])
def test_a_file_that_is_there_is_replaced_only_where_that_is_said(command: tuple[str, ...], tmp_path: Path) -> None:
    out = tmp_path / "filled-in.docx"
    out.write_bytes(b"by hand")
    refused = run(*command, "-o", out)
    assert refused.exit_code == 2
    assert "is there already; name another file, or --replace" in refused.stderr
    assert out.read_bytes() == b"by hand"
    assert run(*command, "-o", out, "--replace").exit_code == 0
    assert out.read_bytes().startswith(b"PK")


def test_what_a_complaint_advises_asks_the_store_that_was_named(dataset: Path, tmp_path: Path) -> None:
    store, letter = tmp_path / "a store", tmp_path / "letter.txt"
    letter.write_text(as_text(compose("approval", 2, "en")))
    assert run("ingest", letter, "--store", store).exit_code == 0
    complaint = run("reply", "999", "-o", tmp_path / "reply.docx", "--store", store).stderr
    assert f"`sg17kg query consultation-deadlines --store '{store}'` lists what is" in complaint
    assert "`sg17kg query consultation-deadlines` lists" in run("brief", "999").stderr


def test_a_brief_is_of_a_question_or_a_circular() -> None:
    assert (
        "'X.1280' is neither a Question nor a circular; briefs are of these two: write Q10/17, circular/" in run("brief", "X.1280").stderr
    )


def test_tally_is_settled_after_the_deadline(tmp_path: Path) -> None:
    file = tmp_path / "replies.csv"
    file.write_text(HEAD + ROWS)
    result = run("tally", file, "--on", "2026-04-04")
    assert result.exit_code == 0, result.output
    assert "Q7/17: the threshold is reached: it counts as approved (WTSA Resolution 1 (2022), clause 7.3.2)" in result.stdout
    assert "Q16/17: the threshold is not reached: it goes back to the study group" in result.stdout
    assert "TSB Circular 101 (2025-2028), line 10 (zh)" in result.stdout


def test_tally_before_the_deadline_is_open(tmp_path: Path) -> None:
    file = tmp_path / "replies.csv"
    file.write_text(HEAD + ROWS)
    result = run("tally", file, "--on", "2026-04-03", "--json")
    assert result.exit_code == 1
    value = json.loads(result.stdout)
    assert value["deadline_over"] is False
    assert value["rule"]["counted"] == "explicit-replies"
    assert [entry["outcome"] for entry in value["texts"]] == ["met", "met", "not-met"]


@pytest.mark.parametrize(
    ("content", "arguments", "complaint"),
    [
        (ROWS, (), "line 1: column 'member_state' is missing"),
        (HEAD.split("\n", 1)[1] + ROWS, (), "no consultation is named"),
        (HEAD + ROWS, ("--consultation", "104"), "another consultation"),
        (HEAD + ROWS + "B,Q1/17,approves,2026-03-01T00:00Z\n", (), "line 6: text 'Q1/17' is not in this consultation"),
        (HEAD.replace("101", "999"), (), "circular/2025-2028/999 is not in the graph"),
        (HEAD.replace("101", "x"), (), "replies.csv: line 1: 'circular/2025-2028/x' is no circular"),
    ],
)
def test_tally_refuses_what_it_cannot_use(content: str, arguments: tuple[str, ...], complaint: str, tmp_path: Path) -> None:
    file = tmp_path / "replies.csv"
    file.write_text(content)
    result = run("tally", file, *arguments)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_brief_is_markdown_without_a_file_and_word_with_one(tmp_path: Path) -> None:
    shown = run("brief", "Q10/17", "--on", "2026-05-01")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("# Brief: Q10/17\n")
    for name in ("brief.md", "brief.docx"):
        assert run("brief", "Q10/17", "--on", "2026-05-01", "-o", tmp_path / name).exit_code == 0
    assert (tmp_path / "brief.md").read_text("utf-8") == shown.stdout
    assert "Brief: Q10/17" in word_text((tmp_path / "brief.docx").read_bytes())


@pytest.mark.parametrize(("subject", "code"), [("Q99/17", 1), ("104", 1), ("nothing", 2)])
def test_brief_says_what_it_does_not_know(subject: str, code: int) -> None:
    result = run("brief", subject, "--on", "2026-02-01")
    assert result.exit_code == code
    assert len(result.stderr.splitlines()) == 1


def test_the_examples_of_the_documentation_work(tmp_path: Path) -> None:
    guide = ROOT / "docs" / "how-to"
    yaml_text = (guide / "reply.md").read_text("utf-8").partition("```yaml\n")[2].partition("```")[0]
    csv_text = (guide / "tally.md").read_text("utf-8").partition("```csv\n")[2].partition("```")[0]
    (tmp_path / "answers.yaml").write_text(yaml_text, "utf-8")
    (tmp_path / "replies.csv").write_text(csv_text, "utf-8")
    assert run("reply", "104", "--answers", tmp_path / "answers.yaml", "-o", tmp_path / "reply.docx").exit_code == 0
    assert word_text((tmp_path / "reply.docx").read_bytes()).count("☒") == 3
    tallied = run("tally", tmp_path / "replies.csv", "--on", "2026-05-21", "--json")
    assert [entry["counted"] for entry in json.loads(tallied.stdout)["texts"]][:3] == [1, 1, 0]
