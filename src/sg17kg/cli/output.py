"""What all commands share: exit codes, complaints, files written whole, the dataset that they open."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sg17kg import assets
from sg17kg.errors import BuildError

if TYPE_CHECKING:
    from sg17kg.graph.preflight import Rulebook
    from sg17kg.store.embedded import EmbeddedStore

FAILED, UNUSABLE = 1, 2
STORE = click.option(
    "--store",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of a store that `sg17kg ingest` made; without it, the packaged dataset.",
)


def complain(text: str) -> None:
    """One line on standard error."""
    click.echo(f"sg17kg: {' '.join(text.split())}", err=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".{path.name}.writing")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise BuildError(f"{path}: cannot be written ({error.strerror or error})") from error


def open_dataset(folder: Path | None = None) -> "EmbeddedStore":
    """The store in a folder, for reading; without one the dataset of the package or the checkout, in memory."""
    from sg17kg.store.embedded import EmbeddedStore

    if folder is not None:
        return EmbeddedStore.at(folder)
    return EmbeddedStore.from_file(assets.dataset() / "dataset.nq")


def rulebook() -> "Rulebook":
    """The rules, checks and shapes of the package."""
    from sg17kg.catalogue.catalogue import Catalogue
    from sg17kg.graph.preflight import Rulebook
    from sg17kg.store.embedded import EmbeddedStore

    catalogue = Catalogue.read(assets.folder("queries"))
    return Rulebook(catalogue, assets.folder("shapes"), assets.folder("ontology") / "sg17.ttl", EmbeddedStore.from_nquads)


def open_files(paths: Sequence[Path]) -> "EmbeddedStore":
    """RDF files beside the ontology and curated graphs of the dataset, in memory."""
    from sg17kg.store.embedded import EmbeddedStore

    return EmbeddedStore.from_rdf_files(paths, assets.dataset() / "dataset.nq")
