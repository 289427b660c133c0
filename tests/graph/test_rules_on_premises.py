"""Rules that the five circulars give no occasion for: premises written here, and what must follow."""

import pytest

from sg17kg.graph.inference import infer
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import value
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT

RULES = list(QueryLibrary.read(ROOT / "queries").group("rules"))
ONTOLOGY, VOC = "https://w3id.org/sg17kg/ontology#", "https://w3id.org/sg17kg/vocabulary/"
PREFIXES = f"PREFIX : <https://example.org/> PREFIX sg17: <{ONTOLOGY}> PREFIX voc: <{VOC}> "
MERGE = """
old:version a sg17:QuestionVersion ; rdfs:label "Q3/17 (2030)"@en .
old:listed a sg17:Responsibility ; sg17:responsibleQuestion old:version ; sg17:deliverable old:text ; sg17:asOf "2030-03-01"^^xsd:date ;
  sg17:statedIn old:lines ; sg17:basis <https://w3id.org/sg17kg/vocabulary/basis/stated> .
old:lines dcterms:isPartOf old:letter . old:letter a sg17:Circular ; dcterms:issued "2030-04-01"^^xsd:date .
old:text sg17:number "X.1001" .
new:version a sg17:QuestionVersion ; rdfs:label "Q9/17 (2031)"@en ; sg17:continues old:version ; sg17:adoptedAt new:meeting .
new:meeting sg17:endDate "2031-05-05"^^xsd:date .
new:letter a sg17:Circular ; dcterms:issued "2031-06-01"^^xsd:date ; sg17:opens new:consultation .
new:consultation sg17:concerns new:version .
"""


def concluded(turtle: str) -> EmbeddedStore:
    """A store with the premises and everything that the rules conclude."""
    import rdflib  # noqa: PLC0415 - only here

    own = {"sg17": ONTOLOGY, "old": "https://example.org/old/", "new": "https://example.org/new/"}
    prefixes = {**{name: str(iri) for name, iri in rdflib.Graph().namespaces()}, **own}
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    graph = rdflib.Graph().parse(data=head + turtle, format="turtle")
    rows = [f"{line[:-2]} <https://example.org/g> .\n".encode() for line in graph.serialize(format="nt").splitlines() if line.strip()]
    ontology = rdflib.Graph().parse(ROOT / "ontology" / "sg17.ttl")
    rows += [f"{line[:-2]} <https://example.org/o> .\n".encode() for line in ontology.serialize(format="nt").splitlines() if line.strip()]
    return EmbeddedStore.from_nquads(b"".join([*rows, *infer(rows, RULES, EmbeddedStore.from_nquads)]))


@pytest.fixture(scope="module")
def merged() -> EmbeddedStore:
    return concluded(MERGE)


def test_a_merged_question_takes_over_the_texts_of_its_origins(merged: EmbeddedStore) -> None:
    query = (
        PREFIXES
        + """SELECT ?day ?said ?premise { ?r sg17:responsibleQuestion <https://example.org/new/version> ;
      sg17:deliverable/sg17:number "X.1001" ; sg17:asOf ?day ; sg17:saidOn ?said ;
      sg17:basis <https://w3id.org/sg17kg/vocabulary/basis/inferred> ;
      <http://www.w3.org/ns/prov#wasDerivedFrom> ?premise } ORDER BY ?premise"""
    )
    rows = merged.query(query).rows()
    assert {(value(row, "day"), value(row, "said")) for row in rows} == {("2031-05-05", "2031-06-01")}
    assert [value(row, "premise") for row in rows] == ["https://example.org/old/listed", "https://example.org/old/version"]


def test_the_origin_leads_to_what_continues_it(merged: EmbeddedStore) -> None:
    query = PREFIXES + "ASK { <https://example.org/old/version> sg17:continuedBy <https://example.org/new/version> }"
    assert merged.query(query).truth()


def test_a_list_after_the_merger_goes_before() -> None:
    later = MERGE.replace('"2030-03-01"^^xsd:date', '"2031-07-01"^^xsd:date')
    query = PREFIXES + "ASK { ?r sg17:responsibleQuestion <https://example.org/new/version> ; sg17:deliverable ?text }"
    assert not concluded(later).query(query).truth()


def test_an_edition_that_the_catalogue_lists_as_withdrawn_is_withdrawn_since_an_unknown_day() -> None:
    store = concluded("""
old:text a sg17:Recommendation ; rdfs:label "X.1001"@en ; sg17:number "X.1001" .
old:edition a sg17:Edition ; rdfs:label "X.1001 (01/2030)"@en ; sg17:editionOf old:text ; sg17:approvedOn "2030-01-31"^^xsd:date ;
  sg17:publication <https://w3id.org/sg17kg/vocabulary/publication/withdrawn> .
<https://w3id.org/sg17kg/vocabulary/publication/withdrawn> <http://www.w3.org/2004/02/skos/core#notation> "withdrawn" .
<https://example.org/g> <http://www.w3.org/ns/prov#wasDerivedFrom> old:catalogue . old:catalogue dcterms:issued "2031-01-01"^^xsd:date .
""")
    query = (
        PREFIXES
        + """SELECT ?status ?start ?said ?read {
      ?state sg17:stateOf <https://example.org/old/text> ; sg17:status ?status ; sg17:readOn ?read
      FILTER(?status != <"""
        + VOC
        + """status/in-force>)
      OPTIONAL { ?state sg17:startDate ?start } OPTIONAL { ?state sg17:saidOn|sg17:saidNotBefore ?said } }"""
    )
    found = [tuple(value(row, name) for name in ("status", "start", "said", "read")) for row in store.query(query).rows()]
    assert found == [(VOC + "status/withdrawn", None, None, "2031-01-01")]
    query = (
        PREFIXES
        + """SELECT ?start ?by ?bound ?read { ?state sg17:stateOf <https://example.org/old/text> ; sg17:startDate ?start ;
      sg17:endedBy ?by ; sg17:saidNotBefore ?bound ; sg17:readOn ?read ; sg17:status <"""
        + VOC
        + """status/in-force> FILTER NOT EXISTS { ?state sg17:endDate ?end } }"""
    )
    (row,) = store.query(query).rows()
    assert [value(row, name) for name in ("start", "by", "bound", "read")] == ["2030-01-31", "2031-01-01", "2030-01-31", "2031-01-01"]


LISTS = """
old:q sg17:studyPeriod old:period . new:q sg17:studyPeriod old:period .
old:q sg17:versionOf old:question . old:question <http://www.w3.org/2004/02/skos/core#notation> "Q3/17" .
new:q sg17:versionOf new:question . new:question <http://www.w3.org/2004/02/skos/core#notation> "Q9/17" .
old:list a sg17:Responsibility ; sg17:deliverable old:text ; sg17:responsibleQuestion old:q ; sg17:asOf "2030-03-01"^^xsd:date ;
  sg17:basis <https://w3id.org/sg17kg/vocabulary/basis/stated> ; sg17:statedIn old:lines . old:lines dcterms:isPartOf old:letter .
new:list a sg17:Responsibility ; sg17:deliverable old:text ; sg17:responsibleQuestion new:q ; sg17:asOf "2031-03-01"^^xsd:date ;
  sg17:basis <https://w3id.org/sg17kg/vocabulary/basis/stated> ; sg17:statedIn new:lines . new:lines dcterms:isPartOf new:letter .
old:text rdfs:label "X.1001"@en .
"""


@pytest.mark.parametrize(("more", "found"), [("", ["https://example.org/new/list"]), ("new:q sg17:continues old:q .", [])])
def test_a_text_under_another_question_than_before_is_remarked_unless_the_questions_merged(more: str, found: list[str]) -> None:
    check = QueryLibrary.read(ROOT / "queries").get("name-under-another-question")
    assert [value(row, "focus") for row in concluded(LISTS + more).query(check.text).rows()] == found
