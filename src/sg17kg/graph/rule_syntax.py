"""Parser of the SPARQL of rules and checks: groups, triple patterns, property paths, and where values can be inserted.

It reads the part of SPARQL 1.1 that queries/rules and queries/checks use, and keeps the offsets of groups in the text, which parsers that
return an algebra do not. Anything else is an AssetError that names the query.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from sg17kg.errors import AssetError

_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)
      | (?P<iri><[^<>"{}|^`\\\s]*>)
      | (?P<string>"(?:[^"\\\n]|\\.)*"(?:@[A-Za-z-]+|\^\^[\w-]*:[\w-]+)?)
      | (?P<variable>\?\w+)
      | (?P<name>[A-Za-z][\w-]*:[\w-]*)
      | (?P<number>\d+)
      | (?P<word>[A-Za-z]\w*)
      | (?P<sign>\^\^|&&|\|\||!=|<=|>=|[][{}().;,/^|*+?=<>!-])""",
    re.VERBOSE,
)
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_TERMS = ("iri", "string", "variable", "name", "number")
PathKind = Literal["predicate", "inverse", "sequence", "alternative", "closure"]
Relation = Literal["group", "union", "optional", "minus", "exists", "select"]


class Token(NamedTuple):
    """A token: its kind, its text, and its offset in the query."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True)
class Path:
    """A property path: a predicate (an IRI in full, or a variable), or one of the operators with its parts. `text` is its SPARQL."""

    kind: PathKind
    text: str
    parts: tuple["Path", ...] = ()

    def predicates(self) -> frozenset[str] | None:
        """Return the predicates of an alternative of predicates, or of one predicate; None for any other path."""
        if self.kind == "predicate":
            return frozenset({self.text})
        if self.kind == "alternative" and all(part.kind == "predicate" for part in self.parts):
            return frozenset(part.text for part in self.parts)
        return None


@dataclass(frozen=True)
class Pattern:
    """A triple pattern with a property path. Terms are IRIs in full, literals, or variables; `graph` is that of a GRAPH clause, or None."""

    subject: str
    path: Path
    object: str
    graph: str | None = None

    def text(self) -> str:
        """Return the pattern in SPARQL."""
        triple = f"{self.subject} {self.path.text} {self.object} ."
        return f"GRAPH {self.graph} {{ {triple} }}" if self.graph else triple

    def variables(self) -> frozenset[str]:
        """Return the variables of the pattern."""
        return frozenset(term for term in (self.subject, self.path.text, self.object, self.graph or "") if term.startswith("?"))

    def renamed(self, names: dict[str, str]) -> "Pattern":
        """Return the pattern with other names of variables."""
        path = replace(self.path, text=names.get(self.path.text, self.path.text))
        graph = self.graph and names.get(self.graph, self.graph)
        return Pattern(names.get(self.subject, self.subject), path, names.get(self.object, self.object), graph)


@dataclass
class Group:
    """A group of graph patterns. `start` is the offset after its opening brace.

    `shared` has the variables that the outer query knows, for the group of a subquery that returns one row for each of their values.
    """

    start: int
    relation: Relation = "group"
    patterns: list[Pattern] = field(default_factory=list)
    values: list[tuple[frozenset[str], str]] = field(default_factory=list)
    equal: list[tuple[str, str]] = field(default_factory=list)
    parts: list[list["Group"]] = field(default_factory=list)  # each: the branches of a union, or one group
    shared: frozenset[str] = frozenset()

    def all_groups(self) -> Iterator["Group"]:
        """Return this group and all groups inside it."""
        yield self
        for part in self.parts:
            for group in part:
                yield from group.all_groups()

    def rename(self, names: dict[str, str]) -> None:
        """Rename variables in the patterns of this group and of all groups inside it. The text of the query stays as it is."""
        for group in self.all_groups():
            group.patterns = [pattern.renamed(names) for pattern in group.patterns]
            group.values = [(frozenset(names.get(name, name) for name in known), renamed(text, names)) for known, text in group.values]
            group.equal = [(names.get(one, one), names.get(other, other)) for one, other in group.equal]
            group.shared = frozenset(names.get(name, name) for name in group.shared)


@dataclass(frozen=True)
class QuerySyntax:
    """A query: its text, its prologue, the template of a CONSTRUCT (empty for a SELECT), and the group of its WHERE clause."""

    text: str
    prologue: str
    template: tuple[Pattern, ...]
    where: Group


def parse(name: str, text: str) -> QuerySyntax:
    """Parse a rule or check. Raises AssetError for SPARQL that this parser does not read, naming the query and the line."""
    return _Parser(name, text).query()


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return SPARQL with other names of variables."""
    return re.sub(r"\?\w+", lambda found: names.get(found[0], found[0]), text)


class _Parser:
    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._text = text
        self._tokens = list(self._tokenized())
        self._next = 0
        self._prefixes: dict[str, str] = {}
        self._subqueries = 0

    def _tokenized(self) -> Iterator[Token]:
        offset = 0
        while offset < len(self._text):
            match = _TOKEN.match(self._text, offset)
            if match is None:
                raise self._error(offset)
            if match.lastgroup != "skip":
                yield Token(match.lastgroup or "", match[0], offset)
            offset = match.end()
        yield Token("end", "", offset)

    def _error(self, offset: int) -> AssetError:
        line = self._text.count("\n", 0, offset) + 1
        shown = self._text[offset : offset + 30].split("\n")[0]
        return AssetError(f"{self._name}: line {line}: {shown!r} is SPARQL that rules and checks may not contain (graph/rule_syntax.py)")

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._token
        self._next += 1
        return token

    def _at(self, *texts: str) -> bool:
        return self._token.kind in ("sign", "word") and self._token.text.upper() in texts

    def _accept(self, *texts: str) -> bool:
        if self._at(*texts):
            self._next += 1
            return True
        return False

    def _expect(self, text: str) -> Token:
        if not self._at(text):
            raise self._error(self._token.start)
        return self._take()

    def query(self) -> QuerySyntax:
        while self._accept("PREFIX"):
            prefix = self._take().text
            self._prefixes[prefix.removesuffix(":")] = self._take().text.strip("<>")
        prologue = self._text[: self._token.start]
        template: list[Pattern] = []
        if self._accept("CONSTRUCT"):
            self._expect("{")
            while not self._accept("}"):
                template.extend(self._triples(None))
        else:
            self._expect("SELECT")
            self._projection()
        self._accept("WHERE")
        return QuerySyntax(self._text, prologue, tuple(template), self._group("group"))

    def _projection(self) -> tuple[frozenset[str], bool]:
        """Read what a SELECT returns. Return the plain variables, and whether anything else is computed."""
        plain, computed = set(), False
        self._accept("DISTINCT")
        while not self._at("WHERE", "{"):
            if self._at("("):
                self._skip_parentheses()
                computed = True
            elif self._token.kind == "variable":
                plain.add(self._take().text)
            else:
                raise self._error(self._token.start)
        return frozenset(plain), computed

    def _group(self, relation: Relation, graph: str | None = None) -> Group:
        opening = self._expect("{")
        group = Group(opening.start + 1, relation)
        if self._at("SELECT"):
            return self._subquery(group)
        while not self._accept("}"):
            self._element(group, graph)
        return group

    def _subquery(self, group: Group) -> Group:
        self._take()
        plain, computed = self._projection()
        self._accept("WHERE")
        inner = self._group("select")
        grouped = self._accept("GROUP")
        if grouped:
            self._expect("BY")
            while self._token.kind == "variable":
                self._take()
        self._expect("}")
        # without GROUP BY, an aggregate gives one row also if nothing matches
        inner.shared = plain if grouped or not computed else frozenset()
        self._subqueries += 1
        known = {name for each in inner.all_groups() for pattern in each.patterns for name in pattern.variables()}
        inner.rename({name: f"{name}_{self._subqueries}" for name in known - plain})
        group.parts.append([inner])
        return group

    def _element(self, group: Group, graph: str | None) -> None:
        if self._at("OPTIONAL", "MINUS"):
            relation: Relation = "optional" if self._take().text.upper() == "OPTIONAL" else "minus"
            group.parts.append([self._group(relation, graph)])
        elif self._accept("GRAPH"):
            named = self._term()
            group.parts.append([self._group("group", named)])
        elif self._accept("FILTER"):
            self._expression(group, graph)
        elif self._accept("BIND"):
            self._binding(group, graph)
        elif self._at("VALUES"):
            self._values(group)
        elif self._at("{"):
            branches = [self._group("group", graph)]
            while self._accept("UNION"):
                branches.append(self._group("union", graph))
            if len(branches) > 1:
                branches[0].relation = "union"
            group.parts.append(branches)
        elif not self._accept("."):
            group.patterns.extend(self._triples(graph))

    def _expression(self, group: Group, graph: str | None) -> None:
        """Read an expression of a FILTER: EXISTS with a group, a call, or parentheses."""
        self._accept("NOT")
        if self._accept("EXISTS"):
            group.parts.append([self._group("exists", graph)])
            return
        if self._token.kind == "word":
            self._take()
        self._skip_parentheses(group, graph)

    def _binding(self, group: Group, graph: str | None) -> None:
        one, word, other = self._tokens[self._next + 1 : self._next + 4]
        if (one.kind, word.text.upper(), other.kind) == ("variable", "AS", "variable"):
            group.equal.append((one.text, other.text))
        self._skip_parentheses(group, graph)

    def _skip_parentheses(self, group: Group | None = None, graph: str | None = None) -> None:
        """Skip a balanced expression in parentheses, but read the groups of EXISTS in it."""
        self._expect("(")
        depth = 1
        while depth:
            token = self._take()
            if token.kind == "end":
                raise self._error(token.start)
            if token.kind == "word" and token.text.upper() == "EXISTS" and group is not None:
                group.parts.append([self._group("exists", graph)])
            elif token.kind == "sign":
                depth += {"(": 1, ")": -1}.get(token.text, 0)

    def _values(self, group: Group) -> None:
        start, names, text = self._take().start, set(), ["VALUES"]
        while text[-1] != "}":
            token = self._take()
            if token.kind == "end":
                raise self._error(start)
            if token.kind == "variable":
                names.add(token.text)
            text.append(self._in_full(token))
        group.values.append((frozenset(names), " ".join(text)))

    def _triples(self, graph: str | None) -> Iterator[Pattern]:
        """Read a subject with its predicates and objects, up to the full stop or the end of the group."""
        subject = self._term()
        while True:
            path = self._alternative()
            while True:
                yield Pattern(subject, path, self._term(), graph)
                if not self._accept(","):
                    break
            if not self._accept(";") or self._at(".", "}"):
                break
        self._accept(".")

    def _term(self) -> str:
        token = self._take()
        if token.kind == "word" and token.text in ("true", "false"):
            return token.text
        if token.kind not in _TERMS:
            raise self._error(token.start)
        return self._in_full(token)

    def _in_full(self, token: Token) -> str:
        if token.kind != "name":
            return token.text
        prefix, local = token.text.split(":", 1)
        if prefix not in self._prefixes:
            raise self._error(token.start)
        return f"<{self._prefixes[prefix]}{local}>"

    def _alternative(self) -> Path:
        return self._operator("alternative", "|", self._sequence)

    def _sequence(self) -> Path:
        return self._operator("sequence", "/", self._step)

    def _operator(self, kind: PathKind, sign: str, part: Callable[[], Path]) -> Path:
        parts = [part()]
        while self._accept(sign):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Path(kind, "(" + sign.join(each.text for each in parts) + ")", tuple(parts))

    def _step(self) -> Path:
        if self._accept("^"):
            inner = self._step()
            return Path("inverse", f"^{inner.text}", (inner,))
        if self._accept("("):
            path = self._alternative()
            self._expect(")")
        elif self._at("A"):
            self._take()
            path = Path("predicate", RDF_TYPE)
        else:
            path = Path("predicate", self._term())
        if self._at("*", "+"):
            path = Path("closure", f"{path.text}{self._take().text}", (path,))
        return path


def insert(syntax: QuerySyntax, variable: str, terms: Sequence[str]) -> str:
    """Return the text of a query that returns only what follows for these values of a variable.

    VALUES are inserted into each group that has a pattern with the variable and must match: the engine would else evaluate unions and
    subqueries in full before it joins them.
    """
    text = syntax.text
    for offset, name in sorted(_places(syntax.where, variable), reverse=True):
        text = f"{text[:offset]} VALUES {name} {{ {' '.join(terms)} }}{text[offset:]}"
    return text


def _places(group: Group, variable: str) -> Iterator[tuple[int, str]]:
    """Yield the offsets for VALUES of a variable, each with its name there: another one if BIND gives it the value of that one."""
    bound = [one for one, other in group.equal if other == variable]
    known = {name for pattern in group.patterns for name in pattern.variables()}
    known.update(*(names for names, _ in group.values), *(pair for pair in group.equal))
    if variable in known and group.relation != "optional":
        yield group.start, bound[0] if bound else variable
    for inner in (each for part in group.parts for each in part):
        if inner.relation != "exists" and (inner.relation != "select" or variable in inner.shared):
            yield from _places(inner, variable)
