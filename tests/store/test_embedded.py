"""The embedded store, beyond the contract that tests/contract/ holds every store to."""

from pathlib import Path

import pytest

from sg17kg.errors import QueryRefused, StoreError
from sg17kg.store.embedded import EmbeddedStore

DATA = b"""<a:s> <a:p> "one" <a:g1> .
<a:s> <a:p> "one" <a:g2> .
<a:s> <a:q> <a:o> <a:g2> .
"""


def test_an_absent_or_broken_dataset_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="sg17kg build"):
        EmbeddedStore.from_file(tmp_path / "absent.nq")
    with pytest.raises(StoreError, match="sg17kg build"):
        EmbeddedStore.from_nquads(b"this is no N-Quads\n")


def test_the_version_follows_the_content() -> None:
    assert EmbeddedStore.from_nquads(DATA).version == EmbeddedStore.from_nquads(DATA).version
    assert EmbeddedStore.from_nquads(DATA).version != EmbeddedStore.from_nquads(DATA.splitlines(keepends=True)[0]).version


def test_a_function_that_is_not_there_is_the_fault_of_the_query() -> None:
    with pytest.raises(QueryRefused, match="custom function"):
        EmbeddedStore.from_nquads(DATA).query("SELECT (<https://example.org/f>(1) AS ?x) { }").rows()
