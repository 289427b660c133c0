"""Why tests fail, and why some are not run: what people write, kept beside what the run finds."""

from dataclasses import dataclass

_ISSUES = "https://github.com/oxigraph/oxigraph"


@dataclass(frozen=True)
class Explanation:
    """One cause and the tests that it fails, by their keys."""

    title: str
    why: str
    tests: tuple[str, ...]


EXPLANATIONS = (
    Explanation(
        "A path of length zero from a term that the graph does not hold",
        "SPARQL 1.1, section 18.4: from or to a constant, `*` and `?` always match the constant itself. pyoxigraph asks first "
        "whether the constant is subject or object of a statement in the graph. So `:s :p* ?o` has no row where nothing is said of "
        f"`:s`, rather than the one row `:s`. Known: Oxigraph's pull request [1815]({_ISSUES}/pull/1815) corrects it; pyoxigraph 0.5.13 "
        "does not have it yet.",
        (
            "property-path#zero_or_more_set_start",
            "property-path#zero_or_more_set_end",
            "property-path#zero_or_one_set_start",
            "property-path#zero_or_one_set_end",
        ),
    ),
    Explanation(
        "GRAPH with a variable around something other than triple patterns",
        "SPARQL 1.1, section 18.6: what stands in `GRAPH ?g { … }` is answered for each named graph by itself, and `?g` is joined "
        "afterwards. pyoxigraph hands `?g` down to the triple patterns instead. Where there are none, as around VALUES alone, or where a "
        "subquery stands between them, `?g` stays unbound, and a subquery counts all graphs together; in MINUS, `?g` becomes a "
        f"variable that both sides share. Known: Oxigraph's issue [1450]({_ISSUES}/issues/1450); its pull request "
        f"[1758]({_ISSUES}/pull/1758) corrects it; pyoxigraph 0.5.13 does not have it yet.",
        ("aggregates#agg-empty-group-count-graph", "bindings#graph", "negation#graph-minus"),
    ),
    Explanation(
        "GROUP_CONCAT keeps a language that all its texts share",
        "SPARQL 1.1, section 18.5.1.7: GROUP_CONCAT gives a literal without a language. pyoxigraph gives it the language of its texts, "
        "if that is the same for all, as an earlier state of these tests had it "
        "([w3c/rdf-tests issue 280](https://github.com/w3c/rdf-tests/issues/280)). Known: Oxigraph's pull request "
        f"[1717]({_ISSUES}/pull/1717) corrects it; pyoxigraph 0.5.13 does not have it yet.",
        ("aggregates#agg-groupconcat-04", "aggregates#agg-groupconcat-06"),
    ),
    Explanation(
        "BNODE with a text",
        "SPARQL 1.1, section 17.4.2.9: the same text gives the same blank node within one solution, and another one in the next. "
        "pyoxigraph gives one blank node for one text throughout the answer. Known: earlier versions of Oxigraph's own run of the suite "
        "leave this test out.",
        ("functions#bnode01",),
    ),
    Explanation(
        "Types derived from xsd:integer become xsd:integer",
        "pyoxigraph stores numbers by value, and of the types derived from xsd:integer it does not keep which one it was. The number is "
        f"right, its datatype is not. Known: Oxigraph's issue [526]({_ISSUES}/issues/526). Our ontology has no property of such a type.",
        ("csv-tsv-res#tsv03",),
    ),
    Explanation(
        "A function that nobody knows",
        "SPARQL 1.1, section 17.6, lets a query call functions by any IRI, so the query is well-formed; a call of an unknown one is an "
        "error in its expression, which leaves the variable unbound. pyoxigraph refuses the whole query instead. The endpoint answers 400 "
        "and names the function.",
        ("syntax-query#test_4",),
    ),
)

_READ_ONLY = "an update; the endpoint is read-only and refuses each one"
NOT_RUN = {
    **dict.fromkeys(("add", "basic-update", "clear", "copy", "delete", "delete-data", "delete-insert", "delete-where"), _READ_ONLY),
    **dict.fromkeys(("drop", "move", "syntax-update-1", "syntax-update-2", "update-silent"), _READ_ONLY),
    "protocol": "the update operation; the endpoint is read-only and refuses it",
    "graph-store-protocol": "there is no graph store protocol; the dumps serve graphs",
    "entailment": "queries are answered without entailment; what is inferred is inferred when the dataset is built",
    "service": "federation; the endpoint refuses SERVICE, so that it asks no other machine for clients",
    "syntax-fed": "federation; the endpoint refuses SERVICE, so that it asks no other machine for clients",
}
