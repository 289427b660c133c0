"""Real SPARQL servers on loopback, on free ports, ended by whoever started them."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sg17kg.errors import StoreError
from sg17kg.store.base import GraphChoice
from sg17kg.store.remote import Endpoint, RemoteStore

_VIRTUOSO = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 20000
MaxDirtyBuffers = 12000
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
[SPARQL]
ResultSetMaxRows = 1000000
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def require(program: str, name: str) -> str:
    """The path of a program; without it the test is skipped, or fails where SG17KG_REQUIRE asks for it."""
    found = shutil.which(program)
    if found is None:
        assert name not in os.environ.get("SG17KG_REQUIRE", ""), f"SG17KG_REQUIRE asks for {name}"
        pytest.skip(f"{name} is not installed")
    return found


@contextmanager
def oxigraph(folder: Path) -> Iterator[Endpoint]:
    """Oxigraph's own server, from the package `oxigraph`."""
    port = free_port()
    program = Path(sys.executable).with_name("oxigraph")
    with _running([str(program), "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"], folder):
        endpoint = Endpoint(f"http://127.0.0.1:{port}/query", f"http://127.0.0.1:{port}/update")
        _wait(endpoint)
        yield endpoint


@contextmanager
def virtuoso(folder: Path) -> Iterator[Endpoint]:
    """Virtuoso, from Debian's virtuoso-opensource; anybody may update it."""
    program, shell = require("virtuoso-t", "virtuoso"), require("isql-vt", "virtuoso")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(sql=sql, http=http), "utf-8")
    with _running([program, "+configfile", "virtuoso.ini", "+foreground"], folder):
        endpoint = Endpoint(f"http://127.0.0.1:{http}/sparql")
        _wait(endpoint)
        grant = 'exec=GRANT SPARQL_UPDATE TO "SPARQL";'
        subprocess.run([shell, f"127.0.0.1:{sql}", "dba", "dba", grant], check=True, capture_output=True)
        yield endpoint


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[None]:
    with (folder / "output").open("wb") as output, subprocess.Popen(command, cwd=folder, stdout=output, stderr=output) as process:
        try:
            yield
        finally:
            process.kill()
            process.wait(timeout=600)


def _wait(endpoint: Endpoint) -> None:
    """Until the server answers."""
    store = RemoteStore(Endpoint(endpoint.queries, seconds=5, attempts=1))
    for _ in range(3000):
        try:
            store.query("ASK { }", GraphChoice())
        except StoreError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"{endpoint.shown} does not answer")
