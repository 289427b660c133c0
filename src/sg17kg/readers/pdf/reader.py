"""Read a PDF with a text layer as lines, joined into paragraphs.

PDF is a complex format, and files are untrusted. So each is parsed in a separate process, which has limited memory and time
and can harm nothing but itself.
"""

import json
import subprocess
import sys
from typing import Any

from sg17kg.errors import UnreadableFile
from sg17kg.readers.document import Document
from sg17kg.readers.lines import Piece, number

# wall-clock seconds; the actual limit is processor time (child.SECONDS), which also holds on a busy machine
DEADLINE = 120.0
_COMMAND = (sys.executable, "-I", "-m", "sg17kg.readers.pdf.child")
_REASONS = {
    "locked": "the PDF asks for a password; save it without one",
    "picture": "page {} is a picture without text (a scan); run it through text recognition (OCR) first, or read the Word file",
    "empty": "the PDF holds no text (a scan, or text drawn as shapes); run it through text recognition (OCR) first, or read the Word file",
    "pages": "more than {} pages; a circular has some ten, check that this is one",
    "characters": "more than {} characters; check that this is a circular",
    "broken": "the PDF is broken; get it anew, print it to a new PDF, or read the Word file",
    "memory": "reading the PDF takes more memory than a circular needs; print it to a new PDF, or read the Word file",
}


def read(name: str, content: bytes, deadline: float = DEADLINE) -> Document:
    """Return the document in the bytes of a PDF.

    Raises UnreadableFile for a PDF without text, with a password, or broken, and for one that is not read within `deadline` seconds.
    """
    try:
        done = subprocess.run(_COMMAND, input=content, capture_output=True, timeout=deadline, check=False)  # noqa: S603 - our own program
    except subprocess.TimeoutExpired as error:
        raise _too_slow(name) from error
    answer = _answer(name, done)
    if "refused" in answer:
        reason, figure = answer["refused"]
        raise UnreadableFile(f"{name}: {_REASONS[reason].format(figure)}")
    return number(name, content, "pdf", (Piece(text, place, tuple(notes)) for text, place, notes in answer["lines"]))


def _answer(name: str, done: "subprocess.CompletedProcess[bytes]") -> dict[str, Any]:
    """Return the answer of the child process. Raises UnreadableFile if the child ran out of time or crashed."""
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = None
    if done.returncode == 0 and isinstance(answer, dict):
        return answer
    if -done.returncode in _OUT_OF_TIME:
        raise _too_slow(name)
    said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:120]
    raise UnreadableFile(f"{name}: {_REASONS['broken']} ({said or f'exit code {done.returncode}'})")


def _too_slow(name: str) -> UnreadableFile:
    return UnreadableFile(f"{name}: reading the PDF takes longer than a circular needs; print it to a new PDF, or read the Word file")


_OUT_OF_TIME = (9, 24)  # SIGKILL and SIGXCPU, which Windows does not define
