"""Commands that build a dataset and validate it."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sg17kg import assets
from sg17kg.cli.output import FAILED, from_store, open_files, open_store, rows_of

if TYPE_CHECKING:
    from sg17kg.store.source import DatasetSource


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for dataset.nq, its search index, and manifest.json.")
@click.option(
    "--third-party", is_flag=True, help="Take rows that are not of ITU too: third parties and national bodies, in graphs of their own."
)
@click.option("--json", "as_json", is_flag=True, help="Print the manifest.")
def build(out: Path | None, third_party: bool, as_json: bool) -> None:
    """Build the dataset from data/ and ontology/. Twice gives the same bytes.

    \b
    Example:
      sg17kg build --out dataset
    """
    from sg17kg.extraction.gazetteer import load_periods
    from sg17kg.graph.build import Inputs
    from sg17kg.graph.build import build as build_dataset
    from sg17kg.queries.library import QueryLibrary
    from sg17kg.search.build import write_index
    from sg17kg.store.embedded import EmbeddedStore

    data = assets.folder("data")
    catalogue = QueryLibrary.read(assets.folder("queries"))
    rules = tuple(catalogue.group("rules"))
    inputs = Inputs(data, assets.folder("ontology"), load_periods(data / "curated"), rules, EmbeddedStore.from_nquads, third_party)
    target = out or assets.built_dataset()
    manifest, store = build_dataset(inputs, target)
    write_index(store, catalogue, target, _sha256(manifest))
    if as_json:
        click.echo(json.dumps(manifest, indent=1))
    else:
        click.echo(f"{target / 'dataset.nq'}: {manifest['quads']} statements from {len(_list(manifest['documents']))} documents")


def _sha256(manifest: dict[str, object]) -> str:
    """Return the SHA-256 of the dataset that a manifest describes."""
    files = manifest["files"]
    return str(files["dataset.nq"]["sha256"]) if isinstance(files, dict) else ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--severity", type=click.Choice(["violation", "warning", "info"]), default="info", help="Show results of this severity and graver."
)
@click.option("--json", "as_json", is_flag=True, help="Print results as JSON.")
@click.option("--format", "format_", type=click.Choice(["text", "ttl"]), default="text", help="ttl: the W3C's validation report.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", help="Language of messages.")
@from_store
def validate(paths: Sequence[Path], severity: str, as_json: bool, format_: str, lang: str, source: "DatasetSource") -> None:
    """Check a dataset, or RDF files, against the shapes and checks.

    \b
    Exit code 0: no violation; 1: violations; 2: it could not be run.

    \b
    Examples:
      sg17kg validate
      sg17kg validate my.nq --severity violation --json
    """
    from sg17kg.graph import validation
    from sg17kg.queries.library import QueryLibrary

    store = open_files(paths) if paths else open_store(source)
    checks = QueryLibrary.read(assets.folder("queries")).group("checks")
    found = validation.validate(store, assets.folder("shapes"), assets.folder("ontology") / "sg17.ttl", checks, house=not paths)
    shown = validation.at_least(found, severity)  # type: ignore[arg-type]
    violations = len(validation.at_least(found, "violation"))
    if format_ == "ttl":
        sys.stdout.buffer.write(validation.report(shown))
    elif as_json:
        rows = [{**vars(result), "messages": dict(result.messages)} for result in shown]
        click.echo(json.dumps({"conforms": not violations, "results": rows}, indent=1, ensure_ascii=False))
    else:
        for result in shown:
            value = f" {result.value}" if result.value != result.focus else ""
            click.echo(f"{result.severity}: {result.focus}: {result.message(lang)} [{result.rule.rpartition('/')[2]}]{value}")
        hidden = f" ({len(found) - len(shown)} below --severity {severity} not shown)" if len(shown) < len(found) else ""
        click.echo(f"{violations} violations, {len(found) - violations} other results{hidden}" if found else "conforms, nothing found")
    sys.exit(FAILED if violations else 0)


@click.command()
@click.option("--endpoint", "address", metavar="URL", required=True, help="Address for queries of a SPARQL 1.1 server.")
@click.option("--update-endpoint", "updates", metavar="URL", help="Address for updates, where it is another.")
@click.option(
    "--store", "folder", type=click.Path(path_type=Path, file_okay=False), help="Load this store; without it, the packaged dataset."
)
def load(address: str, updates: str | None, folder: Path | None) -> None:
    """Put the dataset into a remote SPARQL 1.1 store: graph by graph, resumable, verified by count and hash.

    Credentials come from SG17KG_ENDPOINT_USER and SG17KG_ENDPOINT_PASSWORD, or from ~/.netrc.

    \b
    Examples:
      sg17kg load --endpoint http://localhost:7878/query --update-endpoint http://localhost:7878/update
      sg17kg load --endpoint http://localhost:8890/sparql
    """
    from sg17kg.store import bulk_load
    from sg17kg.store.remote import RemoteStore
    from sg17kg.store.source import endpoint

    where = endpoint(address, updates, os.environ)
    rows = rows_of(open_store(folder or assets.dataset() / "dataset.nq"))
    with click.progressbar(length=len(rows), label=where.shown, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        done = bulk_load.load(rows, RemoteStore(where), bar.update)
    click.echo(f"{where.shown}: {done.statements} statements in {done.written + done.kept} graphs, {done.written} of them written now")


COMMANDS = (build, validate, load)
