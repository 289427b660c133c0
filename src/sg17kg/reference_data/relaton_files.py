"""Find Relaton records, one in each YAML file, in a file, a folder or a .tar.gz archive."""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sg17kg.errors import UnreadableFile

_LARGEST_RECORD = 4 * 1024 * 1024
# deepest nesting; records have less than a tenth of it, and the loader recurses for each level
_DEEPEST = 200
_BLOCK = 1024 * 1024


def records(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each record at a path. Raises UnreadableFile if it is not a YAML file, a folder or an archive of them."""
    if path.is_dir():
        yield from ((file.name, file.read_bytes()) for file in sorted(path.rglob("*.yaml")))
    elif path.name.endswith((".tar.gz", ".tgz")):
        yield from _members(path)
    elif path.suffix in (".yaml", ".yml") and path.is_file():
        yield path.name, path.read_bytes()
    else:
        raise UnreadableFile(f"{path}: no Relaton YAML; name a .yaml file, a folder of them, or a .tar.gz")


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the YAML files of an archive, read one by one and never written. Files larger than any record are yielded as empty."""
    try:
        with gzip.open(path) as content, tarfile.open(fileobj=content, mode="r|") as archive:
            for member in archive:
                if member.isfile() and member.name.endswith(".yaml"):
                    file = archive.extractfile(member) if member.size <= _LARGEST_RECORD else None
                    yield Path(member.name).name, file.read() if file else b""
            while rest := content.read(_BLOCK):  # the checksum is at the end; only zeros follow the last member
                if rest.strip(b"\0"):
                    raise tarfile.ReadError("it goes on after its last readable member")
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise UnreadableFile(f"{path}: broken archive ({error}); get it again") from error


def load(content: bytes) -> Any:
    """Return the values of a record. Raises yaml.YAMLError if it is not YAML, or is nested deeper than any record."""
    if _may_be_deep(content):
        depth = 0
        for event in yaml.parse(content, yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > _DEEPEST:
                raise yaml.YAMLError(f"nested deeper than {_DEEPEST} levels")
    return yaml.load(content, yaml.CSafeLoader)


def _may_be_deep(content: bytes) -> bool:
    """Return False only if no nesting can be too deep: there are too few brackets, and indicators at the start of a line."""
    longest = max((len(line) - len(line.lstrip(b" -?:\t")) for line in content.splitlines()), default=0)
    return content.count(b"[") + content.count(b"{") + longest > _DEEPEST
