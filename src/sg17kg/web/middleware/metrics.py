"""GET /metrics for Prometheus: requests and latencies by route, processes, queries, response cache.

If several processes serve, each writes its metrics to its own files (prometheus_client's multiprocess mode, by slot), and any of them
answers for all. The current state comes from the table that they share.
"""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sg17kg import __version__
from sg17kg.store.computing import ComputingClock
from sg17kg.web.dependencies import DatasetContext
from sg17kg.web.middleware.response_cache import ResponseCache
from sg17kg.web.process import Process

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The metrics of one service, counted in this process.

    Labels are looked up once, because a look-up costs more than a cached response.
    """

    def __init__(self, process: Process, clock: ComputingClock, kept: ResponseCache, served: DatasetContext) -> None:
        own = CollectorRegistry()
        self._registry = own
        self._requests = Counter("sg17kg_http_requests", "Requests answered", ("route", "method", "status"), registry=own)
        self._taken = Histogram(
            "sg17kg_http_request_duration_seconds",
            "Seconds from a request to the end of its answer",
            ("route",),
            registry=own,
            buckets=_SECONDS,
        )
        self._sent = Counter("sg17kg_http_response_bytes", "Bytes of answers, without heads", ("route",), registry=own)
        self._ended = Counter("sg17kg_computations_ended", "Computations that were ended", ("reason",), registry=own)
        self._lookups = Counter("sg17kg_response_cache_requests", "Answers looked for among those kept", ("result",), registry=own)
        self._answers = Gauge("sg17kg_response_cache_entries", "Answers that are kept", registry=own, multiprocess_mode="livesum")
        self._bytes = Gauge("sg17kg_response_cache_bytes", "Bytes of the answers that are kept", registry=own, multiprocess_mode="livesum")
        self._running = Gauge("sg17kg_queries", "Queries that run", registry=own, multiprocess_mode="livesum")
        self._clock, self._kept, self._served = clock, kept, served
        self._hits, self._misses = self._lookups.labels("hit"), self._lookups.labels("miss")
        self._reasons = {reason: self._ended.labels(reason) for reason in clock.ended}
        self._told: dict[Counter | Gauge, int] = {}
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._routes: dict[str, tuple[Histogram, Counter]] = {}
        self._state = _State(process, served)
        self._several = process.several
        if not self._several:
            own.register(self._state)

    def observe(self, route: str, method: str, status: int, seconds: float, sent: int) -> None:
        """Count a finished request."""
        key = (route, method, status)
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = self._requests.labels(route, method, str(status))
            self._routes.setdefault(route, (self._taken.labels(route), self._sent.labels(route)))
        counter.inc()
        taken, bytes_ = self._routes[route]
        taken.observe(seconds)
        bytes_.inc(sent)
        if self._told.get(self._misses, 0) != self._kept.misses:  # the cache changes with a miss; hits are written once a second
            self.tell()

    def tell(self) -> None:
        """Update the metrics that are counted elsewhere in this process, and the gauges."""
        self._count(self._hits, self._kept.hits)
        self._count(self._misses, self._kept.misses)
        for reason, count in self._clock.ended.items():
            self._count(self._reasons[reason], count)
        held = ((self._answers, len(self._kept)), (self._bytes, self._kept.size), (self._running, self._served.queries.running))
        for gauge, value in held:
            if self._told.get(gauge) != value:
                self._told[gauge] = value
                gauge.set(value)

    def _count(self, counter: Counter, count: int) -> int:
        """Raise a counter to a total that is counted elsewhere, and return the increase. Writing costs more than comparing."""
        more = count - self._told.get(counter, 0)
        if more:
            self._told[counter] = count
            counter.inc(more)
        return more

    def text(self) -> bytes:
        """Return all metrics in the Prometheus text format."""
        self.tell()
        if not self._several:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        registry.register(self._state)
        return generate_latest(registry)


class _State(Collector):
    """The metrics of the current state."""

    def __init__(self, process: Process, served: DatasetContext) -> None:
        self._process = process
        self._served = served

    def collect(self) -> Iterable[Metric]:
        """See Collector."""
        about = GaugeMetricFamily("sg17kg_dataset", "The dataset that is served, and the program", labels=("sha256", "version"))
        about.add_metric((self._served.store.version, __version__), 1)
        yield about
        processes = GaugeMetricFamily("sg17kg_server_processes", "Processes of the service", labels=("state",))
        for state, count in self._process.states().items():
            processes.add_metric((state,), count)
        yield processes
