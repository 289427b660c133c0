"""Readers: a file in, a `Document` out. The first reader that accepts a file decides; none falls through to the next."""

from pathlib import Path

from sg17kg.errors import UnreadableFile
from sg17kg.sources.document import Document
from sg17kg.sources.readers import text

LIMIT = 2 * 1024 * 1024
_OTHER_FORMATS = (
    (b"PK\x03\x04", "a Word or other zipped file: save it as plain text (UTF-8) and read that"),
    (b"%PDF", "a PDF: save its text as plain text (UTF-8) and read that"),
    (b"\xd0\xcf\x11\xe0", "an old Word file (.doc): save it as plain text (UTF-8) and read that"),
    (b"{\\rtf", "an RTF file: save it as plain text (UTF-8) and read that"),
)


def read(path: Path) -> Document:
    """The document in a file. Raises UnreadableFile, with the mend, for whatever is not plain text of at most 2 MiB."""
    content = _bytes(path)
    for signature, what in _OTHER_FORMATS:
        if content.startswith(signature):
            raise UnreadableFile(f"{path}: this is {what}")
    # a file system may hold names that are no Unicode; facts are
    return text.read(path.name.encode("utf-8", "backslashreplace").decode(), content)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UnreadableFile(f"{path}: this is a folder; name the files in it")
        if not path.is_file():
            raise UnreadableFile(f"{path}: no such file; check the path")
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
    except OSError as error:
        raise UnreadableFile(f"{path}: cannot be read ({error.strerror or error}); check the path and its permissions") from error
    if len(content) > LIMIT:
        raise UnreadableFile(f"{path}: larger than {LIMIT // 2**20} MiB; a circular is some 40 KiB, check that this is one")
    return content
