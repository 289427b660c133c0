"""GET /metrics: what the service does, for Prometheus: rates and latencies by route, workers, queue, kept answers."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from sg17kg import __version__
from sg17kg.store.workers import QueryWorkers
from sg17kg.web.caching import KeptAnswers

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one running service. To be counted in one thread: no locks, since they would cost more than a kept answer."""

    def __init__(self, workers: Callable[[], QueryWorkers], kept: KeptAnswers, version: Callable[[], str]) -> None:
        self._registry = CollectorRegistry()
        self._requests: dict[tuple[str, str, int], int] = {}
        self._routes: dict[str, _Route] = {}
        self._registry.register(_Requests(self._requests, self._routes))
        self._registry.register(_State(workers, kept, version))

    def observe(self, route: str, method: str, status: int, seconds: float, sent: int) -> None:
        """One request has been answered."""
        key = (route, method, status)
        self._requests[key] = self._requests.get(key, 0) + 1
        figures = self._routes.get(route)
        if figures is None:
            figures = self._routes[route] = _Route()
        figures.seconds += seconds
        figures.bytes += sent
        figures.counts[bisect_left(_SECONDS, seconds)] += 1

    def text(self) -> bytes:
        """All figures in Prometheus's text format."""
        return generate_latest(self._registry)


class _Route:
    """Sums of one route; `counts` by bucket, the last without a bound."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.bytes = 0
        self.counts = [0] * (len(_SECONDS) + 1)


class _Requests(Collector):
    """Requests by route."""

    def __init__(self, requests: Mapping[tuple[str, str, int], int], routes: Mapping[str, _Route]) -> None:
        self._requests = requests
        self._routes = routes

    def collect(self) -> Iterable[Metric]:
        """See Collector."""
        answered = CounterMetricFamily("sg17kg_requests", "Requests answered", labels=("route", "method", "status"))
        for (route, method, status), count in sorted(self._requests.items()):
            answered.add_metric((route, method, str(status)), count)
        yield answered
        taken = HistogramMetricFamily("sg17kg_request_seconds", "Seconds from a request to the end of its answer", labels=("route",))
        sent = CounterMetricFamily("sg17kg_sent_bytes", "Bytes of answers, without heads", labels=("route",))
        for route, figures in sorted(self._routes.items()):
            bounds = (*(str(bound) for bound in _SECONDS), "+Inf")
            taken.add_metric((route,), list(zip(bounds, map(float, accumulate(figures.counts)), strict=True)), figures.seconds)
            sent.add_metric((route,), figures.bytes)
        yield taken
        yield sent


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
        for reason in ("deadline", "died", "abandoned", "room"):
            ended.add_metric((reason,), workers.ended[reason])
        yield ended
        lookups = CounterMetricFamily("sg17kg_kept_lookups", "Answers looked for among those kept", labels=("found",))
        lookups.add_metric(("yes",), self._kept.hits)
        lookups.add_metric(("no",), self._kept.misses)
        yield lookups
        yield GaugeMetricFamily("sg17kg_kept_answers", "Answers that are kept", value=len(self._kept))
        yield GaugeMetricFamily("sg17kg_kept_bytes", "Bytes of the answers that are kept", value=self._kept.size)
