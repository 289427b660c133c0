"""Tell Word documents from other ZIP files, and refuse dangerous ones.

No library opens the file until every part has been unpacked once within limits, matches its checksum and declares no entities.
Parts inside parts are never opened, and nothing outside the file that a part refers to is fetched.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from sg17kg.errors import UnreadableFile

_MOST_PARTS = 2_000
_LARGEST_SUM = 100 * 2**20
_LARGEST_XML = 32 * 2**20
_HIGHEST_RATIO = 200
_FREE_OF_RATIO = 2**20
_CENTRAL_ENTRY = b"PK\x01\x02"
_CONTENT_TYPES = "[Content_Types].xml"
_MAIN = re.compile(rb"officedocument\.wordprocessingml\.(document|template)\.main\+xml")
_MACROS = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""^[^>]{0,200}?encoding\s*=\s*["']([\w.-]*)""")
_ENCODINGS = (b"utf-8", b"utf-16", b"us-ascii")
_CONVERT = "open it in Word or LibreOffice and save it as Word document (.docx)"
_OTHERS = (
    ("xl/workbook.xml", "an Excel workbook"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("meta-inf/container.xml", "an electronic book"),
    ("content.xml", "an OpenDocument file (.odt, .ods, .odp)"),
)


def check(name: str, content: bytes) -> None:
    """Check that a ZIP file is a Word document that is safe to open. Raises UnreadableFile, with the reason."""
    if content.count(_CENTRAL_ENTRY) > _MOST_PARTS:
        raise UnreadableFile(
            f"{name}: more than {_MOST_PARTS} parts in the zipped file; a circular has some twenty, check that this is one"
        )
    with _translated(name), ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        _check_names(name, [entry.filename for entry in entries])
        _check_sizes(name, entries)
        marked_up = 0
        for entry in entries:
            part = archive.read(entry)
            if _is_marked_up(entry, part):
                marked_up += len(part)
                _check_markup(name, entry, part)
    if marked_up > _LARGEST_XML:
        raise UnreadableFile(f"{name}: more than {_LARGEST_XML // 2**20} MiB of text and marks; check that this is a circular")


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except (BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise UnreadableFile(f"{name}: the zipped file is broken ({error}); get it anew, or {_CONVERT}") from error


def _check_names(name: str, names: list[str]) -> None:
    lower = [entry.lower() for entry in names]
    if twice := next((entry for entry, following in zip(sorted(lower), sorted(lower)[1:], strict=False) if entry == following), None):
        raise UnreadableFile(f"{name}: the zipped file holds {twice[:80]!r} twice; {_CONVERT}")
    if any(entry.endswith("vbaproject.bin") for entry in lower):
        raise _with_macros(name)
    if _CONTENT_TYPES.lower() in lower and any(entry.startswith("word/") for entry in lower):
        return
    other = next((what for entry, what in _OTHERS if entry in lower), None)
    if other:
        raise UnreadableFile(f"{name}: this is {other}, not a Word document; {_CONVERT}")
    raise UnreadableFile(f"{name}: this is a zipped file without a Word document; unpack it and name the document in it")


def _with_macros(name: str) -> UnreadableFile:
    return UnreadableFile(f"{name}: this Word file holds macros (.docm); open it in Word or LibreOffice and save it as .docx, without them")


def _check_sizes(name: str, entries: list[ZipInfo]) -> None:
    for entry in entries:
        if entry.flag_bits & 1:
            raise UnreadableFile(f"{name}: the zipped file asks for a password; save it without one")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise UnreadableFile(f"{name}: {entry.filename[:80]!r} is packed in a way that Word does not use; {_CONVERT}")
        if entry.file_size > _FREE_OF_RATIO and entry.file_size > _HIGHEST_RATIO * max(entry.compress_size, 1):
            raise UnreadableFile(f"{name}: {entry.filename[:80]!r} unpacks to over {_HIGHEST_RATIO} times its size; it is no circular")
    if sum(entry.file_size for entry in entries) > _LARGEST_SUM:
        raise UnreadableFile(f"{name}: unpacks to more than {_LARGEST_SUM // 2**20} MiB; take the pictures out of it")


def _is_marked_up(entry: ZipInfo, content: bytes) -> bool:
    """Return whether an XML parser may read a part, judged by its name or by its first characters."""
    return entry.filename.lower().endswith((".xml", ".rels")) or _beginning(content).startswith(b"<")


def _beginning(content: bytes) -> bytes:
    """Return the first characters. Without zero bytes, UTF-16 reads like ASCII."""
    return content[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")


def _check_markup(name: str, entry: ZipInfo, content: bytes) -> None:
    plain = content.replace(b"\0", b"")
    encoding = _ENCODING.match(_beginning(content))
    if encoding and encoding[1].lower() not in _ENCODINGS:
        raise UnreadableFile(f"{name}: {entry.filename[:80]!r} is written in {encoding[1][:20].decode('ascii', 'replace')}; {_CONVERT}")
    if _DECLARES.search(plain) or not _beginning(content).startswith(b"<"):
        raise UnreadableFile(f"{name}: {entry.filename[:80]!r} declares a document type or entities, or is no XML; {_CONVERT}")
    if entry.filename == _CONTENT_TYPES:
        _check_type(name, plain)


def _check_type(name: str, content_types: bytes) -> None:
    if _MACROS.search(content_types):
        raise _with_macros(name)
    main = _MAIN.search(content_types)
    if not main:
        raise UnreadableFile(f"{name}: this zipped file names no Word document among its parts; {_CONVERT}")
    if main[1] == b"template":
        raise UnreadableFile(f"{name}: this is a Word template (.dotx); {_CONVERT}")
