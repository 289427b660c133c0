"""A dual number is one text, whichever half a source names, and whichever source is read first. The pairs here are invented."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rdflib import URIRef

from sg17kg import facts_json
from sg17kg.checks.preflight import Rulebook, refusals
from sg17kg.facts import ApprovalFacts, EditionFacts, Facts
from sg17kg.graph.ingest import Patch, apply_patch, lines, of_document, of_editions
from sg17kg.graph.joining import one_text
from sg17kg.graph.mapping import approvals
from sg17kg.graph.numbering import Numbering, numbering_in, numbering_of
from sg17kg.queries.library import Query, QueryLibrary
from sg17kg.store.base import Row, value
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.text_numbers import canonical_number, parse_text
from tests import ROOT

KG = "https://w3id.org/sg17kg/"
BOOK = Rulebook(QueryLibrary.read(ROOT / "queries"), ROOT / "shapes", ROOT / "ontology" / "sg17.ttl", EmbeddedStore.from_nquads)
RULES = list(BOOK.catalogue.group("rules"))
OF_NOTICES = [rule for rule in RULES if rule.name in ("approval-notices", "supersession", "said-on", "conflict-other-half")]
Asked = Callable[..., list[Row]]


def edition(name: str, day: str) -> EditionFacts:
    text = parse_text(name)
    month = f"{day[5:7]}/{day[:4]}"
    return EditionFacts(
        text.number, text.also, text.part, text.of_edition, month, day, "An example", None, "in-force", (), "SG17", f"{name}.yaml"
    )


def numbering(*names: str) -> Numbering:
    return numbering_of(edition(name, f"{2000 + place}-01-05") for place, name in enumerate(names))


def catalogue(*editions: EditionFacts, known: list[bytes] | None = None) -> Patch:
    return of_editions("pairs.yaml", "0" * 64, editions, date(2026, 11, 1), numbering_in(known or []))


def plus(rows: list[bytes], addition: Patch, rules: Sequence[Query] = ()) -> list[bytes]:
    return apply_patch(rows, addition, rules, EmbeddedStore.from_nquads)


def asking(rows: list[bytes]) -> Asked:
    store = EmbeddedStore.from_nquads(b"".join(rows))
    return lambda name, **arguments: store.query(BOOK.catalogue.get(name).bind(arguments)).rows()


@pytest.fixture(scope="module")
def known(dataset: Path) -> list[bytes]:
    return (dataset / "dataset.nq").read_bytes().splitlines(keepends=True)


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """Circular 101, in whose list stands F.9902 in place of X.1261, and in whose relations X.9902 in place of X.273."""
    written = (ROOT / "data" / "documents" / "circular-2025-2028-101.zh.json").read_text("utf-8")
    path = tmp_path_factory.mktemp("letter") / "101.json"
    path.write_text(written.replace('"id": "X.1261"', '"id": "F.9902"').replace('"X.273"', '"X.9902"'), "utf-8")
    return facts_json.read(path)


PAIR = (edition("F.9902/X.9902", "2026-01-20"), edition("X.9902", "2020-03-04"), edition("X.9902 (2026) Amd. 1", "2026-05-06"))


@pytest.fixture(scope="module")
def paired(known: list[bytes], letter: Facts) -> list[bytes]:
    """The catalogue first, then the letter."""
    with_pair = plus(known, catalogue(*PAIR, known=known))
    return plus(with_pair, of_document(letter, numbering=numbering_in(with_pair)), RULES)


@pytest.mark.parametrize(
    ("halves", "number"),
    [
        (("D.9901", "X.9901"), "X.9901"),
        (("X.9901", "Y.9901"), "X.9901"),
        (("E.9901", "Z.9901"), "Z.9901"),
        (("Y.9901", "Y.8801"), "Y.9901"),
        (("H.9913", "O.9971", "V.9955"), "H.9913"),
    ],
)
def test_the_half_in_series_x_or_z_names_the_text_or_else_the_one_printed_first(halves: tuple[str, ...], number: str) -> None:
    assert canonical_number(halves) == number
    told = numbering("/".join(halves))
    assert {told.number_of(printed) for printed in (*halves, "/".join(halves))} == {number}
    assert told.iri_of(halves[0]) == f"{KG}rec/{number}"


def test_a_half_of_a_half_leads_to_the_one_text() -> None:
    told = numbering("H.9913/O.9971/V.9955", "O.9971/V.9955")
    assert {told.number_of(printed) for printed in ("O.9971", "V.9955", "O.9971/V.9955")} == {"H.9913"}


def test_a_number_that_pairs_give_to_two_texts_names_neither() -> None:
    told = numbering("E.9961/Q.9911", "E.9963/Q.9911")
    assert told.number_of("Q.9911") == "Q.9911"
    assert (told.number_of("E.9961/Q.9911"), told.number_of("E.9963/Q.9911")) == ("E.9961", "E.9963")
    assert told.others_of(("E.9961", "Q.9911")) == ["E.9961/Q.9911"]


def test_of_a_pair_in_two_orders_the_newest_edition_tells() -> None:
    assert numbering("I.9940/Q.9920", "Q.9920/I.9940").number_of("I.9940") == "Q.9920"
    assert numbering("Q.9920/I.9940", "I.9940/Q.9920").number_of("Q.9920") == "I.9940"


def test_a_pair_that_the_catalogue_does_not_print_means_the_half_that_it_lists() -> None:
    told = numbering("D.9901/X.9901", "F.9905")
    assert told.number_of("D.9967/X.9901") == "X.9901"
    assert told.number_of("E.9967/F.9905") == "F.9905"
    assert told.number_of("D.9967") == "D.9967"
    assert told.number_of("D.9967/E.9968") == "D.9967"


def test_the_rows_of_a_catalogue_tell_its_numbering() -> None:
    names = ("I.9940/Q.9920", "Q.9920/I.9940", "D.9901/X.9901", "D.9901/X.9901 (2022) Amd. 1", "F.9905", "X Suppl. 99")
    editions = [edition(name, f"20{20 + place}-01-05") for place, name in enumerate(names)]
    assert numbering_in(catalogue(*editions).rows) == numbering_of(editions)


def test_a_pair_is_one_text_with_all_its_editions_and_parts(paired: list[bytes]) -> None:
    asked = asking(paired)
    for number in ("X.9902", "F.9902", "F.9902/X.9902", "f9902"):
        assert {(value(row, "iri"), value(row, "printed")) for row in asked("text-known", number=number)} == {(f"{KG}rec/X.9902", "X.9902")}
        assert [value(row, "edition") for row in asked("editions-of-text", number=number)] == ["03/2020", "01/2026"]
        assert [value(row, "edition") for row in asked("text-editions", number=number)] == ["03/2020", "01/2026"]
        assert [value(row, "number_of_part") for row in asked("text-amendments", number=number)] == ["X.9902 (2026) Amd.1"]
        assert [value(row, "status") for row in asked("status-of-text", number=number, on="2026-09-01")] == ["in-force"]
        assert {value(row, "question") for row in asked("question-owning", number=number)} == {"Q10/17"}
        events = {value(row, "event") for row in asked("history-of-text", number=number)}
        assert events == {"edition", "part", "responsible-question"}
    assert b"<https://w3id.org/sg17kg/rec/F.9902" not in b"".join(paired)


def test_a_part_of_an_earlier_name_stands_under_the_edition_that_it_changes(known: list[bytes]) -> None:
    rows = plus(known, catalogue(*PAIR, edition("F.9902/X.9902 (2020) Cor. 1", "2021-01-05"), known=known))
    assert f'<{KG}rec/X.9902/2020-03/cor1> <{KG}ontology#otherNumber> "F.9902 (2020) Cor.1"'.encode() in b"".join(rows)


def test_a_pair_counts_once(paired: list[bytes], known: list[bytes]) -> None:
    before, after = asking(known), asking(paired)
    for name in ("recommendations", "recommendations-table"):
        numbers = [value(row, "number") for row in after(name)]
        assert (numbers.count("X.9902"), numbers.count("F.9902")) == (1, 0)
        assert len(numbers) == len({*numbers})
    assert {value(row, "iri") for row in after("text-stages")} >= {
        f"{KG}rec/X.9902",
        *(value(row, "iri") for row in before("text-stages")),
    } - {f"{KG}rec/X.1261"}


def test_a_half_that_a_second_pair_has_is_no_other_number_any_more(known: list[bytes]) -> None:
    """Numbers were used again: F.421/F.85 and D.85/F.85 are two texts, and F.85 alone means neither."""
    with_pair = plus(known, catalogue(edition("F.9902/X.9902", "2026-01-20"), known=known))
    second = of_editions(
        "more.yaml",
        "1" * 64,
        [edition("D.9902/F.9902", "1980-01-05"), edition("F.9902", "1976-01-05")],
        date(2026, 11, 2),
        numbering_in(with_pair),
    )
    assert second.parted == {"F.9902"}
    after = asking(plus(with_pair, second))
    bearing = (
        "SELECT ?text ?number { ?text <" + KG + "ontology#number>|<" + KG + "ontology#otherNumber> ?number FILTER(?number = 'F.9902') }"
    )
    store = EmbeddedStore.from_nquads(b"".join(plus(with_pair, second)))
    assert [value(row, "text") for row in store.query(bearing).rows()] == [f"{KG}rec/F.9902"]
    assert [value(row, "iri") for row in after("text-known", number="X.9902")] == [f"{KG}rec/X.9902"]
    assert refusals(second, plus(with_pair, second, RULES), BOOK) == []


def test_the_letter_keeps_its_evidence_under_the_one_text(paired: list[bytes]) -> None:
    rows = asking(paired)("evidence", s=f"{KG}rec/X.9902", within=f"{KG}circular/2025-2028/101")
    said = {(value(row, "property") or "").rpartition("#")[2]: value(row, "object") for row in rows}
    assert (said["otherNumber"], said["number"]) == ("F.9902", "X.9902")


def test_the_catalogue_may_come_after_the_letter(known: list[bytes], letter: Facts, paired: list[bytes]) -> None:
    stated = [row for row in paired if b"/graph/inferred/" not in row]
    with_letter = plus(known, of_document(letter, numbering=numbering_in(known)))
    assert f"<{KG}rec/F.9902>".encode() in b"".join(with_letter)
    assert plus(with_letter, catalogue(*PAIR, known=with_letter)) == stated


def test_a_catalogue_that_brings_no_pair_changes_no_rows(known: list[bytes]) -> None:
    assert list(one_text(known, catalogue(edition("X.9903", "2026-01-20"), known=known).joined)) == known


def test_editions_listed_under_one_half_become_those_of_the_text(known: list[bytes]) -> None:
    earlier = of_editions("earlier.yaml", "1" * 64, [edition("F.9902", "1999-02-03"), edition("F.9902 (1999) Amd. 1", "2000-02-03")],
                          date(2026, 10, 1), numbering_in(known))  # fmt: skip
    rows = plus(known, earlier)
    rows = plus(rows, catalogue(*PAIR, known=rows))
    assert [value(row, "edition") for row in asking(rows)("editions-of-text", number="F.9902")] == ["02/1999", "03/2020", "01/2026"]
    assert f'<{KG}rec/X.9902/1999-02/amd1> <{KG}ontology#number> "X.9902 (1999) Amd.1" '.encode() in b"".join(rows)


def test_a_dataset_with_pairs_passes_shapes_and_checks(paired: list[bytes], letter: Facts) -> None:
    assert refusals(of_document(letter, numbering=numbering_in(paired)), paired, BOOK) == []
    assert refusals(catalogue(*PAIR, known=paired), paired, BOOK) == []


def test_a_thing_under_the_other_number_of_a_text_is_a_violation(paired: list[bytes]) -> None:
    graph = f"{KG}graph/reference/relaton/stray-yaml"
    stray = f'<{KG}rec/F.9902> <{KG}ontology#number> "F.9902" <{graph}> .\n'.encode()
    found = asking([*paired, stray])("one-number-one-text")
    assert [(value(row, "focus"), value(row, "value")) for row in found] == [(f"{KG}rec/F.9902", "F.9902")]
    assert asking(paired)("one-number-one-text") == []


NOTICE = ApprovalFacts("D.9967", ("X.9902",), None, None, "01/2026", 9999, "2026-02-01", "AAP-9", None, "AAP")


def noticed(rows: list[bytes], notice: ApprovalFacts) -> list[bytes]:
    """The rows with what a bulletin says more."""
    graph = f"{KG}graph/reference/bulletin/more"
    told = approvals.triples([notice], PAIR, (), numbering_in(rows))
    return plus(rows, Patch("bulletin", frozenset({graph}), tuple(lines((*triple, URIRef(graph)) for triple in told))), OF_NOTICES)


def test_another_half_in_a_bulletin_is_a_conflict_and_no_third_number(paired: list[bytes]) -> None:
    asked = asking(noticed(paired, NOTICE))
    iri = f"{KG}conflict/other-half/X.9902-D.9967"
    assert [value(row, "about_iri") for row in asked("conflicts", type="other-half") if value(row, "conflict_iri") == iri] == [
        f"{KG}rec/X.9902"
    ]
    sides = {value(row, "statement") for row in asked("conflict-statements", conflict=iri)}
    assert sides == {"Approval of D.9967/X.9902 (01/2026), AAP-9", "X.9902 (01/2026)"}
    assert asked("text-known", number="D.9967") == []
    assert [value(row, "text") for row in asked("approvals", number="F.9902")] == ["X.9902"]


@pytest.mark.parametrize("pair", [("F.9902", "X.9902"), ("X.9902", "F.9902")])
def test_the_pair_of_the_catalogue_in_a_bulletin_is_no_conflict(pair: tuple[str, str], paired: list[bytes]) -> None:
    rows = noticed(paired, replace(NOTICE, number=pair[0], also=(pair[1],)))
    assert {value(row, "about_iri") for row in asking(rows)("conflicts", type="other-half")} == {f"{KG}rec/X.1261"}


def test_both_pairs_of_the_shipped_catalogue(store: EmbeddedStore) -> None:
    query = "SELECT ?text ?other { ?text <https://w3id.org/sg17kg/ontology#otherNumber> ?other }"
    found = {((value(row, "text") or "").removeprefix(KG), value(row, "other")) for row in store.query(query).rows()}
    assert found == {
        ("rec/X.1261", "D.1140"),
        ("rec/X.1261", "D.1140/X.1261"),
        ("rec/Y.4100", "Y.2066"),
        ("rec/Y.4100", "Y.4100/Y.2066"),
    }


def test_the_shipped_bulletin_pairs_x_1261_otherwise(store: EmbeddedStore) -> None:
    rows = store.query(BOOK.catalogue.get("conflicts").bind({"type": "other-half"})).rows()
    assert [value(row, "about_iri") for row in rows] == [f"{KG}rec/X.1261"]
    assert not store.query(f"SELECT ?p {{ <{KG}rec/D.267> ?p ?o }}").rows()
