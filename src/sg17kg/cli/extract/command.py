"""Commands that read sources: circulars, catalogues of editions, bulletins."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from sg17kg import assets
from sg17kg.cli.output import FAILED, print_error, write_atomically

if TYPE_CHECKING:
    from sg17kg.facts import ApprovalFacts, TwinFacts, Unread
    from sg17kg.outside import AnyRow
    from sg17kg.reference_data.catalogues import Version
    from sg17kg.reference_data.relaton import CatalogueRecord

_Read = TypeVar("_Read", "CatalogueRecord", "ApprovalFacts", "TwinFacts", "AnyRow")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--without-running-text", is_flag=True, help="Leave out abstracts, study items and tasks.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write one JSON file a document into this folder.")
@click.option("--replace", is_flag=True, help="With --out: replace the facts of the same circular read from another file.")
@click.option("--workers", type=click.IntRange(1), help="Processes for a folder or many files; without it, one for each processor.")
def extract(paths: Sequence[Path], without_running_text: bool, out: Path | None, replace: bool, workers: int | None) -> None:
    """Print the facts of circulars as JSON: one object for one file, JSON Lines for several and for folders.

    Of a folder every .txt, .docx, .pdf and .html file is read, those of its folders too. With --out, what was read by the same
    version is not read again: after an interruption, the same command goes on.

    \b
    Exit code 0; 1 where a file is no (whole) circular; 2 where a file cannot be read or its facts cannot be kept.

    \b
    Examples:
      sg17kg extract circular.txt
      sg17kg extract *.txt > facts.jsonl
      sg17kg extract letters/ --out facts --workers 4
    """
    from sg17kg.cli.extract.run import Run

    sys.exit(Run(paths, without_running_text, out, replace, workers).exit_code())


_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
_NAMED = click.option("--named", is_flag=True, help="Texts that the circulars and rows of facts in data/ name.")
_OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; without it, standard output.")


@click.command()
@_PATHS
@click.option("--group", metavar="GROUP", help="Texts that one of the versions puts under this group (SG17).")
@_NAMED
@click.option("--source-version", "versions", multiple=True, help="Version of the catalogue, once a path and in the order of the paths.")
@_OUT
def editions(paths: Sequence[Path], group: str | None, named: bool, versions: Sequence[str], out: Path | None) -> None:
    """Read editions of ITU-T texts out of Relaton YAML: files, folders, .tar.gz archives.

    Several paths are versions of one catalogue, the newest first. What a newer one says of an edition, an older one does not say
    again; each row names its version. With --group, --named or both, only such texts are kept. An edition that a kept record
    names and that no path has is a warning.

    \b
    Exit code 0; 1 where a record could not be read (each is named); 2 where a path cannot be.

    \b
    Example:
      sg17kg editions new.tar.gz old.tar.gz --source-version daa9deb2 --source-version 680809ad --group SG17 --named --out editions.json
    """
    from sg17kg import facts_json
    from sg17kg.reference_data import catalogues

    if versions and len(versions) != len(paths):
        raise click.UsageError(f"--source-version {len(versions)} times for {len(paths)} paths; give it once a path, in their order")
    read = [_version(path, versions[place] if versions else None) for place, path in enumerate(paths)]
    found = [version for version, _ in read]
    kept = catalogues.merged(found, group, _named_texts() if named else None)
    for name, record in catalogues.missing(found, kept):
        print_error(f"warning: {record} names the edition {name}, of which no path has a record")
    _finish(facts_json.editions_to_bytes(kept), out, sum(unread for _, unread in read), read=sum(len(version.records) for version in found))


def _version(path: Path, name: str | None) -> "tuple[Version, int]":
    """Return the content of a path as a version of the catalogue, and the number of its records that could not be read."""
    from sg17kg.reference_data import relaton
    from sg17kg.reference_data.catalogues import Version

    found: list[relaton.CatalogueRecord] = []
    length = relaton.count(path) if sys.stderr.isatty() else None
    with click.progressbar(relaton.records(path), length=length, label=path.name, file=sys.stderr, hidden=length is None) as rows:
        unread = _unread(path, rows, found)
    return Version(name, tuple(found)), unread


@click.command()
@_PATHS
@click.option("--group", metavar="GROUP", help="Texts that data/reference/editions.json puts under this group (SG17).")
@_NAMED
@_OUT
def approvals(paths: Sequence[Path], group: str | None, named: bool, out: Path | None) -> None:
    """Read approvals out of the lists that the ITU Operational Bulletin prints, as JSON. With --group, --named or both, only of such texts.

    \b
    Exit code 0; 1 where an entry could not be read (each is named); 2 where a file cannot be.

    \b
    Example:
      sg17kg approvals bulletin-approvals.json --group SG17 --named --out approvals.json
    """
    from sg17kg import facts_json
    from sg17kg.facts import ApprovalFacts
    from sg17kg.reference_data import bulletin

    found: list[ApprovalFacts] = []
    unread = sum(_unread(path, bulletin.read(path), found) for path in paths)
    wanted = (_texts_of(group) if group else set()) | (_named_texts() if named else set())
    kept = [row for row in found if not (group or named) or wanted & {row.number, *row.also}]
    _finish(facts_json.approvals_to_bytes(kept), out, unread, read=len(found))


@click.command()
@_PATHS
@_OUT
def twins(paths: Sequence[Path], out: Path | None) -> None:
    """Read editions of standards of ISO and ISO/IEC out of Relaton YAML: files, folders, .tar.gz archives.

    \b
    Exit code 0; 1 where a record could not be read (each is named); 2 where a path cannot be.

    \b
    Example:
      sg17kg twins relaton-iso-twins.tar.gz --out iso-twins.json
    """
    from sg17kg import facts_json
    from sg17kg.facts import TwinFacts
    from sg17kg.reference_data import iso

    found: list[TwinFacts] = []
    unread = sum(_unread(path, iso.read(path), found) for path in paths)
    _finish(facts_json.twins_to_bytes(found), out, unread, read=len(found))


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@_OUT
def facts(path: Path, out: Path | None) -> None:
    """Read facts about a study group out of a JSON file of tables: Questions, responsibilities, meetings, outcomes, and more.

    Writes one row a line, as data/reference/ holds them: the line is what a statement of the graph is cited by.

    \b
    Exit code 0; 1 where a row could not be read (each is named); 2 where the file cannot be.

    \b
    Example:
      sg17kg facts sg17-facts.json --out sg17-facts.jsonl
    """
    from sg17kg import outside
    from sg17kg.reference_data import outside_facts

    found: list[AnyRow] = []
    unread = _unread(path, outside_facts.read(path), found)
    for table, rows in outside_facts.left_out(path).items():
        print_error(f"warning: {path}: table {table} ({rows} rows) is not read")
    _finish(outside.rows_to_bytes(found), out, unread, read=len(found))


def _unread(path: Path, rows: "Iterable[_Read | Unread]", found: "list[_Read]") -> int:
    """Append the rows that could be read to `found`, report the others, and return the number of the others."""
    from sg17kg.facts import Unread

    unread = 0
    for row in rows:
        if isinstance(row, Unread):
            print_error(f"{path}: {row.name}: {row.reason}")
            unread += 1
        else:
            found.append(row)
    return unread


def _named_texts() -> set[str]:
    """Return the numbers of the texts named in the circulars in data/documents and in the outside facts in data/reference."""
    from sg17kg import facts as records
    from sg17kg import facts_json, outside

    data = assets.folder("data")
    documents = [facts_json.read(path) for path in sorted((data / "documents").glob("*.json"))]
    rows = (row for path in sorted((data / "reference").glob("*.jsonl")) for row in outside.read_rows(path))
    return set().union(*(records.texts_named(facts) for facts in documents), outside.texts_named(rows))


def _texts_of(group: str) -> set[str]:
    """Return the numbers of the texts that the catalogue in data/reference puts under a group."""
    from sg17kg import facts_json
    from sg17kg.reference_data import catalogues

    return set(catalogues.numbers_of(facts_json.read_editions(assets.folder("data") / "reference" / "editions.json"), group))


def _finish(content: bytes, out: Path | None, unread: int, *, read: int) -> None:
    """Write the result, and exit. If nothing could be read, an existing file stays as it is."""
    if unread and not read:
        print_error(f"nothing could be read{f'; {out} is not written' if out else ''}")
        sys.exit(FAILED)
    if out:
        write_atomically(out, content)
    else:
        sys.stdout.buffer.write(content)
    sys.exit(FAILED if unread else 0)


COMMANDS = (extract, editions, approvals, twins, facts)
