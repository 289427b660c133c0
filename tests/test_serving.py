"""The service as a process: `sg17kg serve`, and the wheel away from the checkout."""

import itertools
import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from scripts import vendor_javascript

from sg17kg import assets
from tests import ROOT
from tests.patience import PATIENCE, until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: list[str], environment: dict[str, str], folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server on a free port, ended when the test ends."""
    port = free_port()
    process = subprocess.Popen(
        [*command, "--port", str(port)], env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def wait_for(port: int, process: "subprocess.Popen[str]") -> None:
    """Wait until the server answers on its port."""

    def answers() -> bool:
        if process.poll() is not None:
            pytest.fail(f"the server ended: {process.stdout.read() if process.stdout else ''}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    until(answers)


def owner(address: str) -> object:
    with urllib.request.urlopen(f"{address}/api/v1/recommendations/X.1280/owner", timeout=PATIENCE) as answer:
        return json.load(answer)["questions"][0]


EXPECTED = {
    "question": "Q10/17",
    "iri": "https://w3id.org/sg17kg/question/17/10",
    "as_of": "2025-12-11",
    "basis": "stated",
    "joint_with": [],
    "sources": [{"document": "TSB Circular 101 (2025-2028)", "iri": "https://w3id.org/sg17kg/circular/2025-2028/101", "lines": [122, 122]}],
    "version": "https://w3id.org/sg17kg/question/17/10/2026",
    "version_name": "Q10/17 (2026)",
    "said_on": None,
    "said_not_before": "2026-01-30",
    "read_on": None,
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as its wheel installs it, and nothing else of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", wheel], check=True)
    return folder / "site"


@pytest.mark.slow
def test_the_wheel_away_from_the_checkout_serves_the_same_graph(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    del environment[assets.DATASET]
    where = subprocess.run(
        [sys.executable, "-c", "import sg17kg; print(sg17kg.__file__)"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(installed))
    with serving([sys.executable, "-m", "sg17kg.cli", "serve"], environment, tmp_path) as (address, _):
        assert owner(address) == EXPECTED
        with urllib.request.urlopen(f"{address}/health", timeout=PATIENCE) as answer:
            served = json.load(answer)["dataset"]
    manifest = json.loads((installed / "sg17kg" / "_assets" / "dataset" / "manifest.json").read_text("utf-8"))
    assert served == manifest["files"]["dataset.nq"]["sha256"]


@pytest.mark.slow
def test_the_wheel_carries_everything_it_needs(installed: Path, whole_dataset: Path) -> None:
    kept = installed / "sg17kg" / "_assets"
    assert {path.name for path in kept.iterdir()} == {"ontology", "shapes", "queries", "data", "dataset"}
    assert (kept / "dataset" / "dataset.nq").read_bytes() == (whole_dataset / "dataset.nq").read_bytes()
    rendering = installed / "sg17kg" / "rendering"
    vendor = {path.name for path in (rendering / "static" / "vendor").iterdir()}
    assert vendor == {Path(name).name for files in vendor_javascript.SERVED.values() for name in files} | {"LICENSES.txt"}
    assert {path.stem for path in (rendering / "languages").glob("*.po")} == {"zh", "fr", "es", "ru", "ar"}
    assert (rendering / "templates" / "base.html").is_file()


def test_serve_prints_its_address_and_three_things_to_try(tmp_path: Path) -> None:
    with serving([sys.executable, "-m", "sg17kg.cli", "serve"], dict(os.environ), tmp_path) as (address, process):
        assert owner(address) == EXPECTED
        assert process.stdout
        # a server may have answered, and said so in the log, before the supervisor has told of it
        told = (line.strip() for line in process.stdout if not line.startswith("{"))
        printed = list(itertools.islice(told, 5))
    assert printed[0] == f"sg17kg serves on {address}"
    assert all(line.startswith(address) for line in printed[2:])


def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = subprocess.run(
            [sys.executable, "-m", "sg17kg.cli", "serve", "--port", str(port)], cwd=tmp_path, capture_output=True, text=True, check=False
        )
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "--port" in result.stderr
