"""Interface between the application and the server process in which it runs."""

import time
from collections import OrderedDict
from itertools import count
from pathlib import Path
from typing import Protocol

from sg17kg.store.computing import ProcessMonitor
from sg17kg.store.spool import LocalSpoolQuota, SpoolQuota

_CLIENTS = 10_000


class Process(ProcessMonitor, Protocol):
    """One process of a service; several that serve one dataset share limits.

    `count`: how many serve at once. `several`: whether others count beside it, if only for a while. `dumps`: the folder of dumps that they
    share; None where each makes its own.
    """

    count: int
    several: bool
    dumps: Path | None
    room: SpoolQuota

    def closes_connection(self) -> bool:
        """Return whether the connection of the answer that begins now is to be closed after it. To be called once for each answer."""
        ...

    def states(self) -> dict[str, int]:
        """Count the processes of the service by state: starting, standby, serving, tainted, draining."""
        ...

    def failure(self) -> str:
        """Say why the last process that could not begin did not; empty where all began."""
        ...

    def take(self, client: str, rate: float, burst: float) -> float:
        """Take one of the tokens of a client, which come at a rate a second; the seconds until there is one, if there is none."""
        ...

    def enter(self, kind: int, client: str, most: int, of_one: int) -> int | None:
        """Take a place of a kind (0 to 7), of which there are `most` in all and `of_one` for each client; None where there is none."""
        ...

    def leave(self, kind: int, place: int) -> None:
        """Give a place back."""
        ...


class SingleProcess:
    """A service of one process, which nobody replaces."""

    def __init__(self, room: int) -> None:
        self.count = 1
        self.several = False
        self.dumps: Path | None = None
        self.room: SpoolQuota = LocalSpoolQuota(room)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._places: dict[tuple[int, int], str] = {}
        self._numbers = count()

    def closes_connection(self) -> bool:
        """See Process."""
        return False

    def states(self) -> dict[str, int]:
        """See Process."""
        return {"serving": 1}

    def failure(self) -> str:
        """See Process."""
        return ""

    def slow(self, computation: object) -> bool:  # noqa: ARG002 - see ProcessMonitor
        """See ProcessMonitor."""
        return True

    def late(self, computation: object) -> None:
        """See ProcessMonitor."""

    def take(self, client: str, rate: float, burst: float) -> float:
        """See Process."""
        tokens, since = self._buckets.pop(client, (burst, time.monotonic()))
        granted, tokens, now = taken(tokens, since, rate, burst)
        self._buckets[client] = (tokens, now)
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if granted else (1 - tokens) / rate

    def enter(self, kind: int, client: str, most: int, of_one: int) -> int | None:
        """See Process."""
        clients = [other for (of, _), other in self._places.items() if of == kind]
        if len(clients) >= most or clients.count(client) >= of_one:
            return None
        place = next(self._numbers)
        self._places[kind, place] = client
        return place

    def leave(self, kind: int, place: int) -> None:
        """See Process."""
        del self._places[kind, place]


def taken(tokens: float, since: float, rate: float, burst: float) -> tuple[bool, float, float]:
    """Take a token from a bucket as it was at a moment; gives whether there was one, the tokens left, and the moment of now."""
    now = time.monotonic()
    tokens = min(burst, tokens + max(0.0, now - since) * rate)
    return tokens >= 1, tokens - 1 if tokens >= 1 else tokens, now
