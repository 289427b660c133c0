"""Shapes and checks: the dataset conforms, every class has a shape, and every constraint is broken once."""

import io
from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SH, XSD
from rdflib.term import Node

from sg17kg.graph.rdf_terms import SG17
from sg17kg.graph.validation import Result, at_least, report, validate
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT

SHAPES = Graph()
for source in sorted((ROOT / "shapes").glob("*.ttl")):
    SHAPES.parse(source)
COMPONENTS = {
    SH.minCount: SH.MinCountConstraintComponent,
    SH.maxCount: SH.MaxCountConstraintComponent,
    SH.datatype: SH.DatatypeConstraintComponent,
    SH["class"]: SH.ClassConstraintComponent,
    SH.pattern: SH.PatternConstraintComponent,
    SH.minInclusive: SH.MinInclusiveConstraintComponent,
    SH.minExclusive: SH.MinExclusiveConstraintComponent,
    SH.maxInclusive: SH.MaxInclusiveConstraintComponent,
    SH.nodeKind: SH.NodeKindConstraintComponent,
    SH["in"]: SH.InConstraintComponent,
    SH["or"]: SH.OrConstraintComponent,
    SH.lessThan: SH.LessThanConstraintComponent,
    SH.lessThanOrEquals: SH.LessThanOrEqualsConstraintComponent,
    SH.uniqueLang: SH.UniqueLangConstraintComponent,
    SH.qualifiedValueShape: SH.QualifiedMinCountConstraintComponent,
    SH.qualifiedMinCount: SH.QualifiedMinCountConstraintComponent,
}
IGNORED = {RDF.type, SH.path, SH.severity, SH.message}
Case = tuple[URIRef, URIRef, URIRef, URIRef]


def cases() -> Iterator[Case]:
    """(target class, property shape, path, constraint) for every constraint of every property shape."""
    for node_shape, target in SHAPES.subject_objects(SH.targetClass):
        for shape in SHAPES.objects(node_shape, SH.property):
            path = SHAPES.value(shape, SH.path)
            for constraint in set(SHAPES.predicates(shape)) - IGNORED:
                assert isinstance(target, URIRef)
                assert isinstance(shape, URIRef)
                assert isinstance(path, URIRef)
                assert isinstance(constraint, URIRef)
                yield target, shape, path, constraint


CASES = sorted(cases())


def breaking_values(shape: URIRef, path: URIRef, constraint: URIRef) -> list[tuple[Node, Node]]:
    """(property, value) pairs that break one constraint."""
    if constraint in (SH.minCount, SH.qualifiedValueShape, SH.qualifiedMinCount):
        return []
    if constraint == SH.maxCount:
        return [(path, Literal("one")), (path, Literal("two"))]
    if constraint == SH.uniqueLang:
        return [(path, Literal("one", lang="en")), (path, Literal("two", lang="en"))]
    if constraint in (SH.minInclusive, SH.minExclusive):
        return [(path, Literal(-1))]
    if constraint == SH.maxInclusive:
        return [(path, Literal(1000))]
    if constraint in (SH.lessThan, SH.lessThanOrEquals):
        other = SHAPES.value(shape, constraint)
        assert other is not None
        late, early = ("2031-02-02", "2031-01-01") if SHAPES.value(shape, SH.datatype) == XSD.date else ("9", "3")
        datatype = SHAPES.value(shape, SH.datatype)
        assert isinstance(datatype, URIRef)
        return [(path, Literal(late, datatype=datatype)), (other, Literal(early, datatype=datatype))]
    return [(path, URIRef("https://example.org/untyped") if constraint == SH.datatype else Literal("!! wrong"))]


@pytest.fixture(scope="module")
def broken() -> set[tuple[Node | None, Node | None, Node | None]]:
    """(focus, shape, component) of every result for one graph in which each thing breaks one constraint."""
    data = Graph()
    for number, (target, shape, path, constraint) in enumerate(CASES):
        focus = URIRef(f"https://example.org/{number}")
        data.add((focus, RDF.type, target))
        for predicate, value in breaking_values(shape, path, constraint):
            data.add((focus, URIRef(str(predicate)), value))
    ontology = Graph().parse(ROOT / "ontology" / "sg17.ttl")
    _, results, _ = pyshacl.validate(data, shacl_graph=SHAPES, ont_graph=ontology)
    assert isinstance(results, Graph)
    return {
        (results.value(node, SH.focusNode), results.value(node, SH.sourceShape), results.value(node, SH.sourceConstraintComponent))
        for node in results.subjects(RDF.type, SH.ValidationResult)
    }


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{case[1].rsplit('/')[-1]}-{case[3].rsplit('#')[-1]}" for case in CASES])
def test_every_constraint_finds_the_data_that_breaks_it(number: int, broken: set[tuple[Node | None, Node | None, Node | None]]) -> None:
    _, shape, _, constraint = CASES[number]
    assert (URIRef(f"https://example.org/{number}"), shape, COMPONENTS[constraint]) in broken


def test_a_meeting_without_a_city_is_missed_unless_it_is_virtual() -> None:
    data = Graph()
    for name, virtual in (("here", False), ("nowhere", True)):
        data.add((URIRef(f"https://example.org/{name}"), RDF.type, SG17.Meeting))
        data.add((URIRef(f"https://example.org/{name}"), SG17.virtual, Literal(virtual)))
    _, results, _ = pyshacl.validate(data, shacl_graph=SHAPES)
    assert isinstance(results, Graph)
    shape = URIRef("https://w3id.org/sg17kg/shape/quality-Meeting")
    focus = {results.value(node, SH.focusNode) for node in results.subjects(SH.sourceShape, shape)}
    assert focus == {URIRef("https://example.org/here")}


def test_every_class_of_the_data_has_a_shape(whole_store: EmbeddedStore) -> None:
    rows = whole_store.query("SELECT DISTINCT ?c { ?s a ?c FILTER(STRSTARTS(STR(?c), 'https://w3id.org/sg17kg/ontology#')) }").rows()
    classes = {term.value for row in rows if (term := row["c"])}
    targets = {str(target) for target in SHAPES.objects(None, SH.targetClass)}
    assert classes
    ontology = Graph().parse(ROOT / "ontology" / "sg17.ttl")
    bare = {name for name in classes if not targets & {str(above) for above in ontology.transitive_objects(URIRef(name), RDFS.subClassOf)}}
    assert bare == set()


def test_every_shape_says_what_is_wrong_in_english_and_chinese() -> None:
    shapes = {shape for shape in SHAPES.objects(None, SH.property) if not isinstance(shape, BNode)}
    silent = {shape for shape in shapes if {text.language for text in SHAPES.objects(shape, SH.message)} != {"en", "zh"}}  # type: ignore[attr-defined]
    assert silent == set()


def validated(content: bytes) -> list[Result]:
    store = EmbeddedStore.from_nquads(content)
    return validate(store, ROOT / "shapes", ROOT / "ontology" / "sg17.ttl", QueryLibrary.read(ROOT / "queries").group("checks"))


@pytest.fixture(scope="module")
def of_everything(whole_dataset: Path) -> list[Result]:
    """Results for the whole dataset."""
    return validated((whole_dataset / "dataset.nq").read_bytes())


def test_the_dataset_conforms(of_everything: list[Result]) -> None:
    assert at_least(of_everything, "violation") == []


def test_warnings_name_what_the_sources_do_not_say(of_everything: list[Result]) -> None:
    rules = {result.rule.rsplit("/")[-1] for result in of_everything}
    assert {"quality-Circular-signatory", "quality-Draft-textReference", "quality-Meeting"} <= rules


ONE = "<https://w3id.org/sg17kg/rec/X.1001>"
TWO = "<https://w3id.org/sg17kg/rec/X.1002>"
NUMBER = "<https://w3id.org/sg17kg/ontology#number>"
LABEL = f"<{RDFS.label}>"


@pytest.mark.parametrize(
    ("check", "row"),
    [
        ("dangling-references", f"{ONE} <https://w3id.org/sg17kg/ontology#relatesTo> {TWO} <https://example.org/g> ."),
        ("one-number-one-text", f'{ONE} {NUMBER} "X.1" <https://example.org/g> .\n{TWO} {NUMBER} "X.1" <https://example.org/g> .'),
        ("one-value-a-source", f'{ONE} {LABEL} "one"@en <https://example.org/g> .\n{ONE} {LABEL} "two"@en <https://example.org/g> .'),
        ("one-value-a-source", f'{ONE} {LABEL} "one"@en <https://example.org/g> .\n{ONE} {LABEL} "two"@en <https://example.org/h> .'),
        ("statement-without-evidence", f'{ONE} {NUMBER} "X.1" <https://w3id.org/sg17kg/graph/circular/2025-2028/1> .'),
    ],
)
def test_every_check_finds_the_data_that_breaks_it(check: str, row: str) -> None:
    assert check in {result.rule for result in validated((row + "\n").encode()) if result.severity == "violation"}


def test_every_check_is_broken_by_a_test(catalogue: QueryLibrary) -> None:
    assert {query.name for query in catalogue.group("checks")} == {
        "correction-without-counterpart",  # tests/graph/test_corrections.py
        "dangling-references",
        "edition-title-changed",  # tests/checks/test_preflight.py
        "name-under-another-question",  # tests/graph/test_rules_on_premises.py
        "one-number-one-text",
        "one-value-a-source",  # versions of one letter: tests/graph/test_letters.py
        "report-of-another-name",  # tests/checks/test_preflight.py
        "statement-without-evidence",
        "title-changed",  # tests/checks/test_preflight.py
        "two-stages-on-a-day",  # tests/data/test_statuses.py
        "work-item-title-changed",  # tests/checks/test_preflight.py
    }


def test_the_report_is_one_of_the_w3c() -> None:
    found = validated(f"{ONE} <{RDF.type}> <{SG17.Recommendation}> <https://example.org/g> .\n".encode())
    graph = Graph().parse(io.BytesIO(report(found)), format="turtle")
    node = graph.value(None, RDF.type, SH.ValidationReport)
    assert graph.value(node, SH.conforms) == Literal(False)
    assert len(list(graph.objects(node, SH.result))) == len(found) >= 2
    assert (None, RDFS.label, None) not in graph
