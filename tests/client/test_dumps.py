"""Dumps that break off, lie, or are loaded twice: whole in the end, or not there."""

import hashlib
from pathlib import Path

import pytest

from sg17kg.client import BadArgument, BadRequest, Client, ConnectError, IncompleteResponse, InvalidResponse
from tests.client.stranger import Said, Stranger, said

CONTENT = bytes(range(256)) * 40
SUM = hashlib.sha256(CONTENT).hexdigest()
PART = f".x.nq.{SUM[:16]}.part"


def offer(stranger: Stranger, *answers: Said, sha256: str = SUM, size: int = len(CONTENT)) -> None:
    """What /dumps/ lists, and what comes under the name x.nq."""
    entry = {"url": f"{stranger.address}/dumps/x.nq", "media_type": "application/n-quads", "bytes": size, "sha256": sha256}
    stranger.says("/dumps/", said({"items": [entry], "next": None, "total": 1, "fingerprint": sha256}))
    stranger.says("/dumps/x.nq", *answers)


def rest(begin: int, end: int | None = None) -> Said:
    """The part that begins there; `end`: the connection breaks there."""
    headers = {"Content-Range": f"bytes {begin}-{len(CONTENT) - 1}/{len(CONTENT)}"}
    return Said(CONTENT[begin:], 206, headers, cut=None if end is None else end - begin)


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_broke_off_goes_on_where_it_was(stranger: Stranger, led: Client, tmp_path: Path) -> None:
    offer(stranger, Said(CONTENT, cut=1000), rest(1000, end=5000), rest(5000))
    assert led.dump("x.nq", tmp_path).read_bytes() == CONTENT
    assert stranger.heard("range") == [None, None, "bytes=1000-", "bytes=5000-"]
    assert left(tmp_path) == ["x.nq"]


def test_breaks_do_not_count_while_something_comes(stranger: Stranger, tmp_path: Path) -> None:
    offer(stranger, Said(CONTENT, cut=1000), rest(1000, end=2000), rest(2000, end=3000), rest(3000))
    with Client(stranger.address, retries=1) as client:
        assert client.dump("x.nq", tmp_path).read_bytes() == CONTENT


def test_a_service_without_ranges_sends_it_from_the_beginning(stranger: Stranger, led: Client, tmp_path: Path) -> None:
    offer(stranger, Said(CONTENT, cut=1000), Said(CONTENT))
    assert led.dump("x.nq", tmp_path).read_bytes() == CONTENT


def test_a_later_call_goes_on_too(stranger: Stranger, tmp_path: Path) -> None:
    offer(stranger, Said(CONTENT, cut=1000), Said(cut=-1))
    with Client(stranger.address, retries=1) as client:
        with pytest.raises(ConnectError):
            client.dump("x.nq", tmp_path)
        assert left(tmp_path) == [PART]
        offer(stranger, rest(1000))
        assert client.dump("x.nq", tmp_path).read_bytes() == CONTENT
    assert left(tmp_path) == ["x.nq"]


def test_a_wrong_sum_leaves_what_was_there_before(stranger: Stranger, led: Client, tmp_path: Path) -> None:
    (tmp_path / "x.nq").write_bytes(b"before")
    offer(stranger, Said(CONTENT[::-1]))
    with pytest.raises(InvalidResponse, match="SHA-256"):
        led.dump("x.nq", tmp_path)
    assert left(tmp_path) == ["x.nq"]
    assert (tmp_path / "x.nq").read_bytes() == b"before"


def test_a_dump_that_never_comes_whole_is_given_up(stranger: Stranger, led: Client, tmp_path: Path) -> None:
    offer(stranger, Said(CONTENT, cut=1000))
    with pytest.raises(IncompleteResponse):
        led.dump("x.nq", tmp_path)
    assert "x.nq" not in left(tmp_path)


@pytest.mark.parametrize(
    ("answer", "said_so"),
    [
        (Said(CONTENT + b"more"), "longer"),
        (Said(CONTENT[:-1]), "ends after"),
        (Said(b"", 206, {"Content-Range": "bytes 0-0/1"}), "ends after"),
        (Said(CONTENT, 206, {"Content-Range": "bytes 7-9/10"}), "another part"),
        (Said(CONTENT, 206), "another part"),
        (Said(CONTENT, headers={"Content-Encoding": "gzip"}), "packed"),
        (Said(status=302, headers={"Location": "/elsewhere"}), "302"),
    ],
    ids=["longer", "shorter", "empty", "elsewhere", "nowhere", "packed", "redirect"],
)
def test_what_is_not_the_file_is_not_taken_for_it(answer: Said, said_so: str, stranger: Stranger, led: Client, tmp_path: Path) -> None:
    offer(stranger, answer)
    with pytest.raises(InvalidResponse, match=said_so):
        led.dump("x.nq", tmp_path)
    assert "x.nq" not in left(tmp_path)


def test_a_range_that_there_is_not_is_an_error(stranger: Stranger, led: Client, tmp_path: Path) -> None:
    offer(stranger, Said(b"", 416))
    with pytest.raises(BadRequest, match="416"):
        led.dump("x.nq", tmp_path)


def test_an_empty_file_is_a_file(stranger: Stranger, led: Client, tmp_path: Path) -> None:
    offer(stranger, Said(b""), sha256=hashlib.sha256(b"").hexdigest(), size=0)
    assert led.dump("x.nq", tmp_path).read_bytes() == b""


def test_two_programs_do_not_write_one_file(stranger: Stranger, led: Client, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    offer(stranger, Said(CONTENT))
    with (tmp_path / PART).open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BadArgument, match="another program"):
            led.dump("x.nq", tmp_path)
    assert led.dump("x.nq", tmp_path).read_bytes() == CONTENT


def test_a_disk_that_cannot_be_written_is_said_to_be_so(stranger: Stranger, led: Client, tmp_path: Path) -> None:
    offer(stranger, Said(CONTENT))
    with pytest.raises(FileNotFoundError):
        led.dump("x.nq", tmp_path / "no such folder" / "x.nq")


@pytest.mark.parametrize("name", ["/..", "/", "/.x", "\\x", "/x%2Fy"])
def test_a_list_of_dumps_with_paths_in_it_is_nonsense(name: str, stranger: Stranger, led: Client) -> None:
    entry = {"url": f"{stranger.address}/dumps{name}", "media_type": "text/csv", "bytes": 1, "sha256": SUM}
    stranger.says("/dumps/", said({"items": [entry]}))
    with pytest.raises(InvalidResponse):
        led.dumps()


@pytest.mark.parametrize("content", [[], {}, {"items": [{}]}, {"items": [{"url": 1, "media_type": "t", "bytes": 1, "sha256": SUM}]}])
def test_a_list_of_dumps_that_is_none(content: object, stranger: Stranger, led: Client) -> None:
    stranger.says("/dumps/", said(content))
    with pytest.raises(InvalidResponse):
        led.dumps()
