"""An answer costs one write; what is held of it is never forgotten."""

import asyncio

import pytest

from sg17kg.web.middleware.joined_writes import JoinedWrites

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


class Recording(asyncio.Transport):
    """A transport that notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[bytes | str] = []

    def write(self, data: bytes) -> None:  # type: ignore[override]
        self.told.append(data)

    def writelines(self, list_of_data: tuple[bytes, ...]) -> None:  # type: ignore[override]
        self.told.append(b"".join(list_of_data))

    def write_eof(self) -> None:
        self.told.append("end")

    def close(self) -> None:
        self.told.append("closed")


async def told(*steps: bytes | str) -> list[bytes | str]:
    """What a transport is told in a turn of the event loop in which these are written (`end` and `close` are calls), and after it."""
    inner = Recording()
    joined = JoinedWrites(inner, asyncio.get_running_loop())
    for step in steps:
        if isinstance(step, bytes):
            joined.write(step)
        elif step == "end":
            joined.write_eof()
        else:
            joined.close()
    await asyncio.sleep(0)
    return inner.told


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((HEAD, b"body"), [HEAD + b"body"]),
        ((HEAD, b"one", b"two"), [HEAD + b"one", b"two"]),
        ((HEAD,), [HEAD]),  # the body comes later
        ((HEAD, b""), [HEAD]),
        ((HEAD, "close"), [HEAD, "closed"]),
        ((HEAD, "end"), [HEAD, "end"]),
        ((HEAD, b"a", HEAD, b"b"), [HEAD + b"a", HEAD + b"b"]),
        ((b"piece",), [b"piece"]),
    ],
)
def test_head_and_body_are_one_write(steps: tuple[bytes | str, ...], expected: list[bytes | str]) -> None:
    assert asyncio.run(told(*steps)) == expected
