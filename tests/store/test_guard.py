"""What a stranger's SPARQL must not be."""

import contextlib

import pytest

from sg17kg.errors import QueryRefused
from sg17kg.store import guard
from tests.patience import processor_seconds

SERVICE = [
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { service <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * {\nSERVICE\n#c\n<http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { #'\nSERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    'SELECT * { FILTER("#" != "") SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }',
    "SELECT * { FILTER('''\"''' != '')SERVICE<http://127.0.0.1:1/>{ ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE ?e { ?s ?p ?o } } } } }",
    "SELECT * { FILTER(1<2) SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } FILTER(3>2) }",
    "PREFIX x: <http://127.0.0.1:1/> ASK { SERVICE x:y { ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1:1/> SELECT * { SERVICE: { ?a ?b ?c } }",
    "PREFIX x: <http://127.0.0.1:1/> SELECT * { SERVICEx:y { ?a ?b ?c } }",
    "PREFIX x: <http://127.0.0.1:1/> SELECT * { ?s ?p 1.SERVICE:x { ?a ?b ?c } }",
    "PREFIX ex: <http://x/> SELECT * { ?s ?p ex:.SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }",
    "SELECT * { BIND(1 AS ?b) FILTER(?b<2).SERVICE#>\n<http://127.0.0.1:1/> { ?a ?c ?d } }",
    'SELECT * { BIND("\\u0022" AS ?x) SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } BIND("\\u0022\\u0022" AS ?y) }',
    "SELECT * { SERVICE SILENT<http://127.0.0.1:1/>{ } }",
    "SELECT * { FILTER EXISTS { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } }",
]
UPDATES = [
    "INSERT DATA { <a:a> <a:a> <a:a> }",
    "delete where { ?s ?p ?o }",
    "PREFIX a: <a:> DROP ALL",
    "LOAD <file:///etc/passwd>",
    "WITH <a:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "CLEAR DEFAULT",
    "CREATE GRAPH <a:a>",
    "# SELECT\nINSERT DATA { <a:a> <a:a> <a:a> }",
]
HARMLESS = [
    "SELECT * { ?s ?p ?o }",
    'SELECT * { ?s ?p "security service" FILTER(CONTAINS(?p, "service")) }',
    "SELECT ?service { ?service ?load ?insert }",
    "ASK { ?s <http://example.org/SERVICE> ?o } # SERVICE",
    "SELECT * { ?s ?p 'it''s' FILTER(?p<?o && ?o>?s) }",
    "DESCRIBE <https://w3id.org/sg17kg/rec/X.1280>",
    'SELECT * { ?s ?p "insert"@en }',
]


@pytest.mark.parametrize("query", SERVICE)
def test_no_query_asks_another_endpoint(query: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE"):
        guard.reject_unsafe(query)


@pytest.mark.parametrize("query", UPDATES)
def test_updates_are_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match="read-only"):
        guard.reject_unsafe(query)


@pytest.mark.parametrize("query", HARMLESS)
def test_what_only_speaks_of_it_passes(query: str) -> None:
    guard.reject_unsafe(query)
    assert query


@pytest.mark.parametrize("bracket", ["{", "(", "[", "{("])
def test_deep_nesting_is_refused_before_any_parser(bracket: str) -> None:
    with pytest.raises(QueryRefused, match="brackets"):
        guard.reject_unsafe("SELECT * " + bracket * 5000)


@pytest.mark.parametrize("text", ["!" * 10_000, "1" + "+1" * 8_000, "a" + "/a" * 8_000, "true" + "||true" * 5_000])
def test_long_chains_are_refused_before_any_parser(text: str) -> None:
    with pytest.raises(QueryRefused, match="operators"):
        guard.reject_unsafe(f"ASK {{ FILTER({text}) }}")


@pytest.mark.parametrize("text", ["1" * 30_000, "'\\" * 15_000, "service" * 4_500, "#service" * 4_000, "<" * 30_000])
def test_the_check_costs_no_more_than_the_length_of_the_text(text: str) -> None:
    with processor_seconds(5), contextlib.suppress(QueryRefused):
        guard.reject_unsafe(f"SELECT * {{ {text} }}")


def test_long_queries_are_refused() -> None:
    with pytest.raises(QueryRefused, match="longer"):
        guard.reject_unsafe("SELECT * { } #" + "x" * guard.LONGEST)
    with pytest.raises(QueryRefused, match="longer than 256 KiB"):
        guard.reject_unsafe("SELECT * { VALUES ?s { " + f"<{'x' * 250}> " * 1100 + "} }")
    with pytest.raises(QueryRefused, match="longer than 32 KiB"):
        guard.reject_unsafe("SELECT * { VALUES ?s { " + "<x:ab> " * 7000 + "} }")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { VALUES ?s { " + " ".join(f"<https://w3id.org/sg17kg/rec/X.{number}>" for number in range(5000)) + " } }",
        "SELECT * { VALUES (?s ?t) { "
        + " ".join(f"(<https://w3id.org/sg17kg/rec/X.{number}> <https://w3id.org/sg17kg/rec/Y.{number}>)" for number in range(1900))
        + " } }",
        "SELECT * { VALUES ?s { " + "'a (b) - [c] {d}' " * 500 + "} }",
        "SELECT * { VALUES ?s { " + '"""a "(b)" - \\n [c] {d}"""@en ' * 500 + "} }",
        "SELECT * { ?s ?p ?o FILTER(?o IN (" + ", ".join(f"<http://e/a-b/(c)/{number}>" for number in range(500)) + ")) }",
        "SELECT * { ?s ?p ?o } " + "# (a) [b] {c} - d\n" * 500,
    ],
)
def test_brackets_and_operators_in_names_do_not_count(query: str) -> None:
    guard.reject_unsafe(query)
    assert sum(map(query.count, "/-([{")) > guard.MOST_OPERATORS


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("ASK { FILTER(?a<x:a" + "/x:a" * 2000 + ">?b) }", "operators"),
        ("ASK { FILTER(?a<x:a" + "(" * 2000 + ">?b) }", "brackets"),
        ("ASK { FILTER(?a#'\n<x:a#" + "(" * 2000 + "\n>'?b) }", "brackets"),
        ("ASK { ?s ?p '''''" + "(" * 2000 + "' }", "brackets"),
        ("ASK { ?s ?p x:a\\'" + "(" * 2000 + "' }", "brackets"),
        ("ASK { ?s ?p '\\\\u0027" + "(" * 2000 + "' }", "brackets"),
        ("ASK { " + "\\u007B" * 2000 + " }", "brackets"),
        ("ASK { " + "<<" * 9000, "brackets"),
        ("ASK { #\u2028" + "\r" + "(" * 2000, "brackets"),
    ],
)
def test_what_may_be_syntax_counts(query: str, word: str) -> None:
    with pytest.raises(QueryRefused, match=f"more than [0-9]+ {word}"):
        guard.reject_unsafe(query)


def test_a_refusal_says_what_counts() -> None:
    with pytest.raises(QueryRefused, match=r"outside IRIs, .* and rows of VALUES, which may be nested; write the query flatter$"):
        guard.reject_unsafe("ASK { ?s ?p '(' } " + "{" * 500)
    with pytest.raises(QueryRefused, match="everything counts, for what is an IRI or a string is in doubt"):
        guard.reject_unsafe("ASK { ?s ?p '\\u0028' } " + "{" * 500)


@pytest.mark.parametrize("query", ["", "   ", "hello", "PREFIX a: <a:>"])
def test_what_is_no_query_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match="no SELECT"):
        guard.reject_unsafe(query)


@pytest.mark.parametrize(
    "query",
    [
        "define get:soft 'soft' SELECT * { ?s ?p ?o }",
        "DEFINE input:inference <a:b> SELECT * { ?s ?p ?o }",
        "# comment\ndefine sql:log-enable 3 ASK { }",
        "SELECT (bif:sys_connected() AS ?x) { }",
        "SELECT * { FILTER(bif : contains(?o, 'x')) }",
        "SELECT (sql:user() AS ?x) { }",
        "SELECT (b\\u0069f:now() AS ?x) { }",
    ],
)
def test_orders_to_one_server_are_refused(query: str) -> None:
    with pytest.raises(QueryRefused):
        guard.reject_unsafe(query)


def test_words_that_only_look_like_orders_pass() -> None:
    guard.reject_unsafe("SELECT ?define { ?define <https://e/sql:x> ?bif ; <https://e/p> 'a' }")
