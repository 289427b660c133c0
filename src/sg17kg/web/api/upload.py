"""Read an uploaded file into memory, within its size limit."""

import asyncio
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, cast

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from sg17kg.web.problem_details import HttpProblem

LARGEST = 20 * 1024 * 1024
FORM = "multipart/form-data"
FIELD = "file"
_AROUND = 16 * 1024  # names, boundaries and the small fields of a form
_READ_ON = 4 * LARGEST  # bytes; a browser shows the response only after it has sent everything
_SECONDS = 60.0
_LONGEST_NAME = 120
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
_TOO_LARGE = f"the file is larger than {LARGEST // 2**20} MiB; a circular has some hundreds of KiB, check that this is one"


class _InMemory(MultiPartParser):
    """A parser that never spools to disk; the limit on the body bounds its memory."""

    spool_max_size = LARGEST + _AROUND


@dataclass(frozen=True)
class Upload:
    """An uploaded file: its name without folders, its content, and the other fields of the form."""

    name: str
    content: bytes
    fields: dict[str, str]


async def uploaded(request: Request, known: frozenset[str] = frozenset()) -> Upload:
    """Return the file of a form.

    Raises HttpProblem: 400 (no file, several files, or an unknown field), 408 (too slow), 413 (too large), 415 (not a form).
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HttpProblem(415, f"send the file as {FORM}, in the field `{FIELD}` (curl -F {FIELD}=@circular.docx)")
    try:
        async with asyncio.timeout(_SECONDS):
            form = await _InMemory(request.headers, _bounded(request), max_files=1, max_fields=4).parse()
    except TimeoutError as error:
        raise HttpProblem(408, "the file does not come; send it at once", {"Connection": "close"}) from error
    except (MultiPartException, ValueError, KeyError) as error:
        raise HttpProblem(400, f"the form cannot be read ({str(error)[:_LONGEST_NAME]}); send one file, in the field `{FIELD}`") from error
    try:
        return await _taken(form.multi_items(), known)
    finally:
        await form.close()


async def _taken(items: list[tuple[str, Any]], known: frozenset[str]) -> Upload:
    files = [entry for name, entry in items if name == FIELD and isinstance(entry, UploadFile)]
    others = {name: entry for name, entry in items if name != FIELD}
    unknown = [name for name, entry in others.items() if name not in known or not isinstance(entry, str)]
    if unknown:
        raise HttpProblem(400, f"unknown field {unknown[0][:_LONGEST_NAME]!r}; the form takes: {', '.join((FIELD, *sorted(known)))}")
    if len(files) != 1 or not (files[0].filename or "").strip():
        raise HttpProblem(400, f"no file was sent; choose one, in the field `{FIELD}`")
    return Upload(_name(files[0].filename or ""), await files[0].read(), cast("dict[str, str]", others))


def _name(given: str) -> str:
    """Return the file name in printable form, without the folders of the sender's machine, which are private."""
    bare = re.split(r"[/\\]", given)[-1].encode("utf-8", "backslashreplace").decode()
    return _UNPRINTABLE.sub(" ", bare).strip()[-_LONGEST_NAME:] or "document"


async def _bounded(request: Request) -> AsyncGenerator[bytes, None]:
    """Yield the body up to the limit; read on for a while and discard the rest. Raises HttpProblem (413)."""
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > _READ_ON:
            break
        if size <= LARGEST + _AROUND:
            yield piece
    if size > LARGEST + _AROUND:
        raise HttpProblem(413, _TOO_LARGE, {"Connection": "close"})
