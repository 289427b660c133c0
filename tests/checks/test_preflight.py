"""Pre-flight against the graph: a number given already, a name under another Question, a report used twice, a title that changed.

The documents are written here, with invented numbers; what they are held against is the packaged dataset, or it with a circular that is
invented too. Each remark has the line of the document, and the line or record of who says otherwise.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from sg17kg import facts_json
from sg17kg.checks import preflight
from sg17kg.checks.known import KnownDataset
from sg17kg.checks.preflight import Rulebook, check_against_graph
from sg17kg.findings import CheckFinding, RelatedLocation
from sg17kg.graph.ingest import apply_patch, of_document
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.embedded import EmbeddedStore
from tests import FIXTURES, ROOT
from tests.reading import Read

BOOK = Rulebook(QueryLibrary.read(ROOT / "queries"), ROOT / "shapes", ROOT / "ontology" / "sg17.ttl", EmbeddedStore.from_nquads)
SEVERAL = FIXTURES / "12-contradictions.txt"
EARLIER = FIXTURES / "01-single-draft.txt"
QUESTION = FIXTURES / "08-question-new.txt"
HEADING, TITLE = 49, 50
RULES = list(BOOK.catalogue.group("rules"))
FIRST = "TSB Circular 211 (2025-2028)"


@pytest.fixture(scope="module")
def known(dataset: Path) -> list[bytes]:
    return (dataset / "dataset.nq").read_bytes().splitlines(keepends=True)


@pytest.fixture(scope="module")
def after(known: list[bytes], read: Read) -> list[bytes]:
    """The dataset with an invented circular: X.1531 (X.pqc-mig), report 12."""
    return apply_patch(known, of_document(read(EARLIER)), RULES, EmbeddedStore.from_nquads)


def later(**changes: str) -> str:
    """A circular of two months later, the same but for what is changed."""
    text = EARLIER.read_text("utf-8").replace("211", "212").replace("2027年4月19日", "2027年6月1日")
    for was, becomes in changes.items():
        text = text.replace(
            {"number": "X.1531", "name": "X.pqc-mig", "report": "[R12]", "title": "电信网络抗量子密码迁移导则"}[was], becomes
        )
    return text


@pytest.mark.parametrize("name", ["04-amendments-corrigendum.txt", "09-questions-revised-merged.txt", "12-contradictions.txt"])
def test_shapes_judge_what_is_around_a_letter_as_they_judge_the_whole(
    name: str, known: list[bytes], read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = read(FIXTURES / name)
    near = check_against_graph(facts, KnownDataset(known, RULES), BOOK)
    monkeypatch.setattr(preflight, "_around", lambda _, __, store: store.match(None, None, None, None))
    assert near == check_against_graph(facts, KnownDataset(known, RULES), BOOK)


@pytest.fixture
def held(read: Read, tmp_path: Path) -> "Held":
    return Held(read, tmp_path / "circular.txt")


class Held:
    """Holds a text against a graph; gives remarks by code, findings of the text alone left out."""

    def __init__(self, read: Read, path: Path) -> None:
        self._read, self._path = read, path

    def __call__(self, text: str, rows: list[bytes]) -> dict[str, CheckFinding]:
        self._path.write_text(text, "utf-8")
        return {remark.code: remark for remark in check_against_graph(self._read(self._path), KnownDataset(rows, RULES), BOOK)}


def sides(remark: CheckFinding) -> list[tuple[str, tuple[int, int] | None]]:
    return [(side.document, side.lines) for side in remark.others]


def test_the_lines_of_the_document_are_those_that_these_tests_name() -> None:
    lines = EARLIER.read_text("utf-8").split("\n")
    assert "X.1531 (X.pqc-mig)" in lines[HEADING - 1]
    assert lines[TITLE - 1] == "电信网络抗量子密码迁移导则"


def test_a_number_proposed_before_for_another_work_item(held: Held, after: list[bytes]) -> None:
    found = held(later(name="X.other", report="[R77]"), after)["one-number-two-texts"]
    assert (found.lines, found.severity) == ((HEADING,), "warning")
    assert sides(found) == [(FIRST, (HEADING, HEADING))]
    assert found.others[0].iri == "https://w3id.org/sg17kg/circular/2025-2028/211"


def test_a_number_of_a_text_in_force(held: Held, known: list[bytes]) -> None:
    found = held(later(number="X.1286", name="X.other", report="[R77]"), known)
    (side,) = found["number-already-given"].others
    assert found["number-already-given"].lines == (HEADING,)
    assert side.statement == "X.1286 (06/2026)"
    assert side.lines is None
    assert "itu-t-x-1286" in side.document


def test_a_report_number_used_before_in_the_study_period(held: Held, after: list[bytes]) -> None:
    found = held(later(number="X.1532", name="X.other"), after)["report-used-twice"]
    assert (found.lines, sides(found)) == ((HEADING,), [(FIRST, (HEADING, HEADING))])


def test_a_report_number_used_before_for_another_name(held: Held, after: list[bytes]) -> None:
    found = held(later(name="X.other"), after)
    assert "report-used-twice" not in found, "the numbers are the same"
    assert (found["report-of-another-name"].lines, found["report-of-another-name"].severity) == ((HEADING,), "warning")
    assert sides(found["report-of-another-name"]) == [(FIRST, (HEADING, HEADING))]


def test_report_numbers_start_anew_with_a_study_period(held: Held, after: list[bytes]) -> None:
    text = later(number="X.1532", name="X.other").replace("2027年", "2029年")
    assert not {"report-used-twice", "report-of-another-name"} & set(held(text, after))


def test_a_provisional_name_with_another_title_is_a_warning_with_both_titles_lines(held: Held, after: list[bytes]) -> None:
    found = held(later(title="另一份案文的标题"), after)
    assert found["work-item-title-changed"].severity == "warning"
    assert found["work-item-title-changed"].lines == (TITLE,)
    assert sides(found["work-item-title-changed"]) == [(FIRST, (TITLE, TITLE))]
    assert "title-changed" not in found, "the graver of two checks that find the same stands"


def test_another_title_under_a_number_alone_is_a_note(held: Held, after: list[bytes]) -> None:
    found = held(later(name="X.other", title="另一份案文的标题", report="[R77]"), after)
    assert (found["title-changed"].severity, sides(found["title-changed"])) == ("info", [(FIRST, (TITLE, TITLE))])
    assert "work-item-title-changed" not in found


def test_white_space_and_punctuation_make_no_other_title(held: Held, after: list[bytes]) -> None:
    assert not {"title-changed", "work-item-title-changed"} & set(held(later(title="电信网络 抗量子密码，迁移导则"), after))


def test_a_provisional_name_under_another_question(held: Held, known: list[bytes]) -> None:
    text = QUESTION.read_text("utf-8").replace("X.qkd-auth", "X.accsadlt")
    line = next(number for number, entry in enumerate(text.split("\n"), 1) if "X.accsadlt" in entry)
    found = held(text, known)["name-under-another-question"]
    assert (found.lines, sides(found)) == ((line,), [("TSB Circular 101 (2025-2028)", (123, 123))])
    assert "Q18/17" in found.message
    assert "Q10/17" in found.message


def test_a_shape_names_each_text_and_its_heading_not_the_first_note_that_speaks_of_it(
    read: Read, known: list[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "circular.txt"
    path.write_text(SEVERAL.read_text("utf-8").replace("[R83]", "").replace("[R84]", ""), "utf-8")
    found = [
        remark
        for remark in check_against_graph(read(path), KnownDataset(known, RULES), BOOK)
        if remark.code == "quality-Draft-textReference"
    ]
    assert [(remark.lines, remark.message.partition(":")[0]) for remark in found] == [((53,), "X.1563"), ((57,), "X.1564")]


def test_what_a_draft_revises_is_sought_at_its_heading(held: Held, known: list[bytes]) -> None:
    text = EARLIER.read_text("utf-8").replace("X.1531 (X.pqc-mig)新建议书草案", "X.1531 (X.pqc-mig)建议书修订草案")
    found = held(text, known)["procedure-earlier-edition"]
    assert (found.lines, found.message.partition(": ")[0]) == ((HEADING,), "X.1531")


def test_a_remark_about_the_letter_itself_names_nothing(held: Held, known: list[bytes]) -> None:
    found = held(EARLIER.read_text("utf-8").replace("2027年4月19日", "2027年8月19日"), known)
    assert found["procedure-notice"].message.startswith("Less than")


def test_lines_are_those_of_the_version_that_is_held_not_of_another_language(read: Read, after: list[bytes], tmp_path: Path) -> None:
    path, shorter = tmp_path / "circular.txt", tmp_path / "shorter.txt"
    path.write_text(SEVERAL.read_text("utf-8").replace("[R83]", "").replace("[R84]", "[R12]"), "utf-8")
    shorter.write_text("\n".join(line for line in path.read_text("utf-8").split("\n") if line), "utf-8")
    facts = read(shorter)
    english = replace(facts, document=replace(facts.document, language="en"))
    rows = apply_patch(after, of_document(english), RULES, EmbeddedStore.from_nquads)
    found = {remark.code: remark for remark in check_against_graph(read(path), KnownDataset(rows, RULES), BOOK)}
    assert found["quality-Draft-textReference"].lines == (53,)
    assert found["report-used-twice"].lines == (57,)


def test_what_agrees_with_the_graph_has_no_such_remark(held: Held, after: list[bytes]) -> None:
    found = held(later(number="X.1532", name="X.other", report="[R77]"), after)
    assert [remark for remark in found.values() if remark.others] == []


@pytest.mark.parametrize("name", ["circular-2025-2028-101.zh", "circular-2022-2024-142.zh"])
def test_a_circular_of_the_dataset_does_not_stand_against_itself(name: str, known: list[bytes]) -> None:
    facts = facts_json.read(ROOT / "data" / "documents" / f"{name}.json")
    own = f"TSB Circular {facts.circular.number} ({facts.circular.study_period})"
    remarks = check_against_graph(facts, KnownDataset(known, RULES), BOOK)
    assert remarks
    assert [side for remark in remarks for side in remark.others if side.document == own] == []
    assert {line for remark in remarks for line in remark.lines} <= set(range(1, facts.document.lines + 1))


REVISED = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg17: <https://w3id.org/sg17kg/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://example.org/> .
:draft a sg17:Draft ; rdfs:label "Item 1"@en ; sg17:kind <https://w3id.org/sg17kg/vocabulary/kind/revised> ;
  sg17:proposedDeliverable :text ; dcterms:title "A framework, revised"@en ; sg17:announcedIn :circular .
:circular sg17:saidOn "2030-01-01"^^xsd:date .
:old sg17:editionOf :text ; dcterms:title "A framework of old"@en ; sg17:approvedOn "2020-01-01"^^xsd:date ; sg17:editionMonth "01/2020" .
:new sg17:editionOf :text ; dcterms:title %s ; sg17:approvedOn "2025-01-01"^^xsd:date ; sg17:editionMonth "01/2025" .
"""


@pytest.mark.parametrize(
    ("title", "found"),
    [('"A framework"@en', ["A framework"]), ('"A FRAMEWORK - revised"@en', []), ('"Cadre"@fr', [])],
)
def test_a_revision_is_compared_with_its_latest_edition_in_its_language(title: str, found: list[str], tmp_path: Path) -> None:
    path = tmp_path / "graph.ttl"
    path.write_text(REVISED % title, "utf-8")
    check = BOOK.catalogue.get("edition-title-changed")
    assert check.header.severity == "info"
    rows = EmbeddedStore.from_rdf_files([path], ROOT / "build" / "none.nq").query(check.text).rows()
    assert [row["value"].value for row in rows if row["value"]] == found


def test_other_sides_tell_where_they_stand() -> None:
    assert RelatedLocation("Letter", "", (3, 3), "").where == "Letter, line 3"
    assert RelatedLocation("Letter", "", (3, 5), "").where == "Letter, lines 3 to 5"
    assert RelatedLocation("QueryLibrary", "", None, "").where == "QueryLibrary"
