"""A check of an untrusted file: in a process of its own, which ends at its limits and with its client."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

import pytest

from sg17kg.checks import process
from sg17kg.checks.process import CheckLimits, CheckProcesses
from sg17kg.errors import CheckBusy, CheckError, CheckTimeout, CheckTooLarge, StoreError
from sg17kg.store.remote import Endpoint
from sg17kg.web.process import SingleProcess
from tests import FIXTURES
from tests.patience import PATIENCE, soon, until

SPOILED = FIXTURES / "12-contradictions.txt"


def checks_with(limits: CheckLimits) -> CheckProcesses:
    return CheckProcesses(limits, SingleProcess(0))


def test_the_process_may_write_no_file_and_ends_at_its_memory() -> None:
    probe = (
        "import sys; from sg17kg.checks import child; child.limit()\n"
        "try:\n open(sys.argv[1], 'wb', 0).write(b'x' * 10)\nexcept OSError as error: print(type(error).__name__)\n"
        "try:\n bytearray(2 * 1024**3)\nexcept MemoryError as error: print(type(error).__name__)\n"
    )

    async def run(path: str) -> bytes:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", probe, path, stdout=pipe)
        return (await process.communicate())[0]

    with tempfile.TemporaryDirectory() as folder:
        assert asyncio.run(run(f"{folder}/x")).split() == [b"OSError", b"MemoryError"]
        assert Path(f"{folder}/x").stat().st_size == 0


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that never answers takes the place of the one that checks."""
    monkeypatch.setattr(process, "_COMMAND", ("-c", "import time; time.sleep(600)"))


def test_a_check_that_computes_past_its_deadline_is_late_and_not_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of processor time is that of the service, whatever `--check-seconds` says; the kernel ends a process that passes it."""
    told = "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)"
    monkeypatch.setattr(process, "_COMMAND", ("-c", told))

    async def run() -> None:
        with pytest.raises(CheckTimeout, match="longer than 90 seconds"):
            await checks_with(CheckLimits(seconds=90)).run("a", b"x", None, "json")

    asyncio.run(run())


def test_the_process_gets_as_many_seconds_as_the_service_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    told = (
        "import resource, sys; from sg17kg.checks import child; child.limit(int(sys.argv[1])); "
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    monkeypatch.setattr(process, "_COMMAND", ("-c", told))
    assert asyncio.run(checks_with(CheckLimits(seconds=89.5)).run("a", b"x", None, "json")) == b"90\n"


@pytest.mark.usefixtures("stuck")
def test_past_its_deadline_a_check_is_ended_and_says_so() -> None:
    async def run() -> None:
        with pytest.raises(CheckTimeout, match=r"longer than 0\.3 seconds"):
            await checks_with(CheckLimits(seconds=0.3)).run("a", b"x" * 100_000, None, "json")

    asyncio.run(run())


def test_what_a_check_has_started_ends_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started = tmp_path / "started"
    grandchild = f"import os, time; os.symlink(str(os.getpid()), {str(started)!r}); time.sleep(600)"
    monkeypatch.setattr(process, "_COMMAND", ("-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}])"))

    async def run() -> None:
        task = asyncio.ensure_future(checks_with(CheckLimits(seconds=PATIENCE)).run("a", b"x", None, "json"))
        await soon(started.is_symlink)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    until(lambda: not is_running(int(started.readlink().name)))


def is_running(process: int) -> bool:
    """Whether it is there and does something; one that has ended may wait for a parent to take note."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.usefixtures("stuck")
def test_a_check_whose_client_has_gone_is_ended() -> None:
    async def run() -> bool:
        checks = checks_with(CheckLimits(at_once=1, seconds=PATIENCE))
        task = asyncio.ensure_future(checks.run("a", b"x", None, "json"))
        await soon(checks._free.locked)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return not checks._free.locked()

    assert asyncio.run(run())


@pytest.mark.usefixtures("stuck")
def test_one_too_many_is_told_to_come_again() -> None:
    async def run() -> None:
        checks = checks_with(CheckLimits(at_once=1, waiting=1))
        with checks.place("a"), checks.place("b"), pytest.raises(CheckBusy), checks.place("c"):
            pass
        with checks.place("a"):
            pass

    asyncio.run(run())


@pytest.mark.usefixtures("stuck")
def test_who_waits_too_long_for_a_turn_is_told_to_come_again() -> None:
    async def run() -> list[object]:
        checks = checks_with(CheckLimits(at_once=1, seconds=PATIENCE, patience=0.3))
        first = asyncio.ensure_future(checks.run("a", b"x", None, "json"))
        await soon(checks._free.locked)
        done = await asyncio.gather(*(checks.run("a", b"x", None, "json") for _ in range(2)), return_exceptions=True)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return list(done)

    assert [type(each) for each in asyncio.run(run())] == [CheckBusy, CheckBusy]


@pytest.mark.parametrize(
    ("end", "error", "told"),
    [("os.abort()", CheckTooLarge, "more memory"), ("sys.exit(1)", CheckError, "a fault"), ("sys.exit(13)", CheckTooLarge, "more memory")],
)
def test_a_process_that_dies_is_a_refusal_that_tells_memory_from_faults(
    end: str, error: type[CheckError], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_COMMAND", ("-c", f"import os, sys; sys.stdin.buffer.read(); {end}"))

    async def run() -> None:
        with pytest.raises(CheckError, match=told) as refused:
            await checks_with(CheckLimits()).run("a", b"x", None, "json")
        assert type(refused.value) is error

    asyncio.run(run())


def test_a_store_that_does_not_answer_is_told() -> None:
    async def run() -> None:
        with pytest.raises(StoreError, match="127"):
            await checks_with(CheckLimits(seconds=PATIENCE)).run(
                "a", SPOILED.read_bytes(), Endpoint("http://127.0.0.1:9/query", None, None, None), "json"
            )

    asyncio.run(run())


def test_the_process_knows_no_secrets_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SG17KG_PASSWORD", "secret")
    monkeypatch.setattr(process, "_COMMAND", ("-c", "import os, json; print(json.dumps(dict(os.environ)))"))
    told = json.loads(asyncio.run(checks_with(CheckLimits()).run("a", b"x", None, "json")))
    assert "SG17KG_PASSWORD" not in told


def test_one_client_leaves_places_to_others() -> None:
    checks = checks_with(CheckLimits(of_one=2))
    with checks.place("a"), checks.place("a"), checks.reading("a"), checks.reading("a"):
        for taken in (checks.place, checks.reading):
            with pytest.raises(CheckBusy, match="other files"), taken("a"):
                pass
            with taken("b"):
                pass
    with checks.place("a"), checks.reading("a"):
        pass
