"""The search index: by name, by words in any language, from a file, always of the dataset that is served."""

from datetime import date
from pathlib import Path

import pytest

from sg17kg.errors import StoreError
from sg17kg.queries.library import QueryLibrary
from sg17kg.search.build import CurrentIndex, index_of, write_index
from sg17kg.search.index import Named, SearchIndex
from sg17kg.store.base import Store

KG = "https://w3id.org/sg17kg/"


def named(path: str, type_: str, label: str, *titles: tuple[str, str]) -> list[Named]:
    name = Named(KG + path, type_, label, label, None, "name")
    return [name, *(Named(KG + path, type_, label, text, language, "title") for language, text in titles)]


@pytest.fixture(scope="module")
def index(store: Store, catalogue: QueryLibrary) -> SearchIndex:
    return index_of(store, catalogue)


@pytest.mark.parametrize(
    ("typed", "iri"),
    [
        ("x1280", "rec/X.1280"),
        ("itu-t rec. x.1280", "rec/X.1280"),
        ("Ｘ．１２８０", "rec/X.1280"),
        ("X.OOB-SA", "work-item/X.oob-sa"),
        ("oob-sa", None),
        ("Q10", "question/17/10"),
        ("question 10/17", "question/17/10"),
        ("SG17-R25@2025-2028", "report/sg17/2025-2028/R25"),
        ("circular 104", "circular/2025-2028/104"),
        ("TSB Circular 104 (2025-2028)", "circular/2025-2028/104"),
        ("SG17 2026-06", "meeting/sg17/2026-06"),
        ("x suppl. 39", "sup/X/39"),
        ("X.1280 (03/2024)", "rec/X.1280/2024-03"),
        ("国际计量局", "body/bipm"),
        ("nothing of the kind", None),
        ("", None),
    ],
)
def test_a_printed_form_means_a_thing(typed: str, iri: str | None, index: SearchIndex) -> None:
    found = index.resolve(typed)
    assert (found[0].iri if found else None) == (KG + iri if iri else None)


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("认证", "X.1280"),
        ("区块链", "X.1353"),
        ("带外认证", "X.1280"),
        ("out-of-band authentication", "X.1280"),
        ("quantum-safe", "X.1811"),
    ],
)
def test_words_of_a_title_find_it_in_chinese_and_english(typed: str, label: str, index: SearchIndex) -> None:
    assert label in [found.label for found in index.search(typed)[:4]]


def test_what_bears_the_name_comes_first_then_what_begins_so_in_the_order_of_numbers(index: SearchIndex) -> None:
    assert index.search("x.1280")[0].label == "X.1280"
    labels = [found.label for found in index.search("x.12") if found.type == "Recommendation"]
    assert labels[:3] == ["X.1217", "X.1221", "X.1222"]


def test_a_last_word_may_be_unfinished() -> None:
    index = SearchIndex.made(named("rec/X.1", "Recommendation", "X.1", ("en", "Handling of incidents")), "v")
    assert [found.label for found in index.search("handling incid")] == ["X.1"]
    assert index.search("incid handling zebra")[0].label == "X.1"  # nothing has all the words, so one is enough


@pytest.mark.parametrize(
    "typed",
    ['"', "NEAR(a b)", "names : x", "a* OR b*", "^x", "'; DROP TABLE thing; --", '"' * 200, "-", "()", "😀", "\u202e", "a" * 10_000],
)
def test_nothing_typed_is_syntax(typed: str, index: SearchIndex) -> None:
    assert isinstance(index.search(typed), list)
    assert index.resolve("x1280")


def test_the_newest_title_of_a_language_comes_first(index: SearchIndex) -> None:
    (found,) = [entry for entry in index.resolve("X.1280") if entry.type == "Recommendation"]
    assert "mutual" in next(text for language, text in index.titles(found.iri) if language == "en")


def test_the_same_dataset_gives_the_same_bytes(tmp_path: Path, store: Store, catalogue: QueryLibrary) -> None:
    contents = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        contents.append(write_index(store, catalogue, tmp_path / name).read_bytes())
    assert contents[0] == contents[1]


def test_an_index_of_the_same_dataset_is_read_before_it_is_asked_for(tmp_path: Path, store: Store, catalogue: QueryLibrary) -> None:
    file = write_index(store, catalogue, tmp_path)
    current = CurrentIndex(store, catalogue, file)
    current.prepare(date(2026, 9, 1))
    file.unlink()
    assert current.get().resolve("X.1280")
    assert current.get().texts_on(date(2026, 9, 1))


def test_an_index_of_another_dataset_is_not_used(tmp_path: Path, store: Store, catalogue: QueryLibrary) -> None:
    stale = SearchIndex.made(named("rec/X.9999", "Recommendation", "X.9999"), "another")
    stale.save(tmp_path / "search.sqlite")
    found = CurrentIndex(store, catalogue, tmp_path / "search.sqlite").get()
    assert (found.dataset, found.resolve("X.9999")) == (store.version, [])
    assert found.resolve("X.1280")


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(4096)])
def test_a_broken_file_is_told_and_done_without(content: bytes, tmp_path: Path, store: Store, catalogue: QueryLibrary) -> None:
    path = tmp_path / "search.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="no search index"):
        SearchIndex.open(path)
    assert CurrentIndex(store, catalogue, path).get().resolve("X.1280")


def test_several_things_of_one_name_are_all_given() -> None:
    rows = [
        *named("circular/2001-2004/7", "Circular", "TSB Circular 7 (2001-2004)"),
        *named("circular/2005-2008/7", "Circular", "TSB Circular 7 (2005-2008)"),
    ]
    index = SearchIndex.made(rows, "v")
    assert len(index.resolve("TSB Circular 7")) == 2
    assert len(index.resolve("Circular 7 (2005-2008)")) == 1
