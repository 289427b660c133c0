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
    """One process of a service; processes that serve the same dataset share limits.

    `count`: the number of processes that serve at once. `several`: whether other processes count beside this one, even if only temporarily.
    `dumps`: the shared folder of dumps; None if each process makes its own. `preloaded`: Unix socket of the process that has loaded the
    dataset for checks; None if each check loads it.
    """

    count: int
    several: bool
    dumps: Path | None
    preloaded: Path | None
    spool_quota: SpoolQuota

    def closes_connection(self) -> bool:
        """Return whether to close the connection after the response that begins now. Call this once for each response."""
        ...

    def states(self) -> dict[str, int]:
        """Return the number of processes of the service by state: starting, standby, serving, tainted, draining."""
        ...

    def failure(self) -> str:
        """Return why the last process that failed to start did so; an empty string if all started."""
        ...

    def take(self, client: str, rate: float, burst: float) -> float:
        """Take a token of a client, refilled at `rate` tokens a second up to `burst`. Return the seconds to wait, 0 if there was one."""
        ...

    def enter(self, kind: int, client: str, most: int, of_one: int) -> int | None:
        """Take a place of a kind (0 to 7), with `most` places in all and `of_one` for each client. Return None if none is free."""
        ...

    def leave(self, kind: int, place: int) -> None:
        """Release a place."""
        ...


class SingleProcess:
    """A service with one process, which is never replaced."""

    def __init__(self, spool_quota: int) -> None:
        self.count = 1
        self.several = False
        self.dumps: Path | None = None
        self.preloaded: Path | None = None
        self.spool_quota: SpoolQuota = LocalSpoolQuota(spool_quota)
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
    """Take a token from a bucket last updated at `since`. Return whether there was one, the tokens left, and the current time."""
    now = time.monotonic()
    tokens = min(burst, tokens + max(0.0, now - since) * rate)
    return tokens >= 1, tokens - 1 if tokens >= 1 else tokens, now
