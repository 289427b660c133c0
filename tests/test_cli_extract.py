"""`sg17kg extract` over folders: in the order of the files, on several processes, resumable, and no file costs another one."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sg17kg.cli import main
from sg17kg.cli.extract import process_pool
from sg17kg.cli.extract.process_pool import FailedProcess
from tests import FIXTURES

GOOD = ("01-single-draft", "08-question-new", "11-study-group-13", "13-positive-notes")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["extract", *map(str, arguments)])


def into(out: Path, *arguments: object) -> Result:
    """Facts into a folder, by one process: most tests are not about their number."""
    return run(*arguments, "--out", out, "--workers", 1)


def kept(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("circular-*.json")}


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder with folders of circulars in it."""
    for number, name in enumerate(GOOD):
        folder = tmp_path / "letters" / "ab"[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(FIXTURES / f"{name}.txt", folder)
    return tmp_path / "letters"


def test_a_folder_gives_json_lines_in_the_order_of_its_files(letters: Path) -> None:
    result = run(letters, "--workers", 2)
    assert result.exit_code == 0
    names = [json.loads(line)["document"]["name"] for line in result.stdout.splitlines()]
    assert names == [path.name for path in sorted(letters.rglob("*.txt"))]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_facts_of_a_folder_are_those_of_its_files(workers: int, letters: Path, tmp_path: Path) -> None:
    run(letters, "--out", tmp_path / "folder", "--workers", workers)
    run(*sorted(letters.rglob("*.txt")), "--out", tmp_path / "files")
    assert len(kept(tmp_path / "folder")) == len(GOOD)
    assert kept(tmp_path / "folder") == kept(tmp_path / "files")


def test_files_that_fail_are_named_with_their_path_and_cost_no_other(letters: Path) -> None:
    (letters / "a" / "x.txt").write_bytes(b"Dear all")
    (letters / "b" / "x.txt").write_bytes(b"\xff\xfe\x00\xd8")
    result = run(letters, "--workers", 1)
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == len(GOOD)
    *failed, summary = result.stderr.splitlines()
    assert [line.split(":")[1].strip() for line in failed] == [str(letters / "a" / "x.txt"), str(letters / "b" / "x.txt")]
    assert summary.startswith("sg17kg: documents read: 4; files failed: 2; findings: ")


def test_a_folder_without_an_unreadable_file_ends_with_the_code_of_the_worst(letters: Path) -> None:
    (letters / "a" / "x.txt").write_bytes(b"Dear all")
    assert run(letters, "--workers", 1).exit_code == 1


def test_files_that_no_reader_is_for_are_passed_over_and_told(letters: Path) -> None:
    for name in ("a.png", "b.PNG", "notes", ".hidden.txt"):
        (letters / name).write_bytes(b"\x89PNG")
    result = run(letters, "--workers", 1)
    assert result.exit_code == 0
    assert "files passed over: 3 (2 .png, 1 without ending)" in result.stderr


def test_an_empty_folder_gives_nothing_and_says_so(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "documents read: 0" in result.stderr


def test_what_was_read_is_not_read_again(letters: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    into(out, letters)
    written = {path: path.stat().st_mtime_ns for path in out.glob("circular-*.json")}
    result = into(out, letters)
    assert "documents read: 0; known already: 4;" in result.stderr
    assert {path: path.stat().st_mtime_ns for path in out.glob("circular-*.json")} == written


def test_what_is_missing_changed_or_was_read_otherwise_is_read_again(letters: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    into(out, letters)
    min(out.glob("circular-*.json")).unlink()
    assert "documents read: 1; known already: 3;" in into(out, letters).stderr
    assert "documents read: 4; files" in into(out, letters, "--without-running-text").stderr
    assert "documents read: 4; files" in into(out, letters, "--replace").stderr


def test_facts_of_another_version_of_the_extractor_are_made_anew(letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    into(tmp_path / "out", letters)
    monkeypatch.setattr("sg17kg.cli.extract.work.__version__", "0.0.1")
    assert "documents read: 4; files" in into(tmp_path / "out", letters).stderr


def test_a_journal_that_was_cut_off_or_spoilt_costs_only_its_lines(letters: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    into(out, letters)
    journal = out / ".extracted.jsonl"
    journal.write_bytes(b'[1]\n{"facts": 1}\n\xff\n' + journal.read_bytes()[:-20])
    assert "documents read: 1; known already: 3;" in into(out, letters).stderr
    assert "documents read: 0; known already: 4;" in into(out, letters).stderr


def test_named_files_leave_no_journal(tmp_path: Path) -> None:
    run(FIXTURES / "01-single-draft.txt", "--out", tmp_path)
    assert [path.name.startswith("circular-") for path in tmp_path.iterdir()] == [True]


def test_two_files_of_one_circular_are_told_and_the_first_is_kept(letters: Path, tmp_path: Path) -> None:
    first = letters / "a" / "01-single-draft.txt"
    (letters / "b" / "copy.txt").write_text(first.read_text("utf-8") + "\n", "utf-8")
    result = into(tmp_path / "out", letters)
    assert result.exit_code == 2
    assert "holds this circular from another file; --replace puts copy.txt in its place" in result.stderr
    assert any(json.loads(content)["document"]["name"] == first.name for content in kept(tmp_path / "out").values())
    assert into(tmp_path / "out", letters, "--replace").exit_code == 0
    assert any(json.loads(content)["document"]["name"] == "copy.txt" for content in kept(tmp_path / "out").values())


def test_facts_that_are_broken_stay_and_are_told(letters: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    into(out, letters)
    broken = min(out.glob("circular-*.json"))
    broken.write_text("{}")
    (out / ".extracted.jsonl").unlink()
    result = into(out, letters)
    assert result.exit_code == 2
    assert f"{broken}: " in result.stderr
    assert broken.read_text() == "{}"


def test_no_workers_at_all_is_refused(letters: Path) -> None:
    assert run(letters, "--workers", 0).exit_code == 2


def _work(path: Path) -> str:
    if path.name.startswith("killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    if path.name.startswith("exits"):
        os._exit(7)
    if path.name.startswith("raises"):
        raise RuntimeError("no\nsuch luck")
    if path.name.startswith("slow"):
        time.sleep(0.5)
    return path.name


def prepare() -> Callable[[Path], str]:
    return _work


@pytest.mark.parametrize("workers", [1, 3])
def test_a_process_that_dies_costs_only_its_file(workers: int) -> None:
    names = ["slow-0", "a", "killed-1", "b", "exits", "killed-2", "c", "raises", "d"]
    answers = list(process_pool.in_order(map(Path, names), prepare, workers))
    assert [str(path) for path, _ in answers] == names
    reasons = {str(path): answer.reason for path, answer in answers if isinstance(answer, FailedProcess)}
    assert reasons == {
        "killed-1": "the process that read it was ended by SIGKILL (out of memory?)",
        "exits": "the process that read it ended with exit code 7",
        "killed-2": "the process that read it was ended by SIGKILL (out of memory?)",
        "raises": "RuntimeError: no such luck",
    }
    assert all(answer == str(path) for path, answer in answers if not isinstance(answer, FailedProcess))


def test_files_are_taken_only_so_far_ahead() -> None:
    taken = 0

    def paths() -> Iterator[Path]:
        nonlocal taken
        for number in range(500):
            taken += 1
            yield Path(f"{number}")

    ahead = []
    for told, _ in enumerate(process_pool.in_order(paths(), prepare, 2)):
        ahead.append(taken - told)
    assert told == 499
    assert max(ahead) <= 33


def test_processes_end_when_the_caller_stops_asking() -> None:
    before = set(active_children())
    answers = process_pool.in_order(map(Path, ["a", "slow-1", "slow-2", "b"]), prepare, 2)
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert set(active_children()) <= before


MANY = 12
# the command, interrupted as by Ctrl-C in a terminal, right behind the third letter that it keeps
_INTERRUPTED = """
import os, signal, sys
from sg17kg.cli import main
from sg17kg.cli.extract import run
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what is in the background without one
kept, write_atomically = [], run.write_atomically
def write_and_interrupt(path, content):
    write_atomically(path, content)
    kept.append(path)
    if len(kept) == 3:
        os.killpg(0, signal.SIGINT)
run.write_atomically = write_and_interrupt
main(["extract", sys.argv[1], "--out", sys.argv[2], "--workers", "2"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to a process")
def test_an_interrupted_run_keeps_what_is_done_and_goes_on_later(tmp_path: Path) -> None:
    folder, out = tmp_path / "many", tmp_path / "out"
    folder.mkdir()
    text = (FIXTURES / "01-single-draft.txt").read_text("utf-8")
    for number in range(MANY):
        (folder / f"{number:04}.txt").write_text(text.replace("211", f"{500 + number}"), "utf-8")
    command = [sys.executable, "-c", _INTERRUPTED, str(folder), str(out)]
    ended = subprocess.run(command, capture_output=True, text=True, start_new_session=True, check=False)
    done = len(kept(out))
    assert ended.returncode == 130
    assert ended.stderr.splitlines() == [ended.stderr.strip()]
    assert ended.stderr.startswith("sg17kg: interrupted: documents read: ")
    assert done == 3
    result = into(out, folder)
    assert result.exit_code == 0
    known = int(re.search(r"known already: (\d+);", result.stderr)[1])  # type: ignore[index]
    # the letter behind which it was interrupted may be written and not yet in the journal
    assert known in (2, 3)
    assert f"documents read: {MANY - known};" in result.stderr
    assert len(kept(out)) == MANY
