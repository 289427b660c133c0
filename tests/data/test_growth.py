"""No query of the catalogue grows faster than its answer: each is asked of the dataset, and of two and four of it in one store.

Times of one run are compared, CPU time alone, the least of several; no time is held against a clock.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT
from tests.growth import SIZES

# a query that grows with the graph takes four times as long; half of that is left to chance
FACTOR = 2.0
# seconds below which a measurement says nothing
NOTHING = 0.01
# their answers sum up everything that was read: known-until the newest days of all statements
COUNTS_EVERYTHING = ("dataset-classes", "dataset-graphs", "dataset-properties", "known-until", "sizes")


@pytest.mark.slow
def test_no_query_grows_faster_than_its_answer(whole_dataset: Path) -> None:
    measured = _measured(whole_dataset)
    texts = [rows for _, rows in measured["texts"]]
    assert [count / texts[0] for count in texts] == list(SIZES)
    assert len(measured["queries"]) > 100
    faster = {name for name, times in measured["queries"].items() if _grows(times)} - {*COUNTS_EVERYTHING}
    # a machine that was busy looks like this too: what grows does so again
    again = _measured(whole_dataset, *faster)["queries"] if faster else {}
    assert not {name: times for name, times in again.items() if _grows(times)}


def _measured(dataset: Path, *names: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.growth", str(dataset / "dataset.nq"), *names]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)  # type: ignore[no-any-return]


def _grows(measured: list[tuple[float, int]]) -> bool:
    """Tell whether the time of the largest size has grown beyond that of the smallest by more than the rows have."""
    (first, few), *_, (last, many) = measured
    more = max(1.0, many / max(few, 1))
    return last > NOTHING and last / max(first, NOTHING / SIZES[-1]) > FACTOR * more
