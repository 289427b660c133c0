"""Extraction: `python -m benchmarks.extraction`. Circulars a second on one core, beside reading the files alone, and memory over many.

The circulars are the test letters of both kinds of consultation, all of them, as text and as Word files; beside them the test letters
of every kind, and the real circulars where SG17KG_SEEDS or ../shared/seeds has them. A figure is the median of several runs in one
process. Memory is the highest that a process of its own ever had.
"""

import gc
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle, islice
from pathlib import Path

from tests import SEEDS
from tests.letters.composing import KINDS, LANGUAGES, as_docx, as_text, compose, numbers

from sg17kg import assets, facts_json, readers
from sg17kg.cli.extract.process_pool import TIDY_EVERY
from sg17kg.extraction.extractor import Extractor

RUNS = 5
CONSULTATIONS = ("tap-consultation", "question-consultation")
MARKS = (1, 1_000, 10_000)


def letters(language: str, word: bool, kinds: Iterable[str] = CONSULTATIONS) -> list[bytes]:
    """The letters of a language as files."""
    made = [compose(kind, number, language) for kind in kinds for number in numbers(kind)]
    return [as_docx(letter) if word else as_text(letter).encode() for letter in made]


def rate(files: Sequence[bytes], action: Callable[[bytes], object]) -> float:
    """Files a second: median of several runs, after one that does not count."""
    rates = []
    for run in range(RUNS + 1):
        start = time.process_time()
        for content in files:
            action(content)
        if run:
            rates.append(len(files) / (time.process_time() - start))
    return statistics.median(rates)


def speed(word: bool) -> None:
    """The table of a format."""
    extractor = Extractor.load(assets.language_packs(), assets.folder("data") / "curated")
    gc.freeze()  # as the processes of `extract` do
    print(f"| {'Word files' if word else 'text'} | letters | facts JSON /s | reading alone /s | ratio |\n|---|---|---|---|---|")
    every: list[bytes] = []
    for language in LANGUAGES:
        files = letters(language, word)
        every += files
        _row(language, files, extractor)
    _row("all", every, extractor)
    _row("every kind", [content for language in LANGUAGES for content in letters(language, word, KINDS)], extractor)
    if not word and SEEDS.is_dir():
        _row("real circulars", [path.read_bytes() for path in sorted(SEEDS.glob("*.txt"))], extractor)


def _row(name: str, files: Sequence[bytes], extractor: Extractor) -> None:
    ours = rate(files, lambda content: facts_json.to_bytes(extractor.extract(readers.read_bytes("x", content))))
    alone = rate(files, lambda content: readers.read_bytes("x", content))
    print(f"| {name} | {len(files)} | {ours:.0f} | {alone:.0f} | {ours / alone:.2f} |", flush=True)


def memory(word: bool) -> None:
    """Print the highest memory (MiB) after each mark, of documents that are read one after the other."""
    extractor = Extractor.load(assets.language_packs(), assets.folder("data") / "curated")
    files = [content for language in LANGUAGES for content in letters(language, word)]
    for number, content in enumerate(islice(cycle(files), MARKS[-1]), start=1):
        facts_json.to_bytes(extractor.extract(readers.read_bytes("x", content)))
        if number % TIDY_EVERY == 0:  # as the processes of `extract` do
            gc.collect()
        if number in MARKS:
            print(f"| {'Word files' if word else 'text'} | {number:,} | {_peak():.1f} |", flush=True)


def _peak() -> float:
    """MiB. What getrusage says counts the process from which this one was started; Linux has another figure that does not."""
    status = Path("/proc/self/status")
    if status.is_file():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    """Print the tables; memory is measured in processes of their own."""
    for word in (False, True):
        speed(word)
        print()
    print("| memory | documents | highest, MiB |\n|---|---|---|", flush=True)
    for form in ("text", "word"):
        subprocess.run([sys.executable, "-m", "benchmarks.extraction", form], check=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        memory(word=sys.argv[1] == "word")
    else:
        main()
