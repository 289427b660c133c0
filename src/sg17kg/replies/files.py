"""Small files that people hand in, read whole or refused."""

from pathlib import Path

from sg17kg.errors import UnreadableFile


def text_of(path: Path, largest: int, what: str) -> str:
    """The text of a UTF-8 file of at most `largest` bytes; `what` it should be ("a CSV file of replies") tells the mend.

    Raises UnreadableFile where it is absent, larger, or not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise UnreadableFile(f"{path}: cannot be read ({error.strerror or error}); name {what}") from error
    if len(content) > largest:
        raise UnreadableFile(f"{path}: larger than {largest // 1024} KiB; check that this is {what}, to one circular")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path}: not UTF-8; save {what} as UTF-8") from error
