"""What is fuzzed. A target takes any bytes; whatever it raises is a finding, but for the errors with which input is refused.

Imported by the fuzzer with coverage, and by the property tests without it.
"""

import re
import traceback
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from sg17kg import assets, facts_json, readers
from sg17kg import facts as records
from sg17kg.errors import InputError
from sg17kg.extraction.extractor import Extractor
from sg17kg.facts import Facts
from sg17kg.readers import html as web_page
from sg17kg.readers import text
from sg17kg.readers.document import Document
from sg17kg.readers.docx import reader
from sg17kg.readers.pdf import child
from tests.sources.readers.making import NAMESPACES, body_of, replaced
from tests.sources.readers.test_pdf import raw_pdf

_FACTS = TypeAdapter(Facts)
_PACKAGE = Path(records.__file__).resolve().parent


def any_file(data: bytes) -> None:
    """Bytes of any format, through the choice of the reader; PDFs apart, which have a process of their own."""
    if b"%PDF-" not in data[:5000]:
        _read(lambda: readers.read_bytes("x", data))


def plain_text(data: bytes) -> None:
    """Bytes of a text file."""
    _read(lambda: text.read("x", data))


def html(data: bytes) -> None:
    """Bytes of a web page."""
    _read(lambda: web_page.read("x", data))


def docx(data: bytes) -> None:
    """The body of a Word file, as XML."""
    document = f"<w:document {NAMESPACES}><w:body>{data.decode('utf-8', 'replace')}</w:body></w:document>"
    package = replaced(_package(), {"word/document.xml": document.encode()})
    _read(lambda: reader.read("x", package))


def pdf(data: bytes) -> None:
    """What a page of a PDF draws. What pdfium raises refuses the file, in a process of its own; what we raise does not."""
    content = raw_pdf(data)
    try:
        answer = child.answer(content)
    except Exception as error:
        if Path(traceback.extract_tb(error.__traceback__)[-1].filename).is_relative_to(_PACKAGE):
            raise
        return
    assert set(answer) in ({"lines"}, {"refused"})


def extractor(data: bytes) -> None:
    """A letter as text."""
    try:
        document = text.read("x", data.decode("utf-8", "ignore").encode())
        facts = loaded().extract(document)
    except InputError as error:
        check_refusal(error)
        return
    check_facts(facts, document)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "text": plain_text,
    "docx": docx,
    "html": html,
    "pdf": pdf,
    "file": any_file,
    "extractor": extractor,
}


@cache
def loaded() -> Extractor:
    """The extractor as the command line has it."""
    return Extractor.load(assets.language_packs(), assets.folder("data") / "curated")


@cache
def _package() -> bytes:
    """A Word file whose body is put in another's place."""
    return body_of("")


def _read(action: Callable[[], Document]) -> None:
    try:
        document = action()
    except InputError as error:
        check_refusal(error)
        return
    assert [line.number for line in document.lines] == list(range(1, len(document.lines) + 1))
    assert all("\n" not in line.text and line.text == line.text.strip() for line in document.lines)


def check_refusal(error: InputError) -> None:
    """A refusal names the file, in one line."""
    assert str(error).startswith("x: ")
    assert "\n" not in str(error)


def check_facts(facts: Facts, document: Document) -> None:
    """What holds of the facts of any document."""
    content = facts_json.to_bytes(facts)
    assert _FACTS.validate_json(content) == facts
    count = len(document.lines)
    assert all(1 <= first <= last <= count for first, last in facts.evidence.values())
    assert all(1 <= line <= count for finding in facts.findings for line in finding.lines)
    assert all(finding.lines for finding in facts.findings)
    filled = {line.number for line in document.lines if line.text}
    assert set(facts.unread) <= filled
    assert all(document.line(draft.lines.heading[0]).text for draft in facts.drafts)
    stated = facts_json.to_object(facts)
    for pointer in facts.evidence:
        assert value_at(stated, pointer) is not None, pointer
    check_days(stated)


_DAYS = frozenset({"date", "start", "end", "as_of", "on"})


def check_days(value: Any, key: str = "") -> None:
    """Every day and moment is one of the calendar."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            check_days(inner, name)
    elif isinstance(value, list):
        for inner in value:
            check_days(inner, key)
    elif key in _DAYS and value is not None:
        assert date.fromisoformat(value).isoformat() == value
    elif key == "reply_deadline" and value is not None:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value)
        assert datetime.fromisoformat(value).tzinfo


def value_at(stated: Any, pointer: str) -> Any:
    """What stands at a JSON pointer; None where nothing does."""
    for part in pointer.removeprefix("/").split("/"):
        if isinstance(stated, Mapping):
            stated = stated.get(part)
        elif isinstance(stated, list) and part.isdigit() and int(part) < len(stated):
            stated = stated[int(part)]
        else:
            return None
    return stated
