"""The extractor, as the program makes it."""

import pytest

from sg17kg import assets
from sg17kg.extraction.extractor import Extractor


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor.load(assets.language_packs(), assets.folder("data") / "curated")
