"""Numbers that belong to the same text (D.1140/X.1261), derived only from the catalogue of editions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sg17kg.facts import ApprovalFacts, EditionFacts
from sg17kg.graph.rdf_terms import SG17
from sg17kg.identifiers import deliverable_iri
from sg17kg.namespaces import BASE, GRAPH
from sg17kg.text_numbers import canonical_number, split_halves

_REFERENCE = f"<{GRAPH}reference/".encode()
_DEPTH, _DEPTH_OF_SUPPLEMENTS = 2, 3
Pair = tuple[str, ...]


@dataclass(frozen=True)
class Numbering:
    """Map of every other number of a text, and of every pair as printed, to the number that names the text (`canonical`).

    `listed` are the numbers that the catalogue prints, alone or in a pair.
    """

    canonical: Mapping[str, str] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()

    def number_of(self, printed: str) -> str:
        """Return the number that names the text of a number, a half or a pair as any source prints it.

        A pair that the catalogue does not print means the text of its canonical half if that is listed, else of a listed half.
        """
        halves = split_halves(printed)
        if len(halves) == 1 or printed in self.canonical:
            return self.canonical.get(printed, printed)
        first = canonical_number(halves)
        meant = next((half for half in (first, *halves) if half in self.listed), first)
        return self.canonical.get(meant, meant)

    def iri_of(self, printed: str) -> str:
        """Return the IRI of the text."""
        return deliverable_iri(self.number_of(printed))

    def others_of(self, pair: Pair) -> list[str]:
        """Return the printed forms of a pair that identify only its text: the other halves, and the pair itself."""
        return [printed for printed in (*pair, "/".join(pair)) if printed in self.canonical]


def printed_of(facts: EditionFacts | ApprovalFacts) -> Pair:
    """Return all numbers of an edition or approval, as its source prints them."""
    return (facts.number, *facts.also)


def numbering_of(editions: Iterable[EditionFacts], known: Numbering | None = None) -> Numbering:
    """Return the numbering of a catalogue, combined with a known one.

    If a pair is printed in two orders, that of the newest edition counts.
    """
    before = known or Numbering()
    rows = sorted(editions, key=lambda facts: facts.approved_on)
    pairs = [*_pairs_of(before), *(printed_of(facts) for facts in rows if facts.also)]
    return _numbering(pairs, before.listed.union(*(printed_of(facts) for facts in rows)) if rows else before.listed)


def numbering_in(rows: Iterable[bytes]) -> Numbering:
    """Return the numbering of the catalogues in N-Quads rows. A graph with editions is a catalogue."""
    catalogues: set[str] = set()
    said: list[tuple[str, bool, str, str]] = []
    for row in rows:
        if _REFERENCE in row and (b"#number> " in row or b"#otherNumber> " in row):
            subject, predicate, value, graph = _parts(row)
            if _is_text(subject):
                said.append((graph, predicate == f"<{SG17.number}>", subject, value.strip('"')))
        elif _REFERENCE in row and b"#editionOf> " in row:
            catalogues.add(_parts(row)[3])
    texts = [entry[1:] for entry in said if entry[0] in catalogues]
    numbers = {subject: printed for is_its_own, subject, printed in texts if is_its_own}
    pairs = [(split_halves(printed), numbers.get(subject)) for is_its_own, subject, printed in texts if not is_its_own]
    # if a pair is printed in two orders, the one that gave the text its number comes last and so counts
    found = [pair for pair, number in sorted(pairs, key=lambda entry: canonical_number(entry[0]) == entry[1]) if len(pair) > 1]
    return _numbering(found, frozenset(numbers.values()).union(*found))


def _parts(row: bytes) -> tuple[str, str, str, str]:
    subject, predicate, rest = row.decode().split(" ", 2)
    value, graph, _ = rest.rsplit(" ", 2)
    return subject, predicate, value, graph


def _is_text(subject: str) -> bool:
    """Return whether an IRI names a whole text and not a part: rec/X.1280, sup/X/39."""
    path = subject.strip("<>").removeprefix(BASE).split("/")
    return len(path) == (_DEPTH_OF_SUPPLEMENTS if path[0] == "sup" else _DEPTH)


def _pairs_of(known: Numbering) -> Iterator[Pair]:
    """Yield the pairs of a numbering. If a pair is printed in two orders, the one that counts comes last."""
    pairs = [halves for printed in known.canonical if len(halves := split_halves(printed)) > 1]
    yield from sorted(pairs, key=lambda pair: canonical_number(pair) == known.number_of("/".join(pair)))


def _numbering(pairs: Iterable[Pair], listed: frozenset[str]) -> Numbering:
    by_numbers: dict[frozenset[str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_numbers[frozenset(pair)].append(pair)
    leads: dict[str, set[str]] = defaultdict(set)
    for printed in by_numbers.values():
        lead = canonical_number(printed[-1])
        for half in printed[-1]:
            leads[half] |= {lead} - {half}
    canonical = {half: root for half in leads if (root := _root(half, leads)) and root != half}
    for printed in by_numbers.values():
        lead = canonical_number(printed[-1])
        canonical |= {"/".join(pair): canonical.get(lead, lead) for pair in printed}
    return Numbering(canonical, listed)


def _root(number: str, leads: Mapping[str, set[str]]) -> str | None:
    """Return the only number to which a half leads; None if pairs lead to several (E.161/Q.11, E.163/Q.11) or form a cycle."""
    seen, ahead, roots = {number}, {number}, set()
    while ahead:
        roots |= {half for half in ahead if not leads.get(half)}
        ahead = {lead for half in ahead for lead in leads.get(half, ())} - seen
        seen |= ahead
    return roots.pop() if len(roots) == 1 else None
