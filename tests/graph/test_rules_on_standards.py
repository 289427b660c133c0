"""Rules on editions, Supplements and standards of ISO: premises written here, and what must follow and what must not."""

import pytest

from sg17kg.store.base import value
from tests.graph.test_rules_on_premises import PREFIXES, VOC, concluded

EX = "https://example.org/"
TEXT = """
old:text a sg17:Recommendation ; rdfs:label "X.1001"@en ; sg17:number "X.1001" .
old:edition a sg17:Edition ; rdfs:label "X.1001 (01/2030)"@en ; sg17:editionOf old:text ; sg17:editionMonth "01/2030" ;
  sg17:approvedOn "2030-01-31"^^xsd:date ; sg17:equivalentTo old:standard ;
  sg17:listedStage <https://w3id.org/sg17kg/vocabulary/listed-stage/published> .
old:standard a sg17:Standard ; rdfs:label "ISO/IEC 99594-8"@en .
<https://w3id.org/sg17kg/vocabulary/iso-stage/60.60> <http://www.w3.org/2004/02/skos/core#notation> "60.60" .
<https://w3id.org/sg17kg/vocabulary/iso-stage/95.99> <http://www.w3.org/2004/02/skos/core#notation> "95.99" .
"""
LATER = """
new:edition a sg17:Edition ; rdfs:label "X.1001 (05/2031)"@en ; sg17:editionOf old:text ; sg17:editionMonth "05/2031" ;
  sg17:approvedOn "2031-05-31"^^xsd:date ; sg17:listedStage <https://w3id.org/sg17kg/vocabulary/listed-stage/published> .
"""


def twin(year: str, stage: str, of: str = "old:standard") -> str:
    return f"""old:twin{year} a sg17:StandardEdition ; rdfs:label "ISO/IEC 99594-8:{year}"@en ; sg17:standardEditionOf {of} ;
  sg17:standardYear "{year}"^^xsd:gYear ; sg17:standardStage <https://w3id.org/sg17kg/vocabulary/iso-stage/{stage}> ."""


def conflicts(premises: str) -> set[tuple[str | None, str | None]]:
    """(type, edition of the standard) of the conflicts that follow."""
    derived = "?c sg17:conflictType ?type ; <http://www.w3.org/ns/prov#wasDerivedFrom> ?twin"
    query = PREFIXES + f"SELECT ?type ?twin {{ {derived} . ?twin a sg17:StandardEdition }}"
    found = concluded(premises).query(query).rows()
    return {((value(row, "type") or "").removeprefix(f"{VOC}conflict/"), (value(row, "twin") or "")[-4:]) for row in found}


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ([twin("2029", "95.99")], {("twin-withdrawn", "2029")}),
        ([twin("2029", "95.99"), twin("2030", "60.60")], set()),
        ([twin("2029", "60.60")], set()),
        ([twin("2029", "95.99"), LATER], set()),
        ([twin("2031", "60.60")], set()),
        ([twin("2032", "60.60")], {("twin-newer", "2032")}),
        ([twin("2032", "60.60"), twin("2033", "60.60")], {("twin-newer", "2033")}),
        ([twin("2032", "95.99")], {("twin-withdrawn", "2032")}),
        ([twin("2032", "60.60"), LATER], set()),
        (
            [twin("2032", "60.60", of="new:standard"), 'new:standard a sg17:Standard ; rdfs:label "ISO 99594-8"@en .'],
            {("twin-newer", "2032")},
        ),
        ([twin("2032", "60.60", of="new:standard"), 'new:standard a sg17:Standard ; rdfs:label "ISO 99594-9"@en .'], set()),
    ],
)
def test_a_text_in_force_against_the_newest_edition_of_its_twin(more: list[str], found: set[tuple[str, str]]) -> None:
    assert conflicts("\n".join([TEXT, *more])) == found


def test_a_text_that_is_withdrawn_here_too_is_no_conflict() -> None:
    assert conflicts(TEXT.replace("listed-stage/published", "listed-stage/withdrawn") + twin("2029", "95.99")) == set()


@pytest.mark.parametrize(
    ("days", "pairs"),
    [
        (("2030-01-01",), set()),
        (("2030-01-01", "2031-01-01", "2032-01-01"), {("e1", "e0"), ("e2", "e1")}),
        (("2030-01-01", "2031-01-01", "2031-01-01"), {("e1", "e0"), ("e2", "e0")}),
        (("2030-01-01", "2030-01-01", "2031-01-01"), {("e2", "e0"), ("e2", "e1")}),
    ],
)
def test_an_edition_supersedes_the_one_before_it(days: tuple[str, ...], pairs: set[tuple[str, str]]) -> None:
    premises = "".join(f'old:e{n} sg17:editionOf old:text ; sg17:approvedOn "{day}"^^xsd:date .\n' for n, day in enumerate(days))
    rows = concluded(premises).query(PREFIXES + "SELECT ?later ?earlier { ?later sg17:supersedes ?earlier }").rows()
    assert {((value(row, "later") or "")[-2:], (value(row, "earlier") or "")[-2:]) for row in rows} == pairs


SUPPLEMENT = """
old:sup a sg17:Supplement ; rdfs:label "X Suppl. 91"@en ; sg17:number "X Suppl. 91" .
old:supedition a sg17:Edition ; sg17:editionOf old:sup ; sg17:approvedOn "2030-01-31"^^xsd:date ; dcterms:title "%s"@en .
old:text a sg17:Recommendation ; rdfs:label "X.1001"@en ; sg17:number "X.1001" .
new:text a sg17:Recommendation ; rdfs:label "X.1002"@en ; sg17:number "X.1002" .
"""


@pytest.mark.parametrize(
    ("title", "more", "subjects"),
    [
        ("ITU-T X.1001 – Supplement on a subject", "", {EX + "old/text"}),
        ("ITU-T X.1001 - Supplement on X.1002", "", {EX + "old/text"}),
        ("Supplement to ITU-T X.1001: a subject", "", {EX + "old/text"}),
        ("ITU-T X.1001 – Supplement on a subject", "old:sup sg17:complements new:text .", {EX + "new/text"}),
        ("ITU-T X.1001-X.1099 series – Supplement on a subject", "", {"X.1001-X.1099"}),
        ("ITU-T X.1001-X.1099 – Supplement on a subject", "old:sup sg17:complements new:text .", {"X.1001-X.1099", EX + "new/text"}),
        ("ITU-T X.1001 series – Supplement on a subject", "", {"X.1001 series"}),
        ("ITU-T X.1001-series – Supplement on a subject", "", {"X.1001 series"}),
        ("ITU-T X.100 – Supplement on a subject", "", set()),
        ("A subject of ITU-T X.1001", "", set()),
    ],
)
def test_the_title_of_a_supplement_says_what_it_goes_with(title: str, more: str, subjects: set[str]) -> None:
    rows = (
        concluded(SUPPLEMENT % title + more)
        .query(PREFIXES + f"SELECT ?x {{ <{EX}old/sup> sg17:complements|sg17:complementsRange ?x }}")
        .rows()
    )
    assert {value(row, "x") for row in rows} == subjects
