"""State of the extraction of one document: lines read, evidence, findings."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sg17kg.extraction.gazetteer import Reference
from sg17kg.extraction.language import LanguagePack
from sg17kg.extraction.letter.text_references import Mention, mentions
from sg17kg.facts import Finding, Lines, Severity
from sg17kg.readers.document import Document, TextSpan


@dataclass
class ExtractionContext:
    """State of one extraction. Every line is either covered by a field or reported as unread."""

    document: Document
    pack: LanguagePack
    reference: Reference
    covered: dict[int, str] = field(default_factory=dict)
    evidence: dict[str, Lines] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _found: set[Finding] = field(default_factory=set)
    body_names: dict[str, dict[str, int]] = field(default_factory=dict)
    _named: dict[str, list[Mention]] = field(default_factory=dict)
    unconfirmed: dict[str, set[int]] = field(default_factory=dict)

    def search(self, slot: str, stretch: TextSpan) -> re.Match[str] | None:
        """Return the first match of a slot in a span. A match on a phrase that no real letter has confirmed is recorded."""
        match = self.pack.search(slot, stretch.text)
        if match and self.pack.rests_on_memory(slot):
            self.unconfirmed.setdefault(slot, set()).add(stretch.line_at(match.start()))
        return match

    def named(self, text: str) -> list[Mention]:
        """Return the texts that folded text names (see letter/text_references.py). Results are cached."""
        if text not in self._named:
            self._named[text] = mentions(text, self.pack)
        return self._named[text]

    def cover(self, lines: Lines | None, by: str) -> None:
        """Mark lines as read by a field."""
        if lines:
            for number in range(lines[0], lines[1] + 1):
                self.covered.setdefault(number, by)

    def state(self, pointer: str, lines: Lines | None) -> None:
        """Record which lines state the value at a JSON pointer, and mark them as read."""
        if lines:
            self.evidence.setdefault(pointer, lines)
            self.cover(lines, pointer)

    def find(self, code: str, severity: Severity, message: str, lines: Iterable[int | Lines]) -> None:
        """Add a finding, unless it has been added before. `lines` are line numbers or ranges, in any order."""
        numbers: set[int] = set()
        for entry in lines:
            numbers.update([entry] if isinstance(entry, int) else range(entry[0], entry[1] + 1))
        finding = Finding(code, severity, message, tuple(sorted(numbers)))
        if finding not in self._found:
            self._found.add(finding)
            self.findings.append(finding)

    def unread(self) -> tuple[int, ...]:
        """Return the numbers of the lines that have text and that no field has read."""
        return tuple(line.number for line in self.document.lines if line.text and line.number not in self.covered)
