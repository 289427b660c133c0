"""The process that has loaded the dataset for checks, at its socket."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sg17kg.checks.child import STARTED, CheckRequest, outcome
from sg17kg.checks.process import preloaded_command
from sg17kg.findings import ExitCode
from tests import ROOT
from tests.patience import until
from tests.web.test_strangers import children

CIRCULAR = ROOT / "tests" / "fixtures" / "circulars" / "12-contradictions.txt"
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


@pytest.fixture(scope="module")
def running(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A process in which a check may take some seconds: its socket and its ID."""
    path = tmp_path_factory.mktemp("checks") / "socket"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen(8)
        command = preloaded_command(listening.fileno(), 6, dataset / "dataset.nq")
        with subprocess.Popen(command, pass_fds=(listening.fileno(),), env={}) as process:
            yield path, process.pid
            process.send_signal(signal.SIGTERM)  # ignored: checks that run are finished
            assert asked(path, request_for(CIRCULAR))[:1] == STARTED
            process.kill()


@pytest.fixture
def path(running: tuple[Path, int]) -> Path:
    return running[0]


@pytest.fixture
def process(running: tuple[Path, int]) -> int:
    return running[1]


def request_for(file: Path, name: str | None = None, folder: str | None = "dataset") -> bytes:
    request = {"name": name or file.name, "shown": "json", "folder": folder, "endpoint": None}
    return json.dumps(request).encode() + b"\n" + file.read_bytes()


def asked(path: Path, content: bytes) -> bytes:
    """The whole response to what is sent."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(path))
        link.sendall(content)
        link.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: link.recv(65536), b""))


def test_a_check_gives_what_a_process_of_its_own_gives(path: Path, dataset: Path) -> None:
    for folder in (str(dataset / "dataset.nq"), None):
        command = ["-I", "-X", "utf8", "-m", "sg17kg.checks.child", "30"]
        alone = subprocess.run([sys.executable, *command], input=request_for(CIRCULAR, folder=folder), capture_output=True, check=False)
        assert asked(path, request_for(CIRCULAR, folder=folder)) == b"+0\n" + alone.stdout


def test_two_checks_do_not_see_each_other(path: Path) -> None:
    first = asked(path, request_for(CIRCULAR))
    assert asked(path, request_for(CIRCULAR.with_name("04-amendments-corrigendum.txt"))) != first
    assert asked(path, request_for(CIRCULAR)) == first


def test_a_file_that_is_no_circular_is_named_so(path: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"nothing\n")
    assert asked(path, request_for(tmp_path / "a.txt")).startswith(b"+%d\n" % ExitCode.NO_CIRCULAR)
    (tmp_path / "b.docx").write_bytes(b"PK\x03\x04 and nothing more")
    assert asked(path, request_for(tmp_path / "b.docx")).startswith(b"+%d\n" % ExitCode.UNREADABLE)


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"\xff" * 1000, b'{"name": 1}\nx'])
def test_a_request_that_is_none_is_not_started(path: Path, content: bytes) -> None:
    assert asked(path, content) == b"1\n"
    assert asked(path, request_for(CIRCULAR))[:3] == b"+0\n"


def test_a_check_that_takes_too_long_is_ended(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(path))
        link.sendall(request_for(CIRCULAR))  # and no end
        assert link.recv(1) == STARTED
        assert link.recv(16) == b"%d\n" % -signal.SIGXCPU


def test_a_check_that_is_killed_is_told(path: Path, process: int) -> None:
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(path))
        link.sendall(request_for(CIRCULAR))  # and no end
        assert link.recv(1) == STARTED
        for child in children(process):
            os.kill(child, signal.SIGKILL)
        assert link.recv(16) == b"%d\n" % -signal.SIGKILL


def test_a_check_ends_when_its_client_goes(path: Path, process: int) -> None:
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(path))
        link.sendall(request_for(CIRCULAR))  # and no end
        assert link.recv(1) == STARTED
        assert children(process)
    until(lambda: not children(process))


def test_memory_that_is_not_there_is_an_outcome() -> None:
    def fail() -> None:
        raise MemoryError

    assert outcome(fail, "json") == (ExitCode.TOO_MUCH, b"")  # type: ignore[arg-type]
    assert CheckRequest("a", "json", None, None).known() is None


def test_a_check_holds_no_connection_but_its_own(path: Path, process: int) -> None:
    links = [socket.socket(socket.AF_UNIX) for _ in range(3)]
    for link in links:
        link.connect(str(path))
        link.sendall(request_for(CIRCULAR))  # and no end
        assert link.recv(1) == STARTED
    for child in children(process):
        held = [str(file.readlink()) for file in Path(f"/proc/{child}/fd").iterdir()]
        assert len([target for target in held if target.startswith("socket:")]) == 1
    for link in links:
        link.close()
