"""Keys of rules: which values of its key a change touches, and what a rule has inferred for a key.

A rule names in its header (`key`) the variable of the things about which it infers. For each triple pattern of the rule, a query that is
made here leads from a changed triple to the keys, by patterns that must match beside it. Filters are ignored, so that a key may be touched
in vain, but none is missed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from rdflib import Literal

from sg17kg.errors import AssetError
from sg17kg.graph.rule_syntax import RDF_TYPE, Group, Path, Pattern, QuerySyntax, insert, parse, renamed
from sg17kg.queries.library import Query
from sg17kg.store.base import NamedNode, RdfLiteral, Store, Term, value

_AT_ONCE = 500  # rows of VALUES in one query


class Statement(NamedTuple):
    """A statement in N-Quads terms. `graph` is empty for a triple of the union of all graphs."""

    subject: str
    predicate: str
    object: str
    graph: str = ""

    @classmethod
    def of(cls, row: bytes) -> "Statement":
        """Split an N-Quads row."""
        subject, predicate, rest = row.decode().split(" ", 2)
        value, graph, _ = rest.rsplit(" ", 2)
        return cls(subject, predicate, value, graph)

    def triple(self) -> "Statement":
        """Return the statement without its graph."""
        return self._replace(graph="")


class Changes:
    """Changed statements: quads, and the triples that appear in the union of all graphs or vanish from it.

    `whole` are the subjects of triples of which the union contains no other triple.
    """

    def __init__(self, quads: Iterable[Statement], triples: Iterable[Statement], store: Store) -> None:
        self._quads = _indexed(quads)
        distinct = dict.fromkeys(triples)
        self._triples = _indexed(distinct)
        changed = Counter(triple.subject for triple in distinct)
        self._whole = {subject for subject, count in _counts(changed, store) if changed[subject] == count}

    def matching(self, step: "_Step") -> list[tuple[str, ...]]:
        """Return, for each change that matches a step, the values of its variables, without repetition.

        Changes that another step of the same solution leads to as well are left out (`_Step.covered`).
        """
        index = self._quads if step.graph else self._triples
        value = step.object if step.object.startswith("<") else ""
        predicates: Iterable[str] = index if step.predicates is None else step.predicates
        found = (change for predicate in predicates for change in index.get(predicate, {}).get(value, ()))
        if step.covered:
            found = (change for change in found if change.subject not in self._whole)
        bound = (step.bound(change) for change in found)
        return list(dict.fromkeys(values for values in bound if values is not None))


def _indexed(changes: Iterable[Statement]) -> dict[str, dict[str, list[Statement]]]:
    """Return changes by predicate, then by object; all those with a predicate have the key ""."""
    index: dict[str, dict[str, list[Statement]]] = {}
    for change in changes:
        of_predicate = index.setdefault(change.predicate, {})
        for key in ("", change.object):
            of_predicate.setdefault(key, []).append(change)
    return index


def _counts(subjects: Iterable[str], store: Store) -> Iterator[tuple[str, int]]:
    """Yield the number of triples of each subject in the union of all graphs."""
    for some in _portions(list(subjects)):
        text = f"SELECT ?s (COUNT(*) AS ?n) {{ VALUES ?s {{ {' '.join(some)} }} ?s ?p ?o }} GROUP BY ?s"
        yield from ((n_triples(row["s"]), int(value(row, "n") or 0)) for row in store.query(text).rows())


@dataclass(frozen=True)
class _Step:
    """One step of a property path: it matches one triple. `beside` are the patterns for the other steps of the path.

    `covered` is true if another pattern with the same subject must match in each solution: if all triples of the subject have changed, that
    pattern leads to the same keys.
    """

    subject: str
    predicates: frozenset[str] | None  # None: any
    predicate: str
    object: str
    graph: str
    beside: tuple[Pattern, ...] = ()
    covered: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        """Variables of the step, in order."""
        return tuple(dict.fromkeys(term for term in (self.subject, self.predicate, self.object, self.graph) if term.startswith("?")))

    def bound(self, change: Statement) -> tuple[str, ...] | None:
        """Return the values of the variables for a change; None if it does not match."""
        values: dict[str, str] = {}
        for term, given in zip((self.subject, self.predicate, self.object, self.graph), change, strict=True):
            if term.startswith("?"):
                if values.setdefault(term, given) != given:
                    return None
            elif term.startswith(("<", '"')) and "^^" not in term and term not in (given, self.predicate):
                return None
        return tuple(values.values())


def _steps(subject: str, path: Path, value: str, graph: str, fresh: str) -> Iterator[_Step]:
    """Yield the steps of a property path between two terms. `fresh` begins the names of new variables."""
    predicates = path.predicates()
    if path.kind == "predicate" and path.text.startswith("?"):
        yield _Step(subject, None, path.text, value, graph)
    elif predicates is not None:
        yield _Step(subject, predicates, path.text, value, graph)
    elif path.kind == "inverse":
        yield from _steps(value, path.parts[0], subject, graph, fresh)
    elif path.kind == "alternative":
        for number, part in enumerate(path.parts):
            yield from _steps(subject, part, value, graph, f"{fresh}a{number}")
    elif path.kind == "closure":
        before, after = f"{fresh}b", f"{fresh}c"
        any_number = Path("closure", f"{path.parts[0].text}*", path.parts)
        beside = (Pattern(subject, any_number, before, graph or None), Pattern(after, any_number, value, graph or None))
        yield from (_with(step, beside) for step in _steps(before, path.parts[0], after, graph, f"{fresh}d"))
    else:
        terms = [subject, *(f"{fresh}s{number}" for number in range(1, len(path.parts))), value]
        each = [Pattern(terms[at], part, terms[at + 1], graph or None) for at, part in enumerate(path.parts)]
        for at, part in enumerate(path.parts):
            others = tuple(pattern for pattern in each if pattern is not each[at])
            yield from (_with(step, others) for step in _steps(terms[at], part, terms[at + 1], graph, f"{fresh}p{at}"))


def _with(step: _Step, beside: Sequence[Pattern]) -> _Step:
    return replace(step, beside=(*step.beside, *beside))


class _Item(NamedTuple):
    """A pattern, or VALUES: its variables, its SPARQL, and its subject (empty for VALUES)."""

    variables: frozenset[str]
    text: str
    subject: str = ""

    @classmethod
    def of(cls, pattern: Pattern) -> "_Item":
        """Return the item for a pattern."""
        return cls(pattern.variables(), pattern.text(), pattern.subject)

    def renamed(self, names: Mapping[str, str]) -> "_Item":
        """Return the item with other names of variables."""
        variables = frozenset(names.get(name, name) for name in self.variables)
        return _Item(variables, renamed(self.text, names), names.get(self.subject, self.subject))


@dataclass
class _Context:
    """Patterns and VALUES that must match, and pairs of variables with equal values (BIND)."""

    items: list[_Item] = field(default_factory=list)
    equal: list[tuple[str, str]] = field(default_factory=list)

    def add(self, group: Group, without: Sequence[object] = ()) -> None:
        """Add what must match in a group, except for a pattern or an inner group."""
        self.items.extend(_Item.of(pattern) for pattern in group.patterns if not _among(pattern, without))
        self.items.extend(_Item(*values) for values in group.values)
        self.equal.extend(group.equal)
        for part in group.parts:
            if len(part) == 1 and (part[0].relation == "group" or part[0].shared) and not _among(part[0], without):
                self.add(part[0], without)

    def names(self) -> dict[str, str]:
        """Return the new names of variables, so that those with equal values have one name."""
        names: dict[str, str] = {}
        for one, other in self.equal:
            names[other] = names.get(one, one)
        return names

    def joined(self, known: Iterable[str]) -> tuple[str, ...]:
        """Return the texts of all items that are connected with the known variables. Names are the new ones."""
        names = self.names()
        reached: set[str] = {names.get(name, name) for name in known}
        texts: list[str] = []
        left = [item.renamed(names) for item in self.items]
        while near := [item for item in left if item.variables & reached]:
            left = [item for item in left if not item.variables & reached]
            reached.update(*(item.variables for item in near))
            texts.extend(item.text for item in near)
        return tuple(dict.fromkeys(texts))

    def path(self, known: Iterable[str], key: str) -> tuple[str, ...] | None:
        """Return the texts of the items on a shortest way from known variables to the key, and of others that limit it; None without a way.

        Others are those without further variables, and those whose subject is on the way. Items that lead backwards from a variable of
        the way to other subjects are left out, because they can multiply the rows.
        """
        items = [item.renamed(self.names()) for item in self.items]
        ways: dict[str, tuple[_Item, ...]] = dict.fromkeys(known, ())
        front = list(ways)
        while key not in ways and front:
            step = {
                name: (*ways[at], item) for at in front for item in items if at in item.variables for name in item.variables - ways.keys()
            }
            ways.update(step)
            front = list(step)
        if key not in ways:
            return None
        on_way = {*known, key}.union(*(item.variables for item in ways[key]))
        limiting = (item for item in items if item.variables <= on_way or item.subject in on_way)
        return tuple(dict.fromkeys(item.text for item in (*ways[key], *limiting)))


def _among(one: object, others: Sequence[object]) -> bool:
    return any(one is other for other in others)


@dataclass(frozen=True)
class _Way:
    """A query from the values of a step to keys: names of the variables of the step, the variable of the key, and the patterns.

    `key` is empty if nothing connects the step with the key: then any match touches all keys.
    """

    given: tuple[str, ...]
    key: str
    patterns: tuple[str, ...]


class KeyedQuery:
    """A rule or check and its key: the variable whose values are the things that it is about."""

    def __init__(self, query: Query, key: str) -> None:
        self.query = query
        self.key = f"?{key}"
        self.shown = f"queries/{query.group}/{query.name}.rq"
        self.syntax: QuerySyntax = parse(self.shown, query.text)
        if not any(self.key in pattern.variables() for group in self.syntax.where.all_groups() for pattern in group.patterns):
            raise AssetError(f"{self.shown}: no pattern has the key {self.key}; name another variable as key")
        self.ways = tuple(self._ways_of(self.syntax.where, ()))

    def only(self, keys: Iterable[str]) -> Iterator[str]:
        """Yield the query for these keys alone (N-Triples terms), a limited number in each."""
        return (insert(self.syntax, self.key, some) for some in _portions(sorted(keys)))

    def touched(self, changes: Changes, store: Store) -> set[str] | None:
        """Return the keys that changes touch; None if they touch all.

        The store contains what changes: before it is removed, or after it is added.
        """
        keys: set[str] = set()
        for step, ways in self.ways:
            for some in _portions(changes.matching(step)):
                for way in ways:
                    if not way.patterns and way.key:
                        keys.update(values[way.given.index(way.key)] for values in some)
                        continue
                    rows = store.query(_text(way, some)).rows()
                    if rows and not way.key:
                        return None
                    keys.update(n_triples(row["key"]) for row in rows)
        return keys

    def _ways_of(self, group: Group, outer: tuple[Group, ...]) -> Iterator[tuple[_Step, tuple[_Way, ...]]]:
        for number, pattern in enumerate(group.patterns):
            for step in _steps(pattern.subject, pattern.path, pattern.object, pattern.graph or "", f"?k{number}"):
                covered = not step.graph and _leading(step.subject, (*outer, group)) not in (None, pattern)
                yield replace(step, covered=covered), self._ways(step, pattern, (*outer, group))
        for part in group.parts:
            for inner in part:
                yield from self._ways_of(inner, (*outer, group))

    def _ways(self, step: _Step, pattern: Pattern, chain: tuple[Group, ...]) -> tuple[_Way, ...]:
        context = _Context()
        for at, group in enumerate(chain):
            context.add(group, (pattern, *chain[at + 1 :]))
        context.items.extend(map(_Item.of, step.beside))
        return self._from(step, context, chain) or (_Way(step.variables, "", context.joined(step.variables)),)

    def _from(self, step: _Step, context: _Context, chain: tuple[Group, ...]) -> tuple[_Way, ...]:
        """Return the ways from a step to the key, if need be through each branch of a union beside it; () if there are none."""
        names = context.names()
        given, key = tuple(names.get(name, name) for name in step.variables), names.get(self.key, self.key)
        texts = context.path(given, key)
        if texts is not None and len(set(given)) == len(given):
            return (_Way(given, key, texts),)
        for group in chain:
            for part in group.parts:
                if part[0].relation == "union" and not any(_among(branch, chain) for branch in part):
                    ways = [self._through(step, context, branch) for branch in part]
                    if all(ways):
                        return tuple(way for each in ways for way in each)
        return ()

    def _through(self, step: _Step, context: _Context, branch: Group) -> tuple[_Way, ...]:
        inside = _Context(list(context.items), list(context.equal))
        inside.add(branch)
        return self._from(step, inside, (branch,))


def _leading(subject: str, chain: Iterable[Group]) -> Pattern | None:
    """Return the pattern of a subject that few triples match: the first one with an object that is no class, else the first one."""
    of_subject = [
        pattern
        for group in chain
        for pattern in group.patterns
        if pattern.subject == subject and not pattern.graph and pattern.path.kind == "predicate" and not pattern.path.text.startswith("?")
    ]
    exact = [pattern for pattern in of_subject if pattern.object.startswith("<") and pattern.path.text != RDF_TYPE]
    return next(iter([*exact, *of_subject]), None)


def _portions(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))


def _text(way: _Way, values: Sequence[tuple[str, ...]]) -> str:
    given = " ".join(f"({' '.join(row)})" for row in values)
    select = f"SELECT DISTINCT ({way.key} AS ?key)" if way.key else "SELECT *"
    patterns = "\n".join(way.patterns)
    return f"{select} WHERE {{ VALUES ({' '.join(way.given)}) {{ {given} }}\n{patterns} }}{'' if way.key else ' LIMIT 1'}"


def n_triples(term: Term | None) -> str:
    """Return a term of a result in N-Triples."""
    if isinstance(term, NamedNode):
        return f"<{term.value}>"
    if isinstance(term, RdfLiteral):
        return Literal(term.value, lang=term.language, datatype=None if term.language else term.datatype).n3()
    raise ValueError(f"{term!r} is no key")
