"""A bare Starlette route that returns bytes, as a yardstick: `python -m benchmarks.bare_server FILE PORT [PROCESSES]`.

uvicorn, its loop and its parser are those of `sg17kg serve`.
"""

import os
import socket
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sg17kg.server.process import die_with_parent

if __name__ == "__main__":
    content = Path(sys.argv[1]).read_bytes()

    async def answer(_: Request) -> Response:
        return Response(content, media_type="application/json")

    app = Starlette(routes=[Route("/api/v1/recommendations/{number}", answer), Route("/sparql", answer)])
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, proxy_headers=False)
    processes = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    first = os.getpid()
    for _ in range(processes - 1):
        if os.getpid() == first and not os.fork():
            die_with_parent(first)
    listening = socket.socket()
    # each has a socket of its own: the kernel shares connections out
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind(("127.0.0.1", int(sys.argv[2])))
    uvicorn.Server(config).run(sockets=[listening])
