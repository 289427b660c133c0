"""Waiting for what must happen, however slow or busy the machine. No test hopes that something has happened after so many seconds."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sg17kg.checks.process import CheckLimits
from sg17kg.store.limits import Limits
from sg17kg.web.serving import Settings

# longer than anything takes on a machine that has ten other things to do; only what hangs comes to it
PATIENCE = 600.0
_LOOK = 0.02
# a service whose queries and checks are not ended because the machine is busy
PATIENT = Settings(limits=Limits(seconds=PATIENCE), checks=CheckLimits(seconds=PATIENCE))


def until(what: Callable[[], object]) -> None:
    """Wait until it is so."""
    for _ in range(int(PATIENCE / _LOOK)):
        if what():
            return
        time.sleep(_LOOK)
    raise AssertionError(f"{what} did not come")


async def soon(what: Callable[[], object]) -> None:
    """Wait until it is so, while the event loop goes on."""
    for _ in range(int(PATIENCE / _LOOK)):
        if what():
            return
        await asyncio.sleep(_LOOK)
    raise AssertionError(f"{what} did not come")


class _TooMuchWork(BaseException):
    """No error of the program: nothing catches it on the way."""


@contextmanager
def processor_seconds(most: float) -> Iterator[None]:
    """Fail where the block takes more seconds of the processor than that; what others do on the machine does not count."""

    def end(*_: object) -> None:
        raise _TooMuchWork

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, most)
    try:
        yield
    except _TooMuchWork:
        raise AssertionError(f"it takes more than {most:g} seconds of the processor") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
