"""What tests share: the small dataset, the whole one, a store, a client, and the real circulars where they are at hand.

Exact answers are asserted on the small dataset, which does not grow with data/: it is what `dataset`, `store`, `client` and every
command that a test starts answer from. Rules that hold for everything are asserted on the whole one (`whole_dataset`, `whole_store`).
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from starlette.testclient import TestClient

from sg17kg import assets, readers
from sg17kg.extraction import language
from sg17kg.extraction.extractor import Extractor
from sg17kg.extraction.language import LanguagePack
from sg17kg.graph.build import Inputs
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web.app import create_app
from tests import FIXTURES, ROOT, SEEDS, built
from tests.patience import PATIENT
from tests.reading import Read

# one commit, one outcome, however slow the machine: examples are drawn from the test, not by chance. New ones are for
# `make fuzz`, which takes the other profile
settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.register_profile("exploring", max_examples=1_000, deadline=None, print_blob=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the real circulars; tests that need it skip where it is absent."""
    if not SEEDS.is_dir():
        pytest.skip(f"the real circulars are not at hand: {SEEDS} is absent (set SG17KG_SEEDS)")
    return SEEDS


@pytest.fixture(scope="session")
def gold(seeds: Path) -> Path:
    """The folder of the facts that a perfect reader gives for some of the real circulars."""
    folder = seeds.parent / "gold"
    if not folder.is_dir():
        pytest.skip(f"no gold facts beside the real circulars: {folder} is absent")
    return folder


@pytest.fixture(scope="session")
def packs() -> tuple[LanguagePack, ...]:
    return language.load_all(assets.language_packs())


@pytest.fixture(scope="session")
def read() -> Read:
    """Extract the facts of a file."""
    extractor = Extractor.load(assets.language_packs(), ROOT / "data" / "curated")
    return lambda path: extractor.extract(readers.read(path))


@pytest.fixture(scope="session", autouse=True)
def dataset() -> Iterator[Path]:
    """A folder with the small dataset; commands take it for the packaged one, in this process and in those that tests start."""
    folder = built.small()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(assets.DATASET, str(folder))
        yield folder


@pytest.fixture(scope="session")
def opened_once(dataset: Path) -> Callable[[Path], EmbeddedStore]:
    """Open a file as commands do; the small dataset, which they only read, is read once."""
    store = EmbeddedStore.from_file(dataset / "dataset.nq")
    from_file = EmbeddedStore.from_file
    return lambda path: store if path == dataset / "dataset.nq" else from_file(path)


@pytest.fixture
def commands_share_the_dataset(opened_once: Callable[[Path], EmbeddedStore], monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that run many commands in this process: none of them reads the small dataset anew."""
    monkeypatch.setattr(EmbeddedStore, "from_file", opened_once)


@pytest.fixture(scope="session")
def small_inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """What the small dataset is built from."""
    return built.build_inputs(built.small_data(tmp_path_factory.mktemp("small") / "data"))


@pytest.fixture(scope="session")
def store(dataset: Path) -> EmbeddedStore:
    return EmbeddedStore.from_file(dataset / "dataset.nq")


@pytest.fixture(scope="session")
def whole_dataset() -> Path:
    """A folder with the dataset of data/ as it is. No test asserts on it how much of something there is."""
    return built.whole()


@pytest.fixture(scope="session")
def whole_store(whole_dataset: Path) -> EmbeddedStore:
    return EmbeddedStore.from_file(whole_dataset / "dataset.nq")


@pytest.fixture(scope="session")
def two_versions() -> EmbeddedStore:
    """The dataset, and one circular more (302 of 2025-2028) whose English and French versions were both read."""
    letters = [("tap-consultation", 2, "en"), ("tap-consultation", 2, "fr")]
    return EmbeddedStore.from_file(built.small_with("two-versions", letters) / "dataset.nq")


@pytest.fixture(scope="session")
def corrected() -> EmbeddedStore:
    """The dataset, and two circulars more, each with a corrigendum: 301 (deadline), 302 (days of the meeting, a number)."""
    letters = [(kind, number, "en") for number in (1, 2) for kind in ("tap-consultation", "corrigendum")]
    return EmbeddedStore.from_file(built.small_with("corrected", letters) / "dataset.nq")


@pytest.fixture(scope="session")
def catalogue() -> QueryLibrary:
    return QueryLibrary.read(ROOT / "queries")


@pytest.fixture(scope="session")
def client(store: EmbeddedStore, catalogue: QueryLibrary, dataset: Path) -> Iterator[TestClient]:
    with TestClient(create_app(store, catalogue, dataset / "dataset.nq", PATIENT), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def circular_text() -> str:
    """A good circular, as text, to be spoiled."""
    return (FIXTURES / "12-contradictions.txt").read_text("utf-8")
