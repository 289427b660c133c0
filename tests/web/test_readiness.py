"""/ready tells the state of the store: there, empty, or gone."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import Store
from sg17kg.store.remote import Endpoint, RemoteStore
from sg17kg.web.app import create_app
from tests.contract.servers import free_port


def test_a_store_with_a_dataset_is_ready(client: TestClient, store: Store) -> None:
    found = client.get("/ready").json()
    assert (found["status"], found["dataset"], found["workers"] >= 0) == ("ready", store.version, True)


@pytest.fixture
def gone(catalogue: QueryLibrary, dataset: Path) -> TestClient:
    """A service whose remote store is not there."""
    endpoint = Endpoint(f"http://127.0.0.1:{free_port()}/sparql", attempts=1)
    return TestClient(create_app(RemoteStore(endpoint), catalogue, dataset / "dataset.nq"), raise_server_exceptions=False)


def test_a_store_that_is_gone_is_not_ready_and_its_fault_is_shown(gone: TestClient) -> None:
    answer = gone.get("/ready")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "cannot be reached" in answer.json()["detail"]
    lookup = gone.get("/api/v1/recommendations/X.1280")
    assert (lookup.status_code, lookup.headers["content-type"]) == (502, "application/problem+json")
