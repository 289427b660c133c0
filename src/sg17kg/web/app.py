"""The application: routes, errors, headers. Made by a factory from what it serves; nothing is global."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate
from pathlib import Path

from anyio import CapacityLimiter
from fastapi import APIRouter, Depends, FastAPI, Request, Response

from sg17kg import __version__
from sg17kg.catalogue.catalogue import Catalogue
from sg17kg.errors import StoreBusy, StoreError
from sg17kg.rendering.page import Cell, Table, page
from sg17kg.store.base import Store, value
from sg17kg.store.opening import Source
from sg17kg.store.workers import QueryWorkers
from sg17kg.web import (
    circulars,
    conflicts,
    descriptions,
    dumps,
    models,
    openapi,
    problems,
    queries,
    questions,
    recommendations,
    sparql,
    things,
)
from sg17kg.web.caching import Validators
from sg17kg.web.dump_files import DumpFiles
from sg17kg.web.parameters import only_known, today
from sg17kg.web.service import Service, service

_WAITING = 16
_DESCRIPTION = "The knowledge graph of ITU-T Study Group 17. Unofficial; not a product of ITU."


def create_app(store: Store, catalogue: Catalogue, dataset: Source) -> FastAPI:
    """The service over a store. `dataset` is its N-Quads file, folder or endpoint; the age of the former is Last-Modified."""
    workers = QueryWorkers(dataset)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        workers.start()
        yield
        workers.stop()

    app = FastAPI(lifespan=lifespan, title="sg17kg", version=__version__, description=_DESCRIPTION, docs_url=None, redoc_url=None)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]
    app.state.service = Service(store, catalogue, dataset, DumpFiles(store), workers, CapacityLimiter(_WAITING))
    problems.install(app)
    for part in (recommendations, questions, circulars, conflicts, queries, sparql, dumps, descriptions):
        app.include_router(part.router)
    for router in (_own_routes(), things.router()):
        app.include_router(router)
    age = dataset.stat().st_mtime if isinstance(dataset, Path) and dataset.exists() else 0
    app.add_middleware(Validators, last_modified=formatdate(age, usegmt=True))
    return app


def _own_routes() -> APIRouter:
    router = APIRouter(dependencies=[Depends(only_known)])
    router.add_api_route("/", home, methods=["GET"], response_class=Response, include_in_schema=False)
    router.add_api_route("/health", health, methods=["GET"], tags=["Operation"])
    router.add_api_route("/ready", ready, methods=["GET"], tags=["Operation"])
    return router


def ready(request: Request) -> models.Ready:
    """Whether the store answers and holds a dataset; 503 where it does not."""
    try:
        version = service(request).store.version
    except StoreError as error:
        raise StoreBusy(str(error)) from error
    if not version:
        raise StoreBusy("the store holds no dataset yet; fill it with `sg17kg load`")
    return models.Ready(status="ready", dataset=version)


def health(request: Request) -> models.Health:
    """Whether the service answers, its version and that of its dataset."""
    return models.Health(status="ok", version=__version__, dataset=service(request).store.version)


def home(request: Request) -> Response:
    """What must be answered now, and where to go on."""
    served = service(request)
    day = today().isoformat()
    rows = [[Cell(value(row, "document") or "", _path(value(row, "document_iri"))), Cell(value(row, "reply_deadline") or "")]
            for row in reversed(served.rows("consultation-deadlines"))]  # fmt: skip
    open_now = [row for row in rows if row[1].text[:10] >= day]
    tables = [
        Table("Open consultations", ("Circular", "Replies due (UTC)"), open_now, "None is open today."),
        Table("All consultations", ("Circular", "Replies due (UTC)"), rows),
        Table("Try", ("Address", "Gives"), [
            (Cell("/rec/X.1280", "/rec/X.1280"), Cell("a Recommendation, and the lines that say so")),
            (Cell("/api/v1/recommendations/X.1280/owner", "/api/v1/recommendations/X.1280/owner"), Cell("who owns it, as JSON")),
            (Cell("/api/v1/queries", "/api/v1/queries"), Cell("questions that the graph answers, with their SPARQL")),
        ]),
    ]  # fmt: skip
    links = [Cell("Dumps", "/dumps/"), Cell("OpenAPI", "/openapi.json"), Cell("Queries", "/api/v1/queries")]
    text = "Recommendations, work items, Questions, circulars and meetings of ITU-T Study Group 17 (security), and which line says what."
    return Response(page("Knowledge graph of ITU-T Study Group 17", text, tables, links), media_type="text/html")


def _path(iri: str | None) -> str:
    return "/" + (iri or "").removeprefix("https://w3id.org/sg17kg/")
