"""A bare Starlette route that returns bytes, as a yardstick: `python -m benchmarks.bare_server FILE PORT`.

uvicorn, its loop and its parser are those of `sg17kg serve`.
"""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

if __name__ == "__main__":
    content = Path(sys.argv[1]).read_bytes()

    async def answer(_: Request) -> Response:
        return Response(content, media_type="application/json")

    app = Starlette(routes=[Route("/api/v1/recommendations/{number}", answer), Route("/sparql", answer)])
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_config=None, access_log=False, server_header=False, proxy_headers=False)
