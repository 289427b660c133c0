"""A running service takes over a new dataset at SIGHUP, under load, from a store at rest."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from sg17kg.store.embedded import EmbeddedStore
from sg17kg.store.source import MANIFEST
from tests.patience import PATIENCE, until
from tests.test_serving import serving
from tests.web.test_strangers import figure

LOOKUP = "/api/v1/recommendations/X.1280"


@pytest.fixture
def at_rest(dataset: Path, tmp_path: Path) -> Path:
    EmbeddedStore.at(tmp_path / "store", write=True, start=dataset / "dataset.nq").close()
    return tmp_path / "store"


@pytest.fixture
def service(at_rest: Path, tmp_path: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    command = [sys.executable, "-m", "sg17kg.cli", "serve", "--store", str(at_rest), "--log", "none"]
    with serving(command, dict(os.environ), tmp_path) as running:
        yield running


def asked(address: str, path: str) -> tuple[int, bytes]:
    link = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
    link.request("GET", path)
    answer = link.getresponse()
    return answer.status, answer.read()


def version(address: str) -> str:
    return str(json.loads(asked(address, "/health")[1])["dataset"])


def taken_over(address: str, before: str) -> None:
    """Wait until another version is served and those who served the one before accept no more."""
    until(lambda: version(address) != before)
    until(lambda: figure(address, 'sg17kg_server_processes{state="serving"}') == len(os.sched_getaffinity(0)))


def rename(folder: Path, name: bytes) -> None:
    """Give a work item of the store another name."""
    store = EmbeddedStore.at(folder, write=True)
    store.replace(row.replace(b'"X.oob-sa"', b'"' + name + b'"') for row in store.rows())
    store.close()


def test_a_new_version_is_served_at_sighup_without_a_dropped_request(service: tuple[str, "subprocess.Popen[str]"], at_rest: Path) -> None:
    address, process = service
    before = version(address)
    statuses: list[int] = []
    ended = threading.Event()

    def ask() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            statuses.extend(asked(address, path)[0] for path in (LOOKUP, f"{LOOKUP}/history?limit={number % 400 + 1}", "/rec/X.1280.ttl"))

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for thread in asking:
        thread.start()
    rename(at_rest, b"X.oob-new")
    assert version(address) == before  # nobody has told it yet
    process.send_signal(signal.SIGHUP)
    taken_over(address, before)
    found = json.loads(asked(address, LOOKUP)[1])["provisional_names"]
    resolved = json.loads(asked(address, "/api/v1/resolve?id=X.oob-new")[1])
    until(lambda: len(statuses) > 50)
    ended.set()
    for thread in asking:
        thread.join()
    assert [name["name"] for name in found] == ["X.oob-new"]
    assert resolved["kind"] == "WorkItem"
    assert set(statuses) == {200}
    process.send_signal(signal.SIGHUP)  # nothing new: served on
    assert asked(address, LOOKUP)[0] == 200


def changed(rows: list[bytes]) -> bytes:
    """The dataset with another name of a work item."""
    return b"".join(sorted(row.replace(b'"X.oob-sa"', b'"X.oob-new"') for row in rows))


@pytest.fixture
def watched(dataset: Path, tmp_path: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """`sg17kg serve --watch` of a file without a manifest."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "dataset.nq").write_bytes((dataset / "dataset.nq").read_bytes())
    assert not (folder / MANIFEST).exists()
    command = [sys.executable, "-m", "sg17kg.cli", "serve", "--watch", "--log", "events"]
    with serving(command, {**os.environ, "SG17KG_DATASET": str(folder)}, tmp_path) as running:
        assert version(running[0])
        yield running


def test_a_new_file_is_served_by_a_service_that_watches(
    watched: tuple[str, "subprocess.Popen[str]"], store: EmbeddedStore, tmp_path: Path
) -> None:
    address, _ = watched
    before = version(address)
    following = tmp_path / "new.nq"
    following.write_bytes(changed(store.rows()))
    following.replace(tmp_path / "served" / "dataset.nq")
    taken_over(address, before)
    assert [name["name"] for name in json.loads(asked(address, LOOKUP)[1])["provisional_names"]] == ["X.oob-new"]
    query = quote('SELECT ?s { ?s ?p "X.oob-new" }')
    assert json.loads(asked(address, f"/sparql?query={query}")[1])["results"]["bindings"]


def test_a_broken_new_file_leaves_the_old_one_in_service(watched: tuple[str, "subprocess.Popen[str]"], tmp_path: Path) -> None:
    address, process = watched
    before = version(address)
    (tmp_path / "served" / "dataset.nq").write_bytes(b"<broken")
    assert process.stdout
    for line in process.stdout:
        if "what was served before is served on" in line:
            break
    assert version(address) == before
    assert asked(address, LOOKUP)[0] == 200
