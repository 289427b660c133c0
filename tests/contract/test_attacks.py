"""The corpus of attacks on each store: whatever is sent, no other server is asked, no file is read, and the next request is answered."""

import http.client
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sg17kg.store.remote import Endpoint
from sg17kg.store.source import DatasetSource
from tests.patience import until
from tests.test_serving import serving
from tests.web.test_strangers import ATTACKS, LOOKUP, Canary, attack, canary, children, connection, figure, get, secret

__all__ = ("canary", "secret")  # fixtures
# Another server goes on computing what nobody waits for any more: of what runs for ever it gets one
ENDLESS = [entry for entry in ATTACKS if 504 in entry["status"] or "cut" in entry["status"]]
FIGURES = 4
SERVING = 'sg17kg_server_processes{state="serving"}'


@pytest.fixture(scope="module")
def address(kind: str, whole: DatasetSource, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A service over the store, and the number of its supervisor."""
    where = ["--endpoint", whole.queries] if isinstance(whole, Endpoint) else ["--store", str(whole)]
    environment = {**os.environ, **({"SG17KG_DATASET": str(whole.parent)} if isinstance(whole, Path) and kind == "embedded" else {})}
    command = [
        sys.executable,
        "-m",
        "sg17kg.cli",
        "serve",
        "--workers",
        "2",
        "--query-seconds",
        "2",
        "--query-memory",
        "512",
        "--log",
        "none",
    ]
    with serving([*command, *(where if kind != "embedded" else [])], environment, tmp_path_factory.mktemp("attacked")) as (found, process):
        until(lambda: figure(found, SERVING) == 2)
        yield found, process.pid


def files(process: int) -> int:
    """Count the files and sockets that the processes of a service hold."""
    return sum(len(list(Path(f"/proc/{number}/fd").iterdir())) for number in (process, *children(process)))


@pytest.mark.slow
def test_all_attacks_one_after_another_cost_no_other_request(kind: str, address: tuple[str, int], canary: str, secret: Path) -> None:
    where, process = address
    assert get(where, LOOKUP)[0] == 200
    before = files(process), len(children(process))
    wrong: dict[str, Any] = {}
    remote = kind in ("oxigraph", "virtuoso")
    for entry in (entry for entry in ATTACKS if not remote or entry not in ENDLESS[1:]):
        status, body = attack(where, entry, {"{canary}": canary, "{secret}": str(secret)})
        # what engines make of odd syntax is theirs; none of it is an answer of another server or a fault of ours
        odd = (200, 400, 502, 504) if remote else (502, 504, "closed") if entry in ENDLESS or 502 in entry["status"] else ()
        allowed = {*entry["status"], *odd}
        if status not in allowed:
            wrong[entry["name"]] = status, body[:200]
        assert b"do not tell" not in body, entry["name"]
        # a request on a new connection; one that meets a process as it ends is asked again, as clients do
        assert _again(where, LOOKUP) == 200, entry["name"]
    assert wrong == {}
    assert Canary.asked == []
    until(lambda: len(children(process)) == before[1])
    # a process opens the files of its figures when it first counts something
    until(lambda: files(process) <= before[0] + FIGURES * before[1])
    assert figure(where, SERVING) == 2


def _again(where: str, path: str) -> int:
    try:
        return get(where, path)[0]
    except (http.client.RemoteDisconnected, ConnectionResetError):
        link = connection(where)
        link.request("GET", path)
        return link.getresponse().status
