"""GET /dumps/: the dataset as files, with their SHA-256."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from sg17kg.errors import NotFound
from sg17kg.rendering.page import Cell, Table, page
from sg17kg.web.parameters import only_known
from sg17kg.web.service import Service, service

router = APIRouter(prefix="/dumps", tags=["Dumps"], dependencies=[Depends(only_known)])
Served = Annotated[Service, Depends(service)]


@router.get("/", response_class=Response)
def index(request: Request, served: Served) -> Response:
    """The files: address, media type, size and SHA-256; a page for browsers, JSON for programs."""
    rows = [(name, entry.media_type, *served.dumps.measures(name)) for name, entry in served.dumps.names.items()]
    if "text/html" in request.headers.get("accept", ""):
        cells = [[Cell(name, f"/dumps/{name}"), Cell(kind), Cell(str(size)), Cell(digest)] for name, kind, size, digest in rows]
        table = Table("Files", ("File", "Media type", "Bytes", "SHA-256"), cells)
        text = "N-Quads, TriG and JSON-LD keep the named graphs; the other formats hold their union."
        return Response(page("Dumps", text, [table], [Cell("sg17kg", "/")]), media_type="text/html", headers={"Vary": "Accept"})
    items = [{"url": str(request.url_for("dump", name=n)), "media_type": kind, "bytes": size, "sha256": d} for n, kind, size, d in rows]
    return Response(
        json.dumps({"items": items, "next": None, "total": len(items)}, indent=1), media_type="application/json", headers={"Vary": "Accept"}
    )


@router.get("/{name}", response_class=Response)
def dump(name: str, served: Served) -> Response:
    """One file."""
    entry = served.dumps.names.get(name)
    if entry is None:
        raise NotFound(f"no dump {name!r}; there are: {', '.join(served.dumps.names)}")
    return Response(served.dumps.content(name), media_type=entry.media_type)
