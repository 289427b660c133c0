"""Checks of several circulars; rules, language packs and known statements are read once."""

from collections.abc import Callable
from pathlib import Path

from sg17kg import assets, readers
from sg17kg.checks import preflight
from sg17kg.checks.known import KnownDataset
from sg17kg.checks.preflight import Rulebook
from sg17kg.errors import BuildError
from sg17kg.extraction.extractor import Extractor
from sg17kg.facts import Facts
from sg17kg.findings import CheckFinding, CheckResult, SourceLine
from sg17kg.readers.document import Document


class CircularChecker:
    """Checker of documents against known statements, or of each alone (None). `warn` gets the reason if the former is not possible."""

    def __init__(self, known: KnownDataset | None, warn: Callable[[str], None] = lambda _: None) -> None:
        self._extractor = Extractor.load(assets.language_packs(), assets.folder("data") / "curated")
        self._known = known
        self._warn = warn
        self._book: Rulebook | None = None

    def check_file(self, path: Path) -> CheckResult:
        """Check a file. Raises UnreadableFile, NotACircular."""
        return self.check(readers.read(path), str(path).encode("utf-8", "backslashreplace").decode())

    def check(self, document: Document, name: str) -> CheckResult:
        """Check a document; `name` is its name in reports. Raises NotACircular."""
        facts = self._extractor.extract(document)
        held = self._against_known(facts)
        remarks = preflight.without_repeats(preflight.check_document(facts), held or ())
        return CheckResult(
            name=name,
            kind=facts.document.kind,
            language=facts.document.language,
            format=document.format,
            remarks=remarks,
            rules=preflight.rules_of(remarks, self._rulebook()),
            printed={line.number: SourceLine(line.text, line.place) for line in document.lines},
            against=held is not None,
            version=self._known.version if self._known else "",
        )

    def _against_known(self, facts: Facts) -> list[CheckFinding] | None:
        """Return what the document breaks in the graph; None if it has no number or study period and so cannot be added."""
        if self._known is None:
            return None
        try:
            return preflight.check_against_graph(facts, self._known, self._rulebook())
        except BuildError as error:
            self._warn(str(error))
            return None

    def _rulebook(self) -> Rulebook:
        if self._book is None:
            self._book = preflight.load_rulebook()
        return self._book
