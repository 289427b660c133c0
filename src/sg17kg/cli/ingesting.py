"""The command that adds documents and editions to a store at rest."""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sg17kg import assets
from sg17kg.cli.output import FAILED, UNUSABLE, complain, rulebook
from sg17kg.errors import BuildError, InputError, NotACircular, UnreadableFile

if TYPE_CHECKING:
    from sg17kg.graph.additions import Addition
    from sg17kg.graph.preflight import Rulebook
    from sg17kg.sources.circular import Extractor
    from sg17kg.store.embedded import EmbeddedStore

_RELATON = (".yaml", ".yml", ".tar.gz", ".tgz")
_LETTERS = (".txt", ".docx", ".pdf", ".html", ".htm")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--store",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("sg17kg-store"),
    show_default=True,
    envvar="SG17KG_STORE",
    help="Folder of the store; a new one starts from the packaged dataset.",
)
def ingest(paths: Sequence[Path], folder: Path) -> None:
    """Add letters (.txt, .docx, .pdf, .html) and Relaton YAML (files, folders of them) to a store, all or nothing per file.

    The same file twice changes nothing; a newer version of a document in its language takes the place of the older one, and
    versions in other languages stay. What follows from several documents is inferred anew. A file that breaks a shape or check
    is refused, and the store stays as it was. A folder that holds other files does not become a store, and where every file is
    refused no new one is made.

    \b
    Exit code 0; 1 where a file is refused or is no circular (says why); 2 where one cannot be read.

    \b
    Examples:
      sg17kg ingest circular.txt --store mine
      sg17kg serve --store mine
    """
    from sg17kg.sources.circular import Extractor
    from sg17kg.store.embedded import EmbeddedStore

    extractor = Extractor.load(assets.language_packs(), assets.folder("data") / "curated")
    book = rulebook()
    files = list(_files(paths))
    progress = click.progressbar(files, file=sys.stderr, hidden=len(files) < 3 or not sys.stderr.isatty())
    with closing(EmbeddedStore.at(folder, write=True, start=assets.dataset() / "dataset.nq")) as store, progress as shown:
        codes = [_taken(store, path, extractor, book) for path in shown]
        if store.is_new and codes and 0 not in codes:
            store.discard()
            complain(f"{folder}: nothing was added, so no store was made")
    sys.exit(max(codes, default=0))


def _taken(store: "EmbeddedStore", path: Path, extractor: "Extractor", book: "Rulebook") -> int:
    """Add a file; gives the exit code of that."""
    try:
        known = store.rows()
        _add(store, known, _addition(path, extractor, known), book)
    except (InputError, BuildError) as error:
        complain(str(error))
        return UNUSABLE if isinstance(error, UnreadableFile) else FAILED
    return 0


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files that paths name, those of folders by name; what a folder holds besides documents is passed over."""
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.name.lower().endswith((*_LETTERS, *_RELATON)))
        else:
            yield path


def _addition(path: Path, extractor: "Extractor", known: Iterable[bytes]) -> "Addition":
    """What a file brings to rows that are known. Raises NotACircular or UnreadableFile."""
    from sg17kg import records
    from sg17kg.graph import additions
    from sg17kg.graph.numbering import numbering_in
    from sg17kg.sources import readers, reference, relaton

    if not path.name.lower().endswith(_RELATON):
        facts = records.without_running_text(extractor.extract(readers.read(path)))
        return additions.of_document(facts, reference.load_periods(assets.folder("data") / "curated"), numbering_in(known))
    found: list[records.EditionFacts] = []
    for row in relaton.read(path):
        if isinstance(row, records.Unread):
            raise NotACircular(f"{path}: {row.name}: {row.reason}; nothing of the file was added")
        found.append(row)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return additions.of_editions(path.name, digest, found, datetime.now(UTC).date(), numbering_in(known))


def _add(store: "EmbeddedStore", known: list[bytes], addition: "Addition", book: "Rulebook") -> None:
    """Put it into the store, whose rows are known, or raise BuildError and leave the store as it is."""
    from sg17kg.graph import additions
    from sg17kg.graph.preflight import refusals

    if addition.known_to(known):
        click.echo(f"{addition.label}: already in the store, nothing changed", err=True)
        return
    rows = additions.added(known, addition, list(book.catalogue.group("rules")), book.open_store)
    if wrong := refusals(addition, rows, book):
        raise BuildError(f"{addition.label}: refused: {wrong[0].focus}: {wrong[0].message()}; the store stays as it was")
    changed = store.replace(rows)
    click.echo(f"{addition.label}: added, {changed} statements changed", err=True)


COMMANDS = (ingest,)
