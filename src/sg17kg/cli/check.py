"""Command `check`: find errors in a circular before or after it is sent."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sg17kg import __version__
from sg17kg.cli.output import FAILED, UNUSABLE, from_store, print_error
from sg17kg.errors import InputError

if TYPE_CHECKING:
    from sg17kg.facts import Severity
    from sg17kg.findings import CheckResult
    from sg17kg.store.source import DatasetSource

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
def check(paths: Sequence[Path], against: bool, shown: str | None, as_json: bool, severity: "Severity", source: "DatasetSource") -> None:
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
    from sg17kg.checks.checker import CircularChecker
    from sg17kg.checks.known import KnownDataset
    from sg17kg.findings import at_least
    from sg17kg.rendering import findings
    from sg17kg.store.source import statements_of

    shown = "json" if as_json else shown or ("report" if sys.stdout.isatty() else "lines")
    checker = CircularChecker(KnownDataset.of(statements_of(source)) if against else None, print_error)
    done: list[CheckResult] = []
    unread: list[tuple[str, str]] = []
    for path in _files(paths, unread):
        try:
            checked = checker.check_file(path)
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
    """Yield the files that paths name, and the files in folders that a reader supports.

    A folder without such a file is reported, because nothing in it was checked.
    """
    from sg17kg.cli.extract.work import SUFFIXES, PassedOver, files

    for path in paths:
        passed_over, found = PassedOver(), False
        for file in files([path], passed_over, partial(_fail, path, unread=unread)):
            found = True
            yield file
        if passed_over.endings:
            print_error(f"{path}: {passed_over}")
        if not found and path.is_dir():
            _fail(path, f"{path}: no file in it is named {', '.join(SUFFIXES)}; name the files to check", unread)


def _fail(path: Path, message: str, unread: list[tuple[str, str]]) -> None:
    print_error(message)
    unread.append((_relative(path), " ".join(message.split())))


def _relative(path: Path) -> str:
    """Return an absolute path below the current folder as a relative one, as CI expects; any other path as given."""
    below = path.is_absolute() and path.is_relative_to(Path.cwd())
    return str(path.relative_to(Path.cwd()) if below else path).encode("utf-8", "backslashreplace").decode()


def report(checked: "CheckResult") -> str:
    """Return the report for a person, in colours if the output is a terminal and NO_COLOR is not set."""
    from sg17kg.rendering import findings

    return findings.report(checked, colours=sys.stdout.isatty() and "NO_COLOR" not in os.environ)


def _lines(checked: "CheckResult") -> str:
    from sg17kg.rendering import findings

    return findings.lines(checked)


def _json(checked: "CheckResult") -> str:
    from sg17kg.rendering import findings

    return json.dumps(findings.as_json(checked), ensure_ascii=False) + "\n"


_PRINTED: dict[str, "Callable[[CheckResult], str]"] = {"report": report, "lines": _lines, "json": _json}
COMMANDS = (check,)
