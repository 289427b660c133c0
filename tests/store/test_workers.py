"""Strangers' queries: a deadline, a memory limit, and nothing else slows down."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sg17kg.errors import QueryRefused, QueryTimeout, StoreBusy, StoreError
from sg17kg.store.base import GraphChoice
from sg17kg.store.workers import Limits, QueryWorkers

FORMATS = {"solutions": "csv", "boolean": "json", "triples": "nt"}
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
EVERYTHING = GraphChoice()


@pytest.fixture(scope="module")
def workers(dataset: Path) -> Iterator[QueryWorkers]:
    made = QueryWorkers(dataset / "dataset.nq", count=1, limits=Limits(seconds=2.0, wait=0.2))
    made.start()
    yield made
    made.stop()


def works(workers: QueryWorkers) -> bool:
    return workers.run("ASK { ?s ?p 'X.1280' }", EVERYTHING, FORMATS).content == b'{"head":{},"boolean":true}'


def test_a_query_is_answered_in_the_wanted_format(workers: QueryWorkers) -> None:
    written = workers.run("SELECT (1 AS ?n) {}", EVERYTHING, FORMATS)
    assert (written.kind, written.format_name, written.content) == ("solutions", "csv", b"n\r\n1\r\n")
    assert workers.run("ASK {}", EVERYTHING, {**FORMATS, "boolean": None}).format_name is None


def test_a_malformed_query_is_refused_and_the_worker_goes_on(workers: QueryWorkers) -> None:
    with pytest.raises(QueryRefused, match="malformed"):
        workers.run("SELECT {", EVERYTHING, FORMATS)
    assert works(workers)


def test_a_runaway_query_is_ended_and_its_worker_replaced(workers: QueryWorkers) -> None:
    start = time.monotonic()
    with pytest.raises(QueryTimeout, match="longer than 2 seconds"):
        workers.run(RUNAWAY, EVERYTHING, FORMATS)
    assert time.monotonic() - start < 30
    assert works(workers)


def test_who_finds_no_free_worker_is_told_to_come_again(workers: QueryWorkers) -> None:
    assert works(workers)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(workers.run, RUNAWAY, EVERYTHING, FORMATS)
        time.sleep(0.3)
        with pytest.raises(StoreBusy, match="try again"):
            workers.run("ASK {}", EVERYTHING, FORMATS)
        assert isinstance(running.exception(), QueryTimeout)
    assert works(workers)


def test_a_query_that_takes_too_much_memory_is_ended(dataset: Path) -> None:
    small = QueryWorkers(dataset / "dataset.nq", count=1, limits=Limits(seconds=60.0, memory=700 * 2**20))
    small.start()
    try:
        with pytest.raises(StoreError, match="more memory"):
            small.run("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f", EVERYTHING, FORMATS)
        assert works(small)
    finally:
        small.stop()


def test_an_answer_that_is_too_large_is_refused_whole(dataset: Path) -> None:
    small = QueryWorkers(dataset / "dataset.nq", count=1, limits=Limits(answer=2**20))
    small.start()
    try:
        with pytest.raises(QueryRefused, match="larger than 1 MiB"):
            small.run("SELECT * { ?s ?p ?o }", GraphChoice(), {"solutions": "json"})
        assert small.run("SELECT * { ?s ?p ?o } LIMIT 1", GraphChoice(), {"solutions": "json"}).content
    finally:
        small.stop()
