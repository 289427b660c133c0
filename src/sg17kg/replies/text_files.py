"""Read small files from users as a whole, or refuse them."""

from pathlib import Path

from sg17kg.errors import UnreadableFile

# The first bytes of an archive, and the names in it that tell the kind of file
_ARCHIVE = b"PK\x03\x04"
_KINDS = ((b"word/", "a Word file"), (b"xl/", "a spreadsheet"), (b"application/vnd.oasis.opendocument", "an OpenDocument file"))


def text_of(path: Path, largest: int, what: str) -> str:
    """Return the text of a UTF-8 file of at most `largest` bytes.

    Errors name `what` the file should be ("a CSV file of replies"). Raises UnreadableFile if the file is absent, too large, of another
    kind, or not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise UnreadableFile(f"{path}: cannot be read ({error.strerror or error}); name {what}") from error
    if kind := _kind(content):
        raise UnreadableFile(f"{path}: this is {kind}; save it as text, or name {what}")
    if len(content) > largest:
        raise UnreadableFile(f"{path}: larger than {largest // 1024} KiB; check that this is {what}, to one circular")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path}: not UTF-8; save {what} as UTF-8") from error


def _kind(content: bytes) -> str | None:
    """Return the kind of a file that is not text; None if it is not recognised."""
    if content.startswith(b"%PDF"):
        return "a PDF file"
    if not content.startswith(_ARCHIVE):
        return None
    return next((kind for mark, kind in _KINDS if mark in content), "an archive")
