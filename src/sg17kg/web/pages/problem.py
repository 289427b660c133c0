"""Error page: what is wrong, in one sentence, and where to go on."""

from collections.abc import Mapping

from fastapi import Request, Response

from sg17kg.errors import Sg17kgError
from sg17kg.rendering.code_labels import N_
from sg17kg.rendering.i18n import LANGUAGES
from sg17kg.rendering.media_types import choose
from sg17kg.web.api.parameters import accept
from sg17kg.web.pages.page_context import view_of

_DOCUMENT, _HTML = "application/problem+json", "text/html"
_HEADINGS = {
    300: N_("Several things bear that name"),
    400: N_("That cannot be asked so"),
    404: N_("There is nothing here"),
    410: N_("It is used no more"),
    503: N_("Too much at once; try again in a moment"),
    504: N_("It took too long"),
}
_FAULT = N_("Something went wrong here")


def problem_page(request: Request, status: int, detail: str, beside: Mapping[str, object]) -> Response | None:
    """Return the error page if the client prefers HTML; None for programs, and if no page can be made."""
    if request.url.path.startswith("/api/") or choose(accept(request), (_DOCUMENT, "application/json", _HTML)) != _HTML:
        return None
    try:
        asked = request.query_params.get("lang")
        v = view_of(request, asked if asked in {language.tag for language in LANGUAGES} else None, None)
        last = request.url.path.rpartition("/")[2]
        return v.page("problem", status, heading=_HEADINGS.get(status, _FAULT), code=status, detail=detail, words=last[:100], beside=beside)
    except Sg17kgError:
        return None
