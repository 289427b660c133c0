"""A sixth circular: what follows when it is added, what it breaks, and that a newer version of it takes its place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sg17kg import facts_json
from sg17kg.checks.known import KnownDataset
from sg17kg.checks.preflight import Rulebook, check_against_graph, check_document, refusals
from sg17kg.facts import EditionFacts, Facts
from sg17kg.graph.ingest import Patch, apply_patch, of_document, of_editions
from sg17kg.graph.numbering import numbering_in
from sg17kg.queries.library import QueryLibrary
from sg17kg.reference_data import relaton
from sg17kg.store.base import Row, value
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT
from tests.reading import Read

SIXTH = ROOT / "tests" / "fixtures" / "consequences" / "sixth.txt"
Asked = Callable[..., list[Row]]
BOOK = Rulebook(QueryLibrary.read(ROOT / "queries"), ROOT / "shapes", ROOT / "ontology" / "sg17.ttl", EmbeddedStore.from_nquads)
RULES = list(BOOK.catalogue.group("rules"))


def edition(number: str, day: str) -> EditionFacts:
    content = f"""
docidentifier: [{{content: "ITU-T {number} ({day[5:7]}/{day[:4]})", type: ITU, primary: true}}]
title: [{{language: en, content: "An example"}}]
date: [{{type: published, at: '{day}'}}]
"""
    facts = relaton.edition(f"{number}.yaml", content.encode())
    assert isinstance(facts, EditionFacts)
    return facts


@pytest.fixture(scope="module")
def known(dataset: Path) -> list[bytes]:
    return (dataset / "dataset.nq").read_bytes().splitlines(keepends=True)


@pytest.fixture(scope="module")
def sixth(read: Read) -> Facts:
    return read(SIXTH)


@pytest.fixture(scope="module")
def after(known: list[bytes], sixth: Facts) -> list[bytes]:
    return apply_patch(known, of_document(sixth), RULES, EmbeddedStore.from_nquads)


def test_a_newer_file_leaves_the_one_of_remarks_described(known: list[bytes]) -> None:
    """Remarks of curators are on lines of the file that they read; a newer file said that they refer to nothing."""
    facts = facts_json.read(ROOT / "data" / "documents" / "circular-2025-2028-104.zh.json")
    newer = replace(facts, document=replace(facts.document, sha256="0" * 64))
    assert "dangling-references" not in {remark.code for remark in check_against_graph(newer, KnownDataset(known, RULES), BOOK)}
    addition = of_document(newer, numbering=numbering_in(known))
    assert refusals(addition, apply_patch(known, addition, RULES, EmbeddedStore.from_nquads), BOOK) == []


def asking(rows: list[bytes]) -> Asked:
    store = EmbeddedStore.from_nquads(b"".join(rows))
    return lambda name, **arguments: store.query(BOOK.catalogue.get(name).bind(arguments)).rows()


@pytest.fixture(scope="module")
def asked(after: list[bytes]) -> Asked:
    return asking(after)


@pytest.fixture(scope="module")
def with_edition(after: list[bytes]) -> Asked:
    brought = of_editions("X.1399.yaml", "0" * 64, [edition("X.1399", "2026-10-15")], date(2026, 11, 1))
    return asking(apply_patch(after, brought, RULES, EmbeddedStore.from_nquads))


def test_its_consultation_is_open(asked: Asked) -> None:
    rows = asked("open-consultations", on="2026-10-01")
    assert [value(row, "document") for row in rows] == ["TSB Circular 163 (2025-2028)"]


def test_the_question_that_develops_a_draft_owns_its_new_number_since_the_circular_said_so(asked: Asked) -> None:
    (row,) = asked("question-owning", number="X.2212")
    assert (value(row, "question"), value(row, "basis")) == ("Q7/17", "inferred")
    # the list is in a letter without a date, which can have been sent later than the circular
    assert (value(row, "said_on"), value(row, "said_not_before")) == (None, "2026-09-03")
    assert asked("question-owning", number="X.2212", said_by="2026-09-02") == []


def test_the_number_proposed_before_did_not_last(asked: Asked) -> None:
    proposals = {(value(row, "number"), value(row, "gave_way_to")) for row in asked("number-proposals")}
    assert ("X.2210", "X.2212") in proposals


def test_its_drafts_are_in_consultation_then_closed_then_unknown(asked: Asked) -> None:
    stages = [value(asked("status-of-text", number="X.1399", on=day)[0], "status") for day in ("2026-09-03", "2026-11-20", "2026-12-10")]
    assert stages == ["in-consultation", "consultation-closed", "unknown"]


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("number-already-given", "2025-2028/163/2"),
        ("one-number-two-texts", "X.1286-X.accsadlt-X.zz-one"),
        ("one-number-two-texts", "X.2210-X.ig-dw-X.zz-two"),
        ("report-used-twice", "report/sg17/2025-2028/R25/X.1280-X.1286"),
        ("name-spelling", "x.stie"),
    ],
)
def test_what_it_contradicts_is_a_conflict_with_both_statements(kind: str, key: str, asked: Asked, known: list[bytes]) -> None:
    iri = f"https://w3id.org/sg17kg/conflict/{kind}/{key}"
    assert iri in {value(row, "conflict_iri") for row in asked("conflicts", type=kind)}
    assert len(asked("conflict-statements", conflict=iri)) == 2
    assert f"<{iri}>".encode() not in b"".join(known)


def test_an_edition_settles_the_outcome_of_its_draft(with_edition: Asked) -> None:
    assert value(with_edition("status-of-text", number="X.1399", on="2026-12-10")[0], "status") == "in-force"
    assert [value(row, "result") for row in with_edition("outcomes") if value(row, "number") == "X.1399"] == [None]


def test_an_edition_dated_before_the_deadline_is_a_conflict(with_edition: Asked) -> None:
    rows = with_edition("conflicts", type="approved-before-deadline")
    assert {value(row, "about_iri") for row in rows} == {"https://w3id.org/sg17kg/rec/X.1399"}


def test_adding_it_twice_changes_nothing(after: list[bytes], sixth: Facts) -> None:
    addition = of_document(sixth)
    assert apply_patch(after, addition, RULES, EmbeddedStore.from_nquads) == after
    assert addition.known_to(after)


def test_a_newer_version_takes_the_place_of_the_older_one(after: list[bytes], read: Read, tmp_path: Path) -> None:
    corrected = tmp_path / "sixth.txt"
    corrected.write_text(SIXTH.read_text("utf-8").replace("X.1286", "X.1398").replace("[R25]", "[R42]"), "utf-8")
    addition = of_document(read(corrected))
    assert not addition.known_to(after)
    rows = b"".join(apply_patch(after, addition, RULES, EmbeddedStore.from_nquads))
    assert b"conflict/number-already-given/2025-2028/163" not in rows
    assert b"conflict/report-used-twice/" not in rows
    assert b'"X.1398"' in rows
    assert read(SIXTH).document.sha256.encode() not in rows


def test_what_an_addition_breaks_is_refused(after: list[bytes], sixth: Facts) -> None:
    addition = of_document(sixth)
    assert refusals(addition, after, BOOK) == []
    number = b"<https://w3id.org/sg17kg/circular/2025-2028/163> <https://w3id.org/sg17kg/ontology#circularNumber>"
    spoiled = tuple(row for row in addition.rows if not row.startswith(number))
    broken = Patch(addition.label, addition.graphs, spoiled)
    rows = [row for row in after if not row.startswith(number)]
    assert [result.rule.rpartition("/")[2] for result in refusals(broken, rows, BOOK)] == ["Circular-circularNumber"]


def test_preflight_says_what_it_would_break_with_the_lines(known: list[bytes], sixth: Facts) -> None:
    found = {
        (remark.code, remark.lines, remark.severity, remark.found_by)
        for remark in check_against_graph(sixth, KnownDataset(known, RULES), BOOK)
    }
    assert found >= {
        ("procedure-notice", (40,), "warning", "shape"),
        ("number-already-given", (54,), "warning", "conflict"),
        ("report-used-twice", (54,), "warning", "conflict"),
        ("name-spelling", (64,), "warning", "conflict"),
        ("work-item-title-changed", (50,), "warning", "check"),
    }
    assert "short-notice" in {remark.code for remark in check_document(sixth)}


def test_a_document_of_the_dataset_is_checked_as_if_it_were_new(known: list[bytes], seeds: Path, read: Read) -> None:
    found = {
        (remark.code, remark.lines) for remark in check_against_graph(read(next(seeds.glob("004_*.txt"))), KnownDataset(known, RULES), BOOK)
    }
    assert {("two-owners", (30, 122)), ("joint-group", (122,)), ("revision-already-approved", (123,))} <= found
