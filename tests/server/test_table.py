"""The table that processes share: limits hold over all of them, and end with none of them."""

import os
import signal
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from sg17kg.server.table import MOST_OF_ONE_CLIENT, MOST_TAINTED, SLOTS, SharedTable, State


def forked(action: Callable[[], int]) -> int:
    """What an action in another process comes to, as its exit status."""
    number = os.fork()
    if number == 0:
        os._exit(action())
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def test_tokens_are_those_of_a_client_and_not_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sg17kg.web.process.time", SimpleNamespace(monotonic=lambda: 100.0))
    table = SharedTable(0)
    here = [table.take("client", 5, 10) for _ in range(6)]
    there = forked(lambda: sum(table.take("client", 5, 10) == 0 for _ in range(10)))
    assert here == [0.0] * 6
    assert there == 4
    assert table.take("client", 5, 10) > 0
    assert table.take("another", 5, 10) == 0
    monkeypatch.setattr("sg17kg.web.process.time", SimpleNamespace(monotonic=lambda: 101.0))
    assert forked(lambda: sum(table.take("client", 5, 10) == 0 for _ in range(10))) == 5


def test_a_slot_is_one_process() -> None:
    table = SharedTable(0)
    slots = [table.claim() for _ in range(SLOTS)]
    assert sorted(slot for slot in slots if slot is not None) == list(range(SLOTS))
    assert table.claim() is None
    table.mark(7, 4711, State.SERVING)
    assert table.states() == {"starting": SLOTS - 1, "serving": 1, "tainted": 0, "draining": 0, "standby": 0}
    table.free(4711)
    assert table.claim() == 7


def test_so_many_may_be_tainted_of_one_client_and_in_all() -> None:
    table = SharedTable(0)
    slots = [slot for _ in range(SLOTS) if (slot := table.claim()) is not None]
    granted = [table.taint(slot, "one") for slot in slots[: MOST_OF_ONE_CLIENT + 3]]
    assert granted == [True] * MOST_OF_ONE_CLIENT + [False] * 3
    for slot in slots[MOST_OF_ONE_CLIENT : MOST_OF_ONE_CLIENT + 3]:  # those that were refused end
        table.mark(slot, os.getpid(), State.FREE)
    others = [forked(lambda slot=slot: table.taint(slot, f"client {slot}")) for slot in slots[30 : 30 + MOST_TAINTED]]  # type: ignore[misc]
    assert sum(others) == MOST_TAINTED - MOST_OF_ONE_CLIENT
    for slot in slots[30 + MOST_TAINTED - MOST_OF_ONE_CLIENT : 30 + MOST_TAINTED]:
        table.mark(slot, os.getpid(), State.FREE)
    assert not table.taint(slots[60], "one")
    table.mark(slots[60], os.getpid(), State.FREE)
    table.calm(slots[0])
    assert table.taint(slots[60], "one")
    assert table.states()["draining"] == 1


def test_room_is_that_of_all_processes_and_comes_back_with_a_slot() -> None:
    table = SharedTable(100)
    first, second = table.claim(), table.claim()
    assert first is not None
    assert second is not None
    assert table.reserve(first, 60)
    assert forked(lambda: table.reserve(second, 41)) == 0
    assert forked(lambda: table.reserve(second, 40)) == 1
    assert not table.reserve(first, 1)
    table.release(first, 10)
    assert table.reserve(second, 10)
    table.mark(second, 0, State.FREE)  # however it ended
    assert table.reserve(first, 50)


def test_a_process_that_is_killed_holds_no_lock() -> None:
    table = SharedTable(0)
    read, write = os.pipe()
    number = os.fork()
    if number == 0:
        with table._locked(0):
            os.write(write, b"x")
            signal.pause()
    os.read(read, 1)
    os.kill(number, signal.SIGKILL)
    os.waitpid(number, 0)
    assert table.claim() == 0


def test_a_failure_is_told_to_all_and_cut() -> None:
    table = SharedTable(0)
    table.failure = "no store: " + "ä" * 1000

    def told() -> int:
        return table.failure.startswith("no store: ää")

    assert forked(told) == 1
    table.failure = ""
    assert table.failure == ""


def test_places_are_counted_over_all_processes() -> None:
    table = SharedTable(0)
    first, second = table.claim(), table.claim()
    assert first is not None
    assert second is not None
    place = table.enter(first, 0, "a", 3, 2)
    assert place is not None
    assert table.enter(second, 0, "a", 3, 2) is not None
    assert table.enter(second, 0, "a", 3, 2) is None  # those of one client
    assert table.enter(second, 0, "b", 3, 2) is not None
    assert table.enter(first, 0, "c", 3, 2) is None  # all
    assert table.enter(first, 1, "a", 3, 2) is not None  # another kind
    table.leave(first, 0, place)
    assert table.enter(first, 0, "c", 3, 2) is not None
    table.mark(second, 0, State.FREE)  # a process that goes gives its places back
    assert table.enter(first, 0, "b", 3, 2) is not None


def test_that_process_accepts_which_has_the_fewest_connections() -> None:
    table = SharedTable(0)
    slots = [table.claim() or 0 for _ in range(3)]
    assert table.fewest() > 1_000_000  # nobody accepts any
    for slot, held in zip(slots, (5, 3, 4), strict=True):
        table.mark(slot, slot + 1, State.SERVING)
        table.connections(slot, held)
    assert table.fewest() == 3
    table.taint(slots[1], "a")
    assert table.fewest() == 4
    table.connections(slots[1], 0)  # it accepts no more
    assert table.fewest() == 4


def test_slots_of_processes_that_are_gone_are_given_back() -> None:
    table = SharedTable(0)
    slot = table.claim()
    assert slot is not None
    gone = os.fork()
    if gone == 0:
        os._exit(0)
    os.waitpid(gone, 0)
    table.mark(slot, gone, State.SERVING)
    table.connections(slot, 3)
    assert table.fewest() == 3
    kept = table.claim()
    assert kept is not None
    table.mark(kept, os.getpid(), State.STANDBY)
    table.free(1 << 22)
    assert table.states() == {"starting": 0, "serving": 0, "tainted": 0, "draining": 0, "standby": 1}
    assert table.fewest() > 3
