"""Joining of numbers: statements about a number move to the text that bears it, once a catalogue lists it as a second number.

Letters that were added earlier are not read again; their rows are rewritten as the mapping would have written them.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from rdflib.namespace import RDF, RDFS

from sg17kg.graph.rdf_terms import SG17
from sg17kg.identifiers import deliverable_iri, iri
from sg17kg.namespaces import GRAPH
from sg17kg.text_numbers import split_halves

_EVIDENCE = f"<{GRAPH}evidence/".encode()
_LABEL, _NUMBER, _OTHER = (f"<{predicate}>".encode() for predicate in (RDFS.label, SG17.number, SG17.otherNumber))
_SUBJECT, _PREDICATE, _OBJECT = (f"<{part}>".encode() for part in (RDF.subject, RDF.predicate, RDF.object))
_Triple = tuple[bytes, bytes, bytes]


@dataclass(frozen=True)
class _Joining:
    """Numbers that do not name a text of their own: IRI in angle brackets to (number, number of the text), and a pattern of these IRIs."""

    texts: Mapping[bytes, tuple[str, str]]
    pattern: re.Pattern[bytes]

    def concerns(self, term: bytes) -> bool:
        return self.pattern.match(term) is not None

    def triple(self, said: _Triple) -> _Triple | None:
        """Return a triple rewritten for the text, or None for the label of an IRI that no longer names a thing of its own."""
        subject, predicate, value = said
        match = self.pattern.match(subject)
        if match:
            number, text = self.texts[match[1] + b">"]
            if predicate in (_LABEL, _NUMBER) and match[2]:  # a part or an edition bears the number in its name
                value = value.replace(f'"{number} '.encode(), f'"{text} '.encode(), 1)
            elif predicate == _LABEL:
                return None
            elif predicate == _NUMBER:
                predicate = _OTHER
        return self._moved(subject), predicate, self._moved(value)

    def _moved(self, term: bytes) -> bytes:
        match = self.pattern.match(term)
        if not match:
            return term
        return f"<{deliverable_iri(self.texts[match[1] + b'>'][1])}".encode() + (match[2] or b"") + b">"


def one_text(rows: Collection[bytes], joined: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the N-Quads rows with statements about the numbers in `joined` rewritten as statements about their texts."""
    joining = _joining(rows, joined)
    if joining is None:
        yield from rows
        return
    moved = _evidence(rows, joining)
    for row in rows:
        subject, predicate, value, graph = _parts(row)
        if subject in moved:
            if (told := moved[subject]) is None:
                continue
            subject, (_, stated, thing) = told[0], told[1]
            value = {_SUBJECT: told[1][0], _PREDICATE: stated, _OBJECT: thing}.get(predicate, value)
            yield b" ".join((subject, predicate, value, graph, b".\n"))
        elif not joining.concerns(subject) and not joining.concerns(value):
            yield row
        elif said := joining.triple((subject, predicate, value)):
            yield b" ".join((*said, graph, b".\n"))


def no_other_numbers(rows: Collection[bytes], numbers: Collection[str]) -> Iterator[bytes]:
    """Yield the N-Quads rows without statements, and their evidence, that these numbers are other numbers of a text or of a part of it.

    A number that was one half of a pair (F.421/F.85) no longer identifies a text if a catalogue prints it in a second pair (D.85/F.85).
    """
    if not numbers:
        yield from rows
        return
    pattern = re.compile(rb'"(?:' + b"|".join(re.escape(number.encode()) for number in sorted(numbers)) + rb')(?: [^"]*)?"')

    def untrue(predicate: bytes, value: bytes) -> bool:
        return predicate == _OTHER and pattern.fullmatch(value) is not None

    parts: dict[tuple[bytes, bytes], dict[bytes, bytes]] = defaultdict(dict)
    for row in rows:
        subject, predicate, value, graph = _parts(row)
        if graph.startswith(_EVIDENCE) and predicate in (_PREDICATE, _OBJECT):
            parts[subject, graph][predicate] = value
    unsaid = {statement for statement, said in parts.items() if untrue(said.get(_PREDICATE, b""), said.get(_OBJECT, b""))}
    for row in rows:
        subject, predicate, value, graph = _parts(row)
        if not untrue(predicate, value) and (subject, graph) not in unsaid:
            yield row


def _joining(rows: Collection[bytes], joined: Mapping[str, str]) -> _Joining | None:
    """Return the numbers in these rows that are to be joined, or None if there are none."""
    texts = {f"<{deliverable_iri(half)}>".encode(): (half, text) for half, text in joined.items() if len(split_halves(half)) == 1}
    found = texts.keys() & {row.split(b" ", 1)[0] for row in rows}
    if not found:
        return None
    names = b"|".join(re.escape(text[:-1]) for text in sorted(found))
    return _Joining({text: texts[text] for text in found}, re.compile(rb"(" + names + rb")(/[^>]*)?>"))


def _parts(row: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    subject, predicate, rest = row.split(b" ", 2)
    value, graph, _ = rest.rsplit(b" ", 2)
    return subject, predicate, value, graph


def _evidence(rows: Collection[bytes], joining: _Joining) -> dict[bytes, tuple[bytes, _Triple] | None]:
    """Return, by IRI of each evidence statement that is affected, its new IRI and triple, or None if the triple is dropped."""
    parts: dict[tuple[bytes, bytes], dict[bytes, bytes]] = defaultdict(dict)
    for row in rows:
        subject, predicate, value, graph = _parts(row)
        if graph.startswith(_EVIDENCE) and predicate in (_SUBJECT, _PREDICATE, _OBJECT):
            parts[subject, graph][predicate] = value
    moved: dict[bytes, tuple[bytes, _Triple] | None] = {}
    for (statement, graph), said in parts.items():
        if len(said) == len((_SUBJECT, _PREDICATE, _OBJECT)) and any(joining.concerns(said[part]) for part in (_SUBJECT, _OBJECT)):
            triple = joining.triple((said[_SUBJECT], said[_PREDICATE], said[_OBJECT]))
            moved[statement] = (_statement(triple, graph), triple) if triple else None
    return moved


def _statement(triple: _Triple, evidence_graph: bytes) -> bytes:
    """Return the IRI of an evidence statement, computed as in graph/mapping/statements.py."""
    graph = evidence_graph[1:-1].replace(b"/evidence/", b"/", 1)
    digest = hashlib.sha256(b" ".join((*triple, b".\n")) + graph).hexdigest()
    return f"<{iri('evidence', digest[:24])}>".encode()
