"""Table in anonymous shared memory: rate-limit tokens, places and states of all processes. Made before the first fork.

It holds a slot for each process (its state, who tainted it, what room its answers take, its connections, who has places in it) and the
tokens of clients. Changes are made under a lock of the kernel, which ends with the process that holds it, however that ends.
"""

import fcntl
import hashlib
import mmap
import os
import struct
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from threading import Lock

from sg17kg.web.process import taken

SLOTS = 96
MOST_TAINTED, MOST_OF_ONE_CLIENT = 24, 12
_SLOT = struct.Struct("=qqQq")  # process, state, client that tainted it, bytes of room
_BUCKET = struct.Struct("=Qdd")  # client, tokens, since when
_BUCKETS = 16_384
_TEXT = 512
_COUNTS = struct.Struct(f"={SLOTS}q")  # connections of the process in each slot
_COUNT = struct.Struct("=q")
_NOT_ACCEPTING = 2**62
_COUNTS_AT = _TEXT
_SLOTS_AT = _COUNTS_AT + _COUNTS.size
_KINDS, _PLACES = 8, 24
_CLIENTS = struct.Struct(f"={_PLACES}Q")  # clients that have a place of one kind in one slot
_CLIENT = struct.Struct("=Q")
_PLACES_AT = _SLOTS_AT + SLOTS * _SLOT.size
_BUCKETS_AT = _PLACES_AT + SLOTS * _KINDS * _CLIENTS.size
_SIZE = _BUCKETS_AT + _BUCKETS * _BUCKET.size
_SLOTS_LOCK, _BUCKETS_LOCK = 0, 1


class State(IntEnum):
    """What a process does."""

    FREE = 0
    STARTING = 1
    SERVING = 2
    TAINTED = 3
    DRAINING = 4
    STANDBY = 5


class Table:
    """The table; to be made before a fork, and used by all processes after it."""

    def __init__(self, room: int) -> None:
        self._memory = mmap.mmap(-1, _SIZE)
        _COUNTS.pack_into(self._memory, _COUNTS_AT, *[_NOT_ACCEPTING] * SLOTS)
        self._locks = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the table
        self._threads = Lock()
        self._room = room

    def claim(self) -> int | None:
        """Take a free slot for a process that is about to be forked; None where there is none."""
        with self._locked(_SLOTS_LOCK):
            for slot in range(SLOTS):
                if self._slot(slot)[1] == State.FREE:
                    self._put(slot, os.getpid(), State.STARTING, 0, 0)
                    return slot
        return None

    def mark(self, slot: int, process: int, state: State) -> None:
        """Say what the process of a slot does; FREE gives the slot back."""
        with self._locked(_SLOTS_LOCK):
            _, _, client, room = self._slot(slot)
            self._put(slot, process, state, *((0, 0) if state == State.FREE else (client, room)))

    def taint(self, slot: int, client: str) -> bool:
        """Mark a process as tainted by a client; gives whether there may be so many, in all and of this client."""
        number = _number(client)
        with self._locked(_SLOTS_LOCK):
            process, state, first, room = self._slot(slot)
            tainted = [self._slot(other)[2] for other in range(SLOTS) if other != slot and self._slot(other)[2]]
            self._put(slot, process, State.TAINTED if state != State.DRAINING else State.DRAINING, first or number, room)
        return len(tainted) < MOST_TAINTED and tainted.count(number) < MOST_OF_ONE_CLIENT

    def calm(self, slot: int) -> None:
        """Say that a tainted process computes nothing any more: it may be slow in sending, which costs others nothing."""
        with self._locked(_SLOTS_LOCK):
            process, _, _, room = self._slot(slot)
            self._put(slot, process, State.DRAINING, 0, room)

    def states(self) -> dict[str, int]:
        """Count the processes by state."""
        counted = Counter(State(self._slot(slot)[1]) for slot in range(SLOTS))
        return {state.name.lower(): counted[state] for state in State if state != State.FREE}

    def free(self, process: int) -> None:
        """Give back the slot of a process that has gone."""
        with self._locked(_SLOTS_LOCK):
            for slot in range(SLOTS):
                if self._slot(slot)[0] == process:
                    self._put(slot, 0, State.FREE, 0, 0)

    def connections(self, slot: int, count: int) -> None:
        """Say how many connections a serving process has; each writes its own count alone, so no lock is needed."""
        if self._slot(slot)[1] == State.SERVING:
            _COUNT.pack_into(self._memory, _COUNTS_AT + slot * _COUNT.size, count)

    def fewest(self) -> int:
        """Give how many connections that process has which has the fewest, among those that accept any."""
        return int(min(_COUNTS.unpack_from(self._memory, _COUNTS_AT)))

    def enter(self, slot: int, kind: int, client: str, most: int, of_one: int) -> int | None:
        """Take a place of a kind in a slot; None where all slots, or one client in all of them, have as many as there may be."""
        number = _number(client)
        with self._locked(_SLOTS_LOCK):
            clients = [other for each in range(SLOTS) for other in self._clients(each, kind) if other]
            own = self._clients(slot, kind)
            if len(clients) >= most or clients.count(number) >= of_one or 0 not in own:
                return None
            place = own.index(0)
            self._put_client(slot, kind, place, number)
            return place

    def leave(self, slot: int, kind: int, place: int) -> None:
        """Give a place back."""
        self._put_client(slot, kind, place, 0)

    @property
    def crowded(self) -> bool:
        """Tell whether more than half of the slots are taken."""
        return sum(self._slot(slot)[1] != State.FREE for slot in range(SLOTS)) > SLOTS // 2

    def reserve(self, slot: int, size: int) -> bool:
        """Take room for answers that wait; gives whether there was enough for those of all processes."""
        with self._locked(_SLOTS_LOCK):
            if sum(self._slot(other)[3] for other in range(SLOTS)) + size > self._room:
                return False
            process, state, client, room = self._slot(slot)
            self._put(slot, process, State(state), client, room + size)
            return True

    def release(self, slot: int, size: int) -> None:
        """Give room back."""
        with self._locked(_SLOTS_LOCK):
            process, state, client, room = self._slot(slot)
            self._put(slot, process, State(state), client, max(0, room - size))

    def take(self, client: str, rate: float, burst: float) -> float:
        """Take a token of a client; the seconds until there is one, if there is none.

        A client whose bucket another one has taken begins anew.
        """
        number = _number(client)
        place = _BUCKETS_AT + number % _BUCKETS * _BUCKET.size
        with self._locked(_BUCKETS_LOCK + number % _BUCKETS):
            owner, tokens, since = _BUCKET.unpack_from(self._memory, place)
            granted, tokens, now = taken(tokens, since, rate, burst) if owner == number else taken(burst, 0.0, rate, burst)
            _BUCKET.pack_into(self._memory, place, number, tokens, now)
        return 0.0 if granted else (1 - tokens) / rate

    @property
    def failure(self) -> str:
        """Why the last process that could not begin did not."""
        return self._memory[:_TEXT].rstrip(b"\0").decode("utf-8", "ignore")

    @failure.setter
    def failure(self, why: str) -> None:
        self._memory[:_TEXT] = why.encode()[:_TEXT].ljust(_TEXT, b"\0")

    def _slot(self, slot: int) -> tuple[int, int, int, int]:
        process, state, client, room = _SLOT.unpack_from(self._memory, _SLOTS_AT + slot * _SLOT.size)
        return process, state, client, room

    def _clients(self, slot: int, kind: int) -> tuple[int, ...]:
        return _CLIENTS.unpack_from(self._memory, _PLACES_AT + (slot * _KINDS + kind) * _CLIENTS.size)

    def _put_client(self, slot: int, kind: int, place: int, number: int) -> None:
        _CLIENT.pack_into(self._memory, _PLACES_AT + (slot * _KINDS + kind) * _CLIENTS.size + place * _CLIENT.size, number)

    def _put(self, slot: int, process: int, state: State, client: int, room: int) -> None:
        _SLOT.pack_into(self._memory, _SLOTS_AT + slot * _SLOT.size, process, state, client, room)
        if state != State.SERVING:
            _COUNT.pack_into(self._memory, _COUNTS_AT + slot * _COUNT.size, _NOT_ACCEPTING)
        if state == State.FREE:
            start = _PLACES_AT + slot * _KINDS * _CLIENTS.size
            self._memory[start : start + _KINDS * _CLIENTS.size] = bytes(_KINDS * _CLIENTS.size)

    @contextmanager
    def _locked(self, place: int) -> Iterator[None]:
        with self._threads:  # the kernel's lock is one of processes
            fcntl.lockf(self._locks, fcntl.LOCK_EX, 1, place)
            try:
                yield
            finally:
                fcntl.lockf(self._locks, fcntl.LOCK_UN, 1, place)


def _number(client: str) -> int:
    """Return a number for a client, never 0: addresses themselves are not kept."""
    return int.from_bytes(hashlib.blake2b(client.encode(), digest_size=8).digest()) or 1
