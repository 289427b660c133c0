"""The application: routes, errors, headers. Made by a factory from what it serves; nothing is global."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from sg17kg import __version__
from sg17kg.catalogue.catalogue import Catalogue
from sg17kg.errors import StoreBusy, StoreError
from sg17kg.store.base import Store
from sg17kg.store.opening import Source
from sg17kg.store.remote import RemoteStore
from sg17kg.web import (
    checking,
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
    subscriptions,
    things,
    vocabulary,
    work_items,
)
from sg17kg.web.access import Access
from sg17kg.web.caching import Caching
from sg17kg.web.children import Checks
from sg17kg.web.limiting import LongAnswers, PathLimit, RateLimit
from sg17kg.web.metrics import MEDIA_TYPE as METRICS
from sg17kg.web.metrics import Metrics
from sg17kg.web.pages import PAGES
from sg17kg.web.pages.lists import LISTINGS
from sg17kg.web.pages.problem import problem_page
from sg17kg.web.parameters import only_known
from sg17kg.web.service import service
from sg17kg.web.serving import Serving, Settings
from sg17kg.web.sparql import SparqlEndpoint

_COLLECT_AFTER = 20_000
_DESCRIPTION = "The knowledge graph of ITU-T Study Group 17. Unofficial; not a product of ITU."


def create_app(store: Store, catalogue: Catalogue, dataset: Source, settings: Settings | None = None) -> ASGIApp:
    """The service over a store. `dataset` is its N-Quads file, folder or endpoint; the age of the former is Last-Modified.

    From the outside in: requests are named, logged and counted (access), held to a rate (limiting), answered from what is kept
    (caching), lists wait for their turn (limiting), /sparql goes to the workers, everything else to the routes. SIGHUP makes it read
    the dataset anew.
    """
    chosen = settings or Settings()
    serving = Serving(store, catalogue, dataset, chosen)
    metrics = Metrics(lambda: serving.now.workers, serving.kept, lambda: serving.now.store.version)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await serving.start()
        with suppress(NotImplementedError, RuntimeError, ValueError):  # no such signal there, or not the main thread: as in tests
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, serving.reload_soon)
        _prepare(app)
        gc.freeze()  # what is there now stays: the collector need not look at it again
        gc.set_threshold(_COLLECT_AFTER)  # requests leave few cycles behind
        yield
        await serving.stop()

    app = FastAPI(
        lifespan=lifespan, title="sg17kg", version=__version__, description=_DESCRIPTION, openapi_url=None, redirect_slashes=False
    )
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]
    app.state.serving = serving
    app.state.public_url = chosen.public_url.rstrip("/") if chosen.public_url else None
    app.state.metrics = metrics
    app.state.checks = Checks(chosen.checks)
    problems.install(app, problem_page)
    parts = (
        recommendations, work_items, questions, circulars, meetings, conflicts, checking, finding, evidence, queries, dumps, descriptions,
        vocabulary, subscriptions,
    )  # fmt: skip
    routers = (*(part.router for part in (*parts, *PAGES)), _own_routes(), things.router())
    for router in routers:
        app.include_router(router)
    answering: ASGIApp = Caching(
        PathLimit(LongAnswers(SparqlEndpoint(app, serving), _is_long)), serving.kept, lambda: serving.last_modified
    )
    if chosen.rate:
        answering = RateLimit(answering, chosen.rate)
    paths = (route.path for router in routers for route in router.routes if isinstance(route, Route))
    return Access(answering, metrics, paths, chosen.log, chosen.names_clients)


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
    """Tell whether an answer takes long to make: lists, what changed, pages of Questions."""
    return path in _LONG or path.startswith("/question/")


def _prepare(app: FastAPI) -> None:
    """Let routes make what they need of their signatures, which FastAPI leaves to the first request that they are compared with."""
    for route in app.routes:
        route.matches({"type": "http", "method": "GET", "path": "/", "root_path": "", "headers": []})


def _own_routes() -> APIRouter:
    router = APIRouter(dependencies=[Depends(only_known)])
    router.add_api_route("/openapi.json", openapi_document, methods=["GET"], include_in_schema=False)
    router.add_api_route("/robots.txt", robots, methods=["GET"], include_in_schema=False)
    router.add_api_route("/health", health, methods=["GET"], tags=["Operation"])
    router.add_api_route("/ready", ready, methods=["GET"], tags=["Operation"])
    router.add_api_route("/metrics", metrics_text, methods=["GET"], tags=["Operation"], response_class=Response)
    return router


def openapi_document(request: Request) -> Response:
    """The OpenAPI document of this service."""
    return JSONResponse(request.app.openapi())


def robots() -> Response:
    """Tell crawlers what to leave alone: searches, queries, days and choices, of which there is no end (RFC 9309)."""
    return Response(ROBOTS, media_type="text/plain")


async def ready(request: Request) -> models.Ready:
    """Whether the store answers and holds a dataset; 503 where it does not."""
    store = service(request).store
    try:
        # an answer about what is in this process waits for no thread: all of them may be busy
        version = await asyncio.to_thread(lambda: store.version) if isinstance(store, RemoteStore) else store.version
    except StoreError as error:
        raise StoreBusy(str(error)) from error
    if not version:
        raise StoreBusy("the store holds no dataset yet; fill it with `sg17kg load`")
    return models.Ready(status="ready", dataset=version, workers=service(request).workers.ready)


async def health(request: Request) -> models.Health:
    """Tell that the service answers, and from which dataset; null where another server holds it: /ready asks that one."""
    store = service(request).store
    return models.Health(status="ok", dataset=None if isinstance(store, RemoteStore) else store.version)


def metrics_text(request: Request) -> Response:
    """What the service does, in Prometheus's text format."""
    metrics = request.app.state.metrics
    assert isinstance(metrics, Metrics)
    return Response(metrics.text(), media_type=METRICS)
