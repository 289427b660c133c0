"""Three stores for one contract: in memory, Oxigraph's server, Virtuoso. The servers start once."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sg17kg.store.base import Store
from sg17kg.store.bulk_load import load
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.store.remote import Endpoint, RemoteStore
from sg17kg.store.source import DatasetSource
from tests.contract import servers

KINDS = ("embedded", "at-rest", *(pytest.param(name, marks=pytest.mark.remote) for name in ("oxigraph", "virtuoso")))
Filled = Callable[[bytes], Store]


@pytest.fixture(scope="session", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def endpoint(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint | None]:
    """A running server of the kind; none for the stores of this process."""
    with ExitStack() as stack:
        start = {"oxigraph": servers.oxigraph, "virtuoso": servers.virtuoso}.get(kind)
        yield stack.enter_context(start(tmp_path_factory.mktemp(kind))) if start else None


@pytest.fixture
def filled(kind: str, endpoint: Endpoint | None, tmp_path: Path) -> Filled:
    """Makes a store with the statements of an N-Quads text."""

    def fill(content: bytes) -> Store:
        if endpoint:
            load(content.splitlines(keepends=True), RemoteStore(endpoint))
            return RemoteStore(endpoint)
        if kind == "embedded":
            return EmbeddedStore.from_nquads(content)
        folder = tmp_path / "store"
        writing = EmbeddedStore.at(folder, write=True)
        writing.replace(content.splitlines(keepends=True))
        writing.close()
        return EmbeddedStore.at(folder)

    return fill


@pytest.fixture(scope="session")
def whole(kind: str, endpoint: Endpoint | None, dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> DatasetSource:
    """Where the whole dataset lies in a store of the kind."""
    file = dataset / "dataset.nq"
    if endpoint:
        load(file.read_bytes().splitlines(keepends=True), RemoteStore(endpoint))
        return endpoint
    if kind == "embedded":
        return file
    folder = tmp_path_factory.mktemp("rest") / "store"
    EmbeddedStore.at(folder, write=True, start=file).close()
    return folder
