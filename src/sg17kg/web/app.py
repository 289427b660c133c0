"""The application: routes, errors, headers. Made by a factory from what it serves; nothing is global."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sg17kg import __version__, assets
from sg17kg.catalogue.catalogue import Catalogue
from sg17kg.errors import StoreBusy, StoreError
from sg17kg.rendering.linked_data import Context
from sg17kg.rendering.page import Cell, Table, page
from sg17kg.search.making import FILE, CurrentIndex
from sg17kg.store.base import Store, value
from sg17kg.store.limits import Limits
from sg17kg.store.opening import Source, pinned
from sg17kg.store.remote import Endpoint
from sg17kg.store.workers import QueryWorkers
from sg17kg.web import (
    circulars,
    conflicts,
    descriptions,
    dumps,
    evidence,
    finding,
    meetings,
    models,
    openapi,
    problems,
    queries,
    questions,
    recommendations,
    things,
    vocabulary,
    work_items,
)
from sg17kg.web.access import Access, Log
from sg17kg.web.caching import Caching, KeptAnswers
from sg17kg.web.dump_files import DumpFiles
from sg17kg.web.metrics import MEDIA_TYPE as METRICS
from sg17kg.web.metrics import Metrics
from sg17kg.web.parameters import only_known, today
from sg17kg.web.service import Service, service
from sg17kg.web.sparql import SparqlEndpoint

_DESCRIPTION = "The knowledge graph of ITU-T Study Group 17. Unofficial; not a product of ITU."


@dataclass(frozen=True)
class Settings:
    """How a service runs: processes and limits for ad-hoc queries, bytes of answers to keep, where its log goes (None: nowhere), the
    address under which clients reach it (None: as they say themselves).
    """

    workers: int = 2
    limits: Limits = field(default_factory=Limits)
    kept: int = 64 * 1024**2
    log: Log | None = None
    public_url: str | None = None


def create_app(store: Store, catalogue: Catalogue, dataset: Source, settings: Settings | None = None) -> ASGIApp:
    """The service over a store. `dataset` is its N-Quads file, folder or endpoint; the age of the former is Last-Modified.

    From the outside in: requests are named, logged and counted (access), answered from what is kept (caching), /sparql goes to
    the workers, everything else to the routes.
    """
    chosen = settings or Settings()
    workers = QueryWorkers(pinned(store, dataset), chosen.workers, chosen.limits)
    # nobody tells this service when a remote store changes
    kept = KeptAnswers(most=0 if isinstance(dataset, Endpoint) else chosen.kept)
    index = CurrentIndex(store, catalogue, dataset.with_name(FILE) if isinstance(dataset, Path) and dataset.is_file() else None)
    context = assets.folder("ontology") / "context.jsonld"
    served = Service(store, catalogue, dataset, DumpFiles(store, catalogue), workers, index, context.read_bytes(), Context.read(context))
    metrics = Metrics(workers, kept, lambda: store.version)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await workers.start()
        gc.freeze()  # what is there now stays: the collector need not look at it again
        yield
        await workers.stop()
        served.dumps.close()

    app = FastAPI(lifespan=lifespan, title="sg17kg", version=__version__, description=_DESCRIPTION, docs_url=None, redoc_url=None)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]
    app.state.service = served
    app.state.public_url = chosen.public_url
    app.state.metrics = metrics
    problems.install(app)
    parts = (
        recommendations, work_items, questions, circulars, meetings, conflicts, finding, evidence, queries, dumps, descriptions,
        vocabulary,
    )  # fmt: skip
    routers = (*(part.router for part in parts), _own_routes(), things.router())
    for router in routers:
        app.include_router(router)
    age = dataset.stat().st_mtime if isinstance(dataset, Path) and dataset.exists() else 0
    answering = Caching(SparqlEndpoint(app, served, kept), kept, formatdate(age, usegmt=True))
    paths = (route.path for router in routers for route in router.routes if isinstance(route, Route))
    return Access(answering, metrics, paths, chosen.log)


def _own_routes() -> APIRouter:
    router = APIRouter(dependencies=[Depends(only_known)])
    router.add_api_route("/", home, methods=["GET"], response_class=Response, include_in_schema=False)
    router.add_api_route("/health", health, methods=["GET"], tags=["Operation"])
    router.add_api_route("/ready", ready, methods=["GET"], tags=["Operation"])
    router.add_api_route("/metrics", metrics_text, methods=["GET"], tags=["Operation"], response_class=Response)
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


def metrics_text(request: Request) -> Response:
    """What the service does, in Prometheus's text format."""
    metrics = request.app.state.metrics
    assert isinstance(metrics, Metrics)
    return Response(metrics.text(), media_type=METRICS)


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
