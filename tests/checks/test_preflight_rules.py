"""The register of rules: every finding that the extractor can report has its rule, and no rule is left over."""

import ast
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import SH

from sg17kg.checks import rules
from sg17kg.checks.preflight import Rulebook, rules_of, without_repeats
from sg17kg.errors import AssetError
from sg17kg.findings import CheckFinding, RelatedLocation, Rule
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT

SHAPES = "".join(path.read_text("utf-8") for path in sorted((ROOT / "shapes").glob("*.ttl")))
EXTRACTION = ROOT / "src" / "sg17kg" / "extraction"
BOOK = Rulebook(QueryLibrary.read(ROOT / "queries"), ROOT / "shapes", ROOT / "ontology" / "sg17.ttl", EmbeddedStore.from_nquads)


def reported(text: str) -> set[str]:
    """The codes that a module hands to `find(code, severity, message, lines)`, a choice between two included."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and len(node.args) == 4]
    codes = [call.args[0] for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "find"]
    return {part.value for code in codes for part in ast.walk(code) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def test_every_code_that_is_reported_has_its_rule_and_every_rule_its_code() -> None:
    used = set().union(*(reported(path.read_text("utf-8")) for path in EXTRACTION.rglob("*.py")))
    registered = set(rules.load())
    assert used - registered == set(), f"add them to {rules.FILE.name}, with rule, remedy and source"
    assert registered - used == set(), f"nothing reports them any more; take them out of {rules.FILE.name}"


def test_codes_are_found_in_calls_alone() -> None:
    text = 'reading.find("a", "error", m, [1])\nreading.find("b" if x else "c", "error", m, l)\nbody.find(reading, "d")\nfind("e")'
    assert reported(text) == {"a", "b", "c"}


@pytest.mark.parametrize("rule", rules.load().values(), ids=lambda rule: rule.key)
def test_a_rule_is_a_sentence_with_a_remedy_and_a_source(rule: Rule) -> None:
    for sentence in (rule.says, rule.remedy):
        assert sentence.endswith(".")
        assert sentence[0].isupper()
    assert rule.source
    assert not rule.source.endswith(".")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: {rule: R., remedy: M.}", r"a\.source"),
        ("a: {rule: R., remedy: M., source: S, more: x}", "more"),
        ("- a", "no map"),
        ("a: [", "no map"),
    ],
)
def test_a_broken_register_is_named(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(AssetError, match=rf"rules\.yaml: .*(?:{told})"):
        rules.load(path)


def test_conflicts_checks_and_shapes_take_their_words_from_where_they_are_defined() -> None:
    remarks = [
        CheckFinding((1,), "warning", "report-used-twice", "", "conflict"),
        CheckFinding((1,), "error", "report-used-twice", "", "extraction"),
        CheckFinding((1,), "info", "title-changed", "", "check"),
        CheckFinding((1,), "warning", "procedure-notice", "", "shape"),
        CheckFinding((1,), "warning", "quality-Draft-title", "", "shape"),
    ]
    found = rules_of(remarks, BOOK)
    assert set(found) == {
        "conflict/report-used-twice", "report-used-twice", "check/title-changed", "shape/procedure-notice", "shape/quality-Draft-title",
    }  # fmt: skip
    query = BOOK.catalogue.get("conflict-report-used-twice")
    assert found["conflict/report-used-twice"].says == query.header.summary
    assert found["conflict/report-used-twice"].source.endswith("queries/rules/conflict-report-used-twice.rq")
    assert found["shape/procedure-notice"].source == "WTSA Resolution 1, clause 9.3"
    assert found["shape/quality-Draft-title"].says == "The draft has no title"


def test_the_rules_that_a_finding_repeats_are_there() -> None:
    shapes = {f"shape/{str(shape).rpartition('/')[2]}" for shape in Graph().parse(data=SHAPES, format="turtle").subjects(SH.severity)}
    queries = {query.name.replace("conflict-", "conflict/") for query in BOOK.catalogue.group("rules")}
    queries |= {f"check/{query.name}" for query in BOOK.catalogue.group("checks")}
    named = {same.rule for rule in rules.load().values() for same in rule.same_as}
    assert named
    assert named - shapes - queries == set(), f"mend same_as in {rules.FILE.name}"


def test_what_the_extractor_found_is_not_told_again_by_a_shape_or_conflict() -> None:
    found = [
        CheckFinding((1, 2), "warning", "header-incomplete", "the header states no date, no contact", "extraction"),
        CheckFinding((5, 9), "warning", "no-text-reference", "where the text lies is not said for X.1, X.2", "extraction"),
        CheckFinding((30, 40), "warning", "two-owners", "X.1 is listed under Q1/17 and Q2/17", "extraction"),
    ]
    again = [
        CheckFinding((325,), "warning", "quality-Circular-issued", "", "shape"),
        CheckFinding((5,), "warning", "quality-Draft-textReference", "", "shape"),
        CheckFinding((30, 40), "warning", "two-owners", "", "conflict"),
    ]
    more = [
        CheckFinding((325,), "warning", "quality-Circular-signatory", "", "shape"),
        CheckFinding((7,), "warning", "quality-Draft-textReference", "", "shape"),
        CheckFinding((30,), "warning", "two-owners", "", "conflict", (RelatedLocation("Another letter", "", None, ""),)),
    ]
    assert without_repeats(found, [*again, *more]) == (*found, *more)


def test_a_finding_without_a_rule_is_named() -> None:
    with pytest.raises(AssetError, match="nonesuch"):
        rules_of([CheckFinding((), "info", "nonesuch", "", "extraction")], BOOK)


def test_every_type_of_conflict_has_the_rule_that_finds_it() -> None:
    names = {query.name for query in BOOK.catalogue.group("rules")}
    written = {name.removeprefix("conflict-") for name in names if name.startswith("conflict-")}
    remarks = [CheckFinding((), "warning", code, "", "conflict") for code in written]
    assert {rule.key for rule in rules_of(remarks, BOOK).values()} == {f"conflict/{code}" for code in written}
