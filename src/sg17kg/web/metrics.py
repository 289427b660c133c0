"""GET /metrics: what the service does, for Prometheus: rates and latencies by route, workers, queue, kept answers."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sg17kg import __version__
from sg17kg.store.workers import QueryWorkers
from sg17kg.web.caching import KeptAnswers

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one running service."""

    def __init__(self, workers: Callable[[], QueryWorkers], kept: KeptAnswers, version: Callable[[], str]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("sg17kg_requests", "Requests answered", ("route", "method", "status"), registry=self._registry)
        self._seconds = Histogram(
            "sg17kg_request_seconds",
            "Seconds from a request to the end of its answer",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._bytes = Counter("sg17kg_sent_bytes", "Bytes of answers, without heads", ("route",), registry=self._registry)
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram, Counter]] = {}
        self._registry.register(_State(workers, kept, version))

    def observe(self, route: str, method: str, status: int, seconds: float, sent: int) -> None:
        """One request has been answered."""
        figures = self._known.get((route, method, status))
        if figures is None:  # looking a label up costs more than counting
            figures = self._requests.labels(route, method, str(status)), self._seconds.labels(route), self._bytes.labels(route)
            self._known[route, method, status] = figures
        requests, taken, size = figures
        requests.inc()
        taken.observe(seconds)
        size.inc(sent)

    def text(self) -> bytes:
        """All figures in Prometheus's text format."""
        return generate_latest(self._registry)


class _State(Collector):
    """What is so at the moment of asking."""

    def __init__(self, workers: Callable[[], QueryWorkers], kept: KeptAnswers, version: Callable[[], str]) -> None:
        self._workers = workers
        self._kept = kept
        self._version = version

    def collect(self) -> Iterable[Metric]:
        """See Collector."""
        about = GaugeMetricFamily("sg17kg_dataset", "The dataset that is served, and the program", labels=("sha256", "version"))
        about.add_metric((self._version(), __version__), 1)
        yield about
        workers = self._workers()
        state = GaugeMetricFamily("sg17kg_workers", "Processes that answer ad-hoc SPARQL", labels=("state",))
        state.add_metric(("busy",), workers.busy)
        state.add_metric(("all",), workers.count)
        yield state
        yield GaugeMetricFamily("sg17kg_queue", "Queries that wait for a worker", value=workers.waiting)
        ended = CounterMetricFamily("sg17kg_workers_ended", "Workers that were ended, or died, with their query", labels=("reason",))
        for reason in ("deadline", "died", "abandoned"):
            ended.add_metric((reason,), workers.ended[reason])
        yield ended
        lookups = CounterMetricFamily("sg17kg_kept_lookups", "Answers looked for among those kept", labels=("found",))
        lookups.add_metric(("yes",), self._kept.hits)
        lookups.add_metric(("no",), self._kept.misses)
        yield lookups
        yield GaugeMetricFamily("sg17kg_kept_answers", "Answers that are kept", value=len(self._kept))
        yield GaugeMetricFamily("sg17kg_kept_bytes", "Bytes of the answers that are kept", value=self._kept.size)
