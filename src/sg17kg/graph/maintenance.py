"""Maintenance of inferred statements: after a change of the sources, rules run for the keys alone that the change touches.

The result is the same as that of all rules over all sources (inference.py), and the store holds it. Rules run in their order. For each one,
what it had inferred for the touched keys is removed, it runs for these keys, and what has changed thereby is a change for later rules.
Queries that find touched keys see what is removed before it is removed, and what is added after it is added.

A rule may not depend on what it infers itself, or on what rules of the same or of a later order infer: such statements are in the store.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sg17kg.errors import AssetError
from sg17kg.graph.inference import conclusions, described, graph_of_rule
from sg17kg.graph.rule_keys import Changes, KeyedQuery, Statement
from sg17kg.graph.rule_syntax import Pattern
from sg17kg.queries.library import Query
from sg17kg.store.base import Store


class ChangingStore(Store, Protocol):
    """A store whose statements can be listed by term, added and removed."""

    def match(self, subject: str | None, predicate: str | None, value: str | None, graph: str | None) -> Iterator[bytes]:
        """Yield the N-Quads rows with these terms (N-Triples; None: any)."""
        ...

    def stated_once(self, rows: Iterable[bytes]) -> list[bytes]:
        """Return those of these rows whose triple no source states in another graph than those of these rows."""
        ...

    def add(self, rows: Iterable[bytes]) -> list[bytes]:
        """Add N-Quads rows that are not in the store. Return those whose triple no source stated."""
        ...

    def remove(self, rows: Iterable[bytes]) -> None:
        """Remove N-Quads rows."""
        ...


class Difference(NamedTuple):
    """N-Quads rows that a change removed and added, in no order."""

    removed: set[bytes]
    added: set[bytes]


@dataclass(frozen=True)
class _Template:
    """Patterns by which the statements that a rule inferred are found by key.

    `own` are patterns with the key as subject or object. By `linked`, another subject is found, to which all its statements in the graph of
    the rule belong. `loose` are patterns that name a property: each stays as long as the graph contains the property.
    """

    own: tuple[Pattern, ...]
    linked: tuple[Pattern, ...]
    loose: tuple[Pattern, ...]

    @classmethod
    def of(cls, rule: KeyedQuery) -> "_Template":
        """Read the template of a rule. Raises AssetError if something that it infers cannot be found by the key."""
        template, key = rule.syntax.template, rule.key
        own = [each for each in template if each.subject == key]
        linked, loose = [], []
        for subject in dict.fromkeys(each.subject for each in template if each.subject != key):
            of_subject = [each for each in template if each.subject == subject]
            # a property that the template also gives another value would lead to keys that are none
            links = [one for one in of_subject if all(each.object == key for each in of_subject if each.path.text == one.path.text)]
            if len(of_subject) == 1 and links:
                own.extend(of_subject)
            elif links:
                linked.append(links[0])
            elif all(each.subject.startswith("<") and any(each.object == one.path.text for one in template) for each in of_subject):
                loose.extend(of_subject)
            else:
                raise AssetError(f"{rule.shown}: nothing in the template links {subject} with the key {key}; choose another key")
        return cls(tuple(own), tuple(linked), tuple(loose))


class MaintainedRules:
    """All rules, in their order, ready to follow changes."""

    def __init__(self, rules: Iterable[Query]) -> None:
        self._rules = [_Rule(rule) for rule in sorted(rules, key=lambda rule: (rule.header.order, rule.name))]

    def apply(self, store: ChangingStore, removed: Iterable[bytes], added: Iterable[bytes]) -> Difference:
        """Change statements of sources in a store, and what follows from them. Return all that has changed.

        The store contains the removed rows and not the added ones, and everything that the rules infer from its sources.
        """
        gone, come = set(removed), set(added)
        gone, come = gone - come, come - gone
        whole = Difference(set(gone), set(come))
        touched: dict[str, set[str] | None] = {rule.name: set() for rule in self._rules}
        self._change(store, Difference(gone, come), self._rules, touched)
        for order in sorted({rule.order for rule in self._rules}):
            together = [rule.infer(store, touched[rule.name]) for rule in self._rules if rule.order == order]
            difference = Difference({row for each in together for row in each.removed}, {row for each in together for row in each.added})
            self._change(store, difference, [rule for rule in self._rules if rule.order > order], touched)
            whole.removed.update(difference.removed)
            whole.added.update(difference.added)
        return whole

    def _change(self, store: ChangingStore, difference: Difference, rules: Sequence["_Rule"], touched: dict[str, set[str] | None]) -> None:
        """Change a store, and note which keys of these rules that touches."""
        _note(store, difference.removed, store.stated_once(difference.removed), rules, touched)
        store.remove(difference.removed)
        _note(store, difference.added, store.add(difference.added), rules, touched)


def _note(
    store: Store, rows: Iterable[bytes], once: Iterable[bytes], rules: Sequence["_Rule"], touched: dict[str, set[str] | None]
) -> None:
    changes = Changes(map(Statement.of, rows), (Statement.of(row).triple() for row in once), store)
    for rule in rules:
        known = touched[rule.name]
        more = rule.touched(changes, store) if known is not None else None
        touched[rule.name] = None if known is None or more is None else known | more


class _Rule:
    def __init__(self, query: Query) -> None:
        self._query = query
        self.name, self.order = query.name, query.header.order
        self._graph = graph_of_rule(query)
        self._description = described(query)
        self._keyed = KeyedQuery(query, query.header.key) if query.header.key else None
        self._template = _Template.of(self._keyed) if self._keyed else _Template((), (), ())

    def touched(self, changes: Changes, store: Store) -> set[str] | None:
        """Return the keys that changes touch; None for all of them."""
        return self._keyed.touched(changes, store) if self._keyed else None

    def infer(self, store: ChangingStore, keys: set[str] | None) -> Difference:
        """Return what changes in the graph of the rule, if it runs for these keys (None: for all)."""
        if keys is not None and not keys:
            return Difference(set(), set())
        if keys is None or self._keyed is None:
            old = set(store.match(None, None, None, self._graph)) - self._description
            new = self._conclude(store, old, [self._query.text])
            return self._with_description(store, old - new, new - old)
        keys, old = self._inferred(store, keys)
        new = self._conclude(store, old, self._keyed.only(keys))
        loose = {row for pattern in self._template.loose for row in store.match(pattern.subject, pattern.path.text, None, self._graph)}
        unused = {row for row in loose - new if not self._uses(store, Statement.of(row).object, old)}
        return self._with_description(store, (old - new) | unused, new - old - loose)

    def _conclude(self, store: ChangingStore, old: set[bytes], texts: Iterable[str]) -> set[bytes]:
        """Run the rule while what it inferred before is not in the store, because a rule may ask whether something is known otherwise."""
        store.remove(old)
        new = {row for text in texts for row in conclusions(self._query, store, text)}
        store.add(old)
        return new

    def _uses(self, store: ChangingStore, name: str, removed: set[bytes]) -> bool:
        return any(row not in removed for row in store.match(None, name, None, self._graph))

    def _inferred(self, store: ChangingStore, keys: set[str]) -> tuple[set[str], set[bytes]]:
        """Return what the rule inferred for keys, and the keys with those that share a subject with them."""
        known: set[str] = set()
        rows: set[bytes] = set()
        links = {each.path.text for each in self._template.linked}
        while new := keys - known:
            known |= new
            rows.update(row for key in new for each in self._template.own for row in self._match(store, each, key))
            linked = (row for key in new for each in self._template.linked for row in self._match(store, each, key))
            for subject in {Statement.of(row).subject for row in linked}:
                of_subject = set(store.match(subject, None, None, self._graph))
                rows |= of_subject
                keys = keys | {statement.object for statement in map(Statement.of, of_subject) if statement.predicate in links}
        return known, rows

    def _match(self, store: ChangingStore, pattern: Pattern, key: str) -> Iterator[bytes]:
        subject, value = (key if term == f"?{self._query.header.key}" else None for term in (pattern.subject, pattern.object))
        predicate = None if pattern.path.text.startswith("?") else pattern.path.text
        return store.match(subject, predicate, value, self._graph)

    def _with_description(self, store: ChangingStore, gone: set[bytes], come: set[bytes]) -> Difference:
        """Return a difference with the description of the graph, which is there as long as anything is inferred."""
        left = bool(come) or any(row not in gone and row not in self._description for row in store.match(None, None, None, self._graph))
        known = any(row in self._description for row in store.match(self._graph, None, None, self._graph))
        if left == known:
            return Difference(gone, come)
        return Difference(gone, come | self._description) if left else Difference(gone | self._description, come)
