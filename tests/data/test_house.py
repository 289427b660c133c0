"""Rules of the house that no linter knows."""

import re
import subprocess

import pytest

from tests import ROOT


def tracked() -> list[str]:
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return listed.stdout.splitlines()


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text("utf-8")
        assert "://" not in text
        assert not re.search(r"^--(?:index|extra|find|trusted)", text, re.MULTILINE)
        pins = re.findall(r"^([A-Za-z0-9_.-]+)==\S+(.*)", text, re.MULTILINE)
        assert pins
        assert text.count("--hash=sha256:") >= len(pins)


def test_no_file_names_a_path_of_a_machine() -> None:
    for name in tracked():
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".yaml", ".rq", ".ttl", ".txt", "") and path.is_file():
            assert not re.search(r"(?:^|[\s\"'(])/(?:root|home|Users)/\w", path.read_text("utf-8")), name


def test_sparql_lives_in_query_files() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text("utf-8")
        assert not re.search(r"(?:SELECT|CONSTRUCT)\s+[?*{].*WHERE", text), path.name
