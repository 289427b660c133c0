"""What is wrong with one document, on its own and against the graph: before it is sent, or before it is added.

The findings of its extractor come first. Against the graph, the document is added to what is known, the rules run, and the
same conflicts, shapes and checks that a dataset must pass tell what it would break.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sg17kg.catalogue.catalogue import Catalogue
from sg17kg.graph.additions import Addition, added, graph_name, of_document
from sg17kg.graph.mapping import statements
from sg17kg.graph.rules import OpenStore
from sg17kg.graph.validation import About, Result, at_least, validate
from sg17kg.namespaces import GRAPH
from sg17kg.records import Facts, Severity
from sg17kg.store.base import Row, Store, value

_ASIDE = (f"<{GRAPH}evidence/".encode(), f"<{GRAPH}inferred/life-cycle".encode())
_SEVERITIES: dict[str, Severity] = {"violation": "error", "warning": "warning", "info": "info"}


@dataclass(frozen=True, order=True)
class Remark:
    """One thing that is wrong: the lines of the document that it rests on, how grave it is, which rule found it.

    `found_by` is extraction, conflict, shape or check; `code` the finding, conflict type, shape or check.
    """

    lines: tuple[int, ...]
    severity: Severity
    code: str
    message: str
    found_by: str


@dataclass(frozen=True)
class Rulebook:
    """Everything that a document is held against: rules and checks, shapes, the ontology, and a store to run them."""

    catalogue: Catalogue
    shapes: Path
    ontology: Path
    open_store: OpenStore


def alone(facts: Facts) -> list[Remark]:
    """What does not agree within the document."""
    return sorted(Remark(finding.lines, finding.severity, finding.code, finding.message, "extraction") for finding in facts.findings)


def against(facts: Facts, known: Iterable[bytes], rulebook: Rulebook) -> list[Remark]:
    """What the document breaks in the graph whose N-Quads rows are known. An older version of it is left aside.

    Raises BuildError where the circular has no number or study period: then it has no place in the graph.
    """
    addition = of_document(facts)
    rows = added(known, addition, list(rulebook.catalogue.group("rules")), rulebook.open_store)
    store = rulebook.open_store(b"".join(rows))
    document = str(statements(facts).source)
    results = [_remark(result, store, rulebook, document) for result in _results(addition, rows, store, rulebook)]
    return sorted({*_conflicts(store, rulebook.catalogue, document), *results})


def refusals(addition: Addition, rows: Sequence[bytes], rulebook: Rulebook) -> list[Result]:
    """Violations of shapes and checks by what an addition brings, in a dataset of these rows."""
    return at_least(_results(addition, rows, rulebook.open_store(b"".join(rows)), rulebook), "violation")


def _results(addition: Addition, rows: Sequence[bytes], store: Store, rulebook: Rulebook) -> list[Result]:
    """Results about what an addition brings. Evidence of other documents and the life of texts tell shapes nothing of it."""
    own = {f"<{graph}>".encode() for graph in addition.graphs}
    things = frozenset(row.split(b" ", 1)[0].decode().strip("<>") for row in addition.rows)
    seen = [row for row in rows if (graph := graph_name(row)) in own or not graph.startswith(_ASIDE)]
    triples = b"".join(row.rsplit(b" ", 2)[0] + b" .\n" for row in seen)
    checks = rulebook.catalogue.group("checks")
    return validate(store, rulebook.shapes, rulebook.ontology, checks, house=False, about=About(things, triples))


def _conflicts(store: Store, catalogue: Catalogue, document: str) -> list[Remark]:
    found: dict[str, list[Row]] = {}
    for row in store.query(catalogue.get("conflicts-of-document").bind({"document": document})).rows():
        found.setdefault(value(row, "conflict_iri") or "", []).append(row)
    return [
        Remark(_lines(rows), "warning", value(rows[0], "type") or "", value(rows[0], "message") or "", "conflict")
        for rows in found.values()
    ]


def _remark(result: Result, store: Store, rulebook: Rulebook, document: str) -> Remark:
    """A result of a shape or check, with the lines that state what it is about, as narrow as they are known."""
    evidence = rulebook.catalogue.get("evidence")
    terms = {"s": result.focus, "within": document}
    rows = store.query(evidence.bind({**terms, "p": result.path})).rows() if result.path else []
    rows = rows or store.query(evidence.bind(terms)).rows()[:1]
    code, found_by = result.rule.rpartition("/")[2], "shape" if result.rule.startswith("http") else "check"
    return Remark(_lines(rows), _SEVERITIES[result.severity], code, result.message(), found_by)


def _lines(rows: Iterable[Row]) -> tuple[int, ...]:
    """First lines of passages, in order, each once."""
    return tuple(sorted({int(value(row, "first_line") or 0) for row in rows}))
