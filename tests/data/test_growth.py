"""No query of the catalogue grows faster than its answer: each is asked of the dataset, and of two and four of it in one store.

Times of one run are compared, CPU time alone, the least of several; no time is held against a clock.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests import ROOT
from tests.growth import SIZES

# a query that grows with the graph takes four times as long; half of that is left to chance
FACTOR = 2.0
# seconds below which a measurement says nothing
NOTHING = 0.01
COUNTS_EVERYTHING = ("dataset-classes", "dataset-graphs", "dataset-properties", "sizes")
# open, with what is known of the causes in docs/research/fast-at-size.md
OPEN = (
    "conflict-sides", "known-until", "life-of", "names", "other-side", "question-developing", "question-owning",
    "shared-bodies", "texts-by-status", "twin-of-text",
)  # fmt: skip


def test_no_query_grows_faster_than_its_answer(whole_dataset: Path) -> None:
    command = [sys.executable, "-m", "tests.growth", str(whole_dataset / "dataset.nq")]
    told = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    texts = [rows for _, rows in told["texts"]]
    assert [count / texts[0] for count in texts] == list(SIZES)
    faster = {name: measured for name, measured in told["queries"].items() if _grows(measured)}
    assert set(faster) <= {*OPEN, *COUNTS_EVERYTHING}, faster
    assert len(told["queries"]) > 100


def _grows(measured: list[tuple[float, int]]) -> bool:
    """Tell whether the time of the largest size has grown beyond that of the smallest by more than the rows have."""
    (first, few), *_, (last, many) = measured
    more = max(1.0, many / max(few, 1))
    return last > NOTHING and last / max(first, NOTHING / SIZES[-1]) > FACTOR * more
