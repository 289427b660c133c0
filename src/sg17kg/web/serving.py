"""Settings of a service, and its uvicorn configuration."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from sg17kg import assets
from sg17kg.checks.process import CheckLimits
from sg17kg.known_until import CurrentSources
from sg17kg.queries.library import QueryLibrary
from sg17kg.rendering.linked_data import Context
from sg17kg.search.build import FILE, CurrentIndex
from sg17kg.store.base import Store
from sg17kg.store.computing import ComputingClock
from sg17kg.store.limits import Limits
from sg17kg.store.remote import Endpoint
from sg17kg.store.source import DatasetSource
from sg17kg.store.threads import QueryThreads
from sg17kg.web.dependencies import DatasetContext
from sg17kg.web.dump_files import DumpFiles
from sg17kg.web.middleware import json_logs
from sg17kg.web.middleware.access_log import Log
from sg17kg.web.middleware.connection_timeouts import HeaderTimeoutProtocol
from sg17kg.web.process import Process

_GRACE_SECONDS = 20  # for requests in progress when a service stops
_AT_ONE_ENDPOINT = 32  # client queries in progress at another server, from all processes together


@dataclass(frozen=True)
class Settings:
    """Settings of a service.

    `limits`: for ad-hoc queries and for all computations. `kept`: bytes of cached responses in all processes together. `log`: receives a
    line for each request (None: no log). `names_clients`: whether that line names the client. `public_url`: the URL under which clients
    reach the service (None: as their requests say). `rate`: requests a second from one client (None: no limit). `checks`: limits of file
    checks. `untrusted`: whether untrusted SPARQL is answered, which needs a process that can be replaced.
    """

    limits: Limits = field(default_factory=Limits)
    kept: int = 64 * 1024**2
    log: Log | None = None
    names_clients: bool = True
    public_url: str | None = None
    rate: float | None = None
    checks: CheckLimits = field(default_factory=CheckLimits)
    untrusted: bool = True


def make_service(
    store: Store, catalogue: QueryLibrary, dataset: DatasetSource, settings: Settings, process: Process, clock: ComputingClock
) -> DatasetContext:
    """Return the context that the routes work with; `dataset` is where the store was read from."""
    file = dataset.with_name(FILE) if isinstance(dataset, Path) and dataset.is_file() else None
    limits = settings.limits
    if isinstance(dataset, Endpoint):
        limits = replace(limits, at_once=max(1, _AT_ONE_ENDPOINT // process.count))
    context = assets.folder("ontology") / "context.jsonld"
    return DatasetContext(
        store=store,
        catalogue=catalogue,
        dataset=dataset,
        dumps=DumpFiles(store, catalogue, process.dumps),
        queries=QueryThreads(store, limits, clock, process.spool_quota),
        index=CurrentIndex(store, catalogue, file),
        sources=CurrentSources(store, catalogue),
        context_text=context.read_bytes(),
        context=Context.read(context),
        made=_made(dataset),
    )


def configured(app: ASGIApp, level: str, proxies: Sequence[str]) -> uvicorn.Config:
    """Return the uvicorn configuration of a server: the lowest log `level`, and the `proxies` trusted to name clients."""
    return uvicorn.Config(
        app,
        server_header=False,
        access_log=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        http=HeaderTimeoutProtocol,
        log_config=json_logs.configuration(level),
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def last_modified(service: DatasetContext) -> bytes:
    """Return the time at which the dataset was written, as an HTTP date."""
    return format_datetime(service.made, usegmt=True).encode()


def _made(dataset: DatasetSource) -> datetime:
    seconds = int(dataset.stat().st_mtime) if isinstance(dataset, Path) and dataset.exists() else 0
    return datetime.fromtimestamp(seconds, UTC)
