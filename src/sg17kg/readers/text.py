"""Read plain text that was converted from word-processor files, with the marks that the conversion leaves.

Removed: bookmarks, pictures and their alternative text, broken fields, names of picture files on lines of their own.
Kept separately: footnotes, which the conversion writes inline.
"""

import codecs
import hashlib
import re

from sg17kg.errors import UnreadableFile
from sg17kg.readers.document import Document, Line
from sg17kg.readers.lines import check_size, without_broken_fields

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BOOKMARK = re.compile(r"\[bookmark:[^\]\n]*\]")
_PICTURE_START = "[image:"
_PICTURE = re.compile(rf"{re.escape(_PICTURE_START)}[^\]\n]*(?P<closed>\])?")
_PICTURE_FILE = re.compile(r"\s*image\d+\.(?:png|jpe?g|gif|emf|wmf|bmp)\s*", re.IGNORECASE)
_ALTERNATIVE_TEXT_END = re.compile(r"[\x20-\x5a\x5c\x5e-\x7e]*\]")
# a line with any of these marks contains a bracket, the name of a picture file or the message of a broken field.
# The pattern begins with a character class because every line is searched and `re` is fast for one character of a set
_MARKS = re.compile(r"[\[!\uff01IiNn](?:(?<=[\[!\uff01])|(?<=[Ii])(?i:mage\d)|(?<=[Nn])(?i:ot (?:defined|found)))")
_FOOTNOTE_MARK = re.compile(r"\[footnoteRef:\d+\]")
_FOOTNOTE_START = re.compile(r"\[\d+:\s")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_PICTURE_REACH = 3
_OTHER_NAMES = {".pdf": "no PDF: it does not begin with %PDF-", ".docx": "no Word file: it does not begin as zipped files do (PK)"}
# encodings of a script besides ASCII, by iconv and Python names; text seldom decodes by chance as the first, with two-byte characters
_IN_SCRIPTS = (
    ("GB18030", "gb18030", re.compile(r"[\u4e00-\u9fff]")),
    ("WINDOWS-1251", "cp1251", re.compile(r"[\u0400-\u04ff]")),
    ("WINDOWS-1256", "cp1256", re.compile(r"[\u0600-\u06ff]")),
)
_LATIN = (("WINDOWS-1252", "cp1252"), ("ISO-8859-1", "latin-1"))
_SHARE = 0.2


def read(name: str, content: bytes) -> Document:
    """Return the document in the bytes of a text file. Raises UnreadableFile for binary content and for text that is not Unicode."""
    text = _decode(name, content)
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if raw and not raw[-1]:
        raw.pop()
    check_size(name, raw)
    plain = _without_pictures(raw) if _PICTURE_START in text else raw
    lines = tuple(_line(number, line) for number, line in enumerate(plain, start=1))
    return Document(name, hashlib.sha256(content).hexdigest(), lines)


def _decode(name: str, content: bytes) -> str:
    encoding = next((codec for mark, codec in _BOMS if content.startswith(mark)), "utf-8")
    if encoding == "utf-8" and b"\0" in content:
        raise _no_text(name, "binary content, not text; save the document as plain text (UTF-8)")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        remedy = f"save it as UTF-8{_may_be(content) if encoding == 'utf-8' else ''}"
        raise _no_text(name, f"line {line}: not {encoding.upper().removesuffix('-SIG')} text; {remedy}") from error
    if match := _CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise _no_text(name, f"line {line}: control character U+{ord(match[0]):04X}; save the document as plain text")
    return text


def _no_text(name: str, why: str) -> UnreadableFile:
    """Return the error for a file that is not text. If its name ends in .pdf or .docx, the error says that the content does not match."""
    called = next((what for ending, what in _OTHER_NAMES.items() if name.lower().endswith(ending)), None)
    return UnreadableFile(f"{name}: {f'this is {called}; get the file anew' if called else why}")


def _may_be(content: bytes) -> str:
    """Return the encodings that the bytes may be in, and the iconv command; the bytes do not tell more."""
    fitting = [name for name, codec, script in _IN_SCRIPTS if _fits(content, codec, script)]
    candidates = fitting[:1] if fitting[:1] == ["GB18030"] else fitting or [name for name, codec in _LATIN if _decoded(content, codec)]
    return f"; its encoding may be {' or '.join(candidates)} (iconv -f {candidates[0] if len(candidates) == 1 else 'ENCODING'} -t UTF-8)"


def _fits(content: bytes, codec: str, script: re.Pattern[str]) -> bool:
    """Return whether enough of the bytes decode to letters of a script. Accents of a Latin text decode to some of them by chance."""
    text = _decoded(content, codec)
    return len(script.findall(text)) >= len("".join(text.split())) * _SHARE > 0


def _decoded(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return ""


def _without_pictures(lines: list[str]) -> list[str]:
    """Return the lines without pictures. The alternative text of a picture may continue on the next lines up to its closing bracket."""
    cleaned = list(lines)
    for index, line in enumerate(lines):
        match = _PICTURE.search(cleaned[index])
        if match and not match["closed"]:
            cleaned[index] = line[: match.start()]
            _cut_alternative_text(cleaned, index + 1)
        cleaned[index] = _PICTURE.sub("", cleaned[index])
    return cleaned


def _cut_alternative_text(lines: list[str], first: int) -> None:
    for index in range(first, min(first + _PICTURE_REACH, len(lines))):
        if match := _ALTERNATIVE_TEXT_END.match(lines[index]):
            lines[first:index] = [""] * (index - first)
            lines[index] = lines[index][match.end() :]
            return


def _line(number: int, raw: str) -> Line:
    if not _MARKS.search(raw):
        return Line(number, raw.strip())
    if _PICTURE_FILE.fullmatch(raw):
        return Line(number, "")
    text, footnotes = _split_footnotes(_FOOTNOTE_MARK.sub("", _BOOKMARK.sub("", raw)))
    return Line(number, without_broken_fields(text).strip(), footnotes)


def _split_footnotes(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text without its inlined footnotes, and the footnotes."""
    kept: list[str] = []
    footnotes: list[str] = []
    position = 0
    while match := _FOOTNOTE_START.search(text, position):
        end = _closing_bracket(text, match.end())
        kept.append(text[position : match.start()])
        footnotes.append(text[match.end() : end].strip())
        position = end + 1
    return "".join([*kept, text[position:]]), tuple(footnotes)


def _closing_bracket(text: str, start: int) -> int:
    """Return the index of the bracket that closes the one opened before `start`; the end of the line if none does."""
    depth = 1
    for index in range(start, len(text)):
        depth += {"[": 1, "]": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return len(text)
