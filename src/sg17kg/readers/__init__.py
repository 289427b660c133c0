"""Read files as documents. The first bytes of a file choose its reader; no other reader is tried.

Every reader returns the same kind of lines: one for each paragraph, or for each part of it between forced line breaks; one for each
paragraph of a table cell, with cells in row order. List numbers are written out, and footnotes are kept separately.
"""

import codecs
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from sg17kg.errors import NotACircular, UnreadableFile
from sg17kg.readers import text
from sg17kg.readers.document import Document
from sg17kg.readers.lines import LARGEST_FILE, LARGEST_TEXT

_WORD = "convert it to .docx in Word or LibreOffice (soffice --headless --convert-to docx FILE)"
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|title)\b", re.IGNORECASE)
_BEFORE_HTML = re.compile(r"\s*(?:<\?xml[^>]*>|<!--(?:[^-]|-(?!->))*-->)")
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_REFUSED = (
    (b"{\\rtf", f"an RTF file: {_WORD}"),
    (b"MIME-Version:", f"a web archive (.mht): {_WORD}"),
    (b"PK\x05\x06", "an empty zipped file; get the document anew"),
    (b"PK\x07\x08", "one part of a zipped file that was split; get the document in one piece"),
)
_START = 4096


def read(path: Path) -> Document:
    """Return the document in a file: .docx, .pdf or .html of at most 20 MiB, plain text of at most 2 MiB.

    Raises UnreadableFile, with a remedy, for any other file and for one that is broken, locked or hostile; NotACircular for an empty file.
    """
    content = _bytes(path)
    # a file system may hold names that are not valid Unicode; facts must be Unicode
    return _read(path.name.encode("utf-8", "backslashreplace").decode(), str(path), content)


def read_bytes(name: str, content: bytes) -> Document:
    """Return the document in the bytes of a file sent under `name`. The rules of `read` apply."""
    return _read(name, name, content)


def _read(name: str, shown: str, content: bytes) -> Document:
    """Read the bytes of a file that messages call `shown`."""
    if not content.strip():
        raise NotACircular(f"{shown}: the file is empty; get it anew")
    form = _format(shown, content)
    limit = LARGEST_TEXT if form == "text" else LARGEST_FILE
    if len(content) > limit:
        raise UnreadableFile(f"{shown}: larger than {limit // 2**20} MiB; a circular is some 40 KiB, check that this is one")
    return _READERS[form](name, content)


def _docx(name: str, content: bytes) -> Document:
    from sg17kg.readers.docx import reader  # noqa: PLC0415 - reading plain text must not wait for the libraries of other formats

    return reader.read(name, content)


def _pdf(name: str, content: bytes) -> Document:
    from sg17kg.readers.pdf import reader  # noqa: PLC0415 - as above

    return reader.read(name, content)


def _html(name: str, content: bytes) -> Document:
    from sg17kg.readers import html  # noqa: PLC0415 - as above

    return html.read(name, content)


_READERS: Mapping[str, Callable[[str, bytes], Document]] = {"text": text.read, "docx": _docx, "pdf": _pdf, "html": _html}


def _format(shown: str, content: bytes) -> str:
    """Return the format of a file, judged by its first bytes. Raises UnreadableFile for an unsupported format."""
    if content.startswith(b"PK\x03\x04"):
        return "docx"
    if content[:_START].lstrip(b"\xef\xbb\xbf\0 \t\r\n").startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(_OLE):
        locked = _ENCRYPTED in content
        what = f"a file that asks for a password; save it without one, or {_WORD}" if locked else f"an old Word file (.doc): {_WORD}"
        raise UnreadableFile(f"{shown}: this is {what}")
    for signature, what in _REFUSED:
        if content.startswith(signature):
            raise UnreadableFile(f"{shown}: this is {what}")
    return _format_of_text(shown, content[:_START])


def _format_of_text(shown: str, start: bytes) -> str:
    wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    beginning = start.decode("utf-16" if wide else "utf-8-sig", "replace")
    position, said_xml = 0, False
    while match := _BEFORE_HTML.match(beginning, position):
        position = match.end()
        said_xml = said_xml or "<?xml" in match[0]
    if _HTML.match(beginning[position:].lstrip()):
        return "html"
    if said_xml:
        raise UnreadableFile(f"{shown}: this is an XML file: {_WORD}")
    return "text"


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UnreadableFile(f"{path}: this is a folder; name the files in it")
        if not path.is_file():
            raise UnreadableFile(f"{path}: no such file; check the path")
        with path.open("rb") as file:
            content = file.read(LARGEST_TEXT + 1)
            if _format(str(path), content) != "text":
                content += file.read(LARGEST_FILE - LARGEST_TEXT)
    except OSError as error:
        raise UnreadableFile(f"{path}: cannot be read ({error.strerror or error}); check the path and its permissions") from error
    return content
