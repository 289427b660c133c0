"""Command `ingest`: add documents and editions to a store at rest."""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sg17kg import assets
from sg17kg.cli.output import FAILED, UNUSABLE, print_error
from sg17kg.errors import BuildError, InputError, UnreadableFile

if TYPE_CHECKING:
    from sg17kg.checks.preflight import Rulebook
    from sg17kg.extraction.extractor import Extractor
    from sg17kg.graph.ingest import Patch
    from sg17kg.store.embedded import EmbeddedStore

_YAML = (".yaml", ".yml")
_ARCHIVES = (".tar.gz", ".tgz")
_LETTERS = (".txt", ".docx", ".pdf", ".html", ".htm")
_TAKEN = (*_LETTERS, *_ARCHIVES)


@dataclass(frozen=True)
class _Unit:
    """An addition, made completely or not at all: one letter, or Relaton records (of a file, a folder, an archive, or several files)."""

    paths: tuple[Path, ...]
    records: bool = False


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
@click.option("--strict", is_flag=True, help="Add no records of a file, folder or archive in which one cannot be read.")
def ingest(paths: Sequence[Path], folder: Path, strict: bool) -> None:
    """Add letters (.txt, .docx, .pdf, .html) and Relaton YAML (files, folders or .tar.gz archives of them) to a store.

    Letters are added all or nothing per file. Records of Relaton are added all at once per archive or folder: one that cannot be
    read is named and left out, the rest is added. What follows from several documents is inferred anew, once for each letter and
    each archive or folder.

    The same file twice changes nothing; a newer version of a document in its language takes the place of the older one, and
    versions in other languages stay. What breaks a shape or check is refused, and the store stays as it was. A folder that holds
    other files does not become a store, and where everything is refused no new one is made.

    \b
    Exit code 0; 1 where something is refused, left out or no circular (says why); 2 where a file cannot be read.

    \b
    Examples:
      sg17kg ingest circular.txt --store mine
      sg17kg ingest relaton-data-itu.tar.gz --store mine
      sg17kg serve --store mine
    """
    from sg17kg.checks.preflight import load_rulebook
    from sg17kg.extraction.extractor import Extractor
    from sg17kg.store.embedded import EmbeddedStore

    extractor = Extractor.load(assets.language_packs(), assets.folder("data") / "curated")
    book = load_rulebook()
    units = list(_units(paths))
    progress = click.progressbar(units, file=sys.stderr, hidden=len(units) < 3 or not sys.stderr.isatty())
    with closing(EmbeddedStore.at(folder, write=True, start=assets.dataset() / "dataset.nq")) as store, progress as shown:
        before = store.version
        codes = [_taken(store, unit, extractor, book, strict=strict) for unit in shown]
        if store.is_new and codes and 0 not in codes and store.version == before:
            store.discard()
            print_error(f"{folder}: nothing was added, so no store was made")
    sys.exit(max(codes, default=0))


def _taken(store: "EmbeddedStore", unit: _Unit, extractor: "Extractor", book: "Rulebook", *, strict: bool) -> int:
    """Add a letter or records, and return the exit code."""
    try:
        known = store.rows()
        if not unit.records:
            _add(store, known, _letter(unit.paths[0], extractor, known), book)
            return 0
        addition, unread = _records(unit.paths, known, strict=strict)
        _add(store, known, addition, book)
    except (InputError, BuildError) as error:
        print_error(str(error))
        return UNUSABLE if isinstance(error, UnreadableFile) else FAILED
    return FAILED if unread else 0


def _units(paths: Sequence[Path]) -> Iterator[_Unit]:
    """Divide paths into units that are added at once. Record files named one by one form one unit; other files in a folder are skipped."""
    single = tuple(path for path in paths if path.name.lower().endswith(_YAML) and not path.is_dir())
    for path in paths:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.is_file())
            yield from (_Unit((file,), file.name.lower().endswith(_ARCHIVES)) for file in files if file.name.lower().endswith(_TAKEN))
            if any(file.suffix == ".yaml" for file in files):
                yield _Unit((path,), records=True)
        elif path not in single:
            yield _Unit((path,), path.name.lower().endswith(_ARCHIVES))
    if single:
        yield _Unit(single, records=True)


def _letter(path: Path, extractor: "Extractor", known: Iterable[bytes]) -> "Patch":
    """Return what a letter adds to known rows. Raises NotACircular or UnreadableFile."""
    from sg17kg import facts as records
    from sg17kg import readers
    from sg17kg.extraction import gazetteer
    from sg17kg.graph import ingest as additions
    from sg17kg.graph.numbering import numbering_in

    facts = records.without_running_text(extractor.extract(readers.read(path)))
    return additions.of_document(facts, gazetteer.load_periods(assets.folder("data") / "curated"), numbering_in(known))


def _records(paths: Sequence[Path], known: Iterable[bytes], *, strict: bool) -> "tuple[Patch, bool]":
    """Return what Relaton records add to known rows, and whether some could not be read; these are named.

    Raises BuildError if none is left to add, UnreadableFile if a path holds no records.
    """
    from sg17kg import facts as records
    from sg17kg.graph import ingest as additions
    from sg17kg.graph.numbering import numbering_in
    from sg17kg.reference_data import relaton, relaton_files

    found: dict[Path, list[records.EditionFacts]] = {}
    unread = False
    for path in paths:
        found[path] = []
        # a process for each of many files would cost more than it saves
        several = len(paths) > 1
        read = (relaton.edition(*record) for record in relaton_files.records(path)) if several else relaton.read(path)
        for row in read:
            if isinstance(row, records.Unread):
                unread = True
                print_error(f"{path}: {row.name}: {row.reason}; left out")
            else:
                found[path].append(row)
    label = ", ".join(_name(path) for path in paths)
    if unread and strict:
        raise BuildError(f"{label}: a record cannot be read, so nothing was added (--strict)")
    everything = [row for rows in found.values() for row in rows]
    if not everything:
        raise BuildError(f"{label}: no record that can be read; nothing was added")
    numbering, day = numbering_in(known), datetime.now(UTC).date()
    parts = []
    for path, rows in found.items():
        parts.append(additions.of_editions(_name(path), _sha256(path), rows, day, numbering, everything))
    return additions.together(label, parts), unread


def _sha256(path: Path) -> str:
    """Return the SHA-256 of a file; of a folder, that of the names and digests of its records."""
    from sg17kg.reference_data import relaton_files

    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    for name, content in relaton_files.records(path):
        digest.update(name.encode() + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _name(path: Path) -> str:
    return path.resolve().name


def _add(store: "EmbeddedStore", known: list[bytes], addition: "Patch", book: "Rulebook") -> None:
    """Add a patch to the store, whose rows are known. If it is refused, raise BuildError and leave the store unchanged."""
    from sg17kg.checks.preflight import refusals
    from sg17kg.graph import ingest as additions

    if addition.known_to(known):
        click.echo(f"{addition.label}: already in the store, nothing changed", err=True)
        return
    rows = additions.apply_patch(known, addition, list(book.catalogue.group("rules")), book.open_store)
    if wrong := refusals(addition, rows, book):
        raise BuildError(f"{addition.label}: refused: {wrong[0].focus}: {wrong[0].message()}; the store stays as it was")
    changed = store.replace(rows)
    click.echo(f"{addition.label}: added, {changed} statements changed", err=True)


COMMANDS = (ingest,)
