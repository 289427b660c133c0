"""Shapes for the procedure: each clause once kept and once broken."""

from collections.abc import Sequence

import pytest

from sg17kg.graph.validation import validate
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT

KG, ONTOLOGY, VOC = "https://w3id.org/sg17kg/", "https://w3id.org/sg17kg/ontology#", "https://w3id.org/sg17kg/vocabulary/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"
TAP = (
    ("c", ONTOLOGY + "opens", "x"), ("c", "http://purl.org/dc/terms/issued", "2031-01-31 date"), ("x", TYPE, ONTOLOGY + "Consultation"),
    ("x", ONTOLOGY + "procedure", VOC + "procedure/tap"), ("x", ONTOLOGY + "approvalMeeting", "m"),
    ("m", ONTOLOGY + "startDate", "2031-05-01 date"),
    ("x", ONTOLOGY + "replyDeadline", "2031-04-20T23:59:00Z dateTime"), ("x", ONTOLOGY + "threshold", "70 decimal"),
    ("x", ONTOLOGY + "countingRule", VOC + "counting-rule/replies"), ("x", ONTOLOGY + "effectIfMet", VOC + "effect/procedure-applied"),
)  # fmt: skip
QUESTION = (
    ("x", TYPE, ONTOLOGY + "Consultation"), ("x", ONTOLOGY + "procedure", VOC + "procedure/question-consultation"),
    ("x", ONTOLOGY + "threshold", "70.0 decimal"), ("x", ONTOLOGY + "countingRule", VOC + "counting-rule/explicit-replies"),
    ("x", ONTOLOGY + "effectIfMet", VOC + "effect/approved"), ("x", ONTOLOGY + "effectIfNoReplies", VOC + "effect/approved"),
)  # fmt: skip
AMENDMENT = (
    ("x", TYPE, ONTOLOGY + "Draft"), ("x", ONTOLOGY + "kind", VOC + "kind/amendment"), ("x", ONTOLOGY + "amends", "r"),
    ("x", ONTOLOGY + "announcedIn", "c"), ("c", ONTOLOGY + "saidOn", "2031-01-31 date"),
    ("e", ONTOLOGY + "editionOf", "r"), ("e", ONTOLOGY + "approvedOn", "2029-01-31 date"),
)  # fmt: skip
Statement = tuple[str, str, str]


def term(text: str) -> str:
    value, _, datatype = text.partition(" ")
    if datatype:
        return f'"{value}"^^<{XSD}{datatype}>'
    return f"<{value if '://' in value else 'https://example.org/' + value}>"


def broken(statements: Sequence[Statement]) -> set[str]:
    """Names of the procedure's shapes that the thing x breaks."""
    rows = "".join(f"{term(s)} <{p}> {term(o)} <https://example.org/g> .\n" for s, p, o in statements)
    store = EmbeddedStore.from_nquads(rows.encode())
    results = validate(store, ROOT / "shapes", ROOT / "ontology" / "sg17.ttl", [], house=False)
    found = {result.rule.rpartition("/")[2]: result for result in results if result.focus == "https://example.org/x"}
    for name, result in found.items():
        if name.startswith("procedure"):
            assert {language for language, _ in result.messages} == {"en", "zh"}
            assert "Resolution 1" in result.message() or "A.1" in result.message()
    return {name for name in found if name.startswith("procedure")}


def changed(statements: Sequence[Statement], path: str, value: str | None) -> list[Statement]:
    """The statements with another value of one property, or without it."""
    kept = [entry for entry in statements if entry[1].rpartition("#")[2].rpartition("/")[2] != path]
    old = next(entry for entry in statements if entry not in kept)
    return [*kept, (old[0], old[1], value)] if value else kept


@pytest.mark.parametrize("statements", [TAP, QUESTION, AMENDMENT], ids=["TAP", "Question", "amendment"])
def test_what_keeps_to_the_procedure_is_silent(statements: Sequence[Statement]) -> None:
    assert broken(statements) == set()


@pytest.mark.parametrize(
    ("statements", "path", "value", "shape"),
    [
        (TAP, "startDate", "2031-04-29 date", "procedure-notice"),
        (TAP, "issued", "2031-02-02 date", "procedure-notice"),
        (TAP, "replyDeadline", "2031-05-01T00:00:00Z dateTime", "procedure-deadline"),
        (TAP, "approvalMeeting", None, "procedure-approval-meeting"),
        (TAP, "threshold", "50 decimal", "procedure-Consultation-threshold"),
        (TAP, "countingRule", VOC + "counting-rule/explicit-replies", "procedure-tap-counting"),
        (TAP, "effectIfMet", VOC + "effect/approved", "procedure-tap-counting"),
        (QUESTION, "countingRule", VOC + "counting-rule/replies", "procedure-question-counting"),
        (QUESTION, "effectIfNoReplies", VOC + "effect/returned-to-study-group", "procedure-question-counting"),
        (AMENDMENT, "amends", None, "procedure-parent"),
        (AMENDMENT, "approvedOn", "2031-02-01 date", "procedure-earlier-edition"),
        (AMENDMENT, "editionOf", None, "procedure-earlier-edition"),
    ],
)
def test_what_breaks_a_clause_is_named(statements: Sequence[Statement], path: str, value: str | None, shape: str) -> None:
    assert broken(changed(statements, path, value)) == {shape}


def test_three_months_of_notice_are_enough_across_the_turn_of_a_year() -> None:
    over = changed(changed(TAP, "issued", "2030-11-30 date"), "startDate", "2031-02-28 date")
    over = changed(over, "replyDeadline", "2031-02-01T00:00:00Z dateTime")
    assert broken(over) == {"procedure-notice"}
    assert broken(changed(over, "startDate", "2031-03-01 date")) == set()
