"""Fuzzing with coverage: `python -m tests.fuzz [TARGET…] [--seconds N | --runs N] [--corpus DIR] [--seed N]`.

Without a target all are run, each for its share of the time. The corpus is kept between runs; an input that is a finding lies
beside it, and its name is printed. Needs atheris, which has wheels for Linux and macOS.
"""

import argparse
import importlib
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests import ROOT

NAMES = ("text", "docx", "html", "pdf", "file", "extractor")
# seconds of the processor that an input may take; by the clock, only what hangs takes longer than the second
_SLOWEST, _HANGS = 5, 600
_LONGEST = 30_000
_MEMORY = 2048  # MiB


def main() -> None:
    """Read the arguments and run; the exit code says whether something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz readers and extractor.")
    parser.add_argument("targets", nargs="*", choices=[*NAMES, []], help="what to fuzz; without one, everything in turn")
    parser.add_argument("--seconds", type=int, default=0, help="how long, in all")
    parser.add_argument("--runs", type=int, default=-1, help="how many inputs each")
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    parser.add_argument("--corpus", type=Path, default=ROOT / "build" / "fuzz", help="folder that keeps what was learnt")
    asked = parser.parse_args()
    names = asked.targets or NAMES
    if asked.seconds <= 0 and asked.runs < 0:
        parser.error("say for how long: --seconds or --runs")
    if len(names) == 1:
        _fuzz(names[0], asked)
    shared = ["--runs", str(asked.runs), "--seed", str(asked.seed), "--corpus", str(asked.corpus)]
    limits = [*shared, "--seconds", str(max(1, asked.seconds // len(names)) if asked.seconds else 0)]
    sys.exit(max(subprocess.run([sys.executable, "-m", "tests.fuzz", name, *limits], check=False).returncode for name in names))


def _fuzz(name: str, asked: argparse.Namespace) -> None:
    """Run one target; does not come back."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["sg17kg.extraction"]):
        letters = importlib.import_module("tests.fuzz.letters")
        targets = importlib.import_module("tests.fuzz.targets")
    patience = importlib.import_module("tests.patience")  # it imports what must be instrumented before
    folder: Path = asked.corpus / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(letters.corpus(name)):
        (folder / f"letter-{number:03}").write_bytes(content)
    limits = [f"-runs={asked.runs}", f"-max_total_time={asked.seconds}", f"-seed={asked.seed}", f"-timeout={_HANGS}"]
    # Linux counts the memory of the process that forked this one to its peak, which is what libFuzzer compares
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 + _MEMORY
    sizes = [
        f"-max_len={_LONGEST}",
        f"-rss_limit_mb={memory}",
        f"-artifact_prefix={asked.corpus}/found-{name}-",
        "-print_final_stats=1",
    ]
    keywords = {"custom_mutator": _mutator(atheris, letters.mutated)} if name == "extractor" else {}
    targets.loaded()  # not on the time of the first input
    atheris.Setup([sys.argv[0], *limits, *sizes, str(folder)], _in_time(patience.processor_seconds, targets.TARGETS[name]), **keywords)
    atheris.Fuzz()


def _in_time(processor_seconds: Callable[[float], Any], target: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """The target; an input that takes too much of the processor is a finding."""

    def timed(content: bytes) -> None:
        with processor_seconds(_SLOWEST):
            target(content)

    return timed


def _mutator(atheris: Any, mutated: Callable[[bytes, int], bytes]) -> Callable[[bytes, int, int], bytes]:
    """Lines of a letter moved about, and now and then any bytes changed."""

    def mutate(content: bytes, longest: int, seed: int) -> bytes:
        return bytes(atheris.Mutate(content, longest)) if seed % 5 == 0 else mutated(content, seed)[:longest]

    return mutate


if __name__ == "__main__":
    main()
