"""Query files: strict headers, values bound as terms, broken files named at start."""

from pathlib import Path

import pytest

from sg17kg.errors import AssetError, BadParameter, NotFound
from sg17kg.queries.binding import to_sparql_term
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.embedded import EmbeddedStore

GOOD = """#+ summary: Which?
#+ parameters:
#+   number: {type: number, description: "The number", required: true}
#+   on: {type: date, description: "The day"}
#+ columns:
#+   number: The number
SELECT ?number
WHERE {
  VALUES (?number ?on) { ("X.1" UNDEF) }  #= parameters
}
"""


def folder(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "questions").mkdir()
    for name, text in files.items():
        (tmp_path / "questions" / f"{name}.rq").write_text(text, "utf-8")
    return tmp_path


def test_arguments_take_the_place_of_sample_values(tmp_path: Path) -> None:
    bound = QueryLibrary.read(folder(tmp_path, good=GOOD)).get("good").bind({"number": "itu-t x 1280", "on": "2026-01-02"})
    assert 'VALUES (?number ?on) { ("X.1280" "2026-01-02"^^<http://www.w3.org/2001/XMLSchema#date>) }' in bound
    assert "#= parameters" not in bound


def test_a_parameter_may_have_several_values(tmp_path: Path) -> None:
    bound = QueryLibrary.read(folder(tmp_path, good=GOOD)).get("good").bind({"number": ["X.1280", "X 509"]})
    assert '{ ("X.1280" UNDEF) ("X.509" UNDEF) }' in bound


def test_an_optional_argument_is_undefined(tmp_path: Path) -> None:
    assert '("X.1280" UNDEF)' in QueryLibrary.read(folder(tmp_path, good=GOOD)).get("good").bind({"number": "X.1280"})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "'number' is missing"),
        ({"number": "X.1", "nmber": "X.1"}, "unknown parameter 'nmber'"),
        ({"number": "hello"}, "'number': 'hello' is no number"),
        ({"number": "X.1", "on": "2026-02-30"}, "'on': "),
        ({"number": "X.1", "on": "yesterday"}, "'on': 'yesterday' is no date"),
    ],
)
def test_a_wrong_argument_is_named(arguments: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match=message):
        QueryLibrary.read(folder(tmp_path, good=GOOD)).get("good").bind(arguments)


HOSTILE = ['"', "\\", '") } } INSERT DATA {', "\n", "\\u0022", "{}", "#", "'''", "\t\r", "\u0000", "%s", "?x"]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_becomes_syntax(value: str) -> None:
    store = EmbeddedStore.from_nquads(b"")
    rows = store.query(f"SELECT ?v {{ VALUES ?v {{ {to_sparql_term('v', 'text', 'a' + value + 'b')} }} }}").rows()
    assert [cell.value for row in rows if (cell := row["v"])] == [f"a{value}b"]


@pytest.mark.parametrize("value", ["http://a/> <b", "javascript:x", "http://a b", "x"])
def test_only_iris_are_iris(value: str) -> None:
    with pytest.raises(BadParameter, match="no IRI"):
        to_sparql_term("v", "iri", value)


@pytest.mark.parametrize("value", ["-1", "1.5", "1e3", "\u0661", "9999999999"])
def test_only_whole_numbers_are_integers(value: str) -> None:
    with pytest.raises(BadParameter, match="whole number"):
        to_sparql_term("v", "integer", value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#+ summary: Which?", "#+ sumary: Which?", r"questions/bad\.rq: line 1: .*"),
        ("type: number", "type: numbr", r"questions/bad\.rq: line 3: parameters\.number\.type"),
        ("#+ columns:", "#+ columns: [", r"questions/bad\.rq: line \d+"),
        ("?number ?on", "?number", r"questions/bad\.rq: the line marked"),
        ("#= parameters", "", r"questions/bad\.rq: the line marked"),
    ],
)
def test_a_broken_file_is_named_at_start_with_its_line(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in GOOD
    with pytest.raises(AssetError, match=message):
        QueryLibrary.read(folder(tmp_path, bad=GOOD.replace(old, new)))


def test_two_queries_of_one_name_are_refused(tmp_path: Path) -> None:
    folder(tmp_path, good=GOOD)
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "good.rq").write_text(GOOD, "utf-8")
    with pytest.raises(AssetError, match="rename one"):
        QueryLibrary.read(tmp_path)


def test_an_unknown_query_is_not_found(catalogue: QueryLibrary) -> None:
    with pytest.raises(NotFound, match="no query 'nope'"):
        catalogue.get("nope")
