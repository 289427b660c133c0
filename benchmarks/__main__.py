"""`make bench`: each figure beside its yardstick, in the same run, as a ratio. Prints a Markdown table.

Medians of several runs on this machine; only the ratio says something about another one.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from sg17kg import assets, readers
from sg17kg.extraction import gazetteer
from sg17kg.extraction.extractor import Extractor
from sg17kg.graph.build import Inputs, build
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parent.parent
RUNS = 7


def median(action: Callable[[], object]) -> float:
    """Median seconds of several runs, after one that does not count."""
    times = []
    for run in range(RUNS + 1):
        start = time.perf_counter()
        action()
        if run:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def row(name: str, ours: float, yardstick: str, theirs: float) -> None:
    """One line of the table."""
    print(f"| {name} | {ours * 1000:.1f} ms | {yardstick} | {theirs * 1000:.1f} ms | {ours / theirs:.2f} |")


def extraction() -> None:
    """Facts of all test circulars against reading their files."""
    extractor = Extractor.load(assets.language_packs(), assets.folder("data") / "curated")
    paths = sorted((ROOT / "tests" / "fixtures" / "circulars").glob("*.txt"))
    ours = median(lambda: [extractor.extract(readers.read(path)) for path in paths])
    row(f"extract {len(paths)} circulars", ours, "reading the files alone", median(lambda: [readers.read(path) for path in paths]))


def building_and_loading() -> None:
    """Build of the dataset, and load of it, against pyoxigraph's bulk load of the same N-Quads."""
    data = assets.folder("data")
    rules = tuple(QueryLibrary.read(assets.folder("queries")).group("rules"))
    inputs = Inputs(data, assets.folder("ontology"), gazetteer.load_periods(data / "curated"), rules, EmbeddedStore.from_nquads)
    with tempfile.TemporaryDirectory() as folder:
        made = median(lambda: build(inputs, Path(folder)))
        file = Path(folder) / "dataset.nq"
        content = file.read_bytes()
        bulk = median(lambda: ox.Store().bulk_load(content, format=ox.RdfFormat.N_QUADS))
        row("build of the dataset", made, "bulk load by pyoxigraph", bulk)
        row("load of the dataset, union included", median(lambda: EmbeddedStore.from_file(file)), "bulk load by pyoxigraph", bulk)


def start() -> None:
    """First answer of the command line against the import of the libraries alone."""
    ours = median(lambda: _run(["-m", "sg17kg.cli", "query", "question-owning", "number=X.1280"]))
    row(
        "start to first answer",
        ours,
        "import of pyoxigraph, pydantic, yaml, click",
        median(lambda: _run(["-c", "import pyoxigraph, pydantic, yaml, click"])),
    )


def _run(arguments: list[str]) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    print("| work | sg17kg | yardstick | yardstick's time | ratio |\n|---|---|---|---|---|")
    for measure in (extraction, building_and_loading, start):
        measure()
