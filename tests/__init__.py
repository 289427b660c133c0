"""Tests, in the same tree as src/sg17kg."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "fixtures" / "circulars"
# the real circulars, which are no part of the repository
SEEDS = Path(os.environ.get("SG17KG_SEEDS", ROOT.parent / "shared" / "seeds"))
