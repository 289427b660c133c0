"""Commands that read sources: circulars, catalogues of editions, bulletins."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from sg17kg import assets
from sg17kg.cli.output import FAILED, complain, write_whole

if TYPE_CHECKING:
    from sg17kg.records import ApprovalFacts, EditionFacts, Unread

_Read = TypeVar("_Read", "EditionFacts", "ApprovalFacts")


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
    from sg17kg.cli.extracting import Run

    sys.exit(Run(paths, without_running_text, out, replace, workers).exit_code())


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--named", is_flag=True, help="Only texts that the circulars in data/documents name.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; without it, standard output.")
def editions(paths: Sequence[Path], named: bool, out: Path | None) -> None:
    """Read editions of ITU-T texts out of Relaton YAML: files, folders, .tar.gz archives.

    \b
    Exit code 0; 1 where a record could not be read (each is named); 2 where a path cannot be.

    \b
    Example:
      sg17kg editions relaton-itu-t-all.tar.gz --named --out editions.json
    """
    from sg17kg import facts_json
    from sg17kg.records import EditionFacts
    from sg17kg.sources import relaton

    found: list[EditionFacts] = []
    unread = 0
    for path in paths:
        length = relaton.count(path) if sys.stderr.isatty() else None
        with click.progressbar(relaton.read(path), length=length, label=path.name, file=sys.stderr, hidden=length is None) as rows:
            unread += _unread(path, rows, found)
    kept = _of_named_texts(found) if named else found
    _finish(facts_json.editions_to_bytes(kept), out, unread)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--named", is_flag=True, help="Only texts that the circulars in data/documents name.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; without it, standard output.")
def approvals(paths: Sequence[Path], named: bool, out: Path | None) -> None:
    """Read approvals out of the lists that the ITU Operational Bulletin prints, as JSON.

    \b
    Exit code 0; 1 where an entry could not be read (each is named); 2 where a file cannot be.

    \b
    Example:
      sg17kg approvals bulletin-approvals.json --named --out approvals.json
    """
    from sg17kg import facts_json
    from sg17kg.records import ApprovalFacts
    from sg17kg.sources import bulletin

    found: list[ApprovalFacts] = []
    unread = sum(_unread(path, bulletin.read(path), found) for path in paths)
    wanted = _named_texts() if named else None
    kept = [row for row in found if wanted is None or wanted & {row.number, *row.also}]
    _finish(facts_json.approvals_to_bytes(kept), out, unread)


def _of_named_texts(found: "list[EditionFacts]") -> "list[EditionFacts]":
    """Editions of the texts that the circulars in data/documents name, under whichever of their numbers."""
    from sg17kg.graph.numbering import numbering_of, printed_of

    numbering = numbering_of(found)
    wanted = {numbering.number_of(number) for number in _named_texts()}
    return [row for row in found if wanted & {numbering.number_of(number) for number in printed_of(row)}]


def _unread(path: Path, rows: "Iterable[_Read | Unread]", found: "list[_Read]") -> int:
    """Put what could be read into `found`, name what could not, and give how many records that are."""
    from sg17kg.records import Unread

    unread = 0
    for row in rows:
        if isinstance(row, Unread):
            complain(f"{path}: {row.name}: {row.reason}")
            unread += 1
        else:
            found.append(row)
    return unread


def _named_texts() -> set[str]:
    """Numbers of the texts that the circulars in data/documents name."""
    from sg17kg import facts_json, records

    documents = [facts_json.read(path) for path in sorted((assets.folder("data") / "documents").glob("*.json"))]
    return set().union(*(records.texts_named(facts) for facts in documents))


def _finish(content: bytes, out: Path | None, unread: int) -> None:
    if out:
        write_whole(out, content)
    else:
        sys.stdout.buffer.write(content)
    sys.exit(FAILED if unread else 0)


COMMANDS = (extract, editions, approvals)
