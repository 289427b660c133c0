"""Commands that compare datasets, and back up, restore and verify stores."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from sg17kg.cli.output import FAILED, open_store, rows_of
from sg17kg.errors import StoreError

_EXISTING = click.Path(path_type=Path)


@click.command()
@click.argument("before", metavar="A", type=_EXISTING)
@click.argument("after", metavar="B", type=_EXISTING)
@click.option("--format", "format_", type=click.Choice(["text", "json", "patch"]), default="text", help="patch: an RDF patch.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def diff(before: Path, after: Path, format_: str, as_json: bool) -> None:
    """Tell what changed between two datasets, by thing: N-Quads files (.gz too) or folders of stores.

    \b
    Exit code 0: nothing changed; 1: something did; 2: one cannot be read.

    \b
    Examples:
      sg17kg diff old.nq new.nq.gz
      sg17kg diff old.nq mine --format patch > changes.rdfp
    """
    from sg17kg.graph import diff as difference

    old, new = rows_of(open_store(before)), rows_of(open_store(after))
    if format_ == "patch":
        sys.stdout.buffer.writelines(difference.patch(old, new))
        sys.exit(FAILED if old != new else 0)
    found = difference.changes(old, new)
    if as_json or format_ == "json":
        click.echo(json.dumps([asdict(change) for change in found], indent=1, ensure_ascii=False))
    else:
        for change in found:
            click.echo(f"{change.kind} {change.label} <{change.iri}>")
            for sign, triples in (("-", change.went), ("+", change.came)):
                for triple in triples if change.kind == "changed" else ():
                    click.echo(f"  {sign} {triple.split(' ', 1)[1]}")
        click.echo(f"{len(found)} things changed" if found else "nothing changed")
    sys.exit(FAILED if found else 0)


@click.command()
@click.argument("store", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("backup_", metavar="BACKUP", type=click.Path(path_type=Path))
def backup(store: Path, backup_: Path) -> None:
    """Copy a store at rest into a new folder, while others read it or write to it.

    \b
    Example:
      sg17kg backup mine mine-2026-11-21
    """
    from sg17kg.store.embedded import EmbeddedStore

    EmbeddedStore.copy(store, backup_)
    click.echo(f"{backup_}: a copy of {store}")


@click.command()
@click.argument("backup_", metavar="BACKUP", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("store", type=click.Path(path_type=Path))
def restore(backup_: Path, store: Path) -> None:
    """Make a store out of a backup. A store that is there already is never written over.

    \b
    Example:
      sg17kg restore mine-2026-11-21 mine
    """
    from sg17kg.store.embedded import EmbeddedStore

    if store.exists():
        raise StoreError(f"{store}: is there already; move it away, or name another folder")
    EmbeddedStore.copy(backup_, store)
    click.echo(f"{store}: restored from {backup_}")


@click.command()
@click.argument("store", type=click.Path(path_type=Path, file_okay=False, exists=True))
def verify(store: Path) -> None:
    """Read every file of a store at rest, and compare its SHA-256 with that of when it was written.

    \b
    Exit code 0: all are as they were written; 2: one is not, or there are no checksums.

    \b
    Example:
      sg17kg verify mine
    """
    from sg17kg.store.embedded import EmbeddedStore

    click.echo(f"{store}: {EmbeddedStore.verify(store)} files, all as they were written")


COMMANDS = (diff, backup, restore, verify)
