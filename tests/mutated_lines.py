"""`python -m tests.mutated_lines`: change lines of src one after another, and see that the quick tests notice each. Part of `make soak`.

A line is changed in a copy of what git lists. Only the tests named beside it are run; all of them are among those of `make test`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests import ROOT

_QUICK = "not browser and not office and not remote and not fuzz and not slow"


@dataclass(frozen=True)
class Mutation:
    """A line of a file below src/sg17kg, what stands in its place, and where the tests are that must fail."""

    file: str
    line: str
    instead: str
    tests: tuple[str, ...]


MUTATIONS = (
    # identifiers
    Mutation("identifiers.py", "return int(match[2]), int(", "return int(match[1]), int(", ("tests/test_identifiers.py",)),
    Mutation("identifiers.py", "    if not match or int(match[1]) > int(match[2]):", "    if not match:", ("tests/test_identifiers.py",)),
    Mutation(
        "identifiers.py", '    return iri("question", group.removeprefix("SG"), number)', '    return iri("question", group, number)',
        ("tests/test_identifiers.py", "tests/graph"),
    ),
    # status on a day
    Mutation("days.py", "        if first <= day and not ended", "        if first < day and not ended", ("tests/data", "tests/web")),
    Mutation("days.py", '(value(row, "holds_until") or "") >= day', '(value(row, "holds_until") or "") > day', ("tests/data", "tests/web")),
    Mutation("days.py", "stated_since(newer) > stated_since(row) and", "stated_since(newer) < stated_since(row) and", ("tests/web",)),
    Mutation("days.py", "    chosen = by_then[:1] or said[-1:]", "    chosen = by_then[:1]", ("tests/data", "tests/web")),
    # guard of untrusted SPARQL
    Mutation("store/guard.py", "    if len(sparql) > LONGEST_WRITTEN:", "    if len(sparql) > 9 * LONGEST_WRITTEN:", ("tests/store",)),
    Mutation("store/guard.py", "    for text in dict.fromkeys((sparql, plain)):", "    for text in (sparql,):", ("tests/store",)),
    Mutation("store/guard.py", 'raw.count(b"<<") > MOST_BRACKETS', "0 > MOST_BRACKETS", ("tests/store",)),
    Mutation("store/guard.py", "    if form in _UPDATES:", '    if form == "INSERT":', ("tests/store",)),
    Mutation("store/guard.py", r"service\s*+(?:silent\s*+)?", r"service\s*+", ("tests/store",)),
)  # fmt: skip


def noticed(mutation: Mutation, copy: Path) -> bool:
    """Tell whether a test fails where the line is changed."""
    file = copy / "src" / "sg17kg" / mutation.file
    text = file.read_text("utf-8")
    if (count := text.count(mutation.line)) != 1:
        raise SystemExit(f"{mutation.file}: {mutation.line!r} stands there {count} times, not once; change tests/mutated_lines.py")
    file.write_text(text.replace(mutation.line, mutation.instead), "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "2", "-p", "no:cacheprovider", "-m", _QUICK, *mutation.tests]
    try:
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    finally:
        file.write_text(text, "utf-8")
    if done.returncode == 0:
        return False
    if " failed" not in done.stdout:  # neither passed nor failed: nothing was tested
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return True


def main() -> int:
    """Try all; the exit status says whether each was noticed."""
    missed = []
    with tempfile.TemporaryDirectory(prefix="sg17kg-mutated-") as folder:
        copy = Path(folder)
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in filter(None, listed.split("\0")):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
        for mutation in MUTATIONS:
            seen = noticed(mutation, copy)
            sys.stdout.write(f"{'noticed' if seen else 'MISSED '}  {mutation.file}: {mutation.instead.strip()}\n")
            sys.stdout.flush()
            missed += [] if seen else [mutation]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
