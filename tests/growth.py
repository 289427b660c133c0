"""Measure how queries grow: `python -m tests.growth DATASET [QUERY ...]` asks one, two and four datasets in a store, and prints JSON.

It runs in a process of its own: what it holds in memory would count for every process that a test starts afterwards.
"""

import json
import re
import sys
import time
from pathlib import Path

import pyoxigraph as ox

from sg17kg.queries.library import QueryLibrary
from tests import ROOT

SIZES = (1, 2, 4)
RUNS = 3
# of queries that are asked by name: what a busy machine adds to one run it does not add to each of fifteen
RUNS_BY_NAME = 15
_THING = re.compile(rb"(https://w3id\.org/sg17kg/)(?!ontology#|vocabulary/|ontology>|graph/)")
_GRAPH = re.compile(rb"(https://w3id\.org/sg17kg/graph/(?:evidence/)?[a-z]+/)")
_NUMBER = re.compile(rb'"([A-Z])([. ][^"]{1,40})"( |@)')
_QUESTION = re.compile(rb'"Q(\d)')
_UNION = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
_TEXTS = "SELECT DISTINCT ?text WHERE { ?text a <https://w3id.org/sg17kg/ontology#Recommendation> }"


def copied(content: bytes, count: int) -> bytes:
    """A dataset, and copies of it whose things, graphs, numbers and Questions have names of their own."""
    things = b"".join(line for line in content.splitlines(keepends=True) if not line.rstrip().endswith(b"/graph/ontology> ."))
    parts = [content]
    for number in range(1, count):
        key = str(number).encode()
        named = _GRAPH.sub(rb"\g<1>copy" + key + b"-", _THING.sub(rb"\g<1>copy" + key + b"/", things))
        parts.append(_QUESTION.sub(rb'"Q' + key + rb"0\1", _NUMBER.sub(rb'"\g<1>' + key + rb'\2"\3', named)))
    return b"".join(parts)


def asked(store: ox.Store, sparql: str, runs: int = RUNS) -> tuple[float, int]:
    """Seconds of CPU, the least of several runs, and the number of rows."""
    least, rows = float("inf"), 0
    for _ in range(runs):
        start = time.process_time()
        rows = len(list(store.query(sparql)))  # type: ignore[arg-type]
        least = min(least, time.process_time() - start)
    return least, rows


def main(dataset: str, *names: str) -> None:
    """Print by name of a query [seconds, rows] of each size; under "texts" how many Recommendations each size has.

    Without names, all queries are asked but rules and checks.
    """
    content = Path(dataset).read_bytes()
    catalogue = QueryLibrary.read(ROOT / "queries")
    every = (query for group in ("lists", "questions", "resources") for query in catalogue.group(group))
    queries = [query for query in every if not names or query.name in names]
    found: dict[str, list[tuple[float, int]]] = {query.name: [] for query in queries}
    runs = RUNS_BY_NAME if names else RUNS
    texts = []
    for size in SIZES:
        native = ox.Store()
        native.bulk_load(copied(content, size), format=ox.RdfFormat.N_QUADS)
        native.update(_UNION)
        texts.append(asked(native, _TEXTS))
        for query in queries:
            sparql = query.bind({key: str(value) for key, value in (query.header.example or {}).items()})
            found[query.name].append(asked(native, sparql, runs))
    sys.stdout.write(json.dumps({"texts": texts, "queries": found}))


if __name__ == "__main__":
    main(*sys.argv[1:])
