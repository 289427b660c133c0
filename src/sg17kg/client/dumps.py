"""Download dumps: each file complete and verified, or not at all."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from io import BufferedRandom
from pathlib import Path
from time import sleep

from sg17kg.client.answers import whole
from sg17kg.client.connection import ConnectionLost, Request, blocks
from sg17kg.client.errors import BadArgument, IncompleteResponse, InvalidResponse, NotFound, RequestTimeout, ServiceUnavailable
from sg17kg.client.transport import LONGEST_PAUSE, Transport, error_of, pause_before

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no such locks; there a file that is open cannot be replaced
    fcntl = None  # type: ignore[assignment]

_PART = re.compile(r"bytes ([0-9]+)-[0-9]+/(?:[0-9]+|\*)")


@dataclass(frozen=True)
class DumpFile:
    """A file that the service offers: name, address, media type, size in bytes, SHA-256 in hexadecimal."""

    name: str
    url: str
    media_type: str
    size: int
    sha256: str


def files(said: object, address: str) -> list[DumpFile]:
    """Return the files that /dumps/ lists. Raises InvalidResponse."""
    try:
        items = said["items"]  # type: ignore[index]
        return [_file(item) for item in items]
    except (TypeError, KeyError, ValueError) as error:
        raise InvalidResponse(f"{address} gave no list of dumps: {error}") from error


def _file(item: dict[str, object]) -> DumpFile:
    url, media_type, size, sha256 = (item[name] for name in ("url", "media_type", "bytes", "sha256"))
    if not isinstance(url, str) or not isinstance(media_type, str) or not isinstance(size, int) or not isinstance(sha256, str):
        raise TypeError("a value is not of its type")
    name = url.rpartition("/")[2]
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) or not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError(f"{url!r} with SHA-256 {sha256!r}")
    return DumpFile(name, url, media_type, size, sha256)


def named(name: str, offered: list[DumpFile]) -> DumpFile:
    """Return the file with that name. Raises NotFound."""
    for file in offered:
        if file.name == name:
            return file
    raise NotFound(f"no dump {name!r}; there are: {', '.join(file.name for file in offered)}")


def fetch(asking: Transport, file: DumpFile, target: str, path: Path) -> Path:
    """Download a dump (`target`: its path at the service) to a file or into a folder, and return its path. Raises ClientError, OSError.

    It is kept beside its destination as `.NAME.SUM.part` until its SHA-256 is verified. An interrupted download resumes where it
    stopped: now, and in a later call.
    """
    final = path / file.name if path.is_dir() else path
    part = final.with_name(f".{final.name}.{file.sha256[:16]}.part")
    with _alone(part) as output:
        _complete(asking, file, target, output)
        output.flush()
        os.fsync(output.fileno())
        output.seek(0)
        found = hashlib.file_digest(output, "sha256").hexdigest()
    if found != file.sha256:
        part.unlink()
        raise InvalidResponse(f"{file.name} has SHA-256 {found}, not {file.sha256}: thrown away; has the dataset changed? load it again")
    part.replace(final)
    return final


@contextmanager
def _alone(part: Path) -> Iterator[BufferedRandom]:
    """Yield the partial file, open at its end and locked against other programs. Raises BadArgument, OSError."""
    with part.open("a+b") as output:
        if fcntl:
            try:
                fcntl.flock(output, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BadArgument(f"{part}: another program is loading this file; wait for it") from error
        yield output


def _complete(asking: Transport, file: DumpFile, target: str, output: BufferedRandom) -> None:
    """Download the missing part. A broken connection counts as a failed attempt only if it delivered no data."""
    fruitless = 0
    while (before := output.seek(0, os.SEEK_END)) < file.size:
        try:
            _more(asking, file, target, output)
            if (came := output.tell()) < file.size:
                raise InvalidResponse(f"{file.name} ends after {came} bytes, not {file.size}; has the dataset changed? load it again")
        except (ServiceUnavailable, ConnectionLost, IncompleteResponse, RequestTimeout) as error:
            fruitless = 0 if output.seek(0, os.SEEK_END) > before else fruitless + 1
            pause = pause_before(fruitless, error)
            if fruitless > asking.retries or pause > LONGEST_PAUSE:
                raise
            sleep(pause)


def _more(asking: Transport, file: DumpFile, target: str, output: BufferedRandom) -> None:
    """Request the missing part, and write it. Raises ClientError."""
    begun = output.tell()
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"} | ({"Range": f"bytes={begun}-"} if begun else {})
    request = Request("GET", target, headers)
    with asking.stream(request) as response:
        if response.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            raise error_of(whole(response, asking.server, request))
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise InvalidResponse(f"{file.name} came packed, which was not asked for")
        place = _place(response.headers.get("Content-Range", "")) if response.status == HTTPStatus.PARTIAL_CONTENT else 0
        if place not in (0, begun):
            raise InvalidResponse(f"{file.name}: asked for what comes after byte {begun}, got another part")
        output.truncate(place)
        output.seek(place)
        for piece in blocks(response, asking.server, request):
            place += len(piece)
            if place > file.size:
                raise InvalidResponse(f"{file.name} is longer than the {file.size} bytes that the service announced")
            output.write(piece)


def _place(content_range: str) -> int:
    """Return the position of the first byte of a part; -1 if the header does not state it."""
    match = _PART.fullmatch(content_range)
    return int(match[1]) if match else -1
