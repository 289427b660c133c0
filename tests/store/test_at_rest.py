"""A store at rest: killed at any moment, written by two, out of room, broken. It holds the old content or the new, whole."""

import hashlib
import multiprocessing
import os
import random
import resource
import signal
import subprocess
import sys
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from sg17kg.errors import StoreError
from sg17kg.store import embedded, sorted_nquads
from sg17kg.store.base import value
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.store.source import open_source
from sg17kg.store.versions import Versions
from tests import FIXTURES
from tests.patience import PATIENCE, until

KILLS = int(os.environ.get("SG17KG_KILLS", "6"))
SPAWN = multiprocessing.get_context("spawn")


def rows(name: str, count: int = 4000) -> list[bytes]:
    graph = f"<https://w3id.org/sg17kg/graph/circular/2025-2028/{name}>"
    made = (f'<https://example.org/{number}> <https://example.org/p> "{name} {number}" {graph} .\n'.encode() for number in range(count))
    return sorted(made)


OLD, NEW = rows("1"), sorted([*rows("1", 2000), *rows("2")])


def write_for_ever(folder: Path, ready: Event) -> None:
    """A writer that makes the store OLD, then NEW, then OLD … until it is killed."""
    store = EmbeddedStore.at(folder, write=True)
    ready.set()
    while True:
        store.replace(NEW)
        store.replace(OLD)


@pytest.mark.slow
def test_a_store_whose_writer_is_killed_opens_and_is_whole(tmp_path: Path) -> None:
    folder, moment, found = tmp_path / "store", random.Random(20261121), set()
    first = EmbeddedStore.at(folder, write=True)
    first.replace(OLD)
    first.close()
    for _ in range(KILLS):
        ready = SPAWN.Event()
        writer = SPAWN.Process(target=write_for_ever, args=(folder, ready))
        writer.start()
        assert ready.wait(PATIENCE)
        time.sleep(moment.uniform(0, 0.4))
        writer.kill()
        writer.join(PATIENCE)
        assert writer.exitcode == -signal.SIGKILL
        store = EmbeddedStore.at(folder)
        content = store.rows()
        assert content in (OLD, NEW)
        assert len(store.query("SELECT ?s { ?s ?p ?o }").rows()) == len({row.rsplit(b" ", 2)[0] for row in content})
        found.add(store.version)
        store.close()
    assert len(found) <= 2


def ingesting(folder: Path, document: Path) -> list[str]:
    return [sys.executable, "-m", "sg17kg.cli", "ingest", str(document), "--store", str(folder)]


def _wait_for_a_write(versions: Path, process: "subprocess.Popen[bytes]") -> None:
    """Until something appears in the folder, or goes, or the process ends."""
    before = set(versions.iterdir())
    until(lambda: set(versions.iterdir()) != before or process.poll() is not None)


def content(folder: Path) -> bytes:
    store = EmbeddedStore.at(folder)
    try:
        return b"".join(store.rows())
    finally:
        store.close()


@pytest.mark.slow
def test_an_ingest_that_is_killed_leaves_the_old_graph_or_the_new(tmp_path: Path, dataset: Path) -> None:
    """The command itself, with two versions of one document in turn; SG17KG_KILLS=200 takes some ten minutes."""
    folder, moment = tmp_path / "store", random.Random(17)
    text = (FIXTURES.parent / "consequences" / "sixth.txt").read_text("utf-8")
    versions = [tmp_path / "one" / "letter.txt", tmp_path / "two" / "letter.txt"]
    for path, written in zip(versions, (text, text.replace("X.2210", "X.2219")), strict=True):
        path.parent.mkdir()
        path.write_text(written, "utf-8")
    EmbeddedStore.at(folder, write=True, start=dataset / "dataset.nq").close()
    states = []
    for path in (*versions, versions[0]):
        start = time.monotonic()
        subprocess.run(ingesting(folder, path), check=True, capture_output=True)
        took = time.monotonic() - start
        states.append(content(folder))
    assert states[0] == states[2] != states[1]
    ended = 0
    for kill in range(KILLS):
        other = versions[1 - states.index(content(folder))]
        with subprocess.Popen(ingesting(folder, other), stderr=subprocess.DEVNULL) as process:
            if kill == 0:
                pass  # before it has begun, so that one at least is ended
            elif kill % 2:
                time.sleep(moment.uniform(0.3, 1.05) * took)
            else:  # as soon as it writes
                _wait_for_a_write(folder / "versions", process)
            process.kill()
        ended += process.returncode == -signal.SIGKILL
        assert content(folder) in states
    assert ended


def test_a_second_writer_is_told_that_there_is_a_first(tmp_path: Path) -> None:
    first = EmbeddedStore.at(tmp_path / "store", write=True)
    with pytest.raises(StoreError, match="another program writes to it"):
        EmbeddedStore.at(tmp_path / "store", write=True)
    first.close()
    EmbeddedStore.at(tmp_path / "store", write=True).close()


def test_a_reader_sees_what_was_there_when_it_opened(tmp_path: Path) -> None:
    writer = EmbeddedStore.at(tmp_path / "store", write=True)
    writer.replace(OLD)
    reader = EmbeddedStore.at(tmp_path / "store")
    writer.replace(NEW)
    assert reader.rows() == OLD
    assert EmbeddedStore.at(tmp_path / "store").rows() == NEW
    writer.close()


def test_a_copy_is_made_while_another_writes_and_never_over_anything(tmp_path: Path) -> None:
    writer = EmbeddedStore.at(tmp_path / "store", write=True)
    writer.replace(OLD)
    EmbeddedStore.copy(tmp_path / "store", tmp_path / "copy")
    writer.replace(NEW)
    writer.close()
    assert EmbeddedStore.at(tmp_path / "copy").rows() == OLD
    with pytest.raises(StoreError, match="is there already"):
        EmbeddedStore.copy(tmp_path / "store", tmp_path / "copy")


def test_a_folder_of_other_files_does_not_become_a_store(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("a letter", "utf-8")
    with pytest.raises(StoreError, match=r"no store, and it holds other files \(letter\.txt\); name a new folder"):
        EmbeddedStore.at(tmp_path, write=True)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(StoreError, match="no store in this folder; make one"):
        open_source(tmp_path)


@pytest.mark.parametrize("name", [".gitkeep", "lost+found", "versions"])
def test_what_a_first_writer_or_a_file_system_left_is_no_other_file(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    store = EmbeddedStore.at(tmp_path, write=True)
    assert store.is_new
    store.close()


def test_other_files_that_come_to_a_store_do_not_close_it(tmp_path: Path) -> None:
    first = EmbeddedStore.at(tmp_path, write=True)
    first.replace(OLD)
    first.close()
    (tmp_path / "notes.md").write_text("about it", "utf-8")
    again = EmbeddedStore.at(tmp_path, write=True)
    assert (first.is_new, again.is_new) == (True, False)
    again.close()


def test_a_new_store_that_is_discarded_leaves_nothing_that_was_made_for_it(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    store = EmbeddedStore.at(tmp_path / "kept" / "a" / "store", write=True)
    store.replace(OLD)
    store.discard()
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    with pytest.raises(StoreError, match="cannot be opened"):
        EmbeddedStore.at(tmp_path / "file", write=True)
    with pytest.raises(StoreError, match="no store"):
        EmbeddedStore.at(tmp_path / "absent")


def test_a_broken_store_is_named(tmp_path: Path) -> None:
    store = EmbeddedStore.at(tmp_path / "store", write=True)
    store.replace(OLD)
    store.close()
    (version,) = (path for path in (tmp_path / "store" / "versions").iterdir() if path.is_dir())
    for broken in (version / "CURRENT", tmp_path / "store" / "CURRENT"):
        broken.write_bytes(b"nonsense")
        for write in (False, True):
            with pytest.raises(StoreError, match="cannot be opened"):
                EmbeddedStore.at(tmp_path / "store", write=write)


def test_old_versions_go_when_nobody_reads_them(tmp_path: Path) -> None:
    writer = EmbeddedStore.at(tmp_path / "store", write=True)
    writer.replace(OLD)
    reader = EmbeddedStore.at(tmp_path / "store")
    writer.replace(NEW)
    assert sorted(path.name for path in (tmp_path / "store" / "versions").iterdir() if path.is_dir()) == ["1", "2"]
    reader.close()
    writer.replace(OLD)
    assert [path.name for path in (tmp_path / "store" / "versions").iterdir() if path.is_dir()] == ["3"]
    writer.close()


def write_without_room(folder: Path) -> None:
    """Write when no file may grow beyond a few KiB; leave with 7 where the store says so."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = EmbeddedStore.at(folder, write=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 * 1024, 16 * 1024))
    try:
        store.replace(rows("3", 50_000))
    except StoreError as error:
        os._exit(7 if "cannot be written" in str(error) else 8)
    os._exit(0)


def test_without_room_nothing_is_lost(tmp_path: Path) -> None:
    store = EmbeddedStore.at(tmp_path / "store", write=True)
    store.replace(OLD)
    store.close()
    writer = SPAWN.Process(target=write_without_room, args=(tmp_path / "store",))
    writer.start()
    writer.join(120)
    assert writer.exitcode == 7
    assert EmbeddedStore.at(tmp_path / "store").rows() == OLD


def test_a_store_that_was_compacted_holds_the_same(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_COMPACTED_BEYOND", 0)
    EmbeddedStore.at(tmp_path / "store", write=True, start=dataset / "dataset.nq").close()
    store = EmbeddedStore.at(tmp_path / "store")
    assert store.version == EmbeddedStore.from_file(dataset / "dataset.nq").version
    assert b"".join(store.rows()) == (dataset / "dataset.nq").read_bytes()


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_store_that_is_filled_in_parts_holds_every_statement_and_their_union(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorted_nquads, "_BLOCK", 100)
    names = [f"<http://example.org/{number:03}>" for number in range(40)]
    lines = sorted(f"{name} <http://example.org/p> {name} <http://example.org/g{graph}> ." for name in names[:-1] for graph in (1, 2))
    lines.append(f"{names[-1]} <http://example.org/p> {names[-1]} <http://example.org/g1> .")
    (tmp_path / "some.nq").write_text("\n".join(lines) + end, "utf-8")
    EmbeddedStore.at(tmp_path / "store", write=True, start=tmp_path / "some.nq").close()
    store = EmbeddedStore.at(tmp_path / "store")
    assert [row.decode().strip() for row in store.rows()] == lines
    union = store.query("SELECT ?s { ?s ?p ?o }").rows()
    assert sorted(value(row, "s") or "" for row in union) == [name.strip("<>") for name in names]
    assert store.version == hashlib.sha256((tmp_path / "some.nq").read_bytes()).hexdigest()


def test_bytes_that_changed_are_found_and_not_backed_up(dataset: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    EmbeddedStore.at(folder, write=True, start=dataset / "dataset.nq").close()
    assert EmbeddedStore.verify(folder) > 2
    EmbeddedStore.at(folder).close()  # who reads changes nothing
    assert EmbeddedStore.verify(folder) > 2
    (version,) = (path for path in (folder / "versions").iterdir() if path.is_dir())
    for file in sorted(path for path in version.iterdir() if path.name not in ("LOCK", "LOG")):
        content = file.read_bytes()
        for place in {0, len(content) // 2, len(content) - 1} if content else ():
            file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            with pytest.raises(StoreError, match="other bytes than were written"):
                EmbeddedStore.verify(folder)
        file.write_bytes(content)
    table = next(version.glob("*.sst"))
    content = table.read_bytes()
    table.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(StoreError):
        EmbeddedStore.copy(folder, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    table.unlink()
    with pytest.raises(StoreError, match="is absent"):
        EmbeddedStore.verify(folder)


def test_a_new_version_and_a_backup_have_checksums_of_their_own(dataset: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store = EmbeddedStore.at(folder, write=True, start=dataset / "dataset.nq")
    store.replace(store.rows()[:-5])
    store.close()
    assert EmbeddedStore.verify(folder) > 2
    assert sorted(path.name for path in (folder / "versions").glob("*.sha256")) == ["2.sha256"]
    EmbeddedStore.copy(folder, tmp_path / "copy")
    assert EmbeddedStore.verify(tmp_path / "copy") > 2
    next((folder / "versions").glob("*.sha256")).unlink()
    with pytest.raises(StoreError, match="no checksums"):
        EmbeddedStore.verify(folder)
    EmbeddedStore.copy(folder, tmp_path / "another")  # as stores of before


def test_bytes_that_changed_before_the_next_version_are_found_in_it(dataset: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    EmbeddedStore.at(folder, write=True, start=dataset / "dataset.nq").close()
    tables = sorted((folder / "versions" / "1").glob("*.sst"), key=lambda path: path.stat().st_size)
    versions = Versions(folder)
    versions.lock()
    following = versions.begin()
    flipped = (following / tables[0].name).read_bytes()
    (following / tables[0].name).write_bytes(flipped[:-1] + bytes([flipped[-1] ^ 1]))  # a link: both versions have it
    versions.commit(following)
    versions.close()
    with pytest.raises(StoreError, match="other bytes than were written"):
        EmbeddedStore.verify(folder)
