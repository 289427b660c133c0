"""pyoxigraph behind a socket and nothing else, as a yardstick: `python -m benchmarks.bare_sparql QUADS PORT`.

Two processes take requests apart themselves, `GET …?query=…` alone, and answer one after the other. There is no limit, no check, no
negotiation, no log, and a query that does not end holds half of the clients: what this does not reach, no server in Python can.
"""

import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote_to_bytes

from sg17kg.store.embedded import EmbeddedStore

_SHARE = 8  # half of the connections of the benchmark to each
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/sparql-results+json\r\ncontent-length: %d\r\n\r\n"


def serve(store: EmbeddedStore, listening: socket.socket) -> None:
    """Answer for ever."""
    selector = selectors.DefaultSelector()
    selector.register(listening, selectors.EVENT_READ)
    clients = 0
    while True:
        for key, _ in selector.select():
            if key.fileobj is listening:
                with suppress(BlockingIOError):
                    connection, _ = listening.accept()
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    selector.register(connection, selectors.EVENT_READ)
                    clients += 1
                    if clients == _SHARE:  # the others are the other process's
                        selector.unregister(listening)
                continue
            assert isinstance(key.fileobj, socket.socket)
            if not _answer(store, key.fileobj):
                selector.unregister(key.fileobj)
                key.fileobj.close()
                if clients == _SHARE:
                    selector.register(listening, selectors.EVENT_READ)
                clients -= 1


def _answer(store: EmbeddedStore, connection: socket.socket) -> bool:
    """Whether there was something to answer, and somebody to take it."""
    try:
        request = connection.recv(65536)
        start = request.find(b"query=") + len(b"query=")
        if not request:
            return False
        content = store.query(unquote_to_bytes(request[start : request.index(b" ", start)]).decode()).serialize("json")
        connection.sendall(_HEAD % len(content) + content)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    held = EmbeddedStore.from_file(Path(sys.argv[1]))
    with socket.create_server(("127.0.0.1", int(sys.argv[2]))) as door:
        door.setblocking(False)
        second = os.fork()
        try:
            serve(held, door)
        finally:
            if second:
                os.kill(second, signal.SIGTERM)
