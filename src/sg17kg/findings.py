"""Frozen models of the result of a check: findings with their lines, their rules, and the other side.

checks/preflight.py creates them and rendering/findings.py shows them; neither package depends on the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from sg17kg.facts import Lines, Severity

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class ExitCode(IntEnum):
    """Exit codes of the process of a check (checks/child.py, checks/process.py). Any other exit code is an internal error."""

    CHECKED = 0
    NO_CIRCULAR = 11
    UNREADABLE = 12
    TOO_MUCH = 13
    NO_STORE = 14


@dataclass(frozen=True, order=True)
class RelatedLocation:
    """The other side of a remark: a document or catalogue, its IRI, its lines (None if it has none), and the statement there."""

    document: str
    iri: str
    lines: Lines | None
    statement: str

    @property
    def where(self) -> str:
        """The document and its lines, for people."""
        if not self.lines:
            return self.document
        first, last = self.lines
        return f"{self.document}, line {first}" if first == last else f"{self.document}, lines {first} to {last}"


@dataclass(frozen=True, order=True)
class CheckFinding:
    """One problem: the lines of the document on which it is based, its severity, and the rule that found it.

    `found_by` is extraction, conflict, shape or check. `code` names the finding, conflict type, shape or check.
    """

    lines: tuple[int, ...]
    severity: Severity
    code: str
    message: str
    found_by: str
    others: tuple[RelatedLocation, ...] = ()

    @property
    def rule(self) -> str:
        """The key of its rule, with a prefix because codes of different kinds may be the same word."""
        return self.code if self.found_by == "extraction" else f"{self.found_by}/{self.code}"


@dataclass(frozen=True)
class DuplicateOf:
    """The key of a rule of the graph that repeats a finding: if the message of the finding has one of `words`, or, without words, if both
    share a line.
    """

    rule: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule: what should hold, or what is wrong, in one sentence; the remedy; and the source of the rule.

    `url` is a permanent page about it, `why` a longer explanation, if any. `same_as` are the rules of the graph that find the same problem.
    """

    key: str
    says: str
    remedy: str
    source: str
    url: str | None = None
    why: str = ""
    same_as: tuple[DuplicateOf, ...] = ()


@dataclass(frozen=True)
class SourceLine:
    """A line of the document. `place` is its page or paragraph if the format has no lines to count, else empty."""

    text: str
    place: str = ""


@dataclass(frozen=True)
class CheckResult:
    """Result of the check of one document: its name, kind, language and format; the remarks; their rules by key; its lines by number.

    `against` is whether it was checked against a graph, `version` the version of that graph (SHA-256 of its N-Quads).
    """

    name: str
    kind: str
    language: str
    format: str
    remarks: tuple[CheckFinding, ...]
    rules: Mapping[str, Rule]
    printed: Mapping[int, SourceLine] = field(default_factory=dict)
    against: bool = False
    version: str = ""

    def place(self, remark: CheckFinding) -> str:
        """Return the place of a remark for people: "line 33", "page 2, line 14", or an empty string for a remark without a line."""
        if not remark.lines:
            return ""
        known = self.printed.get(remark.lines[0])
        return known.place if known and known.place else f"line {remark.lines[0]}"

    def ordered(self) -> list[CheckFinding]:
        """Return the remarks, the most severe first, then by rule and line."""
        return sorted(self.remarks, key=lambda remark: (SEVERITIES.index(remark.severity), remark.rule, remark.lines, remark.message))


def at_least(remarks: tuple[CheckFinding, ...], severity: Severity) -> list[CheckFinding]:
    """Return the remarks of that severity or a higher one."""
    return [remark for remark in remarks if SEVERITIES.index(remark.severity) <= SEVERITIES.index(severity)]
