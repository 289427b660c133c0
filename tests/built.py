"""Datasets that tests share: the small one, which never changes, and the whole of data/.

Each is built once for all workers of a run, and kept in build/tests/ under a hash of everything that goes into it.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from sg17kg import assets, readers
from sg17kg import facts as records
from sg17kg.cli.output import rows_of
from sg17kg.extraction.extractor import Extractor
from sg17kg.extraction.gazetteer import load_periods
from sg17kg.graph.build import Inputs, build
from sg17kg.graph.ingest import apply_patch, of_document
from sg17kg.queries.library import QueryLibrary
from sg17kg.search.build import write_index
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT
from tests.letters.composing import as_text, compose

SMALL = ROOT / "tests" / "fixtures" / "small"
# the circulars of the small dataset; data/documents/ may hold more
CIRCULARS = ("2017-2020-268.zh", "2022-2024-079.zh", "2022-2024-142.zh", "2025-2028-101.zh", "2025-2028-104.zh")
_DIGITS = 16
_KEPT = 3  # an older one may still be in use by a run that began before the last edit


def build_inputs(data: Path = ROOT / "data") -> Inputs:
    """Inputs of a build from a data folder, as the command line makes them."""
    rules = tuple(QueryLibrary.read(ROOT / "queries").group("rules"))
    return Inputs(data, ROOT / "ontology", load_periods(ROOT / "data" / "curated"), rules, EmbeddedStore.from_nquads)


def small_data(folder: Path) -> Path:
    """Make a data folder of the five circulars, of what is curated today, and of the catalogue rows of tests/fixtures/small/."""
    shutil.copytree(ROOT / "data" / "curated", folder / "curated")
    shutil.copy(SMALL / "sources.yaml", folder / "curated")
    shutil.copytree(SMALL / "reference", folder / "reference")
    (folder / "documents").mkdir()
    for name in CIRCULARS:
        shutil.copy(ROOT / "data" / "documents" / f"circular-{name}.json", folder / "documents")
    return folder


def small() -> Path:
    """The folder of the small dataset, with its search index."""

    def make(out: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            _build(small_data(Path(folder) / "data"), out)

    return _once("small", make)


def small_with(name: str, letters: list[tuple[str, int, str]]) -> Path:
    """The folder of the small dataset and some composed letters (kind, number, language) more."""
    dataset = small() / "dataset.nq"

    def make(out: Path) -> None:
        curated, rules = ROOT / "data" / "curated", list(QueryLibrary.read(ROOT / "queries").group("rules"))
        extractor = Extractor.load(assets.language_packs(), curated)
        rows = rows_of(EmbeddedStore.from_file(dataset))
        for kind, number, tongue in letters:
            content = as_text(compose(kind, number, tongue)).encode()
            facts = records.without_running_text(extractor.extract(readers.read_bytes(f"{kind}-{number}.{tongue}.txt", content)))
            rows = apply_patch(rows, of_document(facts, load_periods(curated)), rules, EmbeddedStore.from_nquads)
        (out / "dataset.nq").write_bytes(b"".join(rows))

    return _once(f"small-{name}", make)


def whole() -> Path:
    """The folder of the dataset of data/ as it is, with its search index."""
    return _once("whole", lambda out: _build(ROOT / "data", out))


def _build(data: Path, out: Path) -> None:
    build(build_inputs(data), out)
    write_index(EmbeddedStore.from_file(out / "dataset.nq"), QueryLibrary.read(ROOT / "queries"), out)


def _once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name for what stands in the checkout now; the first worker makes it, others wait for it."""
    kept = ROOT / "build" / "tests"
    kept.mkdir(parents=True, exist_ok=True)
    with (kept / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = kept / f"{name}-{_state()}"
        if not found.is_dir():
            unfinished = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=kept))
            try:
                make(unfinished)
                unfinished.rename(found)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
            _forget(kept, name)
        return found


def _forget(kept: Path, name: str) -> None:
    newest = sorted(kept.glob(f"{name}-{'?' * _DIGITS}"), key=os.path.getmtime, reverse=True)
    for old in newest[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _state() -> str:
    """A hash of the files and libraries that make a dataset."""
    state = hashlib.sha256("".join(version(name) for name in ("rdflib", "pyoxigraph")).encode())
    for path in _files():
        state.update(f"{path.relative_to(ROOT)}\0".encode())
        state.update(hashlib.sha256(path.read_bytes()).digest())
    return state.hexdigest()[:_DIGITS]


def _files() -> Iterator[Path]:
    for folder in ("data", "ontology", "queries", "src/sg17kg", "tests/fixtures/small", "tests/fixtures/letters", "tests/letters"):
        yield from sorted(
            path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix in {".py", ".yaml", ".json", ".ttl", ".rq"}
        )
    yield Path(__file__).resolve()
