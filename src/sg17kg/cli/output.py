"""Shared by all commands: exit codes, error messages, atomic writes, the choice of store."""

import contextlib
import functools
import io
import os
import re
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import click

from sg17kg import assets
from sg17kg.errors import BadParameter, BuildError, Sg17kgError, StoreError

if TYPE_CHECKING:
    from sg17kg.store.base import Store
    from sg17kg.store.embedded import EmbeddedStore
    from sg17kg.store.source import DatasetSource

_P = ParamSpec("_P")
FAILED, UNUSABLE = 1, 2
_ADVISED = re.compile(r"`(sg17kg query(?: [^`]*)?)`")


def print_error(text: str) -> None:
    """Print one line on standard error."""
    click.echo(f"sg17kg: {' '.join(text.split())}", err=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file completely or not at all."""
    beside = path.with_name(f".{path.name}.writing")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise BuildError(f"{path}: cannot be written ({error.strerror or error})") from error


def from_store(command: Callable[_P, None]) -> Callable[..., None]:
    """Add --store and --endpoint to a command, and pass it the chosen store as `source`."""

    @click.option(
        "--store",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder of a store that `sg17kg ingest` made; without it, the packaged dataset.",
    )
    @click.option("--endpoint", "address", metavar="URL", help="A SPARQL endpoint that `sg17kg load` filled.")
    @functools.wraps(command)
    def with_source(*arguments: object, folder: Path | None, address: str | None, **named: object) -> None:
        try:
            command(*arguments, source=_source(folder, address), **named)  # type: ignore[arg-type]
        except Sg17kgError as error:
            error.args = (_of_this_store(str(error), folder, address),)
            raise

    return with_source


def _of_this_store(complaint: str, folder: Path | None, address: str | None) -> str:
    """Return an error message in which the suggested queries use the chosen store, not the packaged dataset."""
    if not folder and not address:
        return complaint
    option = f"--store {shlex.quote(str(folder))}" if folder else f"--endpoint {shlex.quote(address or '')}"
    return _ADVISED.sub(lambda found: f"`{found[1]} {option}`", complaint)


def _source(folder: Path | None, address: str | None) -> "DatasetSource":
    from sg17kg.store.source import endpoint

    if folder and address:
        raise BadParameter("--store and --endpoint are two stores; name one")
    if address:
        return endpoint(address, None, os.environ)
    if folder and not folder.is_dir():
        raise StoreError(f"{folder}: no store; make one with `sg17kg ingest FILE --store {folder}`")
    return folder or assets.dataset() / "dataset.nq"


def open_store(source: "DatasetSource") -> "Store":
    """Return the store of a source, for reading."""
    from sg17kg.store.source import open_source

    return open_source(source)


def rows_of(store: "Store") -> list[bytes]:
    """Return all statements of a store with their graphs, as sorted rows of N-Quads."""
    output = io.BytesIO()
    store.dump(output, "nq")
    return output.getvalue().splitlines(keepends=True)


def open_files(paths: Sequence[Path]) -> "EmbeddedStore":
    """Load RDF files together with the ontology and curated graphs of the dataset, in memory."""
    from sg17kg.store.embedded import EmbeddedStore

    return EmbeddedStore.from_rdf_files(paths, assets.dataset() / "dataset.nq")
