"""Where processes cannot be forked: everything imports, and one process serves without the SPARQL of strangers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sg17kg.queries.library import QueryLibrary
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web.app import create_app
from sg17kg.web.serving import Settings
from tests.test_serving import serving
from tests.web.test_strangers import children, get

IMPORT_ALL = """
import importlib, pkgutil, sys
for name in ("fcntl", "resource", "termios", "grp", "pwd"):
    sys.modules[name] = None  # as on Windows: no such module
import os
for name in ("fork", "sched_getaffinity"):
    if hasattr(os, name):
        delattr(os, name)
import sg17kg
for module in pkgutil.walk_packages(sg17kg.__path__, "sg17kg."):
    if not module.name.startswith("sg17kg.server") and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
from sg17kg.cli import serve
assert not serve._FORKS
from sg17kg.store.embedded import EmbeddedStore
from pathlib import Path
try:
    EmbeddedStore.at(Path("nowhere"))
except Exception as error:
    print(type(error).__name__, error)
"""


def test_no_import_fails_without_what_posix_has(tmp_path: Path) -> None:
    told = subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("StoreError nowhere: stores in folders need locks")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_one_process_answers_no_sparql_unless_it_is_trusted(
    method: str, store: EmbeddedStore, catalogue: QueryLibrary, dataset: Path
) -> None:
    asked = {"params": {"query": "ASK {}"}} if method == "GET" else {"data": {"query": "ASK {}"}}
    for untrusted, status in ((False, 501), (True, 200)):
        with TestClient(create_app(store, catalogue, dataset / "dataset.nq", Settings(untrusted=untrusted))) as client:
            answer = client.request(method, "/sparql", **asked)  # type: ignore[arg-type]
            assert answer.status_code == status
            assert client.get("/api/v1/recommendations/X.1280/owner").status_code == 200
            assert status == 200 or "--trusted" in answer.json()["detail"]


ONE = """
import sys
from sg17kg.cli import main, serve
serve._FORKS = False
sys.argv = ["sg17kg", "serve", *sys.argv[1:]]
main()
"""


def test_serve_runs_one_process_there_and_says_so(tmp_path: Path) -> None:
    with serving([sys.executable, "-c", ONE, "--log", "none"], dict(os.environ), tmp_path) as (address, process):
        assert get(address, "/api/v1/recommendations/X.1280/owner")[0] == 200
        assert get(address, "/sparql?query=ASK%7B%7D")[0] == 501
        assert children(process.pid) == set()
        assert process.stdout
        assert "no SPARQL at /sparql" in "".join(process.stdout.readline() for _ in range(6))
    with serving([sys.executable, "-c", ONE, "--log", "none", "--trusted"], dict(os.environ), tmp_path) as (address, _):
        assert get(address, "/sparql?query=ASK%7B%7D")[0] == 200
