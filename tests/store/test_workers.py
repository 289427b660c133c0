"""Strangers' queries: a deadline, a memory limit, a queue that ends, and nothing else slows down."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sg17kg.errors import AnswerTooLarge, QueryRefused, QueryTimeout, StoreBusy, StoreError
from sg17kg.store.base import GraphChoice
from sg17kg.store.frames import Question
from sg17kg.store.limits import Limits
from sg17kg.store.running import Running
from sg17kg.store.workers import QueryWorkers
from tests.patience import PATIENCE, soon

FORMATS = {"solutions": "csv", "boolean": "json", "triples": "nt"}
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
# patience for queries that are to be answered; each test that wants a limit sets its own
LIMITS = Limits(seconds=PATIENCE, wait=PATIENCE)
Scene = Callable[[QueryWorkers], Awaitable[None]]


def play(dataset: Path, scene: Scene, limits: Limits = LIMITS, count: int = 1) -> None:
    """Run a scene with fresh workers."""

    async def all_of_it() -> None:
        workers = QueryWorkers(dataset / "dataset.nq", count, limits)
        await workers.start()
        try:
            await answer(workers, "ASK {}")  # the dataset has been read
            await scene(workers)
        finally:
            await workers.stop()

    asyncio.run(all_of_it())


def begin(workers: QueryWorkers, sparql: str, **formats: str | None) -> Running:
    return workers.run(Question(sparql, GraphChoice(), {**FORMATS, **formats}))


async def answer(workers: QueryWorkers, sparql: str, **formats: str | None) -> Running:
    running = begin(workers, sparql, **formats)
    assert await running.settled(PATIENCE)
    return running


async def works(workers: QueryWorkers) -> bool:
    """Whether a query is answered; a worker that was killed may still be on its way to be replaced, or slow."""
    while True:
        try:
            return (await answer(workers, "ASK { ?s ?p 'X.1280' }")).whole() == b'{"head":{},"boolean":true}'
        except (StoreBusy, QueryTimeout):
            await asyncio.sleep(0.02)


def test_a_query_is_answered_in_the_wanted_format(dataset: Path) -> None:
    async def scene(workers: QueryWorkers) -> None:
        written = await answer(workers, "SELECT (1 AS ?n) {}")
        assert (written.kind, written.format_name, written.whole()) == ("solutions", "csv", b"n\r\n1\r\n")
        assert (await answer(workers, "ASK {}", boolean=None)).format_name is None

    play(dataset, scene)


@pytest.mark.parametrize("query", ["SELECT {", "SELECT * { SERVICE <http://127.0.0.1/> {} }", "CLEAR ALL", "ASK" + "{" * 4000])
def test_what_is_refused_costs_no_worker(query: str, dataset: Path) -> None:
    async def scene(workers: QueryWorkers) -> None:
        with pytest.raises(QueryRefused):
            await answer(workers, query)
        assert await works(workers)
        assert not workers.ended

    play(dataset, scene)


def test_a_graph_that_is_no_iri_is_refused(dataset: Path) -> None:
    async def scene(workers: QueryWorkers) -> None:
        running = workers.run(Question("ASK {}", GraphChoice(default=["no iri"]), FORMATS))
        with pytest.raises(QueryRefused, match="no IRI of a graph"):
            await running.settled(PATIENCE)

    play(dataset, scene)


def test_a_runaway_query_is_ended_and_its_worker_replaced(dataset: Path) -> None:
    async def scene(workers: QueryWorkers) -> None:
        with pytest.raises(QueryTimeout, match="longer than 2 seconds"):
            await answer(workers, RUNAWAY)
        assert workers.ended == {"deadline": 1}
        assert await works(workers)

    play(dataset, scene, replace(LIMITS, seconds=2.0))


def test_who_finds_no_free_worker_is_told_to_come_again(dataset: Path) -> None:
    async def scene(workers: QueryWorkers) -> None:
        running = begin(workers, RUNAWAY)
        with pytest.raises(StoreBusy, match="try again"):
            await answer(workers, "ASK {}")
        assert workers.busy == 1
        running.abandon()
        with pytest.raises(StoreError, match="client has gone"):
            await running.settled(PATIENCE)
        assert await works(workers)

    play(dataset, scene, replace(LIMITS, wait=0.2))


def test_the_queue_has_an_end(dataset: Path) -> None:
    async def scene(workers: QueryWorkers) -> None:
        running = begin(workers, RUNAWAY)
        waiting = [begin(workers, "ASK {}") for _ in range(3)]
        await soon(lambda: workers.waiting == 3)  # they are taken back from the one that is slow
        with pytest.raises(StoreBusy, match="3 queries wait already"):
            begin(workers, "ASK {}")
        running.abandon()
        for task in waiting:
            assert await task.settled(PATIENCE)

    play(dataset, scene, replace(LIMITS, waiting=3))


def test_a_query_whose_client_has_gone_is_ended(dataset: Path) -> None:
    async def scene(workers: QueryWorkers) -> None:
        running = begin(workers, RUNAWAY)
        await soon(lambda: workers.busy == 1)
        running.abandon()
        with pytest.raises(StoreError, match="client has gone"):
            await running.settled(PATIENCE)
        assert await works(workers)
        assert workers.ended == {"abandoned": 1}

    play(dataset, scene)


def test_a_query_that_takes_too_much_memory_is_ended(dataset: Path) -> None:
    async def scene(workers: QueryWorkers) -> None:
        with pytest.raises(StoreError, match="more memory"):
            await answer(workers, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f")
        assert await works(workers)
        assert workers.ended == {"died": 1}

    play(dataset, scene, replace(LIMITS, memory=200 * 2**20))


SOLUTIONS = [(name, "solutions") for name in ("json", "xml", "csv", "tsv")]
TRIPLES = [(name, "triples") for name in ("ttl", "jsonld", "nt", "rdfxml")]


@pytest.mark.parametrize(("format_name", "kind"), SOLUTIONS + TRIPLES)
def test_rows_are_counted_exactly(format_name: str, kind: str, dataset: Path) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }" if kind == "triples" else "SELECT ?s ?p ?o { ?s ?p ?o }"

    async def scene(workers: QueryWorkers) -> None:
        assert (await answer(workers, f"{query} LIMIT 1000", **{kind: format_name})).whole()
        with pytest.raises(AnswerTooLarge, match="more than 1,000"):
            await answer(workers, f"{query} LIMIT 1001", **{kind: format_name})
        assert await works(workers)

    play(dataset, scene, replace(LIMITS, rows=1000))


def test_an_answer_of_too_many_bytes_is_told(dataset: Path) -> None:
    async def scene(workers: QueryWorkers) -> None:
        with pytest.raises(AnswerTooLarge, match="larger than 1 MiB"):
            await answer(workers, "SELECT * { ?s ?p ?o }")
        assert (await answer(workers, "SELECT * { ?s ?p ?o } LIMIT 1")).whole()

    play(dataset, scene, replace(LIMITS, answer=2**20))


def test_a_slow_reader_holds_no_worker(dataset: Path) -> None:
    async def scene(workers: QueryWorkers) -> None:
        slow = begin(workers, "SELECT * { ?s ?p ?o }")
        pieces = slow.pieces()
        first = await anext(pieces)
        assert await slow.settled(PATIENCE)
        assert await works(workers)  # there is one worker alone
        assert workers.busy == 0
        assert len(first) + sum([len(piece) async for piece in pieces]) > 5_000_000

    play(dataset, scene)


def test_a_nursery_that_dies_is_replaced_and_takes_its_workers_along(dataset: Path) -> None:
    async def scene(workers: QueryWorkers) -> None:
        running = begin(workers, RUNAWAY)
        nursery = workers._nursery
        assert nursery
        nursery._process.kill()
        with pytest.raises(StoreError, match="was ended"):
            await running.settled(PATIENCE)
        assert await works(workers)

    play(dataset, scene)


def test_a_dataset_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    async def scene() -> None:
        workers = QueryWorkers(tmp_path / "store", 1, replace(LIMITS, wait=3.0))
        await workers.start()
        try:
            await soon(lambda: workers.failure)
            assert "no dataset" in workers.failure
        finally:
            await workers.stop()

    asyncio.run(scene())


def test_answers_that_wait_share_one_room_and_the_next_query_is_answered(dataset: Path) -> None:
    async def scene(workers: QueryWorkers) -> None:
        kept = begin(workers, "SELECT * { ?s ?p ?o } LIMIT 12000")
        with pytest.raises(StoreBusy, match="all the room"):
            await kept.settled(PATIENCE)
        kept.abandon()
        assert workers.room.used == 0
        assert await works(workers)
        assert workers.ended["room"] == 1
        short = await answer(workers, "SELECT * { ?s ?p ?o } LIMIT 10")
        assert short.whole().count(b"\n") == 11

    play(dataset, scene, replace(LIMITS, spool=300_000))
