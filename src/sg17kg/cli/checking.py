"""The command that checks a document before or after it is sent."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sg17kg import assets
from sg17kg.cli.output import FAILED, UNUSABLE, complain, from_store, open_store, rows_of, rulebook
from sg17kg.errors import BuildError, InputError

if TYPE_CHECKING:
    from sg17kg.graph.preflight import Remark, Rulebook
    from sg17kg.records import Facts
    from sg17kg.store.opening import Source


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--alone", is_flag=True, help="Do not hold the document against the graph.")
@from_store
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON: one object for one file, JSON Lines for several.")
def check(files: Sequence[Path], alone: bool, as_json: bool, source: "Source") -> None:
    """Check circulars: what does not agree within each, and what it would break in the graph.

    \b
    Exit code 0: clean; 1: findings; 2: a file cannot be read, or is no circular.

    \b
    Examples:
      sg17kg check circular.txt
      sg17kg check circular.txt --json
    """
    from sg17kg.graph import preflight
    from sg17kg.sources import readers
    from sg17kg.sources.circular import Extractor

    extractor = Extractor.load(assets.language_packs(), assets.folder("data") / "curated")
    known = [] if alone else rows_of(open_store(source))
    book = rulebook()
    worst = 0
    for path in files:
        try:
            facts = extractor.extract(readers.read(path))
            remarks = [*preflight.alone(facts), *(_against(facts, known, book) if known else [])]
        except InputError as error:
            complain(str(error))
            worst = UNUSABLE
            continue
        worst = max(worst, FAILED if remarks else 0)
        _show(path, facts.document.kind, remarks, as_json)
    sys.exit(worst)


def _against(facts: "Facts", known: "list[bytes]", book: "Rulebook") -> "list[Remark]":
    """What the document breaks in the graph; a circular without number or period has no place in it, which its findings say."""
    from sg17kg.graph import preflight

    try:
        return preflight.against(facts, known, book)
    except BuildError as error:
        complain(str(error))
        return []


def _show(path: Path, kind: str, remarks: "list[Remark]", as_json: bool) -> None:
    if as_json:
        findings = [asdict(remark) for remark in remarks]
        click.echo(json.dumps({"file": str(path), "kind": kind, "findings": findings}, ensure_ascii=False))
        return
    for remark in remarks:
        where = ",".join(map(str, remark.lines))
        click.echo(f"{path}:{where}: {remark.severity}: {remark.message} [{remark.code}]")
    errors = sum(remark.severity == "error" for remark in remarks)
    click.echo(f"{path}: {len(remarks)} findings, {errors} of them errors" if remarks else f"{path}: nothing found")


COMMANDS = (check,)
