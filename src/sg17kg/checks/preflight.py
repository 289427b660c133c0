"""Checks of one document, on its own and against the graph.

The findings of its extractor come first. For the check against the graph, the document is added to the known statements and the rules run.
The conflicts, shapes and checks that a dataset must pass then show what the document would break. Each remark names the other side, if
there is one, and refers to a rule with its source.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SH

from sg17kg import assets
from sg17kg.checks import rules as findings_rules
from sg17kg.checks.known import KnownDataset
from sg17kg.errors import AssetError
from sg17kg.facts import Facts, Severity
from sg17kg.findings import CheckFinding, DuplicateOf, RelatedLocation, Rule
from sg17kg.graph.inference import OpenStore
from sg17kg.graph.ingest import Patch, graph_name, of_document
from sg17kg.graph.mapping.circulars import statements
from sg17kg.graph.rdf_terms import SG17
from sg17kg.graph.validation import SEVERITIES, About, Result, at_least, validate
from sg17kg.namespaces import BASE, GRAPH
from sg17kg.queries.library import Query, QueryLibrary
from sg17kg.store.base import Row, Store, value
from sg17kg.store.changing import MutableStore
from sg17kg.store.embedded import EmbeddedStore

# Properties that queries in shapes/ follow backwards; every other path there goes forwards, two steps at most
_BACKWARDS = tuple(f"<{name}>" for name in (SG17.opens, SG17.editionOf))
_ASIDE = (f"<{GRAPH}evidence/".encode(), f"<{GRAPH}inferred/life-cycle".encode())
_SEVERITIES: dict[str, Severity] = {"violation": "error", "warning": "warning", "info": "info"}
# a work item is no statement; the letters that name it are the sides
_THINGS = f"{BASE}work-item/"
_OWN_RULE = "rule of this graph"
_COMPARE = "Compare both sides; correct the document, or tell the curators of this graph if the other side is wrong."
_COMPLETE = "Correct the document, or keep it as it is where the source is silent on purpose."


@dataclass(frozen=True)
class Rulebook:
    """Everything that a document is checked against: rules and checks, shapes, the ontology, and a store to run them."""

    catalogue: QueryLibrary
    shapes: Path
    ontology: Path
    open_store: OpenStore


def load_rulebook() -> Rulebook:
    """Read the rules, checks and shapes of the package. Raises AssetError."""
    queries = QueryLibrary.read(assets.folder("queries"))
    return Rulebook(queries, assets.folder("shapes"), assets.folder("ontology") / "sg17.ttl", EmbeddedStore.from_nquads)


@dataclass(frozen=True)
class _Letter:
    """The document that is checked against the graph: its IRI, its label, the label of its file, and the prefix of the IRIs of passages.

    The graph may contain other language versions of the document, whose passages are lines of other files.
    """

    iri: str
    label: str
    file: str
    passages: str

    def own(self, rows: Iterable[Row]) -> list[Row]:
        """Return the rows whose passage is in this file."""
        return [row for row in rows if (value(row, "passage") or "").startswith(self.passages)]


def check_document(facts: Facts) -> list[CheckFinding]:
    """Return the inconsistencies within the document."""
    return sorted(CheckFinding(finding.lines, finding.severity, finding.code, finding.message, "extraction") for finding in facts.findings)


def check_against_graph(facts: Facts, known: KnownDataset, rulebook: Rulebook) -> list[CheckFinding]:
    """Return what the document breaks in the known dataset. It replaces an older version of itself.

    Raises BuildError if nothing identifies the letter, such as a circular without number or study period.
    """
    addition = of_document(facts, numbering=known.numbering)
    said = statements(facts, numbering=known.numbering)
    document = str(said.source)
    letter = _Letter(document, said.label, f"File {facts.document.name}", f"{document}/{facts.document.language}/lines/")
    with known.extended(addition) as store:
        results = _gravest(_results(addition, store, rulebook))
        remarks = [_remark(result, store, rulebook.catalogue, letter) for result in results]
        return sorted({*_conflicts(store, rulebook.catalogue, letter), *remarks})


def refusals(addition: Patch, rows: Sequence[bytes], rulebook: Rulebook) -> list[Result]:
    """Return the violations of shapes and checks by the things of an addition, in a dataset of these rows."""
    return at_least(_results(addition, MutableStore.from_nquads(b"".join(rows)), rulebook), "violation")


def _results(addition: Patch, store: MutableStore, rulebook: Rulebook) -> list[Result]:
    """Return the results about the things of an addition. Evidence of other documents and life cycles of texts are irrelevant to shapes."""
    own = {f"<{graph}>".encode() for graph in addition.graphs}
    things = frozenset(row.split(b" ", 1)[0] for row in addition.rows)
    triples = b"".join(row.rsplit(b" ", 2)[0] + b" .\n" for row in _around(things, own, store))
    checks = rulebook.catalogue.group("checks")
    about = About(frozenset(thing.decode().strip("<>") for thing in things), triples)
    return validate(store, rulebook.shapes, rulebook.ontology, checks, house=False, about=about)


def _around(things: Iterable[bytes], own: Set[bytes], store: MutableStore) -> Iterator[bytes]:
    """Yield the rows that shapes need: those of the things, of neighbours up to two steps forwards, and of some one step backwards."""

    def rows(subject: str | None, predicate: str | None, value: str | None) -> Iterator[bytes]:
        return (
            row for row in store.match(subject, predicate, value, None) if (graph := graph_name(row)) in own or not graph.startswith(_ASIDE)
        )

    of: dict[bytes, list[bytes]] = {}

    def rows_of(thing: bytes) -> list[bytes]:
        if thing not in of:
            of[thing] = list(rows(thing.decode(), None, None)) if thing.startswith(b"<") else []
        return of[thing]

    near = set(things)
    near |= {_value(row) for thing in things for row in rows_of(thing)}
    named = [thing.decode() for thing in near if thing.startswith(b"<")]
    back = {row.split(b" ", 1)[0] for thing in named for name in _BACKWARDS for row in rows(None, name, thing)}
    near |= {_value(row) for thing in list(near) for row in rows_of(thing)} | back
    return (row for thing in sorted(near) for row in rows_of(thing))


def _value(row: bytes) -> bytes:
    return row.rsplit(b" ", 2)[0].split(b" ", 2)[2]


def _gravest(results: Iterable[Result]) -> list[Result]:
    """Return, of several results about one value of one thing, the most severe, because a broad and a narrow check may both find it."""
    kept: dict[tuple[str, str, str], Result] = {}
    for result in sorted(results, key=lambda entry: SEVERITIES.index(entry.severity)):
        key = (result.focus, result.path, result.value)
        kept.setdefault(key if all(key) else (*key[:2], result.rule), result)
    return list(kept.values())


def _conflicts(store: Store, catalogue: QueryLibrary, letter: _Letter) -> list[CheckFinding]:
    found: dict[str, list[Row]] = {}
    rows_of_letter = store.query(catalogue.get("conflicts-of-document").bind({"document": letter.iri})).rows()
    for row in letter.own(rows_of_letter):
        found.setdefault(value(row, "conflict_iri") or "", []).append(row)
    return [
        CheckFinding(
            _lines(rows),
            "warning",
            value(rows[0], "type") or "",
            value(rows[0], "message") or "",
            "conflict",
            _sides(store, catalogue, conflict, letter),
        )
        for conflict, rows in found.items()
    ]


def _sides(store: Store, catalogue: QueryLibrary, conflict: str, letter: _Letter) -> tuple[RelatedLocation, ...]:
    """Return the passages of other letters on which a conflict is based, and the statements of catalogues and bulletins."""
    passages = store.query(catalogue.get("conflict-passages").bind({"conflict": conflict})).rows()
    said = store.query(catalogue.get("conflict-statements").bind({"conflict": conflict})).rows()
    known = {value(row, "document") for row in passages} | {letter.file}
    sides = {
        _passage(row, "document", _said_in(said, value(row, "document"))) for row in passages if value(row, "document_iri") != letter.iri
    }
    for row in said:
        source, iri = value(row, "source"), value(row, "statement_iri") or ""
        if source and source not in known and not iri.startswith(_THINGS):
            record = value(row, "record")
            sides.add(RelatedLocation(f"{source}, {record}" if record else source, iri, None, value(row, "statement") or ""))
    return _sorted(sides)


def _said_in(statements: Iterable[Row], letter: str | None) -> str:
    return next((value(row, "statement") or "" for row in statements if value(row, "source") == letter), "")


def _passage(row: Row, source: str, statement: str) -> RelatedLocation:
    lines = (int(value(row, "first_line") or 0), int(value(row, "last_line") or 0)) if value(row, "first_line") else None
    return RelatedLocation(value(row, source) or "", value(row, "document_iri") or value(row, "statement_iri") or "", lines, statement)


def _sorted(sides: Iterable[RelatedLocation]) -> tuple[RelatedLocation, ...]:
    return tuple(sorted(sides, key=lambda side: (side.document, side.lines or (0, 0), side.statement)))


def _remark(result: Result, store: Store, catalogue: QueryLibrary, letter: _Letter) -> CheckFinding:
    """Return the finding for a result of a shape or check, with the narrowest known lines that state its subject."""
    own = letter.own(store.query(catalogue.get("evidence").bind({"s": result.focus, "within": letter.iri})).rows())
    code, found_by = result.rule.rpartition("/")[2], "shape" if result.rule.startswith("http") else "check"
    others = _other_side(result, store, catalogue) if found_by == "check" and result.value else ()
    message = result.message()
    if found_by == "shape" and (name := _name(own, letter.label)):
        message = f"{name}: {message}"
    return CheckFinding(_lines(_stating(own, result.path)), _SEVERITIES[result.severity], code, message, found_by, others)


def _stating(rows: Sequence[Row], path: str) -> Sequence[Row]:
    """Return the rows of passages that state a property of a thing, else the row of the passage that introduces the thing."""
    by_property = [[row for row in rows if value(row, "property") == wanted] for wanted in (path, str(RDF.type))]
    return by_property[0] or by_property[1][:1] or rows[:1]


def _name(rows: Iterable[Row], letter: str) -> str:
    """Return the short name of a thing, such as the number of a draft.

    Return an empty string for the letter and its consultation.
    """
    label = next((value(row, "object") or "" for row in rows if value(row, "property") == str(RDFS.label)), "")
    return "" if label.endswith(letter) else label.rpartition(": ")[2] or label.removeprefix(f"{letter}, ").rstrip(": ")


def _other_side(result: Result, store: Store, catalogue: QueryLibrary) -> tuple[RelatedLocation, ...]:
    rows = store.query(catalogue.get("other-side").bind({"focus": result.focus, "value": result.value})).rows()
    return _sorted({_passage(row, "source", value(row, "statement") or "") for row in rows if value(row, "source")})


def _lines(rows: Iterable[Row]) -> tuple[int, ...]:
    """Return the distinct first lines of passages, in order."""
    return tuple(sorted({int(value(row, "first_line") or 0) for row in rows}))


def without_repeats(found: Sequence[CheckFinding], held: Sequence[CheckFinding]) -> tuple[CheckFinding, ...]:
    """Return the remarks of the extractor, which knows the lines, and those against the graph that do not repeat them (`same_as`).

    A remark that names another side is kept, because the extractor cannot know that side. Raises AssetError.
    """
    written = findings_rules.load() if held else {}
    same = [(remark, entry) for remark in found if remark.code in written for entry in written[remark.code].same_as]
    return (*found, *(remark for remark in held if remark.others or not any(_again(remark, *known) for known in same)))


def _again(remark: CheckFinding, found: CheckFinding, same: DuplicateOf) -> bool:
    if remark.rule != same.rule:
        return False
    return any(word in found.message for word in same.words) if same.words else bool(set(remark.lines) & set(found.lines))


def rules_of(remarks: Iterable[CheckFinding], rulebook: Rulebook) -> dict[str, Rule]:
    """Return the rules of remarks by key. Rules of findings are in rules.yaml, the others in queries and shapes.

    Raises AssetError if rules.yaml is broken or lacks a rule.
    """
    keys = sorted({(remark.found_by, remark.code, remark.rule) for remark in remarks})
    written = findings_rules.load() if any(found_by == "extraction" for found_by, _, _ in keys) else {}
    shapes = _shapes(rulebook.shapes) if any(found_by == "shape" for found_by, _, _ in keys) else Graph()
    return {key: _rule(found_by, code, key, written, shapes, rulebook.catalogue) for found_by, code, key in keys}


def _rule(found_by: str, code: str, key: str, written: Mapping[str, Rule], shapes: Graph, catalogue: QueryLibrary) -> Rule:
    if found_by == "extraction":
        if code not in written:
            raise AssetError(f"{findings_rules.FILE.name}: no rule for the finding {code!r}; add it, with rule, remedy and source")
        return written[code]
    if found_by == "shape":
        return _rule_of_shape(code, key, shapes)
    query = catalogue.get(f"conflict-{code}" if found_by == "conflict" else code)
    return _rule_of_query(query, key, f"{BASE}vocabulary/conflict/{code}" if found_by == "conflict" else None)


def _rule_of_query(query: Query, key: str, url: str | None) -> Rule:
    why = " ".join(query.header.description.split())
    return Rule(key, query.header.summary, _COMPARE, f"{_OWN_RULE}, queries/{query.group}/{query.name}.rq", url, why)


def _rule_of_shape(code: str, key: str, shapes: Graph) -> Rule:
    """Return the rule of a shape: its English message, and the clause that it names."""
    shape = URIRef(f"{BASE}shape/{code}")
    texts = [*shapes.objects(shape, SH.message), *shapes.objects(shape, SH.sparql / SH.message)]
    says = next((str(text) for text in texts if isinstance(text, Literal) and text.language == "en"), code)
    clause = shapes.value(shape, RDFS.seeAlso)
    return Rule(key, says, _COMPLETE, str(clause) if clause else f"{_OWN_RULE}, shapes/", str(shape))


def _shapes(folder: Path) -> Graph:
    graph = Graph()
    for path in sorted(folder.glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph
