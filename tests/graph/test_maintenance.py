"""Changes of sources are followed key by key, with the same result as all rules over all sources."""

import random
from pathlib import Path

import pytest

from sg17kg.errors import AssetError
from sg17kg.graph.inference import conclusions, described, graph_of_rule, infer
from sg17kg.graph.ingest import graph_name, of_document, replaced_by
from sg17kg.graph.maintenance import MaintainedRules
from sg17kg.graph.numbering import numbering_in
from sg17kg.graph.rule_keys import KeyedQuery
from sg17kg.graph.rule_syntax import insert, parse
from sg17kg.namespaces import GRAPH
from sg17kg.queries.header import Header
from sg17kg.queries.library import Query, QueryLibrary
from sg17kg.store.changing import MutableStore
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT
from tests.reading import Read

LETTERS = sorted((ROOT / "tests" / "fixtures" / "circulars").glob("*.txt"))
RULES = list(QueryLibrary.read(ROOT / "queries").group("rules"))
INFERRED = f"<{GRAPH}inferred/".encode()
# their solutions are joined by comparing texts, so that no triple leads to the key
WITHOUT_KEY = {"conflict-name-spelling", "standards-of-one-number"}


@pytest.fixture(scope="module")
def rows(dataset: Path) -> list[bytes]:
    return (dataset / "dataset.nq").read_bytes().splitlines(keepends=True)


@pytest.fixture(scope="module")
def sources(rows: list[bytes]) -> set[bytes]:
    return {row for row in rows if not graph_name(row).startswith(INFERRED)}


@pytest.fixture(scope="module")
def maintained() -> MaintainedRules:
    return MaintainedRules(RULES)


def everything(sources: set[bytes]) -> set[bytes]:
    """All rows, made from nothing."""
    return sources | set(infer(sorted(sources), RULES, EmbeddedStore.from_nquads))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_does_not_see_what_it_and_later_rules_infer(rule: Query, store_of_all: MutableStore) -> None:
    graph = graph_of_rule(rule)
    inferred = set(store_of_all.match(None, None, None, graph)) - described(rule)
    store_of_all.remove(inferred)
    again = conclusions(rule, store_of_all, rule.text)
    store_of_all.add(inferred)
    assert again == inferred


@pytest.fixture(scope="module")
def store_of_all(rows: list[bytes]) -> MutableStore:
    return MutableStore.from_nquads(b"".join(rows))


def test_two_rules_alone_run_over_everything() -> None:
    assert {rule.name for rule in RULES if not rule.header.key} == WITHOUT_KEY


@pytest.mark.parametrize("seed", range(3))
def test_letters_come_and_go_in_any_order(
    seed: int, rows: list[bytes], sources: set[bytes], maintained: MaintainedRules, read: Read
) -> None:
    chance = random.Random(seed)
    store, numbering = MutableStore.from_nquads(b"".join(rows)), numbering_in(rows)
    before = set(store.rows())
    now, additions = set(sources), [of_document(read(path), numbering=numbering) for path in chance.sample(LETTERS, 4)]
    for addition in (*additions, chance.choice(additions)):
        # at times a version of the letter that says less
        own = {f"<{graph}>".encode() for graph in addition.graphs}
        less = chance.random() < 0.5
        said = [row for row in addition.rows if not less or graph_name(row) not in own or chance.random() < 0.9]
        replaced = replaced_by(addition, store)
        maintained.apply(store, replaced, said)
        now = (now - replaced) | set(said)
        assert set(store.rows()) == everything(now)
    for addition in chance.sample(additions, len(additions)):
        maintained.apply(store, replaced_by(addition, store), ())
    assert set(store.rows()) == before


@pytest.mark.parametrize("seed", range(4))
def test_any_statements_of_any_source_come_and_go(seed: int, rows: list[bytes], sources: set[bytes], maintained: MaintainedRules) -> None:
    chance = random.Random(100 + seed)
    store = MutableStore.from_nquads(b"".join(rows))
    before = set(store.rows())
    gone = set(chance.sample(sorted(row for row in store.rows() if row in sources), 300))
    difference = maintained.apply(store, gone, ())
    assert set(store.rows()) == everything(sources - gone)
    assert difference.removed >= gone
    back = maintained.apply(store, (), gone)
    assert set(store.rows()) == before
    assert (back.removed, back.added) == (difference.added, difference.removed)


def test_a_change_that_changes_nothing_is_none(rows: list[bytes], sources: set[bytes], maintained: MaintainedRules) -> None:
    store = MutableStore.from_nquads(b"".join(rows))
    some = sorted(row for row in store.rows() if row in sources)[:200]
    assert maintained.apply(store, some, some) == (set(), set())


def a_rule(text: str, key: str) -> KeyedQuery:
    prefixed = f"PREFIX ex: <https://example.org/>\n{text}"
    return KeyedQuery(Query("example", "rules", Header(summary="An example", key=key), prefixed), key)


def test_a_key_must_be_a_variable_of_a_pattern() -> None:
    with pytest.raises(AssetError, match=r"queries/rules/example\.rq: no pattern has the key \?other"):
        a_rule("CONSTRUCT { ?a ex:p ?b } WHERE { ?a ex:q ?b }", "other")


def test_what_a_rule_infers_must_be_found_by_its_key() -> None:
    query = Query("example", "rules", Header(summary="x", key="a"), "PREFIX ex: <x:>\nCONSTRUCT { ?c ex:p ?b } WHERE { ?a ex:q ?b, ?c }")
    with pytest.raises(AssetError, match=r"nothing in the template links \?c with the key \?a"):
        MaintainedRules([query])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("SELECT ?focus WHERE {\n ?focus ex:p [] }", 2),
        ("SELECT ?focus WHERE { ?focus ex:p ?x\n SERVICE <x:y> { ?x ex:p ?y } }", 2),
        ("SELECT ?focus WHERE {\n ?focus ex:p 'one' }", 2),
        ("SELECT ?focus WHERE { ?focus ex:p ?x\n", 2),
    ],
)
def test_sparql_that_the_parser_does_not_read_is_an_error_with_its_line(text: str, line: int) -> None:
    with pytest.raises(AssetError, match=f"example: line {line + 1}: "):
        parse("example", f"PREFIX ex: <x:>\n{text}")


def test_values_go_where_the_key_must_match() -> None:
    text = """SELECT ?a WHERE {
 { SELECT ?a (MAX(?n) AS ?most) { ?a <x:n> ?n } GROUP BY ?a }
 { SELECT (MAX(?n) AS ?all) { ?a <x:n> ?n } }
 { ?a <x:p> ?b } UNION { ?c <x:p> ?b . BIND(?c AS ?a) }
 OPTIONAL { ?a <x:o> ?d }
 FILTER NOT EXISTS { ?a <x:q> ?e }
}"""
    assert (
        insert(parse("example", text), "?a", ["<x:1>", "<x:2>"])
        == """SELECT ?a WHERE {
 { SELECT ?a (MAX(?n) AS ?most) { VALUES ?a { <x:1> <x:2> } ?a <x:n> ?n } GROUP BY ?a }
 { SELECT (MAX(?n) AS ?all) { ?a <x:n> ?n } }
 { VALUES ?a { <x:1> <x:2> } ?a <x:p> ?b } UNION { VALUES ?c { <x:1> <x:2> } ?c <x:p> ?b . BIND(?c AS ?a) }
 OPTIONAL { ?a <x:o> ?d }
 FILTER NOT EXISTS { ?a <x:q> ?e }
}"""
    )
