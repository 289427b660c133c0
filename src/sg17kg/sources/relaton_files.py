"""Records of Relaton, one a YAML file: where they lie (a file, a folder, a .tar.gz archive), as bytes."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

from sg17kg.errors import UnreadableFile

_LARGEST_RECORD = 4 * 1024 * 1024


def records(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each record of a path. Raises UnreadableFile where it is no YAML file, folder or archive of them."""
    if path.is_dir():
        yield from ((file.name, file.read_bytes()) for file in sorted(path.rglob("*.yaml")))
    elif path.name.endswith((".tar.gz", ".tgz")):
        yield from _members(path)
    elif path.suffix in (".yaml", ".yml") and path.is_file():
        yield path.name, path.read_bytes()
    else:
        raise UnreadableFile(f"{path}: no Relaton YAML; name a .yaml file, a folder of them, or a .tar.gz")


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    """YAML files of an archive, read one by one and never written; larger ones than any record are passed over."""
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                if member.isfile() and member.name.endswith(".yaml"):
                    file = archive.extractfile(member) if member.size <= _LARGEST_RECORD else None
                    yield Path(member.name).name, file.read() if file else b""
    except (tarfile.TarError, EOFError, OSError) as error:
        raise UnreadableFile(f"{path}: broken archive ({error}); get it again") from error
