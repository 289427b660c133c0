"""Validation of a dataset: SHACL shapes for each thing and check queries over the whole graph give one list of results."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import pyshacl
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from sg17kg.errors import BuildError
from sg17kg.graph.rule_keys import KeyedQuery
from sg17kg.queries.library import Query
from sg17kg.store.base import RdfLiteral, Store, value

Severity = Literal["violation", "warning", "info"]
HOUSE_RULES = "ontology.ttl"
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")
_BY_IRI: dict[Node | None, Severity] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
_TO_IRI = {name: iri for iri, name in _BY_IRI.items()}


@dataclass(frozen=True, order=True)
class Result:
    """One result of validation. `rule` is the IRI of a shape or the name of a check; `messages` are (language, text)."""

    severity: Severity
    focus: str
    rule: str
    path: str
    value: str
    messages: tuple[tuple[str, str], ...]

    def message(self, language: str = "en") -> str:
        """Return the message in a language, else in English, else the first one."""
        texts = dict(self.messages)
        return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True)
class About:
    """The part of a dataset to validate: its things, and the triples (N-Triples) that shapes need to validate them."""

    things: frozenset[str]
    triples: bytes


def validate(
    store: Store, shapes: Path, ontology: Path, checks: Iterable[Query], *, house: bool = True, about: About | None = None
) -> list[Result]:
    """Return all results for the content of the store, the most severe first. Without `house`, rules on the ontology itself are left out.

    With `about`, only results about these things are returned. Raises BuildError if shapes cannot be read or run.
    """
    files = [path for path in sorted(shapes.glob("*.ttl")) if house or path.name != HOUSE_RULES]
    data = Graph().parse(data=about.triples if about else _union(store), format="nt")
    results = [*_shapes(data, _graph(files), _graph([ontology])), *_checks(store, checks, about)]
    if about:
        results = [result for result in results if result.focus in about.things]
    return sorted(set(results), key=lambda result: (SEVERITIES.index(result.severity), result))


def at_least(results: Iterable[Result], severity: Severity) -> list[Result]:
    """Return the results of that severity or a higher one."""
    return [result for result in results if SEVERITIES.index(result.severity) <= SEVERITIES.index(severity)]


def _union(store: Store) -> bytes:
    output = io.BytesIO()
    store.dump(output, "nt")
    return output.getvalue()


def _graph(paths: Iterable[Path]) -> Graph:
    """Return what Turtle files hold; parsed once, as long as they stay as they are. Raises BuildError."""
    try:
        return _parsed(tuple((path, path.stat().st_mtime_ns) for path in paths))
    except OSError as error:
        raise BuildError(f"{error.filename}: cannot be read ({error.strerror})") from error


@lru_cache(maxsize=8)
def _parsed(files: tuple[tuple[Path, int], ...]) -> Graph:
    graph = Graph()
    for path, _ in files:
        try:
            graph.parse(path, format="turtle")
        except Exception as error:  # the parser of rdflib raises many kinds of exceptions
            raise BuildError(f"{path}: not Turtle: {error}") from error
    return graph


def _shapes(data: Graph, shapes: Graph, ontology: Graph) -> Iterable[Result]:
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, ont_graph=ontology, inference="none")
    if not isinstance(report, Graph):
        raise BuildError(f"shapes cannot be run: {report}")
    for node in report.subjects(RDF.type, SH.ValidationResult):
        shape = report.value(node, SH.sourceShape)
        # pyshacl returns only one message of a SPARQL constraint, whichever comes first; the shape has it in all languages
        written = [*shapes.objects(shape, SH.message), *shapes.objects(shape, SH.sparql / SH.message)]
        texts = [text for text in written or report.objects(node, SH.resultMessage) if isinstance(text, RdflibLiteral)]
        yield Result(
            severity=_BY_IRI.get(report.value(node, SH.resultSeverity), "violation"),
            focus=_text(report.value(node, SH.focusNode)),
            rule=_text(shape),
            path=_text(report.value(node, SH.resultPath)),
            value=_text(report.value(node, SH.value)),
            messages=tuple(sorted((text.language or "", str(text)) for text in texts)),
        )


def _text(node: Node | None) -> str:
    return "" if node is None else str(node)


def _checks(store: Store, checks: Iterable[Query], about: About | None) -> Iterable[Result]:
    for check in checks:
        texts = KeyedQuery(check, "focus").only(f"<{thing}>" for thing in about.things) if about else [check.bind({})]
        for row in (row for text in texts for row in store.query(text).rows()):
            cell = row.get("message")
            language = (cell.language if isinstance(cell, RdfLiteral) else None) or "en"
            yield Result(
                severity=check.header.severity or "violation",
                focus=value(row, "focus") or "",
                rule=check.name,
                path=value(row, "path") or "",
                value=value(row, "value") or "",
                messages=((language, value(row, "message") or check.header.summary),),
            )


def report(results: Iterable[Result]) -> bytes:
    """Return a W3C SHACL validation report in Turtle. It conforms if there is no violation."""
    graph = Graph()
    graph.bind("sh", SH)
    node = BNode("report")
    found = list(results)
    graph.add((node, RDF.type, SH.ValidationReport))
    graph.add((node, SH.conforms, RdflibLiteral(not at_least(found, "violation"))))
    for number, result in enumerate(found):
        entry = BNode(f"result{number}")
        graph.add((node, SH.result, entry))
        graph.add((entry, RDF.type, SH.ValidationResult))
        graph.add((entry, SH.resultSeverity, _TO_IRI[result.severity] or SH.Violation))
        graph.add((entry, SH.focusNode, URIRef(result.focus)))
        graph.add((entry, SH.sourceConstraintComponent, SH.PropertyConstraintComponent))
        if result.path:
            graph.add((entry, SH.resultPath, URIRef(result.path)))
        if result.value:
            graph.add((entry, SH.value, RdflibLiteral(result.value)))
        if result.rule.startswith("http"):
            graph.add((entry, SH.sourceShape, URIRef(result.rule)))
        for language, text in result.messages:
            graph.add((entry, SH.resultMessage, RdflibLiteral(text, lang=language or None)))
    return graph.serialize(format="turtle", encoding="utf-8")
