"""`python -m benchmarks.conformance PATH`: prints docs/reference/conformance.md; ends with 1 where something is unexplained.

PATH is the folder sparql11 of the suite, or its .tar.gz.
"""

import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Protocol, TypeVar

import pyoxigraph as ox

from benchmarks.conformance import description, protocol, queries, suite
from benchmarks.conformance.report import Record, Run
from benchmarks.conformance.serving import served
from benchmarks.conformance.suite import Data
from sg17kg import __version__


class _WithData(Protocol):
    @property
    def data(self) -> Data: ...


_T = TypeVar("_T", bound=_WithData)


def run(path: Path) -> Run:
    """Run the tests of the suite in a folder."""
    records = [*_queries(path), *_protocol(path), *_description(path)]
    versions = f"sg17kg {__version__}, pyoxigraph {ox.__version__}"
    return Run(versions, records, _left_out(path), f"{path.as_uri()}/")


def _queries(path: Path) -> Iterator[Record]:
    """All tests of queries, in the order of the suite; those of the same graphs share one service."""
    tests = list(suite.tests(path))
    found = {}
    for data, group in _by_data(tests):
        store = ox.Store()
        data.load(store)
        with served(data) as port:
            for test in group:
                found[test.key] = Record(test.key, test.name, queries.over_http(test, port), queries.in_process(test, store))
    return (found[test.key] for test in tests)


def _protocol(path: Path) -> Iterator[Record]:
    for data, group in _by_data(protocol.tests(path)):
        with served(data) as port:
            for test in group:
                yield Record(test.key, test.name, protocol.over_http(test, port), None)


def _description(path: Path) -> Iterator[Record]:
    graphs = {graph for test in protocol.tests(path) for graph in test.data.named}
    with served(Data(named=tuple(sorted(graphs)))) as port:
        for test in description.tests(path):
            yield Record(test.key, test.name, description.over_http(test, port), None)


def _by_data(tests: Iterable[_T]) -> Iterator[tuple[Data, Iterator[_T]]]:
    return groupby(sorted(tests, key=lambda test: repr(test.data)), key=lambda test: test.data)


def _left_out(path: Path) -> dict[str, int]:
    """How many tests of each folder are not run."""
    ours = {*suite.FOLDERS, description.FOLDER, protocol.FOLDER}
    others = {folder: sum(1 for _ in suite.entries(path, folder)) for folder in suite.folders(path) if folder not in ours}
    return {protocol.FOLDER: protocol.updates(path), **others}


def main(path: Path) -> int:
    """Run, print, and give the exit code."""
    done = run(path)
    print(done.markdown())
    for key in done.unexplained():
        print(f"{key}: unexplained", file=sys.stderr)
    for key in done.stale():
        print(f"{key}: explained, but passes", file=sys.stderr)
    return 1 if done.unexplained() else 0


if __name__ == "__main__":
    given = Path(sys.argv[1])
    if given.is_dir():
        sys.exit(main(given.resolve()))
    with tempfile.TemporaryDirectory() as unpacked, tarfile.open(given) as archive:
        archive.extractall(unpacked, filter="data")
        sys.exit(main(next(Path(unpacked).resolve().rglob("manifest-all.ttl")).parent))
