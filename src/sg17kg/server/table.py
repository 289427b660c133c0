"""Table in anonymous shared memory: rate-limit tokens, places and states of all processes. Created before the first fork.

It holds a slot for each process (its state, the client that tainted it, the bytes of its waiting responses, its connections, the clients
that have places in it) and the tokens of clients. Changes are made under a lock of the kernel, which is released when its process ends.
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
_SLOT = struct.Struct("=qqQq")  # process, state, client that tainted it, bytes reserved for responses
_BUCKET = struct.Struct("=Qdd")  # client, tokens, time of the last change
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
    """State of a process."""

    FREE = 0
    STARTING = 1
    SERVING = 2
    TAINTED = 3
    DRAINING = 4
    STANDBY = 5


class SharedTable:
    """The table. It must be created before a fork; all processes use it after the fork."""

    def __init__(self, room: int) -> None:
        self._memory = mmap.mmap(-1, _SIZE)
        _COUNTS.pack_into(self._memory, _COUNTS_AT, *[_NOT_ACCEPTING] * SLOTS)
        self._locks = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the table
        self._threads = Lock()
        self._room = room

    def claim(self) -> int | None:
        """Claim a free slot for a process that is about to be forked. Return None if there is none."""
        with self._locked(_SLOTS_LOCK):
            for slot in range(SLOTS):
                if self._slot(slot)[1] == State.FREE:
                    self._put(slot, os.getpid(), State.STARTING, 0, 0)
                    return slot
        return None

    def mark(self, slot: int, process: int, state: State) -> None:
        """Set the process and state of a slot. FREE releases the slot."""
        with self._locked(_SLOTS_LOCK):
            _, _, client, room = self._slot(slot)
            self._put(slot, process, state, *((0, 0) if state == State.FREE else (client, room)))

    def taint(self, slot: int, client: str) -> bool:
        """Mark a process as tainted by a client. Return whether the limits allow it, in all and for this client."""
        number = _number(client)
        with self._locked(_SLOTS_LOCK):
            process, state, first, room = self._slot(slot)
            tainted = [self._slot(other)[2] for other in range(SLOTS) if other != slot and self._slot(other)[2]]
            self._put(slot, process, State.TAINTED if state != State.DRAINING else State.DRAINING, first or number, room)
        return len(tainted) < MOST_TAINTED and tainted.count(number) < MOST_OF_ONE_CLIENT

    def calm(self, slot: int) -> None:
        """Mark a tainted process as draining once it computes nothing: slow transfers do not slow down others."""
        with self._locked(_SLOTS_LOCK):
            process, _, _, room = self._slot(slot)
            self._put(slot, process, State.DRAINING, 0, room)

    def states(self) -> dict[str, int]:
        """Return the number of processes by state."""
        counted = Counter(State(self._slot(slot)[1]) for slot in range(SLOTS))
        return {state.name.lower(): counted[state] for state in State if state != State.FREE}

    def free(self, process: int) -> None:
        """Release the slot of a process that has exited, and the slots of all others that no longer exist.

        A loader that ends between waiting for a server and releasing its slot leaves it, and nobody else waits for that server.
        """
        with self._locked(_SLOTS_LOCK):
            for slot in range(SLOTS):
                owner, state, _, _ = self._slot(slot)
                if state != State.FREE and (owner == process or not _exists(owner)):
                    self._put(slot, 0, State.FREE, 0, 0)

    def connections(self, slot: int, count: int) -> None:
        """Set the number of connections of a serving process. No lock is needed, because each process writes only its own count."""
        if self._slot(slot)[1] == State.SERVING:
            _COUNT.pack_into(self._memory, _COUNTS_AT + slot * _COUNT.size, count)

    def fewest(self) -> int:
        """Return the smallest number of connections of any process that accepts connections."""
        return int(min(_COUNTS.unpack_from(self._memory, _COUNTS_AT)))

    def enter(self, slot: int, kind: int, client: str, most: int, of_one: int) -> int | None:
        """Take a place of a kind in a slot. Return None if all slots, or one client over all slots, have reached the limit."""
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
        """Release a place."""
        self._put_client(slot, kind, place, 0)

    @property
    def crowded(self) -> bool:
        """Whether more than half of the slots are taken."""
        return sum(self._slot(slot)[1] != State.FREE for slot in range(SLOTS)) > SLOTS // 2

    def reserve(self, slot: int, size: int) -> bool:
        """Reserve bytes for waiting responses. Return whether the limit over all processes allows it."""
        with self._locked(_SLOTS_LOCK):
            if sum(self._slot(other)[3] for other in range(SLOTS)) + size > self._room:
                return False
            process, state, client, room = self._slot(slot)
            self._put(slot, process, State(state), client, room + size)
            return True

    def release(self, slot: int, size: int) -> None:
        """Release reserved bytes."""
        with self._locked(_SLOTS_LOCK):
            process, state, client, room = self._slot(slot)
            self._put(slot, process, State(state), client, max(0, room - size))

    def take(self, client: str, rate: float, burst: float) -> float:
        """Take a token of a client. Return 0.0, or the seconds until the next token if there is none.

        A client whose bucket another client has taken starts with a full one.
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
        """The reason of the last failed start of a process; empty after a successful one."""
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
        with self._threads:  # the lock of the kernel excludes processes, not threads
            fcntl.lockf(self._locks, fcntl.LOCK_EX, 1, place)
            try:
                yield
            finally:
                fcntl.lockf(self._locks, fcntl.LOCK_UN, 1, place)


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _number(client: str) -> int:
    """Return a number for a client, never 0. Addresses themselves are not stored."""
    return int.from_bytes(hashlib.blake2b(client.encode(), digest_size=8).digest()) or 1
