"""The command that checks a document before or after it is sent."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sg17kg import __version__, assets
from sg17kg.cli.output import FAILED, UNUSABLE, complain, from_store, rulebook
from sg17kg.errors import BuildError, InputError

if TYPE_CHECKING:
    from sg17kg.facts import Facts, Severity
    from sg17kg.findings import Checked, Remark
    from sg17kg.graph.preflight import Rulebook
    from sg17kg.readers.document import Document
    from sg17kg.store.source import Source, Statements

_FORMATS = ("report", "lines", "json", "sarif")
_FORMAT = "A report to read, one line for each finding, JSON (JSON Lines for several files), or SARIF 2.1.0 for CI."
_AGAINST = "Hold the document against the graph (the packaged dataset, --store or --endpoint; this is the default), or check it alone."
_SEVERITY = "From which severity on findings make the exit code 1."


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--against/--alone", default=True, help=_AGAINST)
@from_store
@click.option("--format", "shown", type=click.Choice(_FORMATS), show_default="report on a terminal, else lines", help=_FORMAT)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--severity", type=click.Choice(["error", "warning", "info"]), default="info", show_default=True, help=_SEVERITY)
def check(paths: Sequence[Path], against: bool, shown: str | None, as_json: bool, severity: "Severity", source: "Source") -> None:
    """Check circulars: what does not agree within each, and what it would break in the graph.

    Of a folder every .txt, .docx, .pdf and .html file is checked, those of its folders too.

    Against the graph it finds, among others: a number that was given already, a provisional name under another Question, a report
    number used twice, a title that changed; each with the document and line that say otherwise.

    \b
    Exit code 0: clean; 1: findings; 2: a file cannot be read, or is no circular.

    \b
    Examples:
      sg17kg check circular.txt
      sg17kg check circular.txt --alone --severity error
      sg17kg check letters/ --format sarif > findings.sarif
    """
    from sg17kg.findings import at_least
    from sg17kg.rendering import findings
    from sg17kg.store.source import statements_of

    shown = "json" if as_json else shown or ("report" if sys.stdout.isatty() else "lines")
    checking = Checking(statements_of(source) if against else None)
    done: list[Checked] = []
    unread: list[tuple[str, str]] = []
    for path in _files(paths, unread):
        try:
            checked = checking.of_file(path)
        except InputError as error:
            _fail(path, str(error), unread)
            continue
        done.append(replace(checked, name=_relative(path)))
        if shown != "sarif":
            click.echo(_PRINTED[shown](checked), nl=False)
    if shown == "sarif":
        click.echo(json.dumps(findings.sarif(done, unread, __version__), ensure_ascii=False, indent=1))
    found = any(at_least(checked.remarks, severity) for checked in done)
    sys.exit(UNUSABLE if unread else FAILED if found else 0)


def _files(paths: Sequence[Path], unread: list[tuple[str, str]]) -> Iterator[Path]:
    """The files that paths name, and of folders those that a reader is for. A folder without one is told of: nothing of it was checked."""
    from sg17kg.cli.extract.work import SUFFIXES, PassedOver, files

    for path in paths:
        passed_over, found = PassedOver(), False
        for file in files([path], passed_over, partial(_fail, path, unread=unread)):
            found = True
            yield file
        if passed_over.endings:
            complain(f"{path}: {passed_over}")
        if not found and path.is_dir():
            _fail(path, f"{path}: no file in it is named {', '.join(SUFFIXES)}; name the files to check", unread)


def _fail(path: Path, message: str, unread: list[tuple[str, str]]) -> None:
    complain(message)
    unread.append((_relative(path), " ".join(message.split())))


class Checking:
    """Checks documents against what is known, or alone (None). Rules and language packs are read once."""

    def __init__(self, known: "Statements | None") -> None:
        from sg17kg.extraction.extractor import Extractor

        self._extractor = Extractor.load(assets.language_packs(), assets.folder("data") / "curated")
        self._known = known
        self._book: Rulebook | None = None

    def of_file(self, path: Path) -> "Checked":
        """A file that was checked. Raises UnreadableFile, NotACircular."""
        from sg17kg import readers

        return self.of(readers.read(path), str(path).encode("utf-8", "backslashreplace").decode())

    def of(self, document: "Document", name: str) -> "Checked":
        """A document that was checked, under a name. Raises NotACircular."""
        from sg17kg.findings import Checked, Printed
        from sg17kg.graph import preflight

        facts = self._extractor.extract(document)
        held = self._held(facts)
        remarks = preflight.without_repeats(preflight.alone(facts), held or ())
        return Checked(
            name=name,
            kind=facts.document.kind,
            language=facts.document.language,
            format=document.format,
            remarks=remarks,
            rules=preflight.rules_of(remarks, self._rulebook()),
            printed={line.number: Printed(line.text, line.place) for line in document.lines},
            against=held is not None,
            version=self._known.version if self._known else "",
        )

    def _held(self, facts: "Facts") -> "list[Remark] | None":
        """What the document breaks in the graph; None for one without number or period: it has no place there, as its findings say."""
        from sg17kg.graph import preflight

        if self._known is None:
            return None
        try:
            return preflight.against(facts, self._known.rows, self._rulebook())
        except BuildError as error:
            complain(str(error))
            return None

    def _rulebook(self) -> "Rulebook":
        if self._book is None:
            self._book = rulebook()
        return self._book


def _relative(path: Path) -> str:
    """The path from the current folder where the file lies below it, as it was given otherwise: CI knows files by the former."""
    below = path.is_absolute() and path.is_relative_to(Path.cwd())
    return str(path.relative_to(Path.cwd()) if below else path).encode("utf-8", "backslashreplace").decode()


def report(checked: "Checked") -> str:
    """The report for a person, in colours where the output is a terminal that wants them (NO_COLOR says no)."""
    from sg17kg.rendering import findings

    return findings.report(checked, colours=sys.stdout.isatty() and "NO_COLOR" not in os.environ)


def _lines(checked: "Checked") -> str:
    from sg17kg.rendering import findings

    return findings.lines(checked)


def _json(checked: "Checked") -> str:
    from sg17kg.rendering import findings

    return json.dumps(findings.as_json(checked), ensure_ascii=False) + "\n"


_PRINTED: dict[str, "Callable[[Checked], str]"] = {"report": report, "lines": _lines, "json": _json}
COMMANDS = (check,)
