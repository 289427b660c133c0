"""Application factory: routes, middleware, error handlers. Nothing is global."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from sg17kg import __version__
from sg17kg.checks.process import CheckProcesses
from sg17kg.errors import StoreBusy, StoreError
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import Store
from sg17kg.store.computing import ComputingClock
from sg17kg.store.remote import Endpoint, RemoteStore
from sg17kg.store.source import DatasetSource
from sg17kg.web import models, openapi, problem_details
from sg17kg.web.api import checks, circulars, conflicts, evidence, meetings, queries, questions, recommendations, search, work_items
from sg17kg.web.api.parameters import reject_unknown_parameters, today
from sg17kg.web.dependencies import dataset_context
from sg17kg.web.linked_data import dumps, feeds, ontology, resources, service_description
from sg17kg.web.linked_data.sparql import SparqlEndpoint
from sg17kg.web.middleware.access_log import Access
from sg17kg.web.middleware.deadlines import Deadlines
from sg17kg.web.middleware.metrics import MEDIA_TYPE as METRICS
from sg17kg.web.middleware.metrics import Metrics
from sg17kg.web.middleware.rate_limit import LongResponses, PathLimit, RateLimit
from sg17kg.web.middleware.response_cache import CacheMiddleware, ResponseCache
from sg17kg.web.pages import PAGES
from sg17kg.web.pages.lists import LISTINGS
from sg17kg.web.pages.problem import problem_page
from sg17kg.web.process import Process, SingleProcess
from sg17kg.web.serving import Settings, last_modified, make_service
from sg17kg.web.warm_up import warm_up

_COLLECT_AFTER = 20_000
_DESCRIPTION = "The knowledge graph of ITU-T Study Group 17. Unofficial; not a product of ITU."


def create_app(
    store: Store, catalogue: QueryLibrary, dataset: DatasetSource, settings: Settings | None = None, process: Process | None = None
) -> ASGIApp:
    """Return the ASGI service over a store.

    `dataset` is the N-Quads file, folder or endpoint that the store was read from; the modification time of a file or folder is sent as
    Last-Modified. `process` is the server process that runs the service; without it, the service runs alone.

    From outermost to innermost layer: requests get an identifier, are logged and counted (access_log), rate-limited (rate_limit) and
    answered from the cache (response_cache). Expensive responses wait for their turn (rate_limit). /sparql runs in query threads;
    everything else goes to the routes, each request with a deadline (deadlines).
    """
    chosen = settings or Settings()
    own = process or SingleProcess(chosen.limits.spool)
    # with an endpoint, the connection has the deadline: a computation on another server taints no process here
    clock = ComputingClock(chosen.limits, None if isinstance(dataset, Endpoint) else own)
    served = make_service(store, catalogue, dataset, chosen, own, clock)
    # a remote store can change without notice, so its responses are not cached
    kept = ResponseCache(most=0 if isinstance(dataset, Endpoint) else chosen.kept // own.count)
    metrics = Metrics(own, clock, kept, served)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(prepare, app)
        if not isinstance(dataset, Endpoint):
            await warm_up(app)
        yield
        served.dumps.close()

    app = FastAPI(
        lifespan=lifespan, title="sg17kg", version=__version__, description=_DESCRIPTION, openapi_url=None, redirect_slashes=False
    )
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]
    app.state.service = served
    app.state.process = own
    app.state.clock = clock
    app.state.public_url = chosen.public_url.rstrip("/") if chosen.public_url else None
    app.state.metrics = metrics
    app.state.dumps = CapacityLimiter(1)
    app.state.checks = CheckProcesses(chosen.checks, own)
    problem_details.install(app, problem_page)
    parts = (
        recommendations, work_items, questions, circulars, meetings, conflicts, checks, search, evidence, queries, dumps,
        service_description, ontology, feeds,
    )  # fmt: skip
    routers = (*(part.router for part in (*parts, *PAGES)), _own_routes(), resources.router())
    for router in routers:
        app.include_router(router)
    computed = Deadlines(app, clock)
    answering: ASGIApp = CacheMiddleware(
        PathLimit(LongResponses(SparqlEndpoint(computed, served, kept, chosen), _is_long, max(2, 4 // own.count), 32 // own.count)),
        kept,
        last_modified(served),
    )
    if chosen.rate:
        answering = RateLimit(answering, chosen.rate, own)
    paths = (route.path for router in routers for route in router.routes if isinstance(route, Route))
    return Access(answering, app, metrics, paths, chosen.log, chosen.names_clients)


def prepare(app: FastAPI) -> None:
    """Prepare the search index and the routes before the first request; a second call returns at once.

    Otherwise FastAPI reads the signature of a route when a request is first matched against it.
    """
    if getattr(app.state, "prepared", False):
        return
    app.state.prepared = True
    app.state.service.index.prepare(today())
    for route in app.routes:
        route.matches({"type": "http", "method": "GET", "path": "/", "root_path": "", "headers": []})
    gc.freeze()  # objects that exist now stay alive: the collector need not scan them again
    gc.set_threshold(_COLLECT_AFTER)  # requests leave few cycles behind


ROBOTS = """User-agent: *
Disallow: /find
Disallow: /sparql
Disallow: /editor
Disallow: /changes
Disallow: /explore
Disallow: /check
Disallow: /api/
Disallow: /*?
Allow: /*?lang=
"""


_LONG = frozenset(
    (*(f"{each.path}{extension}" for each in LISTINGS for extension in ("", ".csv")), "/changes",
     *(f"/api/v1/{name}" for name in ("recommendations", "work-items", "questions", "circulars", "consultations", "meetings", "conflicts")))
)  # fmt: skip


def _is_long(path: str) -> bool:
    """Return whether the response is expensive to compute (lists, changes, Question pages)."""
    return path in _LONG or path.startswith("/question/")


def _own_routes() -> APIRouter:
    router = APIRouter(dependencies=[Depends(reject_unknown_parameters)])
    router.add_api_route("/openapi.json", openapi_document, methods=["GET"], include_in_schema=False)
    router.add_api_route("/robots.txt", robots, methods=["GET"], include_in_schema=False)
    router.add_api_route("/health", health, methods=["GET"], tags=["Operation"])
    router.add_api_route("/ready", ready, methods=["GET"], tags=["Operation"])
    router.add_api_route("/metrics", metrics_text, methods=["GET"], tags=["Operation"], response_class=Response)
    return router


def openapi_document(request: Request) -> Response:
    """Return the OpenAPI document of this service."""
    return JSONResponse(request.app.openapi())


def robots() -> Response:
    """Return robots.txt (RFC 9309): crawlers must not follow searches, queries, days and filters, whose number is unlimited."""
    return Response(ROBOTS, media_type="text/plain")


async def ready(request: Request) -> models.Ready:
    """Return whether the store answers and holds a dataset; 503 where it does not."""
    store = dataset_context(request).store
    try:
        # a store in this process is read without a thread: all of them may be busy
        version = await asyncio.to_thread(lambda: store.version) if isinstance(store, RemoteStore) else store.version
    except StoreError as error:
        raise StoreBusy(str(error)) from error
    if not version:
        raise StoreBusy("the store holds no dataset yet; fill it with `sg17kg load`")
    process: Process = request.app.state.process
    return models.Ready(status="ready", dataset=version, workers=process.states().get("serving", 0), failure=process.failure() or None)


async def health(request: Request) -> models.Health:
    """Tell that the service answers, and from which dataset; null where another server holds it: /ready asks that one."""
    store = dataset_context(request).store
    return models.Health(status="ok", dataset=None if isinstance(store, RemoteStore) else store.version)


async def metrics_text(request: Request) -> Response:
    """Return what the service does, in Prometheus's text format."""
    metrics = request.app.state.metrics
    assert isinstance(metrics, Metrics)
    return Response(metrics.text(), media_type=METRICS)
