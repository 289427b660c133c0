"""What a service asks of itself before its first client: nothing is left to read at the first request, and nobody sees it."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sg17kg.errors import StoreError
from sg17kg.known_until import CurrentSources
from sg17kg.queries.binding import Argument
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import QueryResult, Store
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web import warm_up
from sg17kg.web.app import create_app
from sg17kg.web.dependencies import DatasetContext
from sg17kg.web.serving import Settings


def test_the_service_reads_its_sources_before_the_first_client(
    whole_store: Store, catalogue: QueryLibrary, whole_dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = DatasetContext.ask

    def noted(self: DatasetContext, name: str, arguments: Mapping[str, Argument | None]) -> QueryResult:
        asked.append(name)
        return ask(self, name, arguments)

    monkeypatch.setattr(DatasetContext, "ask", noted)
    lines: list[Mapping[str, object]] = []
    app = create_app(whole_store, catalogue, whole_dataset / "dataset.nq", Settings(log=lines.append))
    with TestClient(app) as client:
        assert "status-of-text" in asked  # the page of a text was requested
        assert lines == []
        figures = client.get("/metrics").text
        assert 'sg17kg_response_cache_requests_total{result="miss"} 0.0' in figures
        assert "sg17kg_http_requests_total{" not in figures


def test_a_service_whose_sources_cannot_be_read_begins_all_the_same(
    store: Store, catalogue: QueryLibrary, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def broken(_: CurrentSources) -> None:
        raise StoreError("the store is broken")

    monkeypatch.setattr(CurrentSources, "get", broken)
    monkeypatch.setattr(warm_up._LOG, "exception", told.append)
    with TestClient(create_app(store, catalogue, dataset / "dataset.nq")) as client:
        assert client.get("/health").status_code == 200
    assert told == ["a request of the service to itself failed"]


def test_an_empty_dataset_is_asked_nothing(catalogue: QueryLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(warm_up._LOG, "exception", told.append)
    with TestClient(create_app(EmbeddedStore.from_nquads(b""), catalogue, tmp_path / "dataset.nq")) as client:
        assert client.get("/health").status_code == 200
    assert told == []
