"""GET and POST /consultation/{period}/{number}/reply: fill in the reply form, and download it as a Word file.

Nothing that is sent is stored: the answers are read, the file is made, and both are discarded.
"""

import asyncio
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from sg17kg.errors import BadParameter
from sg17kg.identifiers import circular_iri, parse_study_period
from sg17kg.rendering.docx import MEDIA_TYPE, docx
from sg17kg.rendering.i18n import LANGUAGES
from sg17kg.replies.answers import LARGEST, LONGEST, answers_of_fields, choices_of
from sg17kg.replies.consultation import Consultation, ConsultedText, consultation_of
from sg17kg.replies.form import choice_words, designation, doubts, reply_form
from sg17kg.replies.phrases import Words, words_in
from sg17kg.web.api.circulars import Number, Period
from sg17kg.web.api.parameters import reject_unknown_parameters
from sg17kg.web.pages.page_context import Page, PageContext
from sg17kg.web.problem_details import HttpProblem

router = APIRouter(dependencies=[Depends(reject_unknown_parameters)])
_PATH = "/consultation/{period}/{number}/reply"
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 500
_PATIENCE = 60.0
_LANGUAGE = "form_language"


@router.get(_PATH, include_in_schema=False)
def reply_page(period: Period, number: Number, v: Page) -> Response:
    """The form as a page; it works without scripts."""
    consultation = _consultation(v, period, number)
    words = words_in(v.language.tag)
    rows = [(place, text, _rows(text, consultation, words)) for place, text in enumerate(consultation.texts, start=1)]
    return v.page(
        "reply",
        consultation=consultation,
        closed=consultation.closed_by(v.day),
        rows=[(place, designation(text, words), text, doubts(text, words), choices) for place, text, choices in rows],
        tongues=LANGUAGES,
        longest=LONGEST,
        address=v.to(f"/consultation/{consultation.period}/{consultation.number}/reply"),
    )


@router.post(_PATH, include_in_schema=False)
async def reply_file(period: Period, number: Number, request: Request, v: Page) -> Response:
    """The form with the answers that were sent, as .docx. Raises BadParameter, HttpProblem (408, 413, 415)."""
    fields = await _fields(request)
    language = fields.pop(_LANGUAGE, v.language.tag)
    content = await run_in_threadpool(_filled, v, period, number, fields, language)
    name = f"reply-{parse_study_period(period)}-{number}-{language}.docx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def _filled(v: PageContext, period: str, number: int, fields: dict[str, str], language: str) -> bytes:
    consultation = _consultation(v, period, number)
    return docx(reply_form(consultation, language, answers_of_fields(fields, consultation, (_LANGUAGE,))))


def _consultation(v: PageContext, period: str, number: int) -> Consultation:
    return consultation_of(v.served.rows, circular_iri(parse_study_period(period), number))


def _rows(text: ConsultedText, consultation: Consultation, words: Words) -> list[tuple[str, str]]:
    """Return the possible answers about a text, in the words of the form."""
    return [(choice, choice_words(choice, consultation, words)) for choice in choices_of(text)]


async def _fields(request: Request) -> dict[str, str]:
    """Return the fields of the form; none may be repeated. Raises HttpProblem, BadParameter."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise HttpProblem(415, f"send the form as {_FORM}")
    body = await _body(request)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except UnicodeDecodeError as error:
        raise BadParameter("a field is not UTF-8; encode it as UTF-8, then by percent signs") from error
    except ValueError as error:
        raise BadParameter(f"more than {_MOST_FIELDS} fields; send fewer") from error
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise BadParameter("a field is given twice; give each once")
    return {name: " ".join(given.split()) for name, given in fields.items()}


async def _body(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for part in request.stream():
                size += len(part)
                if size > LARGEST:
                    raise HttpProblem(413, f"the form is larger than {LARGEST // 1024} KiB; shorten what you wrote")
                parts.append(part)
    except TimeoutError as error:
        raise HttpProblem(408, "the form does not come; send it at once", {"Connection": "close"}) from error
    return b"".join(parts)
