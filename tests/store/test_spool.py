"""Answers that wait share one room, and a full disk is called so."""

import errno

import pytest

from sg17kg.errors import StoreBusy, StoreError
from sg17kg.store.spool import LocalSpoolQuota, Spool


def test_all_answers_share_one_room_and_give_it_back() -> None:
    room = LocalSpoolQuota(100)
    first, second = Spool(room), Spool(room)
    first.add(b"a" * 60)
    second.add(b"b" * 40)
    with pytest.raises(StoreBusy, match="all the room"):
        second.add(b"c")
    assert (first.read(58, 10), second.read(0, 3), room.used) == (b"aa", b"bbb", 100)
    first.close()
    first.close()
    assert room.used == 40
    second.add(b"c" * 60)
    first.add(b"nobody reads it any more")
    assert (second.read(39, 2), first.read(0, 1), room.used) == (b"bc", b"", 100)


@pytest.mark.parametrize(("code", "told"), [(errno.ENOSPC, "it is full"), (errno.EDQUOT, "it is full"), (errno.EIO, "Input/output error")])
def test_a_disk_without_room_is_called_so(code: int, told: str) -> None:
    class Full:
        def seek(self, place: int) -> None: ...

        def write(self, content: bytes) -> None:
            raise OSError(code, "Input/output error")

    room = LocalSpoolQuota(100)
    spool = Spool(room)
    spool._file = Full()  # type: ignore[assignment]
    with pytest.raises(StoreError, match=f"disk of this service \\({told}"):
        spool.add(b"a")
    assert room.used == 0
