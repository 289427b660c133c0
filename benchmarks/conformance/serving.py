"""The service over graphs of the suite, on loopback."""

import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import uvicorn
from tests.contract.servers import free_port

from benchmarks.conformance.suite import Data
from sg17kg import assets
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.store.versions import Versions
from sg17kg.web.app import create_app
from sg17kg.web.serving import Settings

PATH = "/sparql"


@contextmanager
def served(data: Data) -> Iterator[int]:
    """The service over a store at rest with these graphs and no others; gives its port."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "store"
        _fill(source, data)
        app = create_app(EmbeddedStore.at(source), QueryLibrary.read(assets.folder("queries")), source, Settings())
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=(port := free_port()), log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join(20)


def said(status: int, media_type: str, content: bytes) -> str:
    """A refusal in short: the status, and the detail of the problem that came with it."""
    text = content.decode("utf-8", "replace")
    return f"{status}: {json.loads(text)['detail'] if media_type.startswith('application/problem+json') else text}"


def _fill(folder: Path, data: Data) -> None:
    """A store at rest; unlike `sg17kg load`, its default graph is the test's own, not the union of the named ones."""
    versions = Versions(folder)
    versions.lock()
    version = versions.begin()
    native = ox.Store(str(version))
    data.load(native)
    native.flush()
    del native
    versions.commit(version)
    versions.close()
