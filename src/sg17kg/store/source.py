"""Opening of stores: a dataset in memory, a store at rest in a folder, or an endpoint with its credentials."""

import io
import json
import netrc
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sg17kg.errors import BadParameter, StoreError
from sg17kg.store.base import Store
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.store.remote import PASSWORD, USER, Endpoint, RemoteStore
from sg17kg.store.sorted_nquads import Original

DatasetSource = Path | Endpoint
MANIFEST = "manifest.json"


def open_source(source: DatasetSource) -> Store:
    """Open an N-Quads file, a store at rest in a folder, or an endpoint for reading. Raises StoreError if there is none."""
    if isinstance(source, Endpoint):
        return RemoteStore(source)
    if not source.is_dir():
        store = EmbeddedStore.from_file(source)
        _check_manifest(source, store.version)
        return store
    if (source / "versions").is_dir():
        return EmbeddedStore.at(source)
    if not (source / "CURRENT").is_file():  # a version has this file too
        raise StoreError(f"{source}: no store in this folder; make one in a folder of its own with `sg17kg ingest FILE --store DIR`")
    return EmbeddedStore.version_at(source)


@dataclass(frozen=True)
class Statements:
    """All statements of a store as sorted N-Quads rows, and the version of the store."""

    rows: Sequence[bytes]
    version: str


def statements_of(source: DatasetSource) -> Statements:
    """Return all statements of a store. A file whose lines are in order is not parsed here, because loading its rows parses them.

    Raises StoreError if there is no store, or if a file differs from what was built.
    """
    if isinstance(source, Path) and source.suffix == ".nq" and source.is_file():
        with source.open("rb") as file:
            original = Original(file)
            if original.in_order:
                version = original.sha256
                _check_manifest(source, version)
                return Statements(source.read_bytes().splitlines(keepends=True), version)
    store = open_source(source)
    output = io.BytesIO()
    store.dump(output, "nq")
    return Statements(output.getvalue().splitlines(keepends=True), store.version)


def _check_manifest(file: Path, version: str) -> None:
    """Check a file of a built dataset against its manifest, if there is one. Raises StoreError if it differs from what was built."""
    manifest = file.with_name(MANIFEST)
    try:
        files = json.loads(manifest.read_bytes())["files"]
        built = files[file.name]["sha256"] if file.name in files else version
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{manifest}: cannot be read ({error!r}); build the dataset anew with `sg17kg build`") from error
    if built != version:
        raise StoreError(
            f"{file}: its SHA-256 is {version[:12] or 'that of nothing'}…, and {MANIFEST} beside it says {built[:12]}…:"
            " the file was cut or changed; build the dataset anew with `sg17kg build`, or serve the file without that manifest"
        )


def state(path: Path) -> tuple[int, ...] | None:
    """Return a mark of a file with its manifest, or of a store at rest, which changes when it is replaced. None if there is nothing."""
    try:
        status = (path / "CURRENT" if path.is_dir() else path).stat()
    except OSError:
        return None
    manifest = path.with_name(MANIFEST)
    with suppress(OSError):
        beside = manifest.stat()
        return status.st_ino, status.st_mtime_ns, status.st_size, beside.st_ino, beside.st_mtime_ns
    return status.st_ino, status.st_mtime_ns, status.st_size


def pinned(store: Store, source: DatasetSource) -> DatasetSource:
    """Return the source from which another process sees the same data as this store: for a store at rest, the version that it holds."""
    return store.held if isinstance(store, EmbeddedStore) and store.held else source


def endpoint(queries: str, updates: str | None, environment: Mapping[str, str], netrc_file: Path | None = None) -> Endpoint:
    """Return an endpoint with the credentials of the environment, else of ~/.netrc. Raises BadParameter for an invalid URL.

    A URL with credentials is refused, because it would appear in the process list, in logs and in shell histories.
    """
    for address in (queries, *([updates] if updates else [])):
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadParameter(f"{parts.hostname or address!r} is no address of an endpoint; write it like http://localhost:7878/query")
        if parts.username or parts.password:
            raise BadParameter(f"the address of {parts.hostname} holds credentials; set {USER} and {PASSWORD}, or use ~/.netrc")
    user, password = environment.get(USER), environment.get(PASSWORD)
    if not user:
        user, password = _from_netrc(urlsplit(queries).hostname or "", netrc_file)
    return Endpoint(queries, updates, user, password)


def _from_netrc(host: str, file: Path | None) -> tuple[str | None, str | None]:
    try:
        found = netrc.netrc(file).authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return None, None
    return (found[0], found[2]) if found else (None, None)
