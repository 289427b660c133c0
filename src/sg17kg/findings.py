"""Frozen models of the result of a check: findings with their lines, their rules, and the other side.

Made by checks/preflight.py, shown by rendering/findings.py: neither room knows the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from sg17kg.facts import Lines, Severity

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class ExitCode(IntEnum):
    """Exit codes of the process of a check (checks/child.py, checks/process.py). Any other exit code is a fault."""

    CHECKED = 0
    NO_CIRCULAR = 11
    UNREADABLE = 12
    TOO_MUCH = 13
    NO_STORE = 14


@dataclass(frozen=True, order=True)
class RelatedLocation:
    """The other side of a remark: which document or catalogue says otherwise, where (None: it has no lines), and what it is about."""

    document: str
    iri: str
    lines: Lines | None
    statement: str

    @property
    def where(self) -> str:
        """The document with its lines, for people."""
        if not self.lines:
            return self.document
        first, last = self.lines
        return f"{self.document}, line {first}" if first == last else f"{self.document}, lines {first} to {last}"


@dataclass(frozen=True, order=True)
class CheckFinding:
    """One thing that is wrong: the lines of the document that it rests on, how grave it is, which rule found it.

    `found_by` is extraction, conflict, shape or check; `code` the finding, conflict type, shape or check.
    """

    lines: tuple[int, ...]
    severity: Severity
    code: str
    message: str
    found_by: str
    others: tuple[RelatedLocation, ...] = ()

    @property
    def rule(self) -> str:
        """The key of its rule: codes of the four kinds may be the same word."""
        return self.code if self.found_by == "extraction" else f"{self.found_by}/{self.code}"


@dataclass(frozen=True)
class DuplicateOf:
    """A rule of the graph, by its key, that says the same as a finding: where that holds one of the words, else where they share a line."""

    rule: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """What should hold, or what is wrong, in one sentence; what to do; where the rule comes from.

    `url` is a lasting page about it, `why` more words, where there are any; `same_as` are the rules of the graph that find it again.
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
    """A line as the document has it; `place` is page or paragraph where the format has no lines to count, else empty."""

    text: str
    place: str = ""


@dataclass(frozen=True)
class CheckResult:
    """One document that was checked: its name, kind, language and format; remarks; their rules by key; its lines by number.

    `against` says whether it was held against a graph, `version` which (SHA-256 of its N-Quads).
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
        """Return where a remark stands, for people: "line 33", "page 2, line 14", empty for one without a line."""
        if not remark.lines:
            return ""
        known = self.printed.get(remark.lines[0])
        return known.place if known and known.place else f"line {remark.lines[0]}"

    def ordered(self) -> list[CheckFinding]:
        """Remarks, the gravest first, then by rule and line."""
        return sorted(self.remarks, key=lambda remark: (SEVERITIES.index(remark.severity), remark.rule, remark.lines, remark.message))


def at_least(remarks: tuple[CheckFinding, ...], severity: Severity) -> list[CheckFinding]:
    """Return the remarks of that severity and graver ones."""
    return [remark for remark in remarks if SEVERITIES.index(remark.severity) <= SEVERITIES.index(severity)]
