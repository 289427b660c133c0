"""One request, one file, or one process that was killed leaves no mark on a service."""

import contextlib
import errno
import gzip
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
from starlette.testclient import TestClient

from sg17kg.errors import StoreError
from sg17kg.queries.library import QueryLibrary
from sg17kg.store import computing
from sg17kg.store.base import Store
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.store.source import open_source
from sg17kg.web import dump_files
from sg17kg.web.app import create_app
from sg17kg.web.linked_data import dumps, sparql
from sg17kg.web.middleware import delivery
from sg17kg.web.problem_details import HttpProblem
from sg17kg.web.serving import Settings
from tests.patience import PATIENCE

PAGE = {"Accept": "text/html"}


@pytest.fixture
def own(store: Store, catalogue: QueryLibrary, dataset: Path) -> Iterator[TestClient]:
    with TestClient(create_app(store, catalogue, dataset / "dataset.nq", Settings()), raise_server_exceptions=False) as client:
        yield client


def test_health_and_readiness_wait_for_no_thread(own: TestClient) -> None:
    gate, portal = threading.Event(), own.portal
    assert portal

    async def few() -> None:
        anyio.to_thread.current_default_thread_limiter().total_tokens = 1
        await anyio.to_thread.run_sync(gate.wait)

    blocked = portal.start_task_soon(few)
    try:
        assert own.get("/health").json()["status"] == "ok"
        assert own.get("/ready").status_code == 200
    finally:
        gate.set()
        blocked.result(timeout=PATIENCE)


@pytest.mark.parametrize("path", ["/nope", "/rec/X.9999", "/recommendations?sort=nothing", "/recommendations?on=never"])
def test_error_pages_have_the_headers_of_pages(own: TestClient, path: str) -> None:
    answer = own.get(path, headers=PAGE)
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"].startswith("text/html")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers.get_list("referrer-policy") == ["same-origin"]
    assert answer.headers["x-robots-tag"] == "noindex"


def test_an_error_page_of_a_post_has_them_once(own: TestClient) -> None:
    answer = own.post("/check", headers=PAGE, files={"other": b"x"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    for name in ("content-security-policy", "referrer-policy", "x-content-type-options"):
        assert len(answer.headers.get_list(name)) == 1, name


def test_a_process_without_memory_says_so_and_asks_to_come_again(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(EmbeddedStore, "query", greedy)
        answer = own.get("/api/v1/recommendations/X.1280/owner?on=2001-02-03")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "no memory left" in answer.json()["detail"]


def test_a_process_without_threads_says_so_and_asks_to_come_again(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def unstartable(*_: object, **__: object) -> None:
        raise RuntimeError("can't start new thread")  # the words of threading

    with monkeypatch.context() as patched:
        patched.setattr(EmbeddedStore, "query", unstartable)
        answer = own.get("/api/v1/recommendations/X.1280/owner?on=2001-02-05")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "no thread left" in answer.json()["detail"]


def test_another_fault_is_a_fault_and_comes_up_to_the_log(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(EmbeddedStore, "query", broken)
        assert own.get("/api/v1/recommendations/X.1280/owner?on=2001-02-06").status_code == 500
        with pytest.raises(RuntimeError, match="broken"):
            TestClient(own.app).get("/api/v1/recommendations/X.1280/owner?on=2001-02-07")


def test_a_body_that_breaks_off_is_no_query() -> None:
    messages = iter([{"type": "http.request", "body": b"ASK {}", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(messages)

    with pytest.raises(HttpProblem, match="ended before the body") as refused:
        anyio.run(sparql._body, receive)
    assert refused.value.status == 408


def test_where_too_many_threads_are_lost_the_answer_is_to_come_again(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "_MOST_LOST", 0)
    answer = own.get("/api/v1/recommendations/X.1280/owner?on=2001-02-04")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.headers["Retry-After"]


def test_those_who_wait_for_dumps_are_few_and_take_no_threads_of_pages(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dumps, "_MOST_WAITING", 0)
    assert own.get("/dumps/SHA256SUMS").status_code == 503
    assert own.get("/api/v1/recommendations/X.1280/owner?on=2001-02-05").status_code == 200


def test_crawlers_are_kept_off_what_has_no_end(own: TestClient) -> None:
    told = own.get("/robots.txt")
    assert told.headers["content-type"].startswith("text/plain")
    assert {"Disallow: /find", "Disallow: /*?", "Allow: /*?lang="} <= set(told.text.splitlines())
    for path in ("/recommendations?on=2020-01-01", "/recommendations?series=X.1200", "/find?q=a", "/recommendations?offset=100"):
        assert own.get(path, headers=PAGE).headers["x-robots-tag"] == "noindex", path
    for path in ("/", "/rec/X.1280", "/recommendations", "/rec/X.1280?lang=zh"):
        assert "x-robots-tag" not in own.get(path, headers=PAGE).headers, path


def test_more_than_fifty_parameters_are_refused_and_many_are_counted_once(own: TestClient) -> None:
    for number, status in ((50, "unknown parameter"), (51, "more than 50 parameters"), (8000, "more than 50 parameters")):
        answer = own.get("/api/v1/recommendations?" + "&".join(f"a{place}=1" for place in range(number)))
        assert answer.status_code == 400
        assert status in answer.json()["detail"]


def test_a_body_too_large_is_read_on_and_answered(own: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(64):
            yield b" " * 65_536

    answer = own.post("/sparql", headers={"Content-Type": "application/sparql-query"}, content=pieces())
    assert answer.status_code == 413


def test_a_body_has_its_time_in_all(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparql, "_PATIENCE", 0.5)
    sent = []

    async def receive() -> dict[str, object]:
        await anyio.sleep(0.05)
        sent.append(1)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def run() -> None:
        with pytest.raises(HttpProblem, match="does not come") as refused:
            await sparql._body(receive)
        assert refused.value.status == 408

    anyio.run(run)
    assert sent  # each came within the time, and together they did not


def test_what_was_cut_is_not_served(dataset: Path, tmp_path: Path) -> None:
    content = (dataset / "dataset.nq").read_bytes()
    manifest = (dataset / "manifest.json").read_bytes()
    file = tmp_path / "dataset.nq"
    (tmp_path / "manifest.json").write_bytes(manifest)
    file.write_bytes(content)
    assert open_source(file).version == json.loads(manifest)["files"]["dataset.nq"]["sha256"]
    for cut in (b"".join(content.splitlines(keepends=True)[:100]), b"", content.replace(b"X.1280", b"X.1281", 1)):
        file.write_bytes(cut)
        with pytest.raises(StoreError, match=r"manifest\.json beside it says"):
            open_source(file)
    (tmp_path / "manifest.json").write_bytes(manifest[:50])
    with pytest.raises(StoreError, match="cannot be read"):
        open_source(file)
    (tmp_path / "manifest.json").unlink()
    assert open_source(file).version


def test_an_empty_dataset_is_not_ready(catalogue: QueryLibrary, tmp_path: Path) -> None:
    (tmp_path / "dataset.nq").touch()
    with TestClient(create_app(EmbeddedStore.from_nquads(b""), catalogue, tmp_path / "dataset.nq")) as client:
        answer = client.get("/ready")
    assert (answer.status_code, "no dataset" in answer.json()["detail"]) == (503, True)


def test_dumps_of_a_process_that_was_killed_are_removed_at_the_next(store: Store, catalogue: QueryLibrary, tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    begun = (
        "import os, signal, sys, tempfile; from pathlib import Path; from sg17kg.web import dump_files\n"
        "folder = Path(tempfile.mkdtemp(prefix=dump_files._PREFIX)); mark = dump_files._marked(folder)\n"
        "print(folder, flush=True); sys.stdin.read() if sys.argv[1] == 'stay' else os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", begun]
    killed = Path(subprocess.run([*command, "die"], env=environment, capture_output=True, text=True, check=False).stdout.strip())
    with subprocess.Popen([*command, "stay"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        assert running.stdin
        used = Path(running.stdout.readline().strip())
        assert killed.is_dir()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tempfile.tempdir", str(tmp_path))
            files = dump_files.DumpFiles(store, catalogue)
            assert files.file("sg17kg.nq").path.is_file()
            assert (killed.exists(), used.is_dir()) == (False, True)
            files.close()
        running.stdin.close()
    assert [path for path in tmp_path.iterdir() if path != used] == []


@pytest.mark.parametrize("module", ["sg17kg", "sg17kg.cli"])
def test_the_package_is_the_command(module: str) -> None:
    told = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True, check=True).stdout
    assert "serve" in told


def test_an_empty_host_is_an_error(tmp_path: Path) -> None:
    for arguments, host in ((["--host", ""], None), ([], "")):
        environment = {**os.environ, **({} if host is None else {"HOST": host})}
        command = [sys.executable, "-m", "sg17kg", "serve", *arguments]
        ended = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE)
        assert (ended.returncode, "--host" in ended.stderr) == (2, True)


def test_a_unix_socket_is_listened_on(dataset: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:  # short: such an address has a hundred characters at most
        path = Path(folder) / "s"
        environment = {**os.environ, "SG17KG_DATASET": str(dataset)}
        command = [sys.executable, "-m", "sg17kg", "serve", "--socket", str(path), "--log", "none"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            try:
                assert process.stdout.readline().strip() == f"sg17kg serves on {path}"
                assert b"200 OK" in _asked(path, process)
            finally:
                process.terminate()
                process.wait(timeout=PATIENCE)


def _asked(path: Path, process: "subprocess.Popen[str]") -> bytes:
    """Ask for /health as soon as the socket is there."""
    while process.poll() is None:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(PATIENCE)
            try:
                link.connect(str(path))
            except OSError:
                time.sleep(0.05)
                continue
            link.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return link.recv(4096)
    raise AssertionError(f"the service ended: {process.returncode}")


def test_an_answer_must_be_taken_at_a_least_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PATIENCE", 0.2)
    monkeypatch.setattr(delivery, "LEAST_RATE", 1_000_000)
    taken: list[int] = []

    async def slow(message: Any) -> None:
        await anyio.sleep(0.03)
        taken.append(len(message["body"]))

    async def run(size: int) -> bool:
        answer = delivery.Delivery(slow)
        taken.clear()
        with contextlib.suppress(TimeoutError):
            for _ in range(30):
                await answer.send({"type": "http.response.body", "body": b"x" * size, "more_body": True})
            return True
        return False

    # 30 pieces of a byte take 0.9 seconds in all, though each is taken soon; 30 of a megabyte have half a minute
    assert not anyio.run(run, 1)
    assert 0 < len(taken) < 30
    assert anyio.run(run, 1_000_000)


def test_a_dump_must_be_taken_at_a_least_rate_too(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PATIENCE", 0.2)
    monkeypatch.setattr(delivery, "LEAST_RATE", 10_000_000)
    sent: list[Any] = []

    async def run(seconds: float) -> bool:
        async def slow(message: Any) -> None:
            await anyio.sleep(seconds)
            sent.append(message)

        async def receive() -> Any:
            await anyio.sleep_forever()

        sent.clear()
        scope = {"type": "http", "scheme": "http", "server": ("localhost", 80), "client": ("127.0.0.1", 1), "http_version": "1.1"}
        asked = {"method": "GET", "path": "/dumps/sg17kg.nq", "root_path": "", "query_string": b"", "headers": []}
        await own.app({**scope, **asked}, receive, slow)
        return sent[-1].get("more_body") is False

    assert anyio.run(run, 0)
    whole = len(sent)
    assert whole > 10
    assert not anyio.run(run, 0.1)
    assert len(sent) < whole


@pytest.mark.parametrize(("code", "told"), [(errno.ENOSPC, "it is full"), (errno.EDQUOT, "it is full"), (errno.EIO, "Input/output error")])
def test_a_full_disk_is_named_where_a_dump_is_asked_for(
    code: int, told: str, own: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patched:

        def fails(*_: object, **__: object) -> None:
            raise OSError(code, os.strerror(code))

        patched.setattr(gzip, "GzipFile", fails)
        answer = own.get("/dumps/sg17kg.trig.gz")
        assert answer.status_code == 502
        assert told in answer.json()["detail"]
        assert told in caplog.text
    assert own.get("/dumps/sg17kg.trig.gz").status_code == 200  # nothing half-written is in the way


@pytest.mark.parametrize(
    ("name", "told"), [("file", "no socket"), ("absent/s", "no folder"), ("a" * 150, "--socket"), ("used", "another program")]
)
def test_a_socket_is_made_where_it_can_be_and_no_file_is_removed(name: str, told: str) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as used:
        (Path(folder) / "file").write_text("kept", "utf-8")
        used.bind(str(Path(folder) / "used"))
        used.listen()
        command = [sys.executable, "-m", "sg17kg", "serve", "--socket", str(Path(folder) / name)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
        assert (ended.returncode, told in ended.stderr, len(ended.stderr.splitlines())) == (2, True, 1)
        assert (Path(folder) / "file").read_text("utf-8") == "kept"
        assert (Path(folder) / "used").is_socket()
