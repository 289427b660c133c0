"""What is served now, and how a new dataset takes its place without a dropped request."""

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from sg17kg import assets
from sg17kg.catalogue.catalogue import Catalogue
from sg17kg.errors import StoreError
from sg17kg.known_until import CurrentSources
from sg17kg.rendering.linked_data import Context
from sg17kg.search.making import FILE, CurrentIndex
from sg17kg.store.base import Store
from sg17kg.store.limits import Limits
from sg17kg.store.opening import MANIFEST, Source, open_source, pinned
from sg17kg.store.remote import Endpoint
from sg17kg.store.workers import QueryWorkers
from sg17kg.web.access import Log
from sg17kg.web.caching import KeptAnswers
from sg17kg.web.children import FileLimits
from sg17kg.web.dump_files import DumpFiles
from sg17kg.web.parameters import today
from sg17kg.web.service import Service

_LOG = logging.getLogger("sg17kg.serving")
_READY_SECONDS, _LOOK_SECONDS, _WATCH_SECONDS = 120.0, 0.05, 2.0
# How long what was served before stays for those who are still being answered from it
_GRACE_SECONDS = 30.0


@dataclass(frozen=True)
class Settings:
    """How a service runs.

    `workers` and `limits`: processes for ad-hoc queries. `kept`: bytes of answers to keep. `log`: where a line for each request
    goes (None: nowhere). `names_clients`: whether such a line names the client. `public_url`: the address under which clients reach it
    (None: as they say themselves). `rate`: requests a second from one client (None: as many as come). `watch`: take over a new dataset
    when the file or folder changes. `checks`: what checks of files may take.
    """

    workers: int = 2
    limits: Limits = field(default_factory=Limits)
    kept: int = 64 * 1024**2
    log: Log | None = None
    names_clients: bool = True
    public_url: str | None = None
    rate: float | None = None
    watch: bool = False
    checks: FileLimits = field(default_factory=FileLimits)


class Serving:
    """The service of now. To be started, reloaded and stopped in one event loop."""

    def __init__(self, store: Store, catalogue: Catalogue, dataset: Source, settings: Settings) -> None:
        self._catalogue = catalogue
        self._dataset = dataset
        self._settings = settings
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        # nobody tells this service when a remote store changes
        self.kept = KeptAnswers(most=0 if isinstance(dataset, Endpoint) else settings.kept)
        self.now = self._service(store)
        self._last_modified = _http_date(self.now)

    @property
    def last_modified(self) -> bytes:
        """When the dataset was written, as HTTP has it."""
        return self._last_modified

    async def start(self) -> None:
        """Start the workers, and the watch if it is wanted; read the index that lies beside the dataset."""
        await self.now.workers.start()
        await asyncio.to_thread(self.now.index.prepare, today())
        if self._settings.watch and isinstance(self._dataset, Path):
            self._later(self._watch(self._dataset))

    async def stop(self) -> None:
        """End what runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._end(self.now)

    def reload_soon(self) -> None:
        """Reload in the background: what a signal calls."""
        self._later(self._reload_or_tell())

    async def reload(self) -> bool:
        """Read the dataset anew and serve it; whether it was another one. Raises StoreError where it cannot be read.

        The old one is served until the new one is ready, and those who are being answered from it are answered to the end.
        """
        async with self._lock:
            store = await asyncio.to_thread(open_source, self._dataset)
            old = self.now
            if not store.version:
                raise StoreError("the new dataset is empty; what was served before is served on")
            if store.version == old.store.version:
                return False
            following = self._service(store)
            await following.workers.start()
            await self._ready(following.workers)
            await asyncio.to_thread(lambda: following.index.get().prepare(today()))
            self.now, self._last_modified = following, _http_date(following)
            self.kept.empty()
            self._later(self._end_after(old))
            _LOG.info("a new dataset is served", extra={"dataset": store.version, "before": old.store.version})
            return True

    async def _reload_or_tell(self) -> None:
        try:
            if not await self.reload():
                _LOG.info("the dataset is the same as before")
        except StoreError as error:
            _LOG.error("no new dataset: %s; what was served before is served on", error)

    async def _ready(self, workers: QueryWorkers) -> None:
        for _ in range(int(_READY_SECONDS / _LOOK_SECONDS)):
            if workers.ready:
                return
            await asyncio.sleep(_LOOK_SECONDS)
        await workers.stop()
        raise StoreError(f"no worker could read the new dataset: {workers.failure}")

    async def _end_after(self, old: Service) -> None:
        try:
            await asyncio.sleep(max(_GRACE_SECONDS, 2 * self._settings.limits.seconds))
        finally:
            await self._end(old)

    async def _end(self, service: Service) -> None:
        await service.workers.stop()
        service.dumps.close()

    async def _watch(self, path: Path) -> None:
        seen = _state(path)
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            state = _state(path)
            if state is not None and state != seen:
                seen = state
                await self._reload_or_tell()

    def _later(self, doing: Awaitable[None]) -> None:
        task = asyncio.ensure_future(doing)
        assert isinstance(task, asyncio.Task)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _service(self, store: Store) -> Service:
        dataset, settings = self._dataset, self._settings
        workers = QueryWorkers(pinned(store, dataset), settings.workers, settings.limits)
        file = dataset.with_name(FILE) if isinstance(dataset, Path) and dataset.is_file() else None
        context = assets.folder("ontology") / "context.jsonld"
        return Service(
            store=store,
            catalogue=self._catalogue,
            dataset=dataset,
            dumps=DumpFiles(store, self._catalogue),
            workers=workers,
            index=CurrentIndex(store, self._catalogue, file),
            sources=CurrentSources(store, self._catalogue),
            context_text=context.read_bytes(),
            context=Context.read(context),
            made=_made(dataset),
        )


def _http_date(service: Service) -> bytes:
    return format_datetime(service.made, usegmt=True).encode()


def _made(dataset: Source) -> datetime:
    seconds = int(dataset.stat().st_mtime) if isinstance(dataset, Path) and dataset.exists() else 0
    return datetime.fromtimestamp(seconds, UTC)


def _state(path: Path) -> tuple[int, ...] | None:
    """Mark a file with its manifest, or the version of a store at rest: another mark where it was replaced; None while there is nothing."""
    try:
        status = (path / "CURRENT" if path.is_dir() else path).stat()
    except OSError:
        return None
    manifest = path.with_name(MANIFEST)
    with suppress(OSError):
        beside = manifest.stat()
        return status.st_ino, status.st_mtime_ns, status.st_size, beside.st_ino, beside.st_mtime_ns
    return status.st_ino, status.st_mtime_ns, status.st_size
