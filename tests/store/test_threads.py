"""Untrusted queries in threads of a process: their deadline, their memory, their answers; and what their monitor is told."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from sg17kg.errors import AnswerTooLarge, QueryRefused, QueryTimeout, StoreBusy, StoreError
from sg17kg.store import computing
from sg17kg.store.base import GraphChoice
from sg17kg.store.computing import Computation, ComputingClock
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.store.limits import Limits
from sg17kg.store.spool import LocalSpoolQuota, Spool
from sg17kg.store.threads import QueryThreads, RunningQuery, SparqlRequest, SparqlResult
from tests.patience import PATIENCE, soon

FORMATS = {"solutions": "csv", "boolean": "json", "triples": "nt"}
# some seconds of a processor: a thread cannot be ended
SLOW = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c } LIMIT 4000 } { SELECT * { ?d ?e ?f } LIMIT 4000 } FILTER(STR(?c) != STR(?f)) }"
LIMITS = Limits(seconds=PATIENCE)


class Told:
    """A monitor that records its notices; `may_go_on` is its answer."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.may_go_on = True

    def slow(self, computation: Computation) -> bool:
        self.heard.append(f"slow {computation.client}")
        return self.may_go_on

    def late(self, computation: Computation) -> None:
        self.heard.append(f"late {computation.client}")


class Scene(NamedTuple):
    """What a test works with."""

    queries: QueryThreads
    clock: ComputingClock
    monitor: Told
    room: LocalSpoolQuota


def play(store: EmbeddedStore, scene: Callable[[Scene], Awaitable[None]], limits: Limits = LIMITS) -> None:
    """Run a scene with fresh threads."""

    async def all_of_it() -> None:
        monitor, room = Told(), LocalSpoolQuota(limits.spool)
        clock = ComputingClock(limits, monitor)
        queries = QueryThreads(store, limits, clock, room)
        await scene(Scene(queries, clock, monitor, room))
        await soon(lambda: queries.running == 0)

    asyncio.run(all_of_it())


def begin(queries: QueryThreads, sparql: str, **formats: str | None) -> RunningQuery:
    return queries.run(SparqlRequest(sparql, GraphChoice(), {**FORMATS, **formats}), "client")


async def answer(queries: QueryThreads, sparql: str, **formats: str | None) -> SparqlResult:
    return await begin(queries, sparql, **formats).result


def read(result: SparqlResult) -> bytes:
    return result.content if isinstance(result.content, bytes) else result.content.read(0, result.size)


def test_a_query_is_answered_in_the_wanted_format(store: EmbeddedStore) -> None:
    async def scene(given: Scene) -> None:
        written = await answer(given.queries, "SELECT (1 AS ?n) {}")
        assert (written.kind, written.format_name, written.content) == ("solutions", "csv", b"n\r\n1\r\n")
        assert (await answer(given.queries, "ASK {}", boolean=None)).format_name is None

    play(store, scene)


@pytest.mark.parametrize("query", ["SELECT {", "SELECT * { SERVICE <http://127.0.0.1/> {} }", "CLEAR ALL", "ASK" + "{" * 4000])
def test_what_is_refused_taints_nothing(query: str, store: EmbeddedStore) -> None:
    async def scene(given: Scene) -> None:
        with pytest.raises(QueryRefused):
            await answer(given.queries, query)
        assert given.monitor.heard == []

    play(store, scene)


def test_a_graph_that_is_no_iri_is_refused(store: EmbeddedStore) -> None:
    async def scene(given: Scene) -> None:
        running = given.queries.run(SparqlRequest("ASK {}", GraphChoice(default=["no iri"]), FORMATS))
        with pytest.raises(QueryRefused, match="no IRI of a graph"):
            await running.result

    play(store, scene)


def test_a_late_query_gets_its_error_while_others_are_answered(store: EmbeddedStore) -> None:
    async def scene(given: Scene) -> None:
        running = begin(given.queries, SLOW)
        assert (await answer(given.queries, "ASK {}")).content == b'{"head":{},"boolean":true}'
        with pytest.raises(QueryTimeout, match=r"longer than 0\.5 seconds"):
            await running.result
        assert given.monitor.heard[-1] == "late client"  # on a busy machine the clock on the wall ends it before it is slow
        assert set(given.monitor.heard) <= {"slow client", "late client"}
        assert given.clock.ended["deadline"] == 1

    play(store, scene, replace(LIMITS, seconds=0.5))


def test_a_slow_query_beyond_what_may_be_is_told_to_come_again(store: EmbeddedStore) -> None:
    async def scene(given: Scene) -> None:
        given.monitor.may_go_on = False
        with pytest.raises(StoreBusy, match="too many slow queries"):
            await answer(given.queries, SLOW)
        assert given.monitor.heard == ["slow client", "late client"]

    play(store, scene)


def test_a_query_whose_client_has_gone_is_late_as_soon_as_it_is_slow(store: EmbeddedStore) -> None:
    async def scene(given: Scene) -> None:
        running = begin(given.queries, SLOW)
        running.abandon()
        with pytest.raises(StoreError, match="client has gone"):
            await running.result
        await soon(lambda: given.clock.ended["abandoned"])
        assert given.monitor.heard == ["slow client", "late client"]

    play(store, scene)


def test_time_in_which_a_thread_waits_does_not_count(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process on a busy machine is not tainted by what takes long there: the clock is the thread's own."""
    monkeypatch.setattr(Computation, "spent", lambda *_: (computing.SLOW_SECONDS, 1.9))

    async def scene(given: Scene) -> None:
        computation = given.clock.begin("client", lambda _: pytest.fail("it is not late"))
        computation.enter()
        await asyncio.sleep(0.2)
        assert given.monitor.heard == []
        monkeypatch.setattr(Computation, "spent", lambda *_: (computing.SLOW_SECONDS, 2.1))
        computation.end = lambda error: given.monitor.heard.append(type(error).__name__)
        await soon(lambda: "QueryTimeout" in given.monitor.heard)  # four times the deadline on the wall
        given.clock.finish(computation)

    play(store, scene, replace(LIMITS, seconds=0.5))


def test_memory_taints_as_time_does(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    held = [100 * 2**20]
    monkeypatch.setattr(computing, "_held", lambda: held[0])

    async def scene(given: Scene) -> None:
        computation = given.clock.begin("greedy", lambda _: None)
        computation.enter()
        await asyncio.sleep(0.2)
        assert given.monitor.heard == []
        held[0] += 300 * 2**20
        await soon(lambda: given.monitor.heard == ["slow greedy"])
        given.clock.finish(computation)

    play(store, scene, replace(LIMITS, memory=1024 * 2**20))


def test_memory_that_was_taken_before_is_nobodys(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    held = [100 * 2**20]
    monkeypatch.setattr(computing, "_held", lambda: held[0])

    async def scene(given: Scene) -> None:
        given.clock.finish(given.clock.begin("first", lambda _: None))
        await asyncio.sleep(0.2)
        held[0] += 5000 * 2**20
        computation = given.clock.begin("second", lambda _: pytest.fail("it took nothing"))
        computation.enter()
        await asyncio.sleep(0.2)
        assert given.monitor.heard == []
        given.clock.finish(computation)

    play(store, scene, replace(LIMITS, memory=1024 * 2**20))


def test_what_is_quick_is_not_blamed_for_the_memory_of_what_is_slow(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    held = [100 * 2**20]
    monkeypatch.setattr(computing, "_held", lambda: held[0])

    async def scene(given: Scene) -> None:
        greedy = given.clock.begin("greedy", lambda _: None)
        greedy.enter()
        held[0] += 300 * 2**20
        await soon(lambda: given.monitor.heard == ["slow greedy"])
        quick = given.clock.begin("quick", lambda _: pytest.fail("it took nothing"))
        quick.enter()
        held[0] += 300 * 2**20
        await soon(lambda: given.monitor.heard == ["slow greedy", "late greedy"])
        held[0] += 300 * 2**20  # by a thread that goes on for nobody
        await asyncio.sleep(0.2)
        assert given.monitor.heard == ["slow greedy", "late greedy"]
        for computation in (greedy, quick):
            given.clock.finish(computation)

    play(store, scene, replace(LIMITS, memory=1024 * 2**20))


def test_only_so_many_run_at_once(store: EmbeddedStore) -> None:
    async def scene(given: Scene) -> None:
        running = [begin(given.queries, "ASK {}") for _ in range(3)]
        with pytest.raises(StoreBusy, match="3 queries are running"):
            begin(given.queries, "ASK {}")
        for query in running:
            await query.result

    play(store, scene, replace(LIMITS, at_once=3))


SOLUTIONS = [(name, "solutions") for name in ("json", "xml", "csv", "tsv")]
TRIPLES = [(name, "triples") for name in ("ttl", "jsonld", "nt", "rdfxml")]


@pytest.mark.parametrize(("format_name", "kind"), SOLUTIONS + TRIPLES)
def test_rows_are_counted_exactly(format_name: str, kind: str, store: EmbeddedStore) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }" if kind == "triples" else "SELECT ?s ?p ?o { ?s ?p ?o }"

    async def scene(given: Scene) -> None:
        assert (await answer(given.queries, f"{query} LIMIT 1000", **{kind: format_name})).size
        with pytest.raises(AnswerTooLarge, match="more than 1,000"):
            await answer(given.queries, f"{query} LIMIT 1001", **{kind: format_name})

    play(store, scene, replace(LIMITS, rows=1000))


def test_an_answer_of_too_many_bytes_is_told(store: EmbeddedStore) -> None:
    async def scene(given: Scene) -> None:
        with pytest.raises(AnswerTooLarge, match=r"larger than 1\.5 MiB"):
            await answer(given.queries, "SELECT * { ?s ?p ?o }")
        assert given.room.used == 0

    play(store, scene, replace(LIMITS, answer=3 * 2**19))


def test_a_long_answer_waits_on_the_disk_and_gives_its_room_back(store: EmbeddedStore) -> None:
    async def scene(given: Scene) -> None:
        running = begin(given.queries, "SELECT * { ?s ?p ?o }")
        result = await running.result
        assert isinstance(result.content, Spool)
        assert given.room.used == result.size > 5_000_000
        assert read(result).count(b"\n") > 40_000
        running.abandon()
        assert given.room.used == 0

    play(store, scene)


def test_answers_that_wait_share_one_room_and_the_next_query_is_answered(store: EmbeddedStore) -> None:
    async def scene(given: Scene) -> None:
        with pytest.raises(StoreBusy, match="all the room"):
            await answer(given.queries, "SELECT * { ?s ?p ?o } LIMIT 12000")
        assert given.room.used == 0
        short = await answer(given.queries, "SELECT * { ?s ?p ?o } LIMIT 10")
        assert read(short).count(b"\n") == 11

    play(store, scene, replace(LIMITS, spool=600_000))


def test_a_fault_of_the_store_is_an_error_and_costs_no_thread(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    async def scene(given: Scene) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(store, "query", broken)
            with pytest.raises(StoreError, match="fault of this service"):
                await answer(given.queries, "ASK {}")
        assert (await answer(given.queries, "ASK {}")).size

    play(store, scene)


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has a niceness of its own on Linux alone")
def test_a_query_that_takes_a_while_gives_way_and_the_next_one_does_not(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[bool] = []
    query = store.query

    def noting(sparql: str, graphs: GraphChoice | None = None) -> object:
        noted.append(computing.has_lowered_priority())
        return query(sparql, graphs)

    monkeypatch.setattr(store, "query", noting)

    async def scene(given: Scene) -> None:
        running = begin(given.queries, SLOW)
        await soon(lambda: given.monitor.heard == ["slow client"])
        thread = running.computation.thread if running.computation else 0
        own = os.getpriority(os.PRIO_PROCESS, os.getpid())
        assert os.getpriority(os.PRIO_PROCESS, thread) == own + computing.LOWERED
        others = [begin(given.queries, "ASK {}") for _ in range(3)]
        await asyncio.gather(*(other.result for other in others))
        await running.result
        await asyncio.gather(*(answer(given.queries, "ASK {}") for _ in range(5)))
        await soon(lambda: not Path(f"/proc/self/task/{thread}").exists())
        assert (await answer(given.queries, "ASK {}")).kind == "boolean"

    play(store, scene)
    assert noted
    assert not any(noted)
